//! The basic operations.

use super::context::{Context, Rounding, Signals};
use super::{Body, Decimal, aligned, digit_count, power_of_ten};
use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::{One, Zero};
use std::cmp::Ordering;

/// What an operation with a nan gives: a signaling one is invalid, a quiet one passes through.
pub fn nan_of(operands: &[&Decimal], ctx: &Context, signals: &mut Signals) -> Option<Decimal> {
    let signaling = operands.iter().find(|n| n.is_signaling());
    if signaling.is_some() {
        signals.add(Signals::INVALID_OPERATION);
    }
    let found = signaling.or_else(|| operands.iter().find(|n| n.is_nan()))?;
    let Body::Nan { payload, .. } = &found.body else {
        return None;
    };
    let quiet = Decimal {
        negative: found.negative,
        body: Body::Nan {
            signaling: false,
            payload: payload.clone(),
        },
    };
    Some(ctx.finish(quiet, signals))
}

pub fn invalid(signals: &mut Signals) -> Decimal {
    signals.add(Signals::INVALID_OPERATION);
    Decimal::nan()
}

fn out_of_memory(signals: &mut Signals) -> Decimal {
    signals.add(Signals::MEMORY);
    Decimal::nan()
}

impl Decimal {
    pub fn plus(&self, ctx: &Context, signals: &mut Signals) -> Decimal {
        if let Some(nan) = nan_of(&[self], ctx, signals) {
            return nan;
        }
        // Zero loses its sign, except when rounding to the floor.
        let negative = self.negative && !(self.is_zero() && ctx.rounding != Rounding::Floor);
        ctx.finish(self.clone().with_sign(negative), signals)
    }

    pub fn minus(&self, ctx: &Context, signals: &mut Signals) -> Decimal {
        if let Some(nan) = nan_of(&[self], ctx, signals) {
            return nan;
        }
        self.clone().with_sign(!self.negative).plus(ctx, signals)
    }

    pub fn abs(&self, ctx: &Context, signals: &mut Signals) -> Decimal {
        if self.negative {
            self.minus(ctx, signals)
        } else {
            self.plus(ctx, signals)
        }
    }

    pub fn add(&self, other: &Decimal, ctx: &Context, signals: &mut Signals) -> Decimal {
        if let Some(nan) = nan_of(&[self, other], ctx, signals) {
            return nan;
        }
        match (self.is_infinite(), other.is_infinite()) {
            (true, true) if self.negative != other.negative => return invalid(signals),
            (true, _) => return self.clone(),
            (false, true) => return other.clone(),
            _ => {}
        }
        let (a, b) = (self.parts(), other.parts());
        let (a, b) = self.shortened(a, other, b, ctx);
        if (a.1 - b.1).unsigned_abs() > 1 << 27 && !(a.0.is_zero() || b.0.is_zero()) {
            return out_of_memory(signals);
        }
        let (x, y, exponent) = aligned(a, b);
        if self.negative == other.negative {
            let sum = Decimal::finite(self.negative, x + y, exponent);
            return ctx.finish(sum, signals);
        }
        let (negative, rest) = match x.cmp(&y) {
            Ordering::Greater => (self.negative, x - y),
            Ordering::Less => (other.negative, y - x),
            Ordering::Equal => (ctx.rounding == Rounding::Floor, BigUint::zero()),
        };
        ctx.finish(Decimal::finite(negative, rest, exponent), signals)
    }

    /// Where one operand lies far below the other's last digit that counts, any tiny number does in its
    /// place: the sum rounds the same.
    fn shortened(
        &self,
        a: (BigUint, i64),
        other: &Decimal,
        b: (BigUint, i64),
        ctx: &Context,
    ) -> ((BigUint, i64), (BigUint, i64)) {
        if a.0.is_zero() || b.0.is_zero() {
            // Zero only lends its exponent, as far as the precision allows.
            let lend = |number: (BigUint, i64), zero: (BigUint, i64)| {
                let room = ctx.prec - digit_count(&number.0) as i64;
                let lowest = number.1.saturating_sub(room.max(0) + 1);
                let exponent = if number.0.is_zero() {
                    zero.1
                } else {
                    zero.1.max(lowest)
                };
                (number, (zero.0, exponent))
            };
            return if b.0.is_zero() {
                lend(a, b)
            } else {
                let (b, a) = lend(b, a);
                (a, b)
            };
        }
        let tiny = |big: &(BigUint, i64), small: &(BigUint, i64), small_top: i64| {
            let digits = digit_count(&big.0) as i64;
            let last = big.1.saturating_add((digits - ctx.prec - 2).min(-1));
            (small_top < last && small.1 < last).then(|| (BigUint::one(), last))
        };
        if let Some(b) = tiny(&a, &b, other.adjusted()) {
            return (a, b);
        }
        if let Some(a) = tiny(&b, &a, self.adjusted()) {
            return (a, b);
        }
        (a, b)
    }

    pub fn sub(&self, other: &Decimal, ctx: &Context, signals: &mut Signals) -> Decimal {
        if let Some(nan) = nan_of(&[self, other], ctx, signals) {
            return nan;
        }
        self.add(&other.clone().with_sign(!other.negative), ctx, signals)
    }

    pub fn mul(&self, other: &Decimal, ctx: &Context, signals: &mut Signals) -> Decimal {
        if let Some(nan) = nan_of(&[self, other], ctx, signals) {
            return nan;
        }
        let negative = self.negative != other.negative;
        if self.is_infinite() || other.is_infinite() {
            if self.is_zero() || other.is_zero() {
                return invalid(signals);
            }
            return Decimal::infinity(negative);
        }
        let (a, b) = (self.parts(), other.parts());
        let product = Decimal::finite(negative, a.0 * b.0, a.1.saturating_add(b.1));
        ctx.finish(product, signals)
    }

    pub fn fma(
        &self,
        other: &Decimal,
        third: &Decimal,
        ctx: &Context,
        signals: &mut Signals,
    ) -> Decimal {
        if (self.is_signaling() || other.is_signaling())
            && let Some(nan) = nan_of(&[self, other], ctx, signals)
        {
            return nan;
        }
        let mut wide = Signals::default();
        let product = self.mul(other, &Context::MAX, &mut wide);
        signals.add(Signals(wide.0 & (Signals::INVALID.0 | Signals::MEMORY.0)));
        if product.is_nan() && !third.is_signaling() {
            return ctx.finish(product, signals);
        }
        product.add(third, ctx, signals)
    }

    pub fn div(&self, other: &Decimal, ctx: &Context, signals: &mut Signals) -> Decimal {
        if let Some(nan) = nan_of(&[self, other], ctx, signals) {
            return nan;
        }
        let negative = self.negative != other.negative;
        match (self.is_infinite(), other.is_infinite()) {
            (true, true) => return invalid(signals),
            (true, false) => return Decimal::infinity(negative),
            (false, true) => {
                signals.add(Signals::CLAMPED);
                return Decimal::finite(negative, BigUint::zero(), ctx.etiny());
            }
            _ => {}
        }
        if other.is_zero() {
            if self.is_zero() {
                signals.add(Signals::DIVISION_UNDEFINED);
                return Decimal::nan();
            }
            signals.add(Signals::DIVISION_BY_ZERO);
            return Decimal::infinity(negative);
        }
        let (a, b) = (self.parts(), other.parts());
        let ideal = a.1.saturating_sub(b.1);
        if a.0.is_zero() {
            return ctx.finish(Decimal::finite(negative, a.0, ideal), signals);
        }
        let shift = digit_count(&b.0) as i64 - digit_count(&a.0) as i64 + ctx.prec + 1;
        let mut exponent = ideal.saturating_sub(shift.max(0));
        let mut lifted = a.0;
        if shift > 0 {
            // A short exact quotient must not be searched at an enormous precision.
            if shift as u64 > 100_000_000 {
                return out_of_memory(signals);
            }
            lifted *= power_of_ten(shift as u64);
        }
        let (mut quotient, rest) = lifted.div_rem(&b.0);
        if rest.is_zero() {
            (quotient, exponent) = without_zeros(quotient, exponent, ideal);
        } else if (&quotient % 5u32).is_zero() {
            // A last digit other than 0 and 5 says that more follows.
            quotient += 1u32;
        }
        ctx.finish(Decimal::finite(negative, quotient, exponent), signals)
    }

    /// The integer quotient and the remainder, where both operands are finite and the divisor not zero.
    fn divide_whole(&self, other: &Decimal, ctx: &Context) -> Option<(Decimal, Decimal)> {
        let negative = self.negative != other.negative;
        let (a, b) = (self.parts(), other.parts());
        let ideal = a.1.min(b.1);
        let distance = self.adjusted().saturating_sub(other.adjusted());
        if a.0.is_zero() || distance <= -2 {
            // The divisor's digits bound how far this lifts.
            let rest = self.rescaled(ideal, Rounding::Down, &mut Signals::default());
            return Some((Decimal::finite(negative, BigUint::zero(), 0), rest));
        }
        if distance > ctx.prec {
            return None;
        }
        let (x, y, exponent) = aligned(a, b);
        let (quotient, rest) = x.div_rem(&y);
        if digit_count(&quotient) as i64 > ctx.prec {
            return None;
        }
        Some((
            Decimal::finite(negative, quotient, 0),
            Decimal::finite(self.negative, rest, exponent),
        ))
    }

    pub fn div_int(&self, other: &Decimal, ctx: &Context, signals: &mut Signals) -> Decimal {
        if let Some(nan) = nan_of(&[self, other], ctx, signals) {
            return nan;
        }
        let negative = self.negative != other.negative;
        match (self.is_infinite(), other.is_infinite()) {
            (true, true) => return invalid(signals),
            (true, false) => return Decimal::infinity(negative),
            (false, true) => return Decimal::finite(negative, BigUint::zero(), 0),
            _ => {}
        }
        if other.is_zero() {
            if self.is_zero() {
                signals.add(Signals::DIVISION_UNDEFINED);
                return Decimal::nan();
            }
            signals.add(Signals::DIVISION_BY_ZERO);
            return Decimal::infinity(negative);
        }
        match self.divide_whole(other, ctx) {
            Some((quotient, _)) => ctx.finish(quotient, signals),
            None => {
                signals.add(Signals::DIVISION_IMPOSSIBLE);
                Decimal::nan()
            }
        }
    }

    pub fn rem(&self, other: &Decimal, ctx: &Context, signals: &mut Signals) -> Decimal {
        if let Some(nan) = nan_of(&[self, other], ctx, signals) {
            return nan;
        }
        if self.is_infinite() {
            return invalid(signals);
        }
        if other.is_infinite() {
            return ctx.finish(self.clone(), signals);
        }
        if other.is_zero() {
            signals.add(if self.is_zero() {
                Signals::DIVISION_UNDEFINED
            } else {
                Signals::INVALID_OPERATION
            });
            return Decimal::nan();
        }
        match self.divide_whole(other, ctx) {
            Some((_, rest)) => ctx.finish(rest, signals),
            None => {
                signals.add(Signals::DIVISION_IMPOSSIBLE);
                Decimal::nan()
            }
        }
    }

    pub fn div_rem(
        &self,
        other: &Decimal,
        ctx: &Context,
        signals: &mut Signals,
    ) -> (Decimal, Decimal) {
        if let Some(nan) = nan_of(&[self, other], ctx, signals) {
            return (nan.clone(), nan);
        }
        let negative = self.negative != other.negative;
        if self.is_infinite() {
            let quotient = if other.is_infinite() {
                Decimal::nan()
            } else {
                Decimal::infinity(negative)
            };
            return (quotient, invalid(signals));
        }
        if other.is_infinite() {
            let quotient = Decimal::finite(negative, BigUint::zero(), 0);
            return (quotient, ctx.finish(self.clone(), signals));
        }
        if other.is_zero() {
            if self.is_zero() {
                signals.add(Signals::DIVISION_UNDEFINED);
                return (Decimal::nan(), Decimal::nan());
            }
            signals.add(Signals::DIVISION_BY_ZERO);
            return (Decimal::infinity(negative), invalid(signals));
        }
        match self.divide_whole(other, ctx) {
            Some((quotient, rest)) => (ctx.finish(quotient, signals), ctx.finish(rest, signals)),
            None => {
                signals.add(Signals::DIVISION_IMPOSSIBLE);
                (Decimal::nan(), Decimal::nan())
            }
        }
    }

    /// The remainder nearest to zero.
    pub fn rem_near(&self, other: &Decimal, ctx: &Context, signals: &mut Signals) -> Decimal {
        if let Some(nan) = nan_of(&[self, other], ctx, signals) {
            return nan;
        }
        if self.is_infinite() {
            return invalid(signals);
        }
        if other.is_zero() {
            signals.add(if self.is_zero() {
                Signals::DIVISION_UNDEFINED
            } else {
                Signals::INVALID_OPERATION
            });
            return Decimal::nan();
        }
        if other.is_infinite() || self.is_zero() {
            let exponent = match (&self.body, &other.body) {
                (Body::Finite(_, a), Body::Finite(_, b)) if self.is_zero() => *a.min(b),
                (Body::Finite(_, a), _) => *a,
                _ => 0,
            };
            let same = Decimal::finite(self.negative, self.parts().0, exponent);
            return ctx.finish(same, signals);
        }
        let distance = self.adjusted() - other.adjusted();
        if distance > ctx.prec {
            signals.add(Signals::DIVISION_IMPOSSIBLE);
            return Decimal::nan();
        }
        if distance <= -2 {
            let ideal = self.parts().1.min(other.parts().1);
            let same = self.rescaled(ideal, Rounding::Down, &mut Signals::default());
            return ctx.finish(same, signals);
        }
        let (x, y, exponent) = aligned(self.parts(), other.parts());
        let (quotient, rest) = x.div_rem(&y);
        let twice = &rest * 2u32;
        let up = twice > y || twice == y && quotient.is_odd();
        let quotient = if up { quotient + 1u32 } else { quotient };
        if digit_count(&quotient) as i64 > ctx.prec {
            signals.add(Signals::DIVISION_IMPOSSIBLE);
            return Decimal::nan();
        }
        let (negative, size) = if up {
            (!self.negative, y - rest)
        } else {
            (self.negative, rest)
        };
        ctx.finish(Decimal::finite(negative, size, exponent), signals)
    }

    /// Correctly rounded, half to even, whatever the context's rounding.
    pub fn sqrt(&self, ctx: &Context, signals: &mut Signals) -> Decimal {
        if let Some(nan) = nan_of(&[self], ctx, signals) {
            return nan;
        }
        if self.is_infinite() && !self.negative {
            return self.clone();
        }
        let (coefficient, exponent) = self.parts();
        if self.is_zero() {
            let half = Decimal::finite(self.negative, coefficient, exponent.div_euclid(2));
            return ctx.finish(half, signals);
        }
        if self.negative {
            return invalid(signals);
        }
        let digits = digit_count(&coefficient) as i64;
        if !ctx.allows(ctx.prec + 1, signals) {
            return Decimal::nan();
        }
        let wanted = ctx.prec + 1;
        let mut half = exponent >> 1;
        let (mut c, length) = if exponent & 1 == 1 {
            (coefficient * 10u32, (digits >> 1) + 1)
        } else {
            (coefficient, (digits + 1) >> 1)
        };
        let shift = wanted - length;
        let mut exact = true;
        if shift >= 0 {
            c *= power_of_ten(2 * shift as u64);
        } else {
            let (quotient, rest) = c.div_rem(&power_of_ten(2 * shift.unsigned_abs()));
            exact = rest.is_zero();
            c = quotient;
        }
        half -= shift;
        let mut root = c.sqrt();
        exact &= &root * &root == c;
        if exact {
            let ideal = exponent >> 1;
            if shift >= 0 {
                root /= power_of_ten(shift as u64);
            } else {
                root *= power_of_ten(shift.unsigned_abs());
            }
            half = ideal;
        } else if (&root % 5u32).is_zero() {
            root += 1u32;
        }
        let even = ctx.with_rounding(Rounding::HalfEven);
        even.finish(Decimal::finite(false, root, half), signals)
    }

    /// The same value with the exponent of `other`.
    pub fn quantize(&self, other: &Decimal, ctx: &Context, signals: &mut Signals) -> Decimal {
        if let Some(nan) = nan_of(&[self, other], ctx, signals) {
            return nan;
        }
        match (self.is_infinite(), other.is_infinite()) {
            (true, true) => return self.clone(),
            (true, false) | (false, true) => return invalid(signals),
            _ => {}
        }
        let exponent = other.parts().1;
        if exponent > ctx.emax || exponent < ctx.etiny() {
            return invalid(signals);
        }
        let too_long =
            self.adjusted() > ctx.emax || self.adjusted().saturating_sub(exponent) + 1 > ctx.prec;
        if !self.is_zero() && too_long {
            return invalid(signals);
        }
        let result = self.rescaled(exponent, ctx.rounding, signals);
        let (coefficient, _) = result.parts();
        if !result.is_zero()
            && (result.adjusted() > ctx.emax || digit_count(&coefficient) as i64 > ctx.prec)
        {
            return invalid(signals);
        }
        if !result.is_zero() && result.adjusted() < ctx.emin {
            signals.add(Signals::SUBNORMAL);
        }
        result
    }

    /// With another exponent, rounded; signals what was lost.
    pub fn rescaled(&self, exponent: i64, mode: Rounding, signals: &mut Signals) -> Decimal {
        let (coefficient, own) = self.parts();
        if coefficient.is_zero() {
            return Decimal::finite(self.negative, coefficient, exponent);
        }
        if own >= exponent {
            let lifted = coefficient * power_of_ten((own - exponent) as u64);
            return Decimal::finite(self.negative, lifted, exponent);
        }
        let (kept, inexact) =
            mode.drop_digits(&coefficient, (exponent - own) as u64, self.negative);
        signals.add(Signals::ROUNDED);
        if inexact {
            signals.add(Signals::INEXACT);
        }
        Decimal::finite(self.negative, kept, exponent)
    }

    /// Rounded to a whole number; `exact` signals what was lost.
    pub fn to_integral(&self, exact: bool, ctx: &Context, signals: &mut Signals) -> Decimal {
        if let Some(nan) = nan_of(&[self], ctx, signals) {
            return nan;
        }
        match self.body {
            Body::Finite(_, exponent) if exponent < 0 => {
                let mut lost = Signals::default();
                let whole = self.rescaled(0, ctx.rounding, &mut lost);
                if exact {
                    signals.add(lost);
                }
                whole
            }
            _ => self.clone(),
        }
    }

    /// Without trailing zeros.
    pub fn normalize(&self, ctx: &Context, signals: &mut Signals) -> Decimal {
        let number = self.finish_quiet(ctx, signals);
        let Body::Finite(coefficient, exponent) = &number.body else {
            return number;
        };
        if coefficient.is_zero() {
            return Decimal::finite(number.negative, BigUint::zero(), 0);
        }
        let top = if ctx.clamp { ctx.etop() } else { ctx.emax };
        let (coefficient, exponent) = without_zeros(coefficient.clone(), *exponent, top);
        Decimal::finite(number.negative, coefficient, exponent)
    }

    fn finish_quiet(&self, ctx: &Context, signals: &mut Signals) -> Decimal {
        match nan_of(&[self], ctx, signals) {
            Some(nan) => nan,
            None => ctx.finish(self.clone(), signals),
        }
    }

    /// The integer part, exactly; `None` for infinities and nans, and for numbers beyond memory.
    pub fn to_int(&self) -> Option<BigInt> {
        let Body::Finite(coefficient, exponent) = &self.body else {
            return None;
        };
        let size = if *exponent >= 0 {
            if *exponent > 100_000_000 && !coefficient.is_zero() {
                return None;
            }
            if coefficient.is_zero() {
                BigUint::zero()
            } else {
                coefficient * power_of_ten(*exponent as u64)
            }
        } else if exponent.unsigned_abs() > digit_count(coefficient) {
            BigUint::zero()
        } else {
            coefficient / power_of_ten(exponent.unsigned_abs())
        };
        let sign = if self.negative {
            Sign::Minus
        } else {
            Sign::Plus
        };
        Some(BigInt::from_biguint(sign, size))
    }
}

/// Takes trailing zeros off as long as the exponent stays at or below `top`.
pub fn without_zeros(mut n: BigUint, mut exponent: i64, top: i64) -> (BigUint, i64) {
    // By large steps first, so that long numbers don't take long.
    let mut step = 1u64 << 16;
    while step > 0 {
        let unit = power_of_ten(step);
        while exponent.saturating_add(step as i64) <= top && n >= unit {
            let (quotient, rest) = n.div_rem(&unit);
            if !rest.is_zero() {
                break;
            }
            n = quotient;
            exponent += step as i64;
        }
        step >>= 1;
        while step > 0 && digit_count(&n) <= step {
            step >>= 1;
        }
    }
    (n, exponent)
}
