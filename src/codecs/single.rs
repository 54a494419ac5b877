//! Encodings of one byte a character.

use super::unicode::encode_each;
use super::{DecodeError, OnDecodeError, OnEncodeError};
use crate::objects::str::push_code_point;

/// ASCII (`limit` 0x80) and latin-1 (`limit` 0x100).
pub fn encode<E>(
    text: &[u8],
    codec: &str,
    limit: u32,
    on_error: &mut OnEncodeError<'_, E>,
) -> Result<Vec<u8>, E> {
    if text.is_ascii() {
        return Ok(text.to_vec());
    }
    let reason = if limit == 0x80 {
        "ordinal not in range(128)"
    } else {
        "ordinal not in range(256)"
    };
    let mut one = |c: u32, out: &mut Vec<u8>| {
        if c >= limit {
            return false;
        }
        out.push(c as u8);
        true
    };
    encode_each(text, (codec, reason), true, 1, &mut one, on_error)
}

const UNDEFINED: u16 = 0xfffe;
const NO_CHARACTER: &str = "character maps to <undefined>";

pub fn encode_charmap<E>(
    text: &[u8],
    table: &[u16; 256],
    on_error: &mut OnEncodeError<'_, E>,
) -> Result<Vec<u8>, E> {
    let bytes = table.iter().zip(0..=255u8);
    let mut reverse: Vec<(u16, u8)> = bytes
        .filter(|(c, _)| **c != UNDEFINED)
        .map(|(c, b)| (*c, b))
        .collect();
    reverse.sort_unstable();
    let mut one = |c: u32, out: &mut Vec<u8>| {
        let found = u16::try_from(c).ok().and_then(|c| {
            let at = reverse.partition_point(|entry| entry.0 < c);
            reverse.get(at).filter(|entry| entry.0 == c)
        });
        found.inspect(|entry| out.push(entry.1)).is_some()
    };
    encode_each(text, ("charmap", NO_CHARACTER), true, 1, &mut one, on_error)
}

pub fn decode_ascii<E>(
    bytes: &[u8],
    on_error: &mut OnDecodeError<'_, E>,
) -> Result<(Vec<u8>, usize), E> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let plain = rest.iter().position(|b| !b.is_ascii());
        let plain = plain.unwrap_or(rest.len());
        out.extend_from_slice(&rest[..plain]);
        at += plain;
        if at == bytes.len() {
            break;
        }
        let (text, next) = on_error(DecodeError {
            codec: "ascii",
            start: at,
            end: at + 1,
            reason: "ordinal not in range(128)".into(),
        })?;
        out.extend_from_slice(&text);
        at = next;
    }
    Ok((out, bytes.len()))
}

pub fn decode_latin1(bytes: &[u8]) -> (Vec<u8>, usize) {
    let mut out = Vec::with_capacity(bytes.len());
    for b in bytes {
        push_code_point(&mut out, u32::from(*b));
    }
    (out, bytes.len())
}

pub fn decode_charmap<E>(
    bytes: &[u8],
    table: &[u16; 256],
    on_error: &mut OnDecodeError<'_, E>,
) -> Result<(Vec<u8>, usize), E> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(b) = bytes.get(at) {
        let c = table[usize::from(*b)];
        if c != UNDEFINED {
            push_code_point(&mut out, u32::from(c));
            at += 1;
            continue;
        }
        let (text, next) = on_error(DecodeError {
            codec: "charmap",
            start: at,
            end: at + 1,
            reason: NO_CHARACTER.into(),
        })?;
        out.extend_from_slice(&text);
        at = next;
    }
    Ok((out, bytes.len()))
}
