//! Probes of addresses: they distinguish an unresponsive or unreachable process from one that is busy for a long time.

use super::{
    Policy,
    targets::{CallSignal, InFlightCall, Target, Targets},
};
use crate::transport::Transport;
use bytes::Bytes;
use http::{Request, StatusCode, Uri};
use kernel::Env;
use std::{
    future::Future,
    pin::pin,
    sync::{Arc, Weak, atomic::AtomicBool},
    time::Duration,
};
use tokio::time::{Instant, sleep, sleep_until, timeout, timeout_at};

/// The path to which every server responds while it runs.
const HEALTH: &str = "/health";
/// The path to which a service responds successfully while it can reach its dependencies.
const READY: &str = "/ready";
/// The time after which a waiting call starts a probe, unless a third of its timeout is shorter.
const LOOK_AFTER: Duration = Duration::from_secs(1);
/// The timeout of a probe if there is another address.
const LOOK_WITHIN: Duration = Duration::from_secs(1);
/// The timeout of a probe if there is no other address: a slow connection is better than none.
const LAST_LOOK_WITHIN: Duration = Duration::from_secs(3);
/// The minimum time that a repeatable call waits. If there is another address, it waits for a third of the remaining time.
const PATIENCE_MIN: Duration = Duration::from_millis(250);

/// Sends probes to the addresses of a service.
pub(super) struct Prober {
    pub(super) service: String,
    transport: Arc<dyn Transport>,
    env: Env,
    /// Whether there are several addresses.
    pub(super) has_choice: AtomicBool,
}

impl Prober {
    pub(super) fn new(service: &str, transport: Arc<dyn Transport>, env: &Env) -> Prober {
        let has_choice = AtomicBool::new(false);
        Prober { service: service.to_owned(), transport, env: env.clone(), has_choice }
    }

    /// Returns the status of the response, if there is one. The request only reads, so that it has no fail points and
    /// nothing is affected if the process ends during it.
    #[allow(clippy::disallowed_methods, reason = "it reads, and has none of them")]
    async fn ask(&self, address: &str, question: &'static str, within: Duration) -> Option<StatusCode> {
        let mut request = Request::new(Bytes::new());
        *request.uri_mut() = Uri::from_static(question);
        let answered = timeout(within, self.transport.send(address, request)).await;
        answered.ok()?.ok().map(|response| response.status())
    }

    /// Returns whether the address responds. Any response counts, except that of a load balancer without a backend.
    async fn is_anybody_at(&self, address: &str, within: Duration) -> bool {
        let answered = self.ask(address, HEALTH, within).await;
        answered.is_some_and(|status| !matches!(status.as_u16(), 502..=504))
    }

    /// Probes the address periodically until it responds or is no longer needed.
    pub(super) fn until_back(self: &Arc<Self>, target: &Arc<Target>, policy: &Policy) {
        let (looking, policy) = (self.clone(), policy.clone());
        let (address, target): (_, Weak<Target>) = (target.address.clone(), Arc::downgrade(target));
        self.env.spawn("look", async move {
            loop {
                sleep(policy.look_every).await;
                let is_open = target.upgrade().is_some_and(|target| target.is_open());
                if !is_open {
                    return;
                }
                if looking.is_anybody_at(&address, LAST_LOOK_WITHIN).await {
                    if let Some(target) = target.upgrade() {
                        target.is_back(&policy);
                    }
                    return;
                }
            }
        });
    }

    /// Probes the address periodically until it is ready or no longer needed.
    pub(super) fn until_ready(self: &Arc<Self>, target: &Arc<Target>, policy: &Policy) {
        let (looking, every) = (self.clone(), policy.look_every);
        let (address, target): (_, Weak<Target>) = (target.address.clone(), Arc::downgrade(target));
        self.env.spawn("look", async move {
            loop {
                sleep(every).await;
                if target.strong_count() == 0 {
                    return;
                }
                let answered = looking.ask(&address, READY, LAST_LOOK_WITHIN).await;
                if answered.is_some_and(|status| status.is_success()) {
                    if let Some(target) = target.upgrade() {
                        target.is_ready_again();
                    }
                    return;
                }
            }
        });
    }
}

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
