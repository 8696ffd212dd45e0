//! Complete groups of transactions, and their commit.

use super::{
    Durability, SqliteInner,
    pages::Keeper,
    writer::{Ack, WriterGuard},
};
use crate::{Error, ErrorKind, Result};
use std::sync::{Arc, Mutex, atomic::Ordering::SeqCst};

/// A complete group. It owns the writer: no other transaction writes until it ends.
#[must_use = "the transactions of a group wait for its commit"]
pub struct Group {
    writer: WriterGuard,
    lite: Arc<SqliteInner>,
}

impl Group {
    pub(super) fn new(writer: WriterGuard, lite: Arc<SqliteInner>) -> Self {
        Group { writer, lite }
    }

    /// Returns the number of transactions that wait for it; zero if all were rolled back.
    pub fn len(&self) -> usize {
        self.writer.group_len()
    }
    /// Returns whether no transaction waits for it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Performs the real commit. Blocks. The next transaction can begin as soon as it returns.
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

    /// Copies the log into the file: concurrently with the next writers, or, if only a short rest is left, before the next
    /// write.
    fn copy_log(self) {
        let Some(kept) = &self.lite.kept else { return };
        // pages are verified meanwhile: the next commit copies it
        let Ok(mut keeper) = kept.keeper.try_lock() else { return };
        if keeper.begin_beside() {
            drop(keeper);
            kept.copies.begin(self.lite.clone());
        } else {
            let copied = keeper.copy_alone(&self.writer.connection);
            // records damage
            let _ = self.lite.damage.noting(copied);
        }
    }

    /// Performs [`Group::commit`], and returns the committed state as an image for [`super::in_memory`]: the content of a
    /// simulated disk.
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

    /// Rolls the group back instead, as if the disk had failed with this error.
    pub fn fail(mut self, error: Error) -> Acks {
        self.writer.close();
        Acks { waiting: self.writer.take_acks(), outcome: Err(error), then: None }
    }
}

fn is_due(keeper: &Mutex<Keeper>) -> bool {
    // verifying pages can wait for the next commit
    keeper.try_lock().is_ok_and(|keeper| keeper.is_due())
}

/// The waiters of a group that has ended, and its result.
#[must_use = "whose acknowledgement is dropped learns that the outcome is unknown"]
pub struct Acks {
    waiting: Vec<Ack>,
    outcome: Result<()>,
    /// Copies the log after they are notified.
    then: Option<Group>,
}

impl Acks {
    /// Notifies the waiters.
    pub fn answer(self) {
        for ack in self.waiting {
            let _ = ack.answer.send(self.outcome.clone()); // it may have been cancelled
        }
        if let Some(group) = self.then {
            group.copy_log();
        }
    }

    /// Simulates a lost response: whether the group was committed is unknown.
    pub fn lose(mut self) -> Acks {
        self.outcome = Err(Error::new(ErrorKind::UnknownOutcome, "the commit's answer was lost"));
        self
    }
}
