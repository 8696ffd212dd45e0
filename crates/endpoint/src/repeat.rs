//! Work that begins again when it lost against somebody else before anything of it took effect.
//!
//! Handlers, timers and hearers go through this, so that none of them has to think of deadlocks and serialization
//! failures. Where something did take effect, the caller is told to come back, and its idempotency key or the
//! hearer's guard does the rest.

use kernel::{Env, attempt};
use std::time::Duration;
use tokio::time::sleep;

/// So often it is tried.
const TRIES: u32 = 6;
/// The longest pause after the first try, doubled after each: those who met are drawn apart.
const PAUSE_MICROS: u64 = 2_000;

/// Does the work, and again for as long as it may begin again; `work` makes a new attempt each time.
pub async fn repeat<F: Future + Unpin>(env: &Env, mut work: impl FnMut() -> F) -> F::Output {
    for tried in 0..TRIES - 1 {
        match attempt::observe(work()).await {
            (output, false) => return output,
            (_, true) => sleep(Duration::from_micros(env.random_u64() % (PAUSE_MICROS << tried))).await,
        }
    }
    work().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    fn env() -> Env {
        struct Nothing;
        impl kernel::Host for Nothing {
            fn now(&self) -> kernel::Timestamp {
                kernel::Timestamp::from_seconds(0)
            }
            fn random(&self, bytes: &mut [u8]) {
                bytes.fill(7);
            }
            fn spawn(&self, _: &'static str, _: kernel::BoxFuture<()>) {}
            fn blocking(&self, work: Box<dyn FnOnce() + Send>) -> kernel::BoxFuture<()> {
                work();
                Box::pin(std::future::ready(()))
            }
        }
        Env::new(Nothing)
    }

    async fn tries(lost: u32, has_effect: bool) -> u32 {
        let count = Cell::new(0);
        repeat(&env(), || {
            Box::pin(async {
                count.set(count.get() + 1);
                let effect = has_effect.then(attempt::Effect::begins);
                if count.get() <= lost {
                    attempt::lost();
                }
                drop(effect);
            })
        })
        .await;
        count.get()
    }

    #[tokio::test(start_paused = true)]
    async fn what_lost_without_an_effect_begins_again_and_not_for_ever() {
        assert_eq!(tries(0, false).await, 1);
        assert_eq!(tries(3, false).await, 4);
        assert_eq!(tries(99, false).await, TRIES);
        assert_eq!(tries(3, true).await, 1);
    }
}
