//! The way to a cluster: kubeconfig files and kubectl's flags as client-go understands them, the
//! API server, and the sealed-secrets controller behind its service proxy.
//!
//! Nothing here touches the network or starts a runtime before a call is made.

mod api;
mod connection;
mod controller;
mod get;
mod kubeconfig;
mod pod;
mod protobuf;
mod settings;
mod timeout;
mod words;

pub(crate) use controller::{Controller, Port};
pub(crate) use get::get;
pub(crate) use settings::{Namespace, Settings};

use std::ffi::OsString;

/// Makes sure that TLS knows its cryptography. Called before the first connection, never for work
/// without one.
fn install_tls() {
    // Another part of the program may have done so already, with the same choice.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

/// Reads a variable of the environment.
pub(crate) type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// What kubectl's flags say about the cluster; empty means not given.
pub(crate) struct Overrides {
    /// Path of the only kubeconfig file to read.
    pub(crate) kubeconfig: String,
    pub(crate) namespace: String,
    pub(crate) context: String,
    pub(crate) cluster: String,
    pub(crate) user: String,
    pub(crate) server: String,
    pub(crate) tls_server_name: String,
    pub(crate) insecure_skip_tls_verify: bool,
    pub(crate) certificate_authority: String,
    pub(crate) proxy_url: String,
    pub(crate) disable_compression: bool,
    pub(crate) client_certificate: String,
    pub(crate) client_key: String,
    pub(crate) token: String,
    pub(crate) username: String,
    pub(crate) password: String,
    pub(crate) as_user: String,
    pub(crate) as_uid: String,
    pub(crate) as_group: Vec<String>,
    /// Seconds, or a duration like `1m30s`; zero for no limit.
    pub(crate) request_timeout: String,
}

impl Default for Overrides {
    fn default() -> Self {
        Self {
            kubeconfig: String::new(),
            namespace: String::new(),
            context: String::new(),
            cluster: String::new(),
            user: String::new(),
            server: String::new(),
            tls_server_name: String::new(),
            insecure_skip_tls_verify: false,
            certificate_authority: String::new(),
            proxy_url: String::new(),
            disable_compression: false,
            client_certificate: String::new(),
            client_key: String::new(),
            token: String::new(),
            username: String::new(),
            password: String::new(),
            as_user: String::new(),
            as_uid: String::new(),
            as_group: Vec::new(),
            request_timeout: "0".to_owned(),
        }
    }
}
