//! Time that only goes by while everybody waits: a day takes no longer than what happens in it.

use crate::world::PaymentsTestBed;
use db::sqlite;
use kernel::{BoxFuture, Env, Host, Timestamp};
use std::sync::Mutex;
use tokio::{runtime::Builder, time::Instant};

/// Runs a story in simulated time.
pub(crate) fn run<T>(story: impl Future<Output = T>) -> T {
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(story)
}

/// Databases in memory that know nothing but simulated time; nothing runs yet.
pub(crate) async fn world() -> PaymentsTestBed {
    let env = Env::new(SimulatedHost { begun: Instant::now(), count: Mutex::new(7) });
    let open = || sqlite::in_memory(None, env.clone(), Box::new(sqlite::InlineExecutor)).unwrap().into();
    PaymentsTestBed::on(env.clone(), open(), open()).await
}

/// A world whose clock is tokio's, and whose randomness is counted.
struct SimulatedHost {
    begun: Instant,
    count: Mutex<u64>,
}

impl Host for SimulatedHost {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(1_800_000_000).plus(self.begun.elapsed())
    }
    fn random(&self, bytes: &mut [u8]) {
        let mut count = self.count.lock().unwrap();
        for chunk in bytes.chunks_mut(8) {
            // splitmix64
            *count = count.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = (*count ^ (*count >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
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
