//! Calls to the API server, one at a time.

use std::pin::Pin;
use std::time::{Duration, Instant};

use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use http::{Method, Request};
use http_body::Body as _;
use kube::client::{Body, ClientBuilder};
use zeroize::Zeroizing;

use super::connection::{self, Address};
use super::settings::Settings;
use super::timeout::Timeout;
use super::{protobuf, words};
use crate::go::decode::{MemberNames, decode};
use crate::go::structs::go_struct;
use crate::go::{Text, json, quote};

/// Longest answer that is read.
const MAX_ANSWER: usize = 64 << 20;
/// As much of an answer as an error may quote.
const MAX_QUOTED: usize = 2048;
/// How often, and how long in all, a server that asks for patience gets it.
const MAX_RETRIES: u32 = 10;
const MAX_PATIENCE: Duration = Duration::from_secs(120);

/// A failed call.
#[derive(Debug)]
pub(super) struct CallError {
    pub(super) message: String,
    /// The status of the answer, if there was one.
    pub(super) status: Option<u16>,
}

impl CallError {
    fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            status: None,
        }
    }
}

/// One call.
pub(super) struct Call<'a> {
    pub(super) method: Method,
    /// From `/api` on.
    pub(super) path: &'a str,
    /// The Service it is about, as errors name it.
    pub(super) resource: &'a str,
    pub(super) accept: &'static str,
    pub(super) body: &'a [u8],
}

/// An answer with a status of success.
pub(super) struct Answer {
    pub(super) media_type: String,
    pub(super) body: Zeroizing<Vec<u8>>,
}

/// An API server to call. Calls block; the connection is kept between them.
pub(super) struct ApiServer {
    runtime: tokio::runtime::Runtime,
    client: kube::Client,
    address: Address,
    proxy: Option<http::Uri>,
    timeout: Timeout,
}

impl ApiServer {
    /// Gets a client ready; nothing is sent yet, but a credential plugin runs.
    ///
    /// # Errors
    /// What is wrong with the configuration.
    pub(super) fn new(settings: Settings<'_>) -> Result<Self, String> {
        let server = settings.server()?;
        let address = Address::parse(&server.cluster.server)?;
        let timeout = server.timeout;
        let plugin = match &server.user.exec.0 {
            Some(exec) => words::Plugin {
                command: exec.command.to_string(),
                hint: exec.install_hint.to_string(),
            },
            None => words::Plugin::default(),
        };
        let config = connection::config(server, &address, settings.environment)?;
        let proxy = config.proxy_url.clone();
        super::install_tls();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| format!("no runtime for the network: {error}"))?;
        let client = runtime
            .block_on(async { ClientBuilder::try_from(config).map(ClientBuilder::build) })
            .map_err(|error| words::setting_up(&error, &plugin))?;
        Ok(Self {
            runtime,
            client,
            address,
            proxy,
            timeout,
        })
    }

    /// Makes a call, again when the server asks for it with `Retry-After`.
    ///
    /// # Errors
    /// In client-go's words: no answer, or one that reports a failure.
    pub(super) fn call(&self, call: &Call<'_>) -> Result<Answer, CallError> {
        let patience = Instant::now() + MAX_PATIENCE;
        let mut retries = 0;
        loop {
            let (status, headers, body) = self.attempt(call)?;
            if (200..300).contains(&status) {
                return Ok(Answer {
                    media_type: media_type(&headers),
                    body,
                });
            }
            let wait = retry_after(status, &headers)
                .filter(|wait| retries < MAX_RETRIES && Instant::now() + *wait <= patience);
            match wait {
                Some(wait) => std::thread::sleep(wait),
                None => return Err(failure(call, status, &headers, &body)),
            }
            retries += 1;
        }
    }

    fn attempt(&self, call: &Call<'_>) -> Result<(u16, HeaderMap, Zeroizing<Vec<u8>>), CallError> {
        let target = format!("{}{}", call.path, self.timeout.query());
        let url = quote(&format!("{}{target}", self.address.base));
        let verb = if call.method == Method::POST {
            "Post"
        } else {
            "Get"
        };
        let request = Request::builder()
            .method(&call.method)
            .uri(&target)
            .header(ACCEPT, call.accept)
            .body(Body::from(call.body.to_vec()))
            .map_err(|error| CallError::new(format!("{verb} {url}: {error}")))?;
        let exchange = async {
            let response = self.client.send(request).await.map_err(|error| {
                let way = self.address.way(self.proxy.as_ref());
                format!("{verb} {url}: {}", words::transport(&error, &way))
            })?;
            let (parts, body) = response.into_parts();
            let body = collect(body, MAX_ANSWER).await.map_err(|reason| {
                format!(
                    "unexpected error when reading response body. Please retry. Original error: \
                     {reason}"
                )
            })?;
            Ok((parts.status.as_u16(), parts.headers, body))
        };
        let outcome = self.runtime.block_on(async {
            match self.timeout.limit() {
                None => exchange.await,
                Some(limit) => tokio::time::timeout(limit, exchange)
                    .await
                    .unwrap_or_else(|_| Err(format!("{verb} {url}: context deadline exceeded"))),
            }
        });
        outcome.map_err(CallError::new)
    }
}

/// The whole of a body of at most `limit` bytes.
pub(super) async fn collect(mut body: Body, limit: usize) -> Result<Zeroizing<Vec<u8>>, String> {
    let mut bytes = Zeroizing::new(Vec::new());
    loop {
        let frame = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
        match frame {
            None => return Ok(bytes),
            Some(Err(error)) => return Err(error.to_string()),
            Some(Ok(frame)) => bytes.extend_from_slice(frame.data_ref().map_or(&[], |d| d)),
        }
        if bytes.len() > limit {
            return Err(format!("more than {limit} bytes"));
        }
    }
}

/// How long the server wants to be left alone.
fn retry_after(status: u16, headers: &HeaderMap) -> Option<Duration> {
    if status != 429 && status < 500 {
        return None;
    }
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// The content type without its parameters; empty if there is none.
fn media_type(headers: &HeaderMap) -> String {
    let value = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let value = value.unwrap_or_default();
    let media_type = value.split(';').next().unwrap_or_default();
    media_type.trim().to_ascii_lowercase()
}

go_struct! {
    /// What the API server says of a failure.
    Status "Status" "v1.Status" {
        kind: Text = "kind", omitempty;
        status: Text = "status", omitempty;
        message: Text = "message", omitempty;
    }
}

/// The failure that an answer reports: the server's own words, if it is a Status.
fn failure(call: &Call<'_>, status: u16, headers: &HeaderMap, body: &[u8]) -> CallError {
    let media_type = media_type(headers);
    let own_words = match media_type.as_str() {
        protobuf::CONTENT_TYPE => protobuf::failure_message(body),
        "application/json" => json::read_all(body).ok().and_then(|json| {
            let mut said = Status::default();
            decode(&json, &mut said, MemberNames::Exact).ok()?;
            let failed = &*said.kind == "Status" && &*said.status == "Failure";
            failed.then(|| said.message.to_string())
        }),
        _ => None,
    };
    let message = own_words.unwrap_or_else(|| {
        let text = match media_type.as_str() {
            "" => quotable(body),
            text if text.starts_with("text/") => quotable(body),
            _ => "unknown".to_owned(),
        };
        words::status(status, call.method.as_str(), call.resource, &text)
    });
    CallError {
        message,
        status: Some(status),
    }
}

fn quotable(body: &[u8]) -> String {
    let start = body.get(..MAX_QUOTED).unwrap_or(body);
    String::from_utf8_lossy(start).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    fn told(status: u16, content_type: &str, body: &str) -> String {
        let call = Call {
            method: Method::GET,
            path: "/",
            resource: "x",
            accept: "*/*",
            body: b"",
        };
        let headers = headers(&[("content-type", content_type)]);
        failure(&call, status, &headers, body.as_bytes()).message
    }

    #[test]
    fn a_status_object_speaks_for_itself() {
        let json = "application/json; charset=utf-8";
        assert_eq!(
            told(
                404,
                json,
                r#"{"kind":"Status","status":"Failure","message":"services \"x\" not found"}"#
            ),
            "services \"x\" not found"
        );
        for body in [r#"{"kind":"Status","status":"Success"}"#, "{", "[]"] {
            assert_eq!(
                told(404, json, body),
                "the server could not find the requested resource (get services x)"
            );
        }
        assert_eq!(
            told(500, "text/plain", " broken\n"),
            "an error on the server (\"broken\") has prevented the request from succeeding (get services x)"
        );
        assert_eq!(
            told(500, json, "{}"),
            "an error on the server (\"unknown\") has prevented the request from succeeding (get services x)"
        );
    }

    #[test]
    fn only_busy_and_failing_servers_are_waited_for() {
        let headers = headers(&[("retry-after", "3")]);
        assert_eq!(retry_after(429, &headers), Some(Duration::from_secs(3)));
        assert_eq!(retry_after(503, &headers), Some(Duration::from_secs(3)));
        assert_eq!(retry_after(404, &headers), None);
        assert_eq!(retry_after(503, &HeaderMap::new()), None);
    }
}
