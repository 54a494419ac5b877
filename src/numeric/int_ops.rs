//! Integer operations with Python's meaning: division floors, shifts and powers have limits, true
//! division and conversion to float are correctly rounded.

use super::error::{NumberError, NumberResult};
use super::int::{Int, IntRef};
use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// A shift that makes more bits than this is out of memory: half a gigabyte for one number.
const MAX_SHIFT_BITS: u64 = 1 << 32;
/// A power above this would compute for minutes before memory ran out.
const MAX_POWER_BITS: u64 = 1 << 31;

pub fn add(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    if let (IntRef::Small(a), IntRef::Small(b)) = (a, b) {
        return match a.checked_add(b) {
            Some(sum) => Int::Small(sum),
            None => Int::from(i128::from(a) + i128::from(b)),
        };
    }
    Int::from(match (a, b) {
        (IntRef::Big(a), IntRef::Small(b)) | (IntRef::Small(b), IntRef::Big(a)) => a + b,
        _ => &*a.big() + &*b.big(),
    })
}

pub fn sub(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    if let (IntRef::Small(a), IntRef::Small(b)) = (a, b) {
        return match a.checked_sub(b) {
            Some(rest) => Int::Small(rest),
            None => Int::from(i128::from(a) - i128::from(b)),
        };
    }
    Int::from(match (a, b) {
        (IntRef::Big(a), IntRef::Small(b)) => a - b,
        _ => &*a.big() - &*b.big(),
    })
}

pub fn mul(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    if let (IntRef::Small(a), IntRef::Small(b)) = (a, b) {
        return match a.checked_mul(b) {
            Some(product) => Int::Small(product),
            None => Int::from(i128::from(a) * i128::from(b)),
        };
    }
    Int::from(match (a, b) {
        (IntRef::Big(a), IntRef::Small(b)) | (IntRef::Small(b), IntRef::Big(a)) => a * b,
        _ => &*a.big() * &*b.big(),
    })
}

pub fn neg(a: IntRef<'_>) -> Int {
    match a {
        IntRef::Small(a) => Int::from(-i128::from(a)),
        IntRef::Big(a) => Int::from(-a),
    }
}

pub fn abs(a: IntRef<'_>) -> Int {
    if a.is_negative() { neg(a) } else { a.to_int() }
}

pub fn invert(a: IntRef<'_>) -> Int {
    match a {
        IntRef::Small(a) => Int::Small(!a),
        IntRef::Big(a) => Int::from(-(a + BigInt::one())),
    }
}

/// Quotient and remainder; the divisor is not zero.
fn floor_parts(a: IntRef<'_>, b: IntRef<'_>) -> (Int, Int) {
    if let (IntRef::Small(a), IntRef::Small(b)) = (a, b) {
        let (a, b) = (i128::from(a), i128::from(b));
        return (
            Int::from(Integer::div_floor(&a, &b)),
            Int::from(a.mod_floor(&b)),
        );
    }
    let (quotient, rest) = a.big().div_mod_floor(&b.big());
    (Int::from(quotient), Int::from(rest))
}

/// Two plain words divide without the detour; -1 is left out for `i64::MIN`.
fn small_pair(a: IntRef<'_>, b: IntRef<'_>) -> Option<(i64, i64)> {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) if b != 0 && b != -1 => Some((a, b)),
        _ => None,
    }
}

pub fn floor_div(a: IntRef<'_>, b: IntRef<'_>) -> NumberResult<Int> {
    if let Some((a, b)) = small_pair(a, b) {
        return Ok(Int::Small(Integer::div_floor(&a, &b)));
    }
    if b.is_zero() {
        return Err(NumberError::zero_division(
            "integer division or modulo by zero",
        ));
    }
    Ok(floor_parts(a, b).0)
}

pub fn modulo(a: IntRef<'_>, b: IntRef<'_>) -> NumberResult<Int> {
    if let Some((a, b)) = small_pair(a, b) {
        return Ok(Int::Small(a.mod_floor(&b)));
    }
    if b.is_zero() {
        return Err(NumberError::zero_division("integer modulo by zero"));
    }
    Ok(floor_parts(a, b).1)
}

pub fn divmod(a: IntRef<'_>, b: IntRef<'_>) -> NumberResult<(Int, Int)> {
    if b.is_zero() {
        return Err(NumberError::zero_division(
            "integer division or modulo by zero",
        ));
    }
    Ok(floor_parts(a, b))
}

/// `a / b`, correctly rounded whatever the sizes.
pub fn true_div(a: IntRef<'_>, b: IntRef<'_>) -> NumberResult<f64> {
    if b.is_zero() {
        return Err(NumberError::zero_division("division by zero"));
    }
    if a.is_zero() {
        return Ok(if b.is_negative() { -0.0 } else { 0.0 });
    }
    if let (IntRef::Small(a), IntRef::Small(b)) = (a, b)
        && a.unsigned_abs() <= 1 << 53
        && b.unsigned_abs() <= 1 << 53
    {
        return Ok(a as f64 / b as f64);
    }
    let negative = a.is_negative() != b.is_negative();
    let (a, b) = (a.big(), b.big());
    let (a, b) = (a.magnitude(), b.magnitude());
    // A quotient of at least 64 bits, and whether anything was left over.
    let shift = 66 - (a.bits() as i64 - b.bits() as i64);
    let (quotient, rest) = if shift >= 0 {
        (a << shift).div_rem(b)
    } else {
        a.div_rem(&(b << shift.unsigned_abs()))
    };
    let magnitude = round_scaled(&quotient, !rest.is_zero(), -shift)
        .ok_or_else(|| NumberError::overflow("integer division result too large for a float"))?;
    Ok(if negative { -magnitude } else { magnitude })
}

/// `n * 2^exponent` as a float, half to even; `sticky` says that something below `n` was dropped.
fn round_scaled(n: &BigUint, sticky: bool, exponent: i64) -> Option<f64> {
    let bits = n.bits() as i64;
    if bits == 0 {
        return Some(0.0);
    }
    let top = bits - 1 + exponent;
    if top > 1023 {
        return None;
    }
    if top < -1076 {
        return Some(0.0);
    }
    let last = (top - 52).max(-1074);
    let drop = last - exponent;
    if drop <= 0 {
        let value = n.to_u64().unwrap_or(u64::MAX) as f64;
        return Some(libm::ldexp(value, exponent as i32));
    }
    let drop = drop as u64;
    let kept = (n >> drop).to_u64().unwrap_or(u64::MAX);
    let half = n.bit(drop - 1);
    let below = sticky || n.trailing_zeros().is_some_and(|zeros| zeros < drop - 1);
    let up = half && (below || kept & 1 == 1);
    let value = libm::ldexp((kept + u64::from(up)) as f64, last as i32);
    value.is_finite().then_some(value)
}

/// `float(n)`.
pub fn to_float(n: IntRef<'_>) -> NumberResult<f64> {
    match n {
        IntRef::Small(n) => Ok(n as f64),
        IntRef::Big(n) => {
            let magnitude = round_scaled(n.magnitude(), false, 0)
                .ok_or_else(|| NumberError::overflow("int too large to convert to float"))?;
            Ok(if n.is_negative() {
                -magnitude
            } else {
                magnitude
            })
        }
    }
}

/// `a ** b` for `b >= 0`. (A negative exponent makes floats; the caller turns to those.)
pub fn pow(a: IntRef<'_>, b: IntRef<'_>) -> NumberResult<Int> {
    match (a, b) {
        (_, IntRef::Small(0)) | (IntRef::Small(1), _) => return Ok(Int::ONE),
        (IntRef::Small(0), _) => return Ok(Int::ZERO),
        (IntRef::Small(-1), b) => return Ok(Int::Small(if b.is_odd() { -1 } else { 1 })),
        _ => {}
    }
    let exponent = b
        .to_i64()
        .and_then(|b| u32::try_from(b).ok())
        .ok_or_else(NumberError::memory)?;
    if let IntRef::Small(a) = a
        && let Some(power) = a.checked_pow(exponent)
    {
        return Ok(Int::Small(power));
    }
    if (a.bit_length() - 1).saturating_mul(u64::from(exponent)) > MAX_POWER_BITS {
        return Err(NumberError::memory());
    }
    // Powers of two are shifts.
    if let IntRef::Small(base) = a
        && base.unsigned_abs().is_power_of_two()
    {
        let bits = u64::from(base.trailing_zeros()) * u64::from(exponent);
        let power = BigInt::one() << bits;
        return Ok(Int::from(if base < 0 && exponent % 2 == 1 {
            -power
        } else {
            power
        }));
    }
    Ok(Int::from(a.big().pow(exponent)))
}

/// `pow(a, b, m)`; the result has the sign of `m`.
pub fn pow_mod(a: IntRef<'_>, b: IntRef<'_>, m: IntRef<'_>) -> NumberResult<Int> {
    if m.is_zero() {
        return Err(NumberError::value("pow() 3rd argument cannot be 0"));
    }
    let modulus = m.big();
    let positive = BigInt::from(modulus.magnitude().clone());
    let mut base = a.big().mod_floor(&positive);
    let mut exponent = b.big().into_owned();
    if exponent.is_negative() {
        base = inverse(&base, &positive)
            .ok_or_else(|| NumberError::value("base is not invertible for the given modulus"))?;
        exponent = -exponent;
    }
    let mut power = if positive.is_one() {
        BigInt::zero()
    } else {
        base.modpow(&exponent, &positive)
    };
    if modulus.is_negative() && !power.is_zero() {
        power -= positive;
    }
    Ok(Int::from(power))
}

/// The inverse of `a` (reduced) modulo `m` (positive), by Euclid.
fn inverse(a: &BigInt, m: &BigInt) -> Option<BigInt> {
    if m.is_one() {
        return Some(BigInt::zero());
    }
    let found = a.extended_gcd(m);
    found.gcd.is_one().then(|| found.x.mod_floor(m))
}

/// `a << b`
pub fn shl(a: IntRef<'_>, b: IntRef<'_>) -> NumberResult<Int> {
    if b.is_negative() {
        return Err(NumberError::value("negative shift count"));
    }
    if a.is_zero() {
        return Ok(Int::ZERO);
    }
    let count = b
        .to_i64()
        .ok_or_else(|| NumberError::overflow("too many digits in integer"))? as u64;
    if let IntRef::Small(a) = a
        && count < 63
    {
        return Ok(Int::from(i128::from(a) << count));
    }
    if a.bit_length().saturating_add(count) > MAX_SHIFT_BITS {
        return Err(NumberError::memory());
    }
    Ok(Int::from(&*a.big() << count))
}

/// `a >> b`
pub fn shr(a: IntRef<'_>, b: IntRef<'_>) -> NumberResult<Int> {
    if b.is_negative() {
        return Err(NumberError::value("negative shift count"));
    }
    let count = b.to_i64().unwrap_or(i64::MAX) as u64;
    Ok(match a {
        IntRef::Small(a) => Int::Small(a >> count.min(63)),
        IntRef::Big(n) if count > n.bits() => Int::Small(if n.is_negative() { -1 } else { 0 }),
        IntRef::Big(n) => Int::from(n >> count),
    })
}

pub fn bit_and(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => Int::Small(a & b),
        _ => Int::from(&*a.big() & &*b.big()),
    }
}

pub fn bit_or(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => Int::Small(a | b),
        _ => Int::from(&*a.big() | &*b.big()),
    }
}

pub fn bit_xor(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => Int::Small(a ^ b),
        _ => Int::from(&*a.big() ^ &*b.big()),
    }
}

pub fn gcd(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => Int::from(a.unsigned_abs().gcd(&b.unsigned_abs())),
        _ => Int::from(a.big().gcd(&b.big())),
    }
}

pub fn lcm(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    if a.is_zero() || b.is_zero() {
        return Int::ZERO;
    }
    let divisor = gcd(a, b);
    let (part, _) = floor_parts(a, divisor.borrow());
    abs(mul(part.borrow(), b).borrow())
}

pub fn isqrt(n: IntRef<'_>) -> NumberResult<Int> {
    if n.is_negative() {
        return Err(NumberError::value("isqrt() argument must be nonnegative"));
    }
    Ok(match n {
        IntRef::Small(n) => Int::from(n.unsigned_abs().isqrt()),
        IntRef::Big(n) => Int::from(n.sqrt()),
    })
}

/// `round(n, -places)`: to a multiple of 10^places, halves to even.
pub fn round_to(n: IntRef<'_>, digits: IntRef<'_>) -> NumberResult<Int> {
    if !digits.is_negative() || n.is_zero() {
        return Ok(n.to_int());
    }
    // 10^places above 2|n| rounds to zero; don't compute a power that is beyond reason.
    let places = digits.to_i64().map_or(u64::MAX, i64::unsigned_abs);
    if places > n.bit_length() / 3 + 2 {
        return Ok(Int::ZERO);
    }
    let unit = pow(IntRef::Small(10), IntRef::Small(places as i64))?;
    let (quotient, rest) = floor_parts(n, unit.borrow());
    let twice = add(rest.borrow(), rest.borrow());
    let up = match twice.borrow().cmp(&unit.borrow()) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => quotient.borrow().is_odd(),
    };
    let down = sub(n, rest.borrow());
    Ok(if up {
        add(down.borrow(), unit.borrow())
    } else {
        down
    })
}

/// `int.to_bytes`
pub fn to_bytes(n: IntRef<'_>, length: usize, little: bool, signed: bool) -> NumberResult<Vec<u8>> {
    let too_big = || NumberError::overflow("int too big to convert");
    if n.is_negative() && !signed {
        return Err(NumberError::overflow(
            "can't convert negative int to unsigned",
        ));
    }
    let mut digits = match n {
        IntRef::Small(0) => Vec::new(),
        _ if signed => n.big().to_signed_bytes_le(),
        _ => n.big().to_bytes_le().1,
    };
    if digits.len() > length {
        return Err(too_big());
    }
    let fill = if n.is_negative() { 0xff } else { 0 };
    if digits.try_reserve_exact(length - digits.len()).is_err() {
        return Err(NumberError::memory());
    }
    digits.resize(length, fill);
    if !little {
        digits.reverse();
    }
    Ok(digits)
}

/// `int.from_bytes`
pub fn from_bytes(bytes: &[u8], little: bool, signed: bool) -> Int {
    Int::from(match (little, signed) {
        (true, true) => BigInt::from_signed_bytes_le(bytes),
        (false, true) => BigInt::from_signed_bytes_be(bytes),
        (true, false) => BigInt::from_bytes_le(Sign::Plus, bytes),
        (false, false) => BigInt::from_bytes_be(Sign::Plus, bytes),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int(text: &str) -> Int {
        Int::from(text.parse::<BigInt>().unwrap())
    }

    fn text(n: NumberResult<Int>) -> String {
        match n {
            Ok(n) => n.into_big().to_string(),
            Err(e) => format!("!{}", e.message.replace(' ', "_")),
        }
    }

    /// Rows from CPython: an operation, its operands, its result or `!message`.
    #[test]
    fn operations_agree_with_cpython() {
        for line in include_str!("testdata/int_ops.txt").lines() {
            let words: Vec<&str> = line.split(' ').collect();
            let n: Vec<Int> = words[1..words.len() - 1].iter().map(|w| int(w)).collect();
            let at = |i: usize| n[i].borrow();
            let found = match words[0] {
                "+" => text(Ok(add(at(0), at(1)))),
                "-" => text(Ok(sub(at(0), at(1)))),
                "*" => text(Ok(mul(at(0), at(1)))),
                "//" => text(floor_div(at(0), at(1))),
                "%" => text(modulo(at(0), at(1))),
                "&" => text(Ok(bit_and(at(0), at(1)))),
                "|" => text(Ok(bit_or(at(0), at(1)))),
                "^" => text(Ok(bit_xor(at(0), at(1)))),
                "<<" => text(shl(at(0), at(1))),
                ">>" => text(shr(at(0), at(1))),
                "**" => text(pow(at(0), at(1))),
                "pow" => text(pow_mod(at(0), at(1), at(2))),
                "gcd" => text(Ok(gcd(at(0), at(1)))),
                "lcm" => text(Ok(lcm(at(0), at(1)))),
                "isqrt" => text(isqrt(at(0))),
                "round" => text(round_to(at(0), at(1))),
                "~" => text(Ok(invert(at(0)))),
                "neg" => text(Ok(neg(at(0)))),
                "/" => match true_div(at(0), at(1)) {
                    Ok(x) => format!("{:016x}", x.to_bits()),
                    Err(e) => format!("!{}", e.message.replace(' ', "_")),
                },
                "float" => match to_float(at(0)) {
                    Ok(x) => format!("{:016x}", x.to_bits()),
                    Err(e) => format!("!{}", e.message.replace(' ', "_")),
                },
                "bits" => format!("{}/{}", at(0).bit_length(), at(0).bit_count()),
                other => panic!("unknown operation {other}"),
            };
            assert_eq!(found, words[words.len() - 1], "{line}");
        }
    }

    #[test]
    fn huge_requests_fail_at_once() {
        let ten = IntRef::Small(10);
        assert_eq!(
            pow(ten, IntRef::Small(10i64.pow(9))),
            Err(NumberError::memory())
        );
        let googol = pow(ten, IntRef::Small(100)).unwrap();
        assert_eq!(pow(ten, googol.borrow()), Err(NumberError::memory()));
        assert_eq!(pow(IntRef::Small(-1), googol.borrow()), Ok(Int::ONE));
        assert_eq!(
            shl(ten, IntRef::Small(10i64.pow(12))),
            Err(NumberError::memory())
        );
        assert!(shl(ten, googol.borrow()).is_err());
        assert_eq!(shr(ten, googol.borrow()), Ok(Int::ZERO));
        let minus = neg(googol.borrow());
        assert_eq!(round_to(ten, minus.borrow()), Ok(Int::ZERO));
    }

    #[test]
    fn bytes_go_both_ways() {
        let n = IntRef::Small(-200);
        assert_eq!(to_bytes(n, 2, false, true), Ok(vec![0xff, 0x38]));
        assert!(to_bytes(n, 1, false, true).is_err());
        assert!(to_bytes(n, 4, false, false).is_err());
        assert_eq!(
            to_bytes(IntRef::Small(1), 3, true, false),
            Ok(vec![1, 0, 0])
        );
        assert_eq!(from_bytes(&[0xff, 0x38], false, true), Int::Small(-200));
        assert_eq!(from_bytes(&[0xff, 0x38], false, false), Int::Small(0xff38));
        assert_eq!(from_bytes(&[], true, true), Int::ZERO);
        assert_eq!(to_bytes(IntRef::Small(0), 0, true, false), Ok(vec![]));
        assert_eq!(to_bytes(IntRef::Small(-128), 1, true, true), Ok(vec![0x80]));
    }
}
