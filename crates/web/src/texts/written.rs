//! How moments are written.

use super::said::say;

/// The month, 1 to 12.
pub(crate) fn month(month: i8) -> String {
    say(&format!("month-{month}"), [])
}
/// The month, 1 to 12, in few letters.
pub(crate) fn month_short(month: i8) -> String {
    say(&format!("month-short-{month}"), [])
}
/// The day of the week, Monday being 1.
pub(crate) fn weekday(day: i8) -> String {
    say(&format!("weekday-{day}"), [])
}
pub(crate) fn a_day(day: i8, month_short: &str, year: &str) -> String {
    say("a-day", [("day", day.into()), ("month", month_short.into()), ("year", year.into())])
}
pub(crate) fn a_day_of_month(day: i8, month: &str) -> String {
    say("a-day-of-month", [("day", day.into()), ("month", month.into())])
}
pub(crate) fn a_weekday(weekday: &str, day: i8, month: &str) -> String {
    say("a-weekday", [("weekday", weekday.into()), ("day", day.into()), ("month", month.into())])
}
pub(crate) fn a_minute(day: i8, month_short: &str, time: &str) -> String {
    say("a-minute", [("day", day.into()), ("month", month_short.into()), ("time", time.into())])
}
/// The same of another year than this one.
pub(crate) fn a_minute_of_year(day: i8, month_short: &str, year: &str, time: &str) -> String {
    let date = [("day", day.into()), ("month", month_short.into()), ("year", year.into())];
    say("a-minute-of-year", date.into_iter().chain([("time", time.into())]))
}
pub(crate) fn a_moment(day: i8, month: &str, year: &str, time: &str, zone: &str) -> String {
    let date = [("day", day.into()), ("month", month.into()), ("year", year.into())];
    say("a-moment", date.into_iter().chain([("time", time.into()), ("local", zone.into())]))
}
