//! A context: how precise results are, how they are rounded, which exponents there are. And signals:
//! what a result lost on the way into its context.

use super::{Body, Decimal, digit_count, nines, power_of_ten};
use num_bigint::BigUint;
use num_integer::Integer;
use num_traits::{One, Zero};
use std::cmp::Ordering;

pub const MAX_PREC: i64 = 999_999_999_999_999_999;
pub const MAX_EMAX: i64 = 999_999_999_999_999_999;
pub const MIN_EMIN: i64 = -999_999_999_999_999_999;
pub const MIN_ETINY: i64 = MIN_EMIN - (MAX_PREC - 1);

/// More digits than this would take more memory and time than anyone has.
const MAX_DIGITS: u64 = 100_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    Up,
    Down,
    Ceiling,
    Floor,
    HalfUp,
    HalfDown,
    HalfEven,
    /// Away from zero if the last digit kept would be 0 or 5, else towards zero.
    ZeroFiveUp,
}

impl Rounding {
    pub const ALL: [(Rounding, &'static str); 8] = [
        (Rounding::Up, "ROUND_UP"),
        (Rounding::Down, "ROUND_DOWN"),
        (Rounding::Ceiling, "ROUND_CEILING"),
        (Rounding::Floor, "ROUND_FLOOR"),
        (Rounding::HalfUp, "ROUND_HALF_UP"),
        (Rounding::HalfDown, "ROUND_HALF_DOWN"),
        (Rounding::HalfEven, "ROUND_HALF_EVEN"),
        (Rounding::ZeroFiveUp, "ROUND_05UP"),
    ];

    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(mode, _)| *mode == self)
            .map_or("", |(_, name)| name)
    }

    pub fn from_name(name: &str) -> Option<Rounding> {
        Self::ALL
            .iter()
            .find(|(_, own)| *own == name)
            .map(|(mode, _)| *mode)
    }
}

/// Signals as bits; the conditions below `InvalidOperation` are kept apart, as exceptions name them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signals(pub u32);

impl Signals {
    pub const CLAMPED: Signals = Signals(1);
    pub const CONVERSION_SYNTAX: Signals = Signals(2);
    pub const DIVISION_BY_ZERO: Signals = Signals(4);
    pub const DIVISION_IMPOSSIBLE: Signals = Signals(8);
    pub const DIVISION_UNDEFINED: Signals = Signals(0x10);
    pub const INEXACT: Signals = Signals(0x40);
    pub const INVALID_CONTEXT: Signals = Signals(0x80);
    pub const INVALID_OPERATION: Signals = Signals(0x100);
    /// The result would need more memory than there is.
    pub const MEMORY: Signals = Signals(0x200);
    pub const FLOAT_OPERATION: Signals = Signals(0x400);
    pub const OVERFLOW: Signals = Signals(0x800);
    pub const ROUNDED: Signals = Signals(0x1000);
    pub const SUBNORMAL: Signals = Signals(0x2000);
    pub const UNDERFLOW: Signals = Signals(0x4000);

    /// All that `InvalidOperation` stands for.
    pub const INVALID: Signals = Signals(2 | 8 | 0x10 | 0x80 | 0x100);

    pub fn add(&mut self, other: Signals) {
        self.0 |= other.0;
    }

    pub fn has(self, other: Signals) -> bool {
        self.0 & other.0 != 0
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    pub prec: i64,
    pub rounding: Rounding,
    pub emin: i64,
    pub emax: i64,
    pub clamp: bool,
}

impl Context {
    /// The widest: rounds nothing.
    pub const MAX: Context = Context {
        prec: MAX_PREC,
        rounding: Rounding::HalfEven,
        emin: MIN_EMIN,
        emax: MAX_EMAX,
        clamp: false,
    };

    pub fn etiny(&self) -> i64 {
        self.emin - (self.prec - 1)
    }

    pub fn etop(&self) -> i64 {
        self.emax - (self.prec - 1)
    }

    pub fn with_precision(&self, prec: i64) -> Context {
        Context {
            prec: prec.clamp(1, MAX_PREC),
            ..*self
        }
    }

    pub fn with_rounding(&self, rounding: Rounding) -> Context {
        Context { rounding, ..*self }
    }

    /// The widest exponents, for intermediate results.
    pub fn wide(prec: i64) -> Context {
        Context::MAX.with_precision(prec)
    }

    /// Brings a number into the context: rounds it, and its exponent too.
    pub fn finish(&self, number: Decimal, signals: &mut Signals) -> Decimal {
        match number.body {
            Body::Finite(coefficient, exponent) => {
                self.finish_parts(number.negative, coefficient, exponent, signals)
            }
            Body::Nan { signaling, payload } => {
                // A payload is cut to what a coefficient may hold.
                let room = (self.prec - i64::from(self.clamp)).max(0) as u64;
                let payload = if digit_count(&payload) > room && room < MAX_DIGITS {
                    payload % power_of_ten(room)
                } else {
                    payload
                };
                Decimal {
                    negative: number.negative,
                    body: Body::Nan { signaling, payload },
                }
            }
            Body::Infinity => number,
        }
    }

    fn finish_parts(
        &self,
        negative: bool,
        mut coefficient: BigUint,
        mut exponent: i64,
        signals: &mut Signals,
    ) -> Decimal {
        if coefficient.is_zero() {
            let top = if self.clamp { self.etop() } else { self.emax };
            let fitting = exponent.clamp(self.etiny(), top);
            if fitting != exponent {
                signals.add(Signals::CLAMPED);
            }
            return Decimal::finite(negative, coefficient, fitting);
        }
        let mut digits = digit_count(&coefficient) as i64;
        let adjusted = exponent.saturating_add(digits - 1);
        if adjusted > self.emax {
            return self.overflow(negative, signals);
        }
        if adjusted < self.emin {
            return self.finish_subnormal(negative, coefficient, exponent, signals);
        }
        if digits > self.prec {
            let drop = (digits - self.prec) as u64;
            let inexact;
            (coefficient, inexact) = self.rounding.drop_digits(&coefficient, drop, negative);
            exponent += drop as i64;
            signals.add(Signals::ROUNDED);
            if inexact {
                signals.add(Signals::INEXACT);
            }
            digits = self.prec;
            if digit_count(&coefficient) as i64 > self.prec {
                coefficient /= 10u32;
                exponent += 1;
            }
            if exponent + digits - 1 > self.emax {
                return self.overflow(negative, signals);
            }
        }
        if self.clamp && exponent > self.etop() {
            signals.add(Signals::CLAMPED);
            coefficient *= power_of_ten((exponent - self.etop()) as u64);
            exponent = self.etop();
        }
        Decimal::finite(negative, coefficient, exponent)
    }

    fn finish_subnormal(
        &self,
        negative: bool,
        coefficient: BigUint,
        exponent: i64,
        signals: &mut Signals,
    ) -> Decimal {
        signals.add(Signals::SUBNORMAL);
        let etiny = self.etiny();
        if exponent >= etiny {
            return Decimal::finite(negative, coefficient, exponent);
        }
        let drop = etiny.saturating_sub(exponent) as u64;
        let (coefficient, inexact) = self.rounding.drop_digits(&coefficient, drop, negative);
        signals.add(Signals::ROUNDED);
        if inexact {
            signals.add(Signals::INEXACT);
            signals.add(Signals::UNDERFLOW);
            if coefficient.is_zero() {
                signals.add(Signals::CLAMPED);
            }
        }
        Decimal::finite(negative, coefficient, etiny)
    }

    fn overflow(&self, negative: bool, signals: &mut Signals) -> Decimal {
        signals.add(Signals::OVERFLOW);
        signals.add(Signals::INEXACT);
        signals.add(Signals::ROUNDED);
        let to_infinity = match self.rounding {
            Rounding::Down | Rounding::ZeroFiveUp => false,
            Rounding::Ceiling => !negative,
            Rounding::Floor => negative,
            _ => true,
        };
        if to_infinity || self.prec as u64 > MAX_DIGITS {
            return Decimal::infinity(negative);
        }
        Decimal::finite(negative, nines(self.prec as u64), self.etop())
    }

    /// Whether an operation at this precision can be carried out at all.
    pub fn allows(&self, digits: i64, signals: &mut Signals) -> bool {
        if digits as u64 > MAX_DIGITS {
            signals.add(Signals::MEMORY);
            return false;
        }
        true
    }
}

impl Rounding {
    /// The coefficient without its last `count` digits, rounded; and whether they were not all zero.
    pub fn drop_digits(self, n: &BigUint, count: u64, negative: bool) -> (BigUint, bool) {
        if count == 0 {
            return (n.clone(), false);
        }
        let digits = digit_count(n);
        if count > digits {
            // Less than a tenth of the unit is left, whatever the digits.
            let up = self.rounds_up(&BigUint::zero(), Ordering::Less, negative);
            let kept = if up && !n.is_zero() {
                BigUint::one()
            } else {
                BigUint::zero()
            };
            return (kept, !n.is_zero());
        }
        let unit = power_of_ten(count);
        let (kept, rest) = n.div_rem(&unit);
        if rest.is_zero() {
            return (kept, false);
        }
        let half = (rest * 2u32).cmp(&unit);
        let up = self.rounds_up(&kept, half, negative);
        (if up { kept + 1u32 } else { kept }, true)
    }

    /// Whether to round away from zero, given what is kept and how what is lost compares to a half.
    fn rounds_up(self, kept: &BigUint, half: Ordering, negative: bool) -> bool {
        match self {
            Rounding::Up => true,
            Rounding::Down => false,
            Rounding::Ceiling => !negative,
            Rounding::Floor => negative,
            Rounding::HalfUp => half.is_ge(),
            Rounding::HalfDown => half.is_gt(),
            Rounding::HalfEven => half.is_gt() || half.is_eq() && kept.is_odd(),
            Rounding::ZeroFiveUp => (kept % 5u32).is_zero(),
        }
    }
}
