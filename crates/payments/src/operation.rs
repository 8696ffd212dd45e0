//! Operations at the provider: each has a key that is committed before the call (R7), and is never sent under
//! another one while its outcome is not known.

use kernel::{Timestamp, time::AHEAD};
use std::{fmt::Display, time::Duration};
use uuid::Uuid;

/// What is done at the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OperationKind {
    /// A charge is made, or gone on with.
    Submit,
    /// What is authorized is captured.
    Capture,
    /// What is authorized is voided.
    Void,
    /// What is taken is given back.
    Refund,
}

impl OperationKind {
    /// As the database and the key write it.
    pub const fn name(self) -> &'static str {
        match self {
            OperationKind::Submit => "submit",
            OperationKind::Capture => "capture",
            OperationKind::Void => "void",
            OperationKind::Refund => "refund",
        }
    }
    /// The kind of that name.
    pub fn named(name: &str) -> Option<OperationKind> {
        use OperationKind::{Capture, Refund, Submit, Void};
        [Submit, Capture, Void, Refund].into_iter().find(|kind| kind.name() == name)
    }
}

/// A key is not sent any more for so long before the provider may forget it: a request can be on its way for a
/// while, and clocks differ, by no more than [`AHEAD`].
pub const SPARE: Duration = Duration::from_secs(60 * 60);

/// One try of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Its name at the provider.
    pub key: String,
    /// The attempt or refund that it is about.
    pub subject: Uuid,
    /// What is done.
    pub kind: OperationKind,
    /// Which try, from 1.
    pub n: i64,
    /// The key of whoever asked for it, where it was asked for with one.
    pub client_key: Option<Uuid>,
    /// It surely has no effect under its key: the provider has finally refused it, or it was not sent.
    pub refused: bool,
    /// It was not sent: the provider could not be reached.
    pub unsent: bool,
    /// When it was written down.
    pub created_at: Timestamp,
}

impl Operation {
    /// The key of a try.
    pub fn key(subject: impl Display, kind: OperationKind, n: i64) -> String {
        format!("{subject}-{}-{n}", kind.name())
    }
    /// Whether its key may still be sent to a provider that remembers keys for `key_life`; after that it is only
    /// asked about.
    pub fn is_fresh(&self, now: Timestamp, key_life: Duration) -> bool {
        now.since(self.created_at) < key_life.saturating_sub(SPARE)
    }
    /// A key that was written in times to come, by a clock that has been set back: nobody knows how old it is, so it is
    /// not sent any more, forever; also not once those times have come.
    pub fn distrust_if_to_come(&mut self, now: Timestamp, key_life: Duration) {
        if self.created_at > now.plus(AHEAD) {
            self.created_at = now.minus(key_life);
        }
    }
}
