//! Complex numbers: arithmetic, text and parsing as CPython's, which are not C's.

use super::error::{NumberError, NumberResult};
use super::float_text::{self, Layout};
use super::unicode_digits::{is_space, to_ascii_digits};

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Complex {
    pub re: f64,
    pub im: f64,
}

impl std::ops::Add for Complex {
    type Output = Complex;

    fn add(self, other: Complex) -> Complex {
        Complex::new(self.re + other.re, self.im + other.im)
    }
}

impl std::ops::Sub for Complex {
    type Output = Complex;

    fn sub(self, other: Complex) -> Complex {
        Complex::new(self.re - other.re, self.im - other.im)
    }
}

impl std::ops::Mul for Complex {
    type Output = Complex;

    fn mul(self, other: Complex) -> Complex {
        Complex::new(
            self.re * other.re - self.im * other.im,
            self.re * other.im + self.im * other.re,
        )
    }
}

impl std::ops::Neg for Complex {
    type Output = Complex;

    fn neg(self) -> Complex {
        Complex::new(-self.re, -self.im)
    }
}

impl Complex {
    pub const ONE: Complex = Complex::new(1.0, 0.0);

    pub const fn new(re: f64, im: f64) -> Self {
        Complex { re, im }
    }

    pub const fn real(re: f64) -> Self {
        Complex { re, im: 0.0 }
    }

    /// By Smith's method: the larger part of the divisor is divided out first.
    fn quotient(self, by: Complex) -> Option<Complex> {
        let (re, im) = (by.re.abs(), by.im.abs());
        Some(if re >= im {
            if re == 0.0 {
                return None;
            }
            let ratio = by.im / by.re;
            let below = by.re + by.im * ratio;
            Complex::new(
                (self.re + self.im * ratio) / below,
                (self.im - self.re * ratio) / below,
            )
        } else if im >= re {
            let ratio = by.re / by.im;
            let below = by.re * ratio + by.im;
            Complex::new(
                (self.re * ratio + self.im) / below,
                (self.im * ratio - self.re) / below,
            )
        } else {
            Complex::new(f64::NAN, f64::NAN)
        })
    }

    pub fn divide(self, by: Complex) -> NumberResult<Complex> {
        self.quotient(by)
            .ok_or_else(|| NumberError::zero_division("complex division by zero"))
    }

    /// `self ** exponent`: small whole exponents by multiplication, others through polar form.
    pub fn pow(self, exponent: Complex) -> NumberResult<Complex> {
        let zero_power = || NumberError::zero_division("0.0 to a negative or complex power");
        let whole =
            exponent.im == 0.0 && exponent.re == exponent.re.floor() && exponent.re.abs() <= 100.0;
        let power = if whole {
            let n = exponent.re as i32;
            if n > 0 {
                self.whole_power(n as u32)
            } else {
                Complex::ONE
                    .quotient(self.whole_power(n.unsigned_abs()))
                    .ok_or_else(zero_power)?
            }
        } else if exponent.re == 0.0 && exponent.im == 0.0 {
            Complex::ONE
        } else if self.re == 0.0 && self.im == 0.0 {
            if exponent.im != 0.0 || exponent.re < 0.0 {
                return Err(zero_power());
            }
            Complex::real(0.0)
        } else {
            self.polar_power(exponent).ok_or_else(zero_power)?
        };
        if power.re.is_infinite() || power.im.is_infinite() {
            return Err(NumberError::overflow("complex exponentiation"));
        }
        Ok(power)
    }

    fn whole_power(self, n: u32) -> Complex {
        let mut result = Complex::ONE;
        let mut square = self;
        let mut rest = n;
        while rest > 0 {
            if rest & 1 == 1 {
                result = result * square;
            }
            rest >>= 1;
            square = square * square;
        }
        result
    }

    /// `None` where C's cosine reports a domain error, which CPython words as a zero division.
    fn polar_power(self, exponent: Complex) -> Option<Complex> {
        let size = self.re.hypot(self.im);
        let mut len = size.powf(exponent.re);
        let angle = self.im.atan2(self.re);
        let mut phase = angle * exponent.re;
        if exponent.im != 0.0 {
            len /= (angle * exponent.im).exp();
            phase += exponent.im * size.ln();
        }
        let power = Complex::new(len * phase.cos(), len * phase.sin());
        (!phase.is_infinite()).then_some(power)
    }

    /// `abs(self)`
    pub fn abs(self) -> NumberResult<f64> {
        let size = self.re.hypot(self.im);
        if size.is_infinite() && self.re.is_finite() && self.im.is_finite() {
            return Err(NumberError::overflow("absolute value too large"));
        }
        Ok(size)
    }

    pub fn repr(self) -> String {
        let layout = Layout {
            dot_zero: false,
            ..Layout::REPR
        };
        // A layout without precision never fails.
        let part = |x: f64| float_text::format(x, layout).unwrap_or_default();
        if self.re == 0.0 && self.re.is_sign_positive() {
            return format!("{}j", part(self.im));
        }
        let im = part(self.im);
        let plus = if im.starts_with('-') { "" } else { "+" };
        format!("({}{plus}{im}j)", part(self.re))
    }

    /// What `complex(text)` reads, or `None`: the error is `MALFORMED`.
    pub fn parse(text: &str) -> Option<Complex> {
        let text = to_ascii_digits(text.trim_matches(is_space));
        let text = float_text::remove_underscores(&text)?;
        let mut body = &*text;
        if let Some(inner) = body.strip_prefix('(') {
            body = inner.strip_suffix(')')?.trim_matches(is_space);
        }
        let unit = |text: &str| -> Option<f64> {
            match text {
                "" | "+" => Some(1.0),
                "-" => Some(-1.0),
                _ => None,
            }
        };
        let Some((first, rest)) = leading_float(body) else {
            return Some(Complex::new(0.0, unit(body.strip_suffix(['j', 'J'])?)?));
        };
        match rest.as_bytes().first() {
            None => Some(Complex::real(first)),
            Some(b'j' | b'J') if rest.len() == 1 => Some(Complex::new(0.0, first)),
            Some(b'+' | b'-') => {
                let im = rest.strip_suffix(['j', 'J'])?;
                let im = match leading_float(im) {
                    Some((im, "")) => im,
                    Some(_) => return None,
                    None => unit(im)?,
                };
                Some(Complex::new(first, im))
            }
            _ => None,
        }
    }
}

pub const MALFORMED: &str = "complex() arg is a malformed string";

/// The float that an ASCII text begins with, and what follows it.
fn leading_float(text: &str) -> Option<(f64, &str)> {
    let (number, rest) = text.split_at(number_end(text));
    Some((float_text::parse_plain(number)?, rest))
}

/// How much of an ASCII text is a float: the longest prefix.
fn number_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let start = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    for word in ["infinity", "inf", "nan"] {
        let end = start + word.len();
        if text
            .get(start..end)
            .is_some_and(|found| found.eq_ignore_ascii_case(word))
        {
            return end;
        }
    }
    let mut end = digits(start);
    let mut some = end > start;
    if bytes.get(end) == Some(&b'.') {
        let fraction = digits(end + 1);
        some |= fraction > end + 1;
        end = fraction;
    }
    if !some {
        return 0;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let first = end + 1 + sign;
        let last = digits(first);
        if last > first {
            end = last;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(text: &str) -> f64 {
        f64::from_bits(u64::from_str_radix(text, 16).unwrap())
    }

    /// Rows from CPython: operation, operands' parts as bits, result's parts or `!message`.
    #[test]
    fn arithmetic_agrees_with_cpython() {
        for line in include_str!("testdata/complex.txt").lines() {
            let words: Vec<&str> = line.split(' ').collect();
            let a = Complex::new(bits(words[1]), bits(words[2]));
            if words[0] == "repr" {
                assert_eq!(a.repr(), words[3]);
                let back = Complex::parse(words[3]).unwrap();
                if a.re == a.re && a.im == a.im {
                    assert_eq!(back, a);
                }
                continue;
            }
            let b = Complex::new(bits(words[3]), bits(words[4]));
            let found = match words[0] {
                "*" => Ok(a * b),
                "/" => a.divide(b),
                _ => a.pow(b),
            };
            let nan = |x: f64| if x.is_nan() { f64::NAN } else { x };
            let found = match found {
                Ok(c) => format!("{:016x} {:016x}", nan(c.re).to_bits(), nan(c.im).to_bits()),
                Err(e) => format!("!{}", e.message.replace(' ', "_")),
            };
            assert_eq!(found, words[5..].join(" "), "{line}");
        }
    }

    #[test]
    fn texts_are_read_as_python_reads_them() {
        for (text, value) in [
            ("1+2j", Some((1.0, 2.0))),
            (" ( 1-2.5e1J ) ", Some((1.0, -25.0))),
            ("j", Some((0.0, 1.0))),
            ("-j", Some((0.0, -1.0))),
            ("1+j", Some((1.0, 1.0))),
            ("3", Some((3.0, 0.0))),
            ("1_0.5j", Some((0.0, 10.5))),
            ("inf-infj", Some((f64::INFINITY, f64::NEG_INFINITY))),
            ("1e5+1e-5j", Some((1e5, 1e-5))),
            ("1 + 2j", None),
            ("1+2", None),
            ("1+2jj", None),
            ("1+-2j", None),
            ("(1", None),
            ("", None),
            ("()", None),
            ("1j+2", None),
            ("+", None),
        ] {
            let value = value.map(|(re, im)| Complex::new(re, im));
            assert_eq!(Complex::parse(text), value, "{text}");
        }
    }
}
