//! East Asian encodings, by `encoding_rs`.

use encoding_rs::{DecoderResult, EncoderResult, Encoding};

use super::unicode::put_replacement;
use super::{DecodeError, EncodeError, OnDecodeError, OnEncodeError};
use crate::objects::str::CodePoints;

const ILLEGAL: &str = "illegal multibyte sequence";

/// The encoding of a module of `encodings`.
pub fn encoding(module: &str) -> Option<&'static Encoding> {
    Some(match module {
        "big5" | "big5hkscs" | "cp950" => encoding_rs::BIG5,
        "cp932" | "shift_jis" => encoding_rs::SHIFT_JIS,
        "cp949" | "euc_kr" => encoding_rs::EUC_KR,
        "euc_jp" => encoding_rs::EUC_JP,
        "gb18030" => encoding_rs::GB18030,
        "gb2312" | "gbk" => encoding_rs::GBK,
        "iso2022_jp" => encoding_rs::ISO_2022_JP,
        _ => return None,
    })
}

fn encode_one(encoding: &'static Encoding, c: u32, out: &mut Vec<u8>) -> bool {
    let Some(c) = char::from_u32(c) else {
        return false;
    };
    let mut encoder = encoding.new_encoder();
    let mut bytes = [0; 16];
    let text = c.encode_utf8(&mut [0; 4]).to_owned();
    let (result, _, written) =
        encoder.encode_from_utf8_without_replacement(&text, &mut bytes, true);
    if result != EncoderResult::InputEmpty {
        return false;
    }
    out.extend_from_slice(&bytes[..written]);
    true
}

pub fn encode<E>(
    text: &[u8],
    encoding: &'static Encoding,
    codec: &str,
    on_error: &mut OnEncodeError<'_, E>,
) -> Result<Vec<u8>, E> {
    let chars: Vec<u32> = CodePoints::new(text).collect();
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        if encode_one(encoding, c, &mut out) {
            at += 1;
            continue;
        }
        let error = EncodeError {
            codec,
            start: at,
            end: at + 1,
            reason: ILLEGAL,
            fatal: false,
        };
        let (replacement, next) = on_error(error)?;
        let mut one = |c: u32, out: &mut Vec<u8>| encode_one(encoding, c, out);
        put_replacement(&mut out, replacement, error, &mut one, 1, on_error)?;
        at = next;
    }
    Ok(out)
}

pub fn decode<E>(
    bytes: &[u8],
    encoding: &'static Encoding,
    codec: &'static str,
    last: bool,
    on_error: &mut OnDecodeError<'_, E>,
) -> Result<(Vec<u8>, usize), E> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let mut decoder = encoding.new_decoder_without_bom_handling();
        let rest = &bytes[at..];
        let mut text = vec![0; rest.len() * 3 + 16];
        let (result, read, written) =
            decoder.decode_to_utf8_without_replacement(rest, &mut text, true);
        out.extend_from_slice(&text[..written]);
        let DecoderResult::Malformed(len, after) = result else {
            return Ok((out, bytes.len()));
        };
        let end = at + read - usize::from(after);
        let start = end.saturating_sub(usize::from(len));
        let incomplete = end == bytes.len() && bytes[start] >= 0x80 && end - start == 1;
        if incomplete && !last {
            return Ok((out, start));
        }
        let reason = if incomplete && bytes[start] != 0xff {
            "incomplete multibyte sequence"
        } else {
            ILLEGAL
        };
        let (text, next) = on_error(DecodeError {
            codec,
            start,
            end: start + 1,
            reason: reason.into(),
        })?;
        out.extend_from_slice(&text);
        at = next;
    }
    Ok((out, bytes.len()))
}
