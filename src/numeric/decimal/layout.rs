//! `Decimal.__format__`: the mini-language with the type codes e E f F g G n %, on exact digits.

use super::context::{Context, Rounding, Signals};
use super::{Body, Decimal, digit_count};
use crate::numeric::error::{NumberError, NumberResult};
use crate::numeric::format_spec::{FormatSpec, lay_out_number};

impl Decimal {
    /// Lays the number out; the rounding is the context's.
    pub fn format(&self, spec: &str, rounding: Rounding, capitals: bool) -> NumberResult<String> {
        let invalid = |_| NumberError::value("invalid format string");
        let mut spec = FormatSpec::parse(spec, "decimal.Decimal", '>').map_err(invalid)?;
        let bad = spec.alternate
            || spec.kind.is_some_and(|kind| !"eEfFgGn%".contains(kind))
            || spec.precision.is_some_and(|p| i32::try_from(p).is_err());
        if bad {
            return Err(NumberError::value("invalid format string"));
        }
        let percent = spec.kind == Some('%');
        let text = match &self.body {
            Body::Finite(..) => {
                let number = if percent {
                    self.times_hundred()
                } else {
                    self.clone()
                };
                let mut text = number.digits_for(&spec, rounding, capitals);
                if spec.no_negative_zero && text.starts_with('-') && is_zero_text(&text) {
                    text.remove(0);
                }
                text
            }
            _ => {
                // Nothing that is no number is filled with zeros.
                if spec.fill == '0' && spec.align == '=' {
                    spec.fill = ' ';
                    spec.align = '>';
                }
                self.to_text(false, capitals)
            }
        };
        let text = if percent { format!("{text}%") } else { text };
        lay_out_number(&text, &spec)
    }

    fn times_hundred(&self) -> Decimal {
        let (coefficient, exponent) = self.parts();
        Decimal::finite(self.negative, coefficient, exponent + 2)
    }

    fn digits_for(&self, spec: &FormatSpec, rounding: Rounding, capitals: bool) -> String {
        let mut signals = Signals::default();
        let kind = spec.kind.map(|kind| kind.to_ascii_lowercase());
        let capital = match spec.kind {
            Some(kind) if kind.is_ascii_alphabetic() => kind.is_ascii_uppercase(),
            _ => capitals,
        };
        let (coefficient, exponent) = self.parts();
        let digits = digit_count(&coefficient) as i64;
        let mut number = self.clone();
        match (kind, spec.precision) {
            (Some('f' | '%'), Some(places)) => {
                number = self.rescaled(-(places as i64), rounding, &mut signals);
            }
            (Some('f' | '%'), None) if exponent > 0 => {
                number = self.rescaled(0, rounding, &mut signals);
            }
            (Some('e'), places) if self.is_zero() => {
                return self.zero_with_exponent(places.unwrap_or(0), exponent, capital);
            }
            (Some('e'), Some(places)) => {
                number = self.with_digits(places as i64 + 1, digits, rounding);
            }
            (None | Some('g' | 'n'), Some(precision)) => {
                let wanted = (precision as i64).max(1);
                if digits > wanted && coefficient != num_bigint::BigUint::ZERO {
                    let ctx = Context::wide(wanted).with_rounding(rounding);
                    number = ctx.finish(self.clone(), &mut signals);
                }
            }
            _ => {}
        }
        let (_, exponent) = number.parts();
        let left = exponent + number.precision();
        let point = match kind {
            Some('e') => 1,
            Some('f' | '%') => left,
            _ if exponent <= 0 && left > -6 => left,
            _ => 1,
        };
        number.place_point(point, left, matches!(kind, Some('e')), capital)
    }

    /// With exactly `wanted` digits.
    fn with_digits(&self, wanted: i64, digits: i64, rounding: Rounding) -> Decimal {
        let mut signals = Signals::default();
        if digits > wanted {
            let ctx = Context::wide(wanted).with_rounding(rounding);
            return ctx.finish(self.clone(), &mut signals);
        }
        let exponent = self.parts().1 - (wanted - digits);
        self.rescaled(exponent, rounding, &mut signals)
    }

    /// A zero in exponent form: the places asked for raise the exponent.
    fn zero_with_exponent(&self, places: usize, exponent: i64, capital: bool) -> String {
        let sign = if self.negative { "-" } else { "" };
        let point = if places > 0 { "." } else { "" };
        let letter = if capital { 'E' } else { 'e' };
        let exponent = exponent.saturating_add(places as i64);
        format!("{sign}0{point}{}{letter}{exponent:+}", "0".repeat(places))
    }

    fn place_point(&self, point: i64, left: i64, always: bool, capital: bool) -> String {
        let digits = self.parts().0.to_string();
        let mut out = String::from(if self.negative { "-" } else { "" });
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
        if left != point || always {
            out.push(if capital { 'E' } else { 'e' });
            out.push_str(&format!("{:+}", left - point));
        }
        out
    }
}

fn is_zero_text(text: &str) -> bool {
    let digits = text.split(['e', 'E']).next().unwrap_or("");
    !digits.bytes().any(|b| matches!(b, b'1'..=b'9'))
}
