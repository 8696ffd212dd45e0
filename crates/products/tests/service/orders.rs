//! Orders, as far as products knows it: it says what became of placements, and it has a feed.

use contracts::{
    events::{Event, EventType, OrderEvent, OrderSnapshot, ProductTotals},
    feed::{FeedEntry, FeedPage, ReadFeed},
    orders::{FulfilmentSummary, OrderStatus, PaymentSummary},
    placements::{PlacementOutcome, PlacementOutcomes, ResolvePlacements},
};
use endpoint::{Body, CommonError, HandlerError, Json, Permission, Query};
use kernel::{
    BoxFuture, Currency, Env, Id, Money,
    id::{PlacementId, ProductId},
};
use ordo_http::{Api, ApiContext, Call, HandlerResult, Principal, RequestLimits, Role, Verify, VerifyError};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard},
};

/// Knows its credentials by heart.
pub(crate) struct ProductsVerifier {
    /// Who is called.
    service: &'static str,
}

impl Verify for ProductsVerifier {
    fn verify(&self, credential: &str) -> BoxFuture<Result<Principal, VerifyError>> {
        let user = |role, permissions: &[Permission]| Principal::User {
            id: Id::from_uuid(Default::default()),
            session: Id::from_uuid(Default::default()),
            role,
            permissions: permissions.to_vec(),
        };
        let who = match credential {
            "service" => {
                let name = if self.service == "orders" { products::NAME } else { "orders" };
                Ok(Principal::Service { name: name.into(), act_for: None })
            }
            "compat" => Ok(Principal::Service { name: "compat".into(), act_for: None }),
            "gateway" => Ok(Principal::Service { name: "gateway".into(), act_for: None }),
            "staff" => Ok(user(Role::Staff, &[Permission::Products])),
            "clerk" => Ok(user(Role::Staff, &[Permission::Orders])),
            "customer" => Ok(user(Role::Customer, &[])),
            _ => Err(VerifyError::Invalid),
        };
        Box::pin(std::future::ready(who))
    }
}

pub(crate) fn shell(service: &'static str) -> ApiContext {
    ApiContext {
        service,
        verify: Arc::new(ProductsVerifier { service }),
        env: testkit::real_env::env(),
        limits: RequestLimits::default(),
    }
}

/// The service orders.
#[derive(Clone, Default)]
pub(crate) struct FakeOrders(Arc<Mutex<FakeOrdersState>>);

#[derive(Default)]
struct FakeOrdersState {
    live: BTreeMap<PlacementId, OrderSnapshot>,
    tombstones: BTreeSet<PlacementId>,
    journal: Vec<Event>,
    asked: Vec<BTreeSet<PlacementId>>,
    is_down: bool,
    spoilt: BTreeSet<PlacementId>,
}

impl FakeOrders {
    pub(crate) fn router(&self) -> axum::Router {
        Api::new(self.clone(), shell("orders")).on(ask_fate).on(read_feed).router()
    }
    fn state(&self) -> MutexGuard<'_, FakeOrdersState> {
        self.0.lock().unwrap()
    }
    /// Places an order, unless its placement is a tombstone: they contend for one key.
    pub(crate) fn place(&self, order: &FakeOrder) -> bool {
        let id = order.figures.placement_id.unwrap();
        let mut state = self.state();
        let may = !state.tombstones.contains(&id);
        if may {
            state.live.insert(id, order.figures.clone());
        }
        may
    }
    /// The order is now as it is told, though nobody has heard of it.
    pub(crate) fn knows(&self, order: &FakeOrder) {
        self.state().live.insert(order.figures.placement_id.unwrap(), order.figures.clone());
    }
    /// Whether it has written down that it will refuse this placement.
    pub(crate) fn has_buried(&self, id: PlacementId) -> bool {
        self.state().tombstones.contains(&id)
    }
    /// Writes an event into the journal, and gives its position.
    pub(crate) fn journal(&self, event: Event) -> i64 {
        let mut state = self.state();
        state.journal.push(event);
        state.journal.len() as i64
    }
    /// How often it was asked about a placement.
    pub(crate) fn questions_about(&self, id: PlacementId) -> usize {
        self.state().asked.iter().filter(|asked| asked.contains(&id)).count()
    }
    /// The most placements that it was asked about at once.
    pub(crate) fn longest_question(&self) -> usize {
        self.state().asked.iter().map(BTreeSet::len).max().unwrap_or(0)
    }
    /// It breaks over every question about this placement, or does so no longer.
    pub(crate) fn breaks_over(&self, id: PlacementId, breaks: bool) {
        let mut state = self.state();
        if breaks {
            state.spoilt.insert(id);
        } else {
            state.spoilt.remove(&id);
        }
    }
    pub(crate) fn is_down(&self, down: bool) {
        self.state().is_down = down;
    }
}

async fn ask_fate(orders: FakeOrders, _: Call, asked: ResolvePlacements) -> HandlerResult<ResolvePlacements> {
    let Body(question) = asked.ask;
    let mut state = orders.state();
    state.asked.push(question.placement_ids.iter().copied().collect());
    if state.is_down {
        return Err(CommonError::Unavailable { retry_after: 1 }.into());
    }
    if question.placement_ids.iter().any(|id| state.spoilt.contains(id)) {
        return Err(HandlerError::Internal("an order that cannot be read".into()));
    }
    let mut fates = Vec::new();
    for placement_id in question.placement_ids {
        if let Some(figures) = state.live.get(&placement_id) {
            fates.push(PlacementOutcome::Placed { figures: figures.clone() });
            continue;
        }
        state.tombstones.insert(placement_id);
        fates.push(PlacementOutcome::NeverPlaced { placement_id });
    }
    Ok(Json(PlacementOutcomes { fates }))
}

async fn read_feed(orders: FakeOrders, _: Call, asked: ReadFeed) -> HandlerResult<ReadFeed> {
    let Query(asked) = asked.query;
    let state = orders.state();
    let numbered = (1..)
        .zip(&state.journal)
        .map(|(position, event)| FeedEntry { position, event: event.clone().into() });
    let events = numbered.filter(|p| p.position > asked.after).take(asked.limit.into()).collect();
    Ok(Json(FeedPage { events, head: state.journal.len() as i64, at: None }))
}

/// An order, as it goes on; each step is a version, and gives its event.
#[derive(Clone)]
pub(crate) struct FakeOrder {
    pub(crate) figures: OrderSnapshot,
    env: Env,
}

impl FakeOrder {
    pub(crate) fn new(env: &Env, placement_id: PlacementId, lines: &[(ProductId, i64)]) -> Self {
        let product = |&(product_id, ordered): &(ProductId, i64)| ProductTotals {
            product_id,
            ordered,
            cancelled: 0,
            shipped: 0,
            returned: 0,
        };
        let money = Money::zero(Currency::EUR);
        let figures = OrderSnapshot {
            order_id: env.id(),
            number: 1001,
            user_id: env.id(),
            placement_id: Some(placement_id),
            version: 1,
            status: OrderStatus::Pending,
            hold: None,
            cancel_code: None,
            confirmed: false,
            terminal: false,
            payment_status: PaymentSummary::Unpaid,
            fulfilment_status: FulfilmentSummary::Unfulfilled,
            total: money,
            owed: money,
            products: lines.iter().map(product).collect(),
        };
        FakeOrder { figures, env: env.clone() }
    }

    /// The event of its present version.
    pub(crate) fn event(&self, kind: EventType) -> Event {
        let data = OrderEvent { figures: self.figures.clone() };
        Event {
            specversion: "1.0".into(),
            id: self.env.id(),
            kind,
            source: "/orders".into(),
            subject: self.figures.order_id.to_string(),
            time: self.env.now(),
            sequence: self.figures.version.to_string(),
            correlationid: None,
            causationid: None,
            traceparent: None,
            actor: "system".into(),
            dataschema: None,
            data: serde_json::to_value(data).unwrap(),
        }
    }

    pub(crate) fn placed(&self) -> Event {
        self.event(EventType::OrderPlaced)
    }
    pub(crate) fn confirm(&mut self) -> Event {
        self.figures.version += 1;
        self.figures.confirmed = true;
        self.figures.status = OrderStatus::Confirmed;
        self.event(EventType::OrderConfirmed)
    }
    pub(crate) fn ship(&mut self, product_id: ProductId, pieces: i64) -> Event {
        self.figures.version += 1;
        self.line(product_id).shipped += pieces;
        self.event(EventType::OrderUpdated)
    }
    pub(crate) fn cancel_some(&mut self, product_id: ProductId, pieces: i64) -> Event {
        self.figures.version += 1;
        self.line(product_id).cancelled += pieces;
        self.event(EventType::OrderItemsCancelled)
    }
    pub(crate) fn end(&mut self) -> Event {
        self.figures.version += 1;
        self.figures.terminal = true;
        self.figures.status = OrderStatus::Cancelled;
        for line in &mut self.figures.products {
            line.cancelled = line.ordered - line.shipped;
        }
        self.event(EventType::OrderCancelled)
    }
    fn line(&mut self, product_id: ProductId) -> &mut ProductTotals {
        self.figures.products.iter_mut().find(|line| line.product_id == product_id).unwrap()
    }
}
