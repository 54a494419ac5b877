//! UTF-7 (RFC 2152).

use super::{DecodeError, OnDecodeError};
use crate::objects::str::{CodePoints, push_code_point};

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn digit(b: u8) -> Option<u32> {
    BASE64.iter().position(|d| *d == b).map(|d| d as u32)
}

/// Characters that stand for themselves: set D, white space, and set O.
fn is_direct(c: u32) -> bool {
    match u8::try_from(c) {
        Ok(b'+' | b'\\' | b'~') | Err(_) => false,
        Ok(b) => matches!(b, b'\t' | b'\n' | b'\r' | 0x20..0x7f),
    }
}

pub fn encode(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let (mut bits, mut count, mut shifted) = (0u32, 0, false);
    let push_unit = |out: &mut Vec<u8>, bits: &mut u32, count: &mut u32, unit: u32| {
        *bits = *bits << 16 | unit;
        *count += 16;
        while *count >= 6 {
            *count -= 6;
            out.push(BASE64[(*bits >> *count & 63) as usize]);
        }
        *bits &= (1 << *count) - 1;
    };
    for c in CodePoints::new(text) {
        if is_direct(c) {
            if shifted {
                if count > 0 {
                    out.push(BASE64[(bits << (6 - count) & 63) as usize]);
                }
                if digit(c as u8).is_some() || c == u32::from(b'-') {
                    out.push(b'-');
                }
                (bits, count, shifted) = (0, 0, false);
            }
            out.push(c as u8);
        } else if c == u32::from(b'+') && !shifted {
            out.extend(b"+-");
        } else {
            if !shifted {
                out.push(b'+');
                shifted = true;
            }
            if c > 0xffff {
                push_unit(
                    &mut out,
                    &mut bits,
                    &mut count,
                    0xd800 + ((c - 0x10000) >> 10),
                );
                push_unit(&mut out, &mut bits, &mut count, 0xdc00 + (c & 0x3ff));
            } else {
                push_unit(&mut out, &mut bits, &mut count, c);
            }
        }
    }
    if shifted {
        if count > 0 {
            out.push(BASE64[(bits << (6 - count) & 63) as usize]);
        }
        out.push(b'-');
    }
    out
}

/// The state within a shifted sequence.
#[derive(Default)]
struct Shift {
    start: usize,
    bits: u32,
    count: u32,
    high: Option<u32>,
    /// Length of the output when the sequence began.
    mark: usize,
}

impl Shift {
    fn unit(&mut self, out: &mut Vec<u8>, unit: u32) {
        match (self.high.take(), unit) {
            (Some(high), 0xdc00..0xe000) => {
                push_code_point(out, 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
            }
            (before, _) => {
                if let Some(high) = before {
                    push_code_point(out, high);
                }
                if (0xd800..0xdc00).contains(&unit) {
                    self.high = Some(unit);
                } else {
                    push_code_point(out, unit);
                }
            }
        }
    }

    /// Why a sequence cannot end here.
    fn unfinished(&self) -> Option<&'static str> {
        if self.count >= 6 {
            return Some("partial character in base 64 shift sequence");
        }
        if self.count > 0 && self.bits & ((1 << self.count) - 1) != 0 {
            return Some("non-zero padding bits in base 64 shift sequence");
        }
        None
    }
}

pub fn decode<E>(
    bytes: &[u8],
    last: bool,
    on_error: &mut OnDecodeError<'_, E>,
) -> Result<(Vec<u8>, usize), E> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    let mut shift: Option<Shift> = None;
    while let Some(&b) = bytes.get(at) {
        let wrong = match &mut shift {
            Some(s) => match digit(b) {
                Some(d) => {
                    s.bits = s.bits << 6 | d;
                    s.count += 6;
                    at += 1;
                    if s.count >= 16 {
                        s.count -= 16;
                        let unit = s.bits >> s.count & 0xffff;
                        s.bits &= (1 << s.count) - 1;
                        s.unit(&mut out, unit);
                    }
                    continue;
                }
                None => {
                    let (start, wrong) = (s.start, s.unfinished());
                    if let Some(high) = s.high.take() {
                        push_code_point(&mut out, high);
                    }
                    shift = None;
                    if wrong.is_none() {
                        at += usize::from(b == b'-');
                        continue;
                    }
                    at += 1;
                    wrong.map(|reason| (start, reason))
                }
            },
            None if b == b'+' => match bytes.get(at + 1) {
                Some(b'-') => {
                    out.push(b'+');
                    at += 2;
                    continue;
                }
                Some(next) if digit(*next).is_none() => {
                    at += 2;
                    Some((at - 2, "ill-formed sequence"))
                }
                _ => {
                    shift = Some(Shift {
                        start: at,
                        mark: out.len(),
                        ..Shift::default()
                    });
                    at += 1;
                    continue;
                }
            },
            None if b.is_ascii() => {
                out.push(b);
                at += 1;
                continue;
            }
            None => {
                at += 1;
                Some((at - 1, "unexpected special character"))
            }
        };
        if let Some((start, reason)) = wrong {
            let (text, next) = on_error(DecodeError {
                codec: "utf7",
                start,
                end: at,
                reason: reason.into(),
            })?;
            out.extend_from_slice(&text);
            at = next;
        }
    }
    if let Some(s) = shift {
        if !last {
            out.truncate(s.mark);
            return Ok((out, s.start));
        }
        let bad = s.high.is_some() || s.unfinished().is_some() || s.count >= 6;
        if bad || s.start + 1 == bytes.len() {
            let (text, _) = on_error(DecodeError {
                codec: "utf7",
                start: s.start,
                end: bytes.len(),
                reason: "unterminated shift sequence".into(),
            })?;
            out.extend_from_slice(&text);
        }
    }
    Ok((out, bytes.len()))
}
