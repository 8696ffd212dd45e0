//! Metrics of calls, by the service that is called.

use kernel::metrics::{Counter, Gauge, Metric};

const TO: &[&str] = &["to"];

/// Calls by outcome.
pub static CALLS: Counter =
    Counter::new("ordo_calls_total", "Calls of other services, by outcome.", &["to", "outcome"]);
/// Attempts after the first.
pub static RETRIES: Counter = Counter::new("ordo_call_retries_total", "Retries of calls.", TO);
/// Attempts that the retry budget did not permit.
pub static BUDGET_EXHAUSTED: Counter = Counter::new(
    "ordo_retry_budget_exhausted_total",
    "Calls that were not retried because the retry budget was exhausted.",
    TO,
);
/// Calls that exceeded their deadline.
pub static DEADLINES: Counter =
    Counter::new("ordo_call_deadlines_total", "Calls that exceeded their deadline.", TO);
/// Circuit breakers that were opened.
pub static OPENED: Counter =
    Counter::new("ordo_breaker_opened_total", "Circuit breakers that were opened.", TO);
/// Circuit breakers that are open.
pub static OPEN: Gauge = Gauge::new("ordo_breaker_open", "Circuit breakers that are open.", TO);
/// Replicas that were isolated or failing, and received fewer requests.
pub static EJECTED: Counter = Counter::new(
    "ordo_replicas_ejected_total",
    "Replicas that were ejected, because they could not reach a dependency or failed many times in a row: other replicas \
     are preferred.",
    TO,
);
/// Replicas that are currently isolated.
pub static CUT_OFF: Gauge = Gauge::new(
    "ordo_replicas_cut_off",
    "Replicas that cannot reach a dependency, and have not reported yet that they are ready.",
    TO,
);

/// All metrics of calls.
pub static ALL: [&dyn Metric; 8] =
    [&CALLS, &RETRIES, &BUDGET_EXHAUSTED, &DEADLINES, &OPENED, &OPEN, &EJECTED, &CUT_OFF];
