//! The format mini-language: `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`,
//! parsed and applied to ints, floats, complex numbers and strings.
//!
//! A number is laid out as `left padding, sign, prefix, inner padding, grouped digits, the rest, right
//! padding`; `NumberParts` is what a type makes of its value, `write_number` the one that lays out.

use super::error::{NumberError, NumberResult};
use super::float_text::{self, Layout, Style};
use super::int::IntRef;
use super::unicode_digits::decimal_value;
use super::{int_ops, int_text};

/// What goes between groups of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    None,
    Comma,
    Underscore,
    /// `_` with b, o, x, X.
    UnderscoreByFour,
}

/// A parsed specification. Absent parts keep the defaults of the type that parses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatSpec {
    pub fill: char,
    /// One of `<`, `>`, `^`, `=`.
    pub align: char,
    pub sign: Option<char>,
    pub no_negative_zero: bool,
    pub alternate: bool,
    pub width: Option<usize>,
    pub grouping: Grouping,
    pub precision: Option<usize>,
    pub kind: Option<char>,
}

fn show(code: char) -> String {
    if code > ' ' && (code as u32) < 128 {
        code.to_string()
    } else {
        format!("\\x{:x}", code as u32)
    }
}

/// "Unknown format code 'q' for object of type 'int'"
pub fn unknown_code(code: char, type_name: &str) -> NumberError {
    NumberError::value(format!(
        "Unknown format code '{}' for object of type '{type_name}'",
        show(code)
    ))
}

/// A cursor over the characters of a specification.
struct Cursor<'a> {
    rest: &'a str,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn skip(&mut self, c: char) {
        self.rest = &self.rest[c.len_utf8()..];
    }

    fn take(&mut self, wanted: impl Fn(char) -> bool) -> Option<char> {
        let found = self.peek().filter(|c| wanted(*c))?;
        self.skip(found);
        Some(found)
    }

    fn integer(&mut self) -> NumberResult<Option<usize>> {
        let mut value: Option<usize> = None;
        while let Some(c) = self.peek()
            && let Some(digit) = decimal_value(c)
        {
            self.skip(c);
            let next = value.unwrap_or(0).checked_mul(10);
            let next = next.and_then(|n| n.checked_add(digit as usize));
            value = Some(
                next.filter(|n| isize::try_from(*n).is_ok())
                    .ok_or_else(|| {
                        NumberError::value("Too many decimal digits in format string")
                    })?,
            );
        }
        Ok(value)
    }
}

fn is_align(c: char) -> bool {
    matches!(c, '<' | '>' | '=' | '^')
}

impl FormatSpec {
    /// Parses a specification for an object of a type with this name and default alignment.
    pub fn parse(text: &str, type_name: &str, default_align: char) -> NumberResult<FormatSpec> {
        let mut spec = FormatSpec {
            fill: ' ',
            align: default_align,
            sign: None,
            no_negative_zero: false,
            alternate: false,
            width: None,
            grouping: Grouping::None,
            precision: None,
            kind: None,
        };
        let mut cursor = Cursor { rest: text };
        let mut fill_given = false;
        let mut align_given = false;
        let mut first = text.chars();
        if let (Some(fill), Some(align)) = (first.next(), first.next())
            && is_align(align)
        {
            spec.fill = fill;
            spec.align = align;
            fill_given = true;
            align_given = true;
            cursor.rest = first.as_str();
        } else if let Some(align) = cursor.take(is_align) {
            spec.align = align;
            align_given = true;
        }
        spec.sign = cursor.take(|c| matches!(c, '+' | '-' | ' '));
        spec.no_negative_zero = cursor.take(|c| c == 'z').is_some();
        spec.alternate = cursor.take(|c| c == '#').is_some();
        if !fill_given && cursor.take(|c| c == '0').is_some() {
            spec.fill = '0';
            if !align_given && default_align == '>' {
                spec.align = '=';
            }
        }
        spec.width = cursor.integer()?;
        spec.parse_grouping(&mut cursor)?;
        if cursor.take(|c| c == '.').is_some() {
            let precision = cursor.integer()?;
            if precision.is_none() {
                return Err(NumberError::value("Format specifier missing precision"));
            }
            spec.precision = precision;
        }
        spec.kind = cursor.take(|_| true);
        if !cursor.rest.is_empty() {
            return Err(NumberError::value(format!(
                "Invalid format specifier '{text}' for object of type '{type_name}'"
            )));
        }
        spec.check_grouping()?;
        Ok(spec)
    }

    fn parse_grouping(&mut self, cursor: &mut Cursor<'_>) -> NumberResult<()> {
        let both = || NumberError::value("Cannot specify both ',' and '_'.");
        if cursor.take(|c| c == ',').is_some() {
            self.grouping = Grouping::Comma;
        }
        if cursor.take(|c| c == '_').is_some() {
            if self.grouping != Grouping::None {
                return Err(both());
            }
            self.grouping = Grouping::Underscore;
        }
        if cursor.peek() == Some(',') && self.grouping == Grouping::Underscore {
            return Err(both());
        }
        Ok(())
    }

    /// Grouping goes with some types only. A string has no type yet, but is no number either.
    fn check_grouping(&mut self) -> NumberResult<()> {
        if self.grouping == Grouping::None {
            return Ok(());
        }
        match self.kind {
            None | Some('d' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F') => Ok(()),
            Some('b' | 'o' | 'x' | 'X') if self.grouping == Grouping::Underscore => {
                self.grouping = Grouping::UnderscoreByFour;
                Ok(())
            }
            Some(kind) => Err(self.grouping_error(kind)),
        }
    }

    fn grouping_error(&self, kind: char) -> NumberError {
        let separator = if self.grouping == Grouping::Comma {
            ','
        } else {
            '_'
        };
        NumberError::value(format!(
            "Cannot specify '{separator}' with '{}'.",
            show(kind)
        ))
    }

    fn separator(&self) -> Option<(char, usize)> {
        match self.grouping {
            Grouping::None => None,
            Grouping::Comma => Some((',', 3)),
            Grouping::Underscore => Some(('_', 3)),
            Grouping::UnderscoreByFour => Some(('_', 4)),
        }
    }
}

/// A text that `str.__format__` lays out.
pub fn format_str(text: &str, spec: &str, type_name: &str) -> NumberResult<String> {
    if spec.is_empty() {
        return Ok(text.to_owned());
    }
    let spec = FormatSpec::parse(spec, type_name, '<')?;
    if spec.grouping != Grouping::None && spec.kind.is_none() {
        return Err(spec.grouping_error('s'));
    }
    if let Some(kind) = spec.kind.filter(|kind| *kind != 's') {
        return Err(unknown_code(kind, type_name));
    }
    let refused = match spec.sign {
        Some(' ') => Some("Space not allowed in string format specifier"),
        Some(_) => Some("Sign not allowed in string format specifier"),
        None if spec.no_negative_zero => {
            Some("Negative zero coercion (z) not allowed in string format specifier")
        }
        None if spec.alternate => Some("Alternate form (#) not allowed in string format specifier"),
        None if spec.align == '=' => Some("'=' alignment not allowed in string format specifier"),
        None => None,
    };
    if let Some(message) = refused {
        return Err(NumberError::value(message));
    }
    let text = match spec.precision {
        Some(limit) => match text.char_indices().nth(limit) {
            Some((end, _)) => &text[..end],
            None => text,
        },
        None => text,
    };
    let len = if text.is_ascii() {
        text.len()
    } else {
        text.chars().count()
    };
    let mut out = String::new();
    reserve(&mut out, spec.width.unwrap_or(0), spec.fill, text.len())?;
    let (left, right) = padding(&spec, len);
    push_fill(&mut out, spec.fill, left);
    out.push_str(text);
    push_fill(&mut out, spec.fill, right);
    Ok(out)
}

fn reserve(out: &mut String, width: usize, fill: char, len: usize) -> NumberResult<()> {
    let bytes = width
        .checked_mul(fill.len_utf8())
        .and_then(|n| n.checked_add(len));
    let room = bytes.is_some_and(|bytes| out.try_reserve(bytes).is_ok());
    room.then_some(()).ok_or_else(NumberError::memory)
}

fn push_fill(out: &mut String, fill: char, count: usize) {
    out.extend(std::iter::repeat_n(fill, count));
}

fn padding(spec: &FormatSpec, len: usize) -> (usize, usize) {
    let total = spec.width.unwrap_or(0).saturating_sub(len);
    match spec.align {
        '>' => (total, 0),
        '^' => (total / 2, total - total / 2),
        _ => (0, total),
    }
}

/// A number in the parts that are laid out.
#[derive(Clone, Debug, Default)]
struct NumberParts<'a> {
    negative: bool,
    prefix: &'a str,
    /// Digits to be grouped.
    digits: &'a str,
    /// Everything after: point, fraction, exponent, `inf`, `%`.
    rest: &'a str,
}

impl<'a> NumberParts<'a> {
    /// Splits a float's text at the end of its whole digits.
    fn of_float(text: &'a str) -> Self {
        let (negative, body) = match text.strip_prefix('-') {
            Some(body) => (true, body),
            None => (false, text),
        };
        let end = body
            .bytes()
            .position(|b| !b.is_ascii_digit())
            .unwrap_or(body.len());
        NumberParts {
            negative,
            prefix: "",
            digits: &body[..end],
            rest: &body[end..],
        }
    }
}

/// A number's text (with a `-` where it is negative) laid out by a specification.
pub fn lay_out_number(text: &str, spec: &FormatSpec) -> NumberResult<String> {
    write_number(&NumberParts::of_float(text), spec)
}

fn write_number(parts: &NumberParts<'_>, spec: &FormatSpec) -> NumberResult<String> {
    let mut out = String::new();
    let rest_len = parts.rest.chars().count();
    reserve(
        &mut out,
        spec.width.unwrap_or(0),
        spec.fill,
        parts.digits.len() * 2 + parts.rest.len() + 4,
    )?;
    let sign = match (parts.negative, spec.sign) {
        (true, _) => "-",
        (false, Some('+')) => "+",
        (false, Some(' ')) => " ",
        _ => "",
    };
    let fixed = sign.len() + parts.prefix.len() + rest_len;
    let inner_zeros = spec.fill == '0' && spec.align == '=';
    let min_digits = if inner_zeros {
        spec.width.unwrap_or(0).saturating_sub(fixed)
    } else {
        0
    };
    let grouped = match spec.separator() {
        Some((separator, every)) if !parts.digits.is_empty() => {
            Some(group(parts.digits, separator, every, min_digits))
        }
        _ => None,
    };
    let digits = grouped.as_deref().unwrap_or(parts.digits);
    let len = fixed + digits.len();
    let (left, right) = padding(spec, len);
    let (left, inner, right) = match spec.align {
        '=' => (0, left + right, 0),
        _ => (left, 0, right),
    };
    push_fill(&mut out, spec.fill, left);
    out.push_str(sign);
    out.push_str(parts.prefix);
    push_fill(&mut out, spec.fill, inner);
    out.push_str(digits);
    out.push_str(parts.rest);
    push_fill(&mut out, spec.fill, right);
    Ok(out)
}

/// Digits with separators, zeros put in front until there are `min_len` characters; a separator never
/// comes first, so it may be one more.
fn group(digits: &str, separator: char, every: usize, min_len: usize) -> String {
    let mut count = digits.len();
    while count + (count - 1) / every < min_len {
        count += 1;
    }
    let zeros = count - digits.len();
    let mut out = String::with_capacity(count + count / every);
    let all = std::iter::repeat_n('0', zeros).chain(digits.chars());
    for (i, digit) in all.enumerate() {
        if i > 0 && (count - i).is_multiple_of(every) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

/// `int.__format__`; an empty specification is the caller's (`str(self)`).
pub fn format_int(
    n: IntRef<'_>,
    spec: &str,
    type_name: &str,
    max_digits: usize,
) -> NumberResult<String> {
    let spec = FormatSpec::parse(spec, type_name, '>')?;
    match spec.kind.unwrap_or('d') {
        'b' | 'c' | 'd' | 'o' | 'x' | 'X' | 'n' => {}
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%' => {
            return apply_float(int_ops::to_float(n)?, &spec, type_name);
        }
        kind => return Err(unknown_code(kind, type_name)),
    }
    if spec.precision.is_some() {
        return Err(NumberError::value(
            "Precision not allowed in integer format specifier",
        ));
    }
    if spec.no_negative_zero {
        return Err(NumberError::value(
            "Negative zero coercion (z) not allowed in integer format specifier",
        ));
    }
    let base = match spec.kind {
        Some('c') => return format_char(n, &spec),
        Some('b') => 2,
        Some('o') => 8,
        Some('x' | 'X') => 16,
        _ => 10,
    };
    let mut digits = int_text::magnitude(n, base, max_digits)?;
    let mut prefix = match base {
        2 if spec.alternate => "0b",
        8 if spec.alternate => "0o",
        16 if spec.alternate => "0x",
        _ => "",
    };
    if spec.kind == Some('X') {
        digits.make_ascii_uppercase();
        prefix = if spec.alternate { "0X" } else { "" };
    }
    let parts = NumberParts {
        negative: n.is_negative(),
        prefix,
        digits: &digits,
        rest: "",
    };
    write_number(&parts, &spec)
}

fn format_char(n: IntRef<'_>, spec: &FormatSpec) -> NumberResult<String> {
    if spec.sign.is_some() {
        return Err(NumberError::value(
            "Sign not allowed with integer format specifier 'c'",
        ));
    }
    if spec.alternate {
        return Err(NumberError::value(
            "Alternate form (#) not allowed with integer format specifier 'c'",
        ));
    }
    let code = n
        .to_i64()
        .ok_or_else(|| NumberError::overflow("Python int too large to convert to C long"))?;
    let c = u32::try_from(code)
        .ok()
        .and_then(char::from_u32)
        .ok_or_else(|| NumberError::overflow("%c arg not in range(0x110000)"))?;
    let text = c.to_string();
    let parts = NumberParts {
        rest: &text,
        ..NumberParts::default()
    };
    write_number(&parts, spec)
}

/// `float.__format__`; an empty specification is the caller's (`str(self)`).
pub fn format_float(x: f64, spec: &str, type_name: &str) -> NumberResult<String> {
    let spec = FormatSpec::parse(spec, type_name, '>')?;
    match spec.kind {
        None | Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n' | '%') => {
            apply_float(x, &spec, type_name)
        }
        Some(kind) => Err(unknown_code(kind, type_name)),
    }
}

/// The text layout that a type code and a precision ask for.
fn float_layout(spec: &FormatSpec, type_name: &str) -> NumberResult<Layout> {
    let style = match spec.kind {
        None if spec.precision.is_none() => Style::Repr,
        None | Some('g' | 'G' | 'n') => Style::General,
        Some('e' | 'E') => Style::Exponent,
        Some('f' | 'F' | '%') => Style::Fixed,
        Some(kind) => return Err(unknown_code(kind, type_name)),
    };
    Ok(Layout {
        style,
        precision: spec.precision.unwrap_or(6),
        alternate: spec.alternate,
        dot_zero: spec.kind.is_none(),
        upper: spec.kind.is_some_and(|kind| kind.is_ascii_uppercase()),
    })
}

fn apply_float(x: f64, spec: &FormatSpec, type_name: &str) -> NumberResult<String> {
    let layout = float_layout(spec, type_name)?;
    let percent = spec.kind == Some('%');
    let value = if percent { x * 100.0 } else { x };
    let mut text = float_text::format(value, layout)?;
    if spec.no_negative_zero {
        drop_negative_zero(&mut text);
    }
    if percent {
        text.push('%');
    }
    write_number(&NumberParts::of_float(&text), spec)
}

/// Takes the sign off a text that rounded to zero.
fn drop_negative_zero(text: &mut String) {
    let digits = text.split(['e', 'E']).next().unwrap_or("");
    if text.starts_with('-')
        && !digits
            .bytes()
            .any(|b| matches!(b, b'1'..=b'9' | b'n' | b'N'))
    {
        text.remove(0);
    }
}

/// `complex.__format__`; an empty specification is the caller's (`str(self)`).
pub fn format_complex(re: f64, im: f64, spec: &str, type_name: &str) -> NumberResult<String> {
    let spec = FormatSpec::parse(spec, type_name, '>')?;
    if let Some(kind) = spec.kind
        && !matches!(kind, 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n')
    {
        return Err(unknown_code(kind, type_name));
    }
    if spec.fill == '0' {
        return Err(NumberError::value(
            "Zero padding is not allowed in complex format specifier",
        ));
    }
    if spec.align == '=' {
        return Err(NumberError::value(
            "'=' alignment flag is not allowed in complex format specifier",
        ));
    }
    let mut layout = float_layout(&spec, type_name)?;
    layout.dot_zero = false;
    let brackets = spec.kind.is_none();
    let skip_real = brackets && re == 0.0 && re.is_sign_positive();
    let part = |x: f64, spec: &FormatSpec| -> NumberResult<String> {
        let mut text = float_text::format(x, layout)?;
        if spec.no_negative_zero {
            drop_negative_zero(&mut text);
        }
        write_number(&NumberParts::of_float(&text), spec)
    };
    let mut inner = FormatSpec {
        width: None,
        ..spec.clone()
    };
    let mut text = String::new();
    if !skip_real {
        text.push_str(&part(re, &inner)?);
        inner.sign = Some('+');
    }
    text.push_str(&part(im, &inner)?);
    text.push('j');
    if brackets && !skip_real {
        text = format!("({text})");
    }
    let mut out = String::new();
    reserve(&mut out, spec.width.unwrap_or(0), spec.fill, text.len())?;
    let (left, right) = padding(&spec, text.len());
    push_fill(&mut out, spec.fill, left);
    out.push_str(&text);
    push_fill(&mut out, spec.fill, right);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows from CPython, tab-separated: type, value, specification, result or `!message`.
    #[test]
    fn formats_agree_with_cpython() {
        for line in include_str!("testdata/format_spec.txt").lines() {
            let words: Vec<&str> = line.split('\t').collect();
            let (value, spec) = (words[1], words[2]);
            let found = match words[0] {
                "int" => {
                    let n = int_text::parse(value, 10, 0).unwrap();
                    format_int(n.borrow(), spec, "int", int_text::DEFAULT_MAX_DIGITS)
                }
                "float" => format_float(float_text::parse(value).unwrap(), spec, "float"),
                "complex" => {
                    let (re, im) = value.split_once(' ').unwrap();
                    let number = |text| float_text::parse(text).unwrap();
                    format_complex(number(re), number(im), spec, "complex")
                }
                _ => format_str(value, spec, "str"),
            };
            let found = found.unwrap_or_else(|e| format!("!{}", e.message));
            assert_eq!(found, words[3], "{line}");
        }
    }
}
