//! Connecting again after it has failed: one tries at a time, and after a pause, so that a server which is about to come back
//! is not kept busy with refusing. Connections that are there are used in the meantime.

use crate::{Error, ErrorKind, Result};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Mutex as Turns, OwnedMutexGuard},
    time::{Instant, sleep_until},
};

/// The pause after the first failure; each further one is twice as long.
const SHORTEST: Duration = Duration::from_millis(50);
/// The longest pause: so much later, at the most, is found that the server is back.
const LONGEST: Duration = Duration::from_millis(500);

/// What all callers of a pool have in common; cheap to clone.
#[derive(Clone, Default)]
pub(super) struct ReconnectGate {
    shut: Arc<Mutex<Option<ReconnectError>>>,
    turns: Arc<Turns<()>>,
}

/// No connection could be made.
#[derive(Clone)]
struct ReconnectError {
    until: Instant,
    pause: Duration,
    why: String,
}

impl ReconnectGate {
    /// Waits until this caller may connect; after a failure one may, who holds the turn in the meantime. Where a connection
    /// is free nobody waits.
    ///
    /// # Errors
    /// When somebody else has tried while this one waited, and failed, too.
    pub(super) async fn pass(&self, is_free: impl FnOnce() -> bool) -> Result<Option<OwnedMutexGuard<()>>> {
        let Some(seen) = self.shut().filter(|_| !is_free()) else { return Ok(None) };
        let turn = self.turns.clone().lock_owned().await;
        match self.shut() {
            None => Ok(None),
            Some(now) if now.until != seen.until => Err(Error::new(ErrorKind::Unavailable, now.why)),
            Some(now) => {
                sleep_until(now.until).await;
                Ok(Some(turn))
            }
        }
    }

    /// A connection was made.
    pub(super) fn open(&self) {
        *self.held() = None;
    }

    /// A connection could not be made. Of several at once the first one counts.
    pub(super) fn shut_after(&self, why: &Error) {
        let now = Instant::now();
        let mut held = self.held();
        let pause = match &*held {
            Some(shut) if now < shut.until => return,
            Some(shut) => (shut.pause * 2).min(LONGEST),
            None => SHORTEST,
        };
        *held = Some(ReconnectError { until: now + pause, pause, why: why.to_string() });
    }

    fn shut(&self) -> Option<ReconnectError> {
        self.held().clone()
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Option<ReconnectError>> {
        self.shut.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
