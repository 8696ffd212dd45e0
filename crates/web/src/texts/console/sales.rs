//! Sales of today and this month, and what needs attention.

use crate::texts::keys::console as keys;

/// How many of a count have a further property.
pub(crate) fn of_them(what: &str, some: Option<i64>, part: &str) -> String {
    match some {
        None => keys::all_are_so(what, part),
        Some(some) => keys::some_are_so(what, some, part),
    }
}
/// How a total compares with another one.
pub(crate) enum Trend {
    /// By a percentage.
    More(String),
    Less(String),
    Same,
    /// The other total is too small.
    NoBase,
}
impl Trend {
    fn named(self) -> (&'static str, String) {
        match self {
            Trend::More(share) => ("more", share),
            Trend::Less(share) => ("less", share),
            Trend::Same => ("same", String::new()),
            Trend::NoBase => ("none", String::new()),
        }
    }
}
pub(crate) fn to_weekday(by: Trend, weekday: &str) -> String {
    let (by, share) = by.named();
    keys::to_weekday(by, &share, weekday)
}
/// Compared with the same days of the previous month.
pub(crate) fn to_month(by: Trend, month: &str) -> String {
    let (by, share) = by.named();
    keys::to_month(by, &share, month)
}
pub(crate) fn orders_by_hour(orders: i64, busiest: Option<&str>) -> String {
    match busiest {
        Some(hour) => keys::orders_by_hour(orders, hour),
        None => keys::orders_by_hour_empty(),
    }
}
pub(crate) fn revenue_by_hour(total: &str, most: Option<&str>) -> String {
    match most {
        Some(hour) => keys::revenue_by_hour(total, hour),
        None => keys::revenue_by_hour_empty(),
    }
}
pub(crate) fn orders_by_day(month: &str, orders: i64, most: Option<(i64, String)>) -> String {
    match most {
        Some((most, day)) => keys::orders_by_day(month, orders, &day, most),
        None => keys::orders_by_day_empty(month),
    }
}
pub(crate) fn revenue_by_day(month: &str, total: &str, most: Option<(String, String)>) -> String {
    match most {
        Some((most, day)) => keys::revenue_by_day(month, total, &day, &most),
        None => keys::revenue_by_day_empty(month),
    }
}
