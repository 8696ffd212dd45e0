//! Idempotency keys: the same key never has a second effect.
//!
//! A key is claimed in the transaction of its effect and bound to account, route and body forever. Only a success is
//! stored: a refusal rolls the claim back with everything else, and is worked out again.

use crate::store::keys;
use db::{Result, Tx};
use endpoint::{BufferedResponse, Reply};
use kernel::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::{fmt::Display, time::Duration};
use uuid::Uuid;

/// For how long the stored answer is given again; afterwards the resource as it is.
pub const ANSWER_KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// For how long a claim that was made ahead may be under way: no request lasts so long, and clocks of replicas may be
/// some minutes apart. After that the claiming request has ended, and the called service knows its outcome.
pub const UNDER_WAY: Duration = Duration::from_secs(10 * 60);

/// A key of a client, bound to its account and the route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyId(Uuid);

impl KeyId {
    /// The key that `caller` (the account, not the token) used on `route` (with the ids in its path).
    pub fn of(caller: impl Display, route: impl Display, key: &str) -> Self {
        KeyId(digest(&[&caller.to_string(), &route.to_string(), key]))
    }
    /// Its 128 bits, to derive an ID from.
    pub const fn uuid(&self) -> Uuid {
        self.0
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
        answer: Option<BufferedResponse>,
    },
    /// It was used with another body: answer `key_reused`, and that too only after `tx.rollback().await`.
    BodyMismatch,
}

/// What is known of a key that is claimed ahead of its effect.
#[derive(Debug)]
pub enum EarlyClaim {
    /// As of any other key.
    Claim(Claim),
    /// It has come with another body, and the service that was asked for the effect of that has not said yet what became
    /// of it: answer that this cannot be done at the moment, after `tx.rollback().await`.
    Pending,
}

/// Claims a key within the transaction of its effect.
///
/// # Errors
/// What the database says.
pub async fn claim(tx: &mut Tx, key: KeyId, body_hash: [u8; 32], now: Timestamp) -> Result<Claim> {
    match keys::claim(tx, key.0, body_hash, now).await? {
        true => Ok(Claim::Fresh),
        false => known(tx, key, body_hash, now).await,
    }
}

/// Claims a key before another service is asked for the effect, in a transaction of its own, for `claimant`: an id
/// made for this request. A claim of the same body of which nothing has come yet is taken over: whoever made it
/// cannot [`forget`] it any more, for now two are on their way, and only the last one knows that nothing came of
/// either. A claim of another body is [`EarlyClaim::Pending`] for as long as it may be taken back, and
/// [`Claim::BodyMismatch`] from when it is settled, or [`UNDER_WAY`] is over.
///
/// # Errors
/// What the database says.
pub async fn claim_before_call(
    tx: &mut Tx,
    key: KeyId,
    body_hash: [u8; 32],
    claimant: Uuid,
    now: Timestamp,
) -> Result<EarlyClaim> {
    if keys::claim_before_call(tx, key.0, body_hash, claimant, now).await? {
        return Ok(EarlyClaim::Claim(Claim::Fresh));
    }
    keys::take_over(tx, key.0, body_hash, claimant, now).await?;
    let row = keys::read(tx, key.0).await?;
    let may_be_taken_back = row.resource.is_none() && now.since(row.created_at) < UNDER_WAY;
    Ok(match row.body_hash != body_hash && may_be_taken_back {
        true => EarlyClaim::Pending,
        false => EarlyClaim::Claim(said_by(row, body_hash, now)),
    })
}

async fn known(tx: &mut Tx, key: KeyId, body_hash: [u8; 32], now: Timestamp) -> Result<Claim> {
    Ok(said_by(keys::read(tx, key.0).await?, body_hash, now))
}

fn said_by(row: keys::KeyRow, body_hash: [u8; 32], now: Timestamp) -> Claim {
    if row.body_hash != body_hash {
        return Claim::BodyMismatch;
    }
    let fresh = now.since(row.created_at) < ANSWER_KEPT;
    let answer = row.answer.filter(|_| fresh).and_then(|text| BufferedResponse::unpack(&text).ok());
    Claim::Replay { resource: row.resource.unwrap_or_default(), answer }
}

/// Stores what the key made, and the answer to give again; in the same transaction.
///
/// # Errors
/// What the database says; and when the key is not claimed, so that a repeat would have the effect again.
pub async fn settle(
    tx: &mut Tx,
    key: KeyId,
    resource: impl Display,
    reply: Option<impl Reply>,
) -> Result<()> {
    let answer = reply.and_then(Reply::keep);
    match keys::settle(tx, key.0, &resource.to_string(), answer.as_deref()).await? {
        true => Ok(()),
        false => Err(db::Error::other("a key is to be settled that nobody has claimed")),
    }
}

/// Stores what came of a key that was claimed ahead, and binds it again where a neighbour who was refused has taken the
/// claim back. False when it is bound to another body already: then nothing is stored.
///
/// # Errors
/// What the database says.
pub async fn settle_ahead(
    tx: &mut Tx,
    key: KeyId,
    body_hash: [u8; 32],
    resource: impl Display,
    reply: Option<impl Reply>,
    now: Timestamp,
) -> Result<bool> {
    let answer = reply.and_then(Reply::keep);
    keys::settle_ahead(tx, key.0, body_hash, &resource.to_string(), answer.as_deref(), now).await
}

/// Takes back what `claimant` has claimed ahead, where the service that was asked has refused for certain: nothing came
/// of it, so the key may come again with a repaired body. What was settled stays, and so does what somebody else has
/// taken over. Whether it did.
///
/// # Errors
/// What the database says.
pub async fn forget(tx: &mut Tx, key: KeyId, claimant: Uuid) -> Result<bool> {
    keys::forget(tx, key.0, claimant).await
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
