//! kubeseal's flags, in the order of their names.

use super::klog::Kind;
use super::{Flag, Target};
use Target::{Array, List, Log, Namespace, Switch, Text};

/// A flag that takes text.
const fn text(name: &'static str, help: &'static str, at: Target) -> Flag {
    Flag {
        name,
        short: None,
        value: match at {
            List(_) => "strings",
            Array(_) => "stringArray",
            _ => "string",
        },
        default: "",
        help,
        deprecated: None,
        target: at,
    }
}

/// A flag that is on or off.
const fn switch(name: &'static str, help: &'static str, at: Target) -> Flag {
    Flag {
        value: "",
        ..text(name, help, at)
    }
}

/// A flag of the Go logging library.
const fn log(name: &'static str, value: &'static str, kind: Kind, help: &'static str) -> Flag {
    Flag {
        value,
        ..text(name, help, Log(kind))
    }
}

/// The flag with its one-letter form.
const fn short(letter: char, flag: Flag) -> Flag {
    Flag {
        short: Some(letter),
        ..flag
    }
}

/// The flag with a default worth showing, as the usage text prints it.
const fn default(shown: &'static str, flag: Flag) -> Flag {
    Flag {
        default: shown,
        ..flag
    }
}

/// Every flag. Variables of the environment are applied in this order.
#[rustfmt::skip]
pub(super) const FLAGS: &[Flag] = &[
    log("add_dir_header", "", Kind::Switch, "Accepted for compatibility, without effect: directory in log headers"),
    switch("allow-empty-data", "Seal Secrets that have neither data nor stringData", Switch(|f| &mut f.allow_empty_data)),
    log("alsologtostderr", "", Kind::Switch, "Accepted for compatibility, without effect: log to files and standard error"),
    log("alsologtostderrthreshold", "severity", Kind::Severity, "Accepted for compatibility, without effect: severity from which logs also go to standard error"),
    text("as", "User to impersonate at the API server", Text(|f| &mut f.cluster.as_user)),
    text("as-group", "Group to impersonate at the API server; may be given several times", Array(|f| &mut f.cluster.as_group)),
    text("as-uid", "UID to impersonate at the API server", Text(|f| &mut f.cluster.as_uid)),
    text("cert", "Seal with the certificate in this file or at this URL instead of asking the controller for it", Text(|f| &mut f.cert)),
    text("certificate-authority", "File with the certificate authority of the API server", Text(|f| &mut f.cluster.certificate_authority)),
    text("client-certificate", "File with the client certificate for TLS", Text(|f| &mut f.cluster.client_certificate)),
    text("client-key", "File with the private key of the client certificate", Text(|f| &mut f.cluster.client_key)),
    text("cluster", "Cluster of the kubeconfig to use", Text(|f| &mut f.cluster.cluster)),
    text("context", "Context of the kubeconfig to use", Text(|f| &mut f.cluster.context)),
    default("\"sealed-secrets-controller\"", text("controller-name", "Name of the controller's Service", Text(|f| &mut f.controller_name))),
    default("\"kube-system\"", text("controller-namespace", "Namespace of the controller's Service", Text(|f| &mut f.controller_namespace))),
    switch("disable-compression", "Ask the API server for uncompressed answers", Switch(|f| &mut f.cluster.disable_compression)),
    switch("fetch-cert", "Print the controller's certificate, to be kept and used offline", Switch(|f| &mut f.fetch_cert)),
    short('o', default("\"json\"", text("format", "Format of the output: json or yaml", Text(|f| &mut f.format)))),
    text("from-file", "File to take the value from, as PATH or KEY=PATH (KEY is ignored); needs the raw mode", List(|f| &mut f.from_file)),
    switch("help", "Print this list", Switch(|f| &mut f.help)),
    switch("insecure-skip-tls-verify", "Accept any certificate of the API server: anybody on the way can then read and change what is sent", Switch(|f| &mut f.cluster.insecure_skip_tls_verify)),
    text("kubeconfig", "The kubeconfig file to use", Text(|f| &mut f.cluster.kubeconfig)),
    default("true", log("legacy_stderr_threshold_behavior", "", Kind::Switch, "Accepted for compatibility, without effect: older rule for the severity threshold")),
    default(":0", log("log_backtrace_at", "traceLocation", Kind::Location, "Accepted for compatibility, without effect: stack trace at this FILE:LINE")),
    log("log_dir", "string", Kind::Text, "Accepted for compatibility, without effect: folder for log files"),
    log("log_file", "string", Kind::Text, "Accepted for compatibility, without effect: log file"),
    default("1800", log("log_file_max_size", "uint", Kind::Size, "Accepted for compatibility, without effect: largest log file in megabytes")),
    default("true", log("logtostderr", "", Kind::Switch, "Accepted for compatibility, without effect: log to standard error")),
    text("merge-into", "Add the sealed values to this SealedSecret file, in place", Text(|f| &mut f.merge_into)),
    text("name", "Name of the Secret: required for a raw value of strict scope, else in place of the one in the input", Text(|f| &mut f.name)),
    short('n', text("namespace", "Namespace, where the input has none", Namespace(|f| &mut f.cluster.namespace))),
    log("one_output", "", Kind::Switch, "Accepted for compatibility, without effect: each log line at one severity only"),
    text("password", "Password for basic authentication at the API server", Text(|f| &mut f.cluster.password)),
    text("proxy-url", "Proxy on the way to the API server: http, https or socks5", Text(|f| &mut f.cluster.proxy_url)),
    switch("raw", "Seal one value, from stdin or a file, and print only its ciphertext", Switch(|f| &mut f.raw)),
    switch("re-encrypt", "Have the controller seal the values again with its newest key", Switch(|f| &mut f.re_encrypt)),
    text("recovery-private-key", "Files with the controller's private keys: PEM, or Secrets and Lists of them as YAML or JSON", List(|f| &mut f.recovery_private_key)),
    switch("recovery-unseal", "Open a SealedSecret with private keys at hand, without a cluster", Switch(|f| &mut f.recovery_unseal)),
    default("\"0\"", text("request-timeout", "Longest wait for one answer of the API server (30s, 2m); zero means no limit", Text(|f| &mut f.cluster.request_timeout))),
    Flag { deprecated: Some("please use --re-encrypt instead"), ..switch("rotate", "", Switch(|f| &mut f.re_encrypt)) },
    default("\"strict\"", text("scope", "Where the result can be opened: strict (this name and namespace), namespace-wide or cluster-wide; strict leaves the scope to annotations of the input", Target::Scope(|f| &mut f.scope))),
    short('w', text("sealed-secret-file", "File to write instead of stdout; .yaml and .yml set the format", Text(|f| &mut f.sealed_secret_file))),
    short('f', text("secret-file", "File to read instead of stdin", Text(|f| &mut f.secret_file))),
    text("server", "Address of the API server", Text(|f| &mut f.cluster.server)),
    log("skip_headers", "", Kind::Switch, "Accepted for compatibility, without effect: no headers in logs"),
    log("skip_log_headers", "", Kind::Switch, "Accepted for compatibility, without effect: no headers in log files"),
    default("2", log("stderrthreshold", "severity", Kind::Severity, "Accepted for compatibility, without effect: severity from which logs go to standard error")),
    text("tls-server-name", "Name to expect in the certificate of the API server", Text(|f| &mut f.cluster.tls_server_name)),
    text("token", "Bearer token for the API server", Text(|f| &mut f.cluster.token)),
    text("user", "User of the kubeconfig to use", Text(|f| &mut f.cluster.user)),
    text("username", "Name for basic authentication at the API server", Text(|f| &mut f.cluster.username)),
    short('v', log("v", "Level", Kind::Level, "Accepted for compatibility, without effect: verbosity of logs")),
    switch("validate", "Ask the controller whether it can open the SealedSecrets", Switch(|f| &mut f.validate)),
    switch("version", "Print the version", Switch(|f| &mut f.version)),
    log("vmodule", "moduleSpec", Kind::Modules, "Accepted for compatibility, without effect: verbosity of logs by file"),
];
