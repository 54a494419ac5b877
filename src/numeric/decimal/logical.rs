//! Comparisons, neighbours, and operations on digits.

use super::arithmetic::{invalid, nan_of};
use super::context::{Context, Rounding, Signals};
use super::{Body, Decimal, aligned, digit_count, nines, power_of_ten};
use num_bigint::BigUint;
use num_traits::{One, Zero};
use std::cmp::Ordering;

impl Decimal {
    /// Order by value; `None` when either is a nan.
    pub fn order(&self, other: &Decimal) -> Option<Ordering> {
        if self.is_nan() || other.is_nan() {
            return None;
        }
        if self.is_zero() && other.is_zero() {
            return Some(Ordering::Equal);
        }
        let sign = |n: &Decimal| {
            if n.is_zero() {
                0
            } else if n.negative {
                -1
            } else {
                1
            }
        };
        let by_sign = sign(self).cmp(&sign(other));
        if by_sign.is_ne() {
            return Some(by_sign);
        }
        let sizes = self.order_of_sizes(other);
        Some(if self.negative {
            sizes.reverse()
        } else {
            sizes
        })
    }

    fn order_of_sizes(&self, other: &Decimal) -> Ordering {
        match (self.is_infinite(), other.is_infinite()) {
            (true, true) => return Ordering::Equal,
            (true, false) => return Ordering::Greater,
            (false, true) => return Ordering::Less,
            _ => {}
        }
        match (self.is_zero(), other.is_zero()) {
            (true, true) => return Ordering::Equal,
            (true, false) => return Ordering::Less,
            (false, true) => return Ordering::Greater,
            _ => {}
        }
        self.adjusted().cmp(&other.adjusted()).then_with(|| {
            let (a, b, _) = aligned(self.parts(), other.parts());
            a.cmp(&b)
        })
    }

    fn from_order(order: Ordering) -> Decimal {
        Decimal::from_int(order as i64)
    }

    pub fn compare(&self, other: &Decimal, ctx: &Context, signals: &mut Signals) -> Decimal {
        match nan_of(&[self, other], ctx, signals) {
            Some(nan) => nan,
            None => Self::from_order(self.order(other).unwrap_or(Ordering::Equal)),
        }
    }

    /// As `compare`; quiet nans are invalid too.
    pub fn compare_signal(&self, other: &Decimal, ctx: &Context, signals: &mut Signals) -> Decimal {
        if self.is_nan() || other.is_nan() {
            signals.add(Signals::INVALID_OPERATION);
        }
        self.compare(other, ctx, signals)
    }

    /// The total order, in which every representation has its place.
    pub fn total_order(&self, other: &Decimal) -> Ordering {
        let sign = (!self.negative).cmp(&!other.negative);
        if sign.is_ne() {
            return sign;
        }
        let sizes = self.total_order_of_sizes(other);
        if self.negative {
            sizes.reverse()
        } else {
            sizes
        }
    }

    pub fn total_order_of_sizes(&self, other: &Decimal) -> Ordering {
        let rank = |n: &Decimal| match &n.body {
            Body::Nan { signaling, .. } => 2 - i32::from(*signaling),
            _ => 0,
        };
        let by_kind = rank(self).cmp(&rank(other));
        if by_kind.is_ne() {
            return by_kind;
        }
        if let (Body::Nan { payload: a, .. }, Body::Nan { payload: b, .. }) =
            (&self.body, &other.body)
        {
            return a.cmp(b);
        }
        self.order_of_sizes(other)
            .then_with(|| self.parts().1.cmp(&other.parts().1))
    }

    /// `max`, `min`, and those by size; a single quiet nan loses.
    pub fn extreme(
        &self,
        other: &Decimal,
        largest: bool,
        by_size: bool,
        ctx: &Context,
        signals: &mut Signals,
    ) -> Decimal {
        if (self.is_signaling() || other.is_signaling() || self.is_nan() && other.is_nan())
            && let Some(nan) = nan_of(&[self, other], ctx, signals)
        {
            return nan;
        }
        let winner = if self.is_nan() {
            other
        } else if other.is_nan() {
            self
        } else {
            let order = if by_size {
                self.order_of_sizes(other)
            } else {
                self.order(other).unwrap_or(Ordering::Equal)
            };
            let order = order.then_with(|| self.total_order(other));
            if order.is_ge() == largest {
                self
            } else {
                other
            }
        };
        ctx.finish(winner.clone(), signals)
    }

    pub fn next_minus(&self, ctx: &Context, signals: &mut Signals) -> Decimal {
        self.neighbour(true, ctx, signals)
    }

    pub fn next_plus(&self, ctx: &Context, signals: &mut Signals) -> Decimal {
        self.neighbour(false, ctx, signals)
    }

    fn neighbour(&self, down: bool, ctx: &Context, signals: &mut Signals) -> Decimal {
        if let Some(nan) = nan_of(&[self], ctx, signals) {
            return nan;
        }
        if self.is_infinite() {
            if self.negative == down {
                return self.clone();
            }
            if !ctx.allows(ctx.prec, signals) {
                return Decimal::nan();
            }
            let largest = nines(ctx.prec as u64);
            return Decimal::finite(!down, largest, ctx.etop());
        }
        let rounding = if down {
            Rounding::Floor
        } else {
            Rounding::Ceiling
        };
        let ctx = ctx.with_rounding(rounding);
        let mut quiet = Signals::default();
        let here = ctx.finish(self.clone(), &mut quiet);
        if here.order(self) != Some(Ordering::Equal) {
            return here;
        }
        let step = Decimal::finite(down, BigUint::one(), ctx.etiny() - 1);
        here.add(&step, &ctx, &mut quiet)
    }

    pub fn next_toward(&self, other: &Decimal, ctx: &Context, signals: &mut Signals) -> Decimal {
        if let Some(nan) = nan_of(&[self, other], ctx, signals) {
            return nan;
        }
        let result = match self.order(other) {
            Some(Ordering::Less) => self.next_plus(ctx, signals),
            Some(Ordering::Greater) => self.next_minus(ctx, signals),
            _ => return self.clone().with_sign(other.negative),
        };
        if result.is_infinite() {
            signals.add(Signals::OVERFLOW);
            signals.add(Signals::INEXACT);
            signals.add(Signals::ROUNDED);
        } else if result.adjusted() < ctx.emin {
            signals.add(Signals::UNDERFLOW);
            signals.add(Signals::SUBNORMAL);
            signals.add(Signals::INEXACT);
            signals.add(Signals::ROUNDED);
            if result.is_zero() {
                signals.add(Signals::CLAMPED);
            }
        }
        result
    }

    /// The exponent of the first digit, as a number.
    pub fn logb(&self, ctx: &Context, signals: &mut Signals) -> Decimal {
        if let Some(nan) = nan_of(&[self], ctx, signals) {
            return nan;
        }
        if self.is_infinite() {
            return Decimal::infinity(false);
        }
        if self.is_zero() {
            signals.add(Signals::DIVISION_BY_ZERO);
            return Decimal::infinity(true);
        }
        ctx.finish(Decimal::from_int(self.adjusted()), signals)
    }

    pub fn scaleb(&self, other: &Decimal, ctx: &Context, signals: &mut Signals) -> Decimal {
        if let Some(nan) = nan_of(&[self, other], ctx, signals) {
            return nan;
        }
        let limit = 2 * (ctx.emax + ctx.prec);
        let shift = match other.body {
            Body::Finite(_, 0) => other.to_int().and_then(|n| i64::try_from(n).ok()),
            _ => None,
        };
        let Some(shift) = shift.filter(|n| n.abs() <= limit) else {
            return invalid(signals);
        };
        match &self.body {
            Body::Finite(coefficient, exponent) => {
                let moved = exponent.saturating_add(shift);
                let number = Decimal::finite(self.negative, coefficient.clone(), moved);
                ctx.finish(number, signals)
            }
            _ => self.clone(),
        }
    }

    /// A count of digits to move by, within the precision.
    fn digit_shift(other: &Decimal, ctx: &Context) -> Option<i64> {
        let Body::Finite(_, 0) = other.body else {
            return None;
        };
        let shift = i64::try_from(other.to_int()?).ok()?;
        (shift.abs() <= ctx.prec).then_some(shift)
    }

    pub fn rotate(&self, other: &Decimal, ctx: &Context, signals: &mut Signals) -> Decimal {
        if let Some(nan) = nan_of(&[self, other], ctx, signals) {
            return nan;
        }
        let Some(shift) = Self::digit_shift(other, ctx) else {
            return invalid(signals);
        };
        let Body::Finite(coefficient, exponent) = &self.body else {
            return self.clone();
        };
        if !ctx.allows(ctx.prec, signals) {
            return Decimal::nan();
        }
        let prec = ctx.prec as u64;
        let cut = coefficient % power_of_ten(prec);
        let left = if shift < 0 {
            prec - shift.unsigned_abs()
        } else {
            shift as u64
        };
        let split = power_of_ten(prec - left);
        let rotated = (&cut % &split) * power_of_ten(left) + &cut / &split;
        Decimal::finite(self.negative, rotated, *exponent)
    }

    pub fn shift(&self, other: &Decimal, ctx: &Context, signals: &mut Signals) -> Decimal {
        if let Some(nan) = nan_of(&[self, other], ctx, signals) {
            return nan;
        }
        let Some(shift) = Self::digit_shift(other, ctx) else {
            return invalid(signals);
        };
        let Body::Finite(coefficient, exponent) = &self.body else {
            return self.clone();
        };
        if !ctx.allows(ctx.prec, signals) {
            return Decimal::nan();
        }
        let unit = power_of_ten(ctx.prec as u64);
        let shifted = if shift < 0 {
            coefficient % unit / power_of_ten(shift.unsigned_abs())
        } else {
            coefficient * power_of_ten(shift as u64) % unit
        };
        Decimal::finite(self.negative, shifted, *exponent)
    }

    /// The digits of a logical operand: only 0 and 1, no sign, no exponent; least significant first.
    fn logical_digits(&self, ctx: &Context) -> Option<Vec<u8>> {
        let Body::Finite(coefficient, 0) = &self.body else {
            return None;
        };
        let digits = coefficient.to_radix_le(10);
        let fits = !self.negative && digits.len() as i64 <= ctx.prec;
        (fits && digits.iter().all(|d| *d <= 1)).then_some(digits)
    }

    pub fn logical(
        &self,
        other: &Decimal,
        op: fn(u8, u8) -> u8,
        ctx: &Context,
        signals: &mut Signals,
    ) -> Decimal {
        let (Some(a), Some(b)) = (self.logical_digits(ctx), other.logical_digits(ctx)) else {
            return invalid(signals);
        };
        let digit = |digits: &[u8], i: usize| digits.get(i).copied().unwrap_or(0);
        let digits: Vec<u8> = (0..a.len().max(b.len()))
            .map(|i| op(digit(&a, i), digit(&b, i)))
            .collect();
        let coefficient = BigUint::from_radix_le(&digits, 10).unwrap_or_default();
        Decimal::finite(false, coefficient, 0)
    }

    pub fn logical_invert(&self, ctx: &Context, signals: &mut Signals) -> Decimal {
        let Some(digits) = self.logical_digits(ctx) else {
            return invalid(signals);
        };
        if !ctx.allows(ctx.prec, signals) {
            return Decimal::nan();
        }
        let flipped: Vec<u8> = (0..ctx.prec as usize)
            .map(|i| 1 - digits.get(i).copied().unwrap_or(0))
            .collect();
        let coefficient = BigUint::from_radix_le(&flipped, 10).unwrap_or_default();
        Decimal::finite(false, coefficient, 0)
    }

    pub fn is_normal(&self, ctx: &Context) -> bool {
        self.is_finite() && !self.is_zero() && self.adjusted() >= ctx.emin
    }

    pub fn is_subnormal(&self, ctx: &Context) -> bool {
        self.is_finite() && !self.is_zero() && self.adjusted() < ctx.emin
    }

    pub fn number_class(&self, ctx: &Context) -> &'static str {
        match (&self.body, self.negative) {
            (
                Body::Nan {
                    signaling: true, ..
                },
                _,
            ) => "sNaN",
            (Body::Nan { .. }, _) => "NaN",
            (Body::Infinity, true) => "-Infinity",
            (Body::Infinity, false) => "+Infinity",
            (_, true) if self.is_zero() => "-Zero",
            (_, false) if self.is_zero() => "+Zero",
            (_, true) if self.is_subnormal(ctx) => "-Subnormal",
            (_, false) if self.is_subnormal(ctx) => "+Subnormal",
            (_, true) => "-Normal",
            (_, false) => "+Normal",
        }
    }

    pub fn same_quantum(&self, other: &Decimal) -> bool {
        match (&self.body, &other.body) {
            (Body::Finite(_, a), Body::Finite(_, b)) => a == b,
            (Body::Infinity, Body::Infinity) => true,
            (Body::Nan { .. }, Body::Nan { .. }) => true,
            _ => false,
        }
    }

    /// Digits of a finite number, most significant first.
    pub fn digits(&self) -> Vec<u8> {
        match &self.body {
            Body::Finite(coefficient, _) => coefficient.to_radix_be(10),
            Body::Nan { payload, .. } if !payload.is_zero() => payload.to_radix_be(10),
            Body::Infinity => vec![0],
            _ => Vec::new(),
        }
    }

    /// How many digits the coefficient has.
    pub fn precision(&self) -> i64 {
        digit_count(&self.parts().0) as i64
    }
}
