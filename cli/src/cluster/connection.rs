//! From settings to a client of the API server.

use std::collections::HashMap;
use std::io::IsTerminal as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kube::config::{AuthInfo, AuthProviderConfig, Config, ExecConfig, ExecInteractiveMode};

use super::Environment;
use super::kubeconfig::{Cluster, Exec, User};
use super::settings::Server;
use super::words::Way;
use crate::go::{Bytes, GoValue as _, Slice, Text, quote, url};

/// The address of an API server.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// Scheme, host and the path that all requests begin with; no slash at the end.
    pub(super) base: String,
    pub(super) host: String,
    pub(super) tls: bool,
}

impl Address {
    /// Reads what a kubeconfig or `--server` gives: a URL, or host and port, then without TLS.
    ///
    /// # Errors
    /// client-go's text.
    pub(super) fn parse(server: &str) -> Result<Self, String> {
        let parsed = url::parse(server);
        let with_scheme = match &parsed {
            Ok(url) if !url.scheme.is_empty() && !url.host.is_empty() => server.to_owned(),
            _ => {
                let with_scheme = format!("http://{server}");
                let url = url::parse(&with_scheme)?;
                if !matches!(url.path.as_slice(), b"" | b"/") {
                    let server = quote(server);
                    return Err(format!("host must be a URL or a host:port pair: {server}"));
                }
                with_scheme
            }
        };
        let url = url::parse(&with_scheme)?;
        let base = with_scheme.split(['?', '#']).next().unwrap_or_default();
        Ok(Self {
            base: base.trim_end_matches('/').to_owned(),
            host: url.host,
            tls: url.scheme == "https",
        })
    }

    /// The port, given or that of the scheme.
    pub(super) fn port(&self) -> u16 {
        let given = self
            .host
            .rsplit_once(':')
            .and_then(|(_, port)| port.parse().ok());
        given.unwrap_or(if self.tls { 443 } else { 80 })
    }

    /// The address as errors name it.
    pub(super) fn way<'a>(&'a self, proxy: Option<&'a http::Uri>) -> Way<'a> {
        Way {
            host: self.host_name(),
            port: self.port(),
            proxy,
        }
    }

    /// The host without its port.
    pub(super) fn host_name(&self) -> &str {
        let without_port = match self.host.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => host,
            _ => &self.host,
        };
        without_port.trim_start_matches('[').trim_end_matches(']')
    }
}

/// The configuration of a client.
///
/// # Errors
/// Which part can't be used.
pub(super) fn config(
    server: Server,
    address: &Address,
    environment: Environment<'_>,
) -> Result<Config, String> {
    let base: http::Uri = address.base.parse().map_err(|error| format!("{error}"))?;
    let mut config = Config::new(base);
    // Waiting is decided here: by the server's Retry-After, within a bound.
    config.default_retry = false;
    config.write_timeout = None;
    config.disable_compression = server.cluster.disable_compression;
    config.proxy_url = match some(&server.cluster.proxy_url) {
        Some(proxy) => Some(proxy_uri(&proxy)?),
        None => environment_proxy(address, environment)?,
    };
    config.auth_info = impersonation(&server.user);
    // Over plain HTTP anybody on the way could read credentials, so none are sent.
    if address.tls {
        check_provider(&server.user)?;
        add_credentials(&mut config.auth_info, &server);
        config.accept_invalid_certs = server.cluster.insecure_skip_tls_verify;
        config.tls_server_name = some(&server.cluster.tls_server_name);
        config.root_cert = authority(&server.cluster)?;
    }
    Ok(config)
}

/// The text, unless it is empty.
fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn impersonation(user: &User) -> AuthInfo {
    let list = |texts: &Slice<Text>| -> Vec<String> {
        texts.iter().map(|text| text.to_string()).collect()
    };
    let extra: HashMap<String, Vec<String>> = user
        .impersonate_extra
        .iter()
        .map(|(name, values)| (name.clone(), list(values)))
        .collect();
    AuthInfo {
        impersonate: some(&user.impersonate),
        impersonate_uid: some(&user.impersonate_uid),
        impersonate_groups: Some(list(&user.impersonate_groups)).filter(|list| !list.is_empty()),
        impersonate_user_extra: Some(extra).filter(|extra| !extra.is_empty()),
        ..AuthInfo::default()
    }
}

/// Of the providers that kubectl once had built in, one is left.
fn check_provider(user: &User) -> Result<(), String> {
    match &user.auth_provider.0 {
        Some(provider) if &*provider.name != "oidc" => Err(format!(
            "the auth provider {} has been removed from Kubernetes; use its credential plugin \
             (exec) instead",
            &*provider.name
        )),
        _ => Ok(()),
    }
}

fn add_credentials(info: &mut AuthInfo, server: &Server) {
    let user = &server.user;
    let base64 = |bytes: &Bytes| (!bytes.is_empty()).then(|| STANDARD.encode(bytes.expose()));
    if user.token.is_zero() {
        info.token_file = some(&user.token_file);
    } else {
        info.token = some(&user.token).map(Into::into);
    }
    if !user.username.is_zero() || !user.password.is_zero() {
        info.username = Some(user.username.to_string());
        info.password = Some(user.password.to_string().into());
    }
    info.client_certificate = some(&user.client_certificate);
    info.client_certificate_data = base64(&user.client_certificate_data);
    info.client_key = some(&user.client_key);
    info.client_key_data = base64(&user.client_key_data).map(Into::into);
    info.auth_provider = user
        .auth_provider
        .0
        .as_ref()
        .map(|provider| AuthProviderConfig {
            name: provider.name.to_string(),
            config: provider
                .config
                .iter()
                .map(|(key, value)| (key.clone(), value.to_string()))
                .collect(),
            ..AuthProviderConfig::default()
        });
    info.exec = user
        .exec
        .0
        .as_ref()
        .map(|exec| plugin(exec, &server.cluster));
}

/// A credential plugin. One that would like to ask the user gets no hold of stdin unless that is
/// a terminal: what is piped in is the input to be sealed.
fn plugin(exec: &Exec, cluster: &Cluster) -> ExecConfig {
    let mode = match &*exec.interactive_mode {
        "Never" => ExecInteractiveMode::Never,
        "Always" => ExecInteractiveMode::Always,
        _ if std::io::stdin().is_terminal() => ExecInteractiveMode::IfAvailable,
        _ => ExecInteractiveMode::Never,
    };
    let variable = |name: &Text, value: &Text| {
        HashMap::from([
            ("name".to_owned(), name.to_string()),
            ("value".to_owned(), value.to_string()),
        ])
    };
    let info = kube::config::Cluster {
        server: some(&cluster.server),
        insecure_skip_tls_verify: Some(cluster.insecure_skip_tls_verify),
        certificate_authority: some(&cluster.certificate_authority),
        certificate_authority_data: (!cluster.certificate_authority_data.is_empty())
            .then(|| STANDARD.encode(cluster.certificate_authority_data.expose())),
        proxy_url: some(&cluster.proxy_url),
        tls_server_name: some(&cluster.tls_server_name),
        ..kube::config::Cluster::default()
    };
    ExecConfig {
        api_version: some(&exec.api_version),
        command: some(&exec.command),
        args: Some(exec.args.iter().map(|arg| arg.to_string()).collect()),
        env: Some(
            exec.env
                .iter()
                .map(|v| variable(&v.name, &v.value))
                .collect(),
        ),
        install_hint: some(&exec.install_hint),
        interactive_mode: Some(mode),
        provide_cluster_info: exec.provide_cluster_info,
        cluster: exec
            .provide_cluster_info
            .then(|| (&info).try_into().ok())
            .flatten(),
        ..ExecConfig::default()
    }
}

/// The certificates that the server's must come from; none for those of the system.
fn authority(cluster: &Cluster) -> Result<Option<Vec<Vec<u8>>>, String> {
    const MAX_SIZE: usize = 16 << 20;
    let pem = if !cluster.certificate_authority_data.is_empty() {
        cluster.certificate_authority_data.expose().to_vec()
    } else if !cluster.certificate_authority.is_zero() {
        let path = std::path::Path::new(&*cluster.certificate_authority);
        crate::atomic_file::read(path, MAX_SIZE)
            .map_err(|error| crate::go::errno::read_error(path, &error))?
            .expose()
            .to_vec()
    } else {
        return Ok(None);
    };
    let certificates = pem_certificates(&pem);
    if certificates.is_empty() {
        return Err(
            "unable to load root certificates: unable to parse bytes as PEM block".to_owned(),
        );
    }
    Ok(Some(certificates))
}

/// The bodies of the `CERTIFICATE` blocks, as they are.
fn pem_certificates(pem: &[u8]) -> Vec<Vec<u8>> {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject as _;
    CertificateDer::pem_slice_iter(pem)
        .filter_map(Result::ok)
        .map(|certificate| certificate.to_vec())
        .collect()
}

/// The proxy that the environment gives for an address.
///
/// # Errors
/// A proxy that is no URL.
pub(super) fn environment_proxy(
    address: &Address,
    environment: Environment<'_>,
) -> Result<Option<http::Uri>, String> {
    let variable = |names: [&str; 2]| {
        let set = |name: &str| environment(name)?.into_string().ok();
        names
            .into_iter()
            .find_map(|name| set(name).filter(|value| !value.is_empty()))
    };
    let proxy = variable(match address.tls {
        true => ["HTTPS_PROXY", "https_proxy"],
        false => ["HTTP_PROXY", "http_proxy"],
    });
    let exempt = variable(["NO_PROXY", "no_proxy"]).unwrap_or_default();
    proxy
        .filter(|_| !is_exempt(address.host_name(), &exempt))
        .map(|proxy| proxy_uri(&proxy))
        .transpose()
}

fn proxy_uri(proxy: &str) -> Result<http::Uri, String> {
    let with_scheme = match proxy.contains("://") {
        true => proxy.to_owned(),
        false => format!("http://{proxy}"),
    };
    // The address may hold a password, so it is not told.
    let uri = with_scheme.parse();
    uri.map_err(|error| format!("the address of the proxy can't be read: {error}"))
}

/// Whether `NO_PROXY` exempts a host. The machine itself always is.
fn is_exempt(host: &str, list: &str) -> bool {
    let ip: Option<std::net::IpAddr> = host.parse().ok();
    if host == "localhost" || ip.is_some_and(|ip| ip.is_loopback()) {
        return true;
    }
    list.split(',').map(str::trim).any(|entry| {
        let entry =
            entry.split_once(':').map_or(
                entry,
                |(name, port)| {
                    if port.contains(':') { entry } else { name }
                },
            );
        if entry == "*" {
            return true;
        }
        if let (Some(ip), Some((net, bits))) = (ip, entry.split_once('/')) {
            return in_network(ip, net, bits);
        }
        let domain = entry.trim_start_matches("*.").trim_start_matches('.');
        !domain.is_empty()
            && host
                .strip_suffix(domain)
                .is_some_and(|rest| rest.ends_with('.') || (rest.is_empty() && domain == entry))
    })
}

fn in_network(ip: std::net::IpAddr, net: &str, bits: &str) -> bool {
    use std::net::IpAddr::{V4, V6};
    let Ok(bits) = bits.parse::<u32>() else {
        return false;
    };
    match (ip, net.parse()) {
        (V4(ip), Ok(V4(net))) if bits <= 32 => {
            let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
            ip.to_bits() & mask == net.to_bits() & mask
        }
        (V6(ip), Ok(V6(net))) if bits <= 128 => {
            let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
            ip.to_bits() & mask == net.to_bits() & mask
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_urls_or_hosts() {
        for (server, base, host, tls) in [
            ("https://h:6443/", "https://h:6443", "h", true),
            ("https://h/a/b?x#y", "https://h/a/b", "h", true),
            ("h:8080", "http://h:8080", "h", false),
            ("127.0.0.1", "http://127.0.0.1", "127.0.0.1", false),
            ("https://[::1]:6443", "https://[::1]:6443", "::1", true),
        ] {
            let address = Address::parse(server).unwrap();
            assert_eq!(address.base, base);
            assert_eq!(address.host_name(), host);
            assert_eq!(address.tls, tls);
            let port = server.contains("6443").then_some(6443);
            let port = port.or(server.contains("8080").then_some(8080));
            assert_eq!(address.port(), port.unwrap_or(if tls { 443 } else { 80 }));
        }
        assert_eq!(
            Address::parse("a/b").unwrap_err(),
            "host must be a URL or a host:port pair: \"a/b\""
        );
        assert!(Address::parse("%zz").is_err());
    }

    #[test]
    fn exempt_hosts_are_those_of_the_list_and_the_machine() {
        for (host, list, exempt) in [
            ("localhost", "", true),
            ("127.8.9.1", "", true),
            ("::1", "", true),
            ("a.example.com", "example.com", true),
            ("example.com", "example.com", true),
            ("example.com", ".example.com", false),
            ("badexample.com", "example.com", false),
            ("a.example.com", " x, *.example.com ", true),
            ("10.1.2.3", "10.0.0.0/8", true),
            ("11.1.2.3", "10.0.0.0/8,11.1.2.3", true),
            ("11.1.2.3", "10.0.0.0/8", false),
            ("fd00::1", "fd00::/8", true),
            ("h", "*", true),
        ] {
            assert_eq!(is_exempt(host, list), exempt, "{host} in {list:?}");
        }
    }

    #[test]
    fn credentials_stay_at_home_without_tls() {
        let server = |base: &str| Server {
            cluster: Cluster {
                server: Text::new(base),
                ..Cluster::default()
            },
            user: User {
                token: Text::new("abc"),
                impersonate: Text::new("jane"),
                ..User::default()
            },
            timeout: super::super::timeout::Timeout::default(),
        };
        for (base, sent) in [("http://h", false), ("https://h", true)] {
            let address = Address::parse(base).unwrap();
            let config = config(server(base), &address, &|_| None).unwrap();
            assert_eq!(config.auth_info.token.is_some(), sent, "{base}");
            assert_eq!(config.auth_info.impersonate.as_deref(), Some("jane"));
        }
    }
}
