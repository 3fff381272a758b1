//! kubeconfig files: their fields, where they are looked for, and how several become one.
//!
//! Read by client-go's rules: exact member names, unknown members ignored; of several files the
//! first one to name a cluster, a user, a context or the current context is the one that counts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Environment;
use crate::go::base::Element;
use crate::go::codec::{self, Kind};
use crate::go::structs::go_struct;
use crate::go::{Bytes, GoValue as _, Map, Names, Pointer, Slice, Text, errno};

go_struct! {
    /// How to reach a cluster and how to know it.
    Cluster "Cluster" "v1.Cluster" {
        server: Text = "server";
        tls_server_name: Text = "tls-server-name", omitempty;
        insecure_skip_tls_verify: bool = "insecure-skip-tls-verify", omitempty;
        certificate_authority: Text = "certificate-authority", omitempty;
        certificate_authority_data: Bytes = "certificate-authority-data", omitempty;
        proxy_url: Text = "proxy-url", omitempty;
        disable_compression: bool = "disable-compression", omitempty;
    }
}

go_struct! {
    /// How to prove who asks.
    User "AuthInfo" "v1.AuthInfo" {
        client_certificate: Text = "client-certificate", omitempty;
        client_certificate_data: Bytes = "client-certificate-data", omitempty;
        client_key: Text = "client-key", omitempty;
        client_key_data: Bytes = "client-key-data", omitempty;
        token: Text = "token", omitempty;
        token_file: Text = "tokenFile", omitempty;
        impersonate: Text = "as", omitempty;
        impersonate_uid: Text = "as-uid", omitempty;
        impersonate_groups: Slice<Text> = "as-groups", omitempty;
        impersonate_extra: Map<Slice<Text>> = "as-user-extra", omitempty;
        username: Text = "username", omitempty;
        password: Text = "password", omitempty;
        auth_provider: Pointer<AuthProvider> = "auth-provider", omitempty;
        exec: Pointer<Exec> = "exec", omitempty;
    }
}

impl Element for Slice<Text> {
    const MAP: Names = "map[string][]string";
}

go_struct! {
    AuthProvider "AuthProviderConfig" "v1.AuthProviderConfig" {
        name: Text = "name";
        config: Map<Text> = "config";
    }
}

go_struct! {
    /// A program that hands out credentials.
    Exec "ExecConfig" "v1.ExecConfig" {
        command: Text = "command";
        args: Slice<Text> = "args";
        env: Slice<ExecVariable> = "env";
        api_version: Text = "apiVersion", omitempty;
        install_hint: Text = "installHint", omitempty;
        provide_cluster_info: bool = "provideClusterInfo";
        interactive_mode: Text = "interactiveMode" as "v1.ExecInteractiveMode", omitempty;
    }
}

go_struct! {
    ExecVariable "ExecEnvVar" "v1.ExecEnvVar" {
        name: Text = "name";
        value: Text = "value";
    }
}

impl Element for ExecVariable {
    const SLICE: Names = "[]v1.ExecEnvVar";
}

go_struct! {
    /// A cluster, a user and a namespace under one name.
    Context "Context" "v1.Context" {
        cluster: Text = "cluster";
        user: Text = "user";
        namespace: Text = "namespace", omitempty;
    }
}

go_struct! {
    NamedCluster "NamedCluster" "v1.NamedCluster" {
        name: Text = "name";
        value: Cluster = "cluster";
    }
}

go_struct! {
    NamedUser "NamedAuthInfo" "v1.NamedAuthInfo" {
        name: Text = "name";
        value: User = "user";
    }
}

go_struct! {
    NamedContext "NamedContext" "v1.NamedContext" {
        name: Text = "name";
        value: Context = "context";
    }
}

impl Element for NamedCluster {
    const SLICE: Names = "[]v1.NamedCluster";
}

impl Element for NamedUser {
    const SLICE: Names = "[]v1.NamedAuthInfo";
}

impl Element for NamedContext {
    const SLICE: Names = "[]v1.NamedContext";
}

go_struct! {
    File "Config" "v1.Config" {
        clusters: Slice<NamedCluster> = "clusters";
        users: Slice<NamedUser> = "users";
        contexts: Slice<NamedContext> = "contexts";
        current_context: Text = "current-context";
    }
}

const CONFIG: Kind = Kind {
    group: "",
    version: "v1",
    kind: "Config",
    known: &[],
};

/// All that the files say.
#[derive(Debug, Default)]
pub(super) struct Kubeconfig {
    pub(super) clusters: BTreeMap<String, Cluster>,
    pub(super) users: BTreeMap<String, User>,
    pub(super) contexts: BTreeMap<String, Context>,
    pub(super) current_context: String,
}

impl Kubeconfig {
    /// Reads the file given explicitly, else those of `KUBECONFIG`, else `~/.kube/config`.
    /// Only the first of these must exist.
    ///
    /// # Errors
    /// The file that is missing, or all files that can't be read.
    pub(super) fn load(explicit: &str, environment: Environment<'_>) -> Result<Self, String> {
        let mut config = Self::default();
        if !explicit.is_empty() {
            let path = Path::new(explicit);
            if let Err(error) = std::fs::metadata(path)
                && error.kind() == std::io::ErrorKind::NotFound
            {
                return Err(errno::path_error("stat", path, &error));
            }
            config.add_file(path)?;
            return Ok(config);
        }
        let mut errors: Vec<String> = Vec::new();
        for path in default_paths(environment) {
            if let Err(error) = config.add_file(&path)
                && !errors.contains(&error)
            {
                errors.push(error);
            }
        }
        match errors.as_slice() {
            [] => Ok(config),
            [error] => Err(error.clone()),
            errors => Err(format!("[{}]", errors.join(", "))),
        }
    }

    /// Adds what a file says and an earlier one has not said. A missing file says nothing.
    fn add_file(&mut self, path: &Path) -> Result<(), String> {
        let text = match crate::atomic_file::read(path, MAX_SIZE) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => {
                let reason = errno::read_error(path, &error);
                return Err(loading(path, &reason));
            }
        };
        let file = parse(text.expose()).map_err(|reason| loading(path, &reason))?;
        let path_in_full = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let folder = path_in_full.parent().unwrap_or(Path::new("/"));
        self.add(file, folder)
            .map_err(|reason| loading(path, &reason))
    }

    fn add(&mut self, file: File, folder: &Path) -> Result<(), String> {
        let mut clusters = by_name("Cluster", file.clusters, |named| (named.name, named.value))?;
        let mut users = by_name("AuthInfo", file.users, |named| (named.name, named.value))?;
        let mut contexts = by_name("Context", file.contexts, |named| (named.name, named.value))?;
        for cluster in clusters.values_mut() {
            resolve(&mut cluster.certificate_authority, folder);
        }
        for user in users.values_mut() {
            resolve(&mut user.client_certificate, folder);
            resolve(&mut user.client_key, folder);
            resolve(&mut user.token_file, folder);
            if let Some(exec) = &mut user.exec.0
                && exec.command.contains(std::path::MAIN_SEPARATOR)
            {
                resolve(&mut exec.command, folder);
            }
        }
        // Appended entries win, so what was there already goes last.
        clusters.append(&mut self.clusters);
        users.append(&mut self.users);
        contexts.append(&mut self.contexts);
        (self.clusters, self.users, self.contexts) = (clusters, users, contexts);
        if self.current_context.is_empty() {
            self.current_context = file.current_context.to_string();
        }
        Ok(())
    }
}

/// No kubeconfig comes near; a device or a mistaken file does.
const MAX_SIZE: usize = 64 << 20;

fn loading(path: &Path, reason: &str) -> String {
    format!("error loading config file \"{}\": {reason}", path.display())
}

fn default_paths(environment: Environment<'_>) -> Vec<PathBuf> {
    match environment("KUBECONFIG").filter(|list| !list.is_empty()) {
        Some(list) => std::env::split_paths(&list)
            .filter(|path| !path.as_os_str().is_empty())
            .collect(),
        None => environment("HOME")
            .or_else(|| environment("USERPROFILE"))
            .filter(|home| !home.is_empty())
            .map(|home| Path::new(&home).join(".kube").join("config"))
            .into_iter()
            .collect(),
    }
}

fn parse(text: &[u8]) -> Result<File, String> {
    if text.is_empty() {
        return Ok(File::default());
    }
    codec::decode_object(text, &CONFIG)
}

/// The entries of a list by their names, each of which may come once.
fn by_name<T: Element, V>(
    kind: &str,
    list: Slice<T>,
    split: impl Fn(T) -> (Text, V),
) -> Result<BTreeMap<String, V>, String> {
    let mut map = BTreeMap::new();
    for (name, value) in list.0.unwrap_or_default().into_iter().map(split) {
        let name = name.to_string();
        if map.contains_key(&name) {
            return Err(format!(
                "error converting *[]Named{kind} into *map[string]*api.{kind}: duplicate name \"{name}\" in list"
            ));
        }
        map.insert(name, value);
    }
    Ok(map)
}

/// A path in a kubeconfig file is relative to the file's folder.
fn resolve(path: &mut Text, folder: &Path) {
    if !path.is_zero() {
        let resolved = folder.join(&**path);
        *path = Text::new(resolved.to_string_lossy());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(files: &[(&str, &str)], list: &str) -> Result<Kubeconfig, String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let list: Vec<PathBuf> = list
            .split(':')
            .map(|name| folder.path().join(name))
            .collect();
        let list = std::env::join_paths(list).unwrap();
        Kubeconfig::load("", &|name| (name == "KUBECONFIG").then(|| list.clone()))
    }

    const A: &str = "current-context: a\ncontexts: [{name: a, context: {cluster: c, namespace: na}}]\n\
                     clusters: [{name: c, cluster: {server: 'https://a', certificate-authority: ca.pem}}]\n";
    const B: &str =
        "current-context: b\ncontexts: [{name: a, context: {namespace: nb}}, {name: b}]\n";

    #[test]
    fn the_first_file_to_name_something_counts() {
        let config = load(&[("a", A), ("b", B)], "missing:a:b").unwrap();
        assert_eq!(config.current_context, "a");
        assert_eq!(&*config.contexts["a"].namespace, "na");
        assert!(config.contexts.contains_key("b"));
        let config = load(&[("a", A), ("b", B)], "b:a").unwrap();
        assert_eq!(config.current_context, "b");
        assert_eq!(&*config.contexts["a"].namespace, "nb");
    }

    #[test]
    fn paths_are_relative_to_their_file() {
        let config = load(&[("a", A)], "a").unwrap();
        let path = &*config.clusters["c"].certificate_authority;
        assert!(
            Path::new(path).is_absolute() && path.ends_with("/ca.pem"),
            "{path}"
        );
    }

    #[test]
    fn wrong_files_are_named() {
        let error = load(&[("a", "contexts: 5\n")], "a").unwrap_err();
        assert!(error.starts_with("error loading config file \""), "{error}");
        assert!(
            error.ends_with(
                "json: cannot unmarshal number into Go struct field Config.contexts of type []v1.NamedContext"
            ),
            "{error}"
        );
        let error = Kubeconfig::load("/absent/kc", &|_| None).unwrap_err();
        assert_eq!(error, "stat /absent/kc: no such file or directory");
        assert!(Kubeconfig::load("", &|_| None).unwrap().contexts.is_empty());
    }
}
