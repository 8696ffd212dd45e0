//! What is counted of what works behind a service.

use crate::store::audit;
use db::{Db, Result};
use kernel::metrics::{Counter, Gauge, Metric};

pub(crate) static FAILED: Counter = Counter::new(
    "ordo_timer_failures_total",
    "Work of timers that failed, and is tried again.",
    &["service", "kind"],
);
pub(crate) static PUT_ASIDE: Counter =
    Counter::new("ordo_put_aside_total", "Events that could not be acted on.", &["service", "producer"]);
pub(crate) static UNSENT: Gauge =
    Gauge::new("ordo_outbox_events", "Events that are written and not sent yet.", &["service"]);
pub(crate) static UNSENT_FOR: Gauge =
    Gauge::new("ordo_outbox_seconds", "How long the oldest event that is not sent has waited.", &["service"]);
pub(crate) static DUE: Gauge =
    Gauge::new("ordo_timers_due", "Timers that are due, and nobody has taken.", &["service"]);
pub(crate) static LETTERS: Gauge =
    Gauge::new("ordo_dead_letters", "Events that were put aside, and nobody has looked at.", &["service"]);

/// All of them.
pub static ALL: [&dyn Metric; 6] = [&FAILED, &PUT_ASIDE, &UNSENT, &UNSENT_FOR, &DUE, &LETTERS];

/// Counts what is pending in the database of a service, when the metrics are read.
///
/// # Errors
/// What the database says.
pub async fn look(service: &'static str, db: &Db) -> Result<()> {
    let now = db.now().await?;
    let waiting = audit::waiting_now(db, now).await?;
    UNSENT.set(&[service], waiting.unsent);
    let seconds = waiting.unsent_since.map_or(0, |since| now.since(since).as_secs());
    UNSENT_FOR.set(&[service], i64::try_from(seconds).unwrap_or(i64::MAX));
    DUE.set(&[service], waiting.due);
    LETTERS.set(&[service], waiting.letters);
    Ok(())
}
