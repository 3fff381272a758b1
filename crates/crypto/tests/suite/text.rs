//! Base64 is read as Go's `encoding/base64` reads it, down to the offset in the error.

use crate::support::{fixture, hex};
use lacre_crypto::{TextError, decode_base64_secret, decode_text, encode_text};
use proptest::prelude::*;
use serde::Deserialize;

/// Recorded from Go 1.26's `base64.StdEncoding`.
#[derive(Deserialize)]
struct Row {
    r#in: String,
    hex: Option<String>,
    error_at: Option<usize>,
}

#[test]
fn every_recorded_text_is_read_or_refused_as_go_does() {
    let rows: Vec<Row> = serde_json::from_slice(&fixture("base64-go.json")).unwrap();
    assert!(rows.len() > 100);
    for row in rows {
        let expected = match (&row.hex, row.error_at) {
            (Some(hex), None) => Ok(hex.clone()),
            (None, Some(offset)) => Err(TextError { offset }),
            _ => panic!("{:?} has no single result", row.r#in),
        };
        let read = decode_text(&row.r#in).map(|bytes| hex(&bytes));
        assert_eq!(read, expected, "{:?}", row.r#in);
        let secret = decode_base64_secret(row.r#in.as_bytes());
        assert_eq!(
            secret.map(|bytes| hex(bytes.expose())),
            expected,
            "{:?}",
            row.r#in
        );
    }
}

#[test]
fn the_error_reads_like_gos_and_holds_nothing_of_the_text() {
    let error = decode_base64_secret(b"aHVudGVyMg=!").unwrap_err();
    assert_eq!(error.to_string(), "illegal base64 data at input byte 10");
}

proptest! {
    #[test]
    fn what_is_encoded_decodes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let text = encode_text(&bytes);
        prop_assert_eq!(decode_text(&text), Ok(bytes));
    }

    #[test]
    fn line_breaks_may_stand_anywhere(
        bytes in proptest::collection::vec(any::<u8>(), 0..80),
        breaks in proptest::collection::vec((any::<prop::sample::Index>(), "\r|\n|\r\n"), 0..10),
    ) {
        let mut text = encode_text(&bytes);
        for (at, line_break) in breaks {
            text.insert_str(at.index(text.len() + 1), &line_break);
        }
        prop_assert_eq!(decode_text(&text), Ok(bytes));
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<Vec<u8>>()) {
        if let Err(TextError { offset }) = decode_base64_secret(&text) {
            prop_assert!(offset <= text.len());
        }
    }
}
