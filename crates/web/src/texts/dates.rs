//! How moments are written.

use super::messages::say;

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
