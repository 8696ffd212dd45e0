//! Today and this month in figures, and what needs doing.

use super::super::said::{say, texts};

texts! {
    in CONSOLE;
    TODAY, REVENUE, REVENUE_TODAY, ORDERS_TODAY, AVERAGE_ORDER, AVERAGE_MORE, AFTER_REFUNDS, DAY,
    TODAY_SO_FAR, TODAY_BY_HOUR, HOUR, THIS_HOUR, NEEDS_ATTENTION, NOTHING_NEEDS_YOU, LATELY, ORDERS_LATE,
    ORDERS_TO_PACK, ORDERS_PACKED, ORDERS_PARTLY_SHIPPED, ORDERS_UNDELIVERED, ORDERS_TO_HAND_BACK, ORDERS_CAME_BACK, ORDERS_TO_UNPACK, REFUNDS_DELAYED, ORDERS_HELD, PAYMENTS_REFUSED, PAYMENTS_PENDING, ORDERS_EXPIRING,
    ORDERS_UNPAID, ORDERS_CANCELLING, FIRST_PRODUCT, PASS_ON_ADDRESS, PACKED_LATE, AFTER_REFUSAL, EXPIRING_SOON,
    UNANSWERED, UNANSWERED_MORE, UNANSWERED_WHAT, UNANSWERED_SINCE, UNANSWERED_PAYMENT, UNANSWERED_CAPTURE,
    UNANSWERED_VOID, UNANSWERED_REFUND, NOTHING_UNANSWERED, NOTHING_UNANSWERED_MORE,
    UNKNOWN_CHARGES, UNKNOWN_CHARGES_MORE, NO_UNKNOWN_CHARGES, NO_UNKNOWN_CHARGES_MORE, CHARGE_ORDER, CHARGE_STATUS,
    CHARGE_MADE, CHARGE_ACTIONS, CHARGE_PENDING, CHARGE_AUTHORIZED, CHARGE_CAPTURED, CHARGE_REFUNDING, ORDER_LOST, TAKE_OVER,
    REFUND_CHARGE, REFUND_CHARGE_MORE, DONE_CHARGE_REFUNDED, DONE_CHARGE_REFUNDING, DONE_TAKEN_OVER,
}

/// So many of a kind wait for somebody; the number stands before it.
pub(crate) fn waiting(kind: &str, count: i64) -> String {
    say("console-waiting", [("kind", kind.into()), ("count", count.into())])
}
/// That all of them are so, or some.
pub(crate) fn of_them(what: &str, some: Option<i64>, part: &str) -> String {
    match some {
        None => say("console-all-are-so", [("what", what.into()), ("part", part.into())]),
        Some(some) => {
            let all = [("what", what.into()), ("some", some.into()), ("part", part.into())];
            say("console-some-are-so", all)
        }
    }
}
pub(crate) fn invariants_broken(count: i64) -> String {
    say("console-invariants-broken", [("count", count.into())])
}
pub(crate) fn payments_unanswered(count: i64) -> String {
    say("console-payments-unanswered", [("count", count.into())])
}
pub(crate) fn charges_unknown(count: i64) -> String {
    say("console-charges-unknown", [("count", count.into())])
}
pub(crate) fn mails_unwritten(count: i64) -> String {
    say("console-mails-unwritten", [("count", count.into())])
}
pub(crate) fn events_put_aside(count: i64) -> String {
    say("console-events-put-aside", [("count", count.into())])
}
pub(crate) fn timers_overdue(count: i64) -> String {
    say("console-timers-overdue", [("count", count.into())])
}
pub(crate) fn unanswered_besides(count: usize) -> String {
    say("console-unanswered-besides", [("count", count.into())])
}
pub(crate) fn of_which_paid(paid: i64) -> String {
    say("console-of-which-paid", [("paid", paid.into())])
}
pub(crate) fn orders_and_paid(orders: i64, paid: i64) -> String {
    say("console-orders-and-paid", [("orders", orders.into()), ("paid", paid.into())])
}
pub(crate) fn revenue_in(month: &str) -> String {
    say("console-revenue-in", [("month", month.into())])
}
/// How a figure is against another one.
pub(crate) enum Against {
    /// By a share.
    More(String),
    Less(String),
    Same,
    /// There was too little then.
    NoBase,
}
impl Against {
    fn named(self) -> (&'static str, String) {
        match self {
            Against::More(share) => ("more", share),
            Against::Less(share) => ("less", share),
            Against::Same => ("same", String::new()),
            Against::NoBase => ("none", String::new()),
        }
    }
}
pub(crate) fn to_weekday(by: Against, weekday: &str) -> String {
    let (by, share) = by.named();
    say("console-to-weekday", [("by", by.into()), ("share", share.into()), ("weekday", weekday.into())])
}
/// Against the same days of the month before.
pub(crate) fn to_month(by: Against, month: &str) -> String {
    let (by, share) = by.named();
    say("console-to-month", [("by", by.into()), ("share", share.into()), ("month", month.into())])
}
pub(crate) fn by_the_day(values: &str) -> String {
    say("console-by-the-day", [("values", values.into())])
}
pub(crate) fn orders_by_hour(orders: i64, busiest: Option<&str>) -> String {
    match busiest {
        Some(hour) => say("console-orders-by-hour", [("orders", orders.into()), ("hour", hour.into())]),
        None => say("console-orders-by-hour-empty", []),
    }
}
pub(crate) fn revenue_by_hour(total: &str, most: Option<&str>) -> String {
    match most {
        Some(hour) => say("console-revenue-by-hour", [("total", total.into()), ("hour", hour.into())]),
        None => say("console-revenue-by-hour-empty", []),
    }
}
pub(crate) fn last_weekday(weekday: &str) -> String {
    say("console-last-weekday", [("weekday", weekday.into())])
}
/// What is said of today, and what it was in all on the same day of last week.
pub(crate) fn and_last_weekday(sentence: &str, weekday: &str, all: &str) -> String {
    let said = [("sentence", sentence.into()), ("weekday", weekday.into()), ("all", all.into())];
    say("console-and-last-weekday", said)
}
pub(crate) fn month_by_day(month: &str) -> String {
    say("console-month-by-day", [("month", month.into())])
}
pub(crate) fn orders_by_day(month: &str, orders: i64, most: Option<(i64, String)>) -> String {
    match most {
        Some((most, day)) => {
            let all = [("month", month.into()), ("orders", orders.into())];
            let most = [("day", day.into()), ("most", most.into())];
            say("console-orders-by-day", all.into_iter().chain(most))
        }
        None => say("console-orders-by-day-empty", [("month", month.into())]),
    }
}
pub(crate) fn revenue_by_day(month: &str, total: &str, most: Option<(String, String)>) -> String {
    match most {
        Some((most, day)) => {
            let all = [("month", month.into()), ("total", total.into())];
            let most = [("day", day.into()), ("most", most.into())];
            say("console-revenue-by-day", all.into_iter().chain(most))
        }
        None => say("console-revenue-by-day-empty", [("month", month.into())]),
    }
}
