//! The beginning of a transaction that is made once for a key.

use crate::Products;
use db::{Result, Tx};
use endpoint::BufferedResponse;
use flow::{Claim, KeyId, idempotency::claim};

/// An idempotency key, and what it is bound to.
pub(crate) type Key = (KeyId, [u8; 32]);

/// What must be done for a key.
pub(crate) enum KeyClaim {
    /// All of it, and the key settled in the same transaction: it is new, or there is none.
    New(Tx),
    /// It has had its effect: what it made or changed, and the answer, for a day.
    Replay {
        /// The id.
        resource: String,
        /// As it was given.
        answer: Option<BufferedResponse>,
    },
    /// It was used with another body.
    BodyMismatch,
}

/// Begins a transaction with the claim of its key. Where that has been used it is over already, so that no answer rests on what
/// is not durable yet (R9).
pub(crate) async fn begin(s: &Products, key: Option<Key>) -> Result<KeyClaim> {
    let mut tx = s.db.begin().await?;
    let Some((key, body_hash)) = key else { return Ok(KeyClaim::New(tx)) };
    let now = tx.now().await?;
    let used = match claim(&mut tx, key, body_hash, now).await? {
        Claim::Fresh => return Ok(KeyClaim::New(tx)),
        Claim::BodyMismatch => KeyClaim::BodyMismatch,
        Claim::Replay { resource, answer } => KeyClaim::Replay { resource, answer },
    };
    tx.rollback().await?;
    Ok(used)
}
