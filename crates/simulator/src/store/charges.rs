//! The rows of the simulated provider, in its own database.

use contracts::payments::CaptureMode;
use db::{Db, Result, Row, Tx, params, statements};
use kernel::{Currency, Money, Timestamp, id::OrderId};
use payment_provider::SubmitCharge;
use std::time::Duration;
use uuid::Uuid;

statements! {
    CLAIM_KEY = "insert into known_key (key, operation, charge_id, amount, refused) values ($1, $2, $3, $4, false)
                 on conflict (key) do nothing";
    PLANT_REFUSAL = "insert into known_key (key, operation, refused) values ($1, 'submit', true)
                     on conflict (key) do nothing";
    BIND_KEY = "update known_key set charge_id = $2 where key = $1";
    REFUSE_KEY = "update known_key set refused = true where key = $1";
    FIND_KEY = "select operation, charge_id, amount, refused from known_key where key = $1";
    INSERT_CHARGE = "insert into charge (id, key, order_id, currency, capture, amount, captured, refunded, state, failure,
                         refuses, created_at, method)
                     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    LOCK_CHARGE = "select * from charge where id = $1 for update";
    LOCK_CHARGE_BY_KEY = "select * from charge where key = $1 for update";
    CHARGES_SINCE = "select * from charge where (created_at, id) > ($1, $2) order by created_at, id limit $3";
    UPDATE_CHARGE = "update charge set captured = $2, refunded = $3, state = $4, failure = $5, refuses = $6
                     where id = $1";
    INSERT_JOB = "insert into job (id, kind, key, event_id, outcome, order_id, currency, capture, amount, due_at)
                  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    DUE_JOBS = "select * from job where due_at <= $1 order by due_at, id limit $2";
    NEXT_JOB = "select min(due_at) as due_at from job";
    TAKE_JOB = "delete from job where id = $1";
    PUT_OFF_JOB = "update job set due_at = $2, tries = tries + 1 where id = $1";
}

/// A charge of the simulated provider.
#[derive(Debug, Clone)]
pub(crate) struct ChargeRow {
    pub(crate) id: Uuid,
    pub(crate) key: String,
    pub(crate) order_id: OrderId,
    pub(crate) currency: Currency,
    pub(crate) capture: CaptureMode,
    pub(crate) amount: i64,
    pub(crate) captured: i64,
    pub(crate) refunded: i64,
    pub(crate) state: String,
    pub(crate) failure: Option<String>,
    /// What it refuses once.
    pub(crate) refuses: Option<String>,
    pub(crate) created_at: Timestamp,
    /// None: it was made before this was noted.
    pub(crate) method: Option<String>,
}

impl ChargeRow {
    pub(crate) fn new(
        id: Uuid,
        submit: &SubmitCharge,
        state: &str,
        failure: Option<&str>,
        now: Timestamp,
    ) -> Self {
        let request = Request { order_id: submit.order_id, amount: submit.amount, capture: submit.capture };
        let mut charge = ChargeRow::late(id, &submit.key, &request, &submit.method, state, now);
        charge.failure = failure.map(str::to_owned);
        charge
    }
    /// Of a request that arrived late.
    pub(crate) fn late(
        id: Uuid,
        key: &str,
        request: &Request,
        method: &str,
        state: &str,
        now: Timestamp,
    ) -> Self {
        ChargeRow {
            id,
            key: key.to_owned(),
            order_id: request.order_id,
            currency: request.amount.currency,
            capture: request.capture,
            amount: request.amount.minor,
            captured: if state == "captured" { request.amount.minor } else { 0 },
            refunded: 0,
            state: state.to_owned(),
            failure: None,
            refuses: None,
            created_at: now,
            method: Some(method.to_owned()),
        }
    }
    /// Whether it is an authorization that has lasted for `life`, and ends by that.
    pub(crate) fn is_over(&self, now: Timestamp, life: Duration) -> bool {
        self.state == "authorized" && now.since(self.created_at) >= life
    }
    /// The money is authorized, or captured, as was asked for.
    pub(crate) fn succeed(&mut self) {
        match self.capture {
            CaptureMode::Automatic => {
                self.captured = self.amount;
                self.state = "captured".to_owned();
            }
            CaptureMode::Manual => self.state = "authorized".to_owned(),
        }
    }
    /// Whether `operation` is refused this time.
    pub(crate) fn refuses_once(&mut self, operation: &str) -> bool {
        let refuses = self.refuses.as_deref() == Some(operation);
        if refuses {
            self.refuses = None;
        }
        refuses
    }
    pub(crate) fn fail(&mut self, code: &str) {
        self.state = "failed".to_owned();
        self.failure = Some(code.to_owned());
    }
}

/// What is known of a key.
pub(crate) struct KeyState {
    pub(crate) operation: String,
    pub(crate) charge_id: Option<Uuid>,
    pub(crate) amount: Option<i64>,
    pub(crate) refused: bool,
}

impl KeyState {
    /// Whether it was used for this operation on a charge.
    pub(crate) fn is_of(&self, operation: &str, charge: Uuid, amount: Option<i64>) -> bool {
        (self.operation.as_str(), self.charge_id, self.amount) == (operation, Some(charge), amount)
    }
}

/// What is done later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JobKind {
    /// A request arrives.
    Deliver,
    /// A charge that is being processed is made.
    Settle,
    /// A webhook is sent.
    Webhook,
}

impl JobKind {
    const fn name(self) -> &'static str {
        match self {
            JobKind::Deliver => "deliver",
            JobKind::Settle => "settle",
            JobKind::Webhook => "webhook",
        }
    }
    fn named(name: &str) -> Option<JobKind> {
        [JobKind::Deliver, JobKind::Settle, JobKind::Webhook].into_iter().find(|kind| kind.name() == name)
    }
}

/// A request that arrives late.
pub(crate) struct Request {
    pub(crate) order_id: OrderId,
    pub(crate) amount: Money,
    pub(crate) capture: CaptureMode,
}

/// Something to be done later.
pub(crate) struct NewJob {
    kind: JobKind,
    key: String,
    event: Option<(Uuid, String)>,
    request: Option<Request>,
    due_at: Timestamp,
}

impl NewJob {
    pub(crate) fn new(kind: JobKind, key: &str, due_at: Timestamp) -> NewJob {
        NewJob { kind, key: key.to_owned(), event: None, request: None, due_at }
    }
    pub(crate) fn webhook(key: &str, event: Uuid, outcome: &str, due_at: Timestamp) -> NewJob {
        NewJob { event: Some((event, outcome.to_owned())), ..NewJob::new(JobKind::Webhook, key, due_at) }
    }
    pub(crate) fn deliver(submit: &SubmitCharge, due_at: Timestamp) -> NewJob {
        let request = Request { order_id: submit.order_id, amount: submit.amount, capture: submit.capture };
        NewJob { request: Some(request), ..NewJob::new(JobKind::Deliver, &submit.key, due_at) }
    }
}

/// Something that is due.
pub(crate) struct Job {
    pub(crate) id: Uuid,
    pub(crate) kind: JobKind,
    pub(crate) key: String,
    pub(crate) event_id: Option<String>,
    pub(crate) outcome: Option<String>,
    pub(crate) request: Option<Request>,
    pub(crate) tries: i64,
}

/// True when the key was not known: this is the one time that it has an effect.
pub(crate) async fn claim_key(
    tx: &mut Tx,
    key: &str,
    operation: &str,
    charge_id: Option<Uuid>,
    amount: Option<i64>,
) -> Result<bool> {
    Ok(tx.run(&CLAIM_KEY, params![key, operation, charge_id, amount]).await? == 1)
}

/// True when the key was not known: from now on it is refused.
pub(crate) async fn block_key(tx: &mut Tx, key: &str) -> Result<bool> {
    Ok(tx.run(&PLANT_REFUSAL, params![key]).await? == 1)
}

pub(crate) async fn bind_key(tx: &mut Tx, key: &str, charge_id: Uuid) -> Result<()> {
    tx.run(&BIND_KEY, params![key, charge_id]).await.map(drop)
}

pub(crate) async fn refuse_key(tx: &mut Tx, key: &str) -> Result<()> {
    tx.run(&REFUSE_KEY, params![key]).await.map(drop)
}

pub(crate) async fn find_key(tx: &mut Tx, key: &str) -> Result<Option<KeyState>> {
    let row = tx.query_opt(&FIND_KEY, params![key]).await?;
    let read = |row: Row| {
        Ok(KeyState {
            operation: row.get("operation")?,
            charge_id: row.get("charge_id")?,
            amount: row.get("amount")?,
            refused: row.get("refused")?,
        })
    };
    row.map(read).transpose()
}

pub(crate) async fn insert_charge(tx: &mut Tx, c: &ChargeRow) -> Result<()> {
    let (capture, state, failure) = (c.capture.name(), &c.state, c.failure.clone());
    let values = params![
        c.id,
        &c.key,
        c.order_id,
        c.currency,
        capture,
        c.amount,
        c.captured,
        c.refunded,
        state,
        failure,
        c.refuses.clone(),
        c.created_at,
        c.method.clone(),
    ];
    tx.run(&INSERT_CHARGE, values).await.map(drop)
}

pub(crate) async fn lock_charge(tx: &mut Tx, id: Uuid) -> Result<Option<ChargeRow>> {
    tx.query_opt(&LOCK_CHARGE, params![id]).await?.as_ref().map(read_charge).transpose()
}

pub(crate) async fn lock_charge_by_key(tx: &mut Tx, key: &str) -> Result<Option<ChargeRow>> {
    tx.query_opt(&LOCK_CHARGE_BY_KEY, params![key]).await?.as_ref().map(read_charge).transpose()
}

/// The charges after the one that was made then and has this ID, oldest first.
pub(crate) async fn charges_since(
    db: &Db,
    (made_at, id): (Timestamp, Uuid),
    at_most: i64,
) -> Result<Vec<ChargeRow>> {
    db.query(&CHARGES_SINCE, params![made_at, id, at_most]).await?.iter().map(read_charge).collect()
}

pub(crate) async fn update_charge(tx: &mut Tx, c: &ChargeRow) -> Result<()> {
    let values = params![c.id, c.captured, c.refunded, &c.state, c.failure.clone(), c.refuses.clone()];
    tx.run(&UPDATE_CHARGE, values).await.map(drop)
}

pub(super) fn read_charge(row: &Row) -> Result<ChargeRow> {
    Ok(ChargeRow {
        id: row.get("id")?,
        key: row.get("key")?,
        order_id: row.get("order_id")?,
        currency: row.get("currency")?,
        capture: row.named("capture", CaptureMode::named)?,
        amount: row.get("amount")?,
        captured: row.get("captured")?,
        refunded: row.get("refunded")?,
        state: row.get("state")?,
        failure: row.get("failure")?,
        refuses: row.get("refuses")?,
        created_at: row.get("created_at")?,
        method: row.get("method")?,
    })
}

pub(crate) async fn insert_job(tx: &mut Tx, id: Uuid, job: &NewJob) -> Result<()> {
    let event = job.event.as_ref();
    let request = job.request.as_ref();
    let values = params![
        id,
        job.kind.name(),
        &job.key,
        event.map(|(id, _)| format!("evt_{}", id.simple())),
        event.map(|(_, outcome)| outcome.clone()),
        request.map(|request| request.order_id),
        request.map(|request| request.amount.currency),
        request.map(|request| request.capture.name()),
        request.map(|request| request.amount.minor),
        job.due_at,
    ];
    tx.run(&INSERT_JOB, values).await.map(drop)
}

pub(crate) async fn due_jobs(db: &Db, now: Timestamp, at_most: i64) -> Result<Vec<Job>> {
    db.query(&DUE_JOBS, params![now, at_most]).await?.iter().map(read_job).collect()
}

fn read_job(row: &Row) -> Result<Job> {
    let order_id: Option<OrderId> = row.get("order_id")?;
    let request = order_id.map(|order_id| -> Result<Request> {
        let amount = Money::new(row.get("amount")?, row.get("currency")?);
        Ok(Request { order_id, amount, capture: row.named("capture", CaptureMode::named)? })
    });
    Ok(Job {
        id: row.get("id")?,
        kind: row.named("kind", JobKind::named)?,
        key: row.get("key")?,
        event_id: row.get("event_id")?,
        outcome: row.get("outcome")?,
        request: request.transpose()?,
        tries: row.get("tries")?,
    })
}

pub(crate) async fn next_job(db: &Db) -> Result<Option<Timestamp>> {
    db.query_one(&NEXT_JOB, params![]).await?.get("due_at")
}

/// True when nobody else has taken it.
pub(crate) async fn take_job(tx: &mut Tx, id: Uuid) -> Result<bool> {
    Ok(tx.run(&TAKE_JOB, params![id]).await? == 1)
}

pub(crate) async fn put_off_job(tx: &mut Tx, id: Uuid, due_at: Timestamp) -> Result<()> {
    tx.run(&PUT_OFF_JOB, params![id, due_at]).await.map(drop)
}
