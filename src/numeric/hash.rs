//! CPython's hashes of numbers and of containers of hashes, bit for bit: they decide the iteration
//! order of sets, and `hash()` shows them.
//!
//! Numbers that compare equal hash equal: every number is reduced modulo the Mersenne prime 2^61-1.

use super::int::IntRef;
use num_bigint::Sign;

/// The width of the prime modulus.
const BITS: u32 = 61;
const MODULUS: u64 = (1 << BITS) - 1;
const IMAGINARY: u64 = 1_000_003;
const INFINITY: i64 = 314_159;

/// `hash(None)`, the same in every process since 3.12.
pub const NONE: i64 = 0xfca8_6420;

/// -1 is how CPython's C functions report an error, so no object may hash to it.
const fn avoid_minus_one(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
}

/// `hash` of a bool or an int.
pub fn int(n: IntRef<'_>) -> i64 {
    match n {
        IntRef::Small(n) => small_int(n),
        IntRef::Big(n) => {
            let mut rest = 0u64;
            for digit in n.iter_u64_digits().rev() {
                // 2^64 = 2^3 modulo the prime.
                let wide = (u128::from(rest) << 64) | u128::from(digit);
                rest = reduce(wide);
            }
            let hash = rest as i64;
            avoid_minus_one(if n.sign() == Sign::Minus { -hash } else { hash })
        }
    }
}

pub fn small_int(n: i64) -> i64 {
    let rest = (n.unsigned_abs() % MODULUS) as i64;
    avoid_minus_one(if n < 0 { -rest } else { rest })
}

fn reduce(wide: u128) -> u64 {
    (wide % u128::from(MODULUS)) as u64
}

/// `hash` of a float. A nan's hash is its identity's, which the caller must give.
pub fn float(x: f64, identity: impl FnOnce() -> i64) -> i64 {
    if x.is_nan() {
        return identity();
    }
    if x.is_infinite() {
        return if x > 0.0 { INFINITY } else { -INFINITY };
    }
    if x == x.trunc() && x.abs() < 9.0e18 {
        return small_int(x as i64);
    }
    // x = mantissa * 2^exponent, and multiplying by 2^k rotates the 61-bit residue by k.
    let bits = x.abs().to_bits();
    let raw_exponent = (bits >> 52) as i32;
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, exponent) = if raw_exponent == 0 {
        (fraction, -1074)
    } else {
        (fraction | (1 << 52), raw_exponent - 1075)
    };
    let turn = exponent.rem_euclid(BITS as i32) as u32;
    let residue = ((mantissa << turn) & MODULUS) | (mantissa >> (BITS - turn));
    let hash = (residue % MODULUS) as i64;
    avoid_minus_one(if x < 0.0 { -hash } else { hash })
}

/// `hash` of a complex number, from its parts' hashes.
pub fn complex(real: i64, imaginary: i64) -> i64 {
    let hash = (real as u64).wrapping_add(IMAGINARY.wrapping_mul(imaginary as u64));
    avoid_minus_one(hash as i64)
}

/// `hash` of an address, as `object.__hash__` computes it.
pub fn address(address: usize) -> i64 {
    avoid_minus_one(address.rotate_right(4) as i64)
}

/// The hash of a tuple, fed with its items' hashes in order: a simplified xxHash.
#[derive(Clone, Copy, Debug)]
pub struct TupleHasher {
    sum: u64,
    len: u64,
}

const PRIME_1: u64 = 11_400_714_785_074_694_791;
const PRIME_2: u64 = 14_029_467_366_897_019_727;
const PRIME_5: u64 = 2_870_177_450_012_600_261;

impl Default for TupleHasher {
    fn default() -> Self {
        Self::new()
    }
}

impl TupleHasher {
    pub const fn new() -> Self {
        TupleHasher {
            sum: PRIME_5,
            len: 0,
        }
    }

    pub fn add(&mut self, item: i64) {
        self.sum = self
            .sum
            .wrapping_add((item as u64).wrapping_mul(PRIME_2))
            .rotate_left(31)
            .wrapping_mul(PRIME_1);
        self.len += 1;
    }

    pub fn finish(self) -> i64 {
        let hash = self.sum.wrapping_add(self.len ^ (PRIME_5 ^ 3_527_539));
        if hash == u64::MAX {
            1_546_275_796
        } else {
            hash as i64
        }
    }
}

/// `hash` of a tuple whose items have these hashes.
pub fn tuple(items: impl IntoIterator<Item = i64>) -> i64 {
    let mut hasher = TupleHasher::new();
    for item in items {
        hasher.add(item);
    }
    hasher.finish()
}

/// `hash` of a frozenset whose items have these hashes, in any order.
pub fn frozenset(items: impl IntoIterator<Item = i64>) -> i64 {
    let shuffle = |h: u64| ((h ^ 89_869_747) ^ (h << 16)).wrapping_mul(3_644_798_167);
    let mut hash = 0u64;
    let mut len = 0u64;
    for item in items {
        hash ^= shuffle(item as u64);
        len += 1;
    }
    hash ^= (len + 1).wrapping_mul(1_927_868_237);
    hash ^= (hash >> 11) ^ (hash >> 25);
    hash = hash.wrapping_mul(69_069).wrapping_add(907_133_923);
    if hash == u64::MAX {
        590_923_713
    } else {
        hash as i64
    }
}

/// `hash` of a slice: its three parts as a tuple's, without the length.
pub fn slice(start: i64, stop: i64, step: i64) -> i64 {
    let mut hasher = TupleHasher::new();
    for part in [start, stop, step] {
        hasher.add(part);
    }
    if hasher.sum == u64::MAX {
        1_546_275_796
    } else {
        hasher.sum as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigInt;

    fn plain(x: f64) -> i64 {
        float(x, || 0)
    }

    #[test]
    fn integers_hash_as_in_cpython() {
        assert_eq!(small_int(-1), -2);
        assert_eq!(small_int(i64::MAX), 3);
        assert_eq!(small_int(i64::MIN), -4);
        assert_eq!(small_int((1 << 61) - 1), 0);
        assert_eq!(small_int(-(1 << 61)), -2);
        let big = |text: &str| int(IntRef::Big(&text.parse::<BigInt>().unwrap()));
        assert_eq!(big("1000000000000000000000000000000"), 465258685558744706);
        assert_eq!(big("-1000000000000000000000000000000"), -465258685558744706);
        assert_eq!(big("18446744073709551616"), 8);
        let ones: BigInt = (BigInt::from(1) << 200) - 1;
        assert_eq!(int(IntRef::Big(&ones)), 131071);
    }

    #[test]
    fn floats_and_complexes_hash_as_in_cpython() {
        assert_eq!(plain(f64::INFINITY), 314_159);
        assert_eq!(plain(f64::NEG_INFINITY), -314_159);
        assert_eq!(plain(0.1), 230584300921369408);
        assert_eq!(plain(-1e300), -1224995262755759164);
        assert_eq!(plain(5e-324), 16777216);
        assert_eq!(plain(1.5e18), 1500000000000000000);
        assert_eq!(plain(9_223_372_036_854_775_808.0), 4);
        assert_eq!(plain(1e19), 776627963145224196);
        assert_eq!(plain(3.14), 322818021289917443);
        assert_eq!(plain(-2.5), -1152921504606846978);
        assert_eq!(plain(-1.0), -2);
        assert_eq!(complex(plain(1.0), plain(2.0)), 2000007);
        assert_eq!(complex(plain(0.0), plain(-1.0)), -2000006);
        assert_eq!(complex(plain(0.1), plain(-0.3)), -1844674407345355072);
    }

    #[test]
    fn containers_hash_as_in_cpython() {
        assert_eq!(tuple([]), 5740354900026072187);
        assert_eq!(tuple([1]), -6644214454873602895);
        assert_eq!(tuple([1, 2, 3]), 529344067295497451);
        assert_eq!(tuple([tuple([1, 2]), 3]), -333907151259015829);
        assert_eq!(tuple([-2, plain(0.5), NONE]), -6887503068694238652);
        assert_eq!(frozenset([]), 133146708735736);
        assert_eq!(frozenset([1, 2, 3]), -272375401224217160);
        assert_eq!(frozenset(0..100), 4411996150312757951);
        assert_eq!(slice(1, 2, 3), -2340833382717974474);
        assert_eq!(slice(NONE, 5, NONE), 1765991802173826621);
    }
}
