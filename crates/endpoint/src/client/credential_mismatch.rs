//! Addresses that reject this service's credential, because they use another secret or their clock differs.
//!
//! Such a response is no answer to the request, and not the fault of the external caller. It is handled as if the address
//! had not responded, so that the next address is tried, and it is logged as a credential mismatch.

use super::retry::{TryResult, code};
use crate::transport::TransportError;
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// Interval between log messages.
const SAY_EVERY: Duration = Duration::from_secs(60);

/// The time of the last log message.
#[derive(Default)]
pub(super) struct MismatchLog(Mutex<Option<Instant>>);

impl MismatchLog {
    /// Converts the result of an attempt that used this service's own credential.
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
