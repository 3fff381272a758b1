//! `lacre cert fetch`, against small servers of our own.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use crate::support::{fixture, names, run};

/// A web server that answers each path by `answer`: status, content type, body. It ends with the test program.
struct Server {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

type Answer = (u16, &'static str, Vec<u8>);

fn serve(answer: impl Fn(&str) -> Answer + Send + 'static) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = Vec::new();
            let mut byte = [0];
            while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() > 0 {
                request.push(byte[0]);
            }
            let request = String::from_utf8(request).unwrap();
            let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
            let (status, kind, body) = answer(&path);
            log.lock().unwrap().push(path);
            let head = format!(
                "HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(&[head.as_bytes(), &body].concat());
        }
    });
    Server { url, asked }
}

fn pem(name: &str) -> Vec<u8> {
    fs::read(fixture(&format!("certs/{name}"))).unwrap()
}

#[test]
fn a_certificate_is_fetched_from_a_url_and_written() {
    let server = serve(|_| (200, "application/x-pem-file", pem("prod.pem")));
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("cluster.pem");
    let words = ["cert", "fetch", "--cert", &server.url];
    let ran = run(words).exits(0);
    assert_eq!(ran.stdout, pem("prod.pem"));
    let ran = run(words.into_iter().chain(["-w", out.to_str().unwrap()])).exits(0);
    assert!(ran.stdout.is_empty());
    assert_eq!(fs::read(&out).unwrap(), pem("prod.pem"));
    for part in [
        "fetched without encryption",
        "fingerprint  SHA256:uY+KKyfA9neciRQQ230IkBNc99+m2jKtNsjM6mWQSjk",
    ] {
        assert!(ran.stderr.contains(part), "{part} in {}", ran.stderr);
    }
    assert_eq!(names(dir.path()), ["cluster.pem"]);
}

#[cfg(unix)]
#[test]
fn a_certificate_that_is_replaced_keeps_its_permissions() {
    use crate::support::{mode, set_mode};

    let server = serve(|_| (200, "application/x-pem-file", pem("prod.pem")));
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("cluster.pem");
    fs::write(&out, "old").unwrap();
    set_mode(&out, 0o644);
    run([
        "cert",
        "fetch",
        "--cert",
        &server.url,
        "-w",
        out.to_str().unwrap(),
    ])
    .exits(0);
    assert_eq!(
        (fs::read(&out).unwrap(), mode(&out)),
        (pem("prod.pem"), 0o644)
    );
}

#[test]
fn what_cannot_seal_is_not_written() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("cluster.pem");
    fs::write(&out, "old").unwrap();
    let answers: [(Answer, &str); 8] = [
        (
            (200, "text/html", b"<html>login</html>".to_vec()),
            "there is no certificate in it",
        ),
        (
            (200, "text/plain", Vec::new()),
            "there is no certificate in it",
        ),
        (
            (200, "text/plain", pem("prod.key")),
            "this is a private key",
        ),
        (
            (200, "text/plain", pem("expired.pem")),
            "this certificate expired",
        ),
        ((200, "text/plain", pem("ec.pem")), "ECDSA"),
        ((200, "text/plain", pem("small.pem")), "1024 bits"),
        ((404, "text/plain", pem("prod.pem")), "404"),
        ((503, "text/plain", b"down".to_vec()), "503"),
    ];
    for (answer, reason) in answers {
        let server = serve(move |_| answer.clone());
        let ran = run([
            "cert",
            "fetch",
            "--cert",
            &server.url,
            "-w",
            out.to_str().unwrap(),
        ])
        .exits(2);
        assert!(ran.stderr.contains(reason), "{reason} in {}", ran.stderr);
        assert_eq!(fs::read(&out).unwrap(), b"old", "{reason}");
    }
    assert_eq!(names(dir.path()), ["cluster.pem"]);
}

/// An API server with one Service, and its controller behind the proxy.
fn cluster(ports: &'static str) -> Server {
    serve(move |path| match path {
        "/api/v1/namespaces/sealed/services/controller" => {
            let service = format!(
                r#"{{"kind":"Service","apiVersion":"v1","metadata":{{"name":"controller"}},"spec":{{"ports":{ports}}}}}"#
            );
            (200, "application/json", service.into_bytes())
        }
        path if path.ends_with("/proxy/v1/cert.pem") => {
            (200, "application/x-pem-file", pem("prod.pem"))
        }
        _ => (404, "text/plain", b"no".to_vec()),
    })
}

fn fetch_from(cluster: &Server, flags: &[&str]) -> crate::support::Ran {
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("config");
    let text = format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: here\ncontexts:\n- name: here\n  context: {{cluster: here, user: me}}\n\
         clusters:\n- name: here\n  cluster: {{server: '{}'}}\nusers:\n- name: me\n  user: {{}}\n",
        cluster.url
    );
    fs::write(&config, text).unwrap();
    let words = ["cert", "fetch", "--kubeconfig", config.to_str().unwrap()];
    run(words.into_iter().chain(flags.iter().copied()))
}

#[test]
fn the_controller_is_asked_on_the_port_called_http() {
    let flags = [
        "--controller-name",
        "controller",
        "--controller-namespace",
        "sealed",
    ];
    let table = [
        (r#"[{"name":"http","port":8080}]"#, "http"),
        (
            r#"[{"name":"metrics","port":8081},{"name":"http","port":8080}]"#,
            "http",
        ),
        (
            r#"[{"name":"web","port":8080},{"name":"metrics","port":8081}]"#,
            "web",
        ),
        (r#"[{"port":8080}]"#, ""),
    ];
    for (ports, port) in table {
        let cluster = cluster(ports);
        let ran = fetch_from(&cluster, &flags).exits(0);
        assert_eq!(ran.stdout, pem("prod.pem"));
        let asked = cluster.asked.lock().unwrap();
        let proxy =
            format!("/api/v1/namespaces/sealed/services/http:controller:{port}/proxy/v1/cert.pem");
        assert_eq!(asked.last(), Some(&proxy));
    }
}

#[test]
fn a_cluster_without_controller_or_configuration_is_told_with_a_way_out() {
    let cluster = cluster("[]");
    let ran = fetch_from(
        &cluster,
        &[
            "--controller-name",
            "controller",
            "--controller-namespace",
            "sealed",
        ],
    )
    .exits(2);
    assert!(ran.stderr.contains("has no port"), "{}", ran.stderr);
    let ran = fetch_from(&cluster, &[]).exits(2);
    assert!(ran.stderr.contains("--controller-name"), "{}", ran.stderr);
    let ran = run(["cert", "fetch"]).exits(2);
    assert!(
        ran.stderr.contains("the controller could not be asked"),
        "{}",
        ran.stderr
    );
}
