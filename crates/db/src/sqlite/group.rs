//! A group of transactions that is complete, and its commit.

use super::{Durability, Inner, lock, namespace::Namespace, pages::Keeper, writer::WriterGuard};
use crate::{Error, ErrorKind, Result};
use std::sync::{Arc, Mutex, atomic::Ordering::SeqCst};
use tokio::sync::oneshot;

/// One who waits for a group.
pub(super) struct Ack {
    pub(super) answer: oneshot::Sender<Result<()>>,
    /// Where it has written; nowhere where it has only read.
    pub(super) wrote: Option<Arc<Namespace>>,
}

/// A group that is complete. It owns the writer: until it ends, nobody else writes.
#[must_use = "the transactions of a group wait for its commit"]
pub struct Group {
    writer: WriterGuard,
    lite: Arc<Inner>,
}

impl Group {
    pub(super) fn new(writer: WriterGuard, lite: Arc<Inner>) -> Self {
        Group { writer, lite }
    }

    /// How many transactions wait for it; none when all were taken back.
    pub fn len(&self) -> usize {
        self.writer.group_len()
    }
    /// Whether nobody waits for it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The one real commit; it blocks. The next transaction may begin as soon as it is done.
    pub fn commit(mut self) -> Acks {
        if self.lite.power_is_off.load(SeqCst) {
            let error = Error::new(ErrorKind::UnknownOutcome, "the power is off");
            return Acks { waiting: self.writer.take_acks(), outcome: Err(error), then: None };
        }
        let is_real = !self.is_empty();
        if is_real {
            self.lite.begun.fetch_add(1, SeqCst);
        }
        let (waiting, outcome) = self.writer.finish();
        if is_real {
            self.lite.has_ended(&waiting);
        }
        if outcome.is_ok()
            && self.lite.options.durability == Durability::Commit
            && let Some(kept) = &self.lite.kept
        {
            kept.tell();
        }
        let is_due = self.lite.kept.as_ref().is_some_and(|kept| is_due(&kept.keeper));
        Acks { waiting, outcome, then: is_due.then_some(self) }
    }

    /// Copies the log into the file: concurrently with the next writers, or, if only a short rest is left, before the next write.
    fn copy_log(self) {
        let Some(kept) = &self.lite.kept else { return };
        let mut keeper = lock(&kept.keeper);
        if keeper.begin_beside() {
            drop(keeper);
            kept.copies.begin(self.lite.clone());
        } else {
            let copied = keeper.copy_alone(&self.writer.connection);
            // damage is noted there
            let _ = self.lite.damage.noting(copied);
        }
    }

    /// [`Group::commit`], with all that is committed after it, as [`super::in_memory`] takes it: what a simulated disk would keep.
    ///
    /// # Errors
    /// Those of the image.
    pub fn commit_and_keep(mut self) -> (Acks, Result<Vec<u8>>) {
        self.lite.begun.fetch_add(1, SeqCst);
        let (waiting, outcome) = self.writer.finish();
        let image = self.writer.bytes();
        self.lite.has_ended(&waiting);
        (Acks { waiting, outcome, then: None }, image)
    }

    /// Takes the group back instead, as if the disk had refused it with this error.
    pub fn fail(mut self, error: Error) -> Acks {
        self.writer.close();
        Acks { waiting: self.writer.take_acks(), outcome: Err(error), then: None }
    }
}

fn is_due(keeper: &Mutex<Keeper>) -> bool {
    // a look at pages is done soon, and another commit comes
    keeper.try_lock().is_ok_and(|keeper| keeper.is_due())
}

/// Those who wait for a group that has ended, and what to tell them.
#[must_use = "whose acknowledgement is dropped learns that the outcome is unknown"]
pub struct Acks {
    waiting: Vec<Ack>,
    outcome: Result<()>,
    /// Has the log copied once they are told.
    then: Option<Group>,
}

impl Acks {
    /// Tells them.
    pub fn answer(self) {
        for ack in self.waiting {
            let _ = ack.answer.send(self.outcome.clone()); // it may have been cancelled
        }
        if let Some(group) = self.then {
            group.copy_log();
        }
    }

    /// As if the answer were lost: committed or not, nobody can say.
    pub fn lose(mut self) -> Acks {
        self.outcome = Err(Error::new(ErrorKind::UnknownOutcome, "the commit's answer was lost"));
        self
    }
}
