//! UTF-8, UTF-16 and UTF-32.

use super::{DecodeError, EncodeError, OnDecodeError, OnEncodeError, Order, Replacement};
use crate::objects::packing::{read_unsigned, write_bits};
use crate::objects::str::{CodePoints, push_code_point};

const NO_SURROGATES: &str = "surrogates not allowed";

fn is_surrogate(c: u32) -> bool {
    (0xd800..0xe000).contains(&c)
}

/// Puts what a handler gave for `error` into `out`; `encode_one` says no to what it cannot encode.
pub fn put_replacement<E>(
    out: &mut Vec<u8>,
    replacement: Replacement,
    error: EncodeError<'_>,
    encode_one: &mut dyn FnMut(u32, &mut Vec<u8>) -> bool,
    unit: usize,
    on_error: &mut OnEncodeError<'_, E>,
) -> Result<(), E> {
    let fits = match replacement {
        Replacement::Bytes(bytes) => {
            out.extend_from_slice(&bytes);
            bytes.len() % unit == 0
        }
        Replacement::Text(text) => CodePoints::new(&text).all(|c| encode_one(c, out)),
    };
    if !fits {
        on_error(EncodeError {
            fatal: true,
            ..error
        })?;
    }
    Ok(())
}

/// Encodes code point by code point. Neighbours that cannot be encoded are one error when `runs`.
pub fn encode_each<E>(
    text: &[u8],
    (codec, reason): (&str, &'static str),
    runs: bool,
    unit: usize,
    encode_one: &mut dyn FnMut(u32, &mut Vec<u8>) -> bool,
    on_error: &mut OnEncodeError<'_, E>,
) -> Result<Vec<u8>, E> {
    let chars: Vec<u32> = CodePoints::new(text).collect();
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        if encode_one(chars[at], &mut out) {
            at += 1;
            continue;
        }
        let mut end = at + 1;
        let mut scratch = Vec::new();
        while runs && end < chars.len() && !encode_one(chars[end], &mut scratch) {
            end += 1;
        }
        let error = EncodeError {
            codec,
            start: at,
            end,
            reason,
            fatal: false,
        };
        let (replacement, next) = on_error(error)?;
        put_replacement(&mut out, replacement, error, encode_one, unit, on_error)?;
        at = next;
    }
    Ok(out)
}

pub fn encode_utf8<E>(text: &[u8], on_error: &mut OnEncodeError<'_, E>) -> Result<Vec<u8>, E> {
    if std::str::from_utf8(text).is_ok() {
        return Ok(text.to_vec());
    }
    let mut one = |c: u32, out: &mut Vec<u8>| {
        if is_surrogate(c) {
            return false;
        }
        push_code_point(out, c);
        true
    };
    encode_each(text, ("utf-8", NO_SURROGATES), true, 1, &mut one, on_error)
}

/// UTF-16 (`unit` 2) or UTF-32 (`unit` 4).
pub fn encode_wide<E>(
    text: &[u8],
    unit: usize,
    order: Order,
    on_error: &mut OnEncodeError<'_, E>,
) -> Result<Vec<u8>, E> {
    let little = match order {
        Order::Marked => cfg!(target_endian = "little"),
        order => order == Order::Little,
    };
    let codec = match (unit, order) {
        (2, Order::Marked) => "utf-16",
        (2, Order::Little) => "utf-16-le",
        (2, Order::Big) => "utf-16-be",
        (_, Order::Marked) => "utf-32",
        (_, Order::Little) => "utf-32-le",
        (_, Order::Big) => "utf-32-be",
    };
    let mut one = |c: u32, out: &mut Vec<u8>| {
        if is_surrogate(c) {
            return false;
        }
        if unit == 2 && c > 0xffff {
            let rest = c - 0x10000;
            write_bits(out, u64::from(0xd800 + (rest >> 10)), 2, little);
            write_bits(out, u64::from(0xdc00 + (rest & 0x3ff)), 2, little);
        } else {
            write_bits(out, u64::from(c), unit, little);
        }
        true
    };
    let body = encode_each(
        text,
        (codec, NO_SURROGATES),
        false,
        unit,
        &mut one,
        on_error,
    )?;
    if order != Order::Marked {
        return Ok(body);
    }
    let mut out = Vec::with_capacity(body.len() + unit);
    write_bits(&mut out, 0xfeff, unit, little);
    out.extend_from_slice(&body);
    Ok(out)
}

pub fn decode_utf8<E>(
    bytes: &[u8],
    last: bool,
    on_error: &mut OnDecodeError<'_, E>,
) -> Result<(Vec<u8>, usize), E> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let Err(error) = std::str::from_utf8(rest) else {
            out.extend_from_slice(rest);
            return Ok((out, bytes.len()));
        };
        let valid = error.valid_up_to();
        out.extend_from_slice(&rest[..valid]);
        let start = at + valid;
        let (end, reason) = match error.error_len() {
            None if !last => return Ok((out, start)),
            None => (bytes.len(), "unexpected end of data"),
            Some(1) if matches!(bytes[start], 0x80..=0xc1 | 0xf5..) => {
                (start + 1, "invalid start byte")
            }
            Some(n) => (start + n, "invalid continuation byte"),
        };
        let (text, next) = on_error(DecodeError {
            codec: "utf-8",
            start,
            end,
            reason: reason.into(),
        })?;
        out.extend_from_slice(&text);
        at = next;
    }
    Ok((out, bytes.len().max(at)))
}

/// The order that a byte order mark gives, and the mark's length.
fn order_of(bytes: &[u8], unit: usize, order: Order) -> (bool, usize) {
    if order != Order::Marked {
        return (order == Order::Little, 0);
    }
    let native = cfg!(target_endian = "little");
    match bytes.get(..unit) {
        Some(mark) if read_unsigned(mark, true) == 0xfeff => (true, unit),
        Some(mark) if read_unsigned(mark, false) == 0xfeff => (false, unit),
        _ => (native, 0),
    }
}

pub fn decode_utf16<E>(
    bytes: &[u8],
    order: Order,
    last: bool,
    on_error: &mut OnDecodeError<'_, E>,
) -> Result<(Vec<u8>, usize), E> {
    let (little, mut at) = order_of(bytes, 2, order);
    let codec = if little { "utf-16-le" } else { "utf-16-be" };
    let unit = |at: usize| {
        bytes
            .get(at..at + 2)
            .map(|b| read_unsigned(b, little) as u32)
    };
    let mut out = Vec::with_capacity(bytes.len());
    while at < bytes.len() {
        let (len, reason) = match unit(at) {
            None if !last => return Ok((out, at)),
            None => (1, "truncated data"),
            Some(high @ 0xd800..0xdc00) => match unit(at + 2) {
                Some(low @ 0xdc00..0xe000) => {
                    push_code_point(&mut out, 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
                    at += 4;
                    continue;
                }
                Some(_) => (2, "illegal UTF-16 surrogate"),
                None if !last => return Ok((out, at)),
                None => (bytes.len() - at, "unexpected end of data"),
            },
            Some(0xdc00..0xe000) => (2, "illegal encoding"),
            Some(c) => {
                push_code_point(&mut out, c);
                at += 2;
                continue;
            }
        };
        let (text, next) = on_error(DecodeError {
            codec,
            start: at,
            end: at + len,
            reason: reason.into(),
        })?;
        out.extend_from_slice(&text);
        at = next;
    }
    Ok((out, at))
}

pub fn decode_utf32<E>(
    bytes: &[u8],
    order: Order,
    last: bool,
    on_error: &mut OnDecodeError<'_, E>,
) -> Result<(Vec<u8>, usize), E> {
    let (little, mut at) = order_of(bytes, 4, order);
    let codec = if little { "utf-32-le" } else { "utf-32-be" };
    let mut out = Vec::with_capacity(bytes.len());
    while at < bytes.len() {
        let unit = bytes
            .get(at..at + 4)
            .map(|b| read_unsigned(b, little) as u32);
        let (len, reason) = match unit {
            None if !last => return Ok((out, at)),
            None => (bytes.len() - at, "truncated data"),
            Some(c) if is_surrogate(c) => (
                4,
                "code point in surrogate code point range(0xd800, 0xe000)",
            ),
            Some(0x11_0000..) => (4, "code point not in range(0x110000)"),
            Some(c) => {
                push_code_point(&mut out, c);
                at += 4;
                continue;
            }
        };
        let (text, next) = on_error(DecodeError {
            codec,
            start: at,
            end: at + len,
            reason: reason.into(),
        })?;
        out.extend_from_slice(&text);
        at = next;
    }
    Ok((out, at))
}
