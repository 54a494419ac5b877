//! Integers to text and back, in every base.
//!
//! Bases that are powers of two convert in linear time. The others split long numbers in halves, and are
//! kept short by the limit that `sys.set_int_max_str_digits` sets.

use super::error::{NumberError, NumberResult};
use super::int::{Int, IntRef};
use super::unicode_digits::{to_ascii_digits, trim};
use num_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_traits::Signed;

/// `sys.get_int_max_str_digits()` unless a script sets another; 0 means no limit.
pub const DEFAULT_MAX_DIGITS: usize = 4300;
/// Numbers of fewer digits than this are never refused, whatever the limit.
const LIMIT_THRESHOLD: usize = 640;
/// Texts longer than this are read in halves.
const SPLIT_DIGITS: usize = 1000;
/// Numbers of more bits than this are written in halves.
const SPLIT_BITS: u64 = 1 << 15;

/// Why a text is not an integer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// The caller words this one, since it shows the object's repr and the base.
    Invalid,
    /// A base out of range, or too many digits.
    Other(NumberError),
}

/// `str(n)`, refusing more than `max_digits` digits.
pub fn decimal(n: IntRef<'_>, max_digits: usize) -> NumberResult<String> {
    let big = match n {
        IntRef::Small(n) => return Ok(n.to_string()),
        IntRef::Big(n) => n,
    };
    let too_long = || {
        NumberError::value(format!(
            "Exceeds the limit ({max_digits} digits) for integer string conversion; \
             use sys.set_int_max_str_digits() to increase the limit"
        ))
    };
    let limited = max_digits > 0;
    // log10(2) from below: a number of this many bits has at least that many digits.
    let at_least = (big.bits() - 1) as f64 * 0.301_029_995_663_98;
    if limited && at_least > max_digits.max(LIMIT_THRESHOLD) as f64 + 1.0 {
        return Err(too_long());
    }
    let mut out = String::with_capacity(at_least as usize + 2);
    if big.is_negative() {
        out.push('-');
    }
    write_magnitude(big.magnitude(), &mut out);
    let digits = out.len() - usize::from(big.is_negative());
    if limited && digits > max_digits.max(LIMIT_THRESHOLD) {
        return Err(too_long());
    }
    Ok(out)
}

fn write_magnitude(n: &BigUint, out: &mut String) {
    if n.bits() <= SPLIT_BITS {
        out.push_str(&n.to_str_radix(10));
        return;
    }
    // Powers 10^(k * 2^i), until the next would be longer than the number.
    let mut powers = vec![BigUint::from(10u32).pow(4096)];
    while let Some(last) = powers.last()
        && last.bits() * 2 <= n.bits() + 1
    {
        powers.push(last * last);
    }
    write_halves(n, &powers, 0, out);
}

/// Writes `n` with at least `width` digits; `powers[i]` is 10^(4096 * 2^i).
fn write_halves(n: &BigUint, powers: &[BigUint], width: usize, out: &mut String) {
    let split = match powers.split_last() {
        Some((last, rest)) if n.bits() > SPLIT_BITS => {
            if n < last {
                return write_halves(n, rest, width, out);
            }
            Some((last, rest))
        }
        _ => None,
    };
    let Some((power, rest)) = split else {
        let text = n.to_str_radix(10);
        let text = if text == "0" { "" } else { &text };
        out.extend(std::iter::repeat_n('0', width.saturating_sub(text.len())));
        out.push_str(text);
        return;
    };
    let low_width = 4096usize << rest.len();
    let (high, low) = n.div_rem(power);
    // The high half may itself exceed this power, so it keeps the whole ladder.
    write_halves(&high, powers, width.saturating_sub(low_width), out);
    write_halves(&low, rest, low_width, out);
}

/// The magnitude in base 2, 8, 10 or 16, lower case, without prefix or sign; bases but 10 know no limit.
pub fn magnitude(n: IntRef<'_>, base: u32, max_digits: usize) -> NumberResult<String> {
    Ok(match n {
        IntRef::Small(n) => {
            let n = n.unsigned_abs();
            match base {
                2 => format!("{n:b}"),
                8 => format!("{n:o}"),
                16 => format!("{n:x}"),
                _ => n.to_string(),
            }
        }
        IntRef::Big(big) if base == 10 => {
            let text = decimal(n, max_digits)?;
            if big.is_negative() {
                text[1..].to_owned()
            } else {
                text
            }
        }
        IntRef::Big(n) => n.magnitude().to_str_radix(base),
    })
}

/// `bin`, `oct` and `hex`: sign, prefix, digits.
pub fn prefixed(n: IntRef<'_>, base: u32) -> NumberResult<String> {
    let sign = if n.is_negative() { "-" } else { "" };
    let prefix = match base {
        2 => "0b",
        8 => "0o",
        16 => "0x",
        _ => "",
    };
    Ok(format!("{sign}{prefix}{}", magnitude(n, base, 0)?))
}

/// `int(text, base)`: white space around, a sign, a prefix that fits the base, single underscores
/// between digits, digits of any script.
pub fn parse(text: &str, base: i64, max_digits: usize) -> Result<Int, ParseError> {
    let base = match base {
        0 | 2..=36 => base as u32,
        _ => {
            return Err(ParseError::Other(NumberError::value(
                "int() base must be >= 2 and <= 36, or 0",
            )));
        }
    };
    let text = to_ascii_digits(trim(text));
    let (negative, body) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, &*text),
    };
    let (base, body) = strip_prefix(body, base).ok_or(ParseError::Invalid)?;
    parse_digits(body, base, negative, max_digits)
}

/// Takes a `0x`, `0o` or `0b` off where the base allows it. Base 0 without prefix is decimal, and then
/// zeros may only lead zero itself.
fn strip_prefix(body: &str, base: u32) -> Option<(u32, &str)> {
    let prefixed = match body.as_bytes() {
        [b'0', letter, ..] => match letter.to_ascii_lowercase() {
            b'x' => Some(16),
            b'o' => Some(8),
            b'b' => Some(2),
            _ => None,
        },
        _ => None,
    };
    if let Some(found) = prefixed
        && (base == 0 || base == found)
    {
        let rest = &body[2..];
        return Some((found, rest.strip_prefix('_').unwrap_or(rest)));
    }
    if base != 0 {
        return Some((base, body));
    }
    if body.starts_with('0') && body.bytes().any(|b| !matches!(b, b'0' | b'_')) {
        return None;
    }
    Some((10, body))
}

fn parse_digits(
    body: &str,
    base: u32,
    negative: bool,
    max_digits: usize,
) -> Result<Int, ParseError> {
    // The quick way for what nearly every text is.
    if (1..=18).contains(&body.len()) && base == 10 && body.bytes().all(|b| b.is_ascii_digit()) {
        let n = body.bytes().fold(0, |n, b| n * 10 + i64::from(b - b'0'));
        return Ok(Int::Small(if negative { -n } else { n }));
    }
    let mut digits = Vec::with_capacity(body.len());
    let mut previous_is_digit = false;
    for c in body.chars() {
        if c == '_' {
            if !previous_is_digit {
                return Err(ParseError::Invalid);
            }
            previous_is_digit = false;
            continue;
        }
        let digit = c.to_digit(36).filter(|d| *d < base);
        digits.push(digit.ok_or(ParseError::Invalid)? as u8);
        previous_is_digit = true;
    }
    if !previous_is_digit {
        return Err(ParseError::Invalid);
    }
    if !base.is_power_of_two() && max_digits > 0 && digits.len() > max_digits.max(LIMIT_THRESHOLD) {
        return Err(ParseError::Other(NumberError::value(format!(
            "Exceeds the limit ({max_digits} digits) for integer string conversion: \
             value has {} digits; use sys.set_int_max_str_digits() to increase the limit",
            digits.len()
        ))));
    }
    let n = BigInt::from(from_digits(&digits, base));
    Ok(Int::from(if negative { -n } else { n }))
}

/// A number of digit values, most significant first.
fn from_digits(digits: &[u8], base: u32) -> BigUint {
    if digits.len() <= SPLIT_DIGITS || base.is_power_of_two() {
        return BigUint::from_radix_be(digits, base).unwrap_or_default();
    }
    // Pieces of equal length joined pairwise, the scale squared at every level.
    let mut pieces: Vec<BigUint> = digits
        .rchunks(SPLIT_DIGITS)
        .map(|piece| BigUint::from_radix_be(piece, base).unwrap_or_default())
        .collect();
    let mut scale = BigUint::from(base).pow(SPLIT_DIGITS as u32);
    while pieces.len() > 1 {
        pieces = pieces
            .chunks(2)
            .map(|pair| match pair {
                [low, high] => high * &scale + low,
                _ => pair.first().cloned().unwrap_or_default(),
            })
            .collect();
        if pieces.len() > 1 {
            scale = &scale * &scale;
        }
    }
    pieces.pop().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, base: i64) -> Option<String> {
        let n = parse(text, base, DEFAULT_MAX_DIGITS).ok()?;
        Some(n.into_big().to_string())
    }

    #[test]
    fn literals_are_read_as_python_reads_them() {
        for (text, base, value) in [
            (" 12 ", 10, Some("12")),
            ("-0", 10, Some("0")),
            ("+1_000", 10, Some("1000")),
            ("0x_1F", 16, Some("31")),
            ("0x1f", 0, Some("31")),
            ("0_0", 0, Some("0")),
            ("01", 0, None),
            ("01", 10, Some("1")),
            ("0b11", 2, Some("3")),
            ("0b11", 16, Some("2833")),
            ("z", 36, Some("35")),
            ("0x", 0, None),
            ("0x", 16, None),
            ("1__1", 10, None),
            ("_1", 10, None),
            ("1_", 10, None),
            ("", 10, None),
            ("-", 10, None),
            ("- 1", 10, None),
            ("\u{663}\u{2003}", 10, Some("3")),
            ("9223372036854775808", 10, Some("9223372036854775808")),
            ("-9223372036854775808", 10, Some("-9223372036854775808")),
            ("2", 2, None),
            ("1\0", 10, None),
        ] {
            assert_eq!(read(text, base).as_deref(), value, "{text} {base}");
        }
        assert!(matches!(parse("1", 37, 0), Err(ParseError::Other(_))));
    }

    #[test]
    fn long_numbers_go_both_ways() {
        for len in [1, 18, 19, 20, 999, 1000, 1001, 2500, 9000, 20_000, 60_000] {
            let digits: String = (0..len as u64)
                .map(|i| char::from(b'0' + ((i * i * 7 + i / 3 + 1) % 10) as u8))
                .collect();
            let digits = format!("9{digits}");
            let n = parse(&digits, 10, 0).unwrap();
            assert_eq!(decimal(n.borrow(), 0).unwrap(), digits);
        }
        let power = BigInt::from(10).pow(50_000);
        let text = decimal(IntRef::Big(&power), 0).unwrap();
        assert_eq!(text.len(), 50_001);
        assert!(text[1..].bytes().all(|b| b == b'0'));
    }

    #[test]
    fn the_digit_limit_holds() {
        let nines = "9".repeat(4300);
        let n = parse(&nines, 10, DEFAULT_MAX_DIGITS).unwrap();
        assert_eq!(decimal(n.borrow(), DEFAULT_MAX_DIGITS).unwrap(), nines);
        let power = BigInt::from(10).pow(4300);
        let error = decimal(IntRef::Big(&power), DEFAULT_MAX_DIGITS).unwrap_err();
        assert_eq!(
            error.message,
            "Exceeds the limit (4300 digits) for integer string conversion; \
             use sys.set_int_max_str_digits() to increase the limit"
        );
        assert_eq!(
            parse(&"1".repeat(4301), 10, DEFAULT_MAX_DIGITS),
            Err(ParseError::Other(NumberError::value(
                "Exceeds the limit (4300 digits) for integer string conversion: value has 4301 \
                 digits; use sys.set_int_max_str_digits() to increase the limit"
            )))
        );
        assert!(parse(&"f".repeat(5000), 16, DEFAULT_MAX_DIGITS).is_ok());
        assert_eq!(prefixed(IntRef::Small(-255), 16).unwrap(), "-0xff");
    }
}
