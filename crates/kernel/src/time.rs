//! Times in UTC with microsecond precision, which both databases store exactly.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr, time::Duration};

/// Tolerance for future times. A later time was written by a clock that was ahead and has been corrected since; clocks of
/// several machines differ by minutes (decisions 27 and 32).
pub const AHEAD: Duration = Duration::from_secs(15 * 60);

/// A time in UTC, in microseconds since 1970. On the wire RFC 3339 (`2026-01-02T03:04:05.678901Z`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Creates a time from microseconds since 1970-01-01T00:00:00Z.
    pub const fn from_micros(micros: i64) -> Self {
        Timestamp(micros)
    }
    /// Creates a time from a reading of the system clock, rounded down only here.
    pub fn from_system(time: std::time::SystemTime) -> Self {
        let micros = match time.duration_since(std::time::UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_micros()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |m| -m),
        };
        Timestamp(micros)
    }
    /// Microseconds since 1970.
    pub const fn as_micros(self) -> i64 {
        self.0
    }
    /// Whole seconds since 1970, as in JWTs.
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }
    /// Creates a time from whole seconds since 1970.
    pub const fn from_seconds(seconds: i64) -> Self {
        Timestamp(seconds.saturating_mul(1_000_000))
    }
    /// Adds a duration. Saturates instead of overflowing.
    #[must_use]
    pub fn plus(self, while_: Duration) -> Self {
        Timestamp(self.0.saturating_add(micros(while_)))
    }
    /// Subtracts a duration.
    #[must_use]
    pub fn minus(self, while_: Duration) -> Self {
        Timestamp(self.0.saturating_sub(micros(while_)))
    }
    /// Returns the duration since `earlier`; zero if `earlier` is later.
    pub fn since(self, earlier: Timestamp) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0).max(0) as u64)
    }
}

fn micros(while_: Duration) -> i64 {
    i64::try_from(while_.as_micros()).unwrap_or(i64::MAX)
}

/// The range that RFC 3339 can represent in UTC: years of four digits.
const YEAR_0: Timestamp = Timestamp::from_seconds(-62_167_219_200);
const YEAR_9999_END: Timestamp = Timestamp(253_402_300_799_999_999);

/// RFC 3339 in UTC with six decimals. A time outside the years 0 to 9999 is written as the nearest one inside.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.0.clamp(YEAR_0.0, YEAR_9999_END.0);
        let (second, micro) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
        let (year, month, day) = civil_date(second.div_euclid(86_400));
        let of_day = second.rem_euclid(86_400);
        let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micro:06}Z")
    }
}
impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Timestamp {
    type Err = String;
    /// Parses exactly the grammar of RFC 3339, with any number of decimals; those after the sixth are dropped. A leap
    /// second (`23:59:60` in UTC, at the end of a month) becomes the last microsecond of its minute. A time that an offset
    /// moves out of the years 0 to 9999 in UTC becomes the first or last one inside, because no other can be represented.
    fn from_str(text: &str) -> Result<Self, String> {
        let parsed =
            rfc_3339(text).ok_or_else(|| format!("a time such as {EXAMPLE} (RFC 3339) is expected"))?;
        Ok(parsed.clamp(YEAR_0, YEAR_9999_END))
    }
}

const EXAMPLE: &str = "2026-01-02T03:04:05Z";

/// Parses a time by the grammar of RFC 3339, 5.6, within the restrictions of 5.7.
fn rfc_3339(text: &str) -> Option<Timestamp> {
    let mut input = Digits(text.as_bytes());
    let year = input.number(4)?;
    input.sign(b"-")?;
    let month = input.number(2)?;
    input.sign(b"-")?;
    let day = input.number(2)?;
    input.sign(b"Tt")?;
    let hour = input.number(2)?;
    input.sign(b":")?;
    let minute = input.number(2)?;
    input.sign(b":")?;
    let second = input.number(2)?;
    let micro = if input.sign(b".").is_some() { input.fraction()? } else { 0 };
    let offset_minutes = input.offset()?;
    let is_date = (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
    if !input.0.is_empty() || !is_date || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let of_minute = ((days_since_1970(year, month, day) * 24 + hour) * 60 + minute - offset_minutes) * 60;
    if second == 60 {
        // the end of the minute must be the start of a month in UTC
        let is_leap =
            of_minute.rem_euclid(86_400) == 86_340 && civil_date(of_minute.div_euclid(86_400) + 1).2 == 1;
        return is_leap.then(|| Timestamp((of_minute + 59) * 1_000_000 + 999_999));
    }
    Some(Timestamp((of_minute + second) * 1_000_000 + micro))
}

/// The remaining text of a time.
struct Digits<'a>(&'a [u8]);

impl Digits<'_> {
    fn sign(&mut self, any_of: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first().filter(|(first, _)| any_of.contains(first))?;
        self.0 = rest;
        Some(*first)
    }
    fn number(&mut self, digits: usize) -> Option<i64> {
        let (number, rest) =
            self.0.split_at_checked(digits).filter(|(n, _)| n.iter().all(u8::is_ascii_digit))?;
        self.0 = rest;
        Some(number.iter().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')))
    }
    /// Parses one or more digits after the decimal point, in microseconds.
    fn fraction(&mut self) -> Option<i64> {
        let digits = self.0.iter().take_while(|b| b.is_ascii_digit()).count();
        let micro = (0..6).fold(0, |sum, at| {
            sum * 10 + self.0[..digits].get(at).map_or(0, |digit| i64::from(digit - b'0'))
        });
        self.0 = &self.0[digits..];
        (digits > 0).then_some(micro)
    }
    /// Parses the offset, in minutes east of UTC.
    fn offset(&mut self) -> Option<i64> {
        let sign = match self.sign(b"Zz+-")? {
            b'+' => 1,
            b'-' => -1,
            _ => return Some(0),
        };
        let hours = self.number(2).filter(|hours| *hours <= 23)?;
        self.sign(b":")?;
        let minutes = self.number(2).filter(|minutes| *minutes <= 59)?;
        Some(sign * (hours * 60 + minutes))
    }
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Returns the days from 1970-01-01 to a Gregorian date. Years are counted from March, so that a leap day is the last day
/// of a year.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * month + 2) / 5 + day - 719_469
}

/// Returns year, month and day of a number of days since 1970-01-01.
fn civil_date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (year * 365 + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + next, month, day)
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(d)?.parse().map_err(de::Error::custom)
    }
}
/// The description of the format that [`Timestamp::from_str`] parses.
const TAKEN: &str = "A time (RFC 3339), in UTC or with any other offset. Seconds can have any number of decimals; those after the \
    sixth are dropped.";

impl JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }
    fn json_schema(schemas: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let description = match schemas.contract().is_deserialize() {
            true => TAKEN,
            false => "A time in UTC with microsecond precision (RFC 3339).",
        };
        schemars::json_schema!({
            "type": "string", "format": "date-time",
            "description": description,
            "examples": ["2026-01-02T03:04:05.678901Z"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_form_is_rfc_3339_with_microseconds() {
        let t: Timestamp = "2026-01-02T03:04:05.678901Z".parse().unwrap();
        assert_eq!(t.to_string(), "2026-01-02T03:04:05.678901Z");
        assert_eq!("2026-01-02T04:04:05.678901+01:00".parse::<Timestamp>().unwrap(), t);
        assert_eq!(Timestamp::from_micros(0).to_string(), "1970-01-01T00:00:00.000000Z");
        assert!("yesterday".parse::<Timestamp>().is_err());
        assert_eq!("0000-01-01T00:00:00Z".parse::<Timestamp>().unwrap(), YEAR_0);
        for before in ["-000001-12-31T23:59:59Z", "-005000-01-01T00:00:00Z"] {
            assert!(before.parse::<Timestamp>().is_err(), "{before}");
        }
    }

    #[test]
    fn times_of_rfc_3339_are_read() {
        for (text, utc) in [
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000000Z"),
            ("9999-12-31T23:59:59.9999999999Z", "9999-12-31T23:59:59.999999Z"),
            ("9999-12-31T00:00:00-23:59", "9999-12-31T23:59:00.000000Z"),
            ("0000-01-01T23:59:00+23:59", "0000-01-01T00:00:00.000000Z"),
            ("9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59.999999Z"),
            ("9999-12-31T23:59:59-00:01", "9999-12-31T23:59:59.999999Z"),
            ("0000-01-01T00:00:00+23:59", "0000-01-01T00:00:00.000000Z"),
            ("0000-02-29T00:00:00Z", "0000-02-29T00:00:00.000000Z"),
            ("2000-02-29t12:00:00z", "2000-02-29T12:00:00.000000Z"),
            ("1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999999Z"),
            ("2026-01-02T03:04:05.1Z", "2026-01-02T03:04:05.100000Z"),
            ("2026-01-02T03:04:05-00:00", "2026-01-02T03:04:05.000000Z"),
            ("2026-01-02T03:04:05+05:45", "2026-01-01T21:19:05.000000Z"),
            ("1998-12-31T23:59:60Z", "1998-12-31T23:59:59.999999Z"),
            ("1998-12-31T15:59:60.123-08:00", "1998-12-31T23:59:59.999999Z"),
        ] {
            assert_eq!(text.parse::<Timestamp>().map(|t| t.to_string()), Ok(utc.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_not_of_rfc_3339_is_no_time() {
        for text in [
            "2026-01-02T03:04:05+24:00",
            "2026-01-02T03:04:05+23:60",
            "2026-01-02T03:04:05+0100",
            "2026-01-02T03:04:05+01",
            "2026-01-02T03:04:05",
            "2026-01-02T03:04:05Z+01:00",
            "2026-01-02T03:04:05Z[UTC]",
            "2026-01-02 03:04:05Z",
            "2026-01-02T03:04Z",
            "2026-01-02T03:04:05.Z",
            "2026-01-02T03:04:05,5Z",
            "2026-01-02T24:00:00Z",
            "2026-01-02T03:60:00Z",
            "2026-01-02T03:04:60Z",
            "2026-01-02T23:59:60Z",
            "1998-12-31T23:59:61Z",
            "2026-00-02T03:04:05Z",
            "2026-13-02T03:04:05Z",
            "2026-01-00T03:04:05Z",
            "2026-04-31T03:04:05Z",
            "2026-02-29T03:04:05Z",
            "1900-02-29T03:04:05Z",
            "2026-1-2T03:04:05Z",
            "20260102T030405Z",
            "2026-W01-5T03:04:05Z",
            "+002026-01-02T03:04:05Z",
            "２026-01-02T03:04:05Z",
            " 2026-01-02T03:04:05Z",
            "",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
    }

    #[test]
    fn each_day_of_the_calendar_is_written_and_read() {
        let mut date = (0, 1, 1);
        for day in YEAR_0.as_seconds() / 86_400..=YEAR_9999_END.as_seconds() / 86_400 {
            assert_eq!((civil_date(day), days_since_1970(date.0, date.1, date.2)), (date, day));
            let (year, month, of_month) = date;
            date = match (of_month == days_in_month(year, month), month) {
                (false, _) => (year, month, of_month + 1),
                (true, 12) => (year + 1, 1, 1),
                (true, _) => (year, month + 1, 1),
            };
        }
        assert_eq!(date, (10_000, 1, 1));
    }

    #[test]
    fn the_ends_of_time_do_not_overflow() {
        let end = Timestamp::from_micros(i64::MAX);
        assert_eq!(end.plus(Duration::MAX), end);
        assert_eq!(Timestamp::from_micros(5).since(Timestamp::from_micros(9)), Duration::ZERO);
        assert_eq!(end.to_string(), "9999-12-31T23:59:59.999999Z");
        assert_eq!(Timestamp::from_micros(i64::MIN).to_string(), YEAR_0.to_string());
    }
}
