//! An integer of any size: a machine word while it fits, a `BigInt` beyond.
//!
//! Invariant: `Big` never holds a number that fits `i64`, so equal numbers have equal forms.

use num_bigint::{BigInt, Sign};
use num_traits::{Signed, ToPrimitive};
use std::borrow::Cow;
use std::cmp::Ordering;

/// An owned integer, as operations return it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Int {
    Small(i64),
    Big(BigInt),
}

/// A borrowed integer, as operations take it.
#[derive(Clone, Copy, Debug)]
pub enum IntRef<'a> {
    Small(i64),
    Big(&'a BigInt),
}

impl Int {
    pub const ZERO: Int = Int::Small(0);
    pub const ONE: Int = Int::Small(1);

    pub fn borrow(&self) -> IntRef<'_> {
        match self {
            Int::Small(n) => IntRef::Small(*n),
            Int::Big(n) => IntRef::Big(n),
        }
    }

    pub fn into_big(self) -> BigInt {
        match self {
            Int::Small(n) => BigInt::from(n),
            Int::Big(n) => n,
        }
    }
}

impl From<BigInt> for Int {
    fn from(n: BigInt) -> Self {
        match n.to_i64() {
            Some(small) => Int::Small(small),
            None => Int::Big(n),
        }
    }
}

impl From<num_bigint::BigUint> for Int {
    fn from(n: num_bigint::BigUint) -> Self {
        Int::from(BigInt::from(n))
    }
}

impl From<i64> for Int {
    fn from(n: i64) -> Self {
        Int::Small(n)
    }
}

impl From<u64> for Int {
    fn from(n: u64) -> Self {
        match i64::try_from(n) {
            Ok(small) => Int::Small(small),
            Err(_) => Int::Big(BigInt::from(n)),
        }
    }
}

impl From<i128> for Int {
    fn from(n: i128) -> Self {
        match i64::try_from(n) {
            Ok(small) => Int::Small(small),
            Err(_) => Int::Big(BigInt::from(n)),
        }
    }
}

impl From<usize> for Int {
    fn from(n: usize) -> Self {
        Int::from(n as u64)
    }
}

impl<'a> From<&'a Int> for IntRef<'a> {
    fn from(n: &'a Int) -> Self {
        n.borrow()
    }
}

impl From<i64> for IntRef<'_> {
    fn from(n: i64) -> Self {
        IntRef::Small(n)
    }
}

impl<'a> From<&'a BigInt> for IntRef<'a> {
    fn from(n: &'a BigInt) -> Self {
        IntRef::Big(n)
    }
}

impl<'a> IntRef<'a> {
    /// The number as a `BigInt`, borrowed where it is one already.
    pub fn big(self) -> Cow<'a, BigInt> {
        match self {
            IntRef::Small(n) => Cow::Owned(BigInt::from(n)),
            IntRef::Big(n) => Cow::Borrowed(n),
        }
    }

    pub fn to_int(self) -> Int {
        match self {
            IntRef::Small(n) => Int::Small(n),
            IntRef::Big(n) => Int::Big(n.clone()),
        }
    }

    pub fn to_i64(self) -> Option<i64> {
        match self {
            IntRef::Small(n) => Some(n),
            IntRef::Big(n) => n.to_i64(),
        }
    }

    pub fn is_zero(self) -> bool {
        matches!(self, IntRef::Small(0))
    }

    pub fn is_negative(self) -> bool {
        match self {
            IntRef::Small(n) => n < 0,
            IntRef::Big(n) => n.is_negative(),
        }
    }

    pub fn is_odd(self) -> bool {
        match self {
            IntRef::Small(n) => n & 1 == 1,
            IntRef::Big(n) => n.bit(0),
        }
    }

    /// How many bits the magnitude needs.
    pub fn bit_length(self) -> u64 {
        match self {
            IntRef::Small(n) => u64::from(64 - n.unsigned_abs().leading_zeros()),
            IntRef::Big(n) => n.bits(),
        }
    }

    /// The magnitude's one bits.
    pub fn bit_count(self) -> u64 {
        match self {
            IntRef::Small(n) => u64::from(n.unsigned_abs().count_ones()),
            IntRef::Big(n) => n.magnitude().count_ones(),
        }
    }

    pub fn sign(self) -> Sign {
        match self {
            IntRef::Small(0) => Sign::NoSign,
            IntRef::Small(n) if n < 0 => Sign::Minus,
            IntRef::Small(_) => Sign::Plus,
            IntRef::Big(n) => n.sign(),
        }
    }
}

impl PartialEq for IntRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (IntRef::Small(a), IntRef::Small(b)) => a == b,
            (IntRef::Big(a), IntRef::Big(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for IntRef<'_> {}

impl PartialOrd for IntRef<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for IntRef<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (IntRef::Small(a), IntRef::Small(b)) => a.cmp(b),
            (IntRef::Big(a), IntRef::Big(b)) => a.cmp(b),
            // A big number lies outside i64, so its sign decides.
            (IntRef::Small(_), IntRef::Big(b)) => {
                if b.is_negative() {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
            (IntRef::Big(_), IntRef::Small(_)) => other.cmp(self).reverse(),
        }
    }
}
