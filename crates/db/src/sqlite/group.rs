//! A group of transactions that is complete, and its commit.

use super::{Inner, writer::Guard};
use crate::{Error, ErrorKind, Result};
use std::sync::{Arc, atomic::Ordering::SeqCst};
use tokio::sync::oneshot;

pub(super) type Ack = oneshot::Sender<Result<()>>;

/// A group that is complete. It owns the writer: until it ends, nobody else writes.
#[must_use = "the transactions of a group wait for its commit"]
pub struct Group {
    writer: Guard,
    lite: Arc<Inner>,
}

impl Group {
    pub(super) fn new(writer: Guard, lite: Arc<Inner>) -> Self {
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
            return Acks { waiting: self.writer.take_acks(), outcome: Err(error) };
        }
        let (waiting, outcome) = self.writer.finish();
        if !waiting.is_empty() {
            self.lite.commits.fetch_add(1, SeqCst);
            self.lite.committed.notify_waiters();
        }
        Acks { waiting, outcome }
    }

    /// Takes the group back instead, as if the disk had refused it with this error.
    pub fn fail(mut self, error: Error) -> Acks {
        self.writer.close();
        Acks { waiting: self.writer.take_acks(), outcome: Err(error) }
    }
}

/// Those who wait for a group that has ended, and what to tell them.
#[must_use = "whose acknowledgement is dropped learns that the outcome is unknown"]
pub struct Acks {
    waiting: Vec<Ack>,
    outcome: Result<()>,
}

impl Acks {
    /// Tells them.
    pub fn answer(self) {
        for ack in self.waiting {
            let _ = ack.send(self.outcome.clone()); // it may have been cancelled
        }
    }

    /// As if the answer were lost: committed or not, nobody can say.
    pub fn lose(mut self) -> Acks {
        self.outcome = Err(Error::new(ErrorKind::UnknownOutcome, "the commit's answer was lost"));
        self
    }
}
