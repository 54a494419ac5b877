//! The four normal forms (Unicode Standard Annex 15).

use super::record;
use super::tables::{COMPOSITIONS, DECOMPOSED, DECOMPOSITIONS, TAGS};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    pub compose: bool,
    pub compatible: bool,
}

impl Form {
    pub fn by_name(name: &str) -> Option<Form> {
        let (compose, compatible) = match name {
            "NFC" => (true, false),
            "NFD" => (false, false),
            "NFKC" => (true, true),
            "NFKD" => (false, true),
            _ => return None,
        };
        Some(Form {
            compose,
            compatible,
        })
    }
}

/// Hangul syllables are composed by rule.
const S_BASE: u32 = 0xac00;
const L_BASE: u32 = 0x1100;
const V_BASE: u32 = 0x1161;
const T_BASE: u32 = 0x11a7;
const L_COUNT: u32 = 19;
const V_COUNT: u32 = 21;
const T_COUNT: u32 = 28;
const S_COUNT: u32 = L_COUNT * V_COUNT * T_COUNT;

/// The decomposition of a code point as the database has it: a tag (empty for canonical ones) and
/// the code points.
pub fn decomposition(c: u32) -> Option<(&'static str, &'static [u32])> {
    let at = DECOMPOSITIONS.binary_search_by_key(&c, |d| d.0).ok()?;
    let (_, tag, start, len) = DECOMPOSITIONS[at];
    let start = start as usize;
    Some((TAGS[tag as usize], &DECOMPOSED[start..start + len as usize]))
}

fn push_decomposed(out: &mut Vec<u32>, c: u32, compatible: bool) {
    if let Some(s) = c.checked_sub(S_BASE).filter(|s| *s < S_COUNT) {
        out.push(L_BASE + s / (V_COUNT * T_COUNT));
        out.push(V_BASE + s % (V_COUNT * T_COUNT) / T_COUNT);
        if s % T_COUNT != 0 {
            out.push(T_BASE + s % T_COUNT);
        }
        return;
    }
    match decomposition(c) {
        Some((tag, parts)) if compatible || tag.is_empty() => {
            for &part in parts {
                push_decomposed(out, part, compatible);
            }
        }
        _ => out.push(c),
    }
}

/// Puts runs of combining marks into canonical order.
fn reorder(text: &mut [u32]) {
    let class = |c: &u32| record(*c).combining;
    let mut at = 0;
    while at < text.len() {
        if class(&text[at]) == 0 {
            at += 1;
            continue;
        }
        let len = text[at..].iter().take_while(|c| class(c) != 0).count();
        text[at..at + len].sort_by_key(class);
        at += len;
    }
}

fn composed(a: u32, b: u32) -> Option<u32> {
    if let (Some(l), Some(v)) = (a.checked_sub(L_BASE), b.checked_sub(V_BASE))
        && l < L_COUNT
        && v < V_COUNT
    {
        return Some(S_BASE + (l * V_COUNT + v) * T_COUNT);
    }
    if let (Some(s), Some(t)) = (a.checked_sub(S_BASE), b.checked_sub(T_BASE))
        && s < S_COUNT
        && s % T_COUNT == 0
        && t > 0
        && t < T_COUNT
    {
        return Some(a + t);
    }
    let at = COMPOSITIONS.binary_search_by_key(&(a, b), |p| (p.0, p.1));
    Some(COMPOSITIONS[at.ok()?].2)
}

fn compose(text: Vec<u32>) -> Vec<u32> {
    let mut out: Vec<u32> = Vec::with_capacity(text.len());
    let mut starter: Option<usize> = None;
    let mut last_class = 0;
    for c in text {
        let class = record(c).combining;
        if let Some(at) = starter {
            let adjacent = at + 1 == out.len();
            let blocked = !adjacent && (last_class >= class || last_class == 0);
            if !blocked && let Some(joined) = composed(out[at], c) {
                out[at] = joined;
                continue;
            }
        }
        if class == 0 {
            starter = Some(out.len());
        }
        last_class = class;
        out.push(c);
    }
    out
}

pub fn normalize(text: impl Iterator<Item = u32>, form: Form) -> Vec<u32> {
    let mut out = Vec::new();
    text.for_each(|c| push_decomposed(&mut out, c, form.compatible));
    reorder(&mut out);
    if form.compose { compose(out) } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str, name: &str) -> String {
        let form = Form::by_name(name).unwrap();
        normalize(text.chars().map(u32::from), form)
            .into_iter()
            .filter_map(char::from_u32)
            .collect()
    }

    #[test]
    fn forms() {
        assert_eq!(form("e\u{301}", "NFC"), "é");
        assert_eq!(form("é", "NFD"), "e\u{301}");
        assert_eq!(form("ﬁ½", "NFKC"), "fi1⁄2");
        assert_eq!(form("한", "NFD").chars().count(), 3);
        assert_eq!(form(&form("한", "NFD"), "NFC"), "한");
        assert_eq!(form("a\u{301}\u{323}", "NFC"), "ạ\u{301}");
    }
}
