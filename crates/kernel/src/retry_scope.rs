//! Tracks whether failed work can be retried: nothing has taken effect, and it failed only because of a conflict with a
//! concurrent transaction (a deadlock, a serialization failure).
//!
//! Code with a side effect reports it ([`SideEffect`]), and code that detects a conflict reports that ([`mark_conflict`]),
//! independently of each other. The code that runs the work observes both ([`track`]).
//!
//! In the same way, code reports that this process cannot reach a dependency ([`mark_isolated`]), so that the response to
//! the whole request can say so ([`watch_isolation`]).
//!
//! Open transactions are also reported ([`OpenTransaction`]), because calls are not permitted within them (R2): every call
//! passes a fail point, at which test builds panic ([`assert_no_open_transaction`]).

use std::{
    cell::RefCell,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    },
    task::{Context, Poll},
};

/// What is known of one attempt.
#[derive(Debug, Default)]
struct ScopeState {
    effects: AtomicU32,
    conflict: AtomicBool,
    isolated: AtomicBool,
    /// Open transactions.
    transactions: AtomicU32,
    /// Runs in parallel to the outer attempt, whose transactions do not wait for it.
    is_detached: bool,
    /// The enclosing attempt: a side effect here is one there, too.
    outer: Option<Arc<ScopeState>>,
}

impl ScopeState {
    fn and_outer(&self) -> impl Iterator<Item = &ScopeState> {
        std::iter::successors(Some(self), |state| state.outer.as_deref())
    }
}

thread_local! {
    /// The attempt whose future is being polled on this thread.
    static CURRENT: RefCell<Option<Arc<ScopeState>>> = const { RefCell::new(None) };
}

fn current() -> Option<Arc<ScopeState>> {
    CURRENT.with_borrow(Clone::clone)
}

/// A side effect: a commit or an external request. It counts from its start, because its outcome is unknown if it is
/// interrupted.
#[derive(Debug)]
#[must_use = "an effect that certainly did not happen is to be taken back"]
pub struct SideEffect(Option<Arc<ScopeState>>);

impl SideEffect {
    /// Reports the start of a side effect.
    pub fn begins() -> Self {
        let state = current();
        for state in state.iter().flat_map(|state| state.and_outer()) {
            state.effects.fetch_add(1, Relaxed);
        }
        SideEffect(state)
    }
    /// Reports that the side effect certainly did not happen.
    pub fn did_not_happen(self) {
        for state in self.0.iter().flat_map(|state| state.and_outer()) {
            state.effects.fetch_sub(1, Relaxed);
        }
    }
}

/// A transaction that is open as long as this value lives.
#[derive(Debug)]
#[must_use = "dropped, it is held no longer"]
pub struct OpenTransaction(Option<Arc<ScopeState>>);

impl OpenTransaction {
    /// Reports that a transaction was begun for the current work.
    pub fn begins() -> Self {
        let state = current();
        state.iter().for_each(|state| _ = state.transactions.fetch_add(1, Relaxed));
        OpenTransaction(state)
    }
}

impl Drop for OpenTransaction {
    fn drop(&mut self) {
        self.0.iter().for_each(|state| _ = state.transactions.fetch_sub(1, Relaxed));
    }
}

/// Checks that no call is made inside a transaction (R2): it would hold locks and a pooled connection while it waits, and
/// the called service could wait for these. Checked in test builds only.
///
/// # Panics
/// When the current work, or work that encloses it, has an open transaction.
pub(crate) fn assert_no_open_transaction(call: &str) {
    if cfg!(debug_assertions) {
        let state = current();
        for state in state.iter().flat_map(|state| state.and_outer()) {
            assert!(state.transactions.load(Relaxed) == 0, "{call} is called inside a transaction (R2)");
            if state.is_detached {
                return;
            }
        }
    }
}

/// Reports that the current work failed only because of a conflict.
pub fn mark_conflict() {
    if let Some(state) = current() {
        state.conflict.store(true, Relaxed);
    }
}

/// Reports that this process cannot reach a dependency. Another replica may be able to.
pub fn mark_isolated() {
    let state = current();
    for state in state.iter().flat_map(|state| state.and_outer()) {
        state.isolated.store(true, Relaxed);
    }
}

/// Runs the work, and returns whether any part of it found this process isolated.
pub async fn watch_isolation<F: Future + Unpin>(work: F) -> (F::Output, bool) {
    let state = Arc::new(ScopeState { outer: current(), ..ScopeState::default() });
    let output = Tracked { work, state: state.clone() }.await;
    (output, state.isolated.load(Relaxed))
}

/// The conflicts of tracked work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConflictOutcome {
    /// There was no conflict.
    NoConflict,
    /// There was a conflict, and nothing had taken effect: the work can be retried.
    Retryable,
    /// There was a conflict after something had taken effect: the work can be retried only if it finds its earlier effects.
    AfterSideEffects,
}

/// Runs the work, and returns its conflicts. Work that is moved to another task is not tracked.
pub async fn track<F: Future + Unpin>(work: F) -> (F::Output, ConflictOutcome) {
    let state = Arc::new(ScopeState { outer: current(), ..ScopeState::default() });
    let output = Tracked { work, state: state.clone() }.await;
    let race = match (state.conflict.load(Relaxed), state.effects.load(Relaxed)) {
        (false, _) => ConflictOutcome::NoConflict,
        (true, 0) => ConflictOutcome::Retryable,
        (true, _) => ConflictOutcome::AfterSideEffects,
    };
    (output, race)
}

/// Runs part of the work detached from the rest: open transactions there do not wait for calls here.
pub async fn run_detached<F: Future>(work: F) -> F::Output {
    let state = Arc::new(ScopeState { outer: current(), is_detached: true, ..ScopeState::default() });
    Tracked { work: Box::pin(work), state }.await
}

struct Tracked<F> {
    work: F,
    state: Arc<ScopeState>,
}

impl<F: Future + Unpin> Future for Tracked<F> {
    type Output = F::Output;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let _outer = ScopeRestorer(CURRENT.replace(Some(self.state.clone())));
        Pin::new(&mut self.work).poll(cx)
    }
}

/// Restores the enclosing attempt in any case: tracked work can contain other tracked work.
struct ScopeRestorer(Option<Arc<ScopeState>>);

impl Drop for ScopeRestorer {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::Waker;

    /// Runs work that never waits.
    fn now<T>(work: impl Future<Output = T>) -> T {
        match Box::pin(work).as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(output) => output,
            Poll::Pending => panic!("it waits"),
        }
    }

    fn may_begin_again(work: impl Future<Output = ()>) -> bool {
        now(track(Box::pin(work))).1 == ConflictOutcome::Retryable
    }

    #[test]
    fn only_what_lost_and_had_no_effect_may_begin_again() {
        assert!(!may_begin_again(async {}));
        assert!(may_begin_again(async { mark_conflict() }));
        let halfway = track(Box::pin(async {
            let _commit = SideEffect::begins();
            mark_conflict();
        }));
        assert_eq!(now(halfway).1, ConflictOutcome::AfterSideEffects);
        assert!(may_begin_again(async {
            SideEffect::begins().did_not_happen();
            mark_conflict();
        }));
    }

    #[test]
    fn the_effect_of_a_part_is_one_of_the_whole_and_its_lost_race_is_not() {
        assert!(!may_begin_again(async {
            assert_eq!(track(Box::pin(async { mark_conflict() })).await.1, ConflictOutcome::Retryable);
        }));
        assert!(!may_begin_again(async {
            track(Box::pin(async { drop(SideEffect::begins()) })).await;
            mark_conflict();
        }));
        assert!(may_begin_again(async {
            track(Box::pin(async { SideEffect::begins().did_not_happen() })).await;
            mark_conflict();
        }));
    }

    #[test]
    fn who_watches_hears_of_each_part_that_was_cut_off() {
        let was_cut_off = |work: BoxFuture| now(watch_isolation(work)).1;
        assert!(!was_cut_off(Box::pin(async { mark_conflict() })));
        assert!(was_cut_off(Box::pin(async { mark_isolated() })));
        assert!(was_cut_off(Box::pin(async {
            track(Box::pin(async { mark_isolated() })).await;
        })));
        assert!(!now(async {
            watch_isolation(Box::pin(async { mark_isolated() })).await;
            watch_isolation(Box::pin(async {})).await.1
        }));
    }

    fn calls() {
        crate::failpoint::pass("somebody", "calling");
    }

    #[test]
    fn who_has_ended_its_transaction_may_call_and_so_may_who_is_no_part_of_the_work() {
        now(track(Box::pin(async {
            drop(OpenTransaction::begins());
            calls();
            // another part of the work ends its own transaction, whenever the value is dropped
            let (other, _) = track(Box::pin(async { OpenTransaction::begins() })).await;
            calls();
            drop(other);
        })));
        let _of_nobody = OpenTransaction::begins();
        calls();
    }

    #[test]
    #[should_panic(expected = "somebody is called inside a transaction (R2)")]
    fn nothing_calls_out_inside_a_transaction() {
        now(track(Box::pin(async {
            let _tx = OpenTransaction::begins();
            calls();
        })));
    }

    #[test]
    fn what_is_done_beside_a_transaction_may_call() {
        now(track(Box::pin(async {
            let _tx = OpenTransaction::begins();
            run_detached(async { calls() }).await;
        })));
    }

    #[test]
    #[should_panic(expected = "somebody is called inside a transaction (R2)")]
    fn nor_does_a_part_of_it() {
        now(track(Box::pin(async {
            let _tx = OpenTransaction::begins();
            track(Box::pin(async { calls() })).await;
        })));
    }

    type BoxFuture = Pin<Box<dyn Future<Output = ()>>>;

    #[test]
    fn outside_of_an_attempt_nobody_listens() {
        mark_conflict();
        mark_isolated();
        SideEffect::begins().did_not_happen();
        assert!(!may_begin_again(async {}));
    }
}
