//! A change, written: the rows that differ, the ledger, the timers, and the events; all in one transaction.

use crate::{
    aggregate::PaymentAggregate,
    attempt::Attempt,
    ledger::{PostingSet, postings},
    operation::Operation,
    payment::Payment,
    refund::{self, Refund},
    timer_plan::{QueriedSubject, RetryDelays, TimerChange, plan_timers},
    transition, view,
};
use contracts::events::{EventType, PaymentEvent, RefundEvent};
use db::{Error, ErrorKind, Result, Tx, params, statements};
use flow::{Cause, Journal, timer};
use kernel::{Timestamp, id::PaymentId};
use std::collections::BTreeMap;

statements! {
    /// The bound of refunds is in here too: nobody gets past it (I4).
    UPDATE_PAYMENT = "update payment set state = $3, owed = $4, authorized = $5, captured = $6, offline = $7,
                          refunded = $8, refunded_offline = $9, claimed = $10, version = $12, updated_at = $11
                      where id = $1 and version = $2 and cast($8 as bigint) + cast($10 as bigint) <= $6";
    CHANGE_ORDER = "update payment set order_id = $2, amount = $3 where id = $1";
    INSERT_ATTEMPT = "insert into attempt (id, payment_id, client_key, body_hash, method, capture, amount, created_at,
                          state, live, surplus, authorized, captured, to_capture, charge, action_url, failure_code,
                          looks, wonders, looked_at, authorized_at, updated_at, provider)
                      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
                          $21, $22, $23)";
    UPDATE_ATTEMPT = "update attempt set state = $3, live = $4, surplus = $5, authorized = $6, captured = $7,
                          to_capture = $8, charge = $9, action_url = $10, failure_code = $11, looks = $12,
                          looked_at = $13, authorized_at = $14, updated_at = $15, wonders = $16
                      where id = $1 and state = $2";
    INSERT_REFUND = "insert into refund (id, payment_id, attempt_id, client_key, body_hash, origin, amount, actor,
                         state, failures, looks, looked_at, version, created_at, updated_at)
                     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    INSERT_NOTE = "insert into note (subject, payment_id, text) values ($1, $2, $3)";
    UPDATE_REFUND = "update refund set state = $3, failures = $4, looks = $5, looked_at = $6, version = $7,
                         updated_at = $8, by_hand = $9, amount = $10
                     where id = $1 and version = $2";
    INSERT_OPERATION = "insert into operation (key, payment_id, subject, kind, n, client_key, refused, created_at)
                        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    UPDATE_OPERATION = "update operation set refused = $2, created_at = $3, unsent = $4 where key = $1";
    INSERT_POSTING = "insert into posting (reason, subject, account, payment_id, amount, currency, at)
                      values ($1, $2, $3, $4, $5, $6, $7)";
}

/// What a change is written with.
pub(crate) struct SaveContext<'a> {
    /// Where events go.
    pub(crate) journal: &'a Journal,
    /// Who made it.
    pub(crate) cause: &'a Cause,
    /// How long things are waited for.
    pub(crate) delays: &'a RetryDelays,
    /// Who has just been heard of.
    pub(crate) heard: QueriedSubject,
}

/// Writes the change from `before` to `after`, and gives `after` its new versions.
pub(crate) async fn save(
    tx: &mut Tx,
    before: &PaymentAggregate,
    after: &mut PaymentAggregate,
    with: &SaveContext<'_>,
) -> Result<()> {
    if let Some(event) = after.event.take() {
        update_payment(tx, after).await?;
        let Payment { id, order_id, amount, .. } = after.payment;
        if before.payment.order_id != order_id {
            tx.run(&CHANGE_ORDER, params![id, order_id, amount]).await?;
        }
        record_payment(tx, after, event, with).await?;
    }
    // one that is no longer live before one that now is: at most one may be at any time
    let mut changed: Vec<&Attempt> =
        after.attempts.iter().filter(|a| before.attempt(a.id) != Some(a)).collect();
    changed.sort_by_key(|attempt| attempt.live);
    for attempt in changed {
        save_attempt(tx, after.payment.id, before.attempt(attempt.id), attempt).await?;
    }
    save_operations(tx, before, after).await?;
    for index in 0..after.refunds.len() {
        save_refund(tx, before, after, index, with).await?;
    }
    for set in postings(before, after) {
        save_postings(tx, after.payment.id, &set).await?;
    }
    let now = tx.now().await?;
    for TimerChange { kind, key, after: wait } in plan_timers(before, after, with.heard, with.delays, now) {
        match wait {
            Some(wait) => timer::set(tx, kind, key, now.plus(wait), &()).await?,
            None => timer::clear(tx, kind, key).await?,
        }
    }
    Ok(())
}

async fn update_payment(tx: &mut Tx, book: &mut PaymentAggregate) -> Result<()> {
    let p = &mut book.payment;
    let values = params![
        p.id,
        p.version,
        transition::name(p.state),
        p.owed,
        p.authorized,
        p.captured,
        p.offline,
        p.refunded,
        p.refunded_offline,
        p.claimed,
        p.updated_at,
        p.version + 1,
    ];
    if tx.run(&UPDATE_PAYMENT, values).await? != 1 {
        return Err(faster("the payment"));
    }
    p.version += 1;
    Ok(())
}

async fn record_payment(
    tx: &mut Tx,
    book: &PaymentAggregate,
    event: EventType,
    with: &SaveContext<'_>,
) -> Result<()> {
    let data = PaymentEvent {
        user_id: book.payment.user_id,
        figures: view::figures(book),
        payment: view::told_payment(book),
    };
    let p = &book.payment;
    with.journal.record(tx, event, p.id, p.version, with.cause, &data).await.map(drop)
}

async fn save_attempt(tx: &mut Tx, payment: PaymentId, before: Option<&Attempt>, a: &Attempt) -> Result<()> {
    let failure = a.failure.as_ref();
    let code = failure.map(|failure| failure.code.clone());
    let (charge, url) = (a.charge.clone(), a.action_url.clone());
    let Some(before) = before else {
        let values = params![
            a.id,
            payment,
            a.client_key,
            a.body_hash,
            &a.method,
            a.capture.name(),
            a.amount,
            a.created_at,
            a.state.name(),
            a.live,
            a.surplus,
            a.authorized,
            a.captured,
            a.to_capture,
            charge,
            url,
            code,
            a.looks,
            a.wonders,
            a.looked_at,
            a.authorized_at,
            a.updated_at,
            &a.provider,
        ];
        return tx.run(&INSERT_ATTEMPT, values).await.map(drop);
    };
    let values = params![
        a.id,
        before.state.name(),
        a.state.name(),
        a.live,
        a.surplus,
        a.authorized,
        a.captured,
        a.to_capture,
        charge,
        url,
        code,
        a.looks,
        a.looked_at,
        a.authorized_at,
        a.updated_at,
        a.wonders,
    ];
    if tx.run(&UPDATE_ATTEMPT, values).await? == 1 { Ok(()) } else { Err(faster("the attempt")) }
}

async fn save_operations(tx: &mut Tx, before: &PaymentAggregate, after: &PaymentAggregate) -> Result<()> {
    let known: BTreeMap<&str, &Operation> = before.operations.iter().map(|o| (o.key.as_str(), o)).collect();
    for o in &after.operations {
        match known.get(o.key.as_str()) {
            None => insert_operation(tx, after.payment.id, o).await?,
            Some(known) if *known == o => {}
            Some(_) => {
                tx.run(&UPDATE_OPERATION, params![&o.key, o.refused, o.created_at, o.unsent]).await?;
            }
        }
    }
    Ok(())
}

async fn insert_operation(tx: &mut Tx, payment: PaymentId, o: &Operation) -> Result<()> {
    let values =
        params![&o.key, payment, o.subject, o.kind.name(), o.n, o.client_key, o.refused, o.created_at];
    tx.run(&INSERT_OPERATION, values).await.map(drop)
}

/// A refund has versions of its own; what was only checked keeps its version.
async fn save_refund(
    tx: &mut Tx,
    before: &PaymentAggregate,
    after: &mut PaymentAggregate,
    index: usize,
    with: &SaveContext<'_>,
) -> Result<()> {
    let r = &mut after.refunds[index];
    let earlier = before.refund(r.id);
    if earlier == Some(r) {
        return Ok(());
    }
    let changed = earlier.is_none_or(|earlier| earlier.state != r.state);
    r.version += i64::from(changed);
    match earlier {
        None => insert_refund(tx, after.payment.id, r).await?,
        Some(earlier) => {
            let state = refund::name(r.state);
            let values = params![
                r.id,
                earlier.version,
                state,
                r.failures,
                r.looks,
                r.looked_at,
                r.version,
                r.updated_at,
                r.by_hand,
                r.amount,
            ];
            if tx.run(&UPDATE_REFUND, values).await? != 1 {
                return Err(faster("the refund"));
            }
        }
    }
    if changed {
        let r = &after.refunds[index];
        let data =
            RefundEvent { user_id: after.payment.user_id, refund: view::told_refund(&after.payment, r) };
        with.journal.record(tx, refund::event_of(r.state), r.id, r.version, with.cause, &data).await?;
    }
    Ok(())
}

async fn insert_refund(tx: &mut Tx, payment: PaymentId, r: &Refund) -> Result<()> {
    let (key, hash) = r.client_key.unzip();
    let values = params![
        r.id,
        payment,
        r.attempt_id,
        key,
        hash.map(|hash| hash.to_vec()),
        r.origin.name(),
        r.amount,
        &r.actor,
        refund::name(r.state),
        r.failures,
        r.looks,
        r.looked_at,
        r.version,
        r.created_at,
        r.updated_at,
    ];
    tx.run(&INSERT_REFUND, values).await?;
    if let Some(reason) = &r.reason {
        tx.run(&INSERT_NOTE, params![r.id, payment, reason]).await?;
    }
    Ok(())
}

async fn save_postings(tx: &mut Tx, payment: PaymentId, set: &PostingSet) -> Result<()> {
    if !set.is_balanced() {
        let message = format!("postings of {} for {payment} do not sum to zero", set.reason.name());
        return Err(Error::new(ErrorKind::Other, message));
    }
    let at: Timestamp = set.at;
    for (account, amount) in &set.entries {
        let values =
            params![set.reason.name(), set.subject, account.name(), payment, *amount, set.currency, at];
        tx.run(&INSERT_POSTING, values).await?;
    }
    Ok(())
}

/// The row was locked, so that nobody can have been faster: the same transaction may be tried again.
fn faster(what: &str) -> Error {
    Error::new(ErrorKind::Retry, format!("{what} was changed by somebody else"))
}
