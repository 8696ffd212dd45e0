//! Reconnecting after a failure: one attempt at a time, after a delay, so that a server that is restarting is not
//! overloaded with rejected connections. Existing connections are used meanwhile.

use crate::{Error, ErrorKind, Result};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Mutex as Turns, OwnedMutexGuard},
    time::{Instant, sleep_until},
};

/// The delay after the first failure, doubled after each further one.
const SHORTEST: Duration = Duration::from_millis(50);
/// The maximum delay, after which a restored server is detected at the latest.
const LONGEST: Duration = Duration::from_millis(500);

/// State shared by all callers of a pool. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct ReconnectGate {
    shut: Arc<Mutex<Option<ReconnectError>>>,
    turns: Arc<Turns<()>>,
}

/// No connection could be opened.
#[derive(Clone)]
struct ReconnectError {
    until: Instant,
    pause: Duration,
    why: String,
}

impl ReconnectGate {
    /// Waits until this caller may connect; after a failure one at a time may, which holds the guard meanwhile. Returns
    /// immediately if a connection is free.
    ///
    /// # Errors
    /// When another caller has failed to connect while this one was waiting.
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

    /// Records that a connection was opened.
    pub(super) fn open(&self) {
        *self.held() = None;
    }

    /// Records that a connection could not be opened. Of several concurrent failures, the first counts.
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
