//! Payments with all that belongs to them: found, locked, and opened.
//!
//! Every change locks the payment's row first, so that what is read after it stands still.

use super::{ReadSource, read};
use crate::{aggregate::PaymentAggregate, operation::OperationKind, payment::Payment};
use contracts::system::UnresolvedProviderCall;
use db::{Db, Error, ErrorKind, Result, Row, Tx, params, statements};
use kernel::{
    Money, Timestamp,
    id::{AttemptId, OrderId, PaymentId, RefundId},
};
use uuid::Uuid;

pub(crate) use super::{
    read::{RefundWithPayment, refunds_of_order},
    save::{SaveContext, save},
};

statements! {
    FIND = "select * from payment where id = $1";
    LOCK = "select * from payment where id = $1 for update";
    LOCK_BY_ORDER = "select * from payment where order_id = $1 for update";
    /// The version 0 lasts until the end of the transaction.
    OPEN = "insert into payment (id, order_id, user_id, state, currency, amount, owed, version, created_at, updated_at)
            values ($1, $2, $3, 'open', $4, $5, $5, 0, $6, $6) on conflict (order_id) do nothing";
    /// The orders have the same tail: one of them was lost and placed again.
    OF_LOST_ORDER = {
        sqlite: "select id from payment where substr(order_id, 9) = substr($1, 9) and state <> 'closed'
                     and not exists (select 1 from payment as own where own.order_id = $1) limit 1",
        postgres: "select id from payment where substring(uuid_send(order_id) from 9) = substring(uuid_send($1) from 9)
                       and state <> 'closed' and not exists (select 1 from payment as own where own.order_id = $1) limit 1",
    };
    ID_BY_ATTEMPT = "select payment_id as id from attempt where id = $1";
    ID_BY_REFUND = "select payment_id as id from refund where id = $1";
    /// The states of the index, and nothing else of it: one that was asked about and told nothing keeps its time.
    UNANSWERED = "select p.order_id, p.currency, attempt.state, attempt.amount, attempt.updated_at as since
                  from attempt join payment p on p.id = attempt.payment_id where attempt.updated_at < $1
                      and attempt.state in ('created', 'submitting', 'unknown_submitting', 'capturing',
                          'unknown_capturing', 'voiding', 'unknown_voiding')
                  union all
                  select p.order_id, p.currency, 'refund' as state, refund.amount, refund.updated_at as since
                  from refund join payment p on p.id = refund.payment_id where refund.updated_at < $1
                      and refund.state in ('submitting', 'unknown')
                  order by since limit $2";
    SUBJECT_BY_KEY = "select subject, kind from operation where key = $1";
}

/// The payment as it is committed.
pub(crate) async fn find(db: &Db, id: PaymentId) -> Result<Option<PaymentAggregate>> {
    // several statements: when a change came in between, it is read again
    for _ in 0..TRIES {
        let Some(row) = db.query_opt(&FIND, params![id]).await? else { return Ok(None) };
        let payment = read::read_payment(&row)?;
        let version = payment.version;
        let book = read::book(ReadSource::Db(db), payment).await?;
        let now = db.query_one(&FIND, params![id]).await?;
        if now.get::<i64>("version")? == version {
            return Ok(Some(book));
        }
    }
    Err(Error::new(ErrorKind::Busy, "the payment changes faster than it can be read"))
}
const TRIES: u32 = 10;

/// The attempts and refunds of which nobody has told for long what became of them already, the oldest first.
pub(crate) async fn unanswered(db: &Db, now: Timestamp) -> Result<Vec<UnresolvedProviderCall>> {
    let since = now.minus(flow::service_status::STUCK_AFTER);
    let rows = db.query(&UNANSWERED, params![since, flow::service_status::COUNTED]).await?;
    // one that cannot be read is the audit's to name, and hides no other
    Ok(rows.iter().filter_map(|row| read_unanswered(row).ok()).collect())
}

fn read_unanswered(row: &Row) -> Result<UnresolvedProviderCall> {
    let what = match row.get::<String>("state")?.as_str() {
        "refund" => "refund",
        "capturing" | "unknown_capturing" => "capture",
        "voiding" | "unknown_voiding" => "void",
        _ => "payment",
    };
    Ok(UnresolvedProviderCall {
        order_id: row.get("order_id")?,
        what: what.to_owned(),
        amount: Money::new(row.get("amount")?, row.get("currency")?),
        since: row.get("since")?,
    })
}

/// The refund's payment as it is committed.
pub(crate) async fn find_by_refund(db: &Db, id: RefundId) -> Result<Option<PaymentAggregate>> {
    match db.query_opt(&ID_BY_REFUND, params![id]).await? {
        Some(row) => find(db, row.get("id")?).await,
        None => Ok(None),
    }
}

/// The payment, locked.
pub(crate) async fn lock(tx: &mut Tx, id: PaymentId) -> Result<Option<PaymentAggregate>> {
    let row = tx.query_opt(&LOCK, params![id]).await?;
    locked(tx, row).await
}

/// The order's payment, locked.
pub(crate) async fn lock_by_order(tx: &mut Tx, order_id: OrderId) -> Result<Option<PaymentAggregate>> {
    let row = tx.query_opt(&LOCK_BY_ORDER, params![order_id]).await?;
    locked(tx, row).await
}

/// The payment of a lost order that this one, which has none yet, repeats; unless it is closed.
pub(crate) async fn of_lost_order(db: &Db, order_id: OrderId) -> Result<Option<PaymentId>> {
    db.query_opt(&OF_LOST_ORDER, params![order_id]).await?.map(|row| row.get("id")).transpose()
}

/// The attempt's payment, locked.
pub(crate) async fn lock_by_attempt(tx: &mut Tx, id: AttemptId) -> Result<Option<PaymentAggregate>> {
    match tx.query_opt(&ID_BY_ATTEMPT, params![id]).await? {
        Some(row) => lock(tx, row.get("id")?).await,
        None => Ok(None),
    }
}

/// The refund's payment, locked.
pub(crate) async fn lock_by_refund(tx: &mut Tx, id: RefundId) -> Result<Option<PaymentAggregate>> {
    match tx.query_opt(&ID_BY_REFUND, params![id]).await? {
        Some(row) => lock(tx, row.get("id")?).await,
        None => Ok(None),
    }
}

async fn locked(tx: &mut Tx, row: Option<Row>) -> Result<Option<PaymentAggregate>> {
    match row {
        Some(row) => Ok(Some(read::book(ReadSource::Tx(tx), read::read_payment(&row)?).await?)),
        None => Ok(None),
    }
}

/// The order's payment, locked; opened as `new` where there is none.
pub(crate) async fn open(tx: &mut Tx, new: Payment) -> Result<PaymentAggregate> {
    if let Some(book) = lock_by_order(tx, new.order_id).await? {
        return Ok(book);
    }
    let values = params![new.id, new.order_id, new.user_id, new.currency, new.amount, new.created_at];
    if tx.run(&OPEN, values).await? == 1 {
        return Ok(PaymentAggregate::new(new));
    }
    // somebody was faster
    lock_by_order(tx, new.order_id)
        .await?
        .ok_or_else(|| Error::new(ErrorKind::Retry, "the payment is gone again"))
}

/// Which attempt or refund an operation's key belongs to, and what kind of operation it names.
pub(crate) async fn find_subject(tx: &mut Tx, key: &str) -> Result<Option<(Uuid, OperationKind)>> {
    let row = tx.query_opt(&SUBJECT_BY_KEY, params![key]).await?;
    row.map(|row| Ok((row.get("subject")?, row.named("kind", OperationKind::named)?))).transpose()
}
