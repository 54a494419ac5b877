//! Decimal numbers after the General Decimal Arithmetic specification, as the module `decimal` has them.
//!
//! - this file: the number, its texts; `context.rs` precision, rounding, signals, and bringing a result
//!   into a context; `arithmetic.rs` the operations; `transcendental.rs` exp, ln, log10, power;
//!   `logical.rs` comparisons, neighbours, digit-wise operations; `layout.rs` format specifications.
//!
//! Operations take a context and collect the signals they raise; whether a signal becomes an exception
//! is for the caller to decide.

pub mod arithmetic;
pub mod context;
pub mod layout;
pub mod logical;
pub mod transcendental;

use num_bigint::BigUint;
use num_traits::{One, Zero};

pub use context::{Context, Rounding, Signals};

/// A decimal number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal {
    pub negative: bool,
    pub body: Body,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// coefficient x 10^exponent
    Finite(BigUint, i64),
    Infinity,
    /// With a diagnostic payload; 0 for none.
    Nan {
        signaling: bool,
        payload: BigUint,
    },
}

/// 10^n
pub fn power_of_ten(n: u64) -> BigUint {
    if n <= 19 {
        return BigUint::from(10u64.pow(n as u32));
    }
    num_traits::pow(BigUint::from(10u32), n as usize)
}

/// How many decimal digits a coefficient has; zero has one.
pub fn digit_count(n: &BigUint) -> u64 {
    let bits = n.bits();
    if bits <= 64 {
        let word = n.iter_u64_digits().next().unwrap_or(0);
        return u64::from(word.checked_ilog10().unwrap_or(0)) + 1;
    }
    let guess = ((bits - 1) as f64 * std::f64::consts::LOG10_2) as u64;
    guess + 1 + u64::from(*n >= power_of_ten(guess + 1))
}

impl Decimal {
    pub fn finite(negative: bool, coefficient: BigUint, exponent: i64) -> Self {
        Decimal {
            negative,
            body: Body::Finite(coefficient, exponent),
        }
    }

    pub fn from_int(n: i64) -> Self {
        Self::finite(n < 0, BigUint::from(n.unsigned_abs()), 0)
    }

    pub fn zero() -> Self {
        Self::from_int(0)
    }

    pub fn one() -> Self {
        Self::from_int(1)
    }

    pub fn infinity(negative: bool) -> Self {
        Decimal {
            negative,
            body: Body::Infinity,
        }
    }

    pub fn nan() -> Self {
        Decimal {
            negative: false,
            body: Body::Nan {
                signaling: false,
                payload: BigUint::zero(),
            },
        }
    }

    pub fn is_finite(&self) -> bool {
        matches!(self.body, Body::Finite(..))
    }

    pub fn is_infinite(&self) -> bool {
        matches!(self.body, Body::Infinity)
    }

    pub fn is_nan(&self) -> bool {
        matches!(self.body, Body::Nan { .. })
    }

    pub fn is_signaling(&self) -> bool {
        matches!(
            self.body,
            Body::Nan {
                signaling: true,
                ..
            }
        )
    }

    pub fn is_zero(&self) -> bool {
        matches!(&self.body, Body::Finite(c, _) if c.is_zero())
    }

    /// Coefficient and exponent of a finite number; those of zero otherwise.
    pub fn parts(&self) -> (BigUint, i64) {
        match &self.body {
            Body::Finite(coefficient, exponent) => (coefficient.clone(), *exponent),
            _ => (BigUint::zero(), 0),
        }
    }

    /// The exponent of the first digit.
    pub fn adjusted(&self) -> i64 {
        match &self.body {
            Body::Finite(coefficient, exponent) => {
                exponent.saturating_add(digit_count(coefficient) as i64 - 1)
            }
            _ => 0,
        }
    }

    /// Whether a finite number has no fraction.
    pub fn is_integer(&self) -> bool {
        match &self.body {
            Body::Finite(coefficient, exponent) => {
                if *exponent >= 0 || coefficient.is_zero() {
                    return true;
                }
                let places = exponent.unsigned_abs();
                places < digit_count(coefficient) && (coefficient % power_of_ten(places)).is_zero()
            }
            _ => false,
        }
    }

    pub fn with_sign(mut self, negative: bool) -> Self {
        self.negative = negative;
        self
    }

    /// Reads a number: `[sign] digits [. digits] [e [sign] digits]`, `inf`, `infinity`, `[s]nan[digits]`.
    /// The text is ASCII, without space or underscores.
    pub fn parse(text: &str) -> Option<Decimal> {
        let (negative, body) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let lower = body.to_ascii_lowercase();
        if lower == "inf" || lower == "infinity" {
            return Some(Decimal::infinity(negative));
        }
        for (prefix, signaling) in [("snan", true), ("nan", false)] {
            if let Some(digits) = lower.strip_prefix(prefix) {
                if !digits.bytes().all(|b| b.is_ascii_digit()) {
                    return None;
                }
                let payload = read_digits(digits);
                let body = Body::Nan { signaling, payload };
                return Some(Decimal { negative, body });
            }
        }
        let (mantissa, exponent) = match lower.split_once('e') {
            Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
            None => (&*lower, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = [whole, fraction].concat();
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let exponent = exponent.saturating_sub(fraction.len() as i64);
        Some(Decimal::finite(negative, read_digits(&digits), exponent))
    }

    /// The exact value of a float.
    pub fn from_float(x: f64) -> Decimal {
        let negative = x.is_sign_negative();
        if x.is_nan() {
            return Decimal::nan().with_sign(negative);
        }
        if x.is_infinite() {
            return Decimal::infinity(negative);
        }
        let (mantissa, exponent) = super::float_ops::split(x);
        let mantissa = mantissa.unsigned_abs();
        if mantissa == 0 {
            return Decimal::finite(negative, BigUint::zero(), 0);
        }
        let zeros = mantissa.trailing_zeros();
        let (odd, exponent) = (mantissa >> zeros, exponent + zeros as i32);
        if exponent >= 0 {
            return Decimal::finite(negative, BigUint::from(odd) << exponent, 0);
        }
        // odd / 2^k = odd * 5^k / 10^k
        let places = exponent.unsigned_abs();
        let coefficient =
            BigUint::from(odd) * num_traits::pow(BigUint::from(5u32), places as usize);
        Decimal::finite(negative, coefficient, -i64::from(places))
    }

    /// `str(self)`, or its engineering form, whose exponents are multiples of three.
    pub fn to_text(&self, engineering: bool, capitals: bool) -> String {
        let sign = if self.negative { "-" } else { "" };
        let (coefficient, exponent) = match &self.body {
            Body::Infinity => return format!("{sign}Infinity"),
            Body::Nan { signaling, payload } => {
                let kind = if *signaling { "sNaN" } else { "NaN" };
                let payload = if payload.is_zero() {
                    String::new()
                } else {
                    payload.to_string()
                };
                return format!("{sign}{kind}{payload}");
            }
            Body::Finite(coefficient, exponent) => (coefficient, *exponent),
        };
        let digits = coefficient.to_string();
        let left = exponent.saturating_add(digits.len() as i64);
        let point = if exponent <= 0 && left > -6 {
            left
        } else if !engineering {
            1
        } else if coefficient.is_zero() {
            (left + 1).rem_euclid(3) - 1
        } else {
            (left - 1).rem_euclid(3) + 1
        };
        let mut out = String::from(sign);
        if point <= 0 {
            out.push_str("0.");
            out.extend(std::iter::repeat_n('0', point.unsigned_abs() as usize));
            out.push_str(&digits);
        } else if point as usize >= digits.len() {
            out.push_str(&digits);
            out.extend(std::iter::repeat_n('0', point as usize - digits.len()));
        } else {
            out.push_str(&digits[..point as usize]);
            out.push('.');
            out.push_str(&digits[point as usize..]);
        }
        if left != point {
            out.push(if capitals { 'E' } else { 'e' });
            out.push_str(&format!("{:+}", left - point));
        }
        out
    }
}

fn read_digits(digits: &str) -> BigUint {
    match super::int_text::parse(if digits.is_empty() { "0" } else { digits }, 10, 0) {
        Ok(n) => n.into_big().magnitude().clone(),
        Err(_) => BigUint::zero(),
    }
}

/// An exponent too long for `i64` is as good as the largest.
fn read_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let size = digits
        .parse::<i64>()
        .unwrap_or(i64::MAX / 4)
        .min(i64::MAX / 4);
    Some(if text.starts_with('-') { -size } else { size })
}

/// `a` and `b` as integers on a common exponent.
fn aligned(a: (BigUint, i64), b: (BigUint, i64)) -> (BigUint, BigUint, i64) {
    let exponent = a.1.min(b.1);
    let lift = |(coefficient, own): (BigUint, i64)| {
        if coefficient.is_zero() || own == exponent {
            coefficient
        } else {
            coefficient * power_of_ten((own - exponent) as u64)
        }
    };
    (lift(a), lift(b), exponent)
}

/// 10^digits - 1
fn nines(digits: u64) -> BigUint {
    power_of_ten(digits) - BigUint::one()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(op: &str, n: &[Decimal], c: &Context, s: &mut Signals) -> String {
        let a = &n[0];
        let b = n.get(1).unwrap_or(a);
        let number = match op {
            "add" => a.add(b, c, s),
            "subtract" => a.sub(b, c, s),
            "multiply" => a.mul(b, c, s),
            "divide" => a.div(b, c, s),
            "divide_int" => a.div_int(b, c, s),
            "remainder" => a.rem(b, c, s),
            "remainder_near" => a.rem_near(b, c, s),
            "quantize" => a.quantize(b, c, s),
            "compare" => a.compare(b, c, s),
            "max" => a.extreme(b, true, false, c, s),
            "min" => a.extreme(b, false, false, c, s),
            "max_mag" => a.extreme(b, true, true, c, s),
            "min_mag" => a.extreme(b, false, true, c, s),
            "next_toward" => a.next_toward(b, c, s),
            "scaleb" => a.scaleb(b, c, s),
            "shift" => a.shift(b, c, s),
            "rotate" => a.rotate(b, c, s),
            "power" => a.power(b, c, s),
            "plus" => a.plus(c, s),
            "minus" => a.minus(c, s),
            "abs" => a.abs(c, s),
            "sqrt" => a.sqrt(c, s),
            "normalize" => a.normalize(c, s),
            "to_integral_exact" => a.to_integral(true, c, s),
            "to_integral_value" => a.to_integral(false, c, s),
            "next_plus" => a.next_plus(c, s),
            "next_minus" => a.next_minus(c, s),
            "logb" => a.logb(c, s),
            "exp" => a.exp(c, s),
            "ln" => a.ln(c, s),
            "log10" => a.log10(c, s),
            "compare_total" => return (a.total_order(b) as i8).to_string(),
            "compare_total_mag" => return (a.total_order_of_sizes(b) as i8).to_string(),
            "number_class" => return a.number_class(c).to_owned(),
            "to_eng_string" => return a.to_text(true, true),
            "to_sci_string" => return a.to_text(false, true),
            other => panic!("unknown operation {other}"),
        };
        number.to_text(false, true)
    }

    /// Rows from CPython: operation, context, operands, result, signals.
    #[test]
    fn operations_agree_with_cpython() {
        let mut wrong = Vec::new();
        for line in include_str!("../testdata/decimal.txt").lines() {
            let words: Vec<&str> = line.split(' ').collect();
            let context = Context {
                prec: words[1].parse().unwrap(),
                rounding: Rounding::from_name(words[2]).unwrap(),
                emin: words[3].parse().unwrap(),
                emax: words[4].parse().unwrap(),
                clamp: words[5] == "1",
            };
            let end = words.len() - 2;
            let numbers: Vec<Decimal> = words[6..end]
                .iter()
                .map(|w| Decimal::parse(w).unwrap())
                .collect();
            let mut signals = Signals::default();
            let found = apply(words[0], &numbers, &context, &mut signals);
            let invalid = if signals.has(Signals::INVALID) {
                0x100
            } else {
                0
            };
            let bits = (signals.0 & !Signals::INVALID.0) | invalid;
            if found != words[end] || bits.to_string() != words[end + 1] {
                wrong.push(format!("{line} | {found} {bits}"));
            }
        }
        assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
    }
}
