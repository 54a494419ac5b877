//! The error handlers that come with the language.

use super::{DecodeError, EncodeError, Replacement};
use crate::objects::str::push_code_point;
use crate::objects::str_methods::repr::push_escape;
use crate::unicode::names;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handler {
    Strict,
    Ignore,
    Replace,
    BackslashReplace,
    XmlCharRefReplace,
    NameReplace,
    SurrogateEscape,
    SurrogatePass,
}

impl Handler {
    pub fn by_name(name: &str) -> Option<Handler> {
        Some(match name {
            "strict" => Handler::Strict,
            "ignore" => Handler::Ignore,
            "replace" => Handler::Replace,
            "backslashreplace" => Handler::BackslashReplace,
            "xmlcharrefreplace" => Handler::XmlCharRefReplace,
            "namereplace" => Handler::NameReplace,
            "surrogateescape" => Handler::SurrogateEscape,
            "surrogatepass" => Handler::SurrogatePass,
            _ => return None,
        })
    }

    /// What goes in place of the code points of an error, and where to go on; `None`: raise.
    pub fn encode(self, error: EncodeError<'_>, bad: &[u32]) -> Option<(Replacement, usize)> {
        let mut text = Vec::new();
        match self {
            Handler::Strict => return None,
            Handler::Ignore => {}
            Handler::Replace => text.resize(bad.len(), b'?'),
            Handler::BackslashReplace => bad.iter().for_each(|c| push_escape(&mut text, *c)),
            Handler::XmlCharRefReplace => {
                for c in bad {
                    text.extend(format!("&#{c};").bytes());
                }
            }
            Handler::NameReplace => {
                for c in bad {
                    match names::name(*c) {
                        Some(name) => text.extend(format!("\\N{{{name}}}").bytes()),
                        None => push_escape(&mut text, *c),
                    }
                }
            }
            Handler::SurrogateEscape => return escaped_bytes(error, bad),
            Handler::SurrogatePass => return passed(error, bad),
        }
        Some((Replacement::Text(text), error.end))
    }

    /// The text in place of bytes that cannot be decoded, and where to go on; `None`: raise.
    /// `Err` when the handler is only for encoding.
    pub fn decode(self, error: &DecodeError, bytes: &[u8]) -> Result<Option<(Vec<u8>, usize)>, ()> {
        let bad = bytes.get(error.start..error.end).unwrap_or_default();
        let mut text = Vec::new();
        match self {
            Handler::Strict => return Ok(None),
            Handler::Ignore => {}
            Handler::Replace => push_code_point(&mut text, 0xfffd),
            Handler::BackslashReplace => {
                bad.iter()
                    .for_each(|b| push_escape(&mut text, u32::from(*b)));
            }
            Handler::XmlCharRefReplace | Handler::NameReplace => return Err(()),
            Handler::SurrogateEscape => {
                let high: Vec<u8> = bad
                    .iter()
                    .copied()
                    .take(4)
                    .take_while(|b| *b >= 0x80)
                    .collect();
                if high.is_empty() {
                    return Ok(None);
                }
                high.iter()
                    .for_each(|b| push_code_point(&mut text, 0xdc00 + u32::from(*b)));
                return Ok(Some((text, error.start + high.len())));
            }
            Handler::SurrogatePass => return Ok(passed_surrogate(error, bytes)),
        }
        Ok(Some((text, error.end)))
    }
}

/// U+DC80..U+DCFF stand for the bytes that could not be decoded.
fn escaped_bytes(error: EncodeError<'_>, bad: &[u32]) -> Option<(Replacement, usize)> {
    let bytes: Option<Vec<u8>> = bad
        .iter()
        .map(|c| match c {
            0xdc80..=0xdcff => Some((c - 0xdc00) as u8),
            _ => None,
        })
        .collect();
    Some((Replacement::Bytes(bytes?), error.end))
}

/// Unit size and byte order of a codec that can hold surrogates.
fn shape(codec: &str) -> Option<(usize, bool)> {
    let native = cfg!(target_endian = "little");
    let name = super::normalized(codec);
    Some(match name.as_str() {
        "utf_8" | "utf8" | "cp65001" => (1, true),
        "utf_16" | "utf16" => (2, native),
        "utf_16_le" | "utf_16le" | "utf16_le" | "utf16le" => (2, true),
        "utf_16_be" | "utf_16be" | "utf16_be" | "utf16be" => (2, false),
        "utf_32" | "utf32" => (4, native),
        "utf_32_le" | "utf_32le" | "utf32_le" | "utf32le" => (4, true),
        "utf_32_be" | "utf_32be" | "utf32_be" | "utf32be" => (4, false),
        _ => return None,
    })
}

fn passed(error: EncodeError<'_>, bad: &[u32]) -> Option<(Replacement, usize)> {
    let (unit, little) = shape(error.codec)?;
    let mut out = Vec::new();
    for c in bad {
        if !(0xd800..0xe000).contains(c) {
            return None;
        }
        if unit == 1 {
            push_code_point(&mut out, *c);
        } else {
            crate::objects::packing::write_bits(&mut out, u64::from(*c), unit, little);
        }
    }
    Some((Replacement::Bytes(out), error.end))
}

fn passed_surrogate(error: &DecodeError, bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    let (unit, little) = shape(error.codec)?;
    let len = if unit == 1 { 3 } else { unit };
    let units = bytes.get(error.start..error.start + len)?;
    let mut text = Vec::new();
    if unit == 1 {
        let surrogate = units[0] == 0xed && units[1] & 0xe0 == 0xa0 && units[2] & 0xc0 == 0x80;
        surrogate.then(|| text.extend_from_slice(units))?;
    } else {
        let c = crate::objects::packing::read_unsigned(units, little) as u32;
        (0xd800..0xe000)
            .contains(&c)
            .then(|| push_code_point(&mut text, c))?;
    }
    Some((text, error.start + len))
}
