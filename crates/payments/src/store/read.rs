//! Rows, read back.

use super::ReadSource;
use crate::{
    aggregate::PaymentAggregate,
    attempt::{Attempt, AttemptState},
    operation::{Operation, OperationKind},
    payment::Payment,
    refund::{self, Refund, RefundOrigin},
    transition,
};
use contracts::payments::{CaptureMode, Failure, PaymentState};
use db::{Db, Result, Row, params, statements};
use kernel::{
    Currency,
    id::{OrderId, PaymentId},
};

statements! {
    ATTEMPTS = "select * from attempt where payment_id = $1 order by created_at, id";
    REFUNDS = "select r.*, n.text as reason from refund as r left join note as n on n.subject = r.id
               where r.payment_id = $1 order by r.created_at, r.id";
    REFUNDS_OF_ORDER = "select r.*, n.text as reason, p.currency, p.state as of_payment from payment as p
                        left join refund as r on r.payment_id = p.id left join note as n on n.subject = r.id
                        where p.order_id = $1 order by r.created_at, r.id";
    OPERATIONS = "select * from operation where payment_id = $1 order by subject, kind, n";
}

/// A refund, and what it shows of its payment.
pub(crate) struct RefundWithPayment {
    pub(crate) payment: PaymentId,
    pub(crate) currency: Currency,
    pub(crate) state: PaymentState,
    pub(crate) refund: Refund,
}

/// The refunds of an order's payment as they are committed, oldest first; nothing where the order has no payment.
pub(crate) async fn refunds_of_order(db: &Db, order: OrderId) -> Result<Option<Vec<RefundWithPayment>>> {
    let rows = db.query(&REFUNDS_OF_ORDER, params![order]).await?;
    let mut refunds = Vec::new();
    for row in &rows {
        // a payment of which nothing goes back has one row, of its own alone
        if let Some(payment) = row.get("payment_id")? {
            let state = row.named("of_payment", transition::named)?;
            refunds.push(RefundWithPayment {
                payment,
                currency: row.get("currency")?,
                state,
                refund: read_refund(row)?,
            });
        }
    }
    Ok((!rows.is_empty()).then_some(refunds))
}

/// What belongs to a payment that has been read.
pub(crate) async fn book(mut source: ReadSource<'_>, payment: Payment) -> Result<PaymentAggregate> {
    let of = params![payment.id];
    let attempts = source.query(&ATTEMPTS, of).await?;
    let refunds = source.query(&REFUNDS, of).await?;
    let operations = source.query(&OPERATIONS, of).await?;
    Ok(PaymentAggregate {
        payment,
        attempts: attempts.iter().map(read_attempt).collect::<Result<_>>()?,
        refunds: refunds.iter().map(read_refund).collect::<Result<_>>()?,
        operations: operations.iter().map(read_operation).collect::<Result<_>>()?,
        event: None,
        asks: Vec::new(),
    })
}

pub(crate) fn read_payment(row: &Row) -> Result<Payment> {
    Ok(Payment {
        id: row.get("id")?,
        order_id: row.get("order_id")?,
        user_id: row.get("user_id")?,
        state: row.named("state", transition::named)?,
        currency: row.get("currency")?,
        amount: row.get("amount")?,
        owed: row.get("owed")?,
        authorized: row.get("authorized")?,
        captured: row.get("captured")?,
        offline: row.get("offline")?,
        refunded: row.get("refunded")?,
        refunded_offline: row.get("refunded_offline")?,
        claimed: row.get("claimed")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

pub(crate) fn read_attempt(row: &Row) -> Result<Attempt> {
    let code: Option<String> = row.get("failure_code")?;
    Ok(Attempt {
        id: row.get("id")?,
        client_key: row.get("client_key")?,
        body_hash: row.get("body_hash")?,
        provider: row.get("provider")?,
        method: row.get("method")?,
        capture: row.named("capture", CaptureMode::named)?,
        state: row.named("state", AttemptState::named)?,
        live: row.get("live")?,
        surplus: row.get("surplus")?,
        amount: row.get("amount")?,
        authorized: row.get("authorized")?,
        captured: row.get("captured")?,
        to_capture: row.get("to_capture")?,
        charge: row.get("charge")?,
        action_url: row.get("action_url")?,
        failure: code.map(|code| Failure::of(&code)),
        looks: row.get("looks")?,
        wonders: row.get("wonders")?,
        looked_at: row.get("looked_at")?,
        authorized_at: row.get("authorized_at")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

pub(crate) fn read_refund(row: &Row) -> Result<Refund> {
    let client_key: Option<uuid::Uuid> = row.get("client_key")?;
    let body_hash: Option<[u8; 32]> = row.get("body_hash")?;
    Ok(Refund {
        id: row.get("id")?,
        attempt_id: row.get("attempt_id")?,
        by_hand: row.get("by_hand")?,
        client_key: client_key.zip(body_hash),
        origin: row.named("origin", RefundOrigin::named)?,
        amount: row.get("amount")?,
        reason: row.get("reason")?,
        actor: row.get("actor")?,
        state: row.named("state", refund::named)?,
        failures: row.get("failures")?,
        looks: row.get("looks")?,
        looked_at: row.get("looked_at")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

pub(crate) fn read_operation(row: &Row) -> Result<Operation> {
    Ok(Operation {
        key: row.get("key")?,
        subject: row.get("subject")?,
        kind: row.named("kind", OperationKind::named)?,
        n: row.get("n")?,
        client_key: row.get("client_key")?,
        refused: row.get("refused")?,
        unsent: row.get("unsent")?,
        created_at: row.get("created_at")?,
    })
}
