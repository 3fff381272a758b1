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

/// Why there was no answer at all, for a request to `host` and `port`.
pub(super) fn transport(error: &(dyn Error + 'static), host: &str, port: u16) -> String {
    let mut causes = Vec::new();
    let mut next = Some(error);
    while let Some(cause) = next {
        causes.push(cause);
        // An I/O error may hold the error of the layer above it.
        next = match cause
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
        {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => cause.source(),
        };
    }
    if let Some(tls) = causes
        .iter()
        .find_map(|cause| cause.downcast_ref::<rustls::Error>())
    {
        return tls_error(tls, host);
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
            _ => format!("read tcp {address}: {}", errno::reason(io)),
        };
    }
    let closed = "connection closed before message completed";
    match causes.last() {
        Some(cause) if cause.to_string() == closed => "EOF".to_owned(),
        Some(cause) => cause.to_string(),
        None => error.to_string(),
    }
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
        Certificate::UnknownIssuer => "certificate signed by unknown authority".to_owned(),
        Certificate::Expired
        | Certificate::ExpiredContext { .. }
        | Certificate::NotValidYet
        | Certificate::NotValidYetContext { .. } => {
            "certificate has expired or is not yet valid".to_owned()
        }
        Certificate::NotValidForName => format!("certificate is not valid for {host}"),
        Certificate::NotValidForNameContext { presented, .. } => {
            let presented = presented.join(", ");
            format!("certificate is valid for {presented}, not {host}")
        }
        other => other.to_string(),
    };
    format!("tls: failed to verify certificate: x509: {reason}")
}

#[cfg(test)]
mod tests {
    use super::*;

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
