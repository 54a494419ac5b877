//! `unicode_escape` and `raw_unicode_escape`; and the escapes of bytes literals.

use super::{DecodeError, OnDecodeError};
use crate::objects::str::{CodePoints, push_code_point};
use crate::objects::str_methods::repr::push_escape;

/// The text with escapes for what is not printable ASCII; raw: only for what is not latin-1.
pub fn encode(text: &[u8], raw: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for c in CodePoints::new(text) {
        match c {
            0x100.. => push_escape(&mut out, c),
            _ if raw => out.push(c as u8),
            0x5c => out.extend(b"\\\\"),
            0x0a => out.extend(b"\\n"),
            0x0d => out.extend(b"\\r"),
            0x09 => out.extend(b"\\t"),
            0x20..0x7f => out.push(c as u8),
            _ => push_escape(&mut out, c),
        }
    }
    out
}

/// What stands for a letter after a backslash.
fn simple(letter: u8) -> Option<u32> {
    Some(match letter {
        b'\\' | b'\'' | b'"' => letter.into(),
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => 10,
        b'r' => 13,
        b't' => 9,
        b'v' => 11,
        _ => return None,
    })
}

/// An escape's outcome.
enum Escape {
    /// A code point (none for a line end) and the escape's length.
    Char(Option<u32>, usize),
    /// The backslash stands for itself.
    Plain,
    /// Wrong: length and reason.
    Bad(usize, &'static str),
    /// Cut off by the end of the data.
    More(usize, &'static str),
}

/// `\x41`, `\u0041`, `\U00000041`: digits after the two first bytes.
fn hex(rest: &[u8], digits: usize, reason: &'static str) -> Escape {
    let found = rest[2..]
        .iter()
        .take(digits)
        .take_while(|b| b.is_ascii_hexdigit())
        .count();
    if found < digits {
        let cut = 2 + found == rest.len();
        return if cut {
            Escape::More(2 + found, reason)
        } else {
            Escape::Bad(2 + found, reason)
        };
    }
    let text = std::str::from_utf8(&rest[2..2 + digits]).unwrap_or("");
    match u32::from_str_radix(text, 16) {
        Ok(c) if c < 0x11_0000 => Escape::Char(Some(c), 2 + digits),
        _ => Escape::Bad(2 + digits, "illegal Unicode character"),
    }
}

/// `\N{NAME}`
fn named(rest: &[u8]) -> Escape {
    const MALFORMED: &str = "malformed \\N character escape";
    if rest.len() == 2 {
        return Escape::More(2, MALFORMED);
    }
    if rest[2] != b'{' {
        return Escape::Bad(2, MALFORMED);
    }
    let Some(len) = memchr::memchr(b'}', rest) else {
        return Escape::More(rest.len(), MALFORMED);
    };
    if len == 3 {
        return Escape::Bad(4, MALFORMED);
    }
    let name = std::str::from_utf8(&rest[3..len]).unwrap_or("");
    match crate::unicode::names::lookup(name) {
        Some(c) => Escape::Char(Some(c), len + 1),
        None => Escape::Bad(len + 1, "unknown Unicode character name"),
    }
}

fn read(rest: &[u8]) -> Escape {
    let Some(&letter) = rest.get(1) else {
        return Escape::More(1, "\\ at end of string");
    };
    match letter {
        b'\n' => Escape::Char(None, 2),
        b'x' => hex(rest, 2, "truncated \\xXX escape"),
        b'u' => hex(rest, 4, "truncated \\uXXXX escape"),
        b'U' => hex(rest, 8, "truncated \\UXXXXXXXX escape"),
        b'N' => named(rest),
        b'0'..=b'7' => {
            let octal = rest[1..].iter().take(3);
            let octal = octal.take_while(|b| matches!(b, b'0'..=b'7'));
            let (n, len) = octal.fold((0, 1), |(n, len), b| (n * 8 + u32::from(b - b'0'), len + 1));
            Escape::Char(Some(n), len)
        }
        _ => match simple(letter) {
            Some(c) => Escape::Char(Some(c), 2),
            None => Escape::Plain,
        },
    }
}

fn decode_with<E>(
    bytes: &[u8],
    last: bool,
    codec: &'static str,
    read: fn(&[u8]) -> Escape,
    on_error: &mut OnDecodeError<'_, E>,
) -> Result<(Vec<u8>, usize), E> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&b) = bytes.get(at) {
        if b != b'\\' {
            push_code_point(&mut out, u32::from(b));
            at += 1;
            continue;
        }
        let (len, reason) = match read(&bytes[at..]) {
            Escape::Char(c, len) => {
                if let Some(c) = c {
                    push_code_point(&mut out, c);
                }
                at += len;
                continue;
            }
            Escape::Plain => {
                out.push(b'\\');
                at += 1;
                continue;
            }
            Escape::More(..) if !last => return Ok((out, at)),
            Escape::Bad(len, reason) | Escape::More(len, reason) => (len, reason),
        };
        let (text, next) = on_error(DecodeError {
            codec,
            start: at,
            end: at + len,
            reason: reason.into(),
        })?;
        out.extend_from_slice(&text);
        at = next;
    }
    Ok((out, at))
}

pub fn decode<E>(
    bytes: &[u8],
    last: bool,
    on_error: &mut OnDecodeError<'_, E>,
) -> Result<(Vec<u8>, usize), E> {
    decode_with(bytes, last, "unicodeescape", read, on_error)
}

pub fn decode_raw<E>(
    bytes: &[u8],
    last: bool,
    on_error: &mut OnDecodeError<'_, E>,
) -> Result<(Vec<u8>, usize), E> {
    fn read(rest: &[u8]) -> Escape {
        match rest.get(1) {
            Some(b'u') => hex(rest, 4, "truncated \\uXXXX escape"),
            Some(b'U') => match hex(rest, 8, "truncated \\UXXXXXXXX escape") {
                Escape::Bad(10, _) => Escape::Bad(10, "\\Uxxxxxxxx out of range"),
                other => other,
            },
            _ => Escape::Plain,
        }
    }
    decode_with(bytes, last, "rawunicodeescape", read, on_error)
}

/// The bytes of a bytes literal's escapes; `Err` with a message.
pub fn decode_bytes(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&b) = bytes.get(at) {
        if b != b'\\' {
            out.push(b);
            at += 1;
            continue;
        }
        let rest = &bytes[at..];
        match rest.get(1) {
            None => return Err("Trailing \\ in string".into()),
            Some(b'x') => match hex(rest, 2, "") {
                Escape::Char(Some(c), len) => {
                    out.push(c as u8);
                    at += len;
                }
                _ => return Err(format!("invalid \\x escape at position {at}")),
            },
            Some(b'u' | b'U' | b'N') => {
                out.push(b'\\');
                at += 1;
            }
            Some(_) => match read(rest) {
                Escape::Char(c, len) => {
                    out.extend(c.map(|c| c as u8));
                    at += len;
                }
                _ => {
                    out.push(b'\\');
                    at += 1;
                }
            },
        }
    }
    Ok(out)
}
