//! What holds for every value: no change goes unnoticed, nothing that is read panics.

use std::sync::LazyLock;

use lacre_crypto::{Keyring, decode_text, encode_text};
use lacre_engine::diagnose::{self, Evidence, What};
use lacre_engine::{Observed, Options, plan};
use lacre_template::Limits;
use proptest::prelude::*;
use serde_json::json;

use crate::support::{Still, decode, keyring, object, sealed, strict};

static KEYRING: LazyLock<Keyring> = LazyLock::new(|| keyring(&[0]));
static SEALED: LazyLock<String> = LazyLock::new(|| sealed(b"0123456789", &strict("prod", "db")));

fn opens(text: &str) -> bool {
    let object = decode(&object(&[("a", text.to_owned())], json!({})));
    let observed = Observed {
        sealed: &object,
        keyring: &KEYRING,
        limits: &Limits::default(),
        options: Options {
            explain: false,
            ..Options::default()
        },
    };
    plan(&observed, 0, &mut Still).outcome.is_ok()
}

fn first_finding(text: &str) -> Option<What> {
    let object = decode(&object(&[("a", text.to_owned())], json!({}))).object;
    let evidence = Evidence {
        keyring: Some(&KEYRING),
        ..Evidence::new(&object)
    };
    diagnose::object(&evidence)
        .remove(0)
        .findings
        .into_iter()
        .map(|finding| finding.what)
        .next()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_flipped_bit_fails_and_has_a_reason(bit in 0..8_usize * 284) {
        let mut bytes = decode_text(&SEALED).unwrap();
        prop_assert_eq!(bytes.len(), 284);
        bytes[bit / 8] ^= 1 << (bit % 8);
        let text = encode_text(&bytes);
        prop_assert!(!opens(&text));
        prop_assert!(first_finding(&text).is_some());
    }

    // From 366 characters on an envelope stands there: that of a shorter value.
    #[test]
    fn any_beginning_of_a_value_is_known_to_be_cut_off(characters in 4..366_usize) {
        let text = SEALED.get(..characters).unwrap();
        prop_assert!(!opens(text));
        let finding = first_finding(text);
        prop_assert!(matches!(finding, Some(What::Truncated { .. })), "{finding:?}");
    }

    #[test]
    fn any_text_in_place_of_a_value_is_looked_at_without_a_panic_and_never_opens(text in ".{0,300}") {
        prop_assert!(!opens(&text));
        prop_assert!(first_finding(&text).is_some());
    }

    #[test]
    fn line_breaks_do_no_harm_and_blanks_are_found(at in 0..379_usize) {
        let (start, end) = SEALED.split_at(at);
        let broken = format!("{start}\r\n{end}\n");
        let blank = format!("{start} {end}");
        prop_assert!(opens(&broken));
        prop_assert!(!opens(&blank));
        prop_assert_eq!(first_finding(&blank), Some(What::Blanks { offset: at }));
    }
}
