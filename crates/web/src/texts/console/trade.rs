//! Today and this month in figures, and what needs doing.

pub(crate) const TODAY: &str = "Today and this month in figures";
pub(crate) const REVENUE: &str = "Revenue";
pub(crate) const REVENUE_TODAY: &str = "Revenue today";
pub(crate) const REVENUE_MORE: &str = "Orders of today that are paid";
pub(crate) const ORDERS_TODAY: &str = "Orders today";
pub(crate) const AVERAGE_ORDER: &str = "Average order today";
pub(crate) const AVERAGE_MORE: &str = "Of those that are paid";
pub(crate) const DAY: &str = "Day";
pub(crate) const TODAY_SO_FAR: &str = "Today so far";
pub(crate) const ORDERS_BY_HOUR: &str = "Orders today by hour";
pub(crate) const HOUR: &str = "Hour";
pub(crate) const THIS_HOUR: &str = "This hour";
pub(crate) const NEEDS_ATTENTION: &str = "What needs you";
pub(crate) const NOTHING_NEEDS_YOU: &str = "Nothing needs you.";
pub(crate) const ORDERS_LATE: &str = "to pack for more than a day";
pub(crate) const ORDERS_TO_PACK: &str = "to pack";
pub(crate) const ORDERS_PARTLY_SHIPPED: &str = "sent in part";
pub(crate) const ORDERS_HELD: &str = "on hold";
pub(crate) const PAYMENTS_REFUSED: &str = "whose payment was refused";
pub(crate) const PAYMENTS_PENDING: &str = "whose payment is under way";
pub(crate) const ORDERS_EXPIRING: &str = "unpaid, over in ten minutes";
pub(crate) const ORDERS_UNPAID: &str = "unpaid, the oldest first";
pub(crate) const ORDERS_CANCELLING: &str = "being cancelled";
pub(crate) const PRODUCTS_SOLD_OUT: &str = "sold out";
pub(crate) const EVENTS_PUT_ASIDE: &str = "events put aside";
pub(crate) const TIMERS_OVERDUE: &str = "timers overdue";

pub(crate) fn of_which_paid(paid: i64) -> String {
    format!("{paid} of them paid")
}
pub(crate) fn orders_and_paid(orders: i64, paid: i64) -> String {
    let word = if orders == 1 { "order" } else { "orders" };
    format!("{orders} {word}, {paid} paid")
}
pub(crate) fn revenue_in(month: &str) -> String {
    format!("Revenue in {month}")
}
pub(crate) fn to_last(weekday: &str) -> String {
    format!("to last {weekday}")
}
pub(crate) fn more_or_less(is_less: bool) -> &'static str {
    if is_less { "less by " } else { "more by " }
}
pub(crate) fn chart_by_hour(orders: i64, busiest: Option<&str>) -> String {
    match busiest {
        Some(hour) => format!("Orders per hour today, in UTC: {orders} so far, most of them from {hour}"),
        None => "Orders per hour today, in UTC: none so far".to_owned(),
    }
}
pub(crate) fn chart_by_day(month: &str, total: &str, most: Option<(String, String)>) -> String {
    match most {
        Some((most, day)) => {
            format!("Revenue per day in {month}, in UTC: {total} so far, most of it on {day} with {most}")
        }
        None => format!("Revenue per day in {month}, in UTC: none so far"),
    }
}
