//! Codecs between text and bytes, on plain Rust types: no heap, no interpreter.
//!
//! - `unicode.rs` is UTF-8, UTF-16 and UTF-32; `utf7.rs`; `single.rs` the encodings of one byte a
//!   character (`charmaps.rs` is generated); `escape.rs` the forms with backslashes; `punycode.rs`;
//!   `multibyte.rs` the East Asian ones.
//!
//! What cannot be converted is the caller's to decide: an `on_error` function is told where and why, and
//! gives what to put there and where to go on, or an error of its own. Text is WTF-8.

pub mod charmaps;
pub mod escape;
pub mod handlers;
pub mod multibyte;
pub mod punycode;
pub mod single;
pub mod unicode;
pub mod utf7;

use std::borrow::Cow;

use charmaps::{ALIASES, CHARMAPS, NAMES};

/// Byte order of UTF-16 and UTF-32: native with a mark, or given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Marked,
    Little,
    Big,
}

#[derive(Clone, Copy, Debug)]
pub enum Codec {
    Utf8,
    Utf8Sig,
    Utf7,
    Utf16(Order),
    Utf32(Order),
    Ascii,
    Latin1,
    Charmap(&'static [u16; 256]),
    UnicodeEscape,
    RawUnicodeEscape,
    Punycode,
    Multibyte(&'static encoding_rs::Encoding),
}

/// A codec by one of its names.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    pub codec: Codec,
    /// The name of its module, as in `encodings`.
    pub module: &'static str,
    /// `CodecInfo.name`
    pub name: &'static str,
}

/// Where text cannot be encoded, in code points.
#[derive(Clone, Copy, Debug)]
pub struct EncodeError<'a> {
    /// As error messages name the codec.
    pub codec: &'a str,
    pub start: usize,
    pub end: usize,
    pub reason: &'static str,
    /// What the handler put there cannot be encoded either: the error must be raised.
    pub fatal: bool,
}

/// Where bytes cannot be decoded.
#[derive(Clone, Debug)]
pub struct DecodeError {
    pub codec: &'static str,
    pub start: usize,
    pub end: usize,
    pub reason: Cow<'static, str>,
}

/// What an error handler puts in place of what cannot be encoded.
#[derive(Clone, Debug)]
pub enum Replacement {
    /// WTF-8, to be encoded itself.
    Text(Vec<u8>),
    Bytes(Vec<u8>),
}

pub type OnEncodeError<'f, E> = dyn FnMut(EncodeError<'_>) -> Result<(Replacement, usize), E> + 'f;
pub type OnDecodeError<'f, E> = dyn FnMut(DecodeError) -> Result<(Vec<u8>, usize), E> + 'f;

/// A name as it is looked up: lower case, everything but letters, digits and dots as one `_`.
pub fn normalized(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut gap = false;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            if gap && !out.is_empty() {
                out.push('_');
            }
            gap = false;
            out.push(c.to_ascii_lowercase());
        } else {
            gap = true;
        }
    }
    out
}

/// The module of a codec: its name in `encodings`.
pub fn module_of(name: &str) -> Option<&'static str> {
    let name = normalized(name);
    let alias = |name: &str| {
        let at = ALIASES.binary_search_by_key(&name, |a| a.0).ok()?;
        Some(ALIASES[at].1)
    };
    let found = alias(&name).or_else(|| alias(&name.replace('.', "_")));
    let module = found.unwrap_or(&name);
    let at = NAMES.binary_search_by_key(&module, |n| n.0).ok()?;
    Some(NAMES[at].0)
}

/// `CodecInfo.name` of a module.
pub fn name_of(module: &str) -> &'static str {
    let at = NAMES.binary_search_by_key(&module, |n| n.0);
    at.map_or("", |at| NAMES[at].1)
}

/// The text codec of that name.
pub fn find(name: &str) -> Option<Found> {
    let module = module_of(name)?;
    let codec = match module {
        "utf_8" => Codec::Utf8,
        "utf_8_sig" => Codec::Utf8Sig,
        "utf_7" => Codec::Utf7,
        "utf_16" => Codec::Utf16(Order::Marked),
        "utf_16_le" => Codec::Utf16(Order::Little),
        "utf_16_be" => Codec::Utf16(Order::Big),
        "utf_32" => Codec::Utf32(Order::Marked),
        "utf_32_le" => Codec::Utf32(Order::Little),
        "utf_32_be" => Codec::Utf32(Order::Big),
        "ascii" => Codec::Ascii,
        "latin_1" | "iso8859_1" => Codec::Latin1,
        "unicode_escape" => Codec::UnicodeEscape,
        "raw_unicode_escape" => Codec::RawUnicodeEscape,
        "punycode" => Codec::Punycode,
        _ => match CHARMAPS.binary_search_by_key(&module, |c| c.0) {
            Ok(at) => Codec::Charmap(&CHARMAPS[at].1),
            Err(_) => Codec::Multibyte(multibyte::encoding(module)?),
        },
    };
    Some(Found {
        codec,
        module,
        name: name_of(module),
    })
}

/// The text as bytes.
pub fn encode<E>(
    found: &Found,
    text: &[u8],
    on_error: &mut OnEncodeError<'_, E>,
) -> Result<Vec<u8>, E> {
    match found.codec {
        Codec::Utf8 => unicode::encode_utf8(text, on_error),
        Codec::Utf8Sig => {
            let mut out = unicode::encode_utf8(text, on_error)?;
            out.splice(0..0, *b"\xef\xbb\xbf");
            Ok(out)
        }
        Codec::Utf7 => Ok(utf7::encode(text)),
        Codec::Utf16(order) => unicode::encode_wide(text, 2, order, on_error),
        Codec::Utf32(order) => unicode::encode_wide(text, 4, order, on_error),
        Codec::Ascii => single::encode(text, "ascii", 0x80, on_error),
        Codec::Latin1 => single::encode(text, "latin-1", 0x100, on_error),
        Codec::Charmap(table) => single::encode_charmap(text, table, on_error),
        Codec::UnicodeEscape => Ok(escape::encode(text, false)),
        Codec::RawUnicodeEscape => Ok(escape::encode(text, true)),
        Codec::Punycode => Ok(punycode::encode(text)),
        Codec::Multibyte(encoding) => multibyte::encode(text, encoding, found.name, on_error),
    }
}

/// The bytes as text, and how many of them were used: all of them when `last`, else what may go on with
/// bytes to come is left.
pub fn decode<E>(
    found: &Found,
    bytes: &[u8],
    last: bool,
    on_error: &mut OnDecodeError<'_, E>,
) -> Result<(Vec<u8>, usize), E> {
    match found.codec {
        Codec::Utf8 => unicode::decode_utf8(bytes, last, on_error),
        Codec::Utf8Sig => {
            let skip = if bytes.starts_with(b"\xef\xbb\xbf") {
                3
            } else {
                0
            };
            if skip == 0 && !last && bytes.len() < 3 && b"\xef\xbb\xbf".starts_with(bytes) {
                return Ok((vec![], 0));
            }
            let (text, used) = unicode::decode_utf8(&bytes[skip..], last, on_error)?;
            Ok((text, used + skip))
        }
        Codec::Utf7 => utf7::decode(bytes, last, on_error),
        Codec::Utf16(order) => unicode::decode_utf16(bytes, order, last, on_error),
        Codec::Utf32(order) => unicode::decode_utf32(bytes, order, last, on_error),
        Codec::Ascii => single::decode_ascii(bytes, on_error),
        Codec::Latin1 => Ok(single::decode_latin1(bytes)),
        Codec::Charmap(table) => single::decode_charmap(bytes, table, on_error),
        Codec::UnicodeEscape => escape::decode(bytes, last, on_error),
        Codec::RawUnicodeEscape => escape::decode_raw(bytes, last, on_error),
        Codec::Punycode => punycode::decode(bytes, on_error),
        Codec::Multibyte(encoding) => {
            multibyte::decode(bytes, encoding, found.name, last, on_error)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_codecs() {
        let name = |n: &str| find(n).map(|f| f.name);
        assert_eq!(name("UTF8"), Some("utf-8"));
        assert_eq!(name("Latin_1"), Some("iso8859-1"));
        assert_eq!(name("  utf - 16-LE"), Some("utf-16-le"));
        assert_eq!(name("iso8859-15"), Some("iso8859-15"));
        assert_eq!(name("cp437"), Some("cp437"));
        assert_eq!(name("nope"), None);
    }
}
