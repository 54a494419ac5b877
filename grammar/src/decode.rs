//! Source bytes to text: byte order mark, coding declaration (PEP 263), decoding.

use std::borrow::Cow;

use encoding_rs::Encoding;

use crate::ast::Span;
use crate::syntax_error::SyntaxError;

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// The text of a source file. The byte order mark is not part of it.
///
/// The span of an error counts the bytes of the file, for there is no text yet.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, SyntaxError> {
    decode_named(bytes, None)
}

/// As `decode`; the file's name stands in the message where CPython puts it.
pub fn decode_named<'b>(bytes: &'b [u8], file: Option<&str>) -> Result<Cow<'b, str>, SyntaxError> {
    let marked = bytes.starts_with(BOM);
    let body = if marked { &bytes[BOM.len()..] } else { bytes };
    let Some(declared) = declaration(body) else {
        return match std::str::from_utf8(body) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(error) => Err(undeclared(body, error.valid_up_to(), file)),
        };
    };
    let name = normal_name(&declared);
    if marked && name != "utf-8" {
        return Err(nowhere(format!("encoding problem: {name} with BOM")));
    }
    match name.as_str() {
        "utf-8" | "utf8" => match std::str::from_utf8(body) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(error) => Err(not_utf8(body, error)),
        },
        "iso-8859-1" | "latin1" | "iso8859-1" | "l1" | "8859" | "cp819" => {
            Ok(Cow::Owned(body.iter().map(|&b| char::from(b)).collect()))
        }
        "ascii" | "us-ascii" | "646" => match body.iter().position(|&b| b >= 0x80) {
            None => Ok(String::from_utf8_lossy(body)),
            Some(at) => Err(nowhere(format!(
                "'ascii' codec can't decode byte 0x{:02x} in position {at}: ordinal not in range(128)",
                body[at]
            ))),
        },
        _ => decode_with(body, &name, &declared),
    }
}

fn nowhere(message: String) -> SyntaxError {
    SyntaxError::new(message, Span::default())
}

fn decode_with<'b>(
    body: &'b [u8],
    name: &str,
    declared: &str,
) -> Result<Cow<'b, str>, SyntaxError> {
    // Python's names of the families that the web spells otherwise.
    let bare: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let label = match bare.strip_prefix("cp125") {
        Some(page) => format!("windows-125{page}"),
        None => name.to_string(),
    };
    let found = Encoding::for_label(label.as_bytes())
        .or_else(|| Encoding::for_label(bare.as_bytes()))
        .or_else(|| {
            let part = bare.strip_prefix("iso8859")?;
            Encoding::for_label(format!("iso-8859-{part}").as_bytes())
        });
    let Some(encoding) = found else {
        return Err(nowhere(format!("unknown encoding: {declared}")));
    };
    match encoding.decode_without_bom_handling_and_without_replacement(body) {
        Some(text) => Ok(text),
        None => Err(nowhere(format!("encoding problem: {declared}"))),
    }
}

/// The name in the coding declaration of the first two lines, if there is one.
fn declaration(body: &[u8]) -> Option<String> {
    let mut rest = body;
    for _ in 0..2 {
        let end = rest.iter().position(|b| matches!(b, b'\n' | b'\r'));
        let line = &rest[..end.unwrap_or(rest.len())];
        let blank = line
            .iter()
            .take_while(|b| matches!(b, b' ' | b'\t' | b'\x0c'))
            .count();
        match line.get(blank) {
            Some(b'#') => {
                if let Some(name) = cookie(&line[blank..]) {
                    return Some(name);
                }
            }
            // Only a line without code may stand before the declaration.
            Some(_) => return None,
            None => {}
        }
        let next = end? + 1;
        let crlf = rest[next - 1] == b'\r' && rest.get(next) == Some(&b'\n');
        rest = &rest[next + usize::from(crlf)..];
    }
    None
}

/// The name after `coding:` or `coding=` in a comment.
fn cookie(comment: &[u8]) -> Option<String> {
    const KEY: &[u8] = b"coding";
    let mut at = 0;
    while at + KEY.len() < comment.len() {
        let after = at + KEY.len();
        if comment[at..].starts_with(KEY) && matches!(comment[after], b':' | b'=') {
            let value = &comment[after + 1..];
            let blank = value
                .iter()
                .take_while(|b| matches!(b, b' ' | b'\t'))
                .count();
            let name: String = value[blank..]
                .iter()
                .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
                .map(|&b| char::from(b))
                .collect();
            if !name.is_empty() {
                return Some(name);
            }
        }
        at += 1;
    }
    None
}

/// Lower case with hyphens; the spellings that CPython knows to be UTF-8 and Latin-1.
fn normal_name(name: &str) -> String {
    let lower = name.to_ascii_lowercase().replace('_', "-");
    let is = |known: &str| lower == known || lower.starts_with(&format!("{known}-"));
    if is("utf-8") {
        "utf-8".to_string()
    } else if is("latin-1") || is("iso-8859-1") || is("iso-latin-1") {
        "iso-8859-1".to_string()
    } else {
        lower
    }
}

fn undeclared(body: &[u8], at: usize, file: Option<&str>) -> SyntaxError {
    let line = 1 + body[..at].iter().filter(|&&b| b == b'\n').count();
    let place = file
        .map(|name| format!(" in file {name}"))
        .unwrap_or_default();
    let message = format!(
        "Non-UTF-8 code starting with '\\x{:02x}'{place} on line {line}, but no encoding declared; \
         see https://peps.python.org/pep-0263/ for details",
        body[at]
    );
    SyntaxError::new(message, Span::new(at as u32, at as u32 + 1))
}

/// The words of Python's UTF-8 codec.
fn not_utf8(body: &[u8], error: std::str::Utf8Error) -> SyntaxError {
    let at = error.valid_up_to();
    let len = error.error_len().unwrap_or(body.len() - at);
    let reason = match (error.error_len(), body[at]) {
        (None, _) => "unexpected end of data",
        (Some(1), 0x80..=0xC1 | 0xF5..=0xFF) => "invalid start byte",
        _ => "invalid continuation byte",
    };
    let message = if len == 1 {
        format!(
            "'utf-8' codec can't decode byte 0x{:02x} in position {at}: {reason}",
            body[at]
        )
    } else {
        format!(
            "'utf-8' codec can't decode bytes in position {at}-{}: {reason}",
            at + len - 1
        )
    };
    let message = format!("(unicode error) {message}");
    SyntaxError::new(message, Span::new(at as u32, (at + len) as u32))
}
