//! The demo's past: a clock that begins a month ago and goes as fast as the scenario is played.
//!
//! The runtime that plays it has its time paused: a sleeping task is woken as soon as no other task has anything
//! to do. So the services' timers, polls and time-outs all work as ever, and a second of theirs costs next to
//! nothing. Days without a deed are jumped over, for which the clock is set forward.

use kernel::{BoxFuture, Env, Host, Timestamp};
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// The clock of the past; cheap to clone.
#[derive(Clone)]
pub(super) struct DemoClock(Arc<DemoClockInner>);

struct DemoClockInner {
    /// Gives randomness, and the runtime its tasks: account ids and keys are as secret as in any shop.
    system: Env,
    start: Timestamp,
    begun: Instant,
    jumped_micros: AtomicI64,
}

impl DemoClock {
    /// A past that begins at this moment.
    pub(super) fn beginning(system: &Env, start: Timestamp) -> Self {
        let (system, begun) = (system.clone(), Instant::now());
        DemoClock(Arc::new(DemoClockInner { system, start, begun, jumped_micros: AtomicI64::new(0) }))
    }

    /// The world of those who live then.
    pub(super) fn env(&self) -> Env {
        Env::new(self.clone())
    }

    /// Goes forward to this moment, unless it is over.
    pub(super) fn jump_to(&self, moment: Timestamp) {
        let ahead = moment.since(self.now());
        let micros = i64::try_from(ahead.as_micros()).unwrap_or(i64::MAX);
        self.0.jumped_micros.fetch_add(micros, SeqCst);
    }

    /// Has everybody do what must be done already.
    pub(super) async fn settle(&self, while_: Duration) {
        sleep(while_).await;
    }
}

impl Host for DemoClock {
    fn now(&self) -> Timestamp {
        let jumped = Duration::from_micros(self.0.jumped_micros.load(SeqCst).unsigned_abs());
        self.0.start.plus(self.0.begun.elapsed() + jumped)
    }
    fn random(&self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(32) {
            part.copy_from_slice(&self.0.system.random::<32>()[..part.len()]);
        }
    }
    fn spawn(&self, name: &'static str, task: BoxFuture<()>) {
        self.0.system.spawn(name, task);
    }
    fn blocking(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<()> {
        // no other task is kept waiting, and the paused time must not run on in the meantime
        Box::pin(async move { work() })
    }
}
