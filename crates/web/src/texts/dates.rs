//! The parts of dates.

use super::messages::text;

/// The month, 1 to 12.
pub(crate) fn month(month: i8) -> String {
    text(&format!("month-{month}"), [])
}
/// The month, 1 to 12, abbreviated.
pub(crate) fn month_short(month: i8) -> String {
    text(&format!("month-short-{month}"), [])
}
/// The day of the week, Monday being 1.
pub(crate) fn weekday(day: i8) -> String {
    text(&format!("weekday-{day}"), [])
}
