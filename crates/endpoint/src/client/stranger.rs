//! An address that does not know us: whoever answers there has another secret, or another time.
//!
//! That is no answer to what was asked, and nobody's fault who asks from outside: it is taken as if nobody answered
//! there, so that the next address is asked, and is logged as what it is.

use super::retry::{Tried, code};
use crate::transport::Broken;
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// It is said so often.
const SAY_EVERY: Duration = Duration::from_secs(60);

/// When it was last said.
#[derive(Default)]
pub(super) struct Strangers(Mutex<Option<Instant>>);

impl Strangers {
    /// What a try brought, where we showed a credential of our own.
    pub(super) fn judge(&self, address: &str, tried: Tried) -> Tried {
        match tried {
            Ok(response) if response.status() == 401 && code(&response) == "unauthenticated" => {
                let broken = Broken::not_let_in();
                self.say(address, &broken);
                Err(broken)
            }
            tried => tried,
        }
    }

    fn say(&self, address: &str, broken: &Broken) {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if said.is_none_or(|at| at.elapsed() >= SAY_EVERY) {
            *said = Some(Instant::now());
            tracing::error!(address, why = broken.why, "a service of this shop does not let us in");
        }
    }
}
