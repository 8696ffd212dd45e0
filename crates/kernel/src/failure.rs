//! The six kinds of failure that callers distinguish.
//!
//! The database layer knows nothing of HTTP, and endpoints know nothing of databases; this type is what they share.

/// What a failure means for the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// Nothing was changed; a retry may succeed.
    Unavailable {
        /// Seconds until a retry.
        retry_after_s: u32,
    },
    /// Nothing was changed: this process cannot reach its dependencies. Another replica may.
    Isolated {
        /// Seconds until a retry.
        retry_after_s: u32,
    },
    /// Unknown outcome: the response to a commit was lost (R8). Retry with the same key.
    OutcomeUnknown,
    /// Nothing was changed: no storage is left.
    StorageFull,
    /// Nothing was changed: the work lost conflicts with concurrent transactions repeatedly.
    Conflict,
    /// A bug: the caller can do nothing.
    Internal,
}

/// An error with a [`FailureKind`].
pub trait ClassifyFailure: std::error::Error + Send + Sync + 'static {
    /// What the failure means for the caller.
    fn failure_kind(&self) -> FailureKind;
}
