//! The escapes of `repr` and `ascii`.

use crate::objects::str::CodePoints;
use crate::unicode;

/// `'` unless the text has it and no `"`.
fn quote_for(bytes: &[u8]) -> u8 {
    if memchr::memchr(b'\'', bytes).is_some() && memchr::memchr(b'"', bytes).is_none() {
        b'"'
    } else {
        b'\''
    }
}

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Appends `\xhh`, `\uhhhh` or `\Uhhhhhhhh`.
pub fn push_escape(out: &mut Vec<u8>, c: u32) {
    let (letter, digits) = match c {
        0..=0xff => (b'x', 2),
        0x100..=0xffff => (b'u', 4),
        _ => (b'U', 8),
    };
    out.extend([b'\\', letter]);
    for i in (0..digits).rev() {
        out.push(HEX[(c >> (4 * i) & 15) as usize]);
    }
}

fn escape(bytes: &[u8], shown: impl Fn(u32) -> bool) -> Vec<u8> {
    let quote = quote_for(bytes);
    let mut out = Vec::with_capacity(bytes.len() + 2);
    out.push(quote);
    let mut rest = bytes;
    while !rest.is_empty() {
        let plain = rest
            .iter()
            .position(|&b| !(0x20..0x7f).contains(&b) || b == b'\\' || b == quote)
            .unwrap_or(rest.len());
        out.extend_from_slice(&rest[..plain]);
        let mut chars = CodePoints::new(&rest[plain..]);
        let Some(c) = chars.next() else { break };
        let after = rest.len() - chars.remaining();
        match c {
            0x0a => out.extend(b"\\n"),
            0x0d => out.extend(b"\\r"),
            0x09 => out.extend(b"\\t"),
            0x5c => out.extend(b"\\\\"),
            c if c == u32::from(quote) => out.extend([b'\\', quote]),
            c if c >= 0x80 && shown(c) => out.extend_from_slice(&rest[plain..after]),
            c => push_escape(&mut out, c),
        }
        rest = &rest[after..];
    }
    out.push(quote);
    out
}

/// `repr(text)`
pub fn repr_bytes(bytes: &[u8]) -> Vec<u8> {
    escape(bytes, unicode::is_printable)
}

/// `ascii(text)`, when `text` is a string; otherwise see [`ascii_of_repr`].
pub fn ascii_of_repr(repr: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(repr.len());
    for c in CodePoints::new(repr) {
        if c < 0x80 {
            out.push(c as u8);
        } else {
            push_escape(&mut out, c);
        }
    }
    out
}

/// `repr` of bytes after its prefix: `'...'`.
pub fn repr_of_bytes(bytes: &[u8]) -> Vec<u8> {
    let quote = quote_for(bytes);
    let mut out = Vec::with_capacity(bytes.len() + 2);
    out.push(quote);
    for &b in bytes {
        match b {
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\t' => out.extend(b"\\t"),
            b'\\' => out.extend(b"\\\\"),
            b if b == quote => out.extend([b'\\', quote]),
            0x20..0x7f => out.push(b),
            _ => push_escape(&mut out, u32::from(b)),
        }
    }
    out.push(quote);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        String::from_utf8(repr_bytes(text.as_bytes())).unwrap()
    }

    #[test]
    fn quotes_and_escapes() {
        assert_eq!(shown("it's"), "\"it's\"");
        assert_eq!(shown("it's \"q\""), "'it\\'s \"q\"'");
        assert_eq!(
            shown("a\n\0\u{7f}é\u{a0}\u{2028}"),
            "'a\\n\\x00\\x7fé\\xa0\\u2028'"
        );
        assert_eq!(
            ascii_of_repr(shown("é\u{1f600}").as_bytes()),
            b"'\\xe9\\U0001f600'"
        );
    }
}
