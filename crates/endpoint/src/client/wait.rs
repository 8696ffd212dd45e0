//! How long a call waits for its response, and when it probes the address in the meantime.

use super::{
    Policy,
    probe::{LAST_LOOK_WITHIN, LOOK_WITHIN},
    targets::{CallSignal, InFlightCall, Target, Targets},
};
use std::{future::Future, pin::pin, sync::Arc, time::Duration};
use tokio::time::{Instant, sleep_until, timeout_at};

/// The time after which a waiting call starts a probe, unless a third of its timeout is shorter.
const LOOK_AFTER: Duration = Duration::from_secs(1);
/// The minimum time that a repeatable call waits. If there is another address, it waits for a third of the remaining time.
const PATIENCE_MIN: Duration = Duration::from_millis(250);

/// The result of waiting for a response.
#[derive(Debug)]
pub enum ProbeOutcome<T> {
    /// A response arrived.
    Answered(T),
    /// The address does not respond, and a repeatable call should be sent to another one.
    Unresponsive,
    /// The deadline has passed.
    DeadlineExceeded,
}

impl InFlightCall {
    /// Waits for a response until `then`. After a while it probes the address, and abandons a repeatable call if the
    /// address does not respond.
    pub async fn wait<T>(
        &self,
        others: &Targets,
        until: Instant,
        may_repeat: bool,
        policy: &Policy,
        answer: impl Future<Output = T>,
    ) -> ProbeOutcome<T> {
        let now = Instant::now();
        let look_at = now + LOOK_AFTER.min(until.saturating_duration_since(now) / 3);
        let mut answer = pin!(answer);
        if let Ok(answer) = timeout_at(look_at, &mut answer).await {
            return ProbeOutcome::Answered(answer);
        }
        let within = if others.has_other(&self.target) { LOOK_WITHIN } else { LAST_LOOK_WITHIN };
        // biased, so that runs are reproducible: no random choice is made
        let is_there = tokio::select! {
            biased;
            answer = &mut answer => return ProbeOutcome::Answered(answer),
            () = sleep_until(until) => return ProbeOutcome::DeadlineExceeded,
            is_there = self.target.looking.is_anybody_at(&self.target.address, within) => is_there,
        };
        if !is_there {
            self.tell(CallSignal::Unresponsive, policy);
            if may_repeat {
                return ProbeOutcome::Unresponsive;
            }
        }
        match timeout_at(until, answer).await {
            Ok(answer) => ProbeOutcome::Answered(answer),
            Err(_) => ProbeOutcome::DeadlineExceeded,
        }
    }
}

impl Targets {
    /// Returns how long an attempt at this address waits when the call has this deadline. A safe call that could be sent to
    /// another address does not spend all of its time here.
    pub fn try_until(&self, target: &Arc<Target>, now: Instant, deadline: Instant, is_safe: bool) -> Instant {
        let left = deadline.saturating_duration_since(now);
        match is_safe && self.has_other(target) {
            true => now + left.min(PATIENCE_MIN.max(left / 3)),
            false => deadline,
        }
    }
}
