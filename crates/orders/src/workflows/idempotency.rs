//! Idempotency keys of changes: bound to account, route and body, with the answer kept for a day.
//!
//! Where payments has the effect, the key is bound before it is asked (R7), and payments binds a key that follows from
//! it. A refusal that is certain takes our claim back, so that the request can be repaired under its key. Until
//! payments has said what became of a body, the key is bound to none for good: another body is told to come again.
//!
//! Stored answers hold no name, no address and nothing that somebody wrote: those come from the one erasable table
//! when it is given again.

use crate::{
    Orders,
    order::{PersonalData, Viewer},
    workflows::TRIES,
};
use contracts::orders as wire;
use db::Tx;
use endpoint::{ApiError, BufferedResponse, CommonError, HandlerError, Reply, client::CallError};
use flow::idempotency::{
    Claim, EarlyClaim, KeyId, body_hash, claim, claim_before_call, digest, forget, settle_ahead,
};
use ordo_http::Call;
use serde::Serialize;
use std::fmt::Display;
use uuid::Uuid;

/// Until then it is mostly known what became of another body under the same key.
const ASK_AGAIN_AFTER_S: u32 = 1;

/// A key, and what it is bound to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BoundKey {
    pub(crate) id: KeyId,
    hash: [u8; 32],
    /// This request: what it has claimed ahead, no other takes back.
    claimant: Uuid,
}

impl BoundKey {
    /// What the ID of a draft is derived from, besides the time: a draft that is made again after a restore has lost it leads to its
    /// charge.
    pub(crate) fn id_source(&self) -> Uuid {
        digest(&["draft", &self.id.uuid().to_string(), &format!("{:02x?}", self.hash)])
    }
}

/// What a key says.
#[derive(Debug)]
pub(crate) enum KeyLookup {
    /// It is new, or there is none: go on.
    Fresh,
    /// It had its effect.
    Replay {
        /// The id of what it made or changed.
        resource: String,
        /// The answer, for a day, once there is one.
        answer: Option<BufferedResponse>,
    },
}

/// Binds `key` of the caller to `route`, with its ids, and `body`.
///
/// # Errors
/// When nobody is signed in.
pub(crate) fn bind(
    s: &Orders,
    call: &Call,
    route: &str,
    key: &str,
    body: &impl Serialize,
) -> Result<BoundKey, CommonError> {
    Ok(bind_for(s, call.user()?, route, key, body))
}

/// The same for what belongs to `holder`, whoever calls: a guest has no account.
pub(crate) fn bind_for(
    s: &Orders,
    holder: impl Display,
    route: &str,
    key: &str,
    body: &impl Serialize,
) -> BoundKey {
    let claimant = Uuid::from_bytes(s.env.random());
    BoundKey { id: KeyId::of(holder, route, key), hash: body_hash(body), claimant }
}

/// Claims the key within the transaction of its effect.
///
/// # Errors
/// 422 when it was used with another body; to be answered after a rollback, see [`or_refuse`](super::or_refuse).
pub(crate) async fn claimed<X>(
    s: &Orders,
    tx: &mut Tx,
    key: Option<BoundKey>,
) -> Result<KeyLookup, HandlerError<X>> {
    let Some(BoundKey { id, hash, .. }) = key else { return Ok(KeyLookup::Fresh) };
    known(claim(tx, id, hash, s.env.now()).await?)
}

/// Claims the key before payments is asked for its effect.
///
/// # Errors
/// As [`claimed`]; and 503 while it is not known what became of another body under this key.
pub(crate) async fn claimed_ahead<X>(
    s: &Orders,
    tx: &mut Tx,
    key: BoundKey,
) -> Result<KeyLookup, HandlerError<X>> {
    match claim_before_call(tx, key.id, key.hash, key.claimant, s.env.now()).await? {
        EarlyClaim::Claim(claim) => known(claim),
        EarlyClaim::Pending => Err(CommonError::Unavailable { retry_after: ASK_AGAIN_AFTER_S }.into()),
    }
}

fn known<X>(claim: Claim) -> Result<KeyLookup, HandlerError<X>> {
    match claim {
        Claim::Fresh => Ok(KeyLookup::Fresh),
        Claim::Replay { resource, answer } => Ok(KeyLookup::Replay { resource, answer }),
        Claim::BodyMismatch => Err(CommonError::KeyReused.into()),
    }
}

/// What the key says, without claiming it.
///
/// # Errors
/// 422 when it was used with another body.
pub(crate) async fn peek<X>(s: &Orders, key: Option<BoundKey>) -> Result<KeyLookup, HandlerError<X>> {
    if key.is_none() {
        return Ok(KeyLookup::Fresh);
    }
    let mut tx = s.db.begin().await?;
    let known = claimed(s, &mut tx, key).await;
    tx.rollback().await?;
    known
}

/// Stores what came of a key that was claimed ahead: it is bound permanently, with the response to return again, if
/// any is.
///
/// # Errors
/// What the database says.
pub(crate) async fn settled_ahead(
    s: &Orders,
    tx: &mut Tx,
    key: BoundKey,
    resource: impl Display,
    reply: Option<impl Reply>,
) -> db::Result<()> {
    if !settle_ahead(tx, key.id, key.hash, &resource, reply, s.env.now()).await? {
        // a neighbour was refused, and the key has come with another body since: payments refuses that one
        tracing::warn!(%resource, "idempotency key reused with a different body");
    }
    Ok(())
}

/// Takes the claim of a key back where another service says for certain that nothing came of what it was asked: then
/// the same key may come with a repaired body. What was settled in the meantime stays, and so does what a neighbour
/// with the same key has taken over: it is still on its way.
///
/// # Errors
/// What the database says: then the key stays bound to its body.
pub(crate) async fn unbind_refused<R, X: ApiError>(
    s: &Orders,
    key: BoundKey,
    answer: &Result<R, CallError<X>>,
) -> db::Result<()> {
    if !answer.as_ref().is_err_and(is_definite) {
        return Ok(());
    }
    s.db.with_retry(TRIES, || unbind(s, key)).await
}

async fn unbind(s: &Orders, key: BoundKey) -> db::Result<()> {
    let mut tx = s.db.begin().await?;
    if forget(&mut tx, key.id, key.claimant).await? {
        return tx.commit("orders.unbind_key").await;
    }
    tx.rollback().await
}

/// It was refused, or the request is wrong. A key that is known there with another body has done nothing for this
/// one either, and the body that it is known with must be able to come again.
fn is_definite<X>(error: &CallError<X>) -> bool {
    match error {
        CallError::Refused(_) => true,
        CallError::Problem(problem) => matches!(problem.status, 400 | 404 | 422),
        CallError::Broken(_) => false,
    }
}

/// The reply of a stored answer.
pub(crate) fn replay<R: Reply>(answer: &BufferedResponse) -> Option<R> {
    R::read(answer).ok()
}

/// The order without what names the person and what people wrote, as it may be stored.
pub(crate) fn nameless(order: &wire::Order) -> wire::Order {
    let mut order = order.clone();
    PersonalData::default().fill(&mut order, Viewer::Customer);
    order
}
