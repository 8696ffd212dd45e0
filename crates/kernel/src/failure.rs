//! Kinds of failures below a service, in the six categories that matter to its caller.
//!
//! The database layer does not depend on HTTP, and the endpoints do not depend on databases; both use these types.

/// The meaning of a failure for the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// Nothing has changed, and a retry may succeed.
    Unavailable {
        /// The delay before a retry, in seconds.
        retry_after_s: u32,
    },
    /// Nothing has changed, because this process cannot reach a dependency. Another replica may.
    Isolated {
        /// The delay before a retry, in seconds.
        retry_after_s: u32,
    },
    /// The outcome is unknown, because the response to a commit was lost (R8). Retry with the same key.
    OutcomeUnknown,
    /// Nothing has changed, because the storage is full.
    StorageFull,
    /// Nothing has changed, because of repeated conflicts with concurrent transactions.
    Conflict,
    /// An internal error, which the caller cannot resolve.
    Internal,
}

/// An error that can be classified for the caller.
pub trait ClassifyFailure: std::error::Error + Send + Sync + 'static {
    /// Returns the kind of failure.
    fn failure_kind(&self) -> FailureKind;
}
