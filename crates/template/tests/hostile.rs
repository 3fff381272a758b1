//! Templates that mean harm, and the bound that stops each; and what errors may say.

use std::time::{Duration, Instant};

use lacre_secret::SecretBytes;
use lacre_template::{Ambient, Bound, Data, Dialect, ExecError, Limits, Options, Template};

struct Zeros;

impl Ambient for Zeros {
    fn now(&mut self) -> (i64, u32) {
        (0, 0)
    }
    fn random(&mut self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

fn render(text: &str) -> Result<SecretBytes, ExecError> {
    let options = Options::default();
    let parsed = Template::parse("t", text.as_bytes(), Dialect::ExternalSecrets, &options);
    // A template that does not parse shows as one that was rendered, and fails the test.
    let Ok(template) = parsed else {
        return Ok(SecretBytes::from_slice(b"no template"));
    };
    let mut data = Data::default();
    data.insert("password", SecretBytes::from_slice(b"hunter2"));
    template.render(&data, &Limits::default(), &mut Zeros)
}

#[test]
fn every_hostile_template_meets_its_bound() {
    let loops = "{{ range until 3000 }}{{ range until 3000 }}{{ range until 3000 }}x{{ end }}{{ end }}{{ end }}";
    let mut wrong = Vec::new();
    for (text, bound) in [
        ("{{ repeat 1000000000 \"abcdefgh\" }}", Bound::Allocation),
        ("{{ repeat 9000000 \"x\" }}", Bound::Output),
        ("{{ until 1000000000 }}", Bound::Allocation),
        ("{{ untilStep 0 9223372036854775807 1 }}", Bound::Allocation),
        ("{{ seq 1 1000000000 }}", Bound::Allocation),
        ("{{ range 9223372036854775807 }}{{ end }}", Bound::Steps),
        (loops, Bound::Allocation),
        (
            "{{ range until 9000 }}{{ range until 9000 }}{{ end }}{{ end }}",
            Bound::Allocation,
        ),
        (
            "{{ define \"r\" }}{{ template \"r\" }}{{ end }}{{ template \"r\" }}",
            Bound::Nesting,
        ),
        (
            "{{ define \"r\" }}{{ template \"r\" . }}{{ template \"r\" . }}{{ end }}{{ template \"r\" . }}",
            Bound::Nesting,
        ),
        (
            "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ $d }}",
            Bound::Nesting,
        ),
        (
            "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ toJson $d }}",
            Bound::Nesting,
        ),
        (
            "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ deepCopy $d }}",
            Bound::Nesting,
        ),
        (
            "{{ $l := list }}{{ range until 100000 }}{{ $l = list $l }}{{ end }}{{ $l }}",
            Bound::Nesting,
        ),
        (
            "{{ $s := \"x\" }}{{ range until 40 }}{{ $s = print $s $s }}{{ end }}",
            Bound::Allocation,
        ),
        (
            "{{ $l := list 1 }}{{ range until 40 }}{{ $l = concat $l $l }}{{ end }}",
            Bound::Allocation,
        ),
        (
            "{{ $l := list }}{{ range until 60000 }}{{ $l = append $l . }}{{ end }}",
            Bound::Allocation,
        ),
        (
            "{{ range until 1000 }}{{ genPrivateKey \"rsa\" }}{{ end }}",
            Bound::Steps,
        ),
        (
            "{{ range until 1000 }}{{ bcrypt \"x\" }}{{ end }}",
            Bound::Steps,
        ),
        (
            "{{ range until 1000 }}{{ derivePassword 1 \"long\" \"p\" \"u\" \"s\" }}{{ end }}",
            Bound::Steps,
        ),
        (
            "{{ range until 100000 }}{{ regexMatch (print \"(a|b)*c\" .) (repeat 100 \"ab\") }}{{ end }}",
            Bound::Steps,
        ),
        (
            "{{ $p := `(\\pL{1,30}){1,30}b` }}{{ range until 100000 }}{{ $x := regexMatch (print $p .) \"a\" }}{{ end }}",
            Bound::Steps,
        ),
        (
            "{{ printf \"%1000000d%1000000d%1000000d%1000000d%1000000d\" 1 2 3 4 5 }}",
            Bound::Output,
        ),
        ("{{ indent 1000000000 \"x\" }}", Bound::Allocation),
        (
            "{{ replace \"\" (repeat 10000 \"y\") (repeat 100000 \"x\") }}",
            Bound::Allocation,
        ),
        (
            "{{ regexReplaceAll \"\" (repeat 100000 \"x\") (repeat 10000 \"y\") }}",
            Bound::Allocation,
        ),
        ("{{ randAlphaNum 1000000000 }}", Bound::Steps),
        ("{{ randBytes 1000000000 }}", Bound::Allocation),
        ("{{ uniq (until 200000) | len }}", Bound::Steps),
        ("{{ repeat 200000 \"[\" | fromJson }}", Bound::Nesting),
    ] {
        let start = Instant::now();
        let stopped = match render(text) {
            Err(e) => format!("{:?}", e.bound()),
            Ok(_) => "rendered".into(),
        };
        if stopped != format!("{:?}", Some(bound)) {
            wrong.push(format!("{text}: {stopped}"));
        }
        // Generous: tests run unoptimised and beside each other.
        let took = start.elapsed();
        if took > Duration::from_secs(60) {
            wrong.push(format!("{text} took {took:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn deep_templates_are_refused_when_parsed() {
    for text in [
        format!("{{{{ {}1{} }}}}", "(".repeat(100_000), ")".repeat(100_000)),
        "{{ if true }}".repeat(100_000),
    ] {
        let parsed = Template::parse(
            "t",
            text.as_bytes(),
            Dialect::SealedSecrets,
            &Options::default(),
        );
        assert_eq!(
            parsed.unwrap_err().message(),
            "max expression depth exceeded"
        );
    }
}

#[test]
fn a_long_chain_of_else_if_is_not_deep() {
    let arms = "{{ else if .absent }}no".repeat(100_000);
    let text = format!("{{{{ if false }}}}{arms}{{{{ else }}}}yes{{{{ end }}}}");
    let template = Template::parse(
        "t",
        text.as_bytes(),
        Dialect::SealedSecrets,
        &Options::default(),
    );
    let rendered = template
        .unwrap()
        .render(&Data::default(), &Limits::default(), &mut Zeros);
    assert_eq!(rendered.unwrap().expose(), b"yes");
}

#[test]
fn errors_hold_no_value_unless_asked_for_gos_words() {
    for text in [
        "{{ fail .password }}",
        "{{ .password | fail }}",
        "{{ mustToDate \"2006\" .password }}",
        "{{ mustRegexMatch (print .password \"(\") \"x\" }}",
        "{{ range .password }}{{ end }}",
        "{{ semver .password }}",
        "{{ semverCompare (print \"a\" .password) \"1\" }}",
        "{{ mustFromJson .password }}",
        "{{ urlParse (print \":\" .password) }}",
        "{{ mustDateModify .password (toDate \"\" \"\") }}",
        "{{ call .password }}",
        "{{ .password | call }}",
        "{{ genSelfSignedCert \"x\" (list .password) (list) 1 }}",
        "{{ .password.x }}",
        "{{ index .password 99 }}",
        "{{ rsaDecrypt .password \"\" \"\" \"\" }}",
        "{{ dig \"a\" 1 .password }}",
        "{{ eq (list .password) (list .password) }}",
        "{{ pkcs12key .password }}",
    ] {
        let error = render(text).unwrap_err();
        for said in [error.to_string(), format!("{error:?}")] {
            assert!(!said.contains("hunter2"), "{text}: {said}");
            assert!(said.contains("t:1:"), "{text} has a place: {said}");
        }
    }
    let error = render("{{ fail .password }}").unwrap_err();
    assert_eq!(
        error.go_text().expose(),
        b"template: t:1:3: executing \"t\" at <fail .password>: error calling fail: hunter2"
    );
    assert_eq!(
        error.to_string(),
        "template: t:1:3: executing \"t\" at <fail .password>: error calling fail: the template says so (`fail`)"
    );
}

#[test]
fn errors_are_worded_as_gos() {
    let parse = |text: &str| {
        Template::parse(
            "cfg",
            text.as_bytes(),
            Dialect::SealedSecrets,
            &Options::default(),
        )
        .unwrap_err()
        .to_string()
    };
    assert_eq!(parse("{{ .a"), "template: cfg:1: unclosed action");
    assert_eq!(
        parse("{{ env \"A\" }}"),
        "template: cfg:1: function \"env\" not defined"
    );
    assert_eq!(parse("a\n{{ if .a }}"), "template: cfg:2: unexpected EOF");
    let error = render("{{ index .password 99 }}").unwrap_err();
    assert_eq!(
        error.go_text().expose(),
        b"template: t:1:3: executing \"t\" at <index .password 99>: error calling index: index out of range: 99"
    );
}
