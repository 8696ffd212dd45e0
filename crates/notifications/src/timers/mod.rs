//! What is done at its time, one file for each kind of timer.

mod render_email;
mod sweep;
mod write_emails;

pub(crate) use sweep::set_sweep;

use crate::Notifications;
use db::Tx;
use flow::{ConsumeError, DueTimer, Timer, handler::handler, timer};
use std::time::Duration;

/// Emails about one order or account must be written; keyed by that.
pub(crate) const WRITE_EMAILS: &str = "notifications.write_emails";
/// An email must be queued, which a process of version 0.1.0 has noted; keyed by aggregate, kind and version.
pub(crate) const WRITE_MAIL: &str = "notifications.write_mail";
/// What is kept no longer must be deleted; there is one.
pub(crate) const SWEEP: &str = "notifications.sweep";
const ONLY: &str = "only";

/// All kinds of this service.
pub(crate) fn kinds(s: &Notifications) -> Vec<Timer> {
    vec![
        kind(s, WRITE_EMAILS, write_emails::write_emails),
        kind(s, WRITE_MAIL, render_email::write_mail),
        kind(s, SWEEP, sweep::sweep),
    ]
}

fn kind<F, Fut>(s: &Notifications, kind: &'static str, work: F) -> Timer
where
    F: Fn(Notifications, DueTimer) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), ConsumeError>> + Send + 'static,
{
    let s = s.clone();
    Timer { kind, run: handler(move |due| work(s.clone(), due)) }
}

/// Commits a step of writing emails: an email, that it waits, or that there are no more.
async fn commit_step(tx: Tx) -> db::Result<()> {
    tx.commit("notifications.write_mail").await
}

/// Sets the sweep, from now on by the database's clock.
async fn set_sweep_after(tx: &mut Tx, after: Duration) -> db::Result<()> {
    let due_at = tx.now().await?.plus(after);
    timer::set(tx, SWEEP, ONLY, due_at, &()).await
}
