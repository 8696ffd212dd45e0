//! What an audit reads: payments page by page with all that belongs to them, the ledger's sums, the journal.

use super::read::{read_attempt, read_payment, read_refund};
use crate::book::Book;
use db::{Db, Result, Row, params, statements};
use kernel::{
    Timestamp,
    id::{OrderId, PaymentId},
};
use serde_json::Value;
use std::collections::BTreeMap;

statements! {
    PAYMENTS = "select * from payment where id > $1 order by id limit $2";
    OF_ORDERS = "select * from payment where order_id = any($1) order by id";
    ATTEMPTS = "select * from attempt where payment_id = any($1) order by payment_id, created_at, id";
    REFUNDS = "select r.*, n.text as reason from refund as r left join note as n on n.subject = r.id
               where r.payment_id = any($1) order by r.payment_id, r.created_at, r.id";
    BALANCES = "select payment_id, account, cast(sum(amount) as bigint) as amount from posting
                where payment_id = any($1) group by payment_id, account";
    UNBALANCED = "select payment_id, reason, cast(sum(amount) as bigint) as amount from posting
                  where payment_id = any($1) group by payment_id, reason, subject having sum(amount) <> 0";
    VERSIONS = "select subject, count(*) as events, min(sequence) as first, max(sequence) as last from event
                where subject = any($1) group by subject";
    NEWEST = "select subject, data from event as e where subject = any($1)
              and sequence = (select max(sequence) from event where subject = e.subject)";
    CAPTURES = "select subject, actor, data from event where subject = any($1) and type = 'payment.captured'
                order by subject, sequence";
    UNLOOKED_ATTEMPTS = "select id, looked_at from attempt where looked_at < $1 and state in ('created', 'submitting',
                         'unknown_submitting', 'capturing', 'unknown_capturing', 'voiding', 'unknown_voiding')";
    /// Promises that nobody wants any more.
    UNLOOKED_PROMISES = "select a.id, a.looked_at from attempt as a join payment as p on p.id = a.payment_id
                         where a.state = 'authorized' and a.looked_at < $1
                             and (a.surplus or p.state in ('closing_always', 'closed'))";
    /// One that was paid offline waits for people. One that failed is tried again in its time.
    UNLOOKED_REFUNDS = "select id, looked_at from refund where attempt_id is not null
                        and ((looked_at < $1 and state in ('requested', 'submitting', 'unknown'))
                            or (looked_at < $2 and state = 'failed'))";
}

/// Payments with their attempts and refunds, after the payment `after`; empty at the end.
pub(crate) async fn page(db: &Db, after: PaymentId, at_most: i64) -> Result<Vec<Book>> {
    complete(db, db.query(&PAYMENTS, params![after, at_most]).await?).await
}

/// The payments of these orders.
pub(crate) async fn of_orders(db: &Db, orders: &[OrderId]) -> Result<Vec<Book>> {
    complete(db, db.query(&OF_ORDERS, params![orders]).await?).await
}

async fn complete(db: &Db, rows: Vec<Row>) -> Result<Vec<Book>> {
    let mut books = rows.iter().map(|row| read_payment(row).map(Book::new)).collect::<Result<Vec<_>>>()?;
    let ids: Vec<PaymentId> = books.iter().map(|book| book.payment.id).collect();
    let mut by_id: BTreeMap<PaymentId, &mut Book> = books.iter_mut().map(|b| (b.payment.id, b)).collect();
    for row in db.query(&ATTEMPTS, params![ids.as_slice()]).await? {
        if let Some(book) = by_id.get_mut(&row.get("payment_id")?) {
            book.attempts.push(read_attempt(&row)?);
        }
    }
    for row in db.query(&REFUNDS, params![ids.as_slice()]).await? {
        if let Some(book) = by_id.get_mut(&row.get("payment_id")?) {
            book.refunds.push(read_refund(&row)?);
        }
    }
    Ok(books)
}

/// The balance of each account of each payment.
pub(crate) async fn balances(db: &Db, of: &[PaymentId]) -> Result<BTreeMap<(PaymentId, String), i64>> {
    let rows = db.query(&BALANCES, params![of]).await?;
    rows.iter().map(|row| Ok(((row.get("payment_id")?, row.get("account")?), row.get("amount")?))).collect()
}

/// Sets of postings that do not sum to zero.
pub(crate) async fn unbalanced(db: &Db, of: &[PaymentId]) -> Result<Vec<(PaymentId, String, i64)>> {
    let rows = db.query(&UNBALANCED, params![of]).await?;
    rows.iter().map(|row| Ok((row.get("payment_id")?, row.get("reason")?, row.get("amount")?))).collect()
}

/// What the journal has of a subject.
pub(crate) struct Versions {
    pub(crate) events: i64,
    pub(crate) first: i64,
    pub(crate) last: i64,
}

/// How many events each subject has, from which version to which.
pub(crate) async fn versions(db: &Db, subjects: &[String]) -> Result<BTreeMap<String, Versions>> {
    let read = |row: &Row| {
        let versions =
            Versions { events: row.get("events")?, first: row.get("first")?, last: row.get("last")? };
        Ok((row.get("subject")?, versions))
    };
    db.query(&VERSIONS, params![subjects.to_vec()]).await?.iter().map(read).collect()
}

/// The data of each subject's newest event.
pub(crate) async fn newest(db: &Db, subjects: &[String]) -> Result<BTreeMap<String, Value>> {
    let rows = db.query(&NEWEST, params![subjects.to_vec()]).await?;
    rows.iter().map(|row| Ok((row.get("subject")?, row.get("data")?))).collect()
}

/// An event that told of money that was taken.
pub(crate) struct Capture {
    /// Who said so.
    pub(crate) actor: String,
    pub(crate) data: Value,
}

/// What told of these payments' captures, oldest first.
pub(crate) async fn captures(db: &Db, subjects: &[String]) -> Result<BTreeMap<String, Vec<Capture>>> {
    let mut captures: BTreeMap<String, Vec<Capture>> = BTreeMap::new();
    for row in db.query(&CAPTURES, params![subjects.to_vec()]).await? {
        let capture = Capture { actor: row.get("actor")?, data: row.get("data")? };
        captures.entry(row.get("subject")?).or_default().push(capture);
    }
    Ok(captures)
}

/// Attempts and refunds of which the provider has not been asked since before `since`; refunds that failed, before
/// `failed_since`.
pub(crate) async fn unlooked(
    db: &Db,
    since: Timestamp,
    failed_since: Timestamp,
) -> Result<Vec<(String, Timestamp)>> {
    let mut found = Vec::new();
    for sql in [&UNLOOKED_ATTEMPTS, &UNLOOKED_PROMISES] {
        for row in db.query(sql, params![since]).await? {
            let id: kernel::id::AttemptId = row.get("id")?;
            found.push((id.to_string(), row.get("looked_at")?));
        }
    }
    for row in db.query(&UNLOOKED_REFUNDS, params![since, failed_since]).await? {
        let id: kernel::id::RefundId = row.get("id")?;
        found.push((id.to_string(), row.get("looked_at")?));
    }
    Ok(found)
}
