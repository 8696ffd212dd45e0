//! The time zone of a shop: in which local time people read moments, and when days and months begin.

use jiff::{
    SignedDuration, Span, Zoned,
    civil::DateTime,
    tz::{TimeZone, TimeZoneDatabase},
};
use kernel::Timestamp;

/// Where moments are counted from.
const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// A time zone by its IANA name, such as `Europe/Berlin`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Default for Zone {
    fn default() -> Self {
        Zone(TimeZone::UTC)
    }
}

impl Zone {
    /// The zone of this name; none where there is no such zone.
    pub fn named(name: &str) -> Option<Self> {
        if name == "UTC" {
            return Some(Zone::default());
        }
        // what the system does not know is in the program
        let zone = TimeZone::get(name).or_else(|_| TimeZoneDatabase::bundled().get(name)).ok()?;
        (zone.iana_name().is_some() && !zone.is_unknown()).then_some(Zone(zone))
    }
    /// Its name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }
    fn zoned(&self, at: Timestamp) -> Option<Zoned> {
        Some(jiff::Timestamp::from_microsecond(at.as_micros()).ok()?.to_zoned(self.0.clone()))
    }
    /// The local time of a moment; that of UTC in the last hours of the year 9999, in which other zones are a day further than
    /// the calendar; none for a moment that no calendar has.
    pub fn local(&self, at: Timestamp) -> Option<DateTime> {
        let in_utc = || EPOCH.checked_add(SignedDuration::from_micros(at.as_micros())).ok();
        self.zoned(at).map(|at| at.datetime()).or_else(in_utc)
    }
    /// What the local time of a moment is called: `CET`, `UTC`, or `UTC-03` where it has no name.
    pub fn abbreviation(&self, at: Timestamp) -> String {
        let Ok(at) = jiff::Timestamp::from_microsecond(at.as_micros()) else { return "UTC".to_owned() };
        let info = self.0.to_offset_info(at);
        match info.abbreviation() {
            offset if offset.starts_with(['+', '-']) => format!("UTC{offset}"),
            named => named.to_owned(),
        }
    }
    /// The beginning of the day of a moment.
    pub fn day_begins(&self, at: Timestamp) -> Timestamp {
        self.zoned(at).and_then(|at| at.start_of_day().ok()).map_or(at, |begin| moment(&begin))
    }
    /// The beginning of the month of a moment.
    pub fn month_begins(&self, at: Timestamp) -> Timestamp {
        let first = self.zoned(at).and_then(|at| at.first_of_month().ok());
        first.and_then(|first| first.start_of_day().ok()).map_or(at, |begin| moment(&begin))
    }
    /// The same local time so many days later: not always so many times 24 hours.
    pub fn days_after(&self, at: Timestamp, days: i32) -> Timestamp {
        let after = self.zoned(at).and_then(|at| at.checked_add(Span::new().try_days(days).ok()?).ok());
        after.map_or(at, |after| moment(&after))
    }
    /// When the day begins that is so many days after that of a moment: not always at the same time of day, for where the clocks
    /// go forward at midnight a day begins at 1:00.
    pub fn day_after(&self, at: Timestamp, days: i32) -> Timestamp {
        self.day_begins(self.days_after(at, days))
    }
    /// The beginning of a day that is written as `2026-11-28`; none where it is none.
    pub fn day(&self, written: &str) -> Option<Timestamp> {
        let date: jiff::civil::Date = written.parse().ok().filter(|_| written.len() == 10)?;
        let begin = date.to_zoned(self.0.clone()).ok()?.start_of_day().ok()?;
        Some(moment(&begin))
    }
}

fn moment(at: &Zoned) -> Timestamp {
    Timestamp::from_micros(at.timestamp().as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap_or_else(|wrong| panic!("{text}: {wrong}"))
    }
    fn zone(name: &str) -> Zone {
        Zone::named(name).unwrap_or_else(|| panic!("no {name}"))
    }

    #[test]
    fn only_zones_have_a_name() {
        for good in
            ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "America/Argentina/Buenos_Aires"]
        {
            assert_eq!(zone(good).name(), good);
        }
        for bad in
            ["", "Berlin", "Europe/Nowhere", "CEST-2", "+02:00", "../etc/passwd", "Etc/Unknown", "Europe/"]
        {
            assert_eq!(Zone::named(bad), None, "{bad}");
        }
        assert_eq!(Zone::default(), zone("UTC"));
    }

    #[test]
    fn days_and_months_begin_at_local_midnight() {
        let berlin = zone("Europe/Berlin");
        assert_eq!(berlin.day_begins(at("2026-11-27T23:30:00Z")), at("2026-11-27T23:00:00Z"));
        assert_eq!(berlin.day_begins(at("2026-07-01T21:59:59Z")), at("2026-06-30T22:00:00Z"));
        assert_eq!(berlin.month_begins(at("2026-11-30T22:59:59Z")), at("2026-10-31T23:00:00Z"));
        assert_eq!(berlin.month_begins(at("2026-11-30T23:00:00Z")), at("2026-11-30T23:00:00Z"));
        assert_eq!(berlin.day("2026-11-28"), Some(at("2026-11-27T23:00:00Z")));
        for wrong in ["2026-02-30", "2026-1-1", "20261128", "", "today", "2026-11-28T00:00"] {
            assert_eq!(berlin.day(wrong), None, "{wrong}");
        }
        let kathmandu = zone("Asia/Kathmandu");
        assert_eq!(kathmandu.day_begins(at("2026-11-28T12:00:00Z")), at("2026-11-27T18:15:00Z"));
        // there is no midnight on the day on which clocks go forward at midnight
        assert_eq!(zone("America/Havana").day("2026-03-08"), Some(at("2026-03-08T05:00:00Z")));
    }

    #[test]
    fn a_day_after_is_the_same_time_of_day() {
        let berlin = zone("Europe/Berlin");
        let hours = |day: &str| {
            let begin = berlin.day(day).unwrap();
            berlin.days_after(begin, 1).since(begin).as_secs() / 3600
        };
        assert_eq!(["2026-03-28", "2026-03-29", "2026-10-25"].map(hours), [24, 23, 25]);
        assert_eq!(berlin.days_after(at("2026-03-30T08:00:00Z"), -7), at("2026-03-23T09:00:00Z"));
    }

    #[test]
    fn the_day_after_one_that_begins_at_1_00_begins_at_midnight() {
        for (name, day, next) in [
            ("Africa/Cairo", "2026-04-24", "2026-04-25"),
            ("Asia/Beirut", "2026-03-29", "2026-03-30"),
            ("America/Santiago", "2026-09-06", "2026-09-07"),
            ("America/Havana", "2026-03-08", "2026-03-09"),
        ] {
            let zone = zone(name);
            let (begin, next) = (zone.day(day).unwrap(), zone.day(next).unwrap());
            assert_eq!(zone.local(begin).unwrap().hour(), 1, "{name}");
            assert_eq!((next.since(begin).as_secs() / 3600, zone.day_after(begin, 1)), (23, next), "{name}");
            assert_eq!((zone.day_after(next, -1), zone.day_after(begin, 0)), (begin, begin), "{name}");
        }
    }

    #[test]
    fn a_local_time_has_a_name() {
        let named = |name: &str, moment: &str| zone(name).abbreviation(at(moment));
        assert_eq!(named("Europe/Berlin", "2026-11-28T00:00:00Z"), "CET");
        assert_eq!(named("Europe/Berlin", "2026-07-28T00:00:00Z"), "CEST");
        assert_eq!(named("UTC", "2026-07-28T00:00:00Z"), "UTC");
        assert_eq!(named("America/Sao_Paulo", "2026-07-28T00:00:00Z"), "UTC-03");
        let end = Timestamp::from_micros(i64::MAX);
        assert_eq!((zone("Europe/Berlin").local(end), zone("Europe/Berlin").day_begins(end)), (None, end));
        // a day further than the calendar, it is told as it is in UTC
        assert_eq!(named("Europe/Berlin", "9999-12-31T23:59:59Z"), "UTC");
        let last = zone("Europe/Berlin").local(at("9999-12-31T23:59:59Z")).unwrap();
        assert_eq!(last.to_string(), "9999-12-31T23:59:59");
    }
}
