//! Whether a piece of work that failed may simply begin again: nothing of it took effect, and it lost only against
//! somebody else (a deadlock, a serialization failure).
//!
//! Who makes something take effect tells it here ([`Effect`]), and so does who finds out about a lost race
//! ([`lost`]); neither knows of the other. Who does the work listens ([`observe`]).
//!
//! In the same way it is told that this process cannot reach what it rests on ([`cut_off`]), so that whoever answers for
//! the whole of the work can say so ([`watch`]).
//!
//! And who holds a transaction says so ([`Holding`]), for nothing calls out meanwhile (R2): every call passes a fail point,
//! and builds for tests panic there ([`assert_holds_nothing`]).

use std::{
    cell::RefCell,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    },
    task::{Context, Poll},
};

/// What was told of one attempt.
#[derive(Debug, Default)]
struct Told {
    effects: AtomicU32,
    lost: AtomicBool,
    cut_off: AtomicBool,
    /// Transactions that it has begun and not ended.
    held: AtomicU32,
    /// It goes on beside the rest of the work: what that holds does not wait for it.
    is_beside: bool,
    /// The attempt that this one is a part of: what takes effect here does there.
    outer: Option<Arc<Told>>,
}

impl Told {
    fn and_outer(&self) -> impl Iterator<Item = &Told> {
        std::iter::successors(Some(self), |told| told.outer.as_deref())
    }
}

thread_local! {
    /// The attempt whose future is being polled on this thread.
    static CURRENT: RefCell<Option<Arc<Told>>> = const { RefCell::new(None) };
}

fn current() -> Option<Arc<Told>> {
    CURRENT.with_borrow(Clone::clone)
}

/// Something that lasts: a commit, a request to somebody else. It counts from its beginning on, since who is cut off
/// in the middle does not know.
#[derive(Debug)]
#[must_use = "an effect that certainly did not happen is to be taken back"]
pub struct Effect(Option<Arc<Told>>);

impl Effect {
    /// It begins now.
    pub fn begins() -> Self {
        let told = current();
        for told in told.iter().flat_map(|told| told.and_outer()) {
            told.effects.fetch_add(1, Relaxed);
        }
        Effect(told)
    }
    /// It surely did not happen.
    pub fn did_not_happen(self) {
        for told in self.0.iter().flat_map(|told| told.and_outer()) {
            told.effects.fetch_sub(1, Relaxed);
        }
    }
}

/// A transaction that is open for as long as this lives.
#[derive(Debug)]
#[must_use = "dropped, it is held no longer"]
pub struct Holding(Option<Arc<Told>>);

impl Holding {
    /// It was begun for the work at hand.
    pub fn begins() -> Self {
        let told = current();
        told.iter().for_each(|told| _ = told.held.fetch_add(1, Relaxed));
        Holding(told)
    }
}

impl Drop for Holding {
    fn drop(&mut self) {
        self.0.iter().for_each(|told| _ = told.held.fetch_sub(1, Relaxed));
    }
}

/// Nothing calls out inside a transaction (R2): locks and a place in the pool would be held for as long as somebody else
/// takes, and what was called could wait for them. Looked at in builds for tests alone.
///
/// # Panics
/// When the work at hand, or whatever it is a part of, holds a transaction.
pub(crate) fn assert_holds_nothing(call: &str) {
    if cfg!(debug_assertions) {
        let told = current();
        for told in told.iter().flat_map(|told| told.and_outer()) {
            assert!(told.held.load(Relaxed) == 0, "{call} is called inside a transaction (R2)");
            if told.is_beside {
                return;
            }
        }
    }
}

/// The work at hand failed only because somebody else was faster.
pub fn lost() {
    if let Some(told) = current() {
        told.lost.store(true, Relaxed);
    }
}

/// What this process rests on cannot be reached from here; whoever else does the same work may be better off.
pub fn cut_off() {
    let told = current();
    for told in told.iter().flat_map(|told| told.and_outer()) {
        told.cut_off.store(true, Relaxed);
    }
}

/// Does the work, and tells besides whether anything in it found this process cut off.
pub async fn watch<F: Future + Unpin>(work: F) -> (F::Output, bool) {
    let told = Arc::new(Told { outer: current(), ..Told::default() });
    let output = Observed { work, told: told.clone() }.await;
    (output, told.cut_off.load(Relaxed))
}

/// How work has met others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Race {
    /// Nobody was faster.
    NotLost,
    /// Somebody was faster, and nothing of the work took effect: it may simply begin again.
    Lost,
    /// Somebody was faster when something of the work had taken effect: it may begin again if it is work that finds out
    /// what was done before.
    LostHalfway,
}

/// Does the work, and tells besides how it met others. Work that is handed to another task is not seen.
pub async fn observe<F: Future + Unpin>(work: F) -> (F::Output, Race) {
    let told = Arc::new(Told { outer: current(), ..Told::default() });
    let output = Observed { work, told: told.clone() }.await;
    let race = match (told.lost.load(Relaxed), told.effects.load(Relaxed)) {
        (false, _) => Race::NotLost,
        (true, 0) => Race::Lost,
        (true, _) => Race::LostHalfway,
    };
    (output, race)
}

/// Does a part of the work beside the rest of it: a transaction that is open there does not wait for a call here.
pub async fn beside<F: Future>(work: F) -> F::Output {
    let told = Arc::new(Told { outer: current(), is_beside: true, ..Told::default() });
    Observed { work: Box::pin(work), told }.await
}

struct Observed<F> {
    work: F,
    told: Arc<Told>,
}

impl<F: Future + Unpin> Future for Observed<F> {
    type Output = F::Output;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let _outer = Outer(CURRENT.replace(Some(self.told.clone())));
        Pin::new(&mut self.work).poll(cx)
    }
}

/// Puts the attempt around this one back, whatever happens: observed work may do other observed work.
struct Outer(Option<Arc<Told>>);

impl Drop for Outer {
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
        now(observe(Box::pin(work))).1 == Race::Lost
    }

    #[test]
    fn only_what_lost_and_had_no_effect_may_begin_again() {
        assert!(!may_begin_again(async {}));
        assert!(may_begin_again(async { lost() }));
        let halfway = observe(Box::pin(async {
            let _commit = Effect::begins();
            lost();
        }));
        assert_eq!(now(halfway).1, Race::LostHalfway);
        assert!(may_begin_again(async {
            Effect::begins().did_not_happen();
            lost();
        }));
    }

    #[test]
    fn the_effect_of_a_part_is_one_of_the_whole_and_its_lost_race_is_not() {
        assert!(!may_begin_again(async {
            assert_eq!(observe(Box::pin(async { lost() })).await.1, Race::Lost);
        }));
        assert!(!may_begin_again(async {
            observe(Box::pin(async { drop(Effect::begins()) })).await;
            lost();
        }));
        assert!(may_begin_again(async {
            observe(Box::pin(async { Effect::begins().did_not_happen() })).await;
            lost();
        }));
    }

    #[test]
    fn who_watches_hears_of_each_part_that_was_cut_off() {
        let was_cut_off = |work: BoxFuture| now(watch(work)).1;
        assert!(!was_cut_off(Box::pin(async { lost() })));
        assert!(was_cut_off(Box::pin(async { cut_off() })));
        assert!(was_cut_off(Box::pin(async {
            observe(Box::pin(async { cut_off() })).await;
        })));
        assert!(!now(async {
            watch(Box::pin(async { cut_off() })).await;
            watch(Box::pin(async {})).await.1
        }));
    }

    fn calls() {
        crate::failpoint::pass("somebody", "calling");
    }

    #[test]
    fn who_has_ended_its_transaction_may_call_and_so_may_who_is_no_part_of_the_work() {
        now(observe(Box::pin(async {
            drop(Holding::begins());
            calls();
            // another part of the work has ended its own, whenever that is dropped
            let (other, _) = observe(Box::pin(async { Holding::begins() })).await;
            calls();
            drop(other);
        })));
        let _of_nobody = Holding::begins();
        calls();
    }

    #[test]
    #[should_panic(expected = "somebody is called inside a transaction (R2)")]
    fn nothing_calls_out_inside_a_transaction() {
        now(observe(Box::pin(async {
            let _tx = Holding::begins();
            calls();
        })));
    }

    #[test]
    fn what_is_done_beside_a_transaction_may_call() {
        now(observe(Box::pin(async {
            let _tx = Holding::begins();
            beside(async { calls() }).await;
        })));
    }

    #[test]
    #[should_panic(expected = "somebody is called inside a transaction (R2)")]
    fn nor_does_a_part_of_it() {
        now(observe(Box::pin(async {
            let _tx = Holding::begins();
            observe(Box::pin(async { calls() })).await;
        })));
    }

    type BoxFuture = Pin<Box<dyn Future<Output = ()>>>;

    #[test]
    fn outside_of_an_attempt_nobody_listens() {
        lost();
        cut_off();
        Effect::begins().did_not_happen();
        assert!(!may_begin_again(async {}));
    }
}
