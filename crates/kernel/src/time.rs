//! Moments in UTC, to the microsecond: what both databases keep exactly.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr, time::Duration};

/// What is dated further ahead than this was written by a clock that was ahead, and has been set back since: the clocks of
/// several machines differ by minutes (decisions 27 and 32).
pub const AHEAD: Duration = Duration::from_secs(15 * 60);

/// A moment in UTC, in microseconds since 1970; RFC 3339 on the wire (`2026-01-02T03:04:05.678901Z`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since 1970-01-01T00:00:00Z.
    pub const fn from_micros(micros: i64) -> Self {
        Timestamp(micros)
    }
    /// From a system clock's reading; rounded down once, here, and never again.
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
    /// Whole seconds since 1970, as JWTs count.
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }
    /// From whole seconds since 1970.
    pub const fn from_seconds(seconds: i64) -> Self {
        Timestamp(seconds.saturating_mul(1_000_000))
    }
    /// This moment and a while; the far end of time rather than an overflow.
    #[must_use]
    pub fn plus(self, while_: Duration) -> Self {
        Timestamp(self.0.saturating_add(micros(while_)))
    }
    /// A while before this moment.
    #[must_use]
    pub fn minus(self, while_: Duration) -> Self {
        Timestamp(self.0.saturating_sub(micros(while_)))
    }
    /// How long this moment is after `earlier`; zero when it is not.
    pub fn since(self, earlier: Timestamp) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0).max(0) as u64)
    }
}

fn micros(while_: Duration) -> i64 {
    i64::try_from(while_.as_micros()).unwrap_or(i64::MAX)
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(t) => write!(f, "{t:.6}"),
            Err(_) => f.write_str("-009999-01-01T00:00:00.000000Z"),
        }
    }
}
impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
/// The first moment that RFC 3339 can write.
const YEAR_0: Timestamp = Timestamp::from_seconds(-62_167_219_200);

impl FromStr for Timestamp {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let t: jiff::Timestamp = text
            .parse()
            .map_err(|_| "a time such as 2026-01-02T03:04:05Z (RFC 3339) is expected".to_owned())?;
        // RFC 3339 has four digits for a year; PostgreSQL takes no time long before them
        if t.as_microsecond() < YEAR_0.0 {
            return Err("a time from the year 0 on is expected (RFC 3339)".to_owned());
        }
        Ok(Timestamp(t.as_microsecond()))
    }
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
impl JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string", "format": "date-time",
            "description": "A moment in UTC, to the microsecond (RFC 3339).",
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
        for before in ["-000001-12-31T23:59:59Z", "-005000-01-01T00:00:00Z", "0000-01-01T00:00:00+01:00"] {
            assert!(before.parse::<Timestamp>().is_err(), "{before}");
        }
    }

    #[test]
    fn the_ends_of_time_do_not_overflow() {
        let end = Timestamp::from_micros(i64::MAX);
        assert_eq!(end.plus(Duration::MAX), end);
        assert_eq!(Timestamp::from_micros(5).since(Timestamp::from_micros(9)), Duration::ZERO);
        assert!(!end.to_string().is_empty());
    }
}
