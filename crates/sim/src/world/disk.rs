//! A node's disk: commits take a while, may fail, and may lose their answer; statements may fail.

use super::{Simulation, scope::Scope};
use crate::plan::Sabotage;
use db::{
    Error, ErrorKind, Result,
    sqlite::{CommitExecutor, Group},
};
use kernel::BoxFuture;
use std::{future::ready, sync::Arc, time::Duration};
use tokio::{task::yield_now, time::sleep};

/// Whose disk it is, where one process runs all services.
pub(crate) const FILE: &str = "file";

/// Where a node's commits are made.
pub(crate) struct SimCommitExecutor {
    pub(crate) world: Arc<Simulation>,
    pub(crate) scope: Arc<Scope>,
}

/// What becomes of a commit.
#[derive(Debug, Clone, Copy)]
enum CommitOutcome {
    Done,
    /// Taken back: surely nothing was committed.
    Refused,
    /// Committed, and nobody is told.
    AnswerLost,
    /// Not committed, and nobody is told.
    AllLost,
}

/// How long a commit takes before and after its moment, and what becomes of it.
struct CommitPlan {
    before: Duration,
    after: Duration,
    fate: CommitOutcome,
}

impl SimCommitExecutor {
    fn draw(&self) -> CommitPlan {
        let (mut state, faults) = (self.world.state(), &self.world.faults);
        let stormy = state.stormy;
        let disk = &mut state.disk;
        let slow = stormy && disk.percent(faults.slow_commit);
        let before = if slow { disk.below(4_000) } else { disk.below(3) };
        let after = disk.below(3);
        let fate = match stormy && disk.one_in(faults.commit_one_in) {
            true => disk.pick(&[CommitOutcome::Refused, CommitOutcome::AnswerLost, CommitOutcome::AllLost]),
            false => CommitOutcome::Done,
        };
        CommitPlan { before: Duration::from_millis(before), after: Duration::from_millis(after), fate }
    }
}

impl CommitExecutor for SimCommitExecutor {
    fn commit(&self, group: Group) {
        if self.scope.has_ended() || group.is_empty() {
            group.commit().answer(); // nobody has written: there is nothing to commit
            return;
        }
        let (world, node) = (self.world.clone(), self.scope.name);
        let CommitPlan { before, after, fate } = self.draw();
        let commit = async move {
            pause(before).await;
            let transactions = group.len();
            let commit = |group: Group| match node == FILE {
                false => group.commit(),
                true => {
                    let (acks, image) = group.commit_and_keep();
                    match image {
                        Ok(image) => world.written(image),
                        Err(error) => world.found(format!("the file cannot be read: {error}")),
                    }
                    acks
                }
            };
            let acks = match fate {
                CommitOutcome::Done => commit(group),
                CommitOutcome::Refused => {
                    group.fail(Error::new(ErrorKind::Full, "the simulated disk is full"))
                }
                CommitOutcome::AnswerLost => commit(group).lose(),
                CommitOutcome::AllLost => {
                    group.fail(Error::new(ErrorKind::UnknownOutcome, "the simulated disk did not answer"))
                }
            };
            world.trace(format_args!("COMMIT {node} {transactions} {fate:?}"));
            // a crash here falls between the commit and its answer
            pause(after).await;
            acks.answer();
        };
        self.scope.spawn("commit", Box::pin(commit));
    }

    fn sync(&self) -> BoxFuture<Result<()>> {
        let world = self.world.clone();
        if self.scope.name != FILE || world.plan.sabotage == Some(Sabotage::AsksEarly) {
            return Box::pin(ready(Ok(())));
        }
        let CommitPlan { before, after, .. } = self.draw();
        Box::pin(async move {
            pause(before).await;
            world.synced();
            pause(after).await;
            Ok(())
        })
    }

    fn statement(&self) -> Option<Error> {
        let mut state = self.world.state();
        if !state.stormy || !state.disk.one_in(self.world.faults.statement_one_in) {
            return None;
        }
        let kinds = [ErrorKind::Full, ErrorKind::Retry, ErrorKind::Busy];
        let kind = kinds[state.disk.below(kinds.len() as u64) as usize].clone();
        state.trace.add(self.world.elapsed(), format_args!("statement fails: {} {kind:?}", self.scope.name));
        Some(Error::new(kind, "the simulated disk refuses a statement"))
    }
}

/// Lets others go first, even for no time.
async fn pause(time: Duration) {
    match time.is_zero() {
        true => yield_now().await,
        false => sleep(time).await,
    }
}
