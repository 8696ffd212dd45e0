//! Idempotency keys: the same key never has a second effect.
//!
//! A key is claimed in the transaction of its effect and bound to account, route and body for ever. Only a
//! success is stored: a refusal rolls the claim back with everything else, and is worked out again.

use crate::store::keys;
use db::{Result, Tx};
use endpoint::{Answer, Reply};
use kernel::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::{fmt::Display, time::Duration};
use uuid::Uuid;

/// For how long the stored answer is given again; afterwards the resource as it is.
pub const ANSWER_KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// A key of a client, bound to its account and the route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyId(Uuid);

impl KeyId {
    /// The key that `caller` (the account, not the token) used on `route` (with the ids in its path).
    pub fn of(caller: impl Display, route: impl Display, key: &str) -> Self {
        KeyId(digest(&[&caller.to_string(), &route.to_string(), key]))
    }
}

/// The first 128 bits of SHA-256 over the parts, each with its length, so that no two lists look alike.
pub fn digest(parts: &[&str]) -> Uuid {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let bytes: [u8; 32] = hash.finalize().into();
    let mut first = [0; 16];
    first.copy_from_slice(&bytes[..16]);
    Uuid::from_bytes(first)
}

/// What a body is remembered by.
pub fn body_hash(body: &impl Serialize) -> [u8; 32] {
    // a body that came in as JSON goes out as JSON
    Sha256::digest(serde_json::to_vec(body).unwrap_or_default()).into()
}

/// What is known of a key.
#[derive(Debug)]
pub enum Claim {
    /// It is new: go on, and [`settle`] it before the commit.
    Fresh,
    /// It had its effect. Answer by the stored answer, or by the resource as it is now; but only after
    /// `tx.rollback().await`, since the effect may be a neighbour's whose commit is not yet durable.
    Replay {
        /// The id of what it made or changed.
        resource: String,
        /// The answer, for a day.
        answer: Option<Answer>,
    },
    /// It was used with another body: answer `key_reused`.
    OtherBody,
}

/// Claims a key within the transaction of its effect.
///
/// # Errors
/// What the database says.
pub async fn claim(tx: &mut Tx, key: KeyId, body_hash: [u8; 32], now: Timestamp) -> Result<Claim> {
    if keys::claim(tx, key.0, body_hash, now).await? {
        return Ok(Claim::Fresh);
    }
    let row = keys::read(tx, key.0).await?;
    if row.body_hash != body_hash {
        return Ok(Claim::OtherBody);
    }
    let fresh = now.since(row.created_at) < ANSWER_KEPT;
    let answer = row.answer.filter(|_| fresh).and_then(|text| Answer::unpack(&text).ok());
    Ok(Claim::Replay { resource: row.resource.unwrap_or_default(), answer })
}

/// Stores what the key made, and the answer to give again; in the same transaction.
///
/// # Errors
/// What the database says.
pub async fn settle(
    tx: &mut Tx,
    key: KeyId,
    resource: impl Display,
    reply: Option<impl Reply>,
) -> Result<()> {
    let answer = reply.and_then(|reply| reply.write().pack());
    keys::settle(tx, key.0, &resource.to_string(), answer.as_deref()).await
}

/// Takes back a claim that was committed before another service was asked, where that service has refused for
/// certain: nothing came of it, so the key may come again with a mended body. What was settled stays; and whoever
/// has the effect must hold the key too, for a neighbour with the same key may be on its way.
///
/// # Errors
/// What the database says.
pub async fn forget(tx: &mut Tx, key: KeyId, body_hash: [u8; 32]) -> Result<bool> {
    keys::forget(tx, key.0, body_hash).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_that_join_alike_differ() {
        assert_ne!(digest(&["ab", "c"]), digest(&["a", "bc"]));
        assert_eq!(digest(&["ab", "c"]), digest(&["ab", "c"]));
    }
}
