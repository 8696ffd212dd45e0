//! What an audit reads: payments page by page with all that belongs to them, the ledger's sums, the journal.

use super::read::{read_attempt, read_operation, read_payment, read_refund};
use crate::aggregate::PaymentAggregate;
use db::{Db, Result, Row, params, statements};
use flow::row_reader::{self, RowReader, id};
use kernel::{
    Timestamp,
    id::{AttemptId, OrderId, PaymentId, RefundId},
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

statements! {
    PAYMENTS = "select * from payment where id > $1 order by id limit $2";
    OF_ORDERS = "select * from payment where order_id = any($1) order by id";
    ATTEMPTS = "select * from attempt where payment_id = any($1) order by payment_id, created_at, id";
    REFUNDS = "select r.*, n.text as reason from refund as r left join note as n on n.subject = r.id
               where r.payment_id = any($1) order by r.payment_id, r.created_at, r.id";
    OPERATIONS = "select * from operation where payment_id = any($1) order by payment_id, subject, kind, n";
    WRITTEN = "select key from operation where key = any($1)";
    ORDERS_OF_KEYS = "select o.key, p.order_id from operation as o join payment as p on p.id = o.payment_id where o.key = any($1)";
    SUBMISSIONS = "select o.key from payment as p join operation as o on o.payment_id = p.id
                   where p.order_id = any($1) and o.kind = 'submit'";
    /// By what they are of: an attempt, a refund, an order.
    WHOSE = "select id as thing, payment_id from attempt where id = any($1)
             union all select id, payment_id from refund where id = any($1)
             union all select order_id, id from payment where order_id = any($1)";
    POSTED = "select payment_id, subject, reason, account, amount, currency from posting where payment_id = any($1)";
    STRANGERS = "select id, order_id from payment where id <= $1 order by id limit 100";
    TIMERS = "select kind, key, due_at from timer where kind in ('reconcile', 'refund', 'lapse') and key = any($1)";
    SUBJECTS = "select distinct subject from event where subject > $1 order by subject limit $2";
    THERE = "select id from payment where id = any($1)";
    REFUNDS_THERE = "select id from refund where id = any($1)";
    UNLOOKED_ATTEMPTS = "select id, looked_at from attempt where (looked_at < $1 or looked_at > $2) and state in ('created', 'submitting',
                         'unknown_submitting', 'capturing', 'unknown_capturing', 'voiding', 'unknown_voiding')";
    /// Submissions of which the provider has named no charge, and each key of which is older than it may be sent at, or dated
    /// in times to come. All states that the index holds are named for it.
    ONLY_ASKED = "select id, payment_id, created_at from attempt
                  where state in ('created', 'submitting', 'unknown_submitting', 'capturing', 'unknown_capturing', 'voiding',
                      'unknown_voiding') and state = 'unknown_submitting' and charge is null
                      and not exists (select 1 from operation as o where o.subject = attempt.id and o.kind = 'submit'
                          and not o.refused and o.created_at >= $1 and o.created_at <= $2)
                  order by id limit 1000";
    /// Authorizations that nobody wants any more.
    UNLOOKED_AUTHORIZATIONS = "select a.id, a.looked_at from attempt as a join payment as p on p.id = a.payment_id
                         where a.state = 'authorized' and (a.looked_at < $1 or a.looked_at > $2)
                             and (a.surplus or p.state in ('closing_always', 'closed'))";
    /// One that was paid offline waits for people. One that failed is tried again in its time.
    UNLOOKED_REFUNDS = "select id, looked_at from refund where attempt_id is not null
                        and (((looked_at < $1 or looked_at > $3) and state in ('requested', 'submitting', 'unknown'))
                            or (looked_at < $2 and state = 'failed'))";
}

/// Payments with their attempts and refunds, after the payment `after`, and the last one of them; none at the end.
pub(crate) async fn page(
    db: &Db,
    after: PaymentId,
    at_most: i64,
    reading: &mut RowReader,
) -> Result<Option<(PaymentId, Vec<PaymentAggregate>)>> {
    if row_reader::is_last(after) {
        return Ok(None);
    }
    let rows = db.query(&PAYMENTS, params![after, at_most]).await?;
    let Some(last) = rows.last() else { return Ok(None) };
    let last = row_reader::mark(last, "id");
    Ok(Some((last, complete(db, rows, reading).await?)))
}

/// Names payments whose id is none.
pub(crate) async fn strangers(db: &Db, reading: &mut RowReader) -> Result<()> {
    let rows = db.query(&STRANGERS, params![Uuid::nil()]).await?;
    reading.strangers::<PaymentId, 2>(("payment", "id"), &rows, of_payment);
    Ok(())
}

fn of_payment(row: &Row) -> [Option<String>; 2] {
    [id::<PaymentId>(row, "id"), id::<OrderId>(row, "order_id")]
}

/// The payments of these orders.
pub(crate) async fn of_orders(
    db: &Db,
    orders: &[OrderId],
    reading: &mut RowReader,
) -> Result<Vec<PaymentAggregate>> {
    complete(db, db.query(&OF_ORDERS, params![orders]).await?, reading).await
}

/// The orders that operations of these keys are for.
pub(crate) async fn orders_of_keys(db: &Db, keys: &[String]) -> Result<BTreeMap<String, OrderId>> {
    let rows = db.query(&ORDERS_OF_KEYS, params![keys.to_vec()]).await?;
    rows.iter().map(|row| Ok((row.get("key")?, row.get("order_id")?))).collect()
}

/// The keys under which the provider may have charges for these orders.
pub(crate) async fn submissions(db: &Db, orders: &[OrderId]) -> Result<Vec<String>> {
    db.query(&SUBMISSIONS, params![orders]).await?.iter().map(|row| row.get("key")).collect()
}

/// A payment of which something cannot be read is named, and is none of them.
async fn complete(db: &Db, rows: Vec<Row>, reading: &mut RowReader) -> Result<Vec<PaymentAggregate>> {
    let mut books = reading
        .rows(("payment", "id"), &rows, of_payment, |row| read_payment(row).map(PaymentAggregate::new));
    let ids: Vec<PaymentId> = books.iter().map(|book| book.payment.id).collect();
    let mut by_id: BTreeMap<PaymentId, &mut PaymentAggregate> =
        books.iter_mut().map(|b| (b.payment.id, b)).collect();
    let orders: BTreeMap<String, OrderId> =
        by_id.iter().map(|(id, book)| (id.to_string(), book.payment.order_id)).collect();
    let about = |row: &Row| {
        let payment = id::<PaymentId>(row, "payment_id");
        let order = payment.as_ref().and_then(|payment| orders.get(payment)).map(ToString::to_string);
        [payment, order]
    };
    let whose = |row: &Row| row.get::<PaymentId>("payment_id");
    let rows = db.query(&ATTEMPTS, params![ids.as_slice()]).await?;
    let read = |row: &Row| Ok((whose(row)?, read_attempt(row)?));
    for (payment, attempt) in reading.rows(("attempt", "id"), &rows, about, read) {
        by_id.entry(payment).and_modify(|book| book.attempts.push(attempt));
    }
    let rows = db.query(&REFUNDS, params![ids.as_slice()]).await?;
    let read = |row: &Row| Ok((whose(row)?, read_refund(row)?));
    for (payment, refund) in reading.rows(("refund", "id"), &rows, about, read) {
        by_id.entry(payment).and_modify(|book| book.refunds.push(refund));
    }
    let rows = db.query(&OPERATIONS, params![ids.as_slice()]).await?;
    let read = |row: &Row| Ok((whose(row)?, read_operation(row)?));
    for (payment, operation) in reading.rows(("operation", "key"), &rows, about, read) {
        by_id.entry(payment).and_modify(|book| book.operations.push(operation));
    }
    let unreadable = reading.about();
    books.retain(|book| !unreadable.contains(&book.payment.id.to_string()));
    Ok(books)
}

/// Those of these keys that are written down.
pub(crate) async fn written(db: &Db, keys: &[String]) -> Result<BTreeSet<String>> {
    let rows = db.query(&WRITTEN, params![keys.to_vec()]).await?;
    rows.iter().map(|row| row.get("key")).collect()
}

/// The payments of these attempts, refunds and orders, where that can be read.
pub(crate) async fn whose(db: &Db, things: &[Uuid]) -> Result<BTreeMap<Uuid, PaymentId>> {
    let rows = db.query(&WHOSE, params![things.to_vec()]).await?;
    Ok(rows.iter().filter_map(|row| Some((row.get("thing").ok()?, row.get("payment_id").ok()?))).collect())
}

/// One posting, as it stands.
#[derive(Debug)]
pub(crate) struct PostingRow {
    pub(crate) payment: PaymentId,
    pub(crate) subject: Uuid,
    pub(crate) reason: String,
    pub(crate) account: String,
    pub(crate) amount: i64,
    pub(crate) currency: String,
}

/// Every posting of these payments.
pub(crate) async fn posted(db: &Db, of: &[PaymentId]) -> Result<Vec<PostingRow>> {
    let read = |row: &Row| {
        Ok(PostingRow {
            payment: row.get("payment_id")?,
            subject: row.get("subject")?,
            reason: row.get("reason")?,
            account: row.get("account")?,
            amount: row.get("amount")?,
            currency: row.get("currency")?,
        })
    };
    db.query(&POSTED, params![of]).await?.iter().map(read).collect()
}

/// Which of these attempts and refunds have a timer, of which kind, and when each is due.
pub(crate) async fn timers(db: &Db, keys: &[String]) -> Result<BTreeMap<(String, String), Timestamp>> {
    if keys.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = db.query(&TIMERS, params![keys.to_vec()]).await?;
    // one that cannot be read is named where all timers are checked
    let due = |row: &Row| row.get("due_at").unwrap_or(Timestamp::from_micros(0));
    rows.iter().map(|row| Ok(((row.get("kind")?, row.get("key")?), due(row)))).collect()
}

/// What events tell of, after `after`: ids of payments and of refunds, those that can be read.
pub(crate) async fn subjects(db: &Db, after: &str, at_most: i64) -> Result<Vec<String>> {
    let rows = db.query(&SUBJECTS, params![after, at_most]).await?;
    Ok(rows.iter().filter_map(|row| row.get("subject").ok()).collect())
}

/// Those of these payments and refunds that are there.
pub(crate) async fn there(db: &Db, payments: &[PaymentId], refunds: &[RefundId]) -> Result<BTreeSet<Uuid>> {
    let mut rows = db.query(&THERE, params![payments]).await?;
    rows.extend(db.query(&REFUNDS_THERE, params![refunds]).await?);
    rows.iter().map(|row| row.get("id")).collect()
}

/// Attempts and refunds of which the provider has not been asked since before `since`, or is said to have been asked in
/// times to come; refunds that failed, before `failed_since`. One that cannot be read is named with its payment.
pub(crate) async fn unlooked(
    db: &Db,
    (since, to_come): (Timestamp, Timestamp),
    failed_since: Timestamp,
) -> Result<Vec<(String, Timestamp)>> {
    let mut found = Vec::new();
    for sql in [&UNLOOKED_ATTEMPTS, &UNLOOKED_AUTHORIZATIONS] {
        let rows = db.query(sql, params![since, to_come]).await?;
        found.extend(rows.iter().filter_map(|row| Some((id::<AttemptId>(row, "id")?, looked_at(row)?))));
    }
    let rows = db.query(&UNLOOKED_REFUNDS, params![since, failed_since, to_come]).await?;
    found.extend(rows.iter().filter_map(|row| Some((id::<RefundId>(row, "id")?, looked_at(row)?))));
    Ok(found)
}

fn looked_at(row: &Row) -> Option<Timestamp> {
    row.get("looked_at").ok()
}

/// An attempt that is only asked about.
pub(crate) struct QueriedAttempt {
    pub(crate) attempt: AttemptId,
    pub(crate) payment: PaymentId,
    pub(crate) since: Timestamp,
}

/// Attempts without an answer, of which nobody sends the key any more, since it was written before `sent_since`, or in times
/// to come; at most a thousand. One that cannot be read is named with its payment.
pub(crate) async fn only_asked(
    db: &Db,
    sent_since: Timestamp,
    to_come: Timestamp,
) -> Result<Vec<QueriedAttempt>> {
    let read = |row: &Row| -> Result<QueriedAttempt> {
        Ok(QueriedAttempt {
            attempt: row.get("id")?,
            payment: row.get("payment_id")?,
            since: row.get("created_at")?,
        })
    };
    let rows = db.query(&ONLY_ASKED, params![sent_since, to_come]).await?;
    Ok(rows.iter().filter_map(|row| read(row).ok()).collect())
}
