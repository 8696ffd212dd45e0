//! The attempts of one call.

use super::{
    CUT_OFF, ClientInner, Policy, ProbeOutcome, RepeatableCall,
    failure::is_unknown,
    metrics,
    targets::{CallSignal, Target},
};
use crate::{Problem, transport::TransportError};
use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode, header};
use kernel::failpoint;
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, sleep};

/// The result of one attempt.
pub(super) type TryResult = Result<Response<Bytes>, TransportError>;

/// The minimum remaining time for which an attempt is made.
const TRY_MIN: Duration = Duration::from_millis(1);

impl ClientInner {
    pub(super) async fn send(&self, call: &RepeatableCall) -> TryResult {
        self.budget.earn();
        let mut last: Option<Arc<Target>> = None;
        // an earlier attempt may have taken effect
        let mut unknown = false;
        let mut n = 1;
        loop {
            let now = Instant::now();
            let give_up = |why: &str| Err(TransportError { arrived: unknown, why: why.to_owned() });
            if now + TRY_MIN > call.deadline {
                metrics::DEADLINES.count(&[self.targets.service()]);
                return give_up("there was no time left");
            }
            self.targets.resolve(now).await;
            let Some(target) = self.targets.pick(now, last.as_ref(), self.env.random_u64()) else {
                return give_up("every address is failing");
            };
            let tried = self.try_once(&target, call, now).await;
            let verdict = RetryDecision::of(&tried, call.method.is_safe());
            let wait = self.wait(n, &tried, self.targets.has_other(&target));
            last = Some(target);
            let again = verdict.again && (verdict.harmless || call.may_repeat) && n < self.policy.tries_max;
            unknown |= !verdict.harmless;
            let to = [self.targets.service()];
            let has_time = Instant::now() + wait + TRY_MIN <= call.deadline;
            if again && !has_time {
                metrics::DEADLINES.count(&to);
            }
            if !again || !has_time {
                return last_word(tried, verdict, unknown);
            }
            if !self.budget.spend() {
                metrics::BUDGET_EXHAUSTED.count(&to);
                return last_word(tried, verdict, unknown);
            }
            metrics::RETRIES.count(&to);
            sleep(wait).await;
            n += 1;
        }
    }

    #[allow(clippy::disallowed_methods, reason = "it passes the fail points")]
    async fn try_once(&self, target: &Arc<Target>, call: &RepeatableCall, now: Instant) -> TryResult {
        let patience = if call.may_repeat { self.policy.per_try } else { Duration::MAX };
        let until = self.targets.try_until(target, now, call.deadline, call.method.is_safe());
        let until = now.checked_add(patience).map_or(until, |patient| patient.min(until));
        let flight = target.begin();
        failpoint::pass(call.name, "calling");
        let sent = self.transport.send(&target.address, call.request(until - now));
        let waited = flight.wait(&self.targets, until, call.may_repeat, &self.policy, sent).await;
        failpoint::pass(call.name, "called");
        let (tried, in_time) = match waited {
            ProbeOutcome::Answered(tried) => (tried, true),
            ProbeOutcome::Unresponsive => {
                return Err(TransportError { arrived: true, why: "the address does not respond".into() });
            }
            ProbeOutcome::DeadlineExceeded => {
                (Err(TransportError { arrived: true, why: "no response in time".into() }), false)
            }
        };
        let tried = match self.credential {
            Some(_) => self.strangers.judge(&target.address, tried),
            None => tried,
        };
        flight.tell(health(&tried, in_time, until - now, &self.policy), &self.policy);
        tried
    }

    /// Exponential delay with full jitter, and at least as long as the server requests. The request of an isolated replica
    /// is ignored if there is another one.
    fn wait(&self, n: u32, tried: &TryResult, has_other: bool) -> Duration {
        let top = self.policy.first_wait.saturating_mul(1 << (n - 1).min(16)).min(self.policy.longest_wait);
        let top = u64::try_from(top.as_nanos()).unwrap_or(u64::MAX).max(1);
        let answered = tried.as_ref().ok().map(Response::headers);
        let asked = answered.filter(|headers| !(has_other && cut_off(headers).is_some()));
        let asked = asked.and_then(retry_after).unwrap_or_default();
        asked.max(Duration::from_nanos(self.env.random_u64() % top))
    }
}

/// Returns the delay that the server requests.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(header::RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// The consequence of one attempt.
#[derive(Clone, Copy)]
struct RetryDecision {
    /// Another attempt may succeed.
    again: bool,
    /// The attempt certainly had no effect.
    harmless: bool,
}

impl RetryDecision {
    /// A safe method (RFC 9110, 9.2.1) never has an effect.
    fn of(tried: &TryResult, safe: bool) -> RetryDecision {
        let verdict = RetryDecision::of_unsafe(tried);
        RetryDecision { harmless: safe || verdict.harmless, ..verdict }
    }

    fn of_unsafe(tried: &TryResult) -> RetryDecision {
        let response = match tried {
            Err(broken) => return RetryDecision { again: true, harmless: !broken.arrived },
            Ok(response) => response,
        };
        match response.status().as_u16() {
            503 => RetryDecision { again: true, harmless: !is_unknown(503, &code(response)) },
            // 429: the caller sent too many requests, so that the delay is for the caller and not for the next attempt
            502 | 504 => RetryDecision { again: true, harmless: false },
            // the request would fail again
            500 => RetryDecision { again: false, harmless: false },
            _ => RetryDecision { again: false, harmless: true },
        }
    }
}

pub(super) fn code(response: &Response<Bytes>) -> String {
    serde_json::from_slice::<Problem>(response.body()).unwrap_or_default().code
}

/// A temporary error is not a valid result of a call of which an earlier attempt may have taken effect.
fn last_word(tried: TryResult, verdict: RetryDecision, unknown: bool) -> TryResult {
    match tried {
        Err(broken) => Err(TransportError { arrived: unknown, ..broken }),
        Ok(response) if unknown && ((verdict.again && verdict.harmless) || is_too_many(&response)) => {
            let why = format!(
                "an earlier attempt may have taken effect, and the last one got {}",
                response.status()
            );
            Err(TransportError { arrived: true, why })
        }
        Ok(response) => Ok(response),
    }
}

fn is_too_many(response: &Response<Bytes>) -> bool {
    response.status() == StatusCode::TOO_MANY_REQUESTS
}

/// Returns whether the server closes this connection after the response, as a process does before it shuts down.
pub fn is_leaving(headers: &HeaderMap) -> bool {
    headers.get(header::CONNECTION).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"close"))
}

/// Returns the code of an error from a process that cannot reach a dependency.
pub fn cut_off(headers: &HeaderMap) -> Option<&str> {
    headers.get(CUT_OFF)?.to_str().ok()
}

fn health(tried: &TryResult, in_time: bool, waited: Duration, policy: &Policy) -> CallSignal {
    match tried {
        // a call with little time left does not show anything about the address
        Err(_) if !in_time && waited < policy.per_try / 4 => CallSignal::Inconclusive,
        Err(_) => CallSignal::Unreachable,
        Ok(response) => health_of(response.status(), response.headers(), !code(response).is_empty()),
    }
}

/// Returns what a response shows about the address. `is_ours`: the response is a problem document of a service, not of a
/// proxy.
pub fn health_of(status: StatusCode, headers: &HeaderMap, is_ours: bool) -> CallSignal {
    match status.as_u16() {
        503 if cut_off(headers).is_some() => CallSignal::Isolated,
        504 if is_ours => CallSignal::Inconclusive,
        502 | 504 => CallSignal::Unreachable,
        503 if !is_ours => CallSignal::Unreachable,
        _ if is_leaving(headers) => CallSignal::Draining,
        // a 503 of a service may be load shedding; avoiding its replica would only overload the others
        500 => CallSignal::Failing,
        _ => CallSignal::Healthy,
    }
}
