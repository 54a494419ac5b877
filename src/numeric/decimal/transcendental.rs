//! `exp`, `ln`, `log10` and `power`, rounded half to even from results of a few digits more.
//!
//! Numbers are held as integers scaled by a power of ten ("fixed point"). A result is computed with guard
//! digits; when those leave open which way it rounds, it is computed again with more.

use super::arithmetic::{invalid, nan_of, without_zeros};
use super::context::{Context, Rounding, Signals};
use super::{Body, Decimal, digit_count, power_of_ten};
use num_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// Digits beyond the precision that a first attempt computes.
const GUARD: i64 = 8;

fn scale(places: i64) -> BigInt {
    BigInt::from(power_of_ten(places.max(0) as u64))
}

/// A finite number times 10^places, as an integer (towards zero).
fn fixed(number: &Decimal, places: i64) -> BigInt {
    let (coefficient, exponent) = number.parts();
    let shift = exponent.saturating_add(places);
    let size = if shift >= 0 {
        coefficient * power_of_ten(shift as u64)
    } else if shift.unsigned_abs() > digit_count(&coefficient) {
        BigUint::zero()
    } else {
        coefficient / power_of_ten(shift.unsigned_abs())
    };
    let size = BigInt::from(size);
    if number.negative { -size } else { size }
}

/// atanh(1/n) in units of 1/one.
fn atanh_inverse(n: u32, one: &BigInt) -> BigInt {
    let square = BigInt::from(n) * n;
    let mut term = one / n;
    let mut sum = term.clone();
    let mut k = 1u32;
    while !term.is_zero() {
        term /= &square;
        k += 2;
        sum += &term / k;
    }
    sum
}

/// ln 10 in units of 1/one.
fn ln_ten(one: &BigInt) -> BigInt {
    atanh_inverse(31, one) * 46 + atanh_inverse(49, one) * 34 + atanh_inverse(161, one) * 20
}

/// e^(x / one) in units of 1/one, for |x| up to a few times `one`.
fn exp_fixed(x: &BigInt, one: &BigInt) -> BigInt {
    // Halve the argument k times, sum the series, square k times.
    let halvings = (one.bits() as f64).sqrt() as u64 / 2 + 4;
    let guard = BigInt::one() << (2 * halvings);
    let one = one * &guard;
    let x = (x * &guard) >> halvings;
    let mut term = one.clone();
    let mut sum = one.clone();
    let mut n = 1u32;
    loop {
        term = &term * &x / &one / n;
        if term.is_zero() {
            break;
        }
        sum += &term;
        n += 1;
    }
    for _ in 0..halvings {
        sum = &sum * &sum / &one;
    }
    sum / guard
}

/// ln(x / one) in units of 1/one, for x between one / 10 and 10 one.
fn ln_fixed(x: &BigInt, one: &BigInt) -> BigInt {
    let top = |n: &BigInt| {
        let shift = n.bits().saturating_sub(60);
        ((n >> shift).to_f64().unwrap_or(1.0), shift)
    };
    let ((a, shift_a), (b, shift_b)) = (top(x), top(one));
    let start = (a / b).ln() + (shift_a as f64 - shift_b as f64) * std::f64::consts::LN_2;
    let unit = BigInt::one() << 60;
    let mut y = BigInt::from((start * (1u64 << 60) as f64) as i128) * one / unit;
    // Halley's step triples the digits that are right.
    let mut right = 45;
    loop {
        let e = exp_fixed(&y, one);
        y += (x - &e) * 2 * one / (x + &e);
        right *= 3;
        if right / 2 > one.bits() {
            return y;
        }
    }
}

/// Whether `n`, right up to a few units of its last digit, rounds to `prec` digits without doubt.
fn is_settled(n: &BigInt, prec: i64) -> bool {
    let size = n.magnitude();
    let extra = digit_count(size) as i64 - prec;
    if extra < 3 {
        return false;
    }
    let unit = power_of_ten(extra as u64);
    let rest = size % &unit;
    let slack = BigUint::from(40u32);
    let half = &unit / 2u32;
    let near = |point: &BigUint| {
        let distance = if rest > *point {
            &rest - point
        } else {
            point - &rest
        };
        distance <= slack
    };
    !(near(&half) || near(&unit) || rest <= slack)
}

/// An inexact result in units of 10^-places, rounded into the context.
fn finish_inexact(n: &BigInt, places: i64, ctx: &Context, signals: &mut Signals) -> Decimal {
    // A digit below says that the result goes on.
    let coefficient = n.magnitude() * 10u32 + 1u32;
    let number = Decimal::finite(n.is_negative(), coefficient, -places - 1);
    ctx.finish(number, signals)
}

impl Decimal {
    pub fn exp(&self, ctx: &Context, signals: &mut Signals) -> Decimal {
        if let Some(nan) = nan_of(&[self], ctx, signals) {
            return nan;
        }
        if self.is_infinite() {
            return if self.negative {
                Decimal::zero()
            } else {
                self.clone()
            };
        }
        if self.is_zero() {
            return Decimal::one();
        }
        if !ctx.allows(ctx.prec, signals) {
            return Decimal::nan();
        }
        let even = ctx.with_rounding(Rounding::HalfEven);
        let adjusted = self.adjusted();
        if adjusted < -ctx.prec - 2 {
            // Nearest to 1, and not quite.
            let one = power_of_ten(ctx.prec as u64 + 2);
            let near = if self.negative {
                one - 1u32
            } else {
                one + 1u32
            };
            let number = Decimal::finite(false, near, -ctx.prec - 2);
            return ctx
                .with_rounding(Rounding::HalfEven)
                .finish(number, signals);
        }
        if adjusted > 18 {
            // Beyond all exponents.
            let exponent = if self.negative {
                -4 * super::context::MAX_EMAX
            } else {
                0
            };
            let number = if self.negative {
                Decimal::finite(false, BigUint::one(), exponent)
            } else {
                Decimal::finite(false, BigUint::one(), 4 * super::context::MAX_EMAX)
            };
            return ctx
                .with_rounding(Rounding::HalfEven)
                .finish(number, signals);
        }
        let mut guard = GUARD;
        loop {
            let places = ctx.prec + guard + adjusted.max(0) + 2;
            let one = scale(places);
            let ten = ln_ten(&one);
            let (exponent, rest) = fixed(self, places).div_mod_floor(&ten);
            let size = exp_fixed(&rest, &one);
            let exponent = exponent.to_i64().unwrap_or(i64::MAX / 8);
            // The error grew with the argument's whole part; cut the digits it may have spoiled.
            let cut = adjusted.max(0) + 2;
            let size = size / scale(cut);
            if is_settled(&size, ctx.prec) {
                return finish_inexact(&size, places - cut - exponent, &even, signals);
            }
            guard *= 2;
        }
    }

    pub fn ln(&self, ctx: &Context, signals: &mut Signals) -> Decimal {
        self.logarithm(ctx, signals, false)
    }

    pub fn log10(&self, ctx: &Context, signals: &mut Signals) -> Decimal {
        self.logarithm(ctx, signals, true)
    }

    fn logarithm(&self, ctx: &Context, signals: &mut Signals, ten: bool) -> Decimal {
        if let Some(nan) = nan_of(&[self], ctx, signals) {
            return nan;
        }
        if self.is_zero() {
            return Decimal::infinity(true);
        }
        if self.negative {
            return invalid(signals);
        }
        if self.is_infinite() {
            return self.clone();
        }
        if !ctx.allows(ctx.prec, signals) {
            return Decimal::nan();
        }
        let (coefficient, exponent) = self.parts();
        let (digits, power) = without_zeros(coefficient, exponent, i64::MAX / 2);
        if digits.is_one() && power == 0 {
            return Decimal::zero();
        }
        if digits.is_one() && ten {
            let whole = Decimal::from_int(power);
            return ctx.with_rounding(Rounding::HalfEven).finish(whole, signals);
        }
        let mut guard = GUARD;
        loop {
            let (size, places) = self.log_fixed(ctx.prec + guard, ten);
            if is_settled(&size, ctx.prec) {
                let even = ctx.with_rounding(Rounding::HalfEven);
                return finish_inexact(&size, places, &even, signals);
            }
            guard *= 2;
        }
    }

    /// The logarithm with about `digits` significant digits right: an integer, and its places.
    fn log_fixed(&self, digits: i64, ten: bool) -> (BigInt, i64) {
        // Near 1 the logarithm is small, and needs more places for its digits.
        let (coefficient, exponent) = self.parts();
        let adjusted = self.adjusted();
        let near_one = {
            let places = -exponent.min(0);
            let one = if exponent <= 0 && places < 1 << 20 {
                power_of_ten(places as u64)
            } else {
                BigUint::zero()
            };
            let distance = if coefficient > one {
                &coefficient - &one
            } else {
                &one - &coefficient
            };
            if one.is_zero() || distance.is_zero() {
                0
            } else {
                (places - digit_count(&distance) as i64 + 1).max(0)
            }
        };
        let places = digits + near_one + 24;
        let one = scale(places);
        // self = mantissa * 10^shift with the mantissa between 0.3 and 3 or so.
        let shift = if adjusted == -1 { 0 } else { adjusted };
        let mantissa = Decimal::finite(false, coefficient, exponent - shift);
        let mut size = ln_fixed(&fixed(&mantissa, places), &one);
        if ten {
            size = size * &one / ln_ten(&one) + BigInt::from(shift) * &one;
        } else {
            size += BigInt::from(shift) * ln_ten(&one);
        }
        // The last digits carry the errors of all steps.
        (size / scale(20), places - 20)
    }

    /// `self ** exponent`
    pub fn power(&self, exponent: &Decimal, ctx: &Context, signals: &mut Signals) -> Decimal {
        if let Some(nan) = nan_of(&[self, exponent], ctx, signals) {
            return nan;
        }
        if exponent.is_zero() {
            return if self.is_zero() {
                invalid(signals)
            } else {
                Decimal::one()
            };
        }
        let whole = exponent.is_integer();
        let odd = whole && is_odd(exponent);
        let negative = self.negative && odd;
        if self.negative && !self.is_zero() && !whole {
            return invalid(signals);
        }
        if self.is_zero() {
            return if exponent.negative {
                Decimal::infinity(negative)
            } else {
                Decimal::finite(negative, BigUint::zero(), 0)
            };
        }
        if self.is_infinite() {
            return if exponent.negative {
                Decimal::finite(negative, BigUint::zero(), 0)
            } else {
                Decimal::infinity(negative)
            };
        }
        let base = self.clone().with_sign(false);
        if let Some(result) = power_of_one(&base, exponent, whole, ctx, signals) {
            return result.with_sign(negative);
        }
        if exponent.is_infinite() {
            // Above 1 it grows with the exponent, below it shrinks.
            let grows = (base.adjusted() >= 0) != exponent.negative;
            return if grows {
                Decimal::infinity(false)
            } else {
                Decimal::zero()
            };
        }
        if !ctx.allows(ctx.prec, signals) {
            return Decimal::nan();
        }
        let bounded = beyond_range(&base, exponent, negative, ctx, signals);
        if let Some(result) = bounded {
            return result;
        }
        if whole && exponent.adjusted() < 18 {
            return whole_power(&base, exponent, ctx, signals, negative);
        }
        real_power(&base, exponent, ctx, signals).with_sign(negative)
    }
}

fn is_odd(n: &Decimal) -> bool {
    let (coefficient, exponent) = n.parts();
    match exponent {
        0 => coefficient.is_odd(),
        e if e < 0 => (coefficient / power_of_ten(e.unsigned_abs())).is_odd(),
        _ => false,
    }
}

/// 1 to any power is 1, in as many digits as an inexact result would have.
fn power_of_one(
    base: &Decimal,
    exponent: &Decimal,
    whole: bool,
    ctx: &Context,
    signals: &mut Signals,
) -> Option<Decimal> {
    let (coefficient, places) = base.parts();
    if places > 0 || digit_count(&coefficient) as i64 != 1 - places {
        return None;
    }
    if coefficient != power_of_ten(places.unsigned_abs()) {
        return None;
    }
    if whole && exponent.is_finite() {
        // As many zeros as the products have.
        let shift = match exponent.to_int().and_then(|n| n.to_i64()) {
            Some(n) if n >= 0 => places.saturating_mul(n),
            _ => places.saturating_mul(i64::from(places != 0)),
        };
        if exponent.negative {
            let one = Decimal::finite(false, BigUint::one(), 0);
            return Some(one);
        }
        let shift = shift.max(-(ctx.prec - 1));
        if places.saturating_mul(exponent.to_int()?.to_i64().unwrap_or(i64::MAX)) < shift {
            signals.add(Signals::ROUNDED);
        }
        let zeros = power_of_ten(shift.unsigned_abs());
        return Some(Decimal::finite(false, zeros, shift));
    }
    signals.add(Signals::INEXACT);
    signals.add(Signals::ROUNDED);
    let zeros = power_of_ten(ctx.prec as u64 - 1);
    Some(Decimal::finite(false, zeros, 1 - ctx.prec))
}

/// Results that surely overflow or underflow need not be computed.
fn beyond_range(
    base: &Decimal,
    exponent: &Decimal,
    negative: bool,
    ctx: &Context,
    signals: &mut Signals,
) -> Option<Decimal> {
    let adjusted = base.adjusted();
    // |log10(base)| is at least this many tenths of a unit...
    let size = if adjusted >= 0 {
        adjusted
    } else {
        -(adjusted + 1)
    };
    if size == 0 || exponent.adjusted() < 0 {
        return None;
    }
    let growth = exponent.adjusted() + digit_count(&BigUint::from(size as u64)) as i64 - 1;
    let limit = digit_count(&BigUint::from((ctx.emax - ctx.etiny()) as u64)) as i64 + 1;
    if growth <= limit {
        return None;
    }
    let up = (adjusted >= 0) != exponent.negative;
    let far = if up {
        4 * super::context::MAX_EMAX
    } else {
        -4 * super::context::MAX_EMAX
    };
    let number = Decimal::finite(negative, BigUint::one(), far);
    Some(ctx.finish(number, signals))
}

/// By squaring, with some digits to spare; exact where the result fits.
fn whole_power(
    base: &Decimal,
    exponent: &Decimal,
    ctx: &Context,
    signals: &mut Signals,
    negative: bool,
) -> Decimal {
    let Some(mut n) = exponent.to_int().map(|n| n.abs()).and_then(|n| n.to_u64()) else {
        return real_power(base, exponent, ctx, signals).with_sign(negative);
    };
    let extra = digit_count(&BigUint::from(n)) as i64 + 4;
    let work = Context::wide(ctx.prec + extra + i64::from(exponent.negative));
    let mut lost = Signals::default();
    let mut square = if exponent.negative {
        Decimal::one().div(base, &work, &mut lost)
    } else {
        base.clone()
    };
    let mut result = Decimal::one();
    while n > 0 {
        if n & 1 == 1 {
            result = result.mul(&square, &work, &mut lost);
        }
        n >>= 1;
        if n > 0 {
            square = square.mul(&square, &work, &mut lost);
        }
        if !square.is_finite() || square.is_zero() || !result.is_finite() {
            break;
        }
    }
    if lost.has(Signals::INEXACT) {
        signals.add(Signals::INEXACT);
        signals.add(Signals::ROUNDED);
    }
    ctx.finish(result.with_sign(negative), signals)
}

/// e^(exponent ln base)
fn real_power(base: &Decimal, exponent: &Decimal, ctx: &Context, signals: &mut Signals) -> Decimal {
    if let Some(exact) = exact_power(base, exponent, ctx, signals) {
        return exact;
    }
    let mut guard = GUARD;
    loop {
        let digits = ctx.prec + guard + exponent.adjusted().max(0) + 20;
        let (log, places) = base.log_fixed(digits, false);
        let log = Decimal::finite(log.is_negative(), log.magnitude().clone(), -places);
        let mut lost = Signals::default();
        let product = log.mul(exponent, &Context::wide(digits + 10), &mut lost);
        let wide = Context::wide(ctx.prec + guard);
        let power = product.exp(&wide, &mut lost);
        if !power.is_finite() || power.is_zero() {
            return ctx.finish(power, signals);
        }
        let (coefficient, own) = power.parts();
        let size = BigInt::from(coefficient);
        if is_settled(&size, ctx.prec) || guard > 4 * ctx.prec + 64 {
            return finish_inexact(&size, -own, ctx, signals);
        }
        guard *= 2;
    }
}

/// Roots that come out even: 4 ** 0.5. Tried by computing with few digits and multiplying back.
fn exact_power(
    base: &Decimal,
    exponent: &Decimal,
    ctx: &Context,
    signals: &mut Signals,
) -> Option<Decimal> {
    let half = matches!(&exponent.body, Body::Finite(c, -1) if *c == BigUint::from(5u32));
    if !half || exponent.negative {
        return None;
    }
    let mut lost = Signals::default();
    let root = base.sqrt(&ctx.with_precision(ctx.prec), &mut lost);
    if lost.has(Signals::INEXACT) {
        return None;
    }
    // libmpdec reports such a result in full precision.
    let (coefficient, own) = root.parts();
    let room = ctx.prec - digit_count(&coefficient) as i64;
    signals.add(Signals::INEXACT);
    signals.add(Signals::ROUNDED);
    if room <= 0 {
        return Some(root);
    }
    Some(Decimal::finite(
        false,
        coefficient * power_of_ten(room as u64),
        own - room,
    ))
}
