//! A world for the tests: a clock that can be set, randomness that is the same in each run, tokio's tasks.

#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test uses its own part of it")]

use kernel::{BoxFuture, Env, Host, Timestamp};
use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering::SeqCst},
};

#[derive(Clone)]
pub struct TestHost(Arc<TestHostState>);
struct TestHostState {
    now_s: AtomicI64,
    seed: AtomicU64,
}

/// When the tests play, in seconds since 1970.
pub const NOW_S: i64 = 1_800_000_000;

impl TestHost {
    pub fn new() -> Self {
        TestHost(Arc::new(TestHostState { now_s: AtomicI64::new(NOW_S), seed: AtomicU64::new(1) }))
    }
    pub fn env(&self) -> Env {
        Env::new(self.clone())
    }
    pub fn set_clock(&self, now_s: i64) {
        self.0.now_s.store(now_s, SeqCst);
    }
}

impl Host for TestHost {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.0.now_s.load(SeqCst))
    }
    fn random(&self, bytes: &mut [u8]) {
        for byte in bytes {
            // SplitMix64
            let mut x = self.0.seed.fetch_add(0x9e37_79b9_7f4a_7c15, SeqCst);
            x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            *byte = (x >> 56) as u8;
        }
    }
    #[allow(clippy::disallowed_methods, reason = "this implements what everybody else must use")]
    fn spawn(&self, _: &'static str, task: BoxFuture<()>) {
        tokio::spawn(task);
    }
    fn blocking(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<()> {
        work();
        Box::pin(std::future::ready(()))
    }
}
