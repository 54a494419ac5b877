//! Names of characters, for `unicodedata`, `\N{...}` escapes and the `namereplace` error handler.

use super::category;

/// The name of an assigned code point.
pub fn name(c: u32) -> Option<String> {
    if category(c) == "Cn" {
        return None;
    }
    unicode_names2::name(char::from_u32(c)?).map(|n| n.to_string())
}

/// The code point of a name, or of an alias.
pub fn lookup(name: &str) -> Option<u32> {
    if !name.is_ascii() {
        return None;
    }
    let c = u32::from(unicode_names2::character(name)?);
    (category(c) != "Cn" || c < 0x20 || (0x7f..0xa0).contains(&c)).then_some(c)
}
