//! Where groups are committed: on a thread (production) or in line (tests and the simulation).

use super::Group;
use crate::{Error, Result};
use kernel::BoxFuture;
use std::sync::mpsc;

/// Where groups are committed. A commit waits for the disk, so it must not run on a thread of the runtime;
/// a simulation runs it in line, and decides where commits are slow, fail, or lose their answer.
pub trait CommitExecutor: Send + Sync {
    /// Takes a complete group, which must be committed, now or later: `group.commit().answer()`.
    fn commit(&self, group: Group);

    /// Makes durable what was committed before. In production each commit is, or the file has a barrier; a simulation decides what
    /// a power cut leaves.
    fn sync(&self) -> BoxFuture<Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// Asked before every statement: a simulation may let it fail.
    fn statement(&self) -> Option<Error> {
        None
    }
}

/// Commits at once, on the thread that completes the group.
#[derive(Debug, Clone, Copy)]
pub struct InlineExecutor;

impl CommitExecutor for InlineExecutor {
    fn commit(&self, group: Group) {
        group.commit().answer();
    }
}

/// Production: a thread that does nothing else. It ends with the last handle to the database.
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
        // A thread of its own: a commit takes as long as the disk, and a pool could be full of other work.
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
