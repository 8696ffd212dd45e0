//! Waiters for the writer.

use super::SqliteInner;
use std::sync::{Arc, atomic::Ordering::SeqCst};

/// A waiter for the writer. If it is cancelled, it finishes the group that was left open for it.
pub(super) struct WriterWaiter<'a>(&'a Arc<SqliteInner>);

impl<'a> WriterWaiter<'a> {
    pub(super) fn new(inner: &'a Arc<SqliteInner>) -> Self {
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
