//! Broken-down time: days and dates of the proleptic Gregorian calendar, local time zones.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Disambiguation, TimeZone};

/// `struct tm`, with Python's counting: months and days of the year from 1, Monday is 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    pub year: i64,
    pub month: i64,
    pub day: i64,
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
    pub weekday: i64,
    pub year_day: i64,
    pub dst: i64,
    /// Name and offset of the zone, when known.
    pub zone: Option<(String, i64)>,
}

pub const DAY: i64 = 86_400;

pub fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01; month from 1 to 12, any day.
pub fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let of_era = y.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month, day of a day since 1970-01-01.
pub fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    (year, month, doy - (153 * mp + 2) / 5 + 1)
}

/// Monday is 0.
pub fn weekday(days: i64) -> i64 {
    (days + 3).rem_euclid(7)
}

/// From 1.
pub fn day_of_year(year: i64, month: i64, day: i64) -> i64 {
    days_from_civil(year, month, day) - days_from_civil(year, 1, 1) + 1
}

/// ISO year, week, weekday (Monday is 1) of a day since 1970-01-01.
pub fn iso_week(days: i64) -> (i64, i64, i64) {
    let thursday = days - weekday(days) + 3;
    let (year, ..) = civil_from_days(thursday);
    let week = (thursday - days_from_civil(year, 1, 1)) / 7 + 1;
    (year, week, weekday(days) + 1)
}

/// The first day (a Monday) of an ISO year, in days since 1970-01-01.
pub fn iso_year_start(year: i64) -> i64 {
    let fourth = days_from_civil(year, 1, 4);
    fourth - weekday(fourth)
}

impl Moment {
    /// The moment in UTC. `None` when the year does not fit a C int.
    pub fn utc(seconds: i64) -> Option<Moment> {
        let mut moment = Moment::at(seconds)?;
        moment.zone = Some(("UTC".into(), 0));
        Some(moment)
    }

    fn at(seconds: i64) -> Option<Moment> {
        let (days, rest) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        let (year, month, day) = civil_from_days(days);
        i32::try_from(year - 1900).ok()?;
        Some(Moment {
            year,
            month,
            day,
            hour: rest / 3600,
            minute: rest / 60 % 60,
            second: rest % 60,
            weekday: weekday(days),
            year_day: day_of_year(year, month, day),
            dst: 0,
            zone: None,
        })
    }

    /// The moment in a zone.
    pub fn local(seconds: i64, zone: &TimeZone) -> Option<Moment> {
        let (offset, dst, name) = zone_at(seconds, zone);
        let mut moment = Moment::at(seconds.checked_add(offset)?)?;
        moment.dst = i64::from(dst);
        moment.zone = Some((name, offset));
        Some(moment)
    }

    /// Seconds since 1970 of the fields as a time of UTC; fields out of range carry over.
    pub fn seconds(&self) -> i64 {
        let months = self.month - 1;
        let year = self.year + months.div_euclid(12);
        let days = days_from_civil(year, months.rem_euclid(12) + 1, 1) + self.day - 1;
        days * DAY + self.hour * 3600 + self.minute * 60 + self.second
    }

    /// Seconds since 1970 of the fields as a time of a zone; `dst` decides where it is ambiguous.
    pub fn local_seconds(&self, zone: &TimeZone) -> i64 {
        let seconds = self.seconds();
        let Some(civil) = civil_time(seconds) else {
            return seconds - zone_at(seconds, zone).0;
        };
        let how = if self.dst > 0 {
            Disambiguation::Earlier
        } else if self.dst == 0 {
            Disambiguation::Later
        } else {
            Disambiguation::Compatible
        };
        let found = zone.to_ambiguous_timestamp(civil).disambiguate(how);
        let Ok(found) = found else { return seconds };
        let found = found.as_second();
        // A time given as daylight saving time where there is none, or the other way round.
        let is_dst = zone_at(found, zone).1;
        match (self.dst, is_dst) {
            (1.., false) if has_dst(found, zone) => found - 3600,
            (0, true) => found + 3600,
            _ => found,
        }
    }
}

fn has_dst(seconds: i64, zone: &TimeZone) -> bool {
    [-180, 180]
        .iter()
        .any(|days| zone_at(seconds + days * DAY, zone).1)
}

fn civil_time(seconds: i64) -> Option<DateTime> {
    let at = Timestamp::from_second(seconds).ok()?;
    Some(TimeZone::UTC.to_datetime(at))
}

/// Offset from UTC in seconds, whether it is daylight saving time, and the zone's name.
pub fn zone_at(seconds: i64, zone: &TimeZone) -> (i64, bool, String) {
    let limit = 253_402_207_200;
    let at = Timestamp::from_second(seconds.clamp(-377_705_023_201, limit));
    let at = at.unwrap_or(Timestamp::UNIX_EPOCH);
    let info = zone.to_offset_info(at);
    (
        i64::from(info.offset().seconds()),
        info.dst().is_dst(),
        info.abbreviation().to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_go_both_ways() {
        for days in (-1_000_000..1_000_000).step_by(977) {
            let (y, m, d) = civil_from_days(days);
            assert_eq!(days_from_civil(y, m, d), days);
        }
        assert_eq!(civil_from_days(0), (1970, 1, 1));
        assert_eq!(weekday(0), 3);
        assert_eq!(iso_week(days_from_civil(2005, 1, 1)), (2004, 53, 6));
    }
}
