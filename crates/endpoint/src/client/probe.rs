//! Whether anybody is at an address: a process that is unresponsive, or cannot be reached, is told by this from one
//! that works for long.

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

/// What every server answers as long as it runs.
const HEALTH: &str = "/health";
/// What a service answers well as long as it can reach its dependencies.
const READY: &str = "/ready";
/// A call that has waited so long, or a third of the time that it has, asks whether anybody is there.
const LOOK_AFTER: Duration = Duration::from_secs(1);
/// Whoever is there says so within this, where there is another address.
const LOOK_WITHIN: Duration = Duration::from_secs(1);
/// The same, where there is none: a way that is slow is better than none.
const LAST_LOOK_WITHIN: Duration = Duration::from_secs(3);
/// What may be repeated waits for a third of the time that is left, where there is another address, and not less.
const PATIENCE_MIN: Duration = Duration::from_millis(250);

/// What it takes to look.
pub(super) struct Prober {
    pub(super) service: String,
    transport: Arc<dyn Transport>,
    env: Env,
    /// There are several addresses.
    pub(super) has_choice: AtomicBool,
}

impl Prober {
    pub(super) fn new(service: &str, transport: Arc<dyn Transport>, env: &Env) -> Prober {
        let has_choice = AtomicBool::new(false);
        Prober { service: service.to_owned(), transport, env: env.clone(), has_choice }
    }

    /// What is answered there, if anything is. It reads, and changes nothing: whoever ends beside it has done nothing, and
    /// so it has no fail points.
    #[allow(clippy::disallowed_methods, reason = "it reads, and has none of them")]
    async fn ask(&self, address: &str, question: &'static str, within: Duration) -> Option<StatusCode> {
        let mut request = Request::new(Bytes::new());
        *request.uri_mut() = Uri::from_static(question);
        let answered = timeout(within, self.transport.send(address, request)).await;
        answered.ok()?.ok().map(|response| response.status())
    }

    /// Any answer will do, but a balancer's that nobody is behind it.
    async fn is_anybody_at(&self, address: &str, within: Duration) -> bool {
        let answered = self.ask(address, HEALTH, within).await;
        answered.is_some_and(|status| !matches!(status.as_u16(), 502..=504))
    }

    /// Looks now and then, until somebody is there or nobody needs the address any more.
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

    /// Looks now and then, until it says that it is ready or nobody needs the address any more.
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

/// What came of waiting for an answer.
#[derive(Debug)]
pub enum ProbeOutcome<T> {
    /// There is one.
    Answered(T),
    /// Nobody is there, and what may be repeated is better asked elsewhere.
    Unresponsive,
    /// The time is up.
    DeadlineExceeded,
}

impl InFlightCall {
    /// Waits for an answer until then. What waits long looks whether anybody is there, and what may be repeated does
    /// not wait where nobody is.
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
        // biased, so that a run can be repeated: no choice is drawn
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
    /// Until when a try at this address waits whose call has time until the deadline. What only reads, and could do so
    /// elsewhere, does not spend all of its time here.
    pub fn try_until(&self, target: &Arc<Target>, now: Instant, deadline: Instant, is_safe: bool) -> Instant {
        let left = deadline.saturating_duration_since(now);
        match is_safe && self.has_other(target) {
            true => now + left.min(PATIENCE_MIN.max(left / 3)),
            false => deadline,
        }
    }
}
