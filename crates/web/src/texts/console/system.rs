//! The system.

use contracts::audit::Invariant;

pub(crate) const SERVICES: &str = "Services";
pub(crate) const SERVICE: &str = "Service";
pub(crate) const ASKED: &str = "asked ";
pub(crate) const ANSWERS: &str = "Answers";
pub(crate) const LIMPS: &str = "Answers in part";
pub(crate) const DOES_NOT_ANSWER: &str = "Does not answer";
pub(crate) const DOES_NOT_ANSWER_MORE: &str = "What it decides about waits until it is back; nothing that was acknowledged is lost. The program’s log says why.";
pub(crate) const LAST_MINUTES: &str = "over the last five minutes";
pub(crate) const PROCESSES: &str = "Processes";
pub(crate) const REQUESTS_A_SECOND: &str = "Requests/s";
pub(crate) const ERRORS: &str = "Errors";
pub(crate) const HALF_WITHIN: &str = "p50";
pub(crate) const NEARLY_ALL_WITHIN: &str = "p99";
pub(crate) const EVENT_FLOW: &str = "Event flow";
pub(crate) const NOBODY_IS_BEHIND: &str = "Everybody is up to date";
pub(crate) const SOME_ARE_BEHIND: &str = "Somebody is behind";
pub(crate) const WHO_HEARS: &str = "Who hears";
pub(crate) const WHOM: &str = "Whom";
pub(crate) const EVENTS_BEHIND: &str = "Behind";
pub(crate) const NOT_KNOWN_SHORT: &str = "not known";
pub(crate) const BUS: &str = "bus";
pub(crate) const WHAT_WAITS: &str = "What waits";
pub(crate) const EVENTS_UNSENT: &str = "Events to send";
pub(crate) const TIMERS_DUE: &str = "Timers due";
pub(crate) const OVERDUE: &str = "Overdue";
pub(crate) const NEXT_TIMER: &str = "Next timer";
pub(crate) const PUT_ASIDE: &str = "Put aside";
pub(crate) const PUT_ASIDE_MORE: &str = "Nobody could act on these events. Once what was wrong is mended, they are acted on as if they had just come.";
pub(crate) const NOTHING_PUT_ASIDE: &str = "Every event could be acted on.";
pub(crate) const ACT_ONCE_MORE: &str = "Act on it once more";
pub(crate) const DROP: &str = "Drop it";
pub(crate) const OF: &str = "of";
pub(crate) const ACTED_ON_SOON: &str = "It is acted on once more within seconds.";
pub(crate) const THE_AUDIT: &str = "Audit";
pub(crate) const RUN_THE_AUDIT: &str = "Run the audit";
pub(crate) const AUDIT_SINCE: &str = "runs since ";
pub(crate) const AUDITED: &str = "ended ";
pub(crate) const NOT_AUDITED: &str = "not run yet";
pub(crate) const AUDIT_MORE: &str =
    "It compares what the services know of orders, stock and money, beside their work.";
pub(crate) const AUDIT_ELSEWHERE: &str =
    "The databases are not at hand in this process: run `ordo audit` where they are.";
pub(crate) const AUDIT_FAILED: &str = "The audit could not look at everything.";
pub(crate) const HOLDS: &str = "holds";
pub(crate) const BROKEN: &str = "broken";

/// What a service, or what else is asked, is for.
pub(crate) fn service(name: &str) -> &'static str {
    match name {
        "auth" => "Accounts, sessions, permissions",
        "products" => "The catalogue, stock and reservations",
        "orders" => "Orders and their parcels",
        "payments" => "Payments and refunds",
        "notifications" => "Mails and the log of events",
        "disk" => "Room for what is written",
        _ => "",
    }
}
pub(crate) fn does_not_answer(names: &[&str]) -> String {
    match names {
        [one] => format!("{one} does not answer"),
        many => format!("{} do not answer", many.join(", ")),
    }
}
pub(crate) fn told_so_far(events: Option<i64>) -> String {
    events.map_or_else(|| DOES_NOT_ANSWER.to_owned(), |events| format!("{events} events told"))
}
pub(crate) fn hears(producers: &[&str]) -> String {
    match producers {
        [_, _, _, _, ..] => "of everybody".to_owned(),
        few => format!("of {}", few.join(", ")),
    }
}
pub(crate) fn behind(events: Option<i64>) -> String {
    match events {
        None => NOT_KNOWN_SHORT.to_owned(),
        Some(0) => "up to date".to_owned(),
        Some(1) => "1 event behind".to_owned(),
        Some(events) => format!("{events} events behind"),
    }
}
/// The drawing of the flow, in words.
pub(crate) fn flow_in_words(all: &[(&str, &str, Option<i64>)]) -> String {
    if all.is_empty() {
        return "Event flow: everybody has heard every event.".to_owned();
    }
    let one = |(consumer, producer, events): &(&str, &str, Option<i64>)| {
        format!("{consumer} of {producer}: {}", behind(*events))
    };
    format!("Event flow: {}.", all.iter().map(one).collect::<Vec<_>>().join(", "))
}
pub(crate) fn so_many(events: i64) -> String {
    if events == 1 { "1 event".to_owned() } else { format!("{events} events") }
}
pub(crate) fn put_aside_by(service: &str, producer: &str) -> String {
    format!(", told by {producer}, put aside by {service} ")
}
pub(crate) fn and_more(findings: usize) -> String {
    format!("and {findings} more; `ordo audit` names them all")
}
/// What an invariant says, in a line.
pub(crate) fn invariant(invariant: Invariant) -> &'static str {
    match invariant {
        Invariant::I1 => "Reserved stock is that of open orders",
        Invariant::I2 => "Stock on hand is what its ledger says",
        Invariant::I3 => "Every line of an order adds up",
        Invariant::I4 => "Money adds up, and is charged once",
        Invariant::I5 => "Nothing is shipped unpaid",
        Invariant::I6 => "What is over holds no stock and no money",
        Invariant::I7 => "Histories have no gap, and give what stands there",
        Invariant::I8 => "Nothing waits for ever",
        Invariant::I9 => "Every accepted order exists, as it was sent",
        Invariant::I10 => "No stock is held for nobody",
    }
}
