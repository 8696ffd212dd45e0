//! What the simulated provider does later, from rows that survive a crash: requests that arrive late, charges
//! that settle, webhooks.

use super::{NAME, SimulatorInner, operations::charged, tokens::TIMEOUT_BEFORE_CHARGE};
use crate::store::charges::{self as store, ChargeRow, Job, JobKind, NewJob};
use contracts::payments::ReceivePaymentWebhook;
use db::Result;
use endpoint::{Context, Path};
use payment_provider::ProviderEvent;
use std::{sync::Arc, time::Duration};
use tokio::time::{sleep, timeout};

/// The longest sleep: another process may have written a job.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
const AFTER_A_FAILURE: Duration = Duration::from_secs(1);
const WEBHOOK_WITHIN: Duration = Duration::from_secs(5);
const LONGEST_WAIT: Duration = Duration::from_secs(60);
const BATCH: i64 = 32;

/// Works for as long as the node lives.
pub(super) async fn work(inner: Arc<SimulatorInner>) {
    loop {
        match run_due(&inner).await {
            Ok(wait) => drop(timeout(wait, inner.woken.notified()).await),
            Err(error) => {
                tracing::warn!(%error, "simulated provider failed; will retry");
                sleep(AFTER_A_FAILURE).await;
            }
        }
    }
}

/// Does what is due; how long there is nothing to do then.
async fn run_due(inner: &SimulatorInner) -> Result<Duration> {
    let now = inner.db.now().await?;
    for job in store::due_jobs(&inner.db, now, BATCH).await? {
        match job.kind {
            JobKind::Deliver => deliver(inner, job).await?,
            JobKind::Settle => settle(inner, job).await?,
            JobKind::Webhook => send(inner, job).await?,
        }
    }
    let now = inner.db.now().await?;
    let next = store::next_job(&inner.db).await?;
    Ok(next.map_or(LOOK_AGAIN, |due_at| due_at.since(now).clamp(Duration::from_millis(1), LOOK_AGAIN)))
}

/// A request arrives at last; a refusal that was planted by then is what it finds.
async fn deliver(inner: &SimulatorInner, job: Job) -> Result<()> {
    let mut tx = inner.db.begin().await?;
    if !store::take_job(&mut tx, job.id).await? {
        return tx.rollback().await;
    }
    let now = tx.now().await?;
    let (id, event) = (inner.env.uuid(), inner.env.uuid());
    if let Some(request) = &job.request
        && store::claim_key(&mut tx, &job.key, "submit", Some(id), None).await?
    {
        let state = charged(request.capture);
        // no other method is delivered late
        let charge = ChargeRow::late(id, &job.key, request, TIMEOUT_BEFORE_CHARGE, state, now);
        store::insert_charge(&mut tx, &charge).await?;
        let webhook = NewJob::webhook(&job.key, event, state, now);
        store::insert_job(&mut tx, inner.env.uuid(), &webhook).await?;
    }
    tx.commit("simulator.deliver").await
}

/// A charge that was being processed is made, unless it was abandoned by then.
async fn settle(inner: &SimulatorInner, job: Job) -> Result<()> {
    let mut tx = inner.db.begin().await?;
    if !store::take_job(&mut tx, job.id).await? {
        return tx.rollback().await;
    }
    let now = tx.now().await?;
    if let Some(mut charge) = store::lock_charge_by_key(&mut tx, &job.key).await? {
        if charge.state == "processing" {
            charge.succeed();
            store::update_charge(&mut tx, &charge).await?;
        }
        let webhook = NewJob::webhook(&job.key, inner.env.uuid(), &charge.state, now);
        store::insert_job(&mut tx, inner.env.uuid(), &webhook).await?;
    }
    tx.commit("simulator.settle").await
}

/// Sends a webhook until it was answered.
async fn send(inner: &SimulatorInner, job: Job) -> Result<()> {
    let id = job.event_id.clone().unwrap_or_else(|| job.id.to_string());
    let event = ProviderEvent { id, key: job.key.clone(), outcome: job.outcome.clone().unwrap_or_default() };
    let context = Context::background(&inner.env, WEBHOOK_WITHIN);
    let (client, key) = &inner.webhooks;
    let webhook = key.sign(&event, inner.env.now());
    let told = ReceivePaymentWebhook { provider: Path(NAME.to_owned()), webhook };
    let sent = client.call(&context, told).await;
    let mut tx = inner.db.begin().await?;
    match sent {
        Ok(_) => drop(store::take_job(&mut tx, job.id).await?),
        Err(error) => {
            tracing::debug!(%error, "webhook delivery failed; will retry");
            let doubled = AFTER_A_FAILURE.saturating_mul(1 << job.tries.clamp(0, 10));
            let due_at = tx.now().await?.plus(doubled.min(LONGEST_WAIT));
            store::put_off_job(&mut tx, job.id, due_at).await?;
        }
    }
    tx.commit("simulator.send").await
}
