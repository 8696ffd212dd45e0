//! What is counted of calls, by the service that they go to.

use kernel::metrics::{Counter, Gauge, Metric};

const TO: &[&str] = &["to"];

/// Requests and what came of them.
pub static CALLS: Counter =
    Counter::new("ordo_calls_total", "Calls of other services, by what came of them.", &["to", "outcome"]);
/// Tries beyond the first.
pub static RETRIES: Counter =
    Counter::new("ordo_call_retries_total", "Tries of calls beyond the first one.", TO);
/// Tries that the budget did not allow.
pub static BUDGET_EXHAUSTED: Counter = Counter::new(
    "ordo_retry_budget_exhausted_total",
    "Calls that were not tried again because too many were before.",
    TO,
);
/// Calls that nobody answered in time.
pub static DEADLINES: Counter =
    Counter::new("ordo_call_deadlines_total", "Calls whose time was up before there was an answer.", TO);
/// Breakers that were opened.
pub static OPENED: Counter =
    Counter::new("ordo_breaker_opened_total", "Addresses that were left alone from then on.", TO);
/// Breakers that are open.
pub static OPEN: Gauge = Gauge::new("ordo_breaker_open", "Addresses that are left alone now.", TO);
/// Replicas that were cut off.
pub static EJECTED: Counter = Counter::new(
    "ordo_replicas_ejected_total",
    "Replicas that said that they cannot reach what they rest on, or failed many times in a row, and were asked only after \
     the others from then on.",
    TO,
);
/// Replicas that are isolated.
pub static CUT_OFF: Gauge = Gauge::new(
    "ordo_replicas_cut_off",
    "Replicas that said so, and have not said yet that they are ready.",
    TO,
);

/// All of them.
pub static ALL: [&dyn Metric; 8] =
    [&CALLS, &RETRIES, &BUDGET_EXHAUSTED, &DEADLINES, &OPENED, &OPEN, &EJECTED, &CUT_OFF];
