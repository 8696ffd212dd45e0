//! The system page.

use crate::texts::keys::console::{self as keys, *};
use contracts::audit::Invariant;
use std::time::Duration;

/// The purpose of a service or of another dependency.
pub(crate) fn service(name: &str) -> &'static str {
    let text = match name {
        "auth" => FOR_AUTH,
        "products" => FOR_PRODUCTS,
        "orders" => FOR_ORDERS,
        "payments" => FOR_PAYMENTS,
        "notifications" => FOR_NOTIFICATIONS,
        "disk" => FOR_DISK,
        "gateway" => FOR_GATEWAY,
        _ => return "",
    };
    text.text()
}
pub(crate) fn does_not_answer(names: &[&str]) -> String {
    keys::so_many_do_not_answer(names.len(), &names.join(", "))
}
pub(crate) fn cannot_write(names: &[&str]) -> String {
    keys::so_many_cannot_write(names.len(), &names.join(", "))
}
pub(crate) fn told_so_far(events: Option<i64>) -> String {
    match events {
        Some(events) => keys::told_so_far(events),
        None => DOES_NOT_ANSWER.into(),
    }
}
pub(crate) fn hears(producers: &[&str]) -> String {
    match producers {
        [_, _, _, _, ..] => HEARS_EVERYBODY.into(),
        // there is room for two names
        [_, _, _] => HEARS_THREE.into(),
        few => keys::hears(&few.join(", ")),
    }
}
/// How far a consumer is behind, and for how long where known.
pub(crate) fn behind(events: Option<i64>, lag: Option<String>) -> String {
    let Some(events) = events else { return NOT_KNOWN_SHORT.into() };
    let behind = keys::so_far_behind(events);
    match lag {
        Some(lag) => format!("{behind}, {lag}"),
        None => behind,
    }
}
/// The unpublished events, and for how long.
pub(crate) fn unsent(events: i64, lag: &str) -> String {
    format!("{}, {lag}", keys::so_many_unsent(events))
}
/// `38 s`, `up to 4 min`.
pub(crate) fn lag(time: Duration, is_at_most: bool) -> String {
    let is_short = time.as_secs() == 0;
    let time = match time.as_secs() {
        0 => "< 1\u{a0}s".to_owned(),
        seconds @ 1..120 => format!("{seconds}\u{a0}s"),
        seconds @ 120..7200 => format!("{}\u{a0}min", seconds / 60),
        seconds => format!("{}\u{a0}h", seconds / 3600),
    };
    if is_at_most && !is_short { keys::for_at_most(&time) } else { time }
}
/// The drawing of the event flow, in words.
pub(crate) fn flow_in_words(all: &[(&str, &str, String)]) -> String {
    if all.is_empty() {
        return FLOW_IS_UP_TO_DATE.into();
    }
    let one = |(consumer, producer, behind): &(&str, &str, String)| {
        let hears = keys::hears(producer);
        format!("{consumer} {hears}: {behind}")
    };
    let all = all.iter().map(one).collect::<Vec<_>>().join(", ");
    keys::flow_in_words(&all)
}
/// An invariant in one line.
pub(crate) fn invariant(invariant: Invariant) -> &'static str {
    let text = match invariant {
        Invariant::I1 => INVARIANT_1,
        Invariant::I2 => INVARIANT_2,
        Invariant::I3 => INVARIANT_3,
        Invariant::I4 => INVARIANT_4,
        Invariant::I5 => INVARIANT_5,
        Invariant::I6 => INVARIANT_6,
        Invariant::I7 => INVARIANT_7,
        Invariant::I8 => INVARIANT_8,
        Invariant::I9 => INVARIANT_9,
        Invariant::I10 => INVARIANT_10,
    };
    text.text()
}
