//! The escapes of string and bytes literals.

use crate::printable::is_printable;

/// What the text is part of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Text,
    Bytes,
    /// Literal text of an f-string, where doubled braces become single.
    Format,
    /// Of a format spec, where they don't.
    Spec,
}

/// What a body of a literal says: its bytes (WTF-8 for text), or CPython's error.
pub struct Decoded {
    pub bytes: Vec<u8>,
    /// The first invalid escape.
    pub warning: Option<String>,
}

/// Appends a code point, a lone surrogate too.
fn push_code(out: &mut Vec<u8>, code: u32) {
    if let Some(c) = char::from_u32(code) {
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    } else {
        out.extend_from_slice(&[
            0xE0 | (code >> 12) as u8,
            0x80 | (code >> 6 & 0x3F) as u8,
            0x80 | (code & 0x3F) as u8,
        ]);
    }
}

fn newline_length(body: &[u8], at: usize) -> usize {
    match (body.get(at), body.get(at + 1)) {
        (Some(b'\r'), Some(b'\n')) => 2,
        _ => 1,
    }
}

/// Raw text: only line ends change.
pub fn raw(body: &str) -> Vec<u8> {
    if !body.contains('\r') {
        return body.as_bytes().to_vec();
    }
    body.replace("\r\n", "\n").replace('\r', "\n").into_bytes()
}

/// Resolves escapes.
pub fn decode(body: &str, part: Part) -> Result<Decoded, String> {
    let source = body.as_bytes();
    let mut out = Vec::with_capacity(source.len());
    let mut warning = None;
    let mut at = 0;
    while let Some(&byte) = source.get(at) {
        match byte {
            b'\\' => at += escape(body, at, part, &mut out, &mut warning)?,
            b'\r' => {
                out.push(b'\n');
                at += newline_length(source, at);
            }
            b'{' | b'}' if part == Part::Format && source.get(at + 1) == Some(&byte) => {
                out.push(byte);
                at += 2;
            }
            _ => {
                let run = source[at + 1..]
                    .iter()
                    .take_while(|b| !matches!(b, b'\\' | b'\r' | b'{' | b'}'))
                    .count();
                out.extend_from_slice(&source[at..=at + run]);
                at += run + 1;
            }
        }
    }
    Ok(Decoded {
        bytes: out,
        warning,
    })
}

/// One escape at `at`: appends what it stands for and says how long it is.
fn escape(
    body: &str,
    at: usize,
    part: Part,
    out: &mut Vec<u8>,
    warning: &mut Option<String>,
) -> Result<usize, String> {
    let source = body.as_bytes();
    let is_bytes = part == Part::Bytes;
    let Some(&letter) = source.get(at + 1) else {
        if matches!(part, Part::Format | Part::Spec) {
            // The brace of a replacement field follows.
            warning.get_or_insert_with(|| "invalid escape sequence '\\{'".to_string());
            out.push(b'\\');
            return Ok(1);
        }
        if is_bytes {
            return Err("(value error) Trailing \\ in string".to_string());
        }
        return Err(unicode_error(body, at, 1, "\\ at end of string"));
    };
    let simple = match letter {
        b'\n' => return Ok(2),
        b'\r' => return Ok(1 + newline_length(source, at + 1)),
        b'\\' | b'\'' | b'"' => Some(letter),
        b'a' => Some(7),
        b'b' => Some(8),
        b'f' => Some(12),
        b'n' => Some(b'\n'),
        b'r' => Some(b'\r'),
        b't' => Some(b'\t'),
        b'v' => Some(11),
        _ => None,
    };
    if let Some(value) = simple {
        out.push(value);
        return Ok(2);
    }
    match letter {
        b'0'..=b'7' => Ok(octal(body, at, is_bytes, out, warning)),
        b'x' if is_bytes => {
            let digits = hex_digits(&source[at + 2..], 2);
            if digits < 2 {
                return Err(format!("(value error) invalid \\x escape at position {at}"));
            }
            out.push(hex_value(&source[at + 2..at + 4]) as u8);
            Ok(4)
        }
        b'x' => hex(body, at, 2, "truncated \\xXX escape", out),
        b'u' if !is_bytes => hex(body, at, 4, "truncated \\uXXXX escape", out),
        b'U' if !is_bytes => hex(body, at, 8, "truncated \\UXXXXXXXX escape", out),
        b'N' if !is_bytes => named(body, at, out),
        _ => {
            // CPython doesn't see the backslash before a character beyond ASCII.
            if letter.is_ascii() {
                let c = char::from(letter);
                warning.get_or_insert_with(|| format!("invalid escape sequence '\\{c}'"));
            }
            // The backslash stays, and what follows is read as if it stood alone.
            out.push(b'\\');
            Ok(1)
        }
    }
}

fn octal(
    body: &str,
    at: usize,
    is_bytes: bool,
    out: &mut Vec<u8>,
    warning: &mut Option<String>,
) -> usize {
    let digits = body.as_bytes()[at + 1..]
        .iter()
        .take(3)
        .take_while(|b| matches!(b, b'0'..=b'7'))
        .count();
    let text = &body[at + 1..at + 1 + digits];
    let value = text
        .bytes()
        .fold(0, |value, digit| value * 8 + u32::from(digit - b'0'));
    if value > 0o377 {
        warning.get_or_insert_with(|| format!("invalid octal escape sequence '\\{text}'"));
    }
    if is_bytes {
        out.push(value as u8)
    } else {
        push_code(out, value)
    }
    1 + digits
}

fn hex_digits(bytes: &[u8], most: usize) -> usize {
    bytes
        .iter()
        .take(most)
        .take_while(|b| b.is_ascii_hexdigit())
        .count()
}

fn hex_value(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |value, &digit| {
        value << 4 | (digit as char).to_digit(16).unwrap_or(0)
    })
}

fn hex(
    body: &str,
    at: usize,
    want: usize,
    message: &str,
    out: &mut Vec<u8>,
) -> Result<usize, String> {
    let source = body.as_bytes();
    let digits = hex_digits(&source[at + 2..], want);
    if digits < want {
        return Err(unicode_error(body, at, 2 + digits, message));
    }
    let code = hex_value(&source[at + 2..at + 2 + want]);
    if code > 0x10_FFFF {
        return Err(unicode_error(
            body,
            at,
            2 + want,
            "illegal Unicode character",
        ));
    }
    push_code(out, code);
    Ok(2 + want)
}

fn named(body: &str, at: usize, out: &mut Vec<u8>) -> Result<usize, String> {
    const MALFORMED: &str = "malformed \\N character escape";
    let rest = &body[at + 2..];
    let Some(inside) = rest.strip_prefix('{') else {
        return Err(unicode_error(body, at, 2, MALFORMED));
    };
    let Some(len) = inside.find('}') else {
        return Err(unicode_error(body, at, 3 + inside.len(), MALFORMED));
    };
    if len == 0 {
        return Err(unicode_error(body, at, 3, MALFORMED));
    }
    let name = &inside[..len];
    let found = character_named(name);
    match found {
        Some(c) => {
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            Ok(4 + len)
        }
        None => Err(unicode_error(
            body,
            at,
            4 + len,
            "unknown Unicode character name",
        )),
    }
}

/// The character with this name or alias, in any case but otherwise exactly so; the crate that
/// knows the names forgives more.
fn character_named(name: &str) -> Option<char> {
    if !name.is_ascii() {
        return None;
    }
    let c = unicode_names2::character(name)?;
    if !is_printable(c) && !c.is_control() && !c.is_whitespace() && !is_format(c) {
        // Named in a later version of Unicode.
        return None;
    }
    let Some(proper) = unicode_names2::name(c) else {
        return Some(c);
    };
    let (wanted, proper) = (name.to_ascii_uppercase(), proper.to_string());
    let letters = |text: &str| text.replace([' ', '-', '_'], "");
    let alias = letters(&wanted) != letters(&proper);
    if wanted == proper || alias {
        Some(c)
    } else {
        None
    }
}

/// General category Cf.
fn is_format(c: char) -> bool {
    matches!(c as u32,
        0xAD | 0x600..=0x605 | 0x61C | 0x6DD | 0x70F | 0x890..=0x891 | 0x8E2 | 0x180E
        | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x2064 | 0x2066..=0x206F | 0xFEFF
        | 0xFFF9..=0xFFFB | 0x110BD | 0x110CD | 0x13430..=0x1343F | 0x1BCA0..=0x1BCA3
        | 0x1D173..=0x1D17A | 0xE0001 | 0xE0020..=0xE007F)
}

/// CPython decodes a copy in which every character beyond ASCII is written `\UXXXXXXXX`, and
/// counts positions there.
fn unicode_error(body: &str, at: usize, len: usize, message: &str) -> String {
    let widen = |text: &str| {
        text.chars()
            .map(|c| if c.is_ascii() { 1 } else { 10 })
            .sum::<usize>()
    };
    let start = widen(body.get(..at).unwrap_or(""));
    let end = start + widen(body.get(at..at + len).unwrap_or("\\"));
    if end - start == 1 {
        return format!(
            "(unicode error) 'unicodeescape' codec can't decode byte 0x5c in position {start}: {message}"
        );
    }
    format!(
        "(unicode error) 'unicodeescape' codec can't decode bytes in position {start}-{}: {message}",
        end - 1
    )
}
