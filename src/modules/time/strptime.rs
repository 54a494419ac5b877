//! `strptime`: a text read by a format. The format's directives are tried in the order of CPython's
//! regular expressions, with its backtracking.

use super::civil::{
    civil_from_days, day_of_year, days_from_civil, is_leap, iso_year_start, weekday,
};
use super::strftime::{DAYS, MONTHS};
use crate::numeric::unicode_digits::decimal_value;

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    pub year: i64,
    pub month: i64,
    pub day: i64,
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
    pub weekday: i64,
    pub year_day: i64,
    pub dst: i64,
    pub zone_name: Option<String>,
    pub offset: Option<i64>,
    /// Microseconds of the second, and of the offset.
    pub fraction: i64,
    pub offset_fraction: i64,
}

enum Part {
    Literal(char),
    Space,
    Directive(char),
}

type Found = Vec<(char, String)>;

fn parts(format: &str, out: &mut Vec<Part>, whole: &str) -> Result<(), String> {
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '%' {
            let Some(code) = chars.next() else {
                return Err(format!("stray % in format '{whole}'"));
            };
            match code {
                'c' => parts("%a %b %d %H:%M:%S %Y", out, whole)?,
                'x' => parts("%m/%d/%y", out, whole)?,
                'X' => parts("%H:%M:%S", out, whole)?,
                '%' => out.push(Part::Literal('%')),
                _ if "dfHIGjmMSUwuVyYzAaBbpZW".contains(code) => out.push(Part::Directive(code)),
                _ => return Err(format!("'{code}' is a bad directive in format '{whole}'")),
            }
        } else if crate::unicode::is_space(c as u32) {
            while chars
                .peek()
                .is_some_and(|c| crate::unicode::is_space(*c as u32))
            {
                chars.next();
            }
            out.push(Part::Space);
        } else {
            out.push(Part::Literal(c));
        }
    }
    Ok(())
}

/// The alternatives of a directive of numbers: each a list of the classes of its characters.
/// `d` is any digit, `a-b` are given as two characters with a dash.
fn alternatives(code: char) -> &'static [&'static str] {
    match code {
        'd' => &["3[01]", "[12]#", "0[19]", "[19]", " [19]"],
        'H' => &["2[03]", "[01]#", "#"],
        'I' => &["1[02]", "0[19]", "[19]", " [19]"],
        'G' | 'Y' => &["####"],
        'y' => &["##"],
        'j' => &[
            "36[06]", "3[05]#", "[12]##", "0[19]#", "00[19]", "[19]#", "0[19]", "[19]",
        ],
        'm' => &["1[02]", "0[19]", "[19]"],
        'M' => &["[05]#", "#"],
        'S' => &["6[01]", "[05]#", "#"],
        'U' | 'W' => &["5[03]", "[04]#", "#"],
        'V' => &["5[03]", "0[19]", "[14]#", "#"],
        'w' => &["[06]"],
        'u' => &["[17]"],
        _ => &[],
    }
}

/// Length in bytes of what `pattern` matches at the start of `text`. In a pattern `#` is a digit of any
/// script and `[ab]` an ASCII character from a to b.
fn match_pattern(pattern: &str, text: &str) -> Option<usize> {
    let mut rest = text.chars();
    let mut pattern = pattern.chars();
    while let Some(p) = pattern.next() {
        let c = rest.next()?;
        let matches = match p {
            '#' => decimal_value(c).is_some(),
            '[' => {
                let (low, high) = (pattern.next()?, pattern.next()?);
                pattern.next();
                low <= c && c <= high
            }
            _ => c == p,
        };
        if !matches {
            return None;
        }
    }
    Some(text.len() - rest.as_str().len())
}

fn match_names(names: impl Iterator<Item = String>, text: &str) -> Vec<usize> {
    let mut names: Vec<String> = names.collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let lower = |s: &str| s.to_lowercase();
    names
        .into_iter()
        .filter(|name| {
            text.get(..name.len())
                .is_some_and(|t| lower(t) == lower(name))
        })
        .map(|name| name.len())
        .collect()
}

/// Lengths that a directive can match at the start of `text`, the first choice first.
fn candidates(code: char, text: &str, zones: &[String]) -> Vec<usize> {
    let short = |names: &'static [&'static str]| names.iter().map(|n| n[..3].to_owned());
    let long = |names: &'static [&'static str]| names.iter().map(|n| (*n).to_owned());
    match code {
        'a' => match_names(short(&DAYS), text),
        'A' => match_names(long(&DAYS), text),
        'b' => match_names(short(&MONTHS), text),
        'B' => match_names(long(&MONTHS), text),
        'p' => match_names(["am", "pm"].iter().map(|s| (*s).to_owned()), text),
        'Z' => match_names(zones.iter().cloned(), text),
        'f' => {
            let n = text.bytes().take(6).take_while(u8::is_ascii_digit).count();
            (1..=n).rev().collect()
        }
        'z' => match_offset(text),
        _ => alternatives(code)
            .iter()
            .filter_map(|p| match_pattern(p, text))
            .collect(),
    }
}

fn match_offset(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    if text.starts_with('Z') {
        found.push(1);
    }
    if !text.starts_with(['+', '-']) {
        return found;
    }
    let hm = |colon: &str| match_pattern(&format!("##{colon}[05]#"), &text[1..]).map(|n| n + 1);
    let Some(hm) = hm(":").or_else(|| hm("")) else {
        return found;
    };
    let after = &text[hm..];
    let seconds = match_pattern(":[05]#", after).or_else(|| match_pattern("[05]#", after));
    if let Some(n) = seconds {
        let at = hm + n;
        let fraction = text[at..].strip_prefix('.').unwrap_or("");
        let digits = fraction
            .bytes()
            .take(6)
            .take_while(u8::is_ascii_digit)
            .count();
        if digits > 0 {
            found.push(at + 1 + digits);
        }
        found.push(at);
    }
    found.push(hm);
    found
}

/// Matches the parts from the start of `text`; the length matched.
fn match_parts(parts: &[Part], text: &str, zones: &[String], found: &mut Found) -> Option<usize> {
    let Some((first, rest)) = parts.split_first() else {
        return Some(0);
    };
    match first {
        Part::Literal(wanted) => {
            let c = text.chars().next()?;
            let same = c == *wanted || c.to_lowercase().eq(wanted.to_lowercase());
            let len = same.then_some(c.len_utf8())?;
            match_parts(rest, &text[len..], zones, found).map(|n| n + len)
        }
        Part::Space => {
            let end = text
                .find(|c: char| !crate::unicode::is_space(c as u32))
                .unwrap_or(text.len());
            let lens: Vec<usize> = text[..end]
                .char_indices()
                .map(|(i, c)| i + c.len_utf8())
                .collect();
            lens.into_iter()
                .rev()
                .find_map(|len| match_parts(rest, &text[len..], zones, found).map(|n| n + len))
        }
        Part::Directive(code) => {
            for len in candidates(*code, text, zones) {
                let mark = found.len();
                found.push((*code, text[..len].to_owned()));
                if let Some(n) = match_parts(rest, &text[len..], zones, found) {
                    return Some(len + n);
                }
                found.truncate(mark);
            }
            None
        }
    }
}

fn int(text: &str) -> i64 {
    text.trim()
        .chars()
        .filter_map(decimal_value)
        .fold(0, |n, d| n * 10 + i64::from(d))
}

fn name_index(names: &[&str], text: &str) -> i64 {
    let text = text.to_lowercase();
    let same = |n: &&str| n.to_lowercase() == text || n[..3].to_lowercase() == text;
    names.iter().position(same).unwrap_or(0) as i64
}

/// Fields as they come out of the directives, before they are brought together.
#[derive(Default)]
struct Fields {
    year: Option<i64>,
    iso_year: Option<i64>,
    month: i64,
    day: i64,
    weekday: Option<i64>,
    year_day: Option<i64>,
    week: Option<(i64, bool)>,
    iso_week: Option<i64>,
    half: Option<bool>,
}

/// Reads `text` by `format`. `zones` are the names that `%Z` knows: utc, gmt, those of the local zone
/// without and with daylight saving time.
pub fn strptime(text: &str, format: &str, zones: &[String]) -> Result<Parsed, String> {
    let mut pattern = Vec::new();
    parts(format, &mut pattern, format)?;
    let mut found = Found::new();
    let mismatch = || {
        format!(
            "time data {} does not match format {}",
            quoted(text),
            quoted(format)
        )
    };
    let len = match_parts(&pattern, text, zones, &mut found).ok_or_else(mismatch)?;
    if len < text.len() {
        return Err(format!("unconverted data remains: {}", &text[len..]));
    }
    let mut parsed = Parsed {
        dst: -1,
        ..Parsed::default()
    };
    let mut fields = Fields {
        month: 1,
        day: 1,
        ..Fields::default()
    };
    for (code, value) in &found {
        read_field(*code, value, &mut fields, &mut parsed, zones)?;
    }
    if let Some(pm) = fields.half {
        parsed.hour = match (pm, parsed.hour) {
            (false, 12) => 0,
            (true, h) if h < 12 => h + 12,
            (_, h) => h,
        };
    }
    complete(fields, &mut parsed)?;
    Ok(parsed)
}

/// `repr` of a text, for messages.
fn quoted(text: &str) -> String {
    let repr = crate::objects::str_methods::repr::repr_bytes(text.as_bytes());
    String::from_utf8_lossy(&repr).into_owned()
}

fn read_field(
    code: char,
    value: &str,
    f: &mut Fields,
    p: &mut Parsed,
    zones: &[String],
) -> Result<(), String> {
    let n = int(value);
    match code {
        'y' => f.year = Some(if n <= 68 { n + 2000 } else { n + 1900 }),
        'Y' => f.year = Some(n),
        'G' => f.iso_year = Some(n),
        'm' => f.month = n,
        'B' | 'b' => f.month = name_index(&MONTHS, value) + 1,
        'd' => f.day = n,
        'H' | 'I' => p.hour = n,
        'p' => f.half = Some(value.eq_ignore_ascii_case("pm")),
        'M' => p.minute = n,
        'S' => p.second = n,
        'f' => p.fraction = n * 10_i64.pow(6 - value.len() as u32),
        'A' | 'a' => f.weekday = Some(name_index(&DAYS, value)),
        'w' => f.weekday = Some((n + 6) % 7),
        'u' => f.weekday = Some(n - 1),
        'j' => f.year_day = Some(n),
        'U' => f.week = Some((n, true)),
        'W' => f.week = Some((n, false)),
        'V' => f.iso_week = Some(n),
        'z' => read_offset(value, p)?,
        'Z' => {
            let name = value.to_lowercase();
            let same = zones.len() == 4 && zones[2].eq_ignore_ascii_case(&zones[3]);
            if name == "utc"
                || name == "gmt"
                || zones.get(2).is_some_and(|z| z.to_lowercase() == name)
            {
                p.dst = 0;
            } else if !same {
                p.dst = 1;
            }
            p.zone_name = Some(value.to_owned());
        }
        _ => {}
    }
    Ok(())
}

fn read_offset(value: &str, p: &mut Parsed) -> Result<(), String> {
    if value == "Z" {
        p.offset = Some(0);
        return Ok(());
    }
    let (sign, body) = value.split_at(1);
    let mut digits = body.to_owned();
    if digits.as_bytes().get(2) == Some(&b':') {
        digits.remove(2);
        if digits.len() > 5 {
            if digits.as_bytes()[4] != b':' {
                return Err(format!("Inconsistent use of : in {value}"));
            }
            digits.remove(4);
        }
    }
    let part = |range: std::ops::Range<usize>| digits.get(range).map_or(0, int);
    let seconds = part(0..2) * 3600 + part(2..4) * 60 + part(4..6);
    let fraction = digits.get(7..).unwrap_or("");
    let micros = if fraction.is_empty() {
        0
    } else {
        int(fraction) * 10_i64.pow(6 - fraction.len() as u32)
    };
    let sign = if sign == "-" { -1 } else { 1 };
    p.offset = Some(sign * seconds);
    p.offset_fraction = sign * micros;
    Ok(())
}

const WEEKDAYS: &str = "('%A', '%a', '%w', or '%u')";

fn check_iso(f: &Fields) -> Result<(), String> {
    if f.iso_year.is_some() {
        if f.year_day.is_some() {
            return Err("Day of the year directive '%j' is not compatible with ISO year directive '%G'. Use '%Y' instead.".into());
        }
        if f.iso_week.is_none() || f.weekday.is_none() {
            return Err(format!(
                "ISO year directive '%G' must be used with the ISO week directive '%V' and a weekday directive {WEEKDAYS}."
            ));
        }
    } else if f.iso_week.is_some() {
        return Err(match f.year {
            None => format!("ISO week directive '%V' must be used with the ISO year directive '%G' and a weekday directive {WEEKDAYS}."),
            Some(_) if f.weekday.is_none() => format!("ISO week directive '%V' must be used with the ISO year directive '%G' and a weekday directive {WEEKDAYS}."),
            Some(_) => "ISO week directive '%V' is incompatible with the year directive '%Y'. Use the ISO year '%G' instead.".into(),
        });
    }
    Ok(())
}

/// Brings year, month, day, weeks and days of the year together.
fn complete(mut f: Fields, p: &mut Parsed) -> Result<(), String> {
    check_iso(&f)?;
    let mut leap_day = false;
    if f.year.is_none() && f.iso_year.is_none() && f.month == 2 && f.day == 29 {
        f.year = Some(1904);
        leap_day = true;
    }
    let mut year = f.year.unwrap_or(1900);
    if let (None, Some(day)) = (f.year_day, f.weekday) {
        if let Some((week, sunday_first)) = f.week.filter(|_| f.year.is_some()) {
            let first = weekday(days_from_civil(year, 1, 1));
            let (first, day) = if sunday_first {
                ((first + 1) % 7, (day + 1) % 7)
            } else {
                (first, day)
            };
            f.year_day = Some(if week == 0 {
                1 + day - first
            } else {
                1 + (7 - first) % 7 + 7 * (week - 1) + day
            });
        } else if let (Some(iso_year), Some(week)) = (f.iso_year, f.iso_week) {
            let start = iso_year_start(iso_year);
            if week == 53 && iso_year_start(iso_year + 1) - start < 53 * 7 || week == 0 {
                return Err(format!("Invalid week: {week}"));
            }
            let (y, m, d) = civil_from_days(start + 7 * (week - 1) + day);
            (year, f.month, f.day) = (y, m, d);
            f.year_day = None;
        }
        if let Some(yday) = f.year_day.filter(|y| *y <= 0) {
            year -= 1;
            f.year_day = Some(yday + if is_leap(year) { 366 } else { 365 });
        }
    }
    let year_day = match f.year_day {
        None => {
            if f.day > super::civil::days_in_month(year, f.month) {
                return Err("day is out of range for month".into());
            }
            day_of_year(year, f.month, f.day)
        }
        Some(yday) => {
            let (y, m, d) = civil_from_days(days_from_civil(year, 1, 1) + yday - 1);
            (year, f.month, f.day) = (y, m, d);
            yday
        }
    };
    p.weekday = f
        .weekday
        .unwrap_or_else(|| weekday(days_from_civil(year, f.month, f.day)));
    if leap_day {
        year = 1900;
    }
    (p.year, p.month, p.day, p.year_day) = (year, f.month, f.day, year_day);
    Ok(())
}
