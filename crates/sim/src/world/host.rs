//! The world as one node sees it: a clock that may be wrong, ids from the seed, tasks in the node's scope.

use super::{Simulation, scope::Scope};
use kernel::{BoxFuture, Env, Host, Timestamp};
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

/// One node's [`Host`].
pub(crate) struct SimHost {
    world: Arc<Simulation>,
    scope: Arc<Scope>,
    /// By how many microseconds the node's clock is wrong.
    skew: i64,
}

impl SimHost {
    /// What the tasks of `scope` are given; its clock's error is drawn.
    pub(crate) fn env(world: &Arc<Simulation>, scope: &Arc<Scope>) -> Env {
        let widest = i64::try_from(world.faults.skew.as_micros()).unwrap_or(0);
        let skew = world.state().schedule.below(2 * widest.unsigned_abs() + 1) as i64 - widest;
        Env::new(SimHost { world: world.clone(), scope: scope.clone(), skew })
    }
}

impl Host for SimHost {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.world.now().as_micros() + self.skew)
    }
    fn random(&self, bytes: &mut [u8]) {
        self.world.state().ids.fill(bytes);
    }
    fn spawn(&self, name: &'static str, task: BoxFuture<()>) {
        self.scope.spawn(name, task);
    }
    fn blocking(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<()> {
        let took = Duration::from_millis(1 + self.world.state().schedule.below(20));
        Box::pin(async move {
            sleep(took).await;
            work();
        })
    }
}
