//! CPython's hashes of numbers (library reference, "Hashing of numeric types").

use num_bigint::{BigInt, Sign};
use num_traits::ToPrimitive;

const MODULUS: i64 = (1 << 61) - 1;

/// The hash of a small int.
#[inline]
pub fn hash_i64(n: i64) -> i64 {
    if n > -MODULUS && n < MODULUS && n != -1 {
        return n;
    }
    match n % MODULUS {
        -1 => -2,
        hash => hash,
    }
}

/// The hash of a large int.
pub fn hash_big(n: &BigInt) -> i64 {
    let hash = (n.magnitude() % MODULUS as u64).to_i64().unwrap_or(0);
    match if n.sign() == Sign::Minus { -hash } else { hash } {
        -1 => -2,
        hash => hash,
    }
}
