//! `POST /internal/audit`: each service answers an audit's questions out of its own data. Where one process has all
//! databases, the same answers are read there.

use super::client::{about, add, halves};
use crate::exit_code::Failure;
use contracts::{
    audit::ServiceFacts,
    audit_queries::{AuditData, AuditQuery, MissingEvents, RunAuditQuery},
    system::ConsumerPosition,
};
use db::{Db, Result};
use endpoint::{Body, CommonError, FieldError, Json};
use flow::{
    Service,
    row_reader::{self, RowReader},
};
use ordo_http::{Api, ApiContext, Call, HandlerResult};

/// The most that is checked for one question.
const AT_MOST: u16 = 500;

/// A larger response is split into parts: half of the caller's limit for a response.
const BYTES_MAX: usize = endpoint::transport::REPLY_BYTES_MAX / 2;

/// What a service answers from.
#[derive(Debug, Clone)]
pub(crate) struct ServiceRecords {
    pub(crate) service: &'static str,
    pub(crate) db: Db,
    /// The simulated provider's own books, beside payments.
    pub(crate) provider: Option<Db>,
}

/// The service with its answers to audits.
pub(crate) fn add_to(mut service: Service, records: ServiceRecords, shell: ApiContext) -> Service {
    let (router, routes) = Api::new(records, shell).on(examine).part();
    service.router = service.router.merge(router);
    service.routes.extend(routes);
    service
}

async fn examine(records: ServiceRecords, _: Call, asked: RunAuditQuery) -> HandlerResult<RunAuditQuery> {
    let refused =
        |what: &str| CommonError::InvalidRequest { errors: vec![FieldError::invalid("/ask", what)] };
    let Body(asked) = asked.asked;
    let question = asked.question().ok_or_else(|| refused("a question of this version is expected"))?;
    if how_many(&question) > usize::from(AT_MOST) {
        return Err(refused("at most 500 at a time").into());
    }
    match records.answer_within(question, BYTES_MAX).await? {
        AuditPage::Whole(evidence) => Ok(Json(*evidence)),
        AuditPage::TooLarge => Err(CommonError::BodyTooLarge { limit: BYTES_MAX as u64 }.into()),
        AuditPage::None => Err(refused("another service answers that").into()),
    }
}

/// What there is to say over the wire.
#[derive(Debug)]
enum AuditPage {
    Whole(Box<AuditData>),
    /// It must be asked about fewer at a time.
    TooLarge,
    /// Another service's data have that.
    None,
}

/// The same page with fewer on it; none where it is no page, or of one thing.
fn shorter(question: &AuditQuery) -> Option<AuditQuery> {
    let mut page = question.clone();
    match &mut page {
        AuditQuery::Orders { at_most, .. }
        | AuditQuery::Payments { at_most, .. }
        | AuditQuery::Charges { at_most, .. }
        | AuditQuery::Keys { at_most, .. }
        | AuditQuery::Reservations { at_most, .. }
        | AuditQuery::StockTold { at_most, .. }
            if *at_most > 1 =>
        {
            *at_most /= 2;
        }
        _ => return None,
    }
    Some(page)
}

fn how_many(question: &AuditQuery) -> usize {
    match question {
        AuditQuery::Orders { at_most, .. }
        | AuditQuery::Payments { at_most, .. }
        | AuditQuery::Charges { at_most, .. }
        | AuditQuery::Keys { at_most, .. }
        | AuditQuery::Reservations { at_most, .. }
        | AuditQuery::StockTold { at_most, .. } => usize::from(*at_most),
        AuditQuery::Copies { orders }
        | AuditQuery::OrdersOf { orders }
        | AuditQuery::Versions { orders }
        | AuditQuery::After { orders, .. }
        | AuditQuery::PaymentsOf { orders, .. }
        | AuditQuery::ChargesOf { orders } => orders.len(),
        AuditQuery::Placed { placements }
        | AuditQuery::ReservationsOf { placements }
        | AuditQuery::HeardOf { placements } => placements.len(),
        AuditQuery::StockToldOf { products } | AuditQuery::StockHeard { products } => products.len(),
        // a page of payments has as many refunds as they have
        AuditQuery::Told { .. } | AuditQuery::Logged { .. } => 0,
        AuditQuery::Clock | AuditQuery::Feeds | AuditQuery::Rest { .. } | AuditQuery::Sums => 0,
    }
}

impl ServiceRecords {
    /// The same in so many bytes: a page ends before it has more, and what has more otherwise is asked for in parts, where it
    /// has any.
    async fn answer_within(&self, mut question: AuditQuery, bytes_max: usize) -> Result<AuditPage> {
        loop {
            let Some(evidence) = self.answer(question.clone()).await? else { return Ok(AuditPage::None) };
            // if it cannot be serialized, sending it reports that
            let bytes = serde_json::to_vec(&evidence).map_or(0, |bytes| bytes.len());
            match shorter(&question).filter(|_| bytes > bytes_max) {
                Some(page) => question = page,
                None if bytes > bytes_max && halves(&question).is_some() => return Ok(AuditPage::TooLarge),
                None => return Ok(AuditPage::Whole(Box::new(evidence))),
            }
        }
    }

    /// The facts in the data; none where that is another service's. What cannot be read is named, and the rest is returned all
    /// the same.
    pub(super) async fn answer(&self, question: AuditQuery) -> Result<Option<AuditData>> {
        let (mut all, mut open) = (None, vec![question]);
        while let Some(question) = open.pop() {
            let found = match self.look_up(question.clone()).await {
                Err(error) if row_reader::is_unreadable(&error) => match halves(&question) {
                    Some([first, second]) => {
                        open.extend([second, first]);
                        continue;
                    }
                    None => self.unreadable(&question, &error),
                },
                Ok(None) => return Ok(None),
                Ok(Some(found)) => found,
                Err(error) => return Err(error),
            };
            match &mut all {
                None => all = Some(found),
                Some(all) => add(all, found),
            }
        }
        Ok(all)
    }

    /// Names what a question is about.
    fn unreadable(&self, question: &AuditQuery, error: &db::Error) -> AuditData {
        let (mut reading, mut audited) = (RowReader::default(), ServiceFacts::default());
        reading.name(vec![about(self.service, question)], error);
        reading.add_to(&mut audited);
        // what was heard up to where is not what cannot be read of it
        AuditData { audited, position: i64::MAX, ..AuditData::default() }
    }

    async fn look_up(&self, question: AuditQuery) -> Result<Option<AuditData>> {
        let db = &self.db;
        match question {
            AuditQuery::Clock => Ok(Some(AuditData { now: Some(db.now().await?), ..AuditData::default() })),
            AuditQuery::Feeds => feeds(self.service, db).await.map(Some),
            AuditQuery::Told { subjects, position } => {
                let versions = flow::audit::told(db, &subjects, position).await?.into_iter().collect();
                Ok(Some(AuditData { versions, ..AuditData::default() }))
            }
            question => match self.service {
                auth::NAME => of_auth(db, question).await,
                products::NAME => of_products(db, question).await,
                orders::NAME => of_orders(db, question).await,
                payments::NAME => self.of_payments(question).await,
                _ => of_notifications(db, question).await,
            },
        }
    }

    async fn of_payments(&self, question: AuditQuery) -> Result<Option<AuditData>> {
        let db = &self.db;
        let audited = match question {
            AuditQuery::Rest { now } => payments::audit::rest(db, now).await?,
            AuditQuery::Payments { after, at_most } => {
                let page = payments::audit::page(db, after, at_most.into()).await?;
                let (last_payment, audited) =
                    page.map_or_else(Default::default, |(last, audited)| (Some(last), audited));
                return Ok(Some(AuditData { last_payment, audited, ..AuditData::default() }));
            }
            AuditQuery::PaymentsOf { orders, all } => payments::audit::of_orders(db, &orders, all).await?,
            AuditQuery::Charges { after, at_most } => {
                let (last_charge, mut audited) = match &self.provider {
                    Some(provider) => simulator::charges_after(provider, &after, at_most.into()).await?,
                    None => (None, ServiceFacts::default()),
                };
                payments::audit::without_settled(db, &mut audited.charges).await?;
                payments::audit::assign_to_repeats(db, &mut audited.charges).await?;
                return Ok(Some(AuditData { last_charge, audited, ..AuditData::default() }));
            }
            AuditQuery::Keys { after, at_most } => {
                let (last_key, audited) = match &self.provider {
                    Some(provider) => {
                        let found = simulator::keys_after(provider, &after, at_most.into()).await?;
                        let (last, asked, mut audited) = found;
                        audited.findings.extend(payments::audit::keys(db, asked).await?);
                        (last, audited)
                    }
                    None => (None, ServiceFacts::default()),
                };
                return Ok(Some(AuditData { last_key, audited, ..AuditData::default() }));
            }
            AuditQuery::ChargesOf { orders } => {
                let mut charges = match &self.provider {
                    Some(provider) => {
                        let keys = payments::audit::keys_of_charges(db, &orders).await?;
                        simulator::charges_of(provider, &orders, &keys).await?
                    }
                    None => Vec::new(),
                };
                payments::audit::without_settled(db, &mut charges).await?;
                payments::audit::assign_to_repeats(db, &mut charges).await?;
                let asked: std::collections::BTreeSet<_> = orders.into_iter().collect();
                charges.retain(|charge| asked.contains(&charge.order_id));
                ServiceFacts { charges, ..ServiceFacts::default() }
            }
            _ => return Ok(None),
        };
        Ok(Some(AuditData { audited, ..AuditData::default() }))
    }
}

async fn feeds(service: &str, db: &Db) -> Result<AuditData> {
    let (mut reading, mut audited) = (RowReader::default(), ServiceFacts::default());
    // before its own feed: what others have heard already is there
    let known = reading.or_name(&format!("{service}: what it has heard"), flow::audit::heard(db).await)?;
    let feed = reading.or_name(&format!("{service}: feed"), flow::audit::feed(db).await)?;
    reading.add_to(&mut audited);
    let flow::audit::FeedProgress { head, lost, is_gone } = feed;
    let heard = known.into_iter().map(|known| ConsumerPosition {
        producer: known.producer,
        position: known.position,
        producer_head: None,
    });
    let lost = lost.map(|lost| MissingEvents { count: lost.count, first: lost.first });
    let heard = heard.collect();
    Ok(AuditData { head, has_no_feed: is_gone, lost, heard, audited, ..AuditData::default() })
}

async fn of_auth(db: &Db, question: AuditQuery) -> Result<Option<AuditData>> {
    let AuditQuery::Rest { now } = question else { return Ok(None) };
    Ok(Some(AuditData { audited: auth::audit(db, now).await?, ..AuditData::default() }))
}

async fn of_products(db: &Db, question: AuditQuery) -> Result<Option<AuditData>> {
    let (reservations, heard) = match question {
        AuditQuery::Rest { now } => {
            let audited = products::audit::own(db, now).await?;
            return Ok(Some(AuditData { audited, ..AuditData::default() }));
        }
        AuditQuery::HeardOf { placements } => (Vec::new(), products::audit::heard_of(db, &placements).await?),
        AuditQuery::Reservations { after, product, at_most } => {
            let page = products::audit::reservations_after(db, (after, product), at_most.into()).await?;
            let (last_reservation, audited) =
                page.map_or_else(Default::default, |(last, audited)| (Some(last), audited));
            return Ok(Some(AuditData { last_reservation, audited, ..AuditData::default() }));
        }
        AuditQuery::ReservationsOf { placements } => {
            products::audit::reservations_of(db, &placements).await?
        }
        AuditQuery::StockTold { after, at_most, position } => {
            let page = products::audit::told(db, after, at_most.into(), position).await?;
            let (last_product, stock) =
                page.map_or_else(Default::default, |(last, stock)| (Some(last), stock));
            return Ok(Some(AuditData { last_product, stock, ..AuditData::default() }));
        }
        AuditQuery::StockToldOf { products } => {
            let stock = products::audit::told_of(db, &products).await?;
            return Ok(Some(AuditData { stock, ..AuditData::default() }));
        }
        _ => return Ok(None),
    };
    let audited = ServiceFacts { reservations, ..ServiceFacts::default() };
    let of_placements = heard.versions.into_iter().collect();
    Ok(Some(AuditData { audited, position: heard.position, of_placements, ..AuditData::default() }))
}

async fn of_orders(db: &Db, question: AuditQuery) -> Result<Option<AuditData>> {
    let mut evidence = AuditData::default();
    match question {
        AuditQuery::Rest { now } => evidence.audited = orders::audit::rest(db, now).await?,
        AuditQuery::Orders { after, at_most } => {
            if let Some((last, audited)) = orders::audit::page(db, after, at_most.into()).await? {
                (evidence.last_order, evidence.audited) = (Some(last), audited);
            }
        }
        AuditQuery::Copies { orders } => {
            evidence.copies = orders::audit::copies(db, &orders).await?;
        }
        AuditQuery::OrdersOf { orders } => {
            evidence.audited.orders = orders::audit::facts(db, &orders).await?
        }
        AuditQuery::Versions { orders } => {
            evidence.of_orders = orders::audit::versions(db, &orders).await?.into_iter().collect();
        }
        AuditQuery::After { orders, position } => {
            evidence.unheard = orders::audit::after_position(db, &orders, position).await?;
        }
        AuditQuery::Placed { placements } => {
            evidence.placed = orders::audit::placed(db, &placements).await?.into_iter().collect();
        }
        AuditQuery::StockHeard { products } => {
            evidence.stock = orders::audit::heard_of_stock(db, &products).await?;
        }
        AuditQuery::Sums => evidence.audited.findings = orders::audit::sums(db).await?,
        _ => return Ok(None),
    }
    Ok(Some(evidence))
}

async fn of_notifications(db: &Db, question: AuditQuery) -> Result<Option<AuditData>> {
    let mut evidence = AuditData::default();
    match question {
        AuditQuery::Rest { now } => evidence.audited = notifications::audit(db, now).await?,
        AuditQuery::Logged { subjects } => {
            evidence.versions = notifications::audit::newest(db, &subjects).await?.into_iter().collect();
        }
        _ => return Ok(None),
    }
    Ok(Some(evidence))
}

/// A request to the wrong service is a bug of the caller.
pub(super) fn answered(
    service: &str,
    evidence: Option<AuditData>,
) -> std::result::Result<AuditData, Failure> {
    evidence.ok_or_else(|| Failure::other(format!("{service} does not answer that")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use db::{Sql, params, sqlite};
    use kernel::{Id, id::OrderId};
    use testkit::real_env::env;
    use uuid::Uuid;

    const CHARGES: u128 = 40;

    fn order(n: u128) -> OrderId {
        Id::from_uuid(Uuid::from_u128(n))
    }

    /// Payments, with as many charges, of which each takes more than a thousand bytes.
    async fn records() -> ServiceRecords {
        let open = || sqlite::in_memory(None, env(), Box::new(sqlite::InlineExecutor)).unwrap().into();
        let provider: Db = open();
        db::migrate(&provider, "simulator", &simulator::migrations()).await.unwrap();
        const INSERT: Sql = Sql::both(
            "insert into charge (id, key, order_id, currency, capture, amount, captured, state, created_at)
             values ($1, $2, $3, 'EUR', 'automatic', 1, 1, 'captured', $4)",
        );
        let mut tx = provider.begin().await.unwrap();
        for n in 0..CHARGES {
            let key = format!("{n:02}{}", "x".repeat(1000));
            let now = tx.now().await.unwrap();
            tx.run(&INSERT, params![Uuid::from_u128(n), key, order(n), now]).await.unwrap();
        }
        tx.commit("test").await.unwrap();
        let db = open();
        db::migrate(&db, payments::NAME, &payments::migrations()).await.unwrap();
        ServiceRecords { service: payments::NAME, db, provider: Some(provider) }
    }

    #[tokio::test]
    async fn a_page_ends_before_it_is_too_large_and_nothing_is_left_out() {
        let records = records().await;
        let (mut after, mut seen, mut pages) = (String::new(), Vec::new(), 0);
        loop {
            let question = AuditQuery::Charges { after: after.clone(), at_most: AT_MOST };
            let AuditPage::Whole(page) = records.answer_within(question, 10_000).await.unwrap() else {
                panic!("it is a page")
            };
            let charges = &page.audited.charges;
            let Some(last) = charges.last() else { break };
            assert!(charges.len() > 1 && serde_json::to_vec(&page).unwrap().len() <= 10_000);
            after.clone_from(&last.key);
            seen.extend(charges.iter().map(|charge| charge.order_id));
            pages += 1;
        }
        assert_eq!(seen, (0..CHARGES).map(order).collect::<Vec<_>>());
        assert!(pages > 4, "{pages}");
    }

    #[tokio::test]
    async fn what_is_too_large_is_to_be_asked_for_in_parts_where_it_has_any() {
        let records = records().await;
        let about = |orders| AuditQuery::ChargesOf { orders };
        let all = about((0..CHARGES).map(order).collect());
        assert!(matches!(records.answer_within(all.clone(), 10_000).await.unwrap(), AuditPage::TooLarge));
        assert!(matches!(records.answer_within(all, BYTES_MAX).await.unwrap(), AuditPage::Whole(_)));
        let one = about(vec![order(1)]);
        let AuditPage::Whole(one) = records.answer_within(one, 100).await.unwrap() else {
            panic!("it is one")
        };
        assert_eq!(one.audited.charges.len(), 1);
    }
}
