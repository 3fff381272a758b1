//! Small rules of reading JSON that several types share.

use serde::{Deserialize, Deserializer};

/// `null` reads as the type's empty value, as Go reads it.
pub(crate) fn or_default<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(from)?.unwrap_or_default())
}
