//! Names of characters, for `unicodedata` and the `namereplace` error handler.

use super::category;

/// The name of an assigned code point.
pub fn name(c: u32) -> Option<String> {
    if category(c) == "Cn" {
        return None;
    }
    unicode_names2::name(char::from_u32(c)?).map(|n| n.to_string())
}
