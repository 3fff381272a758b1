//! `lacre kubeseal` on its way to the controller: TLS, credentials, patience and deadlines, against a
//! server of our own that speaks as an API server does.
#![cfg(unix)]
#![cfg(test)]

mod server;

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use server::{Answer, Authority, Server};

const SERVICE: &str = r#"{"kind":"Service","apiVersion":"v1","spec":{"ports":[{"name":"http"}]}}"#;
const PROXY: &str =
    "/api/v1/namespaces/kube-system/services/http:sealed-secrets-controller:http/proxy";

/// Answers as an API server with a controller behind it.
fn api_server(request: &server::Request) -> Answer {
    match request.path.as_str() {
        "/api/v1/namespaces/kube-system/services/sealed-secrets-controller" => {
            Answer::json(200, SERVICE)
        }
        path if path == format!("{PROXY}/v1/cert.pem") => Answer::text(200, "a certificate\n"),
        path if path == format!("{PROXY}/v1/verify") => Answer::text(200, ""),
        _ => Answer::text(404, "404 page not found\n"),
    }
}

/// A kubeconfig for `server`, trusting `authority`, with `user` as YAML in braces.
fn kubeconfig(server: &Server, authority: &str, user: &str) -> String {
    let authority = authority.replace('\n', "\\n");
    let folder = server.folder.path();
    std::fs::write(folder.join("ca.pem"), authority.replace("\\n", "\n")).unwrap();
    format!(
        "current-context: a\n\
         contexts: [{{name: a, context: {{cluster: c, user: u}}}}]\n\
         clusters: [{{name: c, cluster: {{server: \"{}\", certificate-authority: ca.pem}}}}]\n\
         users: [{{name: u, user: {user}}}]\n",
        server.url
    )
}

fn kubeseal(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lacre"))
        .arg("kubeseal")
        .args(args)
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Runs with a kubeconfig in the server's folder.
fn with_config(server: &Server, authority: &str, user: &str, args: &[&str]) -> Output {
    let folder = server.folder.path();
    std::fs::write(folder.join("config"), kubeconfig(server, authority, user)).unwrap();
    let args = [&["--kubeconfig", "config"], args].concat();
    kubeseal(folder, &args)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn credentials_go_to_a_server_that_proves_itself() {
    let authority = Authority::new();
    for (user, header) in [
        ("{token: abc}", "Bearer abc"),
        ("{username: u, password: p}", "Basic dTpw"),
        ("{tokenFile: token}", "Bearer from-file"),
    ] {
        let server = Server::tls(&authority, &["127.0.0.1"], api_server);
        std::fs::write(server.folder.path().join("token"), "from-file").unwrap();
        let output = with_config(&server, &authority.pem, user, &["--fetch-cert"]);
        assert_eq!(
            text(&output.stdout),
            "a certificate\n",
            "{}",
            text(&output.stderr)
        );
        let requests = server.requests();
        assert_eq!(requests.len(), 2);
        for request in requests {
            assert_eq!(request.header("authorization"), Some(header));
        }
    }
}

#[test]
fn a_server_that_does_not_prove_itself_learns_nothing() {
    let authority = Authority::new();
    for (name, trusted, reason) in [
        (
            "127.0.0.1",
            Authority::new().pem,
            "x509: certificate signed by unknown authority",
        ),
        (
            "example.com",
            authority.pem.clone(),
            "x509: cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs",
        ),
    ] {
        let server = Server::tls(&authority, &[name], api_server);
        let output = with_config(&server, &trusted, "{token: abc}", &["--fetch-cert"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(
            text(&output.stderr).contains(reason),
            "{}",
            text(&output.stderr)
        );
        assert!(server.requests().is_empty());
    }
}

#[test]
fn without_tls_no_credentials_are_sent() {
    let server = Server::plain(api_server);
    let args = [
        "--server",
        &server.url,
        "--token",
        "abc",
        "--as",
        "jane",
        "--fetch-cert",
    ];
    let output = kubeseal(server.folder.path(), &args);
    assert!(output.status.success(), "{}", text(&output.stderr));
    for request in server.requests() {
        assert_eq!(request.header("authorization"), None);
        assert_eq!(request.header("impersonate-user"), Some("jane"));
    }
}

#[test]
fn a_credential_plugin_is_asked_and_never_quoted() {
    use std::os::unix::fs::PermissionsExt as _;
    let authority = Authority::new();
    for (script, token, error) in [
        (
            "echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\
             \"status\":{\"token\":\"SESAME\"}}'",
            Some("Bearer SESAME"),
            "",
        ),
        ("echo SESAME: [", None, "is no ExecCredential"),
        (
            "echo SESAME; echo no way >&2; exit 3",
            None,
            "failed with exit code 3: no way",
        ),
    ] {
        let server = Server::tls(&authority, &["127.0.0.1"], api_server);
        let plugin = server.folder.path().join("plugin");
        // Standard input holds what is to be sealed; it is none of the plugin's business.
        std::fs::write(
            &plugin,
            format!("#!/bin/sh\n[ -z \"$(cat)\" ] || exit 9\n{script}\n"),
        )
        .unwrap();
        std::fs::set_permissions(&plugin, std::fs::Permissions::from_mode(0o755)).unwrap();
        let user = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin, \
                    interactiveMode: IfAvailable}}";
        let output = with_config(&server, &authority.pem, user, &["--fetch-cert"]);
        let said = text(&output.stderr);
        assert!(!said.contains("SESAME"), "{said}");
        assert!(said.contains(error), "{said}");
        assert_eq!(output.status.success(), token.is_some(), "{said}");
        let requests = server.requests();
        assert_eq!(
            requests
                .first()
                .and_then(|request| request.header("authorization")),
            token
        );
    }
}

#[test]
fn a_service_in_protobuf_is_understood() {
    // `k8s\0`, then Unknown{typeMeta{v1, Service}, raw: Service{spec{ports{name: "web"}}}}.
    const BODY: &[u8] =
        b"k8s\0\x0a\x0d\x0a\x02v1\x12\x07Service\x12\x09\x12\x07\x0a\x05\x0a\x03web";
    let server =
        Server::plain(
            |request| match request.path.ends_with("/sealed-secrets-controller") {
                true => Answer::new(200, "application/vnd.kubernetes.protobuf", BODY),
                false => Answer::text(200, ""),
            },
        );
    let folder = server.folder.path();
    std::fs::write(
        folder.join("in"),
        "kind: SealedSecret\nmetadata: {name: a}\nspec: {}\n",
    )
    .unwrap();
    let output = kubeseal(folder, &["--server", &server.url, "--validate", "-f", "in"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let asked = server.requests().pop().unwrap();
    assert!(
        asked
            .path
            .ends_with("/http:sealed-secrets-controller:web/proxy/v1/verify"),
        "{}",
        asked.path
    );
}

#[test]
fn a_busy_server_gets_the_time_it_asks_for() {
    let mut busy = false;
    let server = Server::plain(move |request| {
        busy = !busy;
        if busy {
            return Answer::text(429, "busy").with_header("Retry-After", "1");
        }
        api_server(request)
    });
    let start = Instant::now();
    let output = kubeseal(
        server.folder.path(),
        &["--server", &server.url, "--fetch-cert"],
    );
    assert_eq!(
        text(&output.stdout),
        "a certificate\n",
        "{}",
        text(&output.stderr)
    );
    assert!(start.elapsed() >= Duration::from_secs(2));
    assert_eq!(server.requests().len(), 4);
}

#[test]
fn a_server_that_asks_for_hours_does_not_get_them() {
    let server = Server::plain(|_| Answer::text(503, "busy").with_header("Retry-After", "7200"));
    let start = Instant::now();
    let output = kubeseal(
        server.folder.path(),
        &["--server", &server.url, "--fetch-cert"],
    );
    assert!(text(&output.stderr).contains("currently unable to handle the request"));
    assert!(start.elapsed() < Duration::from_secs(60));
}

#[test]
fn a_silent_server_is_given_up_at_the_deadline() {
    let server = Server::plain(|request| {
        std::thread::sleep(Duration::from_secs(20));
        api_server(request)
    });
    let start = Instant::now();
    let args = [
        "--server",
        &server.url,
        "--request-timeout",
        "300ms",
        "--fetch-cert",
    ];
    let output = kubeseal(server.folder.path(), &args);
    assert!(text(&output.stderr).contains("?timeout=300ms\": context deadline exceeded"));
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_certificate_url_is_followed_ten_times_and_to_the_web_only() {
    for (steps, expected) in [
        (10, ""),
        (11, "stopped after 10 redirects"),
        (0, "unsupported protocol scheme \"file\""),
    ] {
        let server = Server::plain(move |request| {
            let at: usize = request.path.trim_start_matches('/').parse().unwrap();
            match (at, steps) {
                (_, 0) => Answer::text(302, "").with_header("Location", "file:///etc/passwd"),
                (at, steps) if at == steps => Answer::text(200, "a certificate\n"),
                _ => Answer::text(302, "").with_header("Location", &format!("{}", at + 1)),
            }
        });
        let url = format!("{}/0", server.url);
        let output = kubeseal(server.folder.path(), &["--cert", &url, "--fetch-cert"]);
        let said = text(&output.stderr);
        assert!(said.contains(expected), "{said}");
        assert_eq!(output.status.success(), expected.is_empty(), "{said}");
    }
}
