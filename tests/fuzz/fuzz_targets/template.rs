//! Any text as a template of either dialect, parsed, read and rendered with tight bounds: it ends, keeps to the
//! bounds, says the same twice, and no error quotes a value. The first byte says which dialect and which delimiters.
#![no_main]

use lacre_secret::SecretBytes;
use lacre_template::{Ambient, Data, Dialect, Limits, Options, Template};
use libfuzzer_sys::fuzz_target;

/// Stands in every value: wherever it turns up but in the output, a value was quoted.
const CANARY: &str = "zq7canary7qz";

const LIMITS: Limits = Limits {
    output: 1 << 16,
    steps: 2_000_000,
    nesting: 200,
    allocation: 8 << 20,
};

/// The same time and the same octets, always.
struct Still;

impl Ambient for Still {
    fn now(&mut self) -> (i64, u32) {
        (1_700_000_000, 5)
    }
    fn random(&mut self, bytes: &mut [u8]) {
        for (n, byte) in bytes.iter_mut().enumerate() {
            *byte = (n % 251) as u8;
        }
    }
}

fn data() -> Data {
    let mut data = Data::default();
    let texts = [
        ("user", format!("{CANARY}-u")),
        ("password", format!("p {CANARY}&\"'<>\n")),
        (
            "json",
            format!("{{\"a\":[1,\"{CANARY}\",null],\"b\":{{\"c\":true}}}}"),
        ),
        ("yaml", format!("a: {CANARY}\nb: [1, 2]\n")),
        ("list", format!("{CANARY},b,c")),
        ("a-b", format!("{CANARY}=")),
    ];
    for (name, text) in texts {
        data.insert(name, SecretBytes::from_slice(text.as_bytes()));
    }
    data.insert(
        "binary",
        SecretBytes::from_slice(&[0, 0xFF, 0xFE, b'x', 0xC3]),
    );
    data.insert("number", SecretBytes::from_slice(b"42"));
    data
}

fuzz_target!(|bytes: &[u8]| {
    let Some((&plan, text)) = bytes.split_first() else {
        return;
    };
    let dialect = if plan & 1 == 0 {
        Dialect::SealedSecrets
    } else {
        Dialect::ExternalSecrets
    };
    let options = match plan & 6 {
        2 => Options {
            left_delimiter: b"[[".to_vec(),
            right_delimiter: b"]]".to_vec(),
        },
        _ => Options::default(),
    };
    let quotes_canary =
        |message: &str| message.contains(CANARY) && !String::from_utf8_lossy(text).contains(CANARY);
    let template = match Template::parse("t", text, dialect, &options) {
        Ok(template) => template,
        Err(error) => {
            let place = error.place();
            assert!(place.offset <= text.len() && place.line >= 1, "{place:?}");
            return;
        }
    };
    let reading = template.reading();
    let _ = format!("{reading:?}");

    let once = template.render(&data(), &LIMITS, &mut Still);
    let again = template.render(&data(), &LIMITS, &mut Still);
    match (&once, &again) {
        (Ok(once), Ok(again)) => {
            assert!(once.expose().len() <= LIMITS.output);
            assert!(once.expose() == again.expose(), "two texts of one template");
        }
        (Err(once), Err(again)) => {
            let said = once.to_string();
            assert!(!quotes_canary(&said), "a value in: {said}");
            assert!(!quotes_canary(&format!("{once:?}")));
            assert_eq!(said, again.to_string());
            assert!(once.place().offset <= text.len());
        }
        _ => panic!("rendered once, failed once"),
    }
});
