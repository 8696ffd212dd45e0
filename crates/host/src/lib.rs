//! The operating system as a [`kernel::Host`]: its clock, its randomness, and tokio's tasks.
//!
//! The one place that reads the wall clock and spawns tasks; all other code receives a [`kernel::Env`].

mod outbound;

use kernel::{BoxFuture, Env, Host, Timestamp, outbound::Outbound};
use outbound::Https;
use ring::rand::{SecureRandom, SystemRandom};
use std::{sync::Arc, time::SystemTime};
use tokio::{runtime::Handle, sync::Semaphore};

/// Pieces of blocking work at a time; more wait. Long reads and password hashes are such work.
const BLOCKING_MAX: usize = 16;

/// The operating system, and a runtime for the tasks.
pub struct OperatingSystem {
    random: SystemRandom,
    blocking: Arc<Semaphore>,
    https: Https,
}

/// An [`Env`] on the operating system. Tasks go to the runtime of whoever spawns them.
pub fn env() -> Env {
    Env::new(OperatingSystem {
        random: SystemRandom::new(),
        blocking: Arc::new(Semaphore::new(BLOCKING_MAX)),
        https: Https::default(),
    })
}

#[allow(clippy::disallowed_methods, reason = "this implements what everybody else must use")]
impl Host for OperatingSystem {
    fn now(&self) -> Timestamp {
        Timestamp::from_system(SystemTime::now())
    }

    fn random(&self, bytes: &mut [u8]) {
        // getrandom(2) fails only before the system has finished booting; nothing safe can be done without it
        self.random.fill(bytes).expect("the operating system gives randomness");
    }

    fn spawn(&self, name: &'static str, task: BoxFuture<()>) {
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(task)),
            Err(_) => tracing::debug!(name, "runtime has shut down; task dropped"),
        }
    }

    fn blocking(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<()> {
        let slots = self.blocking.clone();
        Box::pin(async move {
            let slot = slots.acquire_owned().await;
            let work = move || {
                let _slot = slot; // kept when the caller goes away: the thread is still busy
                work();
            };
            if let Err(error) = tokio::task::spawn_blocking(work).await {
                tracing::error!(%error, "blocking task failed");
            }
        })
    }

    fn outbound(&self) -> &dyn Outbound {
        &self.https
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test]
    async fn ids_rise_with_the_clock() {
        let env = env();
        let first = env.uuid();
        tokio::time::sleep(Duration::from_millis(2)).await;
        assert!(first < env.uuid());
        assert_ne!(env.random::<32>(), env.random::<32>());
    }

    #[tokio::test]
    async fn blocking_work_is_bounded_and_none_is_lost() {
        let env = env();
        let all = (0..100).map(|n| env.blocking(move || n));
        let mut sum = 0;
        for work in all.collect::<Vec<_>>() {
            sum += work.await.unwrap();
        }
        assert_eq!(sum, 4950);
    }
}
