//! The sealed-secrets controller, reached through the service proxy of the API server.

use http::Method;

use super::api::{Answer, ApiServer, Call};
use super::protobuf;
use super::settings::Settings;
use crate::go::base::Element;
use crate::go::decode::{MemberNames, decode};
use crate::go::structs::go_struct;
use crate::go::{Names, Slice, Text, json, quote};

/// What is asked for when a certificate is wanted, of the Service as well.
const ACCEPT_CERTIFICATE: &str = "application/x-pem-file, */*";
const ACCEPT_OBJECT: &str = "application/vnd.kubernetes.protobuf,application/json";
const ACCEPT_ANSWER: &str = "application/json, */*";

/// Why the controller gave no answer.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct ControllerError {
    message: String,
    /// The controller answered that it can't open the SealedSecret.
    pub(crate) conflict: bool,
}

impl From<String> for ControllerError {
    fn from(message: String) -> Self {
        Self {
            message,
            conflict: false,
        }
    }
}

go_struct! {
    Service "Service" "v1.Service" {
        spec: ServiceSpec = "spec";
    }
}

go_struct! {
    ServiceSpec "ServiceSpec" "v1.ServiceSpec" {
        ports: Slice<ServicePort> = "ports";
    }
}

go_struct! {
    ServicePort "ServicePort" "v1.ServicePort" {
        name: Text = "name";
    }
}

impl Element for ServicePort {
    const SLICE: Names = "[]v1.ServicePort";
}

/// Which port of the Service is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Port {
    /// The first, as kubeseal does.
    First,
    /// The one called `http`, which is all that the role for ordinary users lets through; else the first.
    Http,
}

/// The controller's Service, looked up and ready to be asked.
pub(crate) struct Controller {
    server: ApiServer,
    /// Path of the Service's proxy.
    proxy: String,
    /// Scheme, Service and port, as errors name them.
    resource: String,
}

impl Controller {
    /// Looks up the Service `name` in `namespace` to ask the controller about SealedSecrets.
    ///
    /// # Errors
    /// No configuration, no such Service, no way to it.
    pub(crate) fn find(
        settings: Settings<'_>,
        namespace: &str,
        name: &str,
    ) -> Result<Self, ControllerError> {
        Self::find_with(settings, namespace, name, Port::First, ACCEPT_OBJECT)
    }

    /// The certificate that the controller seals with, as it gives it out.
    ///
    /// # Errors
    /// As [`Self::find`], or what the controller answered instead.
    pub(crate) fn fetch_certificate(
        settings: Settings<'_>,
        namespace: &str,
        name: &str,
        port: Port,
    ) -> Result<Vec<u8>, ControllerError> {
        let controller = Self::find_with(settings, namespace, name, port, ACCEPT_CERTIFICATE)?;
        let answer = controller
            .ask(Method::GET, "/v1/cert.pem", ACCEPT_CERTIFICATE, b"")
            .map_err(|error| format!("cannot fetch certificate: {error}"))?;
        Ok(answer.body.to_vec())
    }

    /// Asks whether a SealedSecret, given as JSON, can be opened.
    ///
    /// # Errors
    /// That it can't be (`conflict`), or why there is no telling.
    pub(crate) fn verify(&self, sealed: &[u8]) -> Result<(), ControllerError> {
        self.ask(Method::POST, "/v1/verify", ACCEPT_ANSWER, sealed)
            .map(drop)
    }

    /// Has a SealedSecret, given as JSON, sealed again with the newest key.
    ///
    /// # Errors
    /// That it can't be opened (`conflict`), or why nothing came back.
    pub(crate) fn rotate(&self, sealed: &[u8]) -> Result<Vec<u8>, ControllerError> {
        let answer = self.ask(Method::POST, "/v1/rotate", ACCEPT_ANSWER, sealed)?;
        Ok(answer.body.to_vec())
    }

    fn find_with(
        settings: Settings<'_>,
        namespace: &str,
        name: &str,
        port: Port,
        accept: &'static str,
    ) -> Result<Self, ControllerError> {
        let server = ApiServer::new(settings)?;
        let port = port_name(&server, namespace, name, port, accept).map_err(|reason| {
            format!(
                "cannot get sealed secret service: {reason}.\nPlease, use the flag \
                 --controller-name and --controller-namespace to set up the name and namespace \
                 of the sealed secrets controller"
            )
        })?;
        let resource = format!("http:{name}:{port}");
        let proxy = format!("{}/proxy", service_path(namespace, &resource));
        Ok(Self {
            server,
            proxy,
            resource,
        })
    }

    fn ask(
        &self,
        method: Method,
        path: &str,
        accept: &'static str,
        body: &[u8],
    ) -> Result<Answer, ControllerError> {
        let call = Call {
            method,
            path: &format!("{}{path}", self.proxy),
            resource: &self.resource,
            accept,
            body,
        };
        self.server.call(&call).map_err(|error| ControllerError {
            conflict: error.status == Some(409),
            message: error.message,
        })
    }
}

/// The name of the Service's first port, which may be empty.
fn port_name(
    server: &ApiServer,
    namespace: &str,
    name: &str,
    port: Port,
    accept: &'static str,
) -> Result<String, String> {
    check_segment("namespace", namespace)?;
    if name.is_empty() {
        return Err("resource name may not be empty".to_owned());
    }
    check_segment("resource name", name)?;
    let call = Call {
        method: Method::GET,
        path: &service_path(namespace, name),
        resource: name,
        accept,
        body: b"",
    };
    let answer = server.call(&call).map_err(|error| error.message)?;
    let names = match answer.media_type.as_str() {
        protobuf::CONTENT_TYPE => protobuf::service_port_names(&answer.body)
            .ok_or("the answer of the API server is not a Service")?,
        "" | "application/json" => json_port_names(&answer.body)?,
        other => return Err(format!("serializer for {other} doesn't exist")),
    };
    let http = || names.iter().find(|name| *name == "http");
    let chosen = match port {
        Port::First => names.first(),
        Port::Http => http().or(names.first()),
    };
    chosen
        .cloned()
        .ok_or_else(|| format!("the Service {namespace}/{name} has no port"))
}

fn json_port_names(body: &[u8]) -> Result<Vec<String>, String> {
    let json = json::read_all(body).map_err(|error| error.to_string())?;
    let mut service = Service::default();
    decode(&json, &mut service, MemberNames::Exact)?;
    let ports = service.spec.ports.iter();
    Ok(ports.map(|port| port.name.to_string()).collect())
}

/// Refuses what would be another path.
fn check_segment(what: &str, segment: &str) -> Result<(), String> {
    let mut faults = Vec::new();
    if segment == "." || segment == ".." {
        faults.push(format!("may not be '{segment}'"));
    }
    for c in ['/', '%'] {
        if segment.contains(c) {
            faults.push(format!("may not contain '{c}'"));
        }
    }
    if faults.is_empty() {
        return Ok(());
    }
    let (segment, faults) = (quote(segment), faults.join(" "));
    Err(format!("invalid {what} {segment}: [{faults}]"))
}

fn service_path(namespace: &str, resource: &str) -> String {
    let resource = escaped(resource);
    match namespace {
        "" => format!("/api/v1/services/{resource}"),
        namespace => format!(
            "/api/v1/namespaces/{}/services/{resource}",
            escaped(namespace)
        ),
    }
}

/// A path segment with percent escapes where a URL needs them.
fn escaped(segment: &str) -> String {
    let mut out = String::with_capacity(segment.len());
    for byte in segment.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => out.push(char::from(byte)),
            b'-' | b'_' | b'.' | b'~' | b'$' | b'&' | b'+' | b',' | b':' | b';' | b'=' | b'@' => {
                out.push(char::from(byte));
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_client_go() {
        assert_eq!(
            service_path("kube-system", "http:ss:"),
            "/api/v1/namespaces/kube-system/services/http:ss:"
        );
        assert_eq!(service_path("", "Aé b"), "/api/v1/services/A%C3%A9%20b");
    }

    #[test]
    fn names_that_are_no_path_segment_are_refused() {
        for (name, fault) in [
            (
                "a/b",
                "invalid resource name \"a/b\": [may not contain '/']",
            ),
            ("..", "invalid resource name \"..\": [may not be '..']"),
            (
                "/%",
                "invalid resource name \"/%\": [may not contain '/' may not contain '%']",
            ),
        ] {
            assert_eq!(check_segment("resource name", name).unwrap_err(), fault);
        }
        assert!(check_segment("resource name", "a.b:c").is_ok());
    }

    #[test]
    fn the_first_port_counts_and_may_have_no_name() {
        for (body, names) in [
            (
                r#"{"spec":{"ports":[{"name":"a","port":1},{"name":"b"}]}}"#,
                &["a", "b"][..],
            ),
            (r#"{"spec":{"ports":[{"port":1}]}}"#, &[""]),
            (r#"{"spec":{}}"#, &[]),
        ] {
            assert_eq!(json_port_names(body.as_bytes()).unwrap(), names);
        }
    }
}
