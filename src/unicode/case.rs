//! Case mapping and folding, full mappings and the final sigma included.

use super::tables::{CASE, CASE_TEXTS, CASED, CASES, IGNORABLE};
use super::{has, is_lower, is_title, is_upper};
use crate::objects::str::{CodePoints, push_code_point};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    Upper,
    Lower,
    Title,
    Fold,
}

const LONG: u32 = 0x8000_0000;
const SIGMA: u32 = 0x3a3;

/// Appends the mapping of one code point, without regard to what stands around it.
pub fn push_mapped(out: &mut Vec<u8>, c: u32, case: Case) {
    if c < 0x80 {
        let b = c as u8;
        out.push(match case {
            Case::Upper | Case::Title => b.to_ascii_uppercase(),
            Case::Lower | Case::Fold => b.to_ascii_lowercase(),
        });
        return;
    }
    let found = has(c, CASE).then(|| CASES.binary_search_by_key(&c, |entry| entry.0));
    let mapped = match found {
        Some(Ok(at)) => CASES[at].1[case as usize],
        _ => c,
    };
    match mapped & LONG {
        0 => push_code_point(out, mapped),
        _ => out.extend_from_slice(CASE_TEXTS[(mapped & !LONG) as usize].as_bytes()),
    }
}

/// A capital sigma is final (lower case `ς`) after a cased letter and not before one, what is
/// ignorable for case left out of account.
fn is_final_sigma(before: &[u8], after: &[u8]) -> bool {
    let ignorable = |c: &u32| has(*c, IGNORABLE);
    let preceded = CodePoints::new(before).rev().find(|c| !ignorable(c));
    let followed = CodePoints::new(after).find(|c| !ignorable(c));
    preceded.is_some_and(|c| has(c, CASED)) && !followed.is_some_and(|c| has(c, CASED))
}

/// Appends the lower case of the code point at byte offset `at` of `text`.
fn push_lower(out: &mut Vec<u8>, text: &[u8], at: usize, c: u32) {
    if c == SIGMA {
        let c = if is_final_sigma(&text[..at], &text[at + 2..]) {
            0x3c2
        } else {
            0x3c3
        };
        push_code_point(out, c);
    } else {
        push_mapped(out, c, Case::Lower);
    }
}

/// Maps each code point with `step`, which is told the byte offset.
fn each(text: &[u8], mut step: impl FnMut(&mut Vec<u8>, usize, u32)) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut chars = CodePoints::new(text);
    loop {
        let at = text.len() - chars.remaining();
        let Some(c) = chars.next() else { return out };
        step(&mut out, at, c);
    }
}

pub fn upper(text: &[u8]) -> Vec<u8> {
    if text.is_ascii() {
        return text.to_ascii_uppercase();
    }
    each(text, |out, _, c| push_mapped(out, c, Case::Upper))
}

pub fn lower(text: &[u8]) -> Vec<u8> {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    each(text, |out, at, c| push_lower(out, text, at, c))
}

pub fn fold(text: &[u8]) -> Vec<u8> {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    each(text, |out, _, c| push_mapped(out, c, Case::Fold))
}

/// The first letter in title case, the others in lower case.
pub fn capitalize(text: &[u8]) -> Vec<u8> {
    each(text, |out, at, c| match at {
        0 => push_mapped(out, c, Case::Title),
        _ => push_lower(out, text, at, c),
    })
}

/// The first letter of each run of cased letters in title case, the others in lower case.
pub fn title(text: &[u8]) -> Vec<u8> {
    let mut in_word = false;
    each(text, |out, at, c| {
        if in_word {
            push_lower(out, text, at, c);
        } else {
            push_mapped(out, c, Case::Title);
        }
        in_word = is_cased(c);
    })
}

pub fn swap(text: &[u8]) -> Vec<u8> {
    each(text, |out, at, c| {
        if is_upper(c) {
            push_lower(out, text, at, c);
        } else if is_lower(c) {
            push_mapped(out, c, Case::Upper);
        } else {
            push_code_point(out, c);
        }
    })
}

/// Whether the code point has case (the property "Cased").
pub fn is_cased(c: u32) -> bool {
    if c < 0x80 {
        return (c as u8).is_ascii_alphabetic();
    }
    is_lower(c) || is_upper(c) || is_title(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(mapped: Vec<u8>) -> String {
        String::from_utf8(mapped).unwrap()
    }

    #[test]
    fn letters_map_to_more_than_one() {
        assert_eq!(text(upper("straße".as_bytes())), "STRASSE");
        assert_eq!(text(fold("Straße".as_bytes())), "strasse");
        assert_eq!(text(lower("ΑΣ ΑΣΑ Σ".as_bytes())), "ας ασα σ");
        assert_eq!(text(title("ǆ they're".as_bytes())), "ǅ They'Re");
        assert_eq!(text(capitalize("ǆA".as_bytes())), "ǅa");
        assert_eq!(text(swap("aBß".as_bytes())), "AbSS");
    }
}
