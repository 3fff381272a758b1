//! Failures in the words of client-go and Go's HTTP client.

use std::error::Error;
use std::io;
use std::net::ToSocketAddrs as _;

use crate::go::{errno, quote};

/// What a status without an explanation of its own means for a request about `services NAME`.
pub(super) fn status(code: u16, method: &str, name: &str, message: &str) -> String {
    let text = match code {
        400 => "the server rejected our request for an unknown reason".to_owned(),
        401 => "the server has asked for the client to provide credentials".to_owned(),
        403 | 415 => message.to_owned(),
        404 => "the server could not find the requested resource".to_owned(),
        405 => "the server does not allow this method on the requested resource".to_owned(),
        406 if message.is_empty() || message == "unknown" => {
            "the server was unable to respond with a content type that the client supports"
                .to_owned()
        }
        406 => message.to_owned(),
        409 => "the server reported a conflict".to_owned(),
        422 => "the server rejected our request due to an error in our request".to_owned(),
        429 => "the server has received too many requests and has asked us to try again later"
            .to_owned(),
        503 => "the server is currently unable to handle the request".to_owned(),
        504 => "the server was unable to return a response in the time allotted, but may still \
                be processing the request"
            .to_owned(),
        500.. => {
            let message = quote(message);
            format!("an error on the server ({message}) has prevented the request from succeeding")
        }
        _ => format!(
            "the server responded with the status code {code} but did not return more information"
        ),
    };
    let method = method.to_lowercase();
    format!("{text} ({method} services {name})")
}

/// Who a request was meant for, and who it had to go through.
pub(super) struct Way<'a> {
    pub(super) host: &'a str,
    pub(super) port: u16,
    pub(super) proxy: Option<&'a http::Uri>,
}

/// Why there was no answer at all.
pub(super) fn transport(error: &(dyn Error + 'static), way: &Way<'_>) -> String {
    let text = transport_to(error, way);
    match way.proxy {
        Some(_) if text.starts_with("dial tcp") => format!("proxyconnect tcp: {text}"),
        _ => text,
    }
}

fn transport_to(error: &(dyn Error + 'static), way: &Way<'_>) -> String {
    let causes = causes(error);
    let proxy = way.proxy.and_then(|proxy| {
        let host = proxy.host()?;
        Some((host, proxy.port_u16().unwrap_or(80)))
    });
    let (host, port) = proxy.unwrap_or((way.host, way.port));
    if let Some(tls) = causes
        .iter()
        .find_map(|cause| cause.downcast_ref::<rustls::Error>())
    {
        return tls_error(tls, way.host);
    }
    if causes.iter().any(|cause| cause.to_string() == "dns error") {
        return format!("dial tcp: lookup {host}: no such host");
    }
    let io = causes
        .iter()
        .find_map(|cause| cause.downcast_ref::<io::Error>());
    if let Some(io) = io {
        let connecting = causes
            .iter()
            .any(|cause| cause.to_string() == "tcp connect error");
        let address = dialled(host, port);
        return match io.kind() {
            io::ErrorKind::TimedOut => format!("dial tcp {address}: i/o timeout"),
            io::ErrorKind::UnexpectedEof => "EOF".to_owned(),
            _ if connecting => format!("dial tcp {address}: connect: {}", errno::reason(io)),
            _ => format!("read tcp {address}: read: {}", errno::reason(io)),
        };
    }
    let closed = "connection closed before message completed";
    match causes.last() {
        Some(cause) if cause.to_string() == closed => "EOF".to_owned(),
        Some(cause) => cause.to_string(),
        None => error.to_string(),
    }
}

/// Why a client can't be made of a configuration with this credential plugin, if any. What the
/// plugin has printed is never quoted: there is a token in it.
pub(super) fn setting_up(error: &kube::Error, plugin: &Plugin) -> String {
    use kube::client::AuthError;
    let command = &plugin.command;
    let reason = match error {
        kube::Error::Auth(AuthError::AuthExecStart(error)) => match error.kind() {
            io::ErrorKind::NotFound if plugin.hint.is_empty() => {
                format!("exec: executable {command} not found")
            }
            io::ErrorKind::NotFound => {
                format!("exec: executable {command} not found\n\n{}", plugin.hint)
            }
            _ => format!("exec: fork/exec {command}: {}", errno::reason(error)),
        },
        kube::Error::Auth(AuthError::AuthExecRun { out, .. }) => {
            let said = String::from_utf8_lossy(&out.stderr);
            let code = out.status.code().unwrap_or(-1);
            let failed = format!("exec: executable {command} failed with exit code {code}");
            match said.trim() {
                "" => failed,
                said => format!("{failed}: {said}"),
            }
        }
        kube::Error::Auth(AuthError::AuthExecParse(_)) => {
            format!("exec: what {command} printed is no ExecCredential")
        }
        kube::Error::Auth(error) => error.to_string(),
        other => {
            let inconsistent = causes(other).into_iter().any(|cause| {
                let tls = cause.downcast_ref::<rustls::Error>();
                matches!(tls, Some(rustls::Error::InconsistentKeys(_)))
            });
            return match inconsistent {
                true => "tls: private key does not match public key".to_owned(),
                false => other.to_string(),
            };
        }
    };
    format!("getting credentials: {reason}")
}

/// What messages say of a credential plugin.
#[derive(Default)]
pub(super) struct Plugin {
    pub(super) command: String,
    /// How to install it, as the kubeconfig says.
    pub(super) hint: String,
}

/// The error and what it came from, outermost first.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> Vec<&'a (dyn Error + 'static)> {
    let mut causes = Vec::new();
    let mut next = Some(error);
    while let Some(cause) = next {
        causes.push(cause);
        // An I/O error may hold the error of the layer above it.
        let io = cause
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        next = match io {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => cause.source(),
        };
    }
    causes
}

/// The address that a connection to `host` is tried at first.
fn dialled(host: &str, port: u16) -> String {
    match (host, port).to_socket_addrs().map(|mut all| all.next()) {
        Ok(Some(address)) => address.to_string(),
        _ => format!("{host}:{port}"),
    }
}

fn tls_error(error: &rustls::Error, host: &str) -> String {
    use rustls::CertificateError as Certificate;
    let reason = match error {
        rustls::Error::InvalidCertificate(reason) => reason,
        rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType) => {
            return "http: server gave HTTP response to HTTPS client".to_owned();
        }
        rustls::Error::AlertReceived(alert) => return format!("remote error: tls: {alert:?}"),
        other => return format!("tls: {other}"),
    };
    let reason = match reason {
        // The second is an authority of the same name with another key.
        Certificate::UnknownIssuer | Certificate::BadSignature => {
            "certificate signed by unknown authority".to_owned()
        }
        Certificate::Expired
        | Certificate::ExpiredContext { .. }
        | Certificate::NotValidYet
        | Certificate::NotValidYetContext { .. } => {
            "certificate has expired or is not yet valid".to_owned()
        }
        Certificate::NotValidForName => format!("certificate is not valid for {host}"),
        Certificate::NotValidForNameContext {
            expected,
            presented,
        } => wrong_name(&expected.to_str(), presented),
        other => other.to_string(),
    };
    format!("tls: failed to verify certificate: x509: {reason}")
}

/// `presented` are the names of the certificate, each as `DnsName("…")` or `IpAddress(…)`.
fn wrong_name(expected: &str, presented: &[String]) -> String {
    let ip = expected.parse::<std::net::IpAddr>().is_ok();
    let start = if ip { "IpAddress(" } else { "DnsName(" };
    let names: Vec<&str> = presented
        .iter()
        .filter_map(|name| name.strip_prefix(start)?.strip_suffix(')'))
        .map(|name| name.trim_matches('"'))
        .collect();
    match names.as_slice() {
        [] if ip => format!(
            "cannot validate certificate for {expected} because it doesn't contain any IP SANs"
        ),
        [] => format!("certificate is not valid for any names, but wanted to match {expected}"),
        names => format!(
            "certificate is valid for {}, not {expected}",
            names.join(", ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_a_certificate_lacks_are_told_beside_those_it_has() {
        let names = ["DnsName(\"a.b\")", "IpAddress(10.0.0.1)", "DnsName(\"c\")"].map(String::from);
        for (expected, presented, text) in [
            (
                "nope",
                &names[..],
                "certificate is valid for a.b, c, not nope",
            ),
            (
                "10.0.0.2",
                &names,
                "certificate is valid for 10.0.0.1, not 10.0.0.2",
            ),
            (
                "10.0.0.2",
                &names[..1],
                "cannot validate certificate for 10.0.0.2 because it doesn't contain any IP SANs",
            ),
            (
                "nope",
                &names[1..2],
                "certificate is not valid for any names, but wanted to match nope",
            ),
        ] {
            assert_eq!(wrong_name(expected, presented), text);
        }
    }

    #[test]
    fn a_status_is_told_as_client_go_does() {
        for (code, method, message, expected) in [
            (
                503,
                "GET",
                "no endpoints",
                "the server is currently unable to handle the request (get services http:x:http)",
            ),
            (
                500,
                "POST",
                "",
                "an error on the server (\"\") has prevented the request from succeeding \
                 (post services http:x:http)",
            ),
            (403, "GET", "no way", "no way (get services http:x:http)"),
            (
                418,
                "GET",
                "tea",
                "the server responded with the status code 418 but did not return more \
                 information (get services http:x:http)",
            ),
        ] {
            assert_eq!(status(code, method, "http:x:http", message), expected);
        }
    }
}
