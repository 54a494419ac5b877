//! Numbers as bytes of fixed size: what `memoryview`, `struct` and `array` share.

/// Reads an unsigned integer of up to 8 bytes.
pub fn read_unsigned(bytes: &[u8], little: bool) -> u64 {
    let step = |n: u64, b: &u8| n << 8 | u64::from(*b);
    if little {
        bytes.iter().rev().fold(0, step)
    } else {
        bytes.iter().fold(0, step)
    }
}

/// Reads a signed integer (two's complement) of up to 8 bytes.
pub fn read_signed(bytes: &[u8], little: bool) -> i64 {
    let unused = 64 - 8 * bytes.len().clamp(1, 8) as u32;
    (read_unsigned(bytes, little) << unused) as i64 >> unused
}

/// Appends the low `size` bytes of a number.
pub fn write_bits(out: &mut Vec<u8>, bits: u64, size: usize, little: bool) {
    if little {
        out.extend_from_slice(&bits.to_le_bytes()[..size]);
    } else {
        out.extend_from_slice(&bits.to_be_bytes()[8 - size..]);
    }
}

/// A float of 2, 4 or 8 bytes.
pub fn read_float(bytes: &[u8], little: bool) -> f64 {
    let bits = read_unsigned(bytes, little);
    match bytes.len() {
        2 => half_to_f64(bits as u16),
        4 => f64::from(f32::from_bits(bits as u32)),
        _ => f64::from_bits(bits),
    }
}

/// The bits of a float of 2, 4 or 8 bytes; `None` when a finite number becomes infinite.
pub fn float_bits(x: f64, size: usize) -> Option<u64> {
    match size {
        2 => half_from_f64(x).map(u64::from),
        4 => {
            let narrow = x as f32;
            (narrow.is_finite() || !x.is_finite()).then(|| u64::from(narrow.to_bits()))
        }
        _ => Some(x.to_bits()),
    }
}

pub fn half_to_f64(bits: u16) -> f64 {
    let sign = if bits & 0x8000 != 0 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff));
    match exponent {
        0 => sign * fraction * 2f64.powi(-24),
        0x1f if fraction == 0.0 => sign * f64::INFINITY,
        0x1f => f64::from_bits(
            (u64::from(bits) & 0x8000) << 48 | 0x7ff8 << 48 | (u64::from(bits) & 0x1ff) << 42,
        ),
        _ => sign * (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    }
}

/// The nearest half, ties to even.
fn half_from_f64(x: f64) -> Option<u16> {
    let sign = if x.is_sign_negative() { 0x8000 } else { 0 };
    if x.is_nan() {
        return Some(sign | 0x7e00);
    }
    if x.is_infinite() {
        return Some(sign | 0x7c00);
    }
    let a = x.abs();
    // Multiples of the smallest step at this magnitude.
    let exponent = if a < 2f64.powi(-14) {
        -14
    } else {
        ((a.to_bits() >> 52) as i32) - 1023
    };
    let steps = (a * 2f64.powi(10 - exponent)).round_ties_even();
    let mut bits = steps as u32;
    if exponent > -14 || bits >= 0x400 {
        bits += ((exponent + 14) as u32) << 10;
    }
    (bits < 0x7c00).then_some(sign | bits as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_round_and_return() {
        for bits in 0..0x7c00u16 {
            assert_eq!(half_from_f64(half_to_f64(bits)), Some(bits));
        }
        assert_eq!(half_from_f64(65504.0), Some(0x7bff));
        assert_eq!(half_from_f64(65520.0), None);
        assert_eq!(half_from_f64(1e-10), Some(0));
        assert_eq!(half_from_f64(-2.5), Some(0xc100));
    }

    #[test]
    fn integers_of_any_size() {
        assert_eq!(read_signed(&[0xff, 0xfe], false), -2);
        assert_eq!(read_unsigned(&[1, 2, 3], true), 0x030201);
        let mut out = vec![];
        write_bits(&mut out, 0x0102, 2, true);
        write_bits(&mut out, 0x0102, 4, false);
        assert_eq!(out, [2, 1, 0, 0, 1, 2]);
    }
}
