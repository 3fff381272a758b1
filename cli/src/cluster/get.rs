//! One file from a web server, as Go's HTTP client gets it: redirects followed, through the proxy
//! that the environment asks for, with the certificate authorities of the system.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, LOCATION};
use http::{Method, Request, StatusCode};
use kube::client::{Body, ClientBuilder};
use kube::config::Config;
use url::Url;
use zeroize::Zeroizing;

use super::api::collect;
use super::connection::{Address, environment_proxy};
use super::{Environment, install_tls, words};
use crate::go::quote;

const MAX_REDIRECTS: usize = 10;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// What a server answered in the end.
pub(crate) struct Found {
    pub(crate) status: StatusCode,
    pub(crate) body: Zeroizing<Vec<u8>>,
}

/// Gets `url`, of at most `limit` bytes.
///
/// # Errors
/// `Get "URL": REASON`, in Go's words.
pub(crate) fn get(url: &str, limit: usize, environment: Environment<'_>) -> Result<Found, String> {
    install_tls();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no runtime for the network: {error}"))?;
    runtime.block_on(follow(url, limit, environment))
}

async fn follow(url: &str, limit: usize, environment: Environment<'_>) -> Result<Found, String> {
    let failed = |url: &str, reason: &str| format!("Get {}: {reason}", quote(url));
    let mut shown = without_password(url);
    if crate::go::url::parse(url)?.host.is_empty() {
        return Err(failed(&shown, "http: no Host in request URL"));
    }
    let mut url = Url::parse(url).map_err(|error| failed(&shown, &error.to_string()))?;
    for _ in 0..=MAX_REDIRECTS {
        if !matches!(url.scheme(), "http" | "https") {
            let scheme = quote(url.scheme());
            return Err(failed(
                &shown,
                &format!("unsupported protocol scheme {scheme}"),
            ));
        }
        let (parts, body) = hop(&url, environment)
            .await
            .map_err(|e| failed(&shown, &e))?;
        let location = parts
            .headers
            .get(LOCATION)
            .and_then(|location| location.to_str().ok());
        match location.filter(|_| is_redirect(parts.status)) {
            Some(location) => {
                let reason = || failed(&shown, &format!("bad Location header {}", quote(location)));
                url = url.join(location).map_err(|_| reason())?;
                shown = without_password(url.as_str());
            }
            None => {
                return Ok(Found {
                    status: parts.status,
                    body: collect(body, limit).await.map_err(|e| failed(&shown, &e))?,
                });
            }
        }
    }
    Err(failed(&shown, "stopped after 10 redirects"))
}

/// The address as errors may quote it, its scheme in lower case.
fn without_password(url: &str) -> String {
    let (scheme, rest) = url.split_once(':').unwrap_or(("", url));
    let scheme = scheme.to_lowercase();
    let end = rest
        .trim_start_matches('/')
        .find('/')
        .map_or(rest.len(), |end| end + 2);
    let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
    match authority.rsplit_once('@') {
        Some((user, host)) => match user.split_once(':') {
            Some((name, _)) => format!("{scheme}:{name}:***@{host}{path}"),
            None => format!("{scheme}:{rest}"),
        },
        None => format!("{scheme}:{rest}"),
    }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// One request and the head of its answer.
async fn hop(
    url: &Url,
    environment: Environment<'_>,
) -> Result<(http::response::Parts, Body), String> {
    let scheme = url.scheme();
    let host = url.host_str().unwrap_or_default();
    let port = url
        .port()
        .map(|port| format!(":{port}"))
        .unwrap_or_default();
    let address = Address::parse(&format!("{scheme}://{host}{port}"))?;
    let base: http::Uri = address.base.parse().map_err(|error| format!("{error}"))?;
    let mut config = Config::new(base);
    config.default_retry = false;
    config.connect_timeout = Some(CONNECT_TIMEOUT);
    let proxy = environment_proxy(&address, environment)?;
    config.proxy_url.clone_from(&proxy);
    let client = ClientBuilder::try_from(config)
        .map(ClientBuilder::build)
        .map_err(|error| error.to_string())?;

    let query = url
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    let mut request = Request::builder()
        .method(Method::GET)
        .uri(format!("{}{query}", url.path()));
    if !url.username().is_empty() || url.password().is_some() {
        request = request.header(AUTHORIZATION, credentials(url));
    }
    let request = request
        .body(Body::empty())
        .map_err(|error| error.to_string())?;
    let response = client.send(request).await;
    let response =
        response.map_err(|error| words::transport(&error, &address.way(proxy.as_ref())))?;
    Ok(response.into_parts())
}

/// The credentials that an address carries, as a header.
fn credentials(url: &Url) -> String {
    let decoded = |text: &str| -> Vec<u8> {
        // Both parts have been read as a URL already, so their escapes are in order.
        crate::go::url::unescape(text).unwrap_or_default()
    };
    let user = decoded(url.username());
    let password = decoded(url.password().unwrap_or_default());
    let pair = Zeroizing::new([user, b":".to_vec(), password].concat());
    format!("Basic {}", STANDARD.encode(&*pair))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_quote_no_password() {
        for (url, shown) in [
            ("HTTP://u:p@h:1/x@y:z", "http://u:***@h:1/x@y:z"),
            ("http://u:p@q@h", "http://u:***@h"),
            ("http://u@h/", "http://u@h/"),
            ("http://h:1/a?b#c", "http://h:1/a?b#c"),
            ("http:", "http:"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
