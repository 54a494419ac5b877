//! The layouts of the module `struct`: format strings parsed to fields, and numbers to and from bytes.

use super::error::{NumberError, NumberResult};

/// How the bytes of numbers are ordered, and whether fields are aligned as C aligns them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteOrder {
    pub little: bool,
    pub native: bool,
}

/// A field: a format character and where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    pub code: u8,
    pub offset: usize,
    /// Of one item; of the whole string for `s` and `p`.
    pub size: usize,
    /// How many items follow each other; 1 for `s` and `p`.
    pub count: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StructLayout {
    pub order: ByteOrder,
    pub fields: Vec<Field>,
    pub size: usize,
}

fn bad() -> NumberError {
    NumberError::value("bad char in struct format")
}

fn too_long() -> NumberError {
    NumberError::value("total struct size too long")
}

/// The size of a format character's item, which is its alignment too.
fn item_size(code: u8, native: bool) -> Option<usize> {
    Some(match code {
        b'x' | b'b' | b'B' | b'c' | b's' | b'p' | b'?' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' => {
            if native {
                8
            } else {
                4
            }
        }
        b'q' | b'Q' | b'd' => 8,
        b'n' | b'N' | b'P' if native => 8,
        _ => return None,
    })
}

impl StructLayout {
    pub fn parse(format: &[u8]) -> NumberResult<StructLayout> {
        let host_little = cfg!(target_endian = "little");
        let (order, rest) = match format.first() {
            Some(b'@') => (
                ByteOrder {
                    little: host_little,
                    native: true,
                },
                &format[1..],
            ),
            Some(b'=') => (
                ByteOrder {
                    little: host_little,
                    native: false,
                },
                &format[1..],
            ),
            Some(b'<') => (
                ByteOrder {
                    little: true,
                    native: false,
                },
                &format[1..],
            ),
            Some(b'>' | b'!') => (
                ByteOrder {
                    little: false,
                    native: false,
                },
                &format[1..],
            ),
            _ => (
                ByteOrder {
                    little: host_little,
                    native: true,
                },
                format,
            ),
        };
        let mut layout = StructLayout {
            order,
            fields: Vec::new(),
            size: 0,
        };
        let mut bytes = rest.iter().copied().peekable();
        while let Some(byte) = bytes.next() {
            if byte.is_ascii_whitespace() || byte == 0x0b {
                continue;
            }
            let mut code = byte;
            let mut count = 1usize;
            if byte.is_ascii_digit() {
                count = usize::from(byte - b'0');
                while let Some(digit) = bytes.next_if(u8::is_ascii_digit) {
                    count = count
                        .checked_mul(10)
                        .and_then(|n| n.checked_add(usize::from(digit - b'0')))
                        .filter(|n| isize::try_from(*n).is_ok())
                        .ok_or_else(too_long)?;
                }
                code = bytes.next().ok_or_else(|| {
                    NumberError::value("repeat count given without format specifier")
                })?;
            }
            layout.push(code, count)?;
        }
        Ok(layout)
    }

    fn push(&mut self, code: u8, count: usize) -> NumberResult<()> {
        let item = item_size(code, self.order.native).ok_or_else(bad)?;
        if self.order.native {
            self.size = self
                .size
                .checked_next_multiple_of(item)
                .ok_or_else(too_long)?;
        }
        let whole = item.checked_mul(count).ok_or_else(too_long)?;
        let (size, count) = match code {
            b's' | b'p' => (count, 1),
            _ => (item, count),
        };
        if code != b'x' && (count > 0 || matches!(code, b's' | b'p')) {
            self.fields.push(Field {
                code,
                offset: self.size,
                size,
                count,
            });
        }
        self.size = self
            .size
            .checked_add(whole)
            .filter(|n| isize::try_from(*n).is_ok())
            .ok_or_else(too_long)?;
        Ok(())
    }

    /// How many values it packs.
    pub fn values(&self) -> usize {
        self.fields.iter().map(|field| field.count).sum()
    }
}

/// The least and the greatest value of an integer code.
pub fn bounds(code: u8, size: usize) -> (i128, i128) {
    let bits = size as u32 * 8;
    if code.is_ascii_uppercase() {
        (0, (1i128 << bits) - 1)
    } else {
        (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1)
    }
}

/// Writes the low bytes of an integer.
pub fn write_int(n: i128, out: &mut [u8], little: bool) {
    for (i, byte) in out.iter_mut().enumerate() {
        *byte = (n >> (8 * i)) as u8;
    }
    if !little {
        out.reverse();
    }
}

pub fn read_int(bytes: &[u8], little: bool, signed: bool) -> i128 {
    let fold = |n: i128, byte: &u8| n << 8 | i128::from(*byte);
    let n = if little {
        bytes.iter().rev().fold(0, fold)
    } else {
        bytes.iter().fold(0, fold)
    };
    let bits = bytes.len() as u32 * 8;
    if signed && bits > 0 && n >> (bits - 1) & 1 == 1 {
        n - (1i128 << bits)
    } else {
        n
    }
}

/// A float of 2, 4 or 8 bytes.
pub fn write_float(x: f64, out: &mut [u8], little: bool) -> NumberResult<()> {
    let bits = match out.len() {
        2 => u64::from(
            half_bits(x)
                .ok_or_else(|| NumberError::overflow("float too large to pack with e format"))?,
        ),
        4 => {
            let narrow = x as f32;
            if narrow.is_infinite() && x.is_finite() {
                return Err(NumberError::overflow(
                    "float too large to pack with f format",
                ));
            }
            u64::from(narrow.to_bits())
        }
        _ => x.to_bits(),
    };
    write_int(i128::from(bits), out, little);
    Ok(())
}

pub fn read_float(bytes: &[u8], little: bool) -> f64 {
    let bits = read_int(bytes, little, false) as u64;
    match bytes.len() {
        2 => half_value(bits as u16),
        4 => f64::from(f32::from_bits(bits as u32)),
        _ => f64::from_bits(bits),
    }
}

/// A float rounded half to even to 16 bits; `None` when too large.
fn half_bits(x: f64) -> Option<u16> {
    let sign = if x.is_sign_negative() { 0x8000 } else { 0 };
    if x.is_nan() {
        return Some(sign | 0x7e00);
    }
    if x.is_infinite() {
        return Some(sign | 0x7c00);
    }
    let size = x.abs();
    // The unit of the last place, at least that of subnormals.
    let exponent = if size < 6.103_515_625e-5 {
        -24
    } else {
        libm::frexp(size).1 - 11
    };
    let units = (size / libm::ldexp(1.0, exponent)).round_ties_even() as u32;
    let bits = if exponent == -24 && size < 6.103_515_625e-5 {
        units
    } else {
        (((exponent + 25) as u32) << 10)
            .wrapping_add(units)
            .wrapping_sub(1 << 10)
    };
    (bits < 0x7c00).then_some(sign | bits as u16)
}

fn half_value(bits: u16) -> f64 {
    let exponent = i32::from(bits >> 10 & 0x1f);
    let fraction = f64::from(bits & 0x3ff);
    let size = match exponent {
        0 => libm::ldexp(fraction, -24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => libm::ldexp(fraction + 1024.0, exponent - 25),
    };
    if bits & 0x8000 != 0 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_are_aligned_as_in_c() {
        let size = |format: &str| StructLayout::parse(format.as_bytes()).map(|l| l.size);
        assert_eq!(size("bhilq"), Ok(24));
        assert_eq!(size("<bhilq"), Ok(19));
        assert_eq!(size("@bhil0q"), Ok(16));
        assert_eq!(size("x2xh"), Ok(6));
        assert!(size("<P").is_err());
        assert!(size("3").is_err());
        assert!(size("99999999999999999999i").is_err());
    }

    #[test]
    fn halves_go_both_ways() {
        for bits in (0..0x7c00u16).chain(0x8000..0xfc00) {
            assert_eq!(half_bits(half_value(bits)), Some(bits), "{bits:x}");
        }
        assert_eq!(half_bits(0.1), Some(0x2e66));
        assert_eq!(half_bits(65520.0), None);
        assert_eq!(half_bits(65519.0), Some(0x7bff));
        assert_eq!(half_bits(2.0f64.powi(-25)), Some(0));
    }

    #[test]
    fn integers_go_both_ways() {
        let mut out = [0; 4];
        write_int(-2, &mut out, true);
        assert_eq!(out, [0xfe, 0xff, 0xff, 0xff]);
        assert_eq!(read_int(&out, true, true), -2);
        assert_eq!(read_int(&out, true, false), 0xffff_fffe);
        assert_eq!(bounds(b'b', 1), (-128, 127));
        assert_eq!(bounds(b'Q', 8), (0, u64::MAX as i128));
    }
}
