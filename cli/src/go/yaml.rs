//! YAML as kubectl turns it into JSON.

use super::json::Json;

/// The first document of `text`; null when there is none.
///
/// # Errors
/// `yaml: line N: REASON`.
pub(crate) fn read_document(text: &[u8]) -> Result<Json, String> {
    let text = std::str::from_utf8(text).map_err(|error| {
        let before = text.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        format!("yaml: line {line}: invalid UTF-8")
    })?;
    match lacre_manifest::read_first(text) {
        Ok(Some(node)) => Ok(Json::from(&node)),
        Ok(None) => Ok(Json::Null),
        Err(error) => Err(format!(
            "yaml: line {}: {}",
            error.position.line, error.problem
        )),
    }
}
