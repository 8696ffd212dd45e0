//! Retries of work that failed because of a conflict with a concurrent transaction.
//!
//! Handlers, timers and consumers use it, so that none of them handles deadlocks and serialization failures itself. If
//! something has already taken effect, a request is retried only if it has an idempotency key, by which the earlier effect
//! is found; the client does not have to retry. A consumer achieves the same with its deduplication at the next delivery.

use kernel::{
    Env,
    retry_scope::{self, ConflictOutcome},
};
use std::time::Duration;
use tokio::time::sleep;

/// The maximum number of attempts.
const TRIES: u32 = 6;
/// The maximum delay after the first attempt, doubled after each further one. The random delay separates conflicting
/// transactions.
const PAUSE_MICROS: u64 = 2_000;

/// Runs the work, and retries it on a conflict if nothing has taken effect yet. `work` creates a new attempt each time.
pub async fn retry_on_conflict<F: Future + Unpin>(env: &Env, work: impl FnMut() -> F) -> F::Output {
    repeat_where(env, |_, race| race == ConflictOutcome::Retryable, work).await
}

/// Runs work that can be repeated after it has taken effect, because it finds its earlier effect. Successful work is not
/// repeated.
pub async fn repeat_known<T, E, F>(env: &Env, work: impl FnMut() -> F) -> F::Output
where
    F: Future<Output = Result<T, E>> + Unpin,
{
    repeat_where(env, |output: &F::Output, race| race != ConflictOutcome::NoConflict && output.is_err(), work)
        .await
}

async fn repeat_where<F: Future + Unpin>(
    env: &Env,
    is_again: impl Fn(&F::Output, ConflictOutcome) -> bool,
    mut work: impl FnMut() -> F,
) -> F::Output {
    for tried in 0..TRIES - 1 {
        match retry_scope::track(work()).await {
            (output, race) if !is_again(&output, race) => return output,
            _ => sleep(Duration::from_micros(env.random_u64() % (PAUSE_MICROS << tried))).await,
        }
    }
    work().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    fn env() -> Env {
        struct InertHost;
        impl kernel::Host for InertHost {
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
        Env::new(InertHost)
    }

    async fn tries(lost: u32, has_effect: bool, is_known: bool) -> u32 {
        let count = Cell::new(0);
        let work = || {
            Box::pin(async {
                count.set(count.get() + 1);
                let effect = has_effect.then(retry_scope::SideEffect::begins);
                if count.get() <= lost {
                    retry_scope::mark_conflict();
                }
                drop(effect);
                if count.get() <= lost { Err(()) } else { Ok(()) }
            })
        };
        let ended = match is_known {
            true => repeat_known(&env(), work).await,
            false => retry_on_conflict(&env(), work).await,
        };
        assert_eq!(ended.is_ok(), count.get() > lost);
        count.get()
    }

    #[tokio::test(start_paused = true)]
    async fn what_lost_without_an_effect_begins_again_and_not_for_ever() {
        assert_eq!(tries(0, false, false).await, 1);
        assert_eq!(tries(3, false, false).await, 4);
        assert_eq!(tries(99, false, false).await, TRIES);
        assert_eq!(tries(3, true, false).await, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn what_may_be_done_twice_begins_again_also_halfway() {
        assert_eq!(tries(0, true, true).await, 1);
        assert_eq!(tries(3, true, true).await, 4);
        assert_eq!(tries(3, false, true).await, 4);
        assert_eq!(tries(99, true, true).await, TRIES);
    }

    #[tokio::test(start_paused = true)]
    async fn what_went_well_is_not_done_again_although_a_part_of_it_lost() {
        let count = Cell::new(0);
        let work = || {
            Box::pin(async {
                count.set(count.get() + 1);
                drop(retry_scope::SideEffect::begins());
                retry_scope::mark_conflict();
                Ok::<_, ()>(())
            })
        };
        assert_eq!(repeat_known(&env(), work).await, Ok(()));
        assert_eq!(count.get(), 1);
    }
}
