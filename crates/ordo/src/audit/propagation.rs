//! Published events have been consumed (I7): orders' copies of payments' figures, and the public log, are compared with the
//! rows that they describe. Events that are still under way count as consumed.

use super::{sources::AuditSources, stock};
use crate::exit_code::Failure;
use contracts::{
    audit::{Finding, Invariant, PaymentFact, VersionFact},
    audit_queries::{AuditQuery, PaymentCopyFact},
    events::PaymentSnapshot,
    system::ConsumerPosition,
};
use kernel::id::OrderId;
use std::collections::BTreeMap;

/// Up to which position of whose feed everything had been consumed, before anything else was checked: the consumers have
/// applied the events up to there.
#[derive(Debug, Clone)]
pub(super) struct ConsumedPositions {
    payments_by_orders: i64,
    products_by_orders: i64,
    orders_by_log: i64,
    payments_by_log: i64,
}

/// Orders' copies of their payments.
pub(super) type Copies = BTreeMap<OrderId, PaymentCopyFact>;

impl ConsumedPositions {
    pub(super) async fn read(books: &AuditSources) -> Result<ConsumedPositions, Failure> {
        let by_orders = books.ask(orders::NAME, AuditQuery::Feeds).await?.heard;
        let by_log = books.ask(notifications::NAME, AuditQuery::Feeds).await?.heard;
        let of = |known: &[ConsumerPosition], producer: &str| {
            known.iter().find(|known| known.producer == producer).map_or(0, |known| known.position)
        };
        Ok(ConsumedPositions {
            payments_by_orders: of(&by_orders, payments::NAME),
            products_by_orders: of(&by_orders, products::NAME),
            orders_by_log: of(&by_log, orders::NAME),
            payments_by_log: of(&by_log, payments::NAME),
        })
    }

    /// What of these payments orders should know, and does not.
    pub(super) async fn copies(
        &self,
        books: &AuditSources,
        payments: &[PaymentFact],
        copies: &Copies,
    ) -> Result<Vec<Finding>, Failure> {
        let mut others: Vec<&PaymentFact> =
            payments.iter().filter(|payment| differs(payment, copies).is_some()).collect();
        if others.is_empty() {
            return Ok(Vec::new());
        }
        let subjects: Vec<String> = others.iter().map(|payment| payment.payment_id.to_string()).collect();
        let told = books.told(payments::NAME, &subjects, self.payments_by_orders).await?;
        let orders: Vec<OrderId> = others.iter().map(|payment| payment.order_id).collect();
        // an order may have heard what was written after its payment was read
        let again = books.payments_of(&orders, false).await?;
        let now: BTreeMap<OrderId, i64> =
            again.payments.iter().filter_map(|p| Some((p.order_id, p.figures.as_ref()?.version))).collect();
        others.retain(|payment| {
            let Some(copy) = copies.get(&payment.order_id) else { return false };
            let copied = version(copy.figures.as_ref());
            let told = told.get(&payment.payment_id.to_string()).copied().unwrap_or(0);
            let is_behind = copied.min(copy.shown) < told;
            let is_ahead = copied.max(copy.shown) > now.get(&payment.order_id).copied().unwrap_or(0);
            let is_same = copied == version(payment.figures.as_ref());
            is_behind || is_ahead || (is_same && !is_copied(payment, copy.figures.as_ref()))
        });
        let finding = |payment: &PaymentFact| {
            let detail = differs(payment, copies)?;
            Some(Finding { invariant: Invariant::I7, subject: payment.order_id.to_string(), detail })
        };
        Ok(others.into_iter().filter_map(finding).collect())
    }

    /// What orders should know of the stock of products, and does not.
    pub(super) async fn of_stock(
        &self,
        books: &AuditSources,
        at_a_time: u16,
    ) -> Result<Vec<Finding>, Failure> {
        stock::check(books, self.products_by_orders, at_a_time).await
    }

    /// What of these orders the public log lacks.
    pub(super) async fn of_orders(
        &self,
        books: &AuditSources,
        versions: &[VersionFact],
    ) -> Result<Vec<Finding>, Failure> {
        log_lacks(books, orders::NAME, versions, self.orders_by_log).await
    }

    /// What of these payments and refunds it lacks.
    pub(super) async fn of_payments(
        &self,
        books: &AuditSources,
        versions: &[VersionFact],
    ) -> Result<Vec<Finding>, Failure> {
        log_lacks(books, payments::NAME, versions, self.payments_by_log).await
    }
}

fn version(figures: Option<&PaymentSnapshot>) -> i64 {
    figures.map_or(0, |figures| figures.version)
}

/// How an order's copy of a payment differs from it, where both are there and sound.
fn differs(payment: &PaymentFact, copies: &Copies) -> Option<String> {
    let (figures, copy) = (payment.figures.as_ref()?, copies.get(&payment.order_id)?);
    let (ours, theirs, shown) = (version(Some(figures)), version(copy.figures.as_ref()), copy.shown);
    let id = payment.payment_id;
    if ours != theirs {
        return Some(format!("its copy of {id} is at version {theirs}, the payment is at {ours}"));
    }
    if !is_copied(payment, copy.figures.as_ref()) {
        return Some(format!("its copy of {id} at version {ours} has other figures"));
    }
    (shown != ours).then(|| format!("what it shows of {id} is at version {shown}, the payment is at {ours}"))
}

/// Whether this equals the payment's own data, as far as the version of orders that stored the copy knew it.
fn is_copied(payment: &PaymentFact, copy: Option<&PaymentSnapshot>) -> bool {
    match (&payment.figures, copy) {
        (Some(figures), Some(copy)) => figures.is_told_by(copy),
        (figures, copy) => figures.as_ref() == copy,
    }
}

/// Orders that were confirmed as secured although no event of their payment says so (I5).
pub(super) fn never_secured(payments: &[PaymentFact], copies: &Copies) -> Vec<Finding> {
    let finding = |payment: &PaymentFact| {
        let secured = copies.get(&payment.order_id)?.secured?;
        let is_told = payment.figures.is_none() || payment.secured.contains(&secured);
        let detail = format!("confirmed with {secured} secured, which {} never told", payment.payment_id);
        let subject = payment.order_id.to_string();
        (!is_told).then_some(Finding { invariant: Invariant::I5, subject, detail })
    };
    payments.iter().filter_map(finding).collect()
}

/// A version that the log has forgotten in its time is none that it lacks; gaps below the newest one it finds itself.
async fn log_lacks(
    books: &AuditSources,
    service: &'static str,
    versions: &[VersionFact],
    position: i64,
) -> Result<Vec<Finding>, Failure> {
    let subjects: Vec<String> = versions.iter().map(|fact| fact.subject.clone()).collect();
    let logged = books.logged(&subjects).await?;
    let logged = |subject: &str| logged.get(subject).copied().unwrap_or(0);
    let lacking: Vec<String> = versions
        .iter()
        .filter(|fact| fact.version > logged(&fact.subject))
        .map(|fact| fact.subject.clone())
        .collect();
    if lacking.is_empty() {
        return Ok(Vec::new());
    }
    let told = books.told(service, &lacking, position).await?;
    let finding = |(subject, told): (String, i64)| {
        let has = logged(&subject);
        let detail = format!("{told} versions of it were told and heard, the public log has {has}");
        (told > has).then_some(Finding { invariant: Invariant::I7, subject, detail })
    };
    Ok(told.into_iter().filter_map(finding).collect())
}
