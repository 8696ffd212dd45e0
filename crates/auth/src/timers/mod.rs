//! What this service does by itself, later: rotating keys, sweeping what is over, having mails sent about forgotten
//! passwords.

mod rotate_keys;
mod start_password_reset;
mod sweep;

pub(crate) use start_password_reset::want_reset;

use crate::state::Auth;
use db::{Result, Tx};
use flow::{ConsumeError, DueTimer, Timer, handler::handler, timer};
use std::time::Duration;

const ROTATE_KEYS: &str = "auth.rotate_keys";
const SWEEP: &str = "auth.sweep";
/// One for each address that was given.
const BEGIN_RESET: &str = "auth.begin_reset";
/// There is one timer of each other kind.
const ONLY: &str = "only";
/// Until the timers could be set.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// The kinds of timers, and their work.
pub(crate) fn kinds(auth: &Auth) -> Vec<Timer> {
    let begins = auth.clone();
    let begin_reset = handler(move |due| start_password_reset::begin_reset(begins.clone(), due));
    vec![
        kind(ROTATE_KEYS, auth, rotate_keys::rotate_keys),
        kind(SWEEP, auth, sweep::sweep),
        Timer { kind: BEGIN_RESET, run: begin_reset },
    ]
}

fn kind<F, Fut>(kind: &'static str, auth: &Auth, work: F) -> Timer
where
    F: Fn(Auth) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    let auth = auth.clone();
    let run = handler(move |_: DueTimer| {
        let done = work(auth.clone());
        async move { done.await.map_err(ConsumeError::from) }
    });
    Timer { kind, run }
}

/// At the start: these two are due at once, whatever the last process left.
pub(crate) async fn set_all(auth: Auth) {
    while let Err(error) = try_set_all(&auth).await {
        tracing::warn!(%error, "timers could not be set; will retry");
        tokio::time::sleep(TRY_AGAIN).await;
    }
    auth.timers.wake();
}

async fn try_set_all(auth: &Auth) -> Result<()> {
    let mut tx = auth.db.begin().await?;
    set(&mut tx, ROTATE_KEYS, Duration::ZERO).await?;
    set(&mut tx, SWEEP, Duration::ZERO).await?;
    tx.commit("auth.set_timers").await
}

/// Sets a timer, from now on by the database's clock.
async fn set(tx: &mut Tx, kind: &str, after: Duration) -> Result<()> {
    let due_at = tx.now().await?.plus(after);
    timer::set(tx, kind, ONLY, due_at, &()).await
}
