use super::*;

const KUBECONFIG: &str = "current-context: a\n\
    clusters: [{name: c, cluster: {server: 'https://h', tls-server-name: t}}, {name: d}]\n\
    users: [{name: u, user: {token: x}}]\n\
    contexts: [{name: a, context: {cluster: c, user: u, namespace: one}}, \
    {name: b, context: {cluster: c}}, {name: d, context: {cluster: d, namespace: two}}]\n";

fn with<T>(set: impl FnOnce(&mut Overrides), ask: impl FnOnce(Settings<'_>) -> T) -> T {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config");
    fs::write(&path, KUBECONFIG).unwrap();
    let mut overrides = Overrides {
        kubeconfig: path.to_str().unwrap().to_owned(),
        ..Overrides::default()
    };
    set(&mut overrides);
    ask(Settings {
        overrides: &overrides,
        environment: &|_| None,
    })
}

fn namespace(set: impl FnOnce(&mut Overrides)) -> Result<(String, bool), String> {
    let found = with(set, |settings| settings.namespace())?;
    Ok((found.name, found.explicit))
}

#[test]
fn the_namespace_is_the_flags_or_the_contexts() {
    let implicit = |name: &str| Ok((name.to_owned(), false));
    assert_eq!(namespace(|_| {}), implicit("one"));
    assert_eq!(
        namespace(|o| o.context = "b".to_owned()),
        implicit("default")
    );
    assert_eq!(
        namespace(|o| o.namespace = "three".to_owned()),
        Ok(("three".to_owned(), true))
    );
}

#[test]
fn what_is_not_usable_is_told_in_client_gos_words() {
    type Change = fn(&mut Overrides);
    let changes: [(Change, &str); 6] = [
        (
            |o| o.kubeconfig = "/absent".to_owned(),
            "stat /absent: no such file or directory",
        ),
        (
            |o| o.context = "z".to_owned(),
            "invalid configuration: [context was not found for specified context: z, cluster \
             has no server defined]",
        ),
        (
            |o| o.cluster = "z".to_owned(),
            "invalid configuration: no server found for cluster \"z\"",
        ),
        (
            |o| o.context = "d".to_owned(),
            "invalid configuration: no server found for cluster \"d\"",
        ),
        (
            |o| o.username = "n".to_owned(),
            "invalid configuration: more than one authentication method found for u; found \
             [token basicAuth], only one is allowed",
        ),
        (|o| o.kubeconfig = String::new(), NO_CONFIGURATION),
    ];
    for (change, expected) in changes {
        assert_eq!(namespace(change).unwrap_err(), expected);
    }
}

#[test]
fn another_server_is_not_expected_to_have_the_files_name() {
    let name = |set: fn(&mut Overrides)| {
        with(set, |settings| {
            settings
                .server()
                .unwrap()
                .cluster
                .tls_server_name
                .to_string()
        })
    };
    assert_eq!(name(|_| {}), "t");
    assert_eq!(name(|o| o.server = "https://other".to_owned()), "");
    assert_eq!(name(|o| o.tls_server_name = "s".to_owned()), "s");
}
