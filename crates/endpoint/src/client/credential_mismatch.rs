//! An address that does not know us: whoever answers there has another secret, or another time.
//!
//! That is no answer to what was asked, and nobody's fault who asks from outside: it is taken as if nobody answered
//! there, so that the next address is asked, and is logged as what it is.

use super::retry::{TryResult, code};
use crate::transport::TransportError;
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// It is said so often.
const SAY_EVERY: Duration = Duration::from_secs(60);

/// When it was last said.
#[derive(Default)]
pub(super) struct MismatchLog(Mutex<Option<Instant>>);

impl MismatchLog {
    /// What a try brought, where we showed a credential of our own.
    pub(super) fn judge(&self, address: &str, tried: TryResult) -> TryResult {
        match tried {
            Ok(response) if response.status() == 401 && code(&response) == "unauthenticated" => {
                let broken = TransportError::not_let_in();
                self.say(address, &broken);
                Err(broken)
            }
            tried => tried,
        }
    }

    fn say(&self, address: &str, broken: &TransportError) {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if said.is_none_or(|at| at.elapsed() >= SAY_EVERY) {
            *said = Some(Instant::now());
            tracing::error!(
                address,
                why = broken.why,
                "service rejected credential; check `ORDO_SECRET` and clock"
            );
        }
    }
}
