//! `strftime` as glibc does it in the C locale: flags `_-0^#+`, widths and the modifiers `E` and `O`
//! included.

use jiff::tz::TimeZone;

use super::civil::{Moment, days_from_civil, iso_week};

pub const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

#[derive(Default)]
struct Flags {
    /// `_`, `-`, `0` or `+`.
    pad: Option<u8>,
    upper: bool,
    swap: bool,
    width: usize,
}

/// The text of a moment. `zone` is what `%s` reckons with.
pub fn format(template: &[u8], m: &Moment, zone: &TimeZone) -> Vec<u8> {
    let mut out = Vec::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some(at) = memchr::memchr(b'%', rest) {
        out.extend_from_slice(&rest[..at]);
        let directive = &rest[at..];
        let (flags, len) = flags(directive);
        let code = directive.get(len).copied();
        match code.and_then(|c| convert(c, m, &flags, zone)) {
            Some(text) => {
                out.extend_from_slice(&text);
                rest = &directive[len + 1..];
            }
            None => {
                // Unknown: shown as it stands.
                let end = (len + 1).min(directive.len());
                out.extend_from_slice(&directive[..end]);
                rest = &directive[end..];
            }
        }
    }
    out.extend_from_slice(rest);
    out
}

/// Flags, width and modifier after `%`, and where the conversion's letter stands.
fn flags(directive: &[u8]) -> (Flags, usize) {
    let mut flags = Flags::default();
    let mut at = 1;
    while let Some(&c) = directive.get(at) {
        match c {
            b'_' | b'-' | b'0' => flags.pad = Some(c),
            b'^' => flags.upper = true,
            b'#' => flags.swap = true,
            _ => break,
        }
        at += 1;
    }
    while let Some(c) = directive.get(at).filter(|c| c.is_ascii_digit()) {
        flags.width = (flags.width * 10 + usize::from(c - b'0')).min(1 << 16);
        at += 1;
    }
    if matches!(directive.get(at), Some(b'E' | b'O')) && directive.get(at + 1).is_some() {
        at += 1;
    }
    (flags, at)
}

/// A number of at least `digits` digits.
fn number(n: i64, digits: usize, fill: u8, flags: &Flags) -> Vec<u8> {
    let fill = match flags.pad {
        Some(b'-') => None,
        Some(b'_') => Some(b' '),
        Some(_) => Some(b'0'),
        None => Some(fill),
    };
    let width = if flags.width > 0 { flags.width } else { digits };
    let text = n.unsigned_abs().to_string();
    let sign = if n < 0 { "-" } else { "" };
    let missing = width.saturating_sub(text.len() + sign.len());
    let mut out = Vec::new();
    match fill {
        None => out.extend(sign.bytes()),
        Some(b' ') => {
            out.resize(missing, b' ');
            out.extend(sign.bytes());
        }
        Some(_) => {
            out.extend(sign.bytes());
            out.resize(sign.len() + missing, b'0');
        }
    }
    out.extend(text.bytes());
    out
}

fn text(s: &str, flags: &Flags) -> Vec<u8> {
    let mut out = vec![];
    let fill = if flags.pad == Some(b'0') { b'0' } else { b' ' };
    if flags.pad != Some(b'-') {
        out.resize(flags.width.saturating_sub(s.len()), fill);
    }
    out.extend(s.bytes());
    if flags.upper {
        out.make_ascii_uppercase();
    }
    out
}

fn name(names: &[&str], index: i64, short: bool, flags: &Flags) -> Vec<u8> {
    let name = usize::try_from(index).ok().and_then(|i| names.get(i));
    let name = name.copied().unwrap_or("?");
    let name = if short {
        &name[..name.len().min(3)]
    } else {
        name
    };
    let flags = Flags {
        upper: flags.upper || flags.swap,
        ..Flags { ..*flags }
    };
    text(name, &flags)
}

fn composed(template: &str, m: &Moment, flags: &Flags, zone: &TimeZone) -> Vec<u8> {
    let made = format(template.as_bytes(), m, zone);
    text(&String::from_utf8_lossy(&made), flags)
}

fn convert(code: u8, m: &Moment, f: &Flags, zone: &TimeZone) -> Option<Vec<u8>> {
    let hour12 = match m.hour % 12 {
        0 => 12,
        h => h,
    };
    let days = || days_from_civil(m.year, 1, 1) + m.year_day - 1;
    let (sunday, yday) = ((m.weekday + 1) % 7, m.year_day - 1);
    Some(match code {
        b'%' => b"%".to_vec(),
        b'n' => text("\n", f),
        b't' => text("\t", f),
        b'a' => name(&DAYS, m.weekday, true, f),
        b'A' => name(&DAYS, m.weekday, false, f),
        b'b' | b'h' => name(&MONTHS, m.month - 1, true, f),
        b'B' => name(&MONTHS, m.month - 1, false, f),
        b'c' => composed("%a %b %e %H:%M:%S %Y", m, f, zone),
        b'D' | b'x' => composed("%m/%d/%y", m, f, zone),
        b'F' => composed("%Y-%m-%d", m, f, zone),
        b'T' | b'X' => composed("%H:%M:%S", m, f, zone),
        b'R' => composed("%H:%M", m, f, zone),
        b'r' => composed("%I:%M:%S %p", m, f, zone),
        b'C' => number(m.year.div_euclid(100), 2, b'0', f),
        b'd' => number(m.day, 2, b'0', f),
        b'e' => number(m.day, 2, b' ', f),
        b'g' => number(iso_week(days()).0.rem_euclid(100), 2, b'0', f),
        b'G' => number(iso_week(days()).0, 1, b'0', f),
        b'V' => number(iso_week(days()).1, 2, b'0', f),
        b'H' => number(m.hour, 2, b'0', f),
        b'I' => number(hour12, 2, b'0', f),
        b'k' => number(m.hour, 2, b' ', f),
        b'l' => number(hour12, 2, b' ', f),
        b'j' => number(m.year_day, 3, b'0', f),
        b'm' => number(m.month, 2, b'0', f),
        b'M' => number(m.minute, 2, b'0', f),
        b'p' | b'P' => day_half(m, code == b'P', f),
        b's' => number(m.local_seconds(zone), 1, b'0', f),
        b'S' => number(m.second, 2, b'0', f),
        b'u' => number(m.weekday + 1, 1, b'0', f),
        b'w' => number(sunday, 1, b'0', f),
        b'U' => number((yday + 7 - sunday) / 7, 2, b'0', f),
        b'W' => number((yday + 7 - m.weekday) / 7, 2, b'0', f),
        b'y' => number(m.year.rem_euclid(100), 2, b'0', f),
        b'Y' => number(m.year, 1, b'0', f),
        b'z' => offset(m),
        b'Z' => zone_name(m, f),
        _ => return None,
    })
}

fn day_half(m: &Moment, lower: bool, f: &Flags) -> Vec<u8> {
    let mut half = text(if m.hour < 12 { "AM" } else { "PM" }, f);
    if lower || f.swap {
        half.make_ascii_lowercase();
    }
    half
}

fn offset(m: &Moment) -> Vec<u8> {
    if m.dst < 0 {
        return vec![];
    }
    let seconds = m.zone.as_ref().map_or(0, |z| z.1);
    let (sign, minutes) = (if seconds < 0 { '-' } else { '+' }, seconds.abs() / 60);
    format!("{sign}{:02}{:02}", minutes / 60, minutes % 60).into_bytes()
}

fn zone_name(m: &Moment, f: &Flags) -> Vec<u8> {
    let mut name = text(m.zone.as_ref().map_or("", |z| &z.0), f);
    if f.swap {
        name.make_ascii_lowercase();
    }
    name
}
