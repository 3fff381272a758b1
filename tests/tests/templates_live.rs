//! Random templates, rendered by Go with the engines' own libraries and by us: same text, same errors.
//!
//! `LACRE_TEMPLATES=100000 LACRE_SEED=7` runs more, or others. Go is fetched
//! where it is missing.

use lacre_secret::SecretBytes;
use lacre_template::{Ambient, Data, Dialect, Limits, Options, Template};
use lacre_tests::templates::{Answer, Case, Peer, case};

/// Notes whether it was asked: what depends on clock or chance is not compared.
struct Noted(bool);

impl Ambient for Noted {
    fn now(&mut self) -> (i64, u32) {
        self.0 = true;
        (0, 0)
    }
    fn random(&mut self, _: &mut [u8]) {
        self.0 = true;
    }
}

/// `None` for a template that breaks a bound, where Go might run for ever, or depends on the clock.
fn ours(case: &Case) -> Option<Answer> {
    let dialect = if case.external {
        Dialect::ExternalSecrets
    } else {
        Dialect::SealedSecrets
    };
    let mut data = Data::default();
    for (name, value) in &case.data {
        data.insert(name, SecretBytes::from_slice(value));
    }
    let template = match Template::parse(
        "t.yaml",
        case.template.as_bytes(),
        dialect,
        &Options::default(),
    ) {
        Ok(template) => template,
        Err(e) => return Some(Answer::Failed("parse".into(), e.to_string().into_bytes())),
    };
    let limits = Limits {
        steps: 300_000,
        nesting: 200,
        allocation: 4 << 20,
        output: 1 << 20,
    };
    let mut ambient = Noted(false);
    let rendered = template.render(&data, &limits, &mut ambient);
    match rendered {
        _ if ambient.0 => None,
        Ok(text) => Some(Answer::Rendered(text.expose().to_vec())),
        Err(e) if e.bound().is_some() => None,
        Err(e) => Some(Answer::Failed("exec".into(), e.go_text().expose().to_vec())),
    }
}

/// Whether both say the same. What Go's runtime says of a crash in a library is not ours to repeat.
fn agree(go: &Answer, us: &Answer) -> bool {
    match (go, us) {
        (Answer::Failed(a, text), Answer::Failed(b, other)) => {
            let crashed = |words: &&str| String::from_utf8_lossy(text).contains(*words);
            a == b
                && (text == other
                    || ["runtime error", "reflect", "copystructure"]
                        .iter()
                        .any(crashed))
        }
        (a, b) => a == b,
    }
}

/// Addresses, which differ from run to run, as we print them.
fn shows_address(answer: &Answer) -> bool {
    let (Answer::Rendered(text) | Answer::Failed(_, text)) = answer;
    let text = String::from_utf8_lossy(text);
    [
        "c000010000",
        "C000010000",
        "824633786368",
        "14000000200000",
        "1100000000000000000000010000000000000000",
    ]
    .iter()
    .any(|t| text.contains(t))
}

/// Random choices of Go's own: unsorted keys and addresses.
fn is_chancy(case: &Case) -> bool {
    ["values", "%p", "keys"]
        .iter()
        .any(|t| case.template.contains(t))
}

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable)
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(default)
}

#[test]
fn random_templates_render_as_go_renders_them() {
    let (count, seed) = (number("LACRE_TEMPLATES", 10_000), number("LACRE_SEED", 1));
    let cases: Vec<Case> = (0..count)
        .map(|n| case(seed, n))
        .filter(|c| !is_chancy(c))
        .collect();
    let (mut wrong, mut report) = (0, String::new());
    for external in [false, true] {
        let own = cases.iter().filter(|c| c.external == external);
        let (cases, own): (Vec<Case>, Vec<Answer>) =
            own.filter_map(|c| Some((c.clone(), ours(c)?))).unzip();
        let answers = Peer::start(external).unwrap().ask(&cases).unwrap();
        for ((case, us), go) in cases.iter().zip(&own).zip(&answers) {
            if !agree(go, us) && !shows_address(us) {
                wrong += 1;
                if wrong <= 40 {
                    let show = |a: &Answer| match a {
                        Answer::Rendered(text) => format!("{:?}", String::from_utf8_lossy(text)),
                        Answer::Failed(phase, text) => {
                            format!("{phase}: {}", String::from_utf8_lossy(text))
                        }
                    };
                    let used = case
                        .data
                        .iter()
                        .filter(|(k, _)| case.template.contains(&format!(".{k}")));
                    let used: Vec<_> = used
                        .map(|(k, v)| format!("{k}={:?}", String::from_utf8_lossy(v)))
                        .collect();
                    report += &format!(
                        "{}\n  data {:?}\n  go {}\n  us {}\n",
                        case.template,
                        used,
                        show(go),
                        show(us)
                    );
                }
            }
        }
    }
    assert_eq!(wrong, 0, "of {count}, seed {seed}\n{report}");
}
