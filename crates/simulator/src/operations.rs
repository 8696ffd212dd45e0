//! What the simulated provider does when it is asked: one transaction each, and a key has one effect.

use super::{SimulatorInner, tokens::SimToken};
use crate::store::charges::{self as store, ChargeRow, JobKind, KeyState, NewJob};
use contracts::payments::{CaptureMode, Failure};
use db::{Result, Tx};
use kernel::{Money, Timestamp};
use payment_provider::{
    AbandonCharge, Capture, Charge, ChargeStatus, ProviderError, ProviderRefund, ProviderRefundStatus,
    ProviderResult, SubmitCharge, Void,
};
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

/// What is answered to a submission, and how.
pub(super) struct ChargeResponse {
    charge: Charge,
    silence: ResponseDelay,
}

enum ResponseDelay {
    No,
    For(Duration),
    ForEver,
}

impl ChargeResponse {
    fn at_once(charge: Charge) -> ChargeResponse {
        ChargeResponse { charge, silence: ResponseDelay::No }
    }
    /// The answer, when it comes.
    pub(super) async fn after_silence(self) -> Result<Charge, ProviderError> {
        match self.silence {
            ResponseDelay::No => {}
            ResponseDelay::For(while_) => sleep(while_).await,
            ResponseDelay::ForEver => std::future::pending().await,
        }
        Ok(self.charge)
    }
}

pub(super) async fn submit(
    inner: Arc<SimulatorInner>,
    submit: SubmitCharge,
) -> Result<ProviderResult<ChargeResponse>> {
    let mut tx = inner.db.begin().await?;
    let now = tx.now().await?;
    let token = SimToken::named(&submit.method).unwrap_or(SimToken::Declined);
    if submit.goes_on.is_none() && token == SimToken::TimeoutBeforeCharge {
        return deliver_late(&inner, tx, submit, now).await.map(Ok);
    }
    let id = inner.env.uuid();
    if !store::claim_key(&mut tx, &submit.key, "submit", Some(id), None).await? {
        let made = found(&inner, &mut tx, &submit.key).await?;
        tx.commit("simulator.submit_again").await?;
        return Ok(match made {
            Some(charge) if !is_of(&charge, &submit) => Err(ProviderError::KeyUsed),
            Some(charge) => Ok(ChargeResponse::at_once(shown(&charge))),
            // a refusal that was planted is one of whatever comes
            None => Ok(ChargeResponse::at_once(dead())),
        });
    }
    if let Some(reference) = &submit.goes_on {
        let charge = go_on(&inner, &mut tx, reference, &submit.key).await?;
        tx.commit("simulator.go_on").await?;
        return Ok(Ok(ChargeResponse::at_once(charge)));
    }
    let (state, code) = outcome(token, submit.capture);
    let mut charge = ChargeRow::new(id, &submit, state, code, now);
    charge.refuses = token.refuses().map(str::to_owned);
    store::insert_charge(&mut tx, &charge).await?;
    let event = inner.env.uuid();
    match token {
        SimToken::WebhookLate => {
            let job = NewJob::new(JobKind::Settle, &submit.key, now.plus(inner.settings.webhook_delay));
            store::insert_job(&mut tx, inner.env.uuid(), &job).await?;
        }
        SimToken::WebhookTwice => {
            for _ in 0..2 {
                let job = NewJob::webhook(&submit.key, event, state, now);
                store::insert_job(&mut tx, inner.env.uuid(), &job).await?;
            }
        }
        _ => {}
    }
    tx.commit("simulator.submit").await?;
    let silence = match token {
        SimToken::Slow => ResponseDelay::For(inner.settings.slow),
        SimToken::TimeoutAfterCharge => ResponseDelay::ForEver,
        _ => ResponseDelay::No,
    };
    Ok(Ok(ChargeResponse { charge: shown(&charge), silence }))
}

/// What keeps a charge that waits for the customer from going on once.
const UNFINISHED: &str = "unfinished";

/// The state that a token leads to, and why where it fails, or will fail once the customer has been asked.
fn outcome(token: SimToken, capture: CaptureMode) -> (&'static str, Option<&'static str>) {
    match token {
        SimToken::Declined => ("failed", Some("card_declined")),
        SimToken::InsufficientFunds => ("failed", Some("insufficient_funds")),
        SimToken::RequiresAction => ("requires_action", None),
        SimToken::ActionDeclined => ("requires_action", Some("authentication_failed")),
        SimToken::ActionUnfinished => ("requires_action", Some(UNFINISHED)),
        SimToken::WebhookLate => ("processing", None),
        _ => (charged(capture), None),
    }
}

pub(super) const fn charged(capture: CaptureMode) -> &'static str {
    match capture {
        CaptureMode::Automatic => "captured",
        CaptureMode::Manual => "authorized",
    }
}

/// The request is on its way for a while; nobody hears of it before.
async fn deliver_late(
    inner: &SimulatorInner,
    mut tx: Tx,
    submit: SubmitCharge,
    now: Timestamp,
) -> Result<ChargeResponse> {
    let job = NewJob::deliver(&submit, now.plus(inner.settings.late));
    store::insert_job(&mut tx, inner.env.uuid(), &job).await?;
    tx.commit("simulator.delay").await?;
    Ok(ChargeResponse { charge: dead(), silence: ResponseDelay::ForEver })
}

/// Goes on with a charge that waited for the customer.
async fn go_on(inner: &SimulatorInner, tx: &mut Tx, reference: &str, key: &str) -> Result<Charge> {
    let Some(mut charge) = lock(inner, tx, reference).await? else { return Ok(dead()) };
    store::bind_key(tx, key, charge.id).await?;
    if charge.state == "requires_action" {
        match charge.failure.take().as_deref() {
            Some(UNFINISHED) => {}
            Some(code) => charge.fail(code),
            None => charge.succeed(),
        }
        store::update_charge(tx, &charge).await?;
    }
    Ok(shown(&charge))
}

pub(super) async fn query(inner: Arc<SimulatorInner>, key: String) -> Result<Option<Charge>> {
    let mut tx = inner.db.begin().await?;
    let said = match store::find_key(&mut tx, &key).await? {
        Some(_) => Some(found(&inner, &mut tx, &key).await?.map_or_else(dead, |charge| shown(&charge))),
        // keys are forgotten after a while, charges never
        None => store::lock_charge_by_key(&mut tx, &key).await?.map(|charge| shown(&charge)),
    };
    tx.commit("simulator.query").await?;
    Ok(said)
}

pub(super) async fn query_refund(
    inner: Arc<SimulatorInner>,
    key: String,
    charge: String,
) -> Result<Option<ProviderRefundStatus>> {
    let mut tx = inner.db.begin().await?;
    let known = store::find_key(&mut tx, &key).await?;
    tx.rollback().await?;
    let is_of_charge = |known: &KeyState| known.charge_id.map(reference).as_ref() == Some(&charge);
    let said = |known: KeyState| if is_of_charge(&known) { returned(&known) } else { not_returned() };
    Ok(known.map(said))
}

pub(super) async fn abandon(inner: Arc<SimulatorInner>, abandon: AbandonCharge) -> Result<Charge> {
    let mut tx = inner.db.begin().await?;
    let planted = store::block_key(&mut tx, &abandon.key).await?;
    let by_key = if planted { None } else { find_by_key(&mut tx, &abandon.key).await? };
    let reference = by_key.or(abandon.charge);
    let charge = match reference {
        Some(reference) => lock(&inner, &mut tx, &reference).await?,
        None => None,
    };
    let said = match charge {
        Some(mut charge) if matches!(charge.state.as_str(), "requires_action" | "processing") => {
            charge.fail("abandoned");
            store::update_charge(&mut tx, &charge).await?;
            shown(&charge)
        }
        Some(charge) => shown(&charge),
        None => dead(),
    };
    tx.commit("simulator.abandon").await?;
    Ok(said)
}

pub(super) async fn capture(inner: Arc<SimulatorInner>, capture: Capture) -> Result<ProviderResult<Charge>> {
    let mut tx = inner.db.begin().await?;
    let Some(mut charge) = lock(&inner, &mut tx, &capture.charge).await? else {
        return tx.rollback().await.map(|()| Ok(dead()));
    };
    let amount = Some(capture.amount.minor);
    let is_new = store::claim_key(&mut tx, &capture.key, "capture", Some(charge.id), amount).await?;
    let known = store::find_key(&mut tx, &capture.key).await?;
    if !known.is_some_and(|known| known.is_of("capture", charge.id, amount)) {
        return tx.rollback().await.map(|()| Err(ProviderError::KeyUsed));
    }
    if is_new && charge.state == "authorized" {
        charge.state = "captured".to_owned();
        charge.captured = capture.amount.minor.clamp(0, charge.amount);
    }
    store::update_charge(&mut tx, &charge).await?;
    tx.commit("simulator.capture").await?;
    Ok(Ok(shown(&charge)))
}

/// What it refuses under a key, it refuses under that key forever.
pub(super) async fn void(inner: Arc<SimulatorInner>, void: Void) -> Result<ProviderResult<Charge>> {
    let mut tx = inner.db.begin().await?;
    let Some(mut charge) = lock(&inner, &mut tx, &void.charge).await? else {
        return tx.rollback().await.map(|()| Ok(dead()));
    };
    let is_new = store::claim_key(&mut tx, &void.key, "void", Some(charge.id), None).await?;
    let known = store::find_key(&mut tx, &void.key).await?;
    let Some(known) = known.filter(|known| known.is_of("void", charge.id, None)) else {
        return tx.rollback().await.map(|()| Err(ProviderError::KeyUsed));
    };
    let refuses = is_new && charge.refuses_once("void");
    if refuses {
        store::refuse_key(&mut tx, &void.key).await?;
    } else if is_new && charge.state == "authorized" {
        charge.state = "voided".to_owned();
    }
    let refused = refuses || known.refused;
    store::update_charge(&mut tx, &charge).await?;
    tx.commit("simulator.void").await?;
    Ok(if refused { Err(ProviderError::Refused(Failure::of("not_now"))) } else { Ok(shown(&charge)) })
}

pub(super) async fn refund(
    inner: Arc<SimulatorInner>,
    refund: ProviderRefund,
) -> Result<ProviderResult<ProviderRefundStatus>> {
    let mut tx = inner.db.begin().await?;
    let Some(mut charge) = lock(&inner, &mut tx, &refund.charge).await? else {
        return tx.rollback().await.map(|()| Ok(not_returned()));
    };
    let amount = refund.amount.minor;
    if let Some(known) = store::find_key(&mut tx, &refund.key).await? {
        tx.rollback().await?;
        let is_same = known.is_of("refund", charge.id, Some(amount));
        return Ok(if is_same { Ok(returned(&known)) } else { Err(ProviderError::KeyUsed) });
    }
    let refused = charge.refuses_once("refund") || amount > charge.captured - charge.refunded;
    store::claim_key(&mut tx, &refund.key, "refund", Some(charge.id), Some(amount)).await?;
    if refused {
        store::refuse_key(&mut tx, &refund.key).await?;
    } else {
        charge.refunded += amount;
    }
    store::update_charge(&mut tx, &charge).await?;
    tx.commit("simulator.refund").await?;
    Ok(Ok(if refused { not_returned() } else { ProviderRefundStatus::Succeeded { amount } }))
}

fn returned(known: &KeyState) -> ProviderRefundStatus {
    match known.amount {
        Some(amount) if !known.refused => ProviderRefundStatus::Succeeded { amount },
        _ => not_returned(),
    }
}

fn not_returned() -> ProviderRefundStatus {
    ProviderRefundStatus::Refused { why: "not now, or not that much was taken".to_owned() }
}

/// The charge that a key leads to, locked; none where a refusal was planted.
async fn found(inner: &SimulatorInner, tx: &mut Tx, key: &str) -> Result<Option<ChargeRow>> {
    let known = store::find_key(tx, key).await?;
    match known.filter(|known| !known.refused).and_then(|known| known.charge_id) {
        Some(id) => lock(inner, tx, &reference(id)).await,
        None => Ok(None),
    }
}

/// Whether this request made the charge that its key leads to, or went on with it.
fn is_of(charge: &ChargeRow, submit: &SubmitCharge) -> bool {
    let is_made_by_key = charge.key == submit.key;
    if let Some(goes_on) = &submit.goes_on {
        return !is_made_by_key && *goes_on == reference(charge.id);
    }
    let made = (charge.order_id, Money::new(charge.amount, charge.currency), charge.capture);
    // of a charge that was made before methods were noted, any could have been it
    let is_method = charge.method.as_ref().is_none_or(|method| *method == submit.method);
    is_made_by_key && is_method && made == (submit.order_id, submit.amount, submit.capture)
}

async fn find_by_key(tx: &mut Tx, key: &str) -> Result<Option<String>> {
    let known = store::find_key(tx, key).await?;
    Ok(known.and_then(|known| known.charge_id).map(reference))
}

/// A charge, locked; an authorization that is too old has expired, and that is written down before anybody is told.
async fn lock(inner: &SimulatorInner, tx: &mut Tx, name: &str) -> Result<Option<ChargeRow>> {
    let Some(id) = name.strip_prefix(PREFIX).and_then(|id| id.parse().ok()) else { return Ok(None) };
    let Some(mut charge) = store::lock_charge(tx, id).await? else { return Ok(None) };
    if charge.is_over(tx.now().await?, inner.settings.authorization_life) {
        charge.state = "expired".to_owned();
        store::update_charge(tx, &charge).await?;
    }
    Ok(Some(charge))
}

const PREFIX: &str = "sim_";

pub(super) fn reference(id: uuid::Uuid) -> String {
    format!("{PREFIX}{id}")
}

fn dead() -> Charge {
    Charge {
        reference: None,
        standing: ChargeStatus::Failed(Failure::of("abandoned")),
        authorized: 0,
        captured: 0,
        refunded: 0,
    }
}

pub(super) fn shown(charge: &ChargeRow) -> Charge {
    let reference = reference(charge.id);
    let standing = match charge.state.as_str() {
        "requires_action" => {
            ChargeStatus::RequiresAction { url: format!("https://simulator.invalid/actions/{reference}") }
        }
        "processing" => ChargeStatus::Processing,
        "authorized" => ChargeStatus::Authorized,
        "captured" => ChargeStatus::Captured,
        "voided" => ChargeStatus::Voided,
        "expired" => ChargeStatus::Expired,
        _ => ChargeStatus::Failed(Failure::of(charge.failure.as_deref().unwrap_or("failed"))),
    };
    let is_authorized = !matches!(charge.state.as_str(), "requires_action" | "processing" | "failed");
    let authorized = if is_authorized { charge.amount } else { 0 };
    let ChargeRow { captured, refunded, .. } = *charge;
    Charge { reference: Some(reference), standing, authorized, captured, refunded }
}
