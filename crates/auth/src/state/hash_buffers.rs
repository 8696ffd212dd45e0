//! The memory that passwords are hashed in. It is lent and used again: an allocator keeps what a thread frees for
//! that thread, and with many threads that was 19 MiB and more for each, for good.

use argon2::Block;
use std::{
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// What one hash works in. It is never read before it is written, so that nothing of the hash before comes through.
#[derive(Default)]
pub(crate) struct HashBuffer(Vec<Block>);

/// Above 32 MiB the allocator of the C library asks the system for each piece and gives it back when it is freed; what
/// is asked for here and never touched takes up no memory.
const ASKED_FOR_MIN: usize = 33 * 1024 * 1024 / Block::SIZE;

impl HashBuffer {
    /// So many blocks of it.
    pub(crate) fn blocks(&mut self, count: usize) -> &mut [Block] {
        if self.0.len() < count {
            // what is too small is given back before there is more
            self.0 = Vec::new();
            self.0.reserve_exact(count.max(ASKED_FOR_MIN));
            self.0.resize(count, Block::new());
        }
        &mut self.0[..count]
    }
}

/// All of it: pieces that are lent, and at most a few that wait.
#[derive(Default)]
pub(crate) struct HashBufferPool(Mutex<HashBufferPoolState>);

#[derive(Default)]
struct HashBufferPoolState {
    waiting: Vec<HashBuffer>,
    lent: usize,
}

impl HashBufferPool {
    /// A piece, until it is dropped. A new one is made only while all others are lent: there are never more than were
    /// lent at a time.
    pub(crate) fn lend(self: &Arc<Self>) -> BorrowedBuffer {
        let mut state = self.state();
        state.lent += 1;
        let memory = state.waiting.pop().unwrap_or_default();
        BorrowedBuffer { memory, owner: self.clone() }
    }

    /// How many pieces there are, lent or waiting.
    #[cfg(test)]
    pub(crate) fn count(&self) -> usize {
        let state = self.state();
        state.lent + state.waiting.len()
    }

    /// Takes a piece back. One waits for the next hash; further ones wait only while others are hashed, so that a rush
    /// does not make them over and over.
    fn take_back(&self, memory: HashBuffer) {
        let mut state = self.state();
        state.lent -= 1;
        state.waiting.push(memory);
        let kept = state.lent.max(1).min(state.waiting.len());
        let over = state.waiting.split_off(kept);
        drop(state);
        // giving it back to the system takes a while, in which others need not wait
        drop(over);
    }

    fn state(&self) -> MutexGuard<'_, HashBufferPoolState> {
        // nothing panics under the lock, and each step leaves it whole
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A piece that is lent.
pub(crate) struct BorrowedBuffer {
    memory: HashBuffer,
    owner: Arc<HashBufferPool>,
}
impl Deref for BorrowedBuffer {
    type Target = HashBuffer;
    fn deref(&self) -> &HashBuffer {
        &self.memory
    }
}
impl DerefMut for BorrowedBuffer {
    fn deref_mut(&mut self) -> &mut HashBuffer {
        &mut self.memory
    }
}
impl Drop for BorrowedBuffer {
    fn drop(&mut self) {
        self.owner.take_back(std::mem::take(&mut self.memory));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_lent_is_lent_again_and_one_piece_waits() {
        let memories = Arc::new(HashBufferPool::default());
        let mut lent: Vec<BorrowedBuffer> = (0..3).map(|_| memories.lend()).collect();
        for one in &mut lent {
            assert_eq!(one.blocks(8).len(), 8);
        }
        assert_eq!(memories.count(), 3);
        drop(lent);
        assert_eq!(memories.count(), 1);
        let again = memories.lend();
        assert_eq!((again.0.len(), memories.count()), (8, 1));
    }

    #[test]
    fn a_piece_grows_and_is_lent_in_part() {
        let mut memory = HashBuffer::default();
        assert_eq!((memory.blocks(8).len(), memory.blocks(64).len(), memory.blocks(8).len()), (8, 64, 8));
        assert_eq!(memory.0.len(), 64);
        assert!(memory.0.capacity() >= ASKED_FOR_MIN);
    }
}
