//! The surroundings of a process that runs in a cluster: a service account and the address of the
//! API server.

use std::fs;
use std::path::Path;

use super::kubeconfig::{Cluster, User};
use super::settings::Server;
use super::timeout::Timeout;
use super::{Environment, Overrides};
use crate::go::Text;

/// Where every pod finds its service account.
pub(super) const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// A pod that this process may be running in.
pub(super) struct Pod<'a> {
    pub(super) environment: Environment<'a>,
    /// Folder of the service account.
    pub(super) account: &'a Path,
}

impl Pod<'_> {
    /// Whether there is such a pod at all.
    pub(super) fn is_here(&self) -> bool {
        self.variable("KUBERNETES_SERVICE_HOST").is_some()
            && self.variable("KUBERNETES_SERVICE_PORT").is_some()
            && fs::metadata(self.account.join("token")).is_ok_and(|token| !token.is_dir())
    }

    /// The pod's namespace.
    pub(super) fn namespace(&self) -> String {
        let from_file = || {
            let text = fs::read_to_string(self.account.join("namespace")).ok()?;
            let name = text.trim();
            (!name.is_empty()).then(|| name.to_owned())
        };
        self.variable("POD_NAMESPACE")
            .or_else(from_file)
            .unwrap_or_else(|| "default".to_owned())
    }

    /// The API server of the pod's cluster, with the service account's token. Of the flags only
    /// three count here.
    pub(super) fn server(&self, overrides: &Overrides) -> Server {
        let variable = |name| self.variable(name).unwrap_or_default();
        let host = variable("KUBERNETES_SERVICE_HOST");
        let port = variable("KUBERNETES_SERVICE_PORT");
        let host = match host.contains(':') {
            true => format!("[{host}]"),
            false => host,
        };
        let file = |name: &str| self.account.join(name).to_string_lossy().into_owned();
        let given_or = |given: &str, own: String| match given {
            "" => Text::new(own),
            given => Text::new(given),
        };
        let mut user = User::default();
        match overrides.token.is_empty() {
            // A file is read again when the token in it grows old.
            true => user.token_file = Text::new(file("token")),
            false => user.token = Text::new(&overrides.token),
        }
        let cluster = Cluster {
            server: given_or(&overrides.server, format!("https://{host}:{port}")),
            certificate_authority: given_or(&overrides.certificate_authority, file("ca.crt")),
            ..Cluster::default()
        };
        Server {
            cluster,
            user,
            timeout: Timeout::default(),
        }
    }

    /// A variable that is set to something.
    fn variable(&self, name: &str) -> Option<String> {
        let value = (self.environment)(name)?.into_string().ok()?;
        (!value.is_empty()).then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_pod<T>(variables: &[(&str, &str)], ask: impl FnOnce(Pod<'_>) -> T) -> T {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("token"), "t").unwrap();
        fs::write(folder.path().join("namespace"), " from-file\n").unwrap();
        ask(Pod {
            environment: &|name| {
                let found = variables.iter().find(|(key, _)| *key == name);
                found.map(|(_, value)| (*value).into())
            },
            account: folder.path(),
        })
    }

    const ADDRESS: [(&str, &str); 2] = [
        ("KUBERNETES_SERVICE_HOST", "fd00::1"),
        ("KUBERNETES_SERVICE_PORT", "443"),
    ];

    #[test]
    fn a_pod_has_an_address_and_a_token() {
        assert!(in_pod(&ADDRESS, |pod| pod.is_here()));
        assert!(!in_pod(&ADDRESS[..1], |pod| pod.is_here()));
        let without_token = in_pod(&ADDRESS, |pod| {
            fs::remove_file(pod.account.join("token")).unwrap();
            pod.is_here()
        });
        assert!(!without_token);
    }

    #[test]
    fn the_namespace_is_the_variables_or_the_accounts() {
        assert_eq!(in_pod(&ADDRESS, |pod| pod.namespace()), "from-file");
        assert_eq!(
            in_pod(&[("POD_NAMESPACE", "x")], |pod| pod.namespace()),
            "x"
        );
        let without_file = in_pod(&[], |pod| {
            fs::remove_file(pod.account.join("namespace")).unwrap();
            pod.namespace()
        });
        assert_eq!(without_file, "default");
    }

    #[test]
    fn the_account_is_used_unless_a_token_is_given() {
        let server = in_pod(&ADDRESS, |pod| pod.server(&Overrides::default()));
        assert_eq!(&*server.cluster.server, "https://[fd00::1]:443");
        assert!(server.user.token_file.ends_with("token"));
        let overrides = Overrides {
            token: "given".to_owned(),
            ..Overrides::default()
        };
        let server = in_pod(&ADDRESS, |pod| pod.server(&overrides));
        assert_eq!(&*server.user.token, "given");
        assert!(server.user.token_file.is_empty());
    }
}
