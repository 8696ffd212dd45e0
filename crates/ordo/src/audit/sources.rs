//! The books of a shop: its databases where they are at hand, or the services, which are asked for what is in theirs.

use super::{
    client::Services,
    server::{ServiceRecords, answered},
};
use crate::{databases::Databases, exit_code::Failure, stores::of_service};
use contracts::{
    audit::{ChargeFact, Finding, OrderFact, ReservationFact, ServiceFacts, Unreadable},
    audit_queries::{AuditData, AuditQuery, PaymentCopyFact, StockFact, UnconsumedEventFact},
};
use kernel::{
    Env, Timestamp,
    id::{OrderId, PaymentId, PlacementId, ProductId},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

/// Where an audit looks.
#[derive(Clone)]
pub struct AuditSources {
    place: SourceLocation,
    /// What could not be read at this look, whatever was asked.
    unreadable: Arc<Mutex<Vec<Unreadable>>>,
    /// Where parts of a look run in parallel; one after the other without.
    env: Option<Env>,
}

#[derive(Clone)]
enum SourceLocation {
    Local(Box<Databases>),
    Remote(Services),
}

impl Databases {
    fn records(&self, service: &'static str) -> ServiceRecords {
        let db = match service {
            auth::NAME => &self.auth,
            products::NAME => &self.products,
            orders::NAME => &self.orders,
            payments::NAME => &self.payments,
            _ => &self.notifications,
        };
        let provider = (service == payments::NAME).then(|| self.simulator.clone());
        ServiceRecords { service, db: db.clone(), provider }
    }
}

impl AuditSources {
    /// In the databases, which are at hand.
    pub fn here(databases: Databases) -> AuditSources {
        AuditSources {
            place: SourceLocation::Local(Box::new(databases)),
            unreadable: Arc::default(),
            env: None,
        }
    }

    /// With the services, which are asked.
    pub fn there(services: Services) -> AuditSources {
        AuditSources { place: SourceLocation::Remote(services), unreadable: Arc::default(), env: None }
    }

    /// The same, where the parts of a look run in parallel.
    #[must_use]
    pub fn in_parallel(self, env: &Env) -> AuditSources {
        AuditSources { env: Some(env.clone()), ..self }
    }

    /// Where parts of a look run in parallel.
    pub(super) fn env(&self) -> Option<&Env> {
        self.env.as_ref()
    }

    /// The same for one look.
    pub(super) fn open(&self) -> AuditSources {
        AuditSources { unreadable: Arc::default(), ..self.clone() }
    }

    /// All that could not be read so far, whatever was asked.
    pub(super) fn unreadable(&self) -> Vec<Unreadable> {
        std::mem::take(&mut self.unreadable.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What a service has to say.
    pub(super) async fn ask(
        &self,
        service: &'static str,
        question: AuditQuery,
    ) -> Result<AuditData, Failure> {
        let evidence = match &self.place {
            SourceLocation::Local(databases) => {
                let answer = databases.records(service).answer(question).await;
                answered(service, answer.map_err(|error| of_service(service, error))?)?
            }
            SourceLocation::Remote(services) => services.ask(service, question).await?,
        };
        let unreadable = evidence.audited.unreadable.iter().cloned();
        self.unreadable.lock().unwrap_or_else(PoisonError::into_inner).extend(unreadable);
        Ok(evidence)
    }

    /// The moment by the clock that what is checked was dated by (R6).
    pub(super) async fn now(&self) -> Result<Timestamp, Failure> {
        let now = self.ask(products::NAME, AuditQuery::Clock).await?.now;
        now.ok_or_else(|| Failure::other("products does not know what time it is"))
    }

    /// When any of its services was last at work, by its rows; none where nothing has happened, or the services are asked,
    /// which are at work.
    pub(super) async fn last_at_work(&self) -> Result<Option<Timestamp>, Failure> {
        match &self.place {
            SourceLocation::Local(databases) => databases.last_at_work().await,
            SourceLocation::Remote(_) => Ok(None),
        }
    }

    pub(super) async fn rest(&self, service: &'static str, now: Timestamp) -> Result<ServiceFacts, Failure> {
        Ok(self.ask(service, AuditQuery::Rest { now }).await?.audited)
    }

    pub(super) async fn told(
        &self,
        service: &'static str,
        subjects: &[String],
        position: i64,
    ) -> Result<BTreeMap<String, i64>, Failure> {
        let question = AuditQuery::Told { subjects: subjects.to_vec(), position };
        Ok(self.ask(service, question).await?.versions.into_iter().collect())
    }

    pub(super) async fn logged(&self, subjects: &[String]) -> Result<BTreeMap<String, i64>, Failure> {
        let question = AuditQuery::Logged { subjects: subjects.to_vec() };
        Ok(self.ask(notifications::NAME, question).await?.versions.into_iter().collect())
    }

    pub(super) async fn orders(
        &self,
        after: OrderId,
        at_most: u16,
    ) -> Result<Option<(OrderId, ServiceFacts)>, Failure> {
        let evidence = self.ask(orders::NAME, AuditQuery::Orders { after, at_most }).await?;
        Ok(evidence.last_order.map(|last| (last, evidence.audited)))
    }

    pub(super) async fn copies(
        &self,
        orders: &[OrderId],
    ) -> Result<BTreeMap<OrderId, PaymentCopyFact>, Failure> {
        let question = AuditQuery::Copies { orders: orders.to_vec() };
        let copies = self.ask(orders::NAME, question).await?.copies.into_iter();
        Ok(copies.map(|copy| (copy.order_id, copy)).collect())
    }

    pub(super) async fn orders_of(&self, orders: &[OrderId]) -> Result<Vec<OrderFact>, Failure> {
        let question = AuditQuery::OrdersOf { orders: orders.to_vec() };
        Ok(self.ask(orders::NAME, question).await?.audited.orders)
    }

    pub(super) async fn versions(&self, orders: &[OrderId]) -> Result<BTreeMap<OrderId, i64>, Failure> {
        let question = AuditQuery::Versions { orders: orders.to_vec() };
        Ok(self.ask(orders::NAME, question).await?.of_orders.into_iter().collect())
    }

    pub(super) async fn after(
        &self,
        orders: &[OrderId],
        position: i64,
    ) -> Result<Vec<UnconsumedEventFact>, Failure> {
        let question = AuditQuery::After { orders: orders.to_vec(), position };
        Ok(self.ask(orders::NAME, question).await?.unheard)
    }

    pub(super) async fn placed(&self, placements: &[PlacementId]) -> Result<BTreeSet<PlacementId>, Failure> {
        let question = AuditQuery::Placed { placements: placements.to_vec() };
        Ok(self.ask(orders::NAME, question).await?.placed.into_iter().collect())
    }

    pub(super) async fn sums(&self) -> Result<Vec<Finding>, Failure> {
        Ok(self.ask(orders::NAME, AuditQuery::Sums).await?.audited.findings)
    }

    pub(super) async fn payments(
        &self,
        after: PaymentId,
        at_most: u16,
    ) -> Result<Option<(PaymentId, ServiceFacts)>, Failure> {
        let evidence = self.ask(payments::NAME, AuditQuery::Payments { after, at_most }).await?;
        Ok(evidence.last_payment.map(|last| (last, evidence.audited)))
    }

    /// Those of these orders, and if everything is requested, those of their events.
    pub(super) async fn payments_of(&self, orders: &[OrderId], all: bool) -> Result<ServiceFacts, Failure> {
        let question = AuditQuery::PaymentsOf { orders: orders.to_vec(), all };
        Ok(self.ask(payments::NAME, question).await?.audited)
    }

    pub(super) async fn charges(
        &self,
        after: &str,
        at_most: u16,
    ) -> Result<Option<(String, ServiceFacts)>, Failure> {
        let question = AuditQuery::Charges { after: after.to_owned(), at_most };
        let evidence = self.ask(payments::NAME, question).await?;
        // an older version returns the charges alone
        let last = evidence.audited.charges.last().map(|charge| charge.key.clone());
        Ok(evidence.last_charge.or(last).map(|last| (last, evidence.audited)))
    }

    /// What is broken about a page of the keys that the provider was asked with.
    pub(super) async fn keys(
        &self,
        after: &str,
        at_most: u16,
    ) -> Result<Option<(String, Vec<Finding>)>, Failure> {
        let question = AuditQuery::Keys { after: after.to_owned(), at_most };
        let evidence = self.ask(payments::NAME, question).await?;
        Ok(evidence.last_key.map(|last| (last, evidence.audited.findings)))
    }

    /// The stock of a page of products, as products has published it up to this position of its feed.
    pub(super) async fn stock_told(
        &self,
        after: ProductId,
        at_most: u16,
        position: i64,
    ) -> Result<Option<(ProductId, Vec<StockFact>)>, Failure> {
        let question = AuditQuery::StockTold { after, at_most, position };
        let evidence = self.ask(products::NAME, question).await?;
        Ok(evidence.last_product.map(|last| (last, evidence.stock)))
    }

    /// The same of these, as far as its feed goes.
    pub(super) async fn stock_told_of(&self, products: &[ProductId]) -> Result<Vec<StockFact>, Failure> {
        let question = AuditQuery::StockToldOf { products: products.to_vec() };
        Ok(self.ask(products::NAME, question).await?.stock)
    }

    /// What orders has heard of the stock of these.
    pub(super) async fn stock_heard(&self, products: &[ProductId]) -> Result<Vec<StockFact>, Failure> {
        let question = AuditQuery::StockHeard { products: products.to_vec() };
        Ok(self.ask(orders::NAME, question).await?.stock)
    }

    pub(super) async fn charges_of(&self, orders: &[OrderId]) -> Result<Vec<ChargeFact>, Failure> {
        let question = AuditQuery::ChargesOf { orders: orders.to_vec() };
        Ok(self.ask(payments::NAME, question).await?.audited.charges)
    }

    pub(super) async fn reservations(
        &self,
        (after, product): (PlacementId, ProductId),
        at_most: u16,
    ) -> Result<Option<((PlacementId, ProductId), ServiceFacts)>, Failure> {
        let question = AuditQuery::Reservations { after, product, at_most };
        let evidence = self.ask(products::NAME, question).await?;
        Ok(evidence.last_reservation.map(|last| (last, evidence.audited)))
    }

    pub(super) async fn reservations_of(
        &self,
        placements: &[PlacementId],
    ) -> Result<(Vec<ReservationFact>, ConsumedOrderState), Failure> {
        let question = AuditQuery::ReservationsOf { placements: placements.to_vec() };
        let evidence = self.ask(products::NAME, question).await?;
        let versions = evidence.of_placements.into_iter().collect();
        Ok((evidence.audited.reservations, ConsumedOrderState { position: evidence.position, versions }))
    }

    pub(super) async fn heard_of(&self, placements: &[PlacementId]) -> Result<ConsumedOrderState, Failure> {
        let question = AuditQuery::HeardOf { placements: placements.to_vec() };
        let evidence = self.ask(products::NAME, question).await?;
        let versions = evidence.of_placements.into_iter().collect();
        Ok(ConsumedOrderState { position: evidence.position, versions })
    }
}

/// What products has heard of orders.
#[derive(Debug, Default)]
pub(super) struct ConsumedOrderState {
    /// The position up to which it has handled all events of orders.
    pub(super) position: i64,
    /// Of the order of a placement.
    pub(super) versions: BTreeMap<PlacementId, i64>,
}
