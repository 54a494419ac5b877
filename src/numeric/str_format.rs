//! The templates of `str.format`: literals and fields, and the field names within.
//!
//! `Template` yields fields as they stand; their format specifications may hold fields of their own
//! (`nested`), which the caller expands first. `FieldName` splits `first.attr[index]`. `Numbering` keeps
//! automatic and manual numbers apart.

use super::error::{NumberError, NumberResult};
use super::unicode_digits::decimal_value;

/// How deep fields may nest in format specifications.
pub const MAX_DEPTH: usize = 2;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    pub name: &'a str,
    /// After `!`: `r`, `s`, `a`; the caller refuses others (`unknown_conversion`).
    pub conversion: Option<char>,
    pub spec: &'a str,
    /// Whether the specification holds fields.
    pub nested: bool,
}

/// A literal text and the field after it, if any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    pub literal: &'a str,
    pub field: Option<Field<'a>>,
}

#[derive(Clone, Debug)]
pub struct Template<'a> {
    rest: &'a str,
}

impl<'a> Template<'a> {
    pub fn new(text: &'a str) -> Self {
        Template { rest: text }
    }

    fn piece(&mut self) -> NumberResult<Piece<'a>> {
        let text = self.rest;
        let Some(at) = memchr::memchr2(b'{', b'}', text.as_bytes()) else {
            self.rest = "";
            return Ok(Piece {
                literal: text,
                field: None,
            });
        };
        let brace = text.as_bytes()[at];
        let after = text.as_bytes().get(at + 1).copied();
        if after == Some(brace) {
            self.rest = &text[at + 2..];
            return Ok(Piece {
                literal: &text[..=at],
                field: None,
            });
        }
        if brace == b'}' {
            return Err(NumberError::value(
                "Single '}' encountered in format string",
            ));
        }
        if after.is_none() {
            return Err(NumberError::value(
                "Single '{' encountered in format string",
            ));
        }
        self.rest = &text[at + 1..];
        let field = self.field()?;
        Ok(Piece {
            literal: &text[..at],
            field: Some(field),
        })
    }

    /// A field after its `{`, up to and with its `}`.
    fn field(&mut self) -> NumberResult<Field<'a>> {
        let text = self.rest;
        let unclosed = || NumberError::value("expected '}' before end of string");
        let mut field = Field {
            name: "",
            conversion: None,
            spec: "",
            nested: false,
        };
        let end = name_end(text)?.ok_or_else(unclosed)?;
        field.name = &text[..end];
        let mut stop = text.as_bytes()[end];
        self.rest = &text[end + 1..];
        if stop == b'!' {
            let mut chars = self.rest.chars();
            field.conversion = Some(chars.next().ok_or_else(|| {
                NumberError::value("end of string while looking for conversion specifier")
            })?);
            let colon = chars.next();
            self.rest = chars.as_str();
            stop = match colon {
                Some('}') => b'}',
                Some(':') => b':',
                Some(_) => {
                    return Err(NumberError::value(
                        "expected ':' after conversion specifier",
                    ));
                }
                None => return Err(NumberError::value("unmatched '{' in format spec")),
            };
        }
        if stop == b':' {
            self.spec(&mut field)?;
        }
        Ok(field)
    }

    fn spec(&mut self, field: &mut Field<'a>) -> NumberResult<()> {
        let text = self.rest;
        let mut depth = 1;
        for (at, byte) in text.bytes().enumerate() {
            match byte {
                b'{' => {
                    field.nested = true;
                    depth += 1;
                }
                b'}' => {
                    depth -= 1;
                    if depth == 0 {
                        field.spec = &text[..at];
                        self.rest = &text[at + 1..];
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
        Err(NumberError::value("unmatched '{' in format spec"))
    }
}

/// Where a field's name ends: at `}`, `:` or `!`, but not within `[...]`.
fn name_end(text: &str) -> NumberResult<Option<usize>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' => return Err(NumberError::value("unexpected '{' in field name")),
            b'[' => match memchr::memchr(b']', &bytes[at..]) {
                Some(close) => at += close,
                None => return Ok(None),
            },
            b'}' | b':' | b'!' => return Ok(Some(at)),
            _ => at += 1,
        }
    }
    Ok(None)
}

impl<'a> Iterator for Template<'a> {
    type Item = NumberResult<Piece<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let piece = self.piece();
        if piece.is_err() {
            self.rest = "";
        }
        Some(piece)
    }
}

/// The error for a conversion other than `r`, `s`, `a`.
pub fn unknown_conversion(conversion: char) -> NumberError {
    let code = conversion as u32;
    NumberError::value(if code > 32 && code < 127 {
        format!("Unknown conversion specifier {conversion}")
    } else {
        format!("Unknown conversion specifier \\x{code:x}")
    })
}

/// What a field's name begins with, or an index in brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key<'a> {
    Index(usize),
    Name(&'a str),
}

/// A step from the first object to the one that is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access<'a> {
    Attribute(&'a str),
    Item(Key<'a>),
}

/// A text of digits alone is an index.
fn key(text: &str) -> NumberResult<Key<'_>> {
    let mut index: usize = 0;
    if text.is_empty() {
        return Ok(Key::Name(text));
    }
    for c in text.chars() {
        let Some(digit) = decimal_value(c) else {
            return Ok(Key::Name(text));
        };
        index = index
            .checked_mul(10)
            .and_then(|n| n.checked_add(digit as usize))
            .filter(|n| isize::try_from(*n).is_ok())
            .ok_or_else(|| NumberError::value("Too many decimal digits in format string"))?;
    }
    Ok(Key::Index(index))
}

/// Iterates over the accesses of `first.attr[index]` after `first`.
#[derive(Clone, Debug)]
pub struct Accesses<'a> {
    rest: &'a str,
}

/// Splits a field's name. An empty first part (`Key::Name("")`) asks for an automatic number.
pub fn split_name(name: &str) -> NumberResult<(Key<'_>, Accesses<'_>)> {
    let end = name.find(['.', '[']).unwrap_or(name.len());
    Ok((key(&name[..end])?, Accesses { rest: &name[end..] }))
}

impl<'a> Accesses<'a> {
    fn access(&mut self) -> NumberResult<Access<'a>> {
        let empty = || NumberError::value("Empty attribute in format string");
        let text = self.rest;
        if let Some(after) = text.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            self.rest = &after[end..];
            let name = &after[..end];
            return if name.is_empty() {
                Err(empty())
            } else {
                Ok(Access::Attribute(name))
            };
        }
        let Some(after) = text.strip_prefix('[') else {
            return Err(NumberError::value(
                "Only '.' or '[' may follow ']' in format field specifier",
            ));
        };
        let end = after
            .find(']')
            .ok_or_else(|| NumberError::value("Missing ']' in format string"))?;
        self.rest = &after[end + 1..];
        if end == 0 {
            return Err(empty());
        }
        Ok(Access::Item(key(&after[..end])?))
    }
}

impl<'a> Iterator for Accesses<'a> {
    type Item = NumberResult<Access<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let access = self.access();
        if access.is_err() {
            self.rest = "";
        }
        Some(access)
    }
}

/// Either all fields are numbered by the template or none is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Numbering {
    #[default]
    Undecided,
    Manual,
    /// Holds the next number.
    Automatic(usize),
}

impl Numbering {
    /// The key that a first part stands for: empty ones get the next number.
    pub fn resolve<'a>(&mut self, first: Key<'a>) -> NumberResult<Key<'a>> {
        match (first, *self) {
            (Key::Name(""), Numbering::Manual) => Err(NumberError::value(
                "cannot switch from manual field specification to automatic field numbering",
            )),
            (Key::Name(""), state) => {
                let number = match state {
                    Numbering::Automatic(next) => next,
                    _ => 0,
                };
                *self = Numbering::Automatic(number + 1);
                Ok(Key::Index(number))
            }
            (Key::Index(_), Numbering::Automatic(_)) => Err(NumberError::value(
                "cannot switch from automatic field numbering to manual field specification",
            )),
            (Key::Index(index), _) => {
                *self = Numbering::Manual;
                Ok(Key::Index(index))
            }
            (name, _) => Ok(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let mut out = Vec::new();
        for piece in Template::new(text) {
            match piece {
                Ok(Piece { literal, field }) => {
                    out.push(literal.to_owned());
                    if let Some(f) = field {
                        let conversion = f.conversion.map_or(String::new(), |c| c.to_string());
                        out.push(format!("<{}!{conversion}:{}>", f.name, f.spec));
                    }
                }
                Err(e) => return format!("!{}", e.message),
            }
        }
        out.concat()
    }

    /// Rows from CPython's own parser: template, pieces or message.
    #[test]
    fn templates_come_apart_as_in_cpython() {
        for line in include_str!("testdata/str_format.txt").lines() {
            let (text, expected) = line.split_once('\t').unwrap();
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn names_split_into_accesses() {
        let split = |name| -> NumberResult<(Key<'_>, Vec<Access<'_>>)> {
            let (first, rest) = split_name(name)?;
            Ok((first, rest.collect::<NumberResult<_>>()?))
        };
        assert_eq!(
            split("0.a[b c][12].d"),
            Ok((
                Key::Index(0),
                vec![
                    Access::Attribute("a"),
                    Access::Item(Key::Name("b c")),
                    Access::Item(Key::Index(12)),
                    Access::Attribute("d")
                ]
            ))
        );
        for (name, message) in [
            ("a.", "Empty attribute in format string"),
            ("a[]", "Empty attribute in format string"),
            ("a[1", "Missing ']' in format string"),
            (
                "a[1]x",
                "Only '.' or '[' may follow ']' in format field specifier",
            ),
            (
                "99999999999999999999",
                "Too many decimal digits in format string",
            ),
        ] {
            assert_eq!(split(name), Err(NumberError::value(message)));
        }
    }

    #[test]
    fn numberings_do_not_mix() {
        let mut numbering = Numbering::default();
        assert_eq!(numbering.resolve(Key::Name("")), Ok(Key::Index(0)));
        assert_eq!(numbering.resolve(Key::Name("x")), Ok(Key::Name("x")));
        assert_eq!(numbering.resolve(Key::Name("")), Ok(Key::Index(1)));
        assert!(numbering.resolve(Key::Index(0)).is_err());
    }
}
