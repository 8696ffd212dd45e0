//! The executors of commits: a thread (production) or inline (tests and the simulation).

use super::Group;
use crate::{Error, Result};
use kernel::BoxFuture;
use std::sync::mpsc;

/// Executes the commits of groups. A commit waits for the disk, so that it must not run on a thread of the runtime; a
/// simulation runs it inline, and decides whether commits are slow, fail, or lose their response.
pub trait CommitExecutor: Send + Sync {
    /// Accepts a complete group, to be committed now or later: `group.commit().answer()`.
    fn commit(&self, group: Group);

    /// Makes everything committed before durable. In production, either each commit is durable, or the file has a barrier;
    /// a simulation decides what survives a power failure.
    fn sync(&self) -> BoxFuture<Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// Called before every statement: a simulation can let it fail.
    fn statement(&self) -> Option<Error> {
        None
    }
}

/// Commits immediately, on the thread that completes the group.
#[derive(Debug, Clone, Copy)]
pub struct InlineExecutor;

impl CommitExecutor for InlineExecutor {
    fn commit(&self, group: Group) {
        group.commit().answer();
    }
}

/// The production executor: a separate thread. It ends with the last handle to the database.
pub(super) struct CommitThread {
    groups: mpsc::Sender<Group>,
}

impl CommitThread {
    pub(super) fn start() -> Result<Self> {
        let (groups, queue) = mpsc::channel::<Group>();
        let work = move || {
            for group in queue {
                group.commit().answer();
            }
        };
        // A separate thread, because a commit takes as long as the disk, and a pool could be busy with other work.
        let thread = std::thread::Builder::new().name("sqlite-commit".to_owned()).spawn(work);
        thread.map_err(|e| Error::other(format!("no thread for the commits: {e}")))?;
        Ok(CommitThread { groups })
    }
}

impl CommitExecutor for CommitThread {
    fn commit(&self, group: Group) {
        if let Err(mpsc::SendError(group)) = self.groups.send(group) {
            group.commit().answer(); // the thread is gone: better slow than never
        }
    }
}
