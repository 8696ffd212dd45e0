//! A clock that tests move.

use kernel::{BoxFuture, Env, Host, Timestamp};
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
    time::Duration,
};

/// The operating system, with a clock that can be moved.
#[derive(Clone)]
pub(crate) struct Clock {
    system: Env,
    ahead_micros: Arc<AtomicI64>,
}

impl Clock {
    pub(crate) fn advance(&self, by: Duration) {
        self.ahead_micros.fetch_add(i64::try_from(by.as_micros()).unwrap(), SeqCst);
    }
    pub(crate) fn fall_back(&self, by: Duration) {
        self.ahead_micros.fetch_sub(i64::try_from(by.as_micros()).unwrap(), SeqCst);
    }
}

impl Host for Clock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.system.now().as_micros() + self.ahead_micros.load(SeqCst))
    }
    fn random(&self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(32) {
            part.copy_from_slice(&self.system.random::<32>()[..part.len()]);
        }
    }
    fn spawn(&self, name: &'static str, task: BoxFuture<()>) {
        self.system.spawn(name, task);
    }
    fn blocking(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<()> {
        let system = self.system.clone();
        Box::pin(async move { system.blocking(work).await.unwrap() })
    }
}

/// A clock, and the world outside that it belongs to.
pub(crate) fn clock() -> (Clock, Env) {
    let clock = Clock { system: testkit::world::env(), ahead_micros: Arc::default() };
    (clock.clone(), Env::new(clock))
}
