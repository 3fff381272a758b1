//! The namespace of Secrets that name none.

use std::sync::OnceLock;

use super::args::ClusterArgs;
use super::certificates::explained;
use crate::cluster::Settings;

/// What the kubeconfig says, looked up when the first Secret needs it.
pub(super) struct DefaultNamespace<'a> {
    args: &'a ClusterArgs,
    found: OnceLock<Result<String, String>>,
}

impl<'a> DefaultNamespace<'a> {
    pub(super) fn new(args: &'a ClusterArgs) -> Self {
        let found = OnceLock::new();
        Self { args, found }
    }

    /// The namespace, or why there is none.
    pub(super) fn get(&self) -> Result<&str, &str> {
        let found = self.found.get_or_init(|| {
            let environment = |name: &str| std::env::var_os(name);
            let overrides = self.args.overrides();
            let settings = Settings {
                overrides: &overrides,
                environment: &environment,
            };
            settings
                .namespace()
                .map(|namespace| namespace.name)
                .map_err(|reason| explained(&reason))
        });
        found.as_deref().map_err(String::as_str)
    }

    /// Where the namespace comes from, in words.
    pub(super) fn origin(&self) -> String {
        match &self.args.context {
            Some(context) => format!("the kubeconfig context {context:?}"),
            None => "the current kubeconfig context".to_owned(),
        }
    }
}
