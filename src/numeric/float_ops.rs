//! Operations on floats whose results or errors are Python's own: floor division, powers, rounding,
//! and exact ways between floats and integers.

use super::error::{NumberError, NumberResult};
use super::float_text;
use super::int::{Int, IntRef};
use num_bigint::BigInt;
use std::cmp::Ordering;

/// `x // y` and `x % y` together: the remainder has the sign of `y`.
fn floor_parts(x: f64, y: f64) -> (f64, f64) {
    let mut rest = x % y;
    let mut quotient = (x - rest) / y;
    if rest != 0.0 {
        if (y < 0.0) != (rest < 0.0) {
            rest += y;
            quotient -= 1.0;
        }
    } else {
        rest = 0.0f64.copysign(y);
    }
    let floored = if quotient != 0.0 {
        let floor = quotient.floor();
        if quotient - floor > 0.5 {
            floor + 1.0
        } else {
            floor
        }
    } else {
        0.0f64.copysign(x / y)
    };
    (floored, rest)
}

pub fn divmod(x: f64, y: f64) -> NumberResult<(f64, f64)> {
    if y == 0.0 {
        return Err(NumberError::zero_division("float divmod()"));
    }
    Ok(floor_parts(x, y))
}

pub fn floor_div(x: f64, y: f64) -> NumberResult<f64> {
    if y == 0.0 {
        return Err(NumberError::zero_division("float floor division by zero"));
    }
    Ok(floor_parts(x, y).0)
}

pub fn modulo(x: f64, y: f64) -> NumberResult<f64> {
    if y == 0.0 {
        return Err(NumberError::zero_division("float modulo by zero"));
    }
    let mut rest = x % y;
    if rest != 0.0 {
        if (y < 0.0) != (rest < 0.0) {
            rest += y;
        }
    } else {
        rest = 0.0f64.copysign(y);
    }
    Ok(rest)
}

pub fn div(x: f64, y: f64) -> NumberResult<f64> {
    if y == 0.0 {
        return Err(NumberError::zero_division("float division by zero"));
    }
    Ok(x / y)
}

/// What a float power comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Power {
    Float(f64),
    /// A negative base with a fractional exponent: the caller goes on with complex numbers.
    Complex,
}

/// `x ** y`.
pub fn pow(x: f64, y: f64) -> NumberResult<Power> {
    if y == 0.0 || x == 1.0 {
        return Ok(Power::Float(1.0));
    }
    if x.is_nan() || y.is_nan() {
        return Ok(Power::Float(if x.is_nan() { x } else { y }));
    }
    if x == 0.0 && y < 0.0 {
        return Err(NumberError::zero_division(
            "0.0 cannot be raised to a negative power",
        ));
    }
    if x < 0.0 && x.is_finite() && y.is_finite() && y != y.floor() {
        return Ok(Power::Complex);
    }
    let result = x.powf(y);
    if result.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(NumberError::range());
    }
    Ok(Power::Float(result))
}

/// The integer part of `x`, exactly.
pub fn to_int(x: f64) -> NumberResult<Int> {
    if x.is_nan() {
        return Err(NumberError::value("cannot convert float NaN to integer"));
    }
    if x.is_infinite() {
        return Err(NumberError::overflow(
            "cannot convert float infinity to integer",
        ));
    }
    Ok(whole(x.trunc()))
}

/// A finite float without fraction as an integer.
fn whole(x: f64) -> Int {
    if x.abs() < 9.0e18 {
        return Int::Small(x as i64);
    }
    let (mantissa, exponent) = split(x);
    Int::from(BigInt::from(mantissa) << exponent.max(0))
}

/// A finite float as `mantissa * 2^exponent`, the mantissa signed and of up to 53 bits.
pub fn split(x: f64) -> (i64, i32) {
    let bits = x.to_bits();
    let raw = ((bits >> 52) & 0x7ff) as i32;
    let fraction = (bits & ((1 << 52) - 1)) as i64;
    let (mantissa, exponent) = if raw == 0 {
        (fraction, -1074)
    } else {
        (fraction | (1 << 52), raw - 1075)
    };
    (
        if x.is_sign_negative() {
            -mantissa
        } else {
            mantissa
        },
        exponent,
    )
}

pub fn as_integer_ratio(x: f64) -> NumberResult<(Int, Int)> {
    if x.is_nan() {
        return Err(NumberError::value("cannot convert NaN to integer ratio"));
    }
    if x.is_infinite() {
        return Err(NumberError::overflow(
            "cannot convert Infinity to integer ratio",
        ));
    }
    let (mut mantissa, mut exponent) = split(x);
    if mantissa == 0 {
        return Ok((Int::ZERO, Int::ONE));
    }
    let zeros = mantissa
        .trailing_zeros()
        .min(exponent.min(0).unsigned_abs());
    mantissa >>= zeros;
    exponent += zeros as i32;
    Ok(if exponent >= 0 {
        (Int::from(BigInt::from(mantissa) << exponent), Int::ONE)
    } else {
        let below = BigInt::from(1) << exponent.unsigned_abs();
        (Int::Small(mantissa), Int::from(below))
    })
}

/// `round(x)`: to the nearest int, halves to even.
pub fn round_to_int(x: f64) -> NumberResult<Int> {
    to_int(x.round_ties_even())
}

/// `round(x, places)`: correctly rounded in decimal, halves to even.
pub fn round(x: f64, places: IntRef<'_>) -> NumberResult<f64> {
    if !x.is_finite() || x == 0.0 {
        return Ok(x);
    }
    let Some(places) = places.to_i64() else {
        return Ok(if places.is_negative() { 0.0 * x } else { x });
    };
    // Beyond these no digit changes, or none is left.
    if places > 323 {
        return Ok(x);
    }
    if places < -308 {
        return Ok(0.0 * x);
    }
    let text = if places >= 0 {
        format!("{:.*}", places as usize, x)
    } else {
        rounded_left_of_point(x, places.unsigned_abs() as usize)
    };
    let rounded = text.parse::<f64>().unwrap_or(x);
    if rounded.is_infinite() {
        return Err(NumberError::overflow(
            "rounded value too large to represent",
        ));
    }
    Ok(rounded)
}

/// `x` rounded to a multiple of 10^zeros, as a text.
fn rounded_left_of_point(x: f64, zeros: usize) -> String {
    let sign = if x < 0.0 { "-" } else { "" };
    let text = format!("{:.0}", x.abs().trunc());
    let kept = text.len() as i64 - zeros as i64;
    if kept > 0 {
        return format!("{:.*e}", kept as usize - 1, x);
    }
    // Nothing is kept: more than half of 10^zeros goes up, the rest to zero.
    let half = format!("5e{}", zeros - 1).parse::<f64>();
    let up = kept == 0 && half.is_ok_and(|half| above_half(x.abs(), half, zeros));
    if up {
        format!("{sign}1e{zeros}")
    } else {
        format!("{sign}0")
    }
}

/// Whether `x` is above 5 * 10^(zeros - 1), exactly: the float nearest to it may be off.
fn above_half(x: f64, nearest: f64, zeros: usize) -> bool {
    if x != nearest {
        return x > nearest;
    }
    let exact = BigInt::from(5) * BigInt::from(10).pow(zeros as u32 - 1);
    whole(x).into_big() > exact
}

/// `x.is_integer()`
pub fn is_integer(x: f64) -> bool {
    x.is_finite() && x == x.floor()
}

/// `int <=> float`, exactly; `None` for nan.
pub fn compare_int(n: IntRef<'_>, x: f64) -> Option<Ordering> {
    if x.is_nan() {
        return None;
    }
    if x.is_infinite() {
        return Some(if x > 0.0 {
            Ordering::Less
        } else {
            Ordering::Greater
        });
    }
    match n {
        IntRef::Small(n) if n.unsigned_abs() <= 1 << 53 => (n as f64).partial_cmp(&x),
        IntRef::Small(n) => {
            if x >= 9_223_372_036_854_775_808.0 {
                return Some(Ordering::Less);
            }
            if x < -9_223_372_036_854_775_808.0 {
                return Some(Ordering::Greater);
            }
            let below = x.floor();
            let order = n.cmp(&(below as i64));
            Some(order.then(if x > below {
                Ordering::Less
            } else {
                Ordering::Equal
            }))
        }
        IntRef::Big(n) => {
            let below = x.floor();
            let order = n.cmp(&whole(below).into_big());
            Some(order.then(if x > below {
                Ordering::Less
            } else {
                Ordering::Equal
            }))
        }
    }
}

/// `float.hex`
pub fn hex(x: f64) -> String {
    if !x.is_finite() {
        return float_text::repr(x);
    }
    let bits = x.to_bits();
    let sign = if x.is_sign_negative() { "-" } else { "" };
    let raw = ((bits >> 52) & 0x7ff) as i32;
    let fraction = bits & ((1 << 52) - 1);
    if raw == 0 && fraction == 0 {
        return format!("{sign}0x0.0p+0");
    }
    let (lead, exponent) = if raw == 0 {
        (0, -1022)
    } else {
        (1, raw - 1023)
    };
    format!("{sign}0x{lead}.{fraction:013x}p{exponent:+}")
}

/// `float.fromhex`
pub fn from_hex(text: &str) -> NumberResult<f64> {
    let invalid = || NumberError::value("invalid hexadecimal floating-point string");
    let space = |c: char| c.is_ascii_whitespace() || c == '\x0b';
    let text = text.trim_matches(space);
    let (negative, body) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let signed = |x: f64| if negative { -x } else { x };
    if body.eq_ignore_ascii_case("inf") || body.eq_ignore_ascii_case("infinity") {
        return Ok(signed(f64::INFINITY));
    }
    if body.eq_ignore_ascii_case("nan") {
        return Ok(signed(f64::NAN));
    }
    let body = body
        .strip_prefix("0x")
        .or_else(|| body.strip_prefix("0X"))
        .unwrap_or(body);
    let (mantissa, exponent) = match body.find(['p', 'P']) {
        Some(at) => (
            &body[..at],
            parse_exponent(&body[at + 1..]).ok_or_else(invalid)?,
        ),
        None => (body, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return Err(invalid());
    }
    let mut value = HexValue {
        mantissa: 0,
        exponent,
        sticky: false,
    };
    for digit in whole.chars() {
        value.push(digit.to_digit(16).ok_or_else(invalid)?, 0);
    }
    for digit in fraction.chars() {
        value.push(digit.to_digit(16).ok_or_else(invalid)?, -4);
    }
    value
        .to_float()
        .map(signed)
        .ok_or_else(|| NumberError::overflow("hexadecimal value too large to represent as a float"))
}

fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // Far beyond what digits of a script's text could make up for.
    let size = digits
        .parse::<i64>()
        .unwrap_or(i64::MAX / 8)
        .min(i64::MAX / 8);
    Some(if text.starts_with('-') { -size } else { size })
}

/// A hexadecimal number being read: `mantissa * 2^exponent`, and whether lower bits were dropped.
struct HexValue {
    mantissa: u64,
    exponent: i64,
    sticky: bool,
}

impl HexValue {
    fn push(&mut self, digit: u32, shift: i64) {
        if self.mantissa >> 60 == 0 {
            self.mantissa = (self.mantissa << 4) | u64::from(digit);
            self.exponent += shift;
        } else {
            self.sticky |= digit != 0;
            self.exponent += shift + 4;
        }
    }

    /// Rounded half to even; `None` when too large.
    fn to_float(&self) -> Option<f64> {
        if self.mantissa == 0 {
            return Some(0.0);
        }
        let top = i64::from(63 - self.mantissa.leading_zeros()) + self.exponent;
        if top > 1023 {
            return None;
        }
        if top < -1080 {
            return Some(0.0);
        }
        let last = (top - 52).max(-1074);
        let drop = last - self.exponent;
        if drop <= 0 {
            return Some(libm::ldexp(self.mantissa as f64, self.exponent as i32));
        }
        let wide = u128::from(self.mantissa) << 1 | u128::from(self.sticky);
        // One extra bit below keeps the sticky bit; more than 66 bits dropped leaves none.
        let drop = (drop as u32 + 1).min(80);
        let kept = (wide >> drop) as u64;
        let rest = wide & ((1u128 << drop) - 1);
        let half = 1u128 << (drop - 1);
        let up = rest > half || (rest == half && kept & 1 == 1);
        let result = libm::ldexp((kept + u64::from(up)) as f64, last as i32);
        result.is_finite().then_some(result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_traits::Num;

    fn bits(text: &str) -> f64 {
        f64::from_bits(u64::from_str_radix(text, 16).unwrap())
    }

    /// Rows from CPython: an operation, operands as bits or ints, the result.
    #[test]
    fn operations_agree_with_cpython() {
        for line in include_str!("testdata/float_ops.txt").lines() {
            let words: Vec<&str> = line.split(' ').collect();
            match words[0] {
                "divmod" => {
                    let (q, r) = divmod(bits(words[1]), bits(words[2])).unwrap();
                    assert_eq!(
                        (q.to_bits(), r.to_bits()),
                        (bits(words[3]).to_bits(), bits(words[4]).to_bits()),
                        "{line}"
                    );
                }
                "round" => {
                    let places = words[2].parse::<i64>().unwrap();
                    let found = round(bits(words[1]), IntRef::Small(places));
                    match words[3] {
                        "overflow" => assert!(found.is_err(), "{line}"),
                        text => {
                            assert_eq!(found.unwrap().to_bits(), bits(text).to_bits(), "{line}")
                        }
                    }
                }
                "hex" => {
                    assert_eq!(hex(bits(words[1])), words[2]);
                    assert_eq!(
                        from_hex(words[2]).unwrap().to_bits(),
                        bits(words[1]).to_bits()
                    );
                }
                "fromhex" => match words[2] {
                    "overflow" => assert!(from_hex(words[1]).is_err(), "{line}"),
                    text => assert_eq!(
                        from_hex(words[1]).unwrap().to_bits(),
                        bits(text).to_bits(),
                        "{line}"
                    ),
                },
                "ratio" => {
                    let (n, d) = as_integer_ratio(bits(words[1])).unwrap();
                    assert_eq!(n.into_big().to_string(), words[2]);
                    assert_eq!(d.into_big().to_string(), words[3]);
                }
                "int" => assert_eq!(
                    to_int(bits(words[1])).unwrap().into_big().to_string(),
                    words[2]
                ),
                "cmp" => {
                    let n = Int::from(BigInt::from_str_radix(words[1], 10).unwrap());
                    let order = compare_int(n.borrow(), bits(words[2])).map_or(9, |o| o as i8);
                    assert_eq!(order.to_string(), words[3], "{line}");
                }
                other => panic!("unknown operation {other}"),
            }
        }
    }

    #[test]
    fn powers_have_their_special_cases() {
        assert_eq!(pow(f64::NAN, 0.0), Ok(Power::Float(1.0)));
        assert_eq!(pow(-8.0, 1.0 / 3.0), Ok(Power::Complex));
        assert_eq!(pow(2.0, 10000.0), Err(NumberError::range()));
        assert!(pow(0.0, -1.0).is_err());
        assert_eq!(
            pow(f64::NEG_INFINITY, 3.0),
            Ok(Power::Float(f64::NEG_INFINITY))
        );
    }
}
