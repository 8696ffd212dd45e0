//! What went wrong below a service, in the six ways that matter to whoever waits for an answer.
//!
//! The database layer knows nothing of HTTP and the endpoints nothing of databases; this is the word
//! that they share.

/// What a failure means for the one who asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing happened, and it may work later.
    Unavailable {
        /// When to try again, in seconds.
        retry_after_s: u32,
    },
    /// Nothing happened, since this process cannot reach what it rests on. Another one of its kind may.
    CutOff {
        /// When to try again, in seconds.
        retry_after_s: u32,
    },
    /// It may have happened or not: the answer of a commit was lost (rule R8). Ask again with the same key.
    OutcomeUnknown,
    /// Nothing happened, since there is no room left to write.
    StorageFull,
    /// Nothing happened, since somebody else was faster, again and again.
    Conflict,
    /// A mistake of ours: nothing that the caller could do.
    Bug,
}

/// An error that knows what it means for the one who asked.
pub trait Troubled: std::error::Error + Send + Sync + 'static {
    /// What it means.
    fn trouble(&self) -> Trouble;
}
