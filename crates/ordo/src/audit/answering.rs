//! `POST /internal/audit`: each service answers an audit's questions out of its own data. Where one process has all
//! databases, the same answers are read there.

use super::asking::{about, add, halves};
use crate::exit::Failure;
use contracts::{
    audit::Audited,
    auditing::{Evidence, Examine, LostEvents, Question},
    system::HeardFeed,
};
use db::{Db, Result};
use endpoint::{Body, Common, Fault, Json};
use flow::{
    Service,
    row_reader::{self, RowReader},
};
use ordo_http::{Answered, Api, Call, Shell};

/// The most that is looked at for one question.
const AT_MOST: u16 = 500;

/// An answer that is larger is given in parts: half of what whoever asks would read.
const BYTES_MAX: usize = endpoint::transport::REPLY_BYTES_MAX / 2;

/// What a service answers from.
#[derive(Debug, Clone)]
pub(crate) struct Records {
    pub(crate) service: &'static str,
    pub(crate) db: Db,
    /// The simulated provider's own books, beside payments.
    pub(crate) provider: Option<Db>,
}

/// The service with its answers to audits.
pub(crate) fn add_to(mut service: Service, records: Records, shell: Shell) -> Service {
    let (router, routes) = Api::new(records, shell).on(examine).part();
    service.router = service.router.merge(router);
    service.routes.extend(routes);
    service
}

async fn examine(records: Records, _: Call, asked: Examine) -> Answered<Examine> {
    let refused = |what: &str| Common::InvalidRequest { errors: vec![Fault::invalid("/ask", what)] };
    let Body(asked) = asked.asked;
    let question = asked.question().ok_or_else(|| refused("a question of this version is expected"))?;
    if how_many(&question) > usize::from(AT_MOST) {
        return Err(refused("at most 500 at a time").into());
    }
    match records.answer_within(question, BYTES_MAX).await? {
        Answer::Whole(evidence) => Ok(Json(*evidence)),
        Answer::TooLarge => Err(Common::BodyTooLarge { limit: BYTES_MAX as u64 }.into()),
        Answer::None => Err(refused("another service answers that").into()),
    }
}

/// What there is to say over the wire.
#[derive(Debug)]
enum Answer {
    Whole(Box<Evidence>),
    /// It is to be asked about fewer at a time.
    TooLarge,
    /// Another service's data have that.
    None,
}

/// The same page with fewer on it; none where it is no page, or of one thing.
fn shorter(question: &Question) -> Option<Question> {
    let mut page = question.clone();
    match &mut page {
        Question::Orders { at_most, .. }
        | Question::Payments { at_most, .. }
        | Question::Charges { at_most, .. }
        | Question::Keys { at_most, .. }
        | Question::Reservations { at_most, .. }
        | Question::StockTold { at_most, .. }
            if *at_most > 1 =>
        {
            *at_most /= 2;
        }
        _ => return None,
    }
    Some(page)
}

fn how_many(question: &Question) -> usize {
    match question {
        Question::Orders { at_most, .. }
        | Question::Payments { at_most, .. }
        | Question::Charges { at_most, .. }
        | Question::Keys { at_most, .. }
        | Question::Reservations { at_most, .. }
        | Question::StockTold { at_most, .. } => usize::from(*at_most),
        Question::Copies { orders }
        | Question::OrdersOf { orders }
        | Question::Versions { orders }
        | Question::After { orders, .. }
        | Question::PaymentsOf { orders, .. }
        | Question::ChargesOf { orders } => orders.len(),
        Question::Placed { placements }
        | Question::ReservationsOf { placements }
        | Question::HeardOf { placements } => placements.len(),
        Question::StockToldOf { products } | Question::StockHeard { products } => products.len(),
        // a page of payments has as many refunds as they have
        Question::Told { .. } | Question::Logged { .. } => 0,
        Question::Clock | Question::Feeds | Question::Rest { .. } | Question::Sums => 0,
    }
}

impl Records {
    /// The same in so many bytes: a page ends before it has more, and what has more otherwise is asked for in parts, where it
    /// has any.
    async fn answer_within(&self, mut question: Question, bytes_max: usize) -> Result<Answer> {
        loop {
            let Some(evidence) = self.answer(question.clone()).await? else { return Ok(Answer::None) };
            // what cannot be written is told by whoever sends it
            let bytes = serde_json::to_vec(&evidence).map_or(0, |bytes| bytes.len());
            match shorter(&question).filter(|_| bytes > bytes_max) {
                Some(page) => question = page,
                None if bytes > bytes_max && halves(&question).is_some() => return Ok(Answer::TooLarge),
                None => return Ok(Answer::Whole(Box::new(evidence))),
            }
        }
    }

    /// What is in the data; none where that is another service's. Where something cannot be read, that is named, and the
    /// rest is told all the same.
    pub(super) async fn answer(&self, question: Question) -> Result<Option<Evidence>> {
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
    fn unreadable(&self, question: &Question, error: &db::Error) -> Evidence {
        let (mut reading, mut audited) = (RowReader::default(), Audited::default());
        reading.name(vec![about(self.service, question)], error);
        reading.add_to(&mut audited);
        // what was heard up to where is not what cannot be read of it
        Evidence { audited, position: i64::MAX, ..Evidence::default() }
    }

    async fn look_up(&self, question: Question) -> Result<Option<Evidence>> {
        let db = &self.db;
        match question {
            Question::Clock => Ok(Some(Evidence { now: Some(db.now().await?), ..Evidence::default() })),
            Question::Feeds => feeds(self.service, db).await.map(Some),
            Question::Told { subjects, position } => {
                let versions = flow::audit::told(db, &subjects, position).await?.into_iter().collect();
                Ok(Some(Evidence { versions, ..Evidence::default() }))
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

    async fn of_payments(&self, question: Question) -> Result<Option<Evidence>> {
        let db = &self.db;
        let audited = match question {
            Question::Rest { now } => payments::audit::rest(db, now).await?,
            Question::Payments { after, at_most } => {
                let page = payments::audit::page(db, after, at_most.into()).await?;
                let (last_payment, audited) =
                    page.map_or_else(Default::default, |(last, audited)| (Some(last), audited));
                return Ok(Some(Evidence { last_payment, audited, ..Evidence::default() }));
            }
            Question::PaymentsOf { orders, all } => payments::audit::of_orders(db, &orders, all).await?,
            Question::Charges { after, at_most } => {
                let (last_charge, mut audited) = match &self.provider {
                    Some(provider) => simulator::charges_after(provider, &after, at_most.into()).await?,
                    None => (None, Audited::default()),
                };
                payments::audit::without_settled(db, &mut audited.charges).await?;
                return Ok(Some(Evidence { last_charge, audited, ..Evidence::default() }));
            }
            Question::Keys { after, at_most } => {
                let (last_key, audited) = match &self.provider {
                    Some(provider) => {
                        let found = simulator::keys_after(provider, &after, at_most.into()).await?;
                        let (last, asked, mut audited) = found;
                        audited.findings.extend(payments::audit::keys(db, asked).await?);
                        (last, audited)
                    }
                    None => (None, Audited::default()),
                };
                return Ok(Some(Evidence { last_key, audited, ..Evidence::default() }));
            }
            Question::ChargesOf { orders } => {
                let mut charges = match &self.provider {
                    Some(provider) => simulator::charges_of(provider, &orders).await?,
                    None => Vec::new(),
                };
                payments::audit::without_settled(db, &mut charges).await?;
                Audited { charges, ..Audited::default() }
            }
            _ => return Ok(None),
        };
        Ok(Some(Evidence { audited, ..Evidence::default() }))
    }
}

async fn feeds(service: &str, db: &Db) -> Result<Evidence> {
    let (mut reading, mut audited) = (RowReader::default(), Audited::default());
    // before its own feed: what others have heard by now is there
    let known = reading.or_name(&format!("{service}: what it has heard"), flow::audit::heard(db).await)?;
    let feed = reading.or_name(&format!("{service}: feed"), flow::audit::feed(db).await)?;
    reading.add_to(&mut audited);
    let flow::audit::Feed { head, lost, is_gone } = feed;
    let heard = known.into_iter().map(|known| HeardFeed {
        producer: known.producer,
        position: known.position,
        producer_head: None,
    });
    let lost = lost.map(|lost| LostEvents { count: lost.count, first: lost.first });
    let heard = heard.collect();
    Ok(Evidence { head, has_no_feed: is_gone, lost, heard, audited, ..Evidence::default() })
}

async fn of_auth(db: &Db, question: Question) -> Result<Option<Evidence>> {
    let Question::Rest { now } = question else { return Ok(None) };
    Ok(Some(Evidence { audited: auth::audit(db, now).await?, ..Evidence::default() }))
}

async fn of_products(db: &Db, question: Question) -> Result<Option<Evidence>> {
    let (reservations, heard) = match question {
        Question::Rest { now } => {
            let audited = products::audit::own(db, now).await?;
            return Ok(Some(Evidence { audited, ..Evidence::default() }));
        }
        Question::HeardOf { placements } => (Vec::new(), products::audit::heard_of(db, &placements).await?),
        Question::Reservations { after, product, at_most } => {
            let page = products::audit::reservations_after(db, (after, product), at_most.into()).await?;
            let (last_reservation, audited) =
                page.map_or_else(Default::default, |(last, audited)| (Some(last), audited));
            return Ok(Some(Evidence { last_reservation, audited, ..Evidence::default() }));
        }
        Question::ReservationsOf { placements } => products::audit::reservations_of(db, &placements).await?,
        Question::StockTold { after, at_most, position } => {
            let page = products::audit::told(db, after, at_most.into(), position).await?;
            let (last_product, stock) =
                page.map_or_else(Default::default, |(last, stock)| (Some(last), stock));
            return Ok(Some(Evidence { last_product, stock, ..Evidence::default() }));
        }
        Question::StockToldOf { products } => {
            let stock = products::audit::told_of(db, &products).await?;
            return Ok(Some(Evidence { stock, ..Evidence::default() }));
        }
        _ => return Ok(None),
    };
    let audited = Audited { reservations, ..Audited::default() };
    let of_placements = heard.versions.into_iter().collect();
    Ok(Some(Evidence { audited, position: heard.position, of_placements, ..Evidence::default() }))
}

async fn of_orders(db: &Db, question: Question) -> Result<Option<Evidence>> {
    let mut evidence = Evidence::default();
    match question {
        Question::Rest { now } => evidence.audited = orders::audit::rest(db, now).await?,
        Question::Orders { after, at_most } => {
            if let Some((last, audited)) = orders::audit::page(db, after, at_most.into()).await? {
                (evidence.last_order, evidence.audited) = (Some(last), audited);
            }
        }
        Question::Copies { orders } => {
            evidence.copies = orders::audit::copies(db, &orders).await?;
        }
        Question::OrdersOf { orders } => evidence.audited.orders = orders::audit::facts(db, &orders).await?,
        Question::Versions { orders } => {
            evidence.of_orders = orders::audit::versions(db, &orders).await?.into_iter().collect();
        }
        Question::After { orders, position } => {
            evidence.unheard = orders::audit::after_position(db, &orders, position).await?;
        }
        Question::Placed { placements } => {
            evidence.placed = orders::audit::placed(db, &placements).await?.into_iter().collect();
        }
        Question::StockHeard { products } => {
            evidence.stock = orders::audit::heard_of_stock(db, &products).await?;
        }
        Question::Sums => evidence.audited.findings = orders::audit::sums(db).await?,
        _ => return Ok(None),
    }
    Ok(Some(evidence))
}

async fn of_notifications(db: &Db, question: Question) -> Result<Option<Evidence>> {
    let mut evidence = Evidence::default();
    match question {
        Question::Rest { now } => evidence.audited = notifications::audit(db, now).await?,
        Question::Logged { subjects } => {
            evidence.versions = notifications::audit::newest(db, &subjects).await?.into_iter().collect();
        }
        _ => return Ok(None),
    }
    Ok(Some(evidence))
}

/// Whoever asks the wrong service has a mistake in its program.
pub(super) fn answered(service: &str, evidence: Option<Evidence>) -> std::result::Result<Evidence, Failure> {
    evidence.ok_or_else(|| Failure::other(format!("{service} does not answer that")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use db::{Sql, params, sqlite};
    use kernel::{Id, id::OrderId};
    use testkit::world::env;
    use uuid::Uuid;

    const CHARGES: u128 = 40;

    fn order(n: u128) -> OrderId {
        Id::from_uuid(Uuid::from_u128(n))
    }

    /// Payments, with as many charges, of which each takes more than a thousand bytes.
    async fn records() -> Records {
        let open = || sqlite::in_memory(None, env(), Box::new(sqlite::Inline)).unwrap().into();
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
        Records { service: payments::NAME, db, provider: Some(provider) }
    }

    #[tokio::test]
    async fn a_page_ends_before_it_is_too_large_and_nothing_is_left_out() {
        let records = records().await;
        let (mut after, mut seen, mut pages) = (String::new(), Vec::new(), 0);
        loop {
            let question = Question::Charges { after: after.clone(), at_most: AT_MOST };
            let Answer::Whole(page) = records.answer_within(question, 10_000).await.unwrap() else {
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
        let about = |orders| Question::ChargesOf { orders };
        let all = about((0..CHARGES).map(order).collect());
        assert!(matches!(records.answer_within(all.clone(), 10_000).await.unwrap(), Answer::TooLarge));
        assert!(matches!(records.answer_within(all, BYTES_MAX).await.unwrap(), Answer::Whole(_)));
        let one = about(vec![order(1)]);
        let Answer::Whole(one) = records.answer_within(one, 100).await.unwrap() else { panic!("it is one") };
        assert_eq!(one.audited.charges.len(), 1);
    }
}
