//! The system.

use super::super::said::{say, texts};
use contracts::audit::Invariant;
use std::time::Duration;

texts! {
    in CONSOLE;
    SERVICES, SERVICE, ASKED, ANSWERS, LIMPS, HAS_ROOM, IS_FULL, DISK_TAKES_NOTHING, DISK_TAKES_NOTHING_MORE, DOES_NOT_ANSWER, DOES_NOT_ANSWER_MORE, CANNOT_WRITE,
    CANNOT_WRITE_MORE, LAST_MINUTES,
    PROCESSES, REQUESTS_A_SECOND, ERRORS, HALF_WITHIN, NEARLY_ALL_WITHIN, EVENT_FLOW, NOBODY_IS_BEHIND,
    SOME_ARE_BEHIND, WHO_HEARS, WHOM, EVENTS_BEHIND, NOT_KNOWN_SHORT, BUS, WHAT_WAITS, EVENTS_UNSENT,
    TIMERS_DUE, OVERDUE, NEXT_TIMER, PUT_ASIDE, PUT_ASIDE_MORE, SAID, SEE_WHICH, DROP_MORE, LOOK_AT_EVENT, NOTHING_PUT_ASIDE, ACT_ONCE_MORE, DROP, OF,
    ACTED_ON_SOON, THE_AUDIT, RUN_THE_AUDIT, AUDIT_SINCE, AUDITED, NOT_AUDITED, AUDIT_MORE, AUDIT_FAILED,
    BACKUPS, LAST_BACKUP, NO_BACKUP, NO_AUTOMATIC_BACKUPS, BACKUP_FAILED, HOLDS, BROKEN, FOR_AUTH, FOR_PRODUCTS, FOR_ORDERS, FOR_PAYMENTS, FOR_NOTIFICATIONS,
    FOR_DISK, FOR_GATEWAY, HEARS_EVERYBODY, HEARS_THREE, FLOW_IS_UP_TO_DATE, IS_AHEAD, AHEAD_OF_PRODUCER, AHEAD_OF_PRODUCER_MORE, INVARIANT_1, INVARIANT_2, INVARIANT_3, INVARIANT_4,
    INVARIANT_5, INVARIANT_6, INVARIANT_7, INVARIANT_8, INVARIANT_9, INVARIANT_10,
}

/// What a service, or what else is asked, is for.
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
    text.say()
}
pub(crate) fn so_many_broken(count: usize) -> String {
    say("console-so-many-broken", [("count", count.into())])
}
pub(crate) fn drop_event(kind: &str) -> String {
    say("console-drop-event", [("kind", kind.into())])
}
/// A share in percent.
pub(crate) fn percent(share: &str) -> String {
    say("console-percent", [("share", share.into())])
}
pub(crate) fn does_not_answer(names: &[&str]) -> String {
    say("console-so-many-do-not-answer", [("count", names.len().into()), ("names", names.join(", ").into())])
}
pub(crate) fn cannot_write(names: &[&str]) -> String {
    say("console-so-many-cannot-write", [("count", names.len().into()), ("names", names.join(", ").into())])
}
pub(crate) fn told_so_far(events: Option<i64>) -> String {
    match events {
        Some(events) => say("console-told-so-far", [("events", events.into())]),
        None => DOES_NOT_ANSWER.into(),
    }
}
pub(crate) fn hears(producers: &[&str]) -> String {
    match producers {
        [_, _, _, _, ..] => HEARS_EVERYBODY.into(),
        // there is room for two names
        [_, _, _] => HEARS_THREE.into(),
        few => say("console-hears", [("producers", few.join(", ").into())]),
    }
}
/// How far somebody is behind, and for how long where that is known.
pub(crate) fn behind(events: Option<i64>, lag: Option<String>) -> String {
    let Some(events) = events else { return NOT_KNOWN_SHORT.into() };
    let behind = say("console-so-far-behind", [("events", events.into())]);
    match lag {
        Some(lag) => format!("{behind}, {lag}"),
        None => behind,
    }
}
/// What waits to be sent, and for how long.
pub(crate) fn unsent(events: i64, lag: &str) -> String {
    format!("{}, {lag}", say("console-so-many-unsent", [("events", events.into())]))
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
    if is_at_most && !is_short { say("console-for-at-most", [("time", time.into())]) } else { time }
}
pub(crate) fn this_cannot_write(service: &str) -> String {
    say("console-this-cannot-write", [("service", service.into())])
}
/// Who has consumed what whose database lacks.
pub(crate) fn ahead_of(consumer: &str, producer: &str) -> String {
    say("console-ahead-of", [("consumer", consumer.into()), ("producer", producer.into())])
}
/// The drawing of the flow, in words.
pub(crate) fn flow_in_words(all: &[(&str, &str, String)]) -> String {
    if all.is_empty() {
        return FLOW_IS_UP_TO_DATE.into();
    }
    let one = |(consumer, producer, behind): &(&str, &str, String)| {
        let hears = say("console-hears", [("producers", (*producer).into())]);
        format!("{consumer} {hears}: {behind}")
    };
    let all = all.iter().map(one).collect::<Vec<_>>().join(", ");
    say("console-flow-in-words", [("all", all.into())])
}
pub(crate) fn so_many(events: i64) -> String {
    say("console-so-many-events", [("events", events.into())])
}
pub(crate) fn put_aside_by(service: &str, producer: &str) -> String {
    say("console-put-aside-by", [("service", service.into()), ("producer", producer.into())])
}
/// That an event was acted on once more, and was put aside again.
pub(crate) fn in_vain(times: i64) -> String {
    say("console-in-vain", [("times", times.into())])
}
pub(crate) fn and_more(findings: usize) -> String {
    say("console-and-more", [("findings", findings.into())])
}
/// What an invariant says, in a line.
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
    text.say()
}
