//! A float's texts: `repr`, the codes e f g r at any precision, and parsing.
//!
//! Digits come from two places: the shortest that read back as the same float (`shortest`), or exactly
//! rounded to a number of places (std's formatter, which is exact and rounds half to even). Layout is
//! ours, and CPython's: `repr` switches to exponents at 1e16 and below 1e-4.

use super::error::{NumberError, NumberResult};
use super::unicode_digits::{to_ascii_digits, trim};

/// No float has a nonzero digit beyond this many places: the rest is zeros.
const EXACT_PLACES: usize = 1100;

/// Above this, a precision is a request for gigabytes of zeros.
const MAX_PRECISION: usize = i32::MAX as usize;

/// Significant decimal digits, the value being 0.DIGITS x 10^point. Zero is "0" with point 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digits {
    pub digits: Vec<u8>,
    pub point: i32,
}

/// How to lay out a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `e`
    Exponent,
    /// `f`
    Fixed,
    /// `g`
    General,
    /// The shortest text that reads back the same; the precision does not count.
    Repr,
}

/// A request for a float's text.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    pub style: Style,
    pub precision: usize,
    /// `#`: keep the point and trailing zeros.
    pub alternate: bool,
    /// End in `.0` when the text would look like an int's.
    pub dot_zero: bool,
    pub upper: bool,
}

impl Layout {
    pub const REPR: Layout = Layout {
        style: Style::Repr,
        precision: 0,
        alternate: false,
        dot_zero: true,
        upper: false,
    };
}

/// The shortest digits that read back as `x`, which is finite.
pub fn shortest(x: f64) -> Digits {
    let mut buffer = zmij::Buffer::new();
    from_text(buffer.format_finite(x.abs()))
}

/// Reads `12.5`, `1.25e-7`: digits with an optional point and exponent.
fn from_text(text: &str) -> Digits {
    let (mantissa, exponent) = match text.split_once('e') {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().unwrap_or(0)),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits: Vec<u8> = Vec::with_capacity(whole.len() + fraction.len());
    digits.extend_from_slice(whole.as_bytes());
    digits.extend_from_slice(fraction.as_bytes());
    let leading = digits.iter().take_while(|&&d| d == b'0').count();
    digits.drain(..leading);
    let trailing = digits.iter().rev().take_while(|&&d| d == b'0').count();
    digits.truncate(digits.len() - trailing);
    if digits.is_empty() {
        return Digits {
            digits: vec![b'0'],
            point: 1,
        };
    }
    Digits {
        digits,
        point: whole.len() as i32 - leading as i32 + exponent,
    }
}

/// `count` (at least 1) significant digits of a finite float, correctly rounded. Zeros are kept.
fn significant(x: f64, count: usize) -> Digits {
    let places = (count - 1).min(EXACT_PLACES);
    let text = format!("{:.*e}", places, x.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let mut digits: Vec<u8> = mantissa.bytes().filter(|b| *b != b'.').collect();
    digits.resize(count.min(MAX_PRECISION), b'0');
    Digits {
        digits,
        point: exponent.parse::<i32>().unwrap_or(0) + 1,
    }
}

/// `repr(x)`.
pub fn repr(x: f64) -> String {
    let mut out = String::with_capacity(24);
    write_repr(x, &mut out);
    out
}

/// Appends `repr(x)`.
pub fn write_repr(x: f64, out: &mut String) {
    if x.is_finite() && x == x.trunc() && x.abs() < 1e15 && x != 0.0 {
        // The commonest floats are whole; an int's text is quickest.
        use std::fmt::Write;
        let _ = write!(out, "{}.0", x as i64);
        return;
    }
    write(x, Layout::REPR, out);
}

/// A float's text, with a `-` where it is negative.
pub fn format(x: f64, layout: Layout) -> NumberResult<String> {
    if layout.precision > MAX_PRECISION {
        return Err(NumberError::value("precision too big"));
    }
    let mut out = String::new();
    if out.try_reserve(layout.precision).is_err() {
        return Err(NumberError::memory());
    }
    write(x, layout, &mut out);
    Ok(out)
}

fn write(x: f64, layout: Layout, out: &mut String) {
    if x.is_nan() {
        out.push_str(if layout.upper { "NAN" } else { "nan" });
        return;
    }
    if x.is_sign_negative() {
        out.push('-');
    }
    if x.is_infinite() {
        out.push_str(if layout.upper { "INF" } else { "inf" });
        return;
    }
    match layout.style {
        Style::Fixed => write_fixed(x, layout, out),
        Style::Exponent => {
            let digits = significant(x, layout.precision + 1);
            write_exponent(&digits.digits, digits.point, layout, out);
        }
        Style::General => {
            let precision = layout.precision.max(1);
            let mut found = significant(x, precision);
            let limit = precision as i64 - i64::from(layout.dot_zero);
            let exponent = found.point <= -4 || i64::from(found.point) > limit;
            if !layout.alternate {
                let zeros = found
                    .digits
                    .iter()
                    .rev()
                    .take_while(|&&d| d == b'0')
                    .count();
                let keep = (found.digits.len() - zeros).max(1);
                found.digits.truncate(keep);
            }
            write_digits(&found, exponent, layout, out);
        }
        Style::Repr => {
            let found = shortest(x);
            let exponent = found.point <= -4 || found.point > 16;
            write_digits(&found, exponent, layout, out);
        }
    }
}

fn write_fixed(x: f64, layout: Layout, out: &mut String) {
    use std::fmt::Write;
    let places = layout.precision.min(EXACT_PLACES);
    let _ = write!(out, "{:.*}", places, x.abs());
    if layout.precision == 0 && layout.alternate {
        out.push('.');
    }
    push_zeros(layout.precision - places, out);
}

fn push_zeros(count: usize, out: &mut String) {
    out.extend(std::iter::repeat_n('0', count));
}

fn push_ascii(digits: &[u8], out: &mut String) {
    out.extend(digits.iter().map(|&d| char::from(d)));
}

fn write_digits(found: &Digits, exponent: bool, layout: Layout, out: &mut String) {
    let Digits { digits, point } = found;
    if exponent {
        write_exponent(digits, *point, layout, out);
        return;
    }
    let mut fraction = false;
    if *point <= 0 {
        out.push_str("0.");
        push_zeros(point.unsigned_abs() as usize, out);
        push_ascii(digits, out);
        fraction = true;
    } else if digits.len() <= *point as usize {
        push_ascii(digits, out);
        push_zeros(*point as usize - digits.len(), out);
    } else {
        push_ascii(&digits[..*point as usize], out);
        out.push('.');
        push_ascii(&digits[*point as usize..], out);
        fraction = true;
    }
    if !fraction {
        if layout.dot_zero {
            out.push_str(".0");
        } else if layout.alternate {
            out.push('.');
        }
    }
}

fn write_exponent(digits: &[u8], point: i32, layout: Layout, out: &mut String) {
    use std::fmt::Write;
    let (first, rest) = digits.split_at(1.min(digits.len()));
    push_ascii(first, out);
    if !rest.is_empty() || layout.alternate {
        out.push('.');
    }
    push_ascii(rest, out);
    let zero = first == b"0" && rest.iter().all(|&d| d == b'0');
    let exponent = if zero { 0 } else { point - 1 };
    out.push(if layout.upper { 'E' } else { 'e' });
    out.push(if exponent < 0 { '-' } else { '+' });
    let _ = write!(out, "{:02}", exponent.abs());
}

/// What `float(text)` reads, or `None`: the caller words the error, which shows the object's repr.
pub fn parse(text: &str) -> Option<f64> {
    let text = to_ascii_digits(trim(text));
    let text = remove_underscores(&text)?;
    parse_plain(&text)
}

/// What `float(bytes)` reads.
pub fn parse_bytes(bytes: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(bytes).ok()?;
    if !text.is_ascii() {
        return None;
    }
    parse(text)
}

/// Single underscores may stand between digits only.
pub(super) fn remove_underscores(text: &str) -> Option<std::borrow::Cow<'_, str>> {
    if !text.contains('_') {
        return Some(text.into());
    }
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_some_and(u8::is_ascii_digit)
    };
    for (at, _) in text.match_indices('_') {
        if !digit(at.checked_sub(1)) || !digit(Some(at + 1)) {
            return None;
        }
    }
    Some(text.replace('_', "").into())
}

/// ASCII without white space: `[sign] digits [. digits] [e [sign] digits]`, `inf`, `infinity`, `nan`.
pub(super) fn parse_plain(text: &str) -> Option<f64> {
    if let Some(rest) = text.strip_prefix('-')
        && rest.eq_ignore_ascii_case("nan")
    {
        return Some(-f64::NAN);
    }
    text.parse::<f64>().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repr_is_that_of_cpython() {
        for (x, text) in [
            (0.1, "0.1"),
            (-0.0, "-0.0"),
            (1e15, "1000000000000000.0"),
            (123456789012345680.0, "1.2345678901234568e+17"),
            (1e16, "1e+16"),
            (9999999999999998.0, "9999999999999998.0"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (5e-324, "5e-324"),
            (1.7976931348623157e308, "1.7976931348623157e+308"),
            (f64::NAN, "nan"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(repr(x), text);
        }
    }

    /// Rows of `bits repr %.17g %r-of-parse`, thousands of them, from CPython.
    #[test]
    fn random_floats_format_as_in_cpython() {
        for line in include_str!("testdata/float_text.txt").lines() {
            let mut words = line.split(' ');
            let x = f64::from_bits(u64::from_str_radix(words.next().unwrap(), 16).unwrap());
            let code = words.next().unwrap();
            let expected = words.next().unwrap();
            if code == "r" {
                assert_eq!(repr(x), expected, "{line}");
                assert_eq!(
                    parse(expected).map(f64::to_bits),
                    Some(x.to_bits()),
                    "{line}"
                );
                continue;
            }
            let (flags, precision) =
                code.split_at(code.find(|c: char| c.is_ascii_digit()).unwrap());
            let layout = Layout {
                style: match flags.trim_start_matches('#') {
                    "e" => Style::Exponent,
                    "f" => Style::Fixed,
                    _ => Style::General,
                },
                precision: precision.parse().unwrap(),
                alternate: flags.starts_with('#'),
                dot_zero: false,
                upper: false,
            };
            assert_eq!(format(x, layout).unwrap(), expected, "{line}");
        }
    }

    #[test]
    fn parse_takes_what_python_takes() {
        for (text, value) in [
            (" 1_0.5e1_0 ", Some(10.5e10)),
            ("\u{661}.5", Some(1.5)),
            ("infinity", Some(f64::INFINITY)),
            ("-Inf", Some(f64::NEG_INFINITY)),
            ("1.", Some(1.0)),
            (".5", Some(0.5)),
            (".", None),
            ("1__0", None),
            ("_1", None),
            ("1_e5", None),
            ("", None),
            ("0x1", None),
            ("1e", None),
            ("1e400", Some(f64::INFINITY)),
        ] {
            assert_eq!(parse(text), value, "{text}");
        }
    }
}
