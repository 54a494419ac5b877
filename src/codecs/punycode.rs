//! Punycode (RFC 3492).

use super::{DecodeError, OnDecodeError};
use crate::objects::str::{CodePoints, push_code_point};

fn adapt(delta: u64, first: bool, count: u64) -> u64 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / count;
    let mut k = 0;
    while delta > 455 {
        delta /= 35;
        k += 36;
    }
    k + 36 * delta / (delta + 38)
}

fn threshold(k: u64, bias: u64) -> u64 {
    k.saturating_sub(bias).clamp(1, 26)
}

pub fn encode(text: &[u8]) -> Vec<u8> {
    let chars: Vec<u32> = CodePoints::new(text).collect();
    let mut out: Vec<u8> = chars
        .iter()
        .filter(|c| **c < 0x80)
        .map(|c| *c as u8)
        .collect();
    let basic = out.len() as u64;
    if basic > 0 {
        out.push(b'-');
    }
    let (mut n, mut delta, mut bias, mut handled) = (0x80u64, 0u64, 72, basic);
    while handled < chars.len() as u64 {
        let next = chars
            .iter()
            .map(|c| u64::from(*c))
            .filter(|c| *c >= n)
            .min();
        let Some(next) = next else { break };
        delta += (next - n) * (handled + 1);
        n = next;
        for c in chars.iter().map(|c| u64::from(*c)) {
            if c < n {
                delta += 1;
            }
            if c != n {
                continue;
            }
            let (mut q, mut k) = (delta, 36);
            loop {
                let t = threshold(k, bias);
                if q < t {
                    break;
                }
                out.push(digit(t + (q - t) % (36 - t)));
                q = (q - t) / (36 - t);
                k += 36;
            }
            out.push(digit(q));
            bias = adapt(delta, handled == basic, handled + 1);
            delta = 0;
            handled += 1;
        }
        delta += 1;
        n += 1;
    }
    out
}

fn digit(n: u64) -> u8 {
    if n < 26 {
        b'a' + n as u8
    } else {
        b'0' + (n - 26) as u8
    }
}

pub fn decode<E>(bytes: &[u8], on_error: &mut OnDecodeError<'_, E>) -> Result<(Vec<u8>, usize), E> {
    let split = bytes.iter().rposition(|b| *b == b'-');
    let (basic, start) = split.map_or((&bytes[..0], 0), |at| (&bytes[..at], at + 1));
    let mut chars: Vec<u32> = basic.iter().map(|b| u32::from(*b)).collect();
    let (mut n, mut i, mut bias, mut first) = (0x80u64, 0u64, 72, true);
    let mut at = start;
    while at < bytes.len() {
        let (old, mut weight, mut k) = (i, 1u64, 36);
        let wrong = loop {
            let Some(b) = bytes.get(at) else {
                break Some("incomplete punicode string".to_owned());
            };
            let value = match b.to_ascii_uppercase() {
                b @ b'A'..=b'Z' => u64::from(b - b'A'),
                b @ b'0'..=b'9' => u64::from(b - b'0') + 26,
                _ => break Some(format!("Invalid extended code point '{}'", char::from(*b))),
            };
            at += 1;
            let t = threshold(k, bias);
            i = i.saturating_add(value.saturating_mul(weight));
            if value < t {
                break None;
            }
            weight = weight.saturating_mul(36 - t);
            k += 36;
        };
        if let Some(reason) = wrong {
            let end = (at + 1).min(bytes.len());
            let (text, next) = on_error(DecodeError {
                codec: "punycode",
                start: at.min(end),
                end,
                reason: reason.into(),
            })?;
            chars.extend(CodePoints::new(&text));
            at = next.max(at + 1);
            continue;
        }
        let count = chars.len() as u64 + 1;
        bias = adapt(i - old, first, count);
        first = false;
        n = n.saturating_add(i / count);
        i %= count;
        let c = u32::try_from(n)
            .ok()
            .filter(|c| *c < 0x11_0000)
            .unwrap_or(u32::from(b'?'));
        chars.insert(i as usize, c);
        i += 1;
    }
    let mut out = Vec::new();
    chars.into_iter().for_each(|c| push_code_point(&mut out, c));
    Ok((out, bytes.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for (text, code) in [
            ("bücher", "bcher-kva"),
            ("a", "a-"),
            ("ü", "tda"),
            ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
        ] {
            assert_eq!(encode(text.as_bytes()), code.as_bytes());
            let back = decode::<()>(code.as_bytes(), &mut |_| Err(()));
            assert_eq!(back.map(|b| b.0), Ok(text.as_bytes().to_vec()));
        }
    }
}
