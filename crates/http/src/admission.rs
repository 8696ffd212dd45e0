//! Adaptive limit of concurrent requests in this process. In an overload, admitted requests are served as fast as before,
//! and the others are rejected immediately (503, `Retry-After`).
//!
//! The limit adapts to the time that requests wait for a processor (how late a timer of the runtime fires) and for a
//! database ([`kernel::queueing`]): it shrinks if they wait long, and grows if they do not and the limit is reached. Bursts
//! wait briefly. If requests have been waiting for longer, further ones are rejected immediately, until none was rejected
//! for a while.
//!
//! A request that waits for something else releases its slot meanwhile ([`crate::step_aside`]): for its body, for the hash
//! of a password, or for the payment provider.

use endpoint::http::Method;
use kernel::queueing;
use std::{
    collections::VecDeque,
    fmt,
    num::NonZero,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::available_parallelism,
    time::Duration,
};
use tokio::{
    sync::{Notify, oneshot},
    task::yield_now,
    time::{Instant, sleep, sleep_until, timeout},
};

/// Initial limit per processor.
const FIRST: usize = 16;
/// Minimum limit per processor, sufficient to keep the processors and a disk busy.
const LEAST: usize = 8;
/// One in this many running requests can be a vital one beyond the limit.
const VITAL_SHARE: usize = 4;
/// Number of requests that can wait in a burst, per slot of the limit.
const BURST: usize = 16;
/// Time after which waiting requests are no longer considered a burst.
const BURST_ENDS_AFTER: Duration = Duration::from_millis(100);
/// Time without rejections after which an overload is over. Rejected clients retry sooner than that, because rejections are
/// delayed and tell clients to wait.
const CALM_AFTER: Duration = Duration::from_secs(3);
/// Maximum time for which a request waits.
const WAIT_MAX: Duration = Duration::from_secs(4);
/// Maximum number of rejections per second and processor. Clients that retry immediately wait for the next one.
const REFUSALS_PER_S: u32 = 250;
/// Maximum delay of a rejection.
const REFUSAL_WAIT_MAX: Duration = Duration::from_secs(2);
/// Duration of the timer whose lateness is measured.
const PROBE: Duration = Duration::from_millis(10);
/// Number of measurements per change of the limit.
const PROBES: u32 = 5;
/// Mean waiting time above which the process is considered overloaded.
const QUEUEING_MAX: Duration = Duration::from_millis(2);

/// The limit of concurrent requests of a process. Cheap to clone.
#[derive(Clone)]
pub struct Admission(Arc<AdmissionInner>);

struct AdmissionInner {
    first: usize,
    least: usize,
    most: usize,
    refusal_interval: Duration,
    state: Mutex<AdmissionState>,
    /// Notified when the limit is nearly reached.
    pressed: Notify,
}

struct AdmissionState {
    limit: usize,
    working: usize,
    waiting: VecDeque<oneshot::Sender<Admitted>>,
    /// The time since which requests have been waiting.
    waiting_since: Instant,
    /// The time from which bursts can wait again.
    calm_at: Instant,
    /// Whether the limit was reached since the last check.
    was_reached: bool,
    next_refusal: Instant,
}

/// An admitted request. Dropping it releases its slot.
pub struct Admitted(Option<Admission>);

impl Admitted {
    /// Returns the limit that admitted the request.
    pub(crate) fn admission(&self) -> Option<&Admission> {
        self.0.as_ref()
    }
}

impl Admission {
    /// Creates a limit that adapts, up to `most`. [`Admission::adapt`] must run.
    pub fn adaptive(most: usize) -> Self {
        Self::new((LEAST * processors()).min(most), most)
    }

    /// Creates a fixed limit.
    pub fn fixed(limit: usize) -> Self {
        Self::new(limit, limit)
    }

    fn new(least: usize, most: usize) -> Self {
        let refusals_per_s = REFUSALS_PER_S.saturating_mul(u32::try_from(processors()).unwrap_or(1));
        let (now, first) = (Instant::now(), (FIRST * processors()).clamp(least, most));
        Admission(Arc::new(AdmissionInner {
            first,
            least,
            most,
            refusal_interval: Duration::from_secs(1) / refusals_per_s,
            state: Mutex::new(AdmissionState {
                limit: first,
                working: 0,
                waiting: VecDeque::new(),
                waiting_since: now,
                calm_at: now,
                was_reached: false,
                next_refusal: now,
            }),
            pressed: Notify::new(),
        }))
    }

    /// Admits a request, after a short wait if necessary. `None` if too many are running. A vital request, which completes
    /// something that was started, is admitted beyond the limit.
    pub async fn enter(&self, is_vital: bool) -> Option<Admitted> {
        let admitted = self.enter_now_or_wait(is_vital).await?;
        // all other requests that have arrived are counted before this one runs: a request that never waits would otherwise
        // complete at its first poll, and requests that wait for a processor would not be counted
        yield_now().await;
        Some(admitted)
    }

    async fn enter_now_or_wait(&self, is_vital: bool) -> Option<Admitted> {
        let turn = {
            let mut state = self.state();
            let limit = if is_vital { state.limit + state.limit / VITAL_SHARE } else { state.limit };
            if state.working * 2 >= state.limit {
                self.0.pressed.notify_one();
            }
            if state.working < limit {
                state.working += 1;
                return Some(Admitted(Some(self.clone())));
            }
            state.was_reached = true;
            let now = Instant::now();
            if state.waiting.is_empty() {
                state.waiting_since = now;
            }
            let is_burst = now >= state.calm_at && now.duration_since(state.waiting_since) < BURST_ENDS_AFTER;
            // in an overload some requests wait, so that the next one is available when a slot is released
            let room = if is_burst { state.limit * BURST } else { state.limit };
            if state.waiting.len() >= room {
                state.calm_at = now + CALM_AFTER;
                return None;
            }
            let (place, turn) = oneshot::channel();
            state.waiting.push_back(place);
            turn
        };
        timeout(WAIT_MAX, turn).await.ok()?.ok()
    }

    /// Waits until another rejection can be sent. `weight` is the cost of the rejected request, in immediate rejections.
    /// Without this delay, clients that retry immediately would take processor time from admitted requests.
    pub async fn pace_refusal(&self, weight: u32) {
        let now = Instant::now();
        let at = {
            let mut state = self.state();
            let at = state.next_refusal.clamp(now, now + REFUSAL_WAIT_MAX);
            state.next_refusal = at + self.0.refusal_interval * weight;
            at
        };
        if at > now {
            sleep_until(at).await;
        }
    }

    /// Adapts the limit as long as it is polled.
    pub async fn adapt(self) {
        loop {
            self.0.pressed.notified().await;
            queueing::take_mean();
            while self.look().await {}
        }
    }

    /// Measures for a moment and changes the limit. Returns whether the limit is still nearly reached.
    async fn look(&self) -> bool {
        let begun = Instant::now();
        for _ in 0..PROBES {
            sleep(PROBE).await;
        }
        let late = begun.elapsed().saturating_sub(PROBE * PROBES) / PROBES;
        let queueing = late.max(queueing::take_mean());
        let mut state = self.state();
        let (limit, was_reached) = (state.limit, std::mem::take(&mut state.was_reached));
        let was_reached = was_reached || !state.waiting.is_empty();
        let is_pressed = state.working * 2 >= limit || was_reached;
        state.limit = match queueing > QUEUEING_MAX {
            true => limit - limit / 8,
            false if was_reached => limit + limit.div_ceil(8),
            false if is_pressed => limit,
            // growth that was caused by slow requests is not kept for fast ones
            false => limit.min(self.0.first.max(state.working * 2)),
        }
        .clamp(self.0.least, self.0.most);
        self.let_in(&mut state);
        tracing::trace!(limit = state.limit, working = state.working, ?queueing, "admission");
        is_pressed
    }

    /// Admits a request again that had released its slot.
    pub(crate) fn resume(&self) -> Admitted {
        self.state().working += 1;
        Admitted(Some(self.clone()))
    }

    #[cfg(test)]
    pub(crate) fn at_work(&self) -> usize {
        self.state().working
    }

    fn let_in(&self, state: &mut AdmissionState) {
        while state.working < state.limit
            && let Some(waiting) = state.waiting.pop_front()
        {
            match waiting.send(Admitted(Some(self.clone()))) {
                Ok(()) => state.working += 1,
                // the waiting request was dropped
                Err(mut unused) => unused.0 = None,
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, AdmissionState> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Admission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Admission({}..={})", self.0.least, self.0.most)
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        let Some(admission) = self.0.take() else { return };
        let mut state = admission.state();
        state.working -= 1;
        admission.let_in(&mut state);
    }
}

fn processors() -> usize {
    available_parallelism().map_or(1, NonZero::get)
}

/// Returns whether a request is admitted beyond the limit: staff pages, and actions on existing orders, such as payment.
pub fn is_vital(method: &Method, path: &str) -> bool {
    let mut words = path.split('/').skip(1);
    match (words.next(), words.next(), words.next(), words.next()) {
        (Some("console"), ..) | (Some("v1"), Some("payments" | "fulfilments" | "refunds"), ..) => true,
        (Some("v1"), Some("orders"), Some(_), Some(_)) | (Some("orders"), Some(_), Some(_), _) => {
            !method.is_safe()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::{FutureExt, future::join_all};

    #[tokio::test]
    async fn a_burst_waits_and_an_overload_is_refused_at_once() {
        let admission = Admission::fixed(4);
        let working = join_all((0..4).map(|_| admission.enter(false))).await;
        assert!(working.iter().all(Option::is_some));
        let (another, burst) = (admission.clone(), 4 * BURST);
        let mut waiting: Vec<_> = (0..=burst).map(|_| Box::pin(another.enter_now_or_wait(false))).collect();
        let refused = waiting.iter_mut().filter_map(|waiting| waiting.now_or_never()).count();
        assert_eq!(refused, 1, "so many wait");
        assert!(admission.enter(true).await.is_some(), "what finishes something goes on");
        sleep(BURST_ENDS_AFTER).await;
        drop(working);
        waiting.pop();
        // four continued, and those behind them have been waiting for long
        assert_eq!(waiting.iter_mut().filter_map(|waiting| waiting.now_or_never().flatten()).count(), burst);
        assert!(admission.enter(false).await.is_some());

        let _working = join_all((0..4).map(|_| admission.enter(false))).await;
        let mut waiting: Vec<_> = (0..=4).map(|_| Box::pin(another.enter_now_or_wait(false))).collect();
        let refused = waiting.iter_mut().filter_map(|waiting| waiting.now_or_never()).count();
        assert_eq!(refused, 1, "one was refused a moment ago: as many wait as work");
    }

    #[tokio::test]
    async fn the_limit_grows_while_some_wait_though_no_others_come() {
        let admission = Admission::adaptive(1000);
        let limit = admission.state().limit;
        let _working = join_all((0..limit).map(|_| admission.enter(false))).await;
        let another = admission.clone();
        let mut waiting = Box::pin(another.enter_now_or_wait(false));
        assert!((&mut waiting).now_or_never().is_none());
        admission.state().was_reached = false;
        // a busy machine can shrink it occasionally
        for _ in 0..50 {
            assert!(admission.look().await);
            if admission.state().working > limit {
                return;
            }
        }
        panic!("who waits is not let in");
    }

    #[test]
    fn what_finishes_something_is_vital() {
        for (method, path, vital) in [
            (Method::POST, "/v1/payments/pay_1/confirm", true),
            (Method::POST, "/v1/orders/ord_1/payments", true),
            (Method::GET, "/v1/orders/ord_1/payments", false),
            (Method::POST, "/v1/orders", false),
            (Method::GET, "/console/orders", true),
            (Method::POST, "/orders/ord_1/pay", true),
            (Method::GET, "/", false),
            (Method::POST, "/v1/baskets/bas_1/place", false),
        ] {
            assert_eq!(is_vital(&method, path), vital, "{method} {path}");
        }
    }

    #[tokio::test]
    async fn refusals_are_spread_over_time_and_none_waits_for_long() {
        let admission = Admission::fixed(1);
        let begun = Instant::now();
        let (few, processors) = (REFUSALS_PER_S / 10, u32::try_from(processors()).unwrap());
        join_all((0..few * processors).map(|_| admission.pace_refusal(1))).await;
        assert!(begun.elapsed() >= Duration::from_millis(90), "{:?}", begun.elapsed());
        for _ in 0..20 * REFUSALS_PER_S * processors {
            let _ = admission.pace_refusal(1).now_or_never();
        }
        assert!(admission.state().next_refusal <= Instant::now() + 2 * REFUSAL_WAIT_MAX);
    }
}
