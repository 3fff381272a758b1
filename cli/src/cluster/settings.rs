//! What kubeconfig, flags and the surroundings add up to: a namespace, and a server with
//! credentials. Follows client-go step by step, since scripts know its answers.

use std::fs;
use std::path::Path;

use super::kubeconfig::{Cluster, Context, Kubeconfig, User};
use super::pod::{self, Pod};
use super::timeout::Timeout;
use super::{Environment, Overrides};
use crate::go::{Bytes, GoValue as _, Slice, Text, errno, quote, url};

const NO_CONFIGURATION: &str = "invalid configuration: no configuration has been provided, try \
                                setting KUBERNETES_MASTER environment variable";

/// Where to look for settings.
#[derive(Clone, Copy)]
pub(crate) struct Settings<'a> {
    pub(crate) overrides: &'a Overrides,
    pub(crate) environment: Environment<'a>,
}

/// A namespace, and whether it was asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Namespace {
    pub(crate) name: String,
    /// Given by flag or variable, not found in a context.
    pub(crate) explicit: bool,
}

/// A server and how to talk to it.
pub(super) struct Server {
    pub(super) cluster: Cluster,
    pub(super) user: User,
    pub(super) timeout: Timeout,
}

/// Why there is no usable configuration.
enum Unusable {
    /// Nothing says anything; being in a pod would still help.
    Empty,
    Wrong(String),
}

impl From<Unusable> for String {
    fn from(unusable: Unusable) -> Self {
        match unusable {
            Unusable::Empty => NO_CONFIGURATION.to_owned(),
            Unusable::Wrong(reason) => reason,
        }
    }
}

impl Settings<'_> {
    /// The namespace for objects that name none.
    ///
    /// # Errors
    /// What is wrong with the configuration, in client-go's words.
    pub(crate) fn namespace(&self) -> Result<Namespace, String> {
        let config = Kubeconfig::load(&self.overrides.kubeconfig, self.environment)?;
        if !self.overrides.namespace.is_empty() {
            return Ok(Namespace {
                name: self.overrides.namespace.clone(),
                explicit: true,
            });
        }
        let implicit = |name: String| Namespace {
            name,
            explicit: false,
        };
        let chosen = Chosen::of(config, self.overrides);
        let pod = self.pod();
        match chosen.confirm_usable() {
            Err(Unusable::Empty) if pod.is_here() => return Ok(implicit(pod.namespace())),
            Err(unusable) => return Err(unusable.into()),
            Ok(()) => {}
        }
        let context = chosen.context?;
        if !context.namespace.is_zero() {
            return Ok(implicit(context.namespace.to_string()));
        }
        match pod.is_here() {
            true => Ok(implicit(pod.namespace())),
            false => Ok(implicit("default".to_owned())),
        }
    }

    /// The API server.
    ///
    /// # Errors
    /// What is wrong with the configuration, in client-go's words.
    pub(super) fn server(&self) -> Result<Server, String> {
        let config = Kubeconfig::load(&self.overrides.kubeconfig, self.environment)?;
        match Chosen::of(config, self.overrides).server(self.overrides) {
            Err(Unusable::Empty) if self.pod().is_here() => Ok(self.pod().server(self.overrides)),
            other => other.map_err(String::from),
        }
    }

    fn pod(&self) -> Pod<'_> {
        Pod {
            environment: self.environment,
            account: Path::new(pod::SERVICE_ACCOUNT),
        }
    }
}

/// The parts of a configuration that apply, flags on top.
struct Chosen {
    /// What the context is called, and that there is none of that name.
    missing_context: Option<String>,
    context: Result<Context, String>,
    cluster_name: String,
    /// A file names the cluster, be it only by its name.
    cluster_listed: bool,
    cluster: Result<Cluster, String>,
    user_name: String,
    user: Result<User, String>,
}

impl Chosen {
    fn of(mut config: Kubeconfig, overrides: &Overrides) -> Self {
        let context_name = match overrides.context.as_str() {
            "" => config.current_context,
            name => name.to_owned(),
        };
        let context = config.contexts.remove(&context_name);
        let missing_context =
            (context.is_none() && !context_name.is_empty()).then(|| context_name.clone());
        let context = with_context_flags(context, &context_name, overrides);
        let part = |of: fn(&Context) -> &Text| match &context {
            Ok(context) => of(context).to_string(),
            Err(_) => String::new(),
        };
        let cluster_name = or_flag(part(|context| &context.cluster), &overrides.cluster);
        let user_name = or_flag(part(|context| &context.user), &overrides.user);
        let cluster = config.clusters.remove(&cluster_name);
        let user = config.users.remove(&user_name);
        Self {
            missing_context,
            context,
            cluster_listed: cluster.is_some(),
            cluster: with_cluster_flags(cluster, overrides),
            cluster_name,
            user: with_user_flags(user, overrides),
            user_name,
        }
    }

    /// Checks the parts that are used, all of them, so that the error names every fault.
    fn confirm_usable(&self) -> Result<(), Unusable> {
        let mut faults = Vec::new();
        if let Some(name) = &self.missing_context {
            faults.push(format!(
                "context was not found for specified context: {name}"
            ));
        }
        if let Ok(user) = &self.user {
            faults.extend(user_faults(&self.user_name, user));
        }
        let cluster = match &self.cluster {
            Ok(cluster) => (self.cluster_listed || !cluster.is_zero()).then_some(cluster),
            Err(_) => Some(&Cluster::default()),
        };
        match cluster {
            Some(cluster) => faults.extend(cluster_faults(&self.cluster_name, cluster)),
            None => faults.push("cluster has no server defined".to_owned()),
        }
        match faults.as_slice() {
            [] => Ok(()),
            [_] if cluster.is_none() => Err(Unusable::Empty),
            [fault] => Err(Unusable::Wrong(format!("invalid configuration: {fault}"))),
            faults => {
                let faults = faults.join(", ");
                Err(Unusable::Wrong(format!(
                    "invalid configuration: [{faults}]"
                )))
            }
        }
    }

    fn server(self, overrides: &Overrides) -> Result<Server, Unusable> {
        let usable = self.confirm_usable();
        let user = self.user.map_err(Unusable::Wrong)?;
        self.context.map_err(Unusable::Wrong)?;
        let cluster = self.cluster.map_err(Unusable::Wrong)?;
        usable?;
        let timeout = match overrides.request_timeout.as_str() {
            "" => Timeout::default(),
            given => Timeout::parse(given).map_err(Unusable::Wrong)?,
        };
        Ok(Server {
            cluster,
            user,
            timeout,
        })
    }
}

fn or_flag(name: String, flag: &str) -> String {
    match flag {
        "" => name,
        flag => flag.to_owned(),
    }
}

fn with_context_flags(
    found: Option<Context>,
    name: &str,
    overrides: &Overrides,
) -> Result<Context, String> {
    if found.is_none() && !overrides.context.is_empty() {
        return Err(absent("context", name));
    }
    let mut context = found.unwrap_or_default();
    set(&mut context.cluster, &overrides.cluster);
    set(&mut context.user, &overrides.user);
    set(&mut context.namespace, &overrides.namespace);
    Ok(context)
}

fn with_cluster_flags(found: Option<Cluster>, overrides: &Overrides) -> Result<Cluster, String> {
    if found.is_none() && !overrides.cluster.is_empty() {
        return Err(absent("cluster", &overrides.cluster));
    }
    let mut cluster = found.unwrap_or_default();
    set(&mut cluster.server, &overrides.server);
    set(&mut cluster.proxy_url, &overrides.proxy_url);
    cluster.disable_compression |= overrides.disable_compression;
    // An authority given by flag, or none wanted, replaces what the file says of either.
    if overrides.insecure_skip_tls_verify || !overrides.certificate_authority.is_empty() {
        cluster.insecure_skip_tls_verify = overrides.insecure_skip_tls_verify;
        cluster.certificate_authority = Text::new(&overrides.certificate_authority);
        cluster.certificate_authority_data = Bytes::default();
    }
    // Another server is not expected to have the name of the file's.
    if !overrides.tls_server_name.is_empty() || !overrides.server.is_empty() {
        cluster.tls_server_name = Text::new(&overrides.tls_server_name);
    }
    Ok(cluster)
}

fn with_user_flags(found: Option<User>, overrides: &Overrides) -> Result<User, String> {
    if found.is_none() && !overrides.user.is_empty() {
        return Err(absent("auth info", &overrides.user));
    }
    let mut user = found.unwrap_or_default();
    set(&mut user.token, &overrides.token);
    set(&mut user.username, &overrides.username);
    set(&mut user.password, &overrides.password);
    set(&mut user.impersonate, &overrides.as_user);
    set(&mut user.impersonate_uid, &overrides.as_uid);
    if !overrides.as_group.is_empty() {
        let groups = overrides.as_group.iter().map(Text::new).collect();
        user.impersonate_groups = Slice(Some(groups));
    }
    if !overrides.client_certificate.is_empty() {
        user.client_certificate = Text::new(&overrides.client_certificate);
        user.client_certificate_data = Bytes::default();
    }
    if !overrides.client_key.is_empty() {
        user.client_key = Text::new(&overrides.client_key);
        user.client_key_data = Bytes::default();
    }
    Ok(user)
}

/// A flag that names something there is not.
fn absent(what: &str, name: &str) -> String {
    format!("{what} {} does not exist", quote(name))
}

/// Takes over what a flag gives.
fn set(field: &mut Text, given: &str) {
    if !given.is_empty() {
        *field = Text::new(given);
    }
}

fn cluster_faults(name: &str, cluster: &Cluster) -> Vec<String> {
    let mut faults = Vec::new();
    if cluster.server.is_zero() {
        faults.push(match name {
            "" => "default cluster has no server defined".to_owned(),
            name => format!("no server found for cluster {}", quote(name)),
        });
    }
    if !cluster.proxy_url.is_zero()
        && let Err(reason) = check_proxy(&cluster.proxy_url)
    {
        let (proxy, name) = (quote(&cluster.proxy_url), quote(name));
        faults.push(format!(
            "invalid 'proxy-url' {proxy} for cluster {name}: {reason}"
        ));
    }
    if !cluster.certificate_authority.is_zero() && !cluster.certificate_authority_data.is_empty() {
        faults.push(format!(
            "certificate-authority-data and certificate-authority are both specified for {name}. \
             certificate-authority-data will override."
        ));
    }
    faults.extend(unreadable(
        "certificate-authority",
        &cluster.certificate_authority,
        name,
    ));
    faults
}

fn check_proxy(proxy: &str) -> Result<(), String> {
    let url = url::parse(proxy).map_err(|_| format!("could not parse: {proxy}"))?;
    match &*url.scheme {
        "http" | "https" | "socks5" => Ok(()),
        other => Err(format!(
            "unsupported scheme {}, must be http, https, or socks5",
            quote(other)
        )),
    }
}

fn user_faults(name: &str, user: &User) -> Vec<String> {
    let mut faults = Vec::new();
    let with_certificate =
        !user.client_certificate.is_zero() || !user.client_certificate_data.is_empty();
    if with_certificate {
        if !user.client_certificate.is_zero() && !user.client_certificate_data.is_empty() {
            faults.push(format!(
                "client-cert-data and client-cert are both specified for {name}. client-cert-data \
                 will override."
            ));
        }
        if !user.client_key.is_zero() && !user.client_key_data.is_empty() {
            faults.push(format!(
                "client-key-data and client-key are both specified for {name}; client-key-data \
                 will override"
            ));
        }
        if user.client_key.is_zero() && user.client_key_data.is_empty() {
            faults.push(format!(
                "client-key-data or client-key must be specified for {name} to use the clientCert \
                 authentication method."
            ));
        }
        faults.extend(unreadable("client-cert", &user.client_certificate, name));
        faults.extend(unreadable("client-key", &user.client_key, name));
    }
    faults.extend(exec_faults(name, user));
    let basic = !user.username.is_zero() || !user.password.is_zero();
    if !user.token.is_zero() && basic {
        faults.push(format!(
            "more than one authentication method found for {name}; found [token basicAuth], only \
             one is allowed"
        ));
    }
    let impersonates = !user.impersonate_uid.is_zero()
        || !user.impersonate_groups.is_empty()
        || !user.impersonate_extra.is_empty();
    if impersonates && user.impersonate.is_zero() {
        faults.push(format!(
            "requesting uid, groups or user-extra for {name} without impersonating a user"
        ));
    }
    faults
}

fn exec_faults(name: &str, user: &User) -> Vec<String> {
    let Some(exec) = &user.exec.0 else {
        return Vec::new();
    };
    let mut faults = Vec::new();
    if user.auth_provider.0.is_some() {
        faults.push(format!(
            "authProvider cannot be provided in combination with an exec plugin for {name}"
        ));
    }
    let mut missing = |what: &str| {
        faults.push(format!(
            "{what} must be specified for {name} to use exec authentication plugin"
        ));
    };
    if exec.command.is_zero() {
        missing("command");
    }
    if exec.api_version.is_zero() {
        missing("apiVersion");
    }
    for _ in exec.env.iter().filter(|variable| variable.name.is_zero()) {
        missing("env variable name");
    }
    let old = [
        "client.authentication.k8s.io/v1beta1",
        "client.authentication.k8s.io/v1alpha1",
    ];
    match &*exec.interactive_mode {
        "Never" | "IfAvailable" | "Always" => {}
        "" if old.contains(&&*exec.api_version) => {}
        "" => missing("interactiveMode"),
        other => {
            let other = quote(other);
            faults.push(format!("invalid interactiveMode for {name}: {other}"));
        }
    }
    faults
}

/// The fault of a file that can't be opened.
fn unreadable(what: &str, path: &str, name: &str) -> Option<String> {
    if path.is_empty() {
        return None;
    }
    let path = Path::new(path);
    let error = fs::File::open(path).err()?;
    let reason = errno::path_error("open", path, &error);
    Some(format!(
        "unable to read {what} {} for {name} due to {reason}",
        path.display()
    ))
}

#[cfg(test)]
mod tests;
