//! Waiters for the writer.

use super::Inner;
use std::sync::{Arc, atomic::Ordering::SeqCst};

/// A waiter for the writer. If it is cancelled, it finishes the group that was left open for it.
pub(super) struct WriterWaiter<'a>(&'a Arc<Inner>);

impl<'a> WriterWaiter<'a> {
    pub(super) fn new(inner: &'a Arc<Inner>) -> Self {
        inner.waiting.fetch_add(1, SeqCst);
        WriterWaiter(inner)
    }
}
impl Drop for WriterWaiter<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, SeqCst);
        // if the writer is not free, this waiter got its turn and holds it
        if let Ok(writer) = self.0.writer.clone().try_lock_owned() {
            self.0.pass(writer);
        }
    }
}
