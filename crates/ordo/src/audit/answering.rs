//! `POST /internal/audit`: each service answers an audit's questions out of its own data. Where one process has all
//! databases, the same answers are read there.

use crate::exit::Failure;
use contracts::{
    audit::Audited,
    auditing::{CopyFact, Evidence, Examine, LostEvents, Question, UnheardFact},
    system::HeardFeed,
};
use db::{Db, Result};
use endpoint::{Body, Common, Fault, Json};
use flow::Service;
use ordo_http::{Answered, Api, Call, Shell};
use payments::providers::simulator;

/// The most that is looked at for one question.
const AT_MOST: u16 = 500;

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
    match records.answer(question).await? {
        Some(evidence) => Ok(Json(evidence)),
        None => Err(refused("another service answers that").into()),
    }
}

fn how_many(question: &Question) -> usize {
    match question {
        Question::Orders { at_most, .. }
        | Question::Payments { at_most, .. }
        | Question::Charges { at_most, .. }
        | Question::Reservations { at_most, .. } => usize::from(*at_most),
        Question::Copies { orders }
        | Question::OrdersOf { orders }
        | Question::Versions { orders }
        | Question::After { orders, .. }
        | Question::PaymentsOf { orders, .. }
        | Question::ChargesOf { orders } => orders.len(),
        Question::Placed { placements }
        | Question::ReservationsOf { placements }
        | Question::HeardOf { placements } => placements.len(),
        // a page of payments has as many refunds as they have
        Question::Told { .. } | Question::Logged { .. } => 0,
        Question::Clock | Question::Feeds | Question::Rest { .. } | Question::Sums => 0,
    }
}

impl Records {
    /// What is in the data; none where that is another service's.
    pub(super) async fn answer(&self, question: Question) -> Result<Option<Evidence>> {
        let db = &self.db;
        match question {
            Question::Clock => Ok(Some(Evidence { now: Some(db.now().await?), ..Evidence::default() })),
            Question::Feeds => feeds(db).await.map(Some),
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
                let charges = match &self.provider {
                    Some(provider) => simulator::charges_after(provider, &after, at_most.into()).await?,
                    None => Vec::new(),
                };
                Audited { charges, ..Audited::default() }
            }
            Question::ChargesOf { orders } => {
                let charges = match &self.provider {
                    Some(provider) => simulator::charges_of(provider, &orders).await?,
                    None => Vec::new(),
                };
                Audited { charges, ..Audited::default() }
            }
            _ => return Ok(None),
        };
        Ok(Some(Evidence { audited, ..Evidence::default() }))
    }
}

async fn feeds(db: &Db) -> Result<Evidence> {
    // before its own feed: what others have heard by now is there
    let known = flow::audit::heard(db).await?;
    let flow::audit::Feed { head, lost } = flow::audit::feed(db).await?;
    let heard =
        known.into_iter().map(|known| HeardFeed { producer: known.producer, position: known.position });
    let lost = lost.map(|lost| LostEvents { count: lost.count, first: lost.first });
    Ok(Evidence { head, lost, heard: heard.collect(), ..Evidence::default() })
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
            let copies = orders::audit::copies(db, &orders).await?.into_iter();
            let fact = |(order_id, copy): (_, orders::audit::Copied)| CopyFact {
                order_id,
                figures: copy.figures,
                shown: copy.shown,
                secured: copy.secured,
            };
            evidence.copies = copies.map(fact).collect();
        }
        Question::OrdersOf { orders } => evidence.audited.orders = orders::audit::facts(db, &orders).await?,
        Question::Versions { orders } => {
            evidence.of_orders = orders::audit::versions(db, &orders).await?.into_iter().collect();
        }
        Question::After { orders, position } => {
            let events = orders::audit::after_position(db, &orders, position).await?.into_iter();
            let fact = |event: orders::audit::ToBeHeard| UnheardFact {
                order_id: event.order_id,
                version: event.version,
                ends: event.ends,
            };
            evidence.unheard = events.map(fact).collect();
        }
        Question::Placed { placements } => {
            evidence.placed = orders::audit::placed(db, &placements).await?.into_iter().collect();
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
