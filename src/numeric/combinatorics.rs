//! Factorials, permutations and combinations.

use super::error::{NumberError, NumberResult};
use super::int::{Int, IntRef};
use super::int_ops;
use num_bigint::BigUint;
use num_traits::{One, ToPrimitive};

/// Results of more bits than this would take minutes.
const MAX_BITS: u64 = 1 << 31;

/// The product of `count` integers from `first` upwards, by halves so that factors stay alike in size.
fn product(first: u64, count: u64) -> BigUint {
    if count <= 16 {
        let mut result = BigUint::one();
        let mut word = 1u64;
        for factor in first..first + count {
            match word.checked_mul(factor) {
                Some(next) => word = next,
                None => {
                    result *= word;
                    word = factor;
                }
            }
        }
        return result * word;
    }
    let half = count / 2;
    product(first, half) * product(first + half, count - half)
}

pub fn factorial(n: IntRef<'_>) -> NumberResult<Int> {
    if n.is_negative() {
        return Err(NumberError::value(
            "factorial() not defined for negative values",
        ));
    }
    let n = n.to_i64().ok_or_else(|| {
        NumberError::overflow("factorial() argument should not exceed 9223372036854775807")
    })? as u64;
    if n > 1 && (n as f64) * ((n as f64).log2() - 1.45) > MAX_BITS as f64 {
        return Err(NumberError::memory());
    }
    Ok(Int::from(product(1, n)))
}

fn check(n: IntRef<'_>, k: IntRef<'_>) -> NumberResult<()> {
    if n.is_negative() {
        return Err(NumberError::value("n must be a non-negative integer"));
    }
    if k.is_negative() {
        return Err(NumberError::value("k must be a non-negative integer"));
    }
    Ok(())
}

/// `math.perm`: n! / (n - k)!
pub fn permutations(n: IntRef<'_>, k: IntRef<'_>) -> NumberResult<Int> {
    check(n, k)?;
    if n < k {
        return Ok(Int::ZERO);
    }
    let k = k
        .to_i64()
        .ok_or_else(|| NumberError::overflow("k must not exceed 9223372036854775807"))?;
    check_size(n, k)?;
    falling(n, k as u64)
}

/// `math.comb`: n! / (k! (n - k)!)
pub fn combinations(n: IntRef<'_>, k: IntRef<'_>) -> NumberResult<Int> {
    check(n, k)?;
    if n < k {
        return Ok(Int::ZERO);
    }
    let other = int_ops::sub(n, k);
    let k = k.min(other.borrow()).to_i64().ok_or_else(|| {
        NumberError::overflow("min(n - k, k) must not exceed 9223372036854775807")
    })?;
    check_size(n, k)?;
    if let Some(n) = n.to_i64()
        && let Some(small) = small_combinations(n as u128, k as u128)
    {
        return Ok(Int::from(small));
    }
    let above = falling(n, k as u64)?;
    int_ops::floor_div(above.borrow(), Int::from(product(1, k as u64)).borrow())
}

/// While every step fits.
fn small_combinations(n: u128, k: u128) -> Option<i128> {
    let mut result = 1u128;
    for i in 0..k {
        result = result.checked_mul(n - i)? / (i + 1);
    }
    i128::try_from(result).ok()
}

fn check_size(n: IntRef<'_>, k: i64) -> NumberResult<()> {
    if n.bit_length().saturating_mul(k.unsigned_abs()) > MAX_BITS * 4 {
        return Err(NumberError::memory());
    }
    Ok(())
}

/// n (n - 1) ... (n - k + 1)
fn falling(n: IntRef<'_>, k: u64) -> NumberResult<Int> {
    if k == 0 {
        return Ok(Int::ONE);
    }
    if let Some(n) = n.to_i64().and_then(|n| n.to_u64()) {
        return Ok(Int::from(product(n - k + 1, k)));
    }
    let mut result = Int::ONE;
    for i in 0..k {
        let factor = int_ops::sub(n, IntRef::Small(i as i64));
        result = int_ops::mul(result.borrow(), factor.borrow());
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(n: NumberResult<Int>) -> String {
        n.unwrap().into_big().to_string()
    }

    #[test]
    fn counts_are_exact() {
        let small = IntRef::Small;
        assert_eq!(text(factorial(small(0))), "1");
        assert_eq!(text(factorial(small(25))), "15511210043330985984000000");
        assert_eq!(text(factorial(small(50))).len(), 65);
        assert_eq!(text(permutations(small(10), small(3))), "720");
        assert_eq!(text(permutations(small(3), small(10))), "0");
        assert_eq!(text(combinations(small(52), small(5))), "2598960");
        assert_eq!(
            text(combinations(small(200), small(100))),
            "90548514656103281165404177077484163874504589675413336841320"
        );
        let huge = int_ops::pow(small(10), small(20)).unwrap();
        assert_eq!(
            text(combinations(huge.borrow(), small(3))),
            "166666666666666666661666666666666666666700000000000000000000"
        );
        assert!(factorial(small(-1)).is_err());
        assert_eq!(factorial(small(i64::MAX)), Err(NumberError::memory()));
    }
}
