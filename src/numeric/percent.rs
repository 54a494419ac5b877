//! `template % values`: the template's parser and the layout of its conversions.
//!
//! The parser hands out one `Piece` at a time, since what a piece asks for (a key, a `*` width, a value)
//! is looked up, and may fail, before the rest of the template is read:
//!
//! ```text
//! %% -> Literal("%")        %(key)*.*d -> Mapping, Key, StarWidth, StarPrecision, Directive
//! ```
//!
//! Templates are bytes: those of a `str` are its UTF-8. `%` and all that follows it is ASCII.

use super::error::{NumberError, NumberResult};
use super::float_text::{self, Layout, Style};
use super::int::IntRef;
use super::int_text;

/// One step of reading a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Bytes to copy.
    Literal(&'a [u8]),
    /// A `(` was read: the values must be a mapping.
    Mapping,
    /// The key between the brackets: it selects the value.
    Key(&'a [u8]),
    /// The width is the next value, an int.
    StarWidth,
    /// The precision is the next value, an int.
    StarPrecision,
    Directive(Directive),
}

/// A conversion to carry out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Directive {
    pub left: bool,
    pub sign: bool,
    pub space: bool,
    pub alternate: bool,
    pub zero: bool,
    pub width: usize,
    pub precision: Option<usize>,
    /// The conversion's first byte: see `unsupported` for one that none knows.
    pub conversion: u8,
    /// Where the conversion stands, in bytes.
    pub at: usize,
}

/// What the parser reads next within a directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Text,
    Key,
    Flags,
    Width,
    Point,
    Conversion,
}

#[derive(Clone, Debug)]
pub struct Template<'a> {
    text: &'a [u8],
    at: usize,
    state: State,
    directive: Directive,
}

fn incomplete() -> NumberError {
    NumberError::value("incomplete format")
}

impl<'a> Template<'a> {
    pub fn new(text: &'a [u8]) -> Self {
        Template {
            text,
            at: 0,
            state: State::Text,
            directive: Directive::default(),
        }
    }

    /// The next piece; `None` at the end.
    pub fn next_piece(&mut self) -> NumberResult<Option<Piece<'a>>> {
        if self.state == State::Text {
            let rest = &self.text[self.at..];
            if rest.is_empty() {
                return Ok(None);
            }
            match memchr::memchr(b'%', rest) {
                Some(0) => {}
                found => {
                    let len = found.unwrap_or(rest.len());
                    self.at += len;
                    return Ok(Some(Piece::Literal(&rest[..len])));
                }
            }
            self.at += 1;
            match self.peek() {
                Some(b'%') => {
                    self.at += 1;
                    return Ok(Some(Piece::Literal(b"%")));
                }
                Some(b'(') => {
                    self.directive = Directive::default();
                    self.at += 1;
                    self.state = State::Key;
                    return Ok(Some(Piece::Mapping));
                }
                _ => {
                    self.directive = Directive::default();
                    self.state = State::Flags;
                }
            }
        }
        self.directive_piece().map(Some)
    }

    /// The value for the `StarWidth` just handed out: a negative one aligns left.
    pub fn set_width(&mut self, width: i64) {
        self.directive.left |= width < 0;
        self.directive.width = width.unsigned_abs() as usize;
    }

    /// The value for the `StarPrecision` just handed out: a negative one counts as 0.
    pub fn set_precision(&mut self, precision: i64) {
        self.directive.precision = Some(usize::try_from(precision).unwrap_or(0));
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn directive_piece(&mut self) -> NumberResult<Piece<'a>> {
        if self.state == State::Key {
            let key = self.key()?;
            self.state = State::Flags;
            return Ok(Piece::Key(key));
        }
        if self.state == State::Flags {
            self.flags();
            self.state = State::Width;
            if self.peek() == Some(b'*') {
                self.at += 1;
                self.state = State::Point;
                return Ok(Piece::StarWidth);
            }
        }
        if self.state == State::Width {
            self.directive.width = self.integer(isize::MAX as usize, "width too big")?;
            self.state = State::Point;
        }
        if self.state == State::Point {
            self.state = State::Conversion;
            if self.peek() == Some(b'.') {
                self.at += 1;
                if self.peek() == Some(b'*') {
                    self.at += 1;
                    return Ok(Piece::StarPrecision);
                }
                let limit = i32::MAX as usize;
                self.directive.precision = Some(self.integer(limit, "precision too big")?);
            }
        }
        // A length modifier means nothing; C has it.
        if matches!(self.peek(), Some(b'h' | b'l' | b'L')) {
            self.at += 1;
        }
        self.directive.conversion = self.peek().ok_or_else(incomplete)?;
        self.directive.at = self.at;
        self.at += 1;
        self.state = State::Text;
        Ok(Piece::Directive(self.directive))
    }

    /// Brackets in a key nest.
    fn key(&mut self) -> NumberResult<&'a [u8]> {
        let start = self.at;
        let mut depth = 1;
        while depth > 0 {
            match self.peek() {
                Some(b'(') => depth += 1,
                Some(b')') => depth -= 1,
                Some(_) => {}
                None => return Err(NumberError::value("incomplete format key")),
            }
            self.at += 1;
        }
        Ok(&self.text[start..self.at - 1])
    }

    fn flags(&mut self) {
        while let Some(c) = self.peek() {
            match c {
                b'-' => self.directive.left = true,
                b'+' => self.directive.sign = true,
                b' ' => self.directive.space = true,
                b'#' => self.directive.alternate = true,
                b'0' => self.directive.zero = true,
                _ => return,
            }
            self.at += 1;
        }
    }

    fn integer(&mut self, limit: usize, too_big: &'static str) -> NumberResult<usize> {
        let mut value = 0usize;
        while let Some(digit) = self.peek().filter(u8::is_ascii_digit) {
            value = value
                .checked_mul(10)
                .and_then(|n| n.checked_add(usize::from(digit - b'0')))
                .filter(|n| *n <= limit)
                .ok_or_else(|| NumberError::value(too_big))?;
            self.at += 1;
        }
        Ok(value)
    }
}

/// The error for a conversion that does not exist, in a `str` template.
pub fn unsupported(template: &str, directive: &Directive) -> NumberError {
    let c = template[directive.at..].chars().next().unwrap_or('?');
    let shown = if c > '\x1f' && (c as u32) < 128 {
        c
    } else {
        '?'
    };
    NumberError::value(format!(
        "unsupported format character '{shown}' (0x{:x}) at index {}",
        c as u32,
        template[..directive.at].chars().count()
    ))
}

/// The same for a bytes template.
pub fn unsupported_byte(directive: &Directive) -> NumberError {
    let c = directive.conversion;
    NumberError::value(format!(
        "unsupported format character '{}' (0x{c:x}) at index {}",
        char::from(c),
        directive.at
    ))
}

/// `d i u o x X` of an int.
pub fn format_int(n: IntRef<'_>, directive: &Directive, max_digits: usize) -> NumberResult<String> {
    let base = match directive.conversion {
        b'o' => 8,
        b'x' | b'X' => 16,
        _ => 10,
    };
    let mut digits = int_text::magnitude(n, base, max_digits)?;
    let prefix = match directive.conversion {
        _ if !directive.alternate => "",
        b'o' => "0o",
        b'x' => "0x",
        b'X' => "0X",
        _ => "",
    };
    if directive.conversion == b'X' {
        digits.make_ascii_uppercase();
    }
    let zeros = directive.precision.unwrap_or(0);
    if zeros > (i32::MAX - 3) as usize {
        return Err(NumberError::overflow("precision too large"));
    }
    if zeros > digits.len() {
        let mut padded = String::new();
        if padded.try_reserve(zeros).is_err() {
            return Err(NumberError::memory());
        }
        padded.extend(std::iter::repeat_n('0', zeros - digits.len()));
        padded.push_str(&digits);
        digits = padded;
    }
    lay_out(n.is_negative(), prefix, &digits, directive)
}

/// `e E f F g G` of a float.
pub fn format_float(x: f64, directive: &Directive) -> NumberResult<String> {
    let layout = Layout {
        style: match directive.conversion.to_ascii_lowercase() {
            b'e' => Style::Exponent,
            b'f' => Style::Fixed,
            _ => Style::General,
        },
        precision: directive.precision.unwrap_or(6),
        alternate: directive.alternate,
        dot_zero: false,
        upper: directive.conversion.is_ascii_uppercase(),
    };
    let text = float_text::format(x, layout)?;
    match text.strip_prefix('-') {
        Some(digits) => lay_out(true, "", digits, directive),
        None => lay_out(false, "", &text, directive),
    }
}

/// Sign, prefix, zeros or spaces up to the width.
fn lay_out(
    negative: bool,
    prefix: &str,
    digits: &str,
    directive: &Directive,
) -> NumberResult<String> {
    let sign = match negative {
        true => "-",
        false if directive.sign => "+",
        false if directive.space => " ",
        false => "",
    };
    let len = sign.len() + prefix.len() + digits.len();
    let fill = directive.width.saturating_sub(len);
    let mut out = String::new();
    if out.try_reserve(len.max(directive.width)).is_err() {
        return Err(NumberError::memory());
    }
    let zeros = directive.zero && !directive.left;
    if !zeros && !directive.left {
        out.extend(std::iter::repeat_n(' ', fill));
    }
    out.push_str(sign);
    out.push_str(prefix);
    if zeros {
        out.extend(std::iter::repeat_n('0', fill));
    }
    out.push_str(digits);
    if directive.left {
        out.extend(std::iter::repeat_n(' ', fill));
    }
    Ok(out)
}

/// `s r a`: cut to the precision, filled to the width. (`c` likewise, without precision.)
pub fn format_str(text: &str, directive: &Directive) -> NumberResult<String> {
    let limit = directive.precision.unwrap_or(usize::MAX);
    let text = match text.char_indices().nth(limit) {
        Some((end, _)) => &text[..end],
        None => text,
    };
    let len = text.chars().count();
    let mut out = String::new();
    if out
        .try_reserve(text.len().saturating_add(directive.width))
        .is_err()
    {
        return Err(NumberError::memory());
    }
    let fill = std::iter::repeat_n(' ', directive.width.saturating_sub(len));
    if directive.left {
        out.push_str(text);
        out.extend(fill);
    } else {
        out.extend(fill);
        out.push_str(text);
    }
    Ok(out)
}

/// `b s` of bytes.
pub fn format_bytes(bytes: &[u8], directive: &Directive) -> NumberResult<Vec<u8>> {
    let bytes = &bytes[..bytes.len().min(directive.precision.unwrap_or(usize::MAX))];
    let mut out = Vec::new();
    if out.try_reserve(bytes.len().max(directive.width)).is_err() {
        return Err(NumberError::memory());
    }
    let fill = std::iter::repeat_n(b' ', directive.width.saturating_sub(bytes.len()));
    if directive.left {
        out.extend_from_slice(bytes);
        out.extend(fill);
    } else {
        out.extend(fill);
        out.extend_from_slice(bytes);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Result<Vec<String>, String> {
        let mut template = Template::new(text.as_bytes());
        let mut out = Vec::new();
        while let Some(piece) = template.next_piece().map_err(|e| e.message.into_owned())? {
            out.push(match piece {
                Piece::Literal(text) => String::from_utf8_lossy(text).into_owned(),
                Piece::Mapping => "(".to_owned(),
                Piece::Key(key) => format!("key {}", String::from_utf8_lossy(key)),
                Piece::StarWidth => "width".to_owned(),
                Piece::StarPrecision => "precision".to_owned(),
                Piece::Directive(d) => format!("%{}", char::from(d.conversion)),
            });
        }
        Ok(out)
    }

    #[test]
    fn templates_come_apart() {
        let ok = |text: &str| pieces(text).unwrap().join("|");
        assert_eq!(ok("a%%b%5.2fé%s"), "a|%|b|%f|é|%s");
        assert_eq!(ok("%(a(b)c)-*.*ld"), "(|key a(b)c|width|precision|%d");
        for (text, message) in [
            ("%", "incomplete format"),
            ("%5", "incomplete format"),
            ("%.", "incomplete format"),
            ("%(a", "incomplete format key"),
            ("%99999999999999999999d", "width too big"),
            ("%.9999999999f", "precision too big"),
        ] {
            assert_eq!(pieces(text), Err(message.to_owned()));
        }
    }

    #[test]
    fn an_unknown_conversion_is_named() {
        let text = "é%5é";
        let mut template = Template::new(text.as_bytes());
        template.next_piece().unwrap();
        let Ok(Some(Piece::Directive(directive))) = template.next_piece() else {
            panic!("a directive was there")
        };
        assert_eq!(
            unsupported(text, &directive).message,
            "unsupported format character '?' (0xe9) at index 3"
        );
    }

    /// Rows from CPython, tab-separated: type, value, template, result.
    #[test]
    fn conversions_agree_with_cpython() {
        for line in include_str!("testdata/percent.txt").lines() {
            let words: Vec<&str> = line.split('\t').collect();
            let mut template = Template::new(words[2].as_bytes());
            let Ok(Some(Piece::Directive(directive))) = template.next_piece() else {
                panic!("{line}")
            };
            let found = match words[0] {
                "int" => {
                    let n = int_text::parse(words[1], 10, 0).unwrap();
                    format_int(n.borrow(), &directive, 0)
                }
                "float" => format_float(float_text::parse(words[1]).unwrap(), &directive),
                _ => format_str(words[1], &directive),
            };
            assert_eq!(found.unwrap(), words[3], "{line}");
        }
    }
}
