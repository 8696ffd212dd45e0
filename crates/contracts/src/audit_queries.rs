//! What an audit asks each service, where one process cannot look into all databases.

use crate::{audit::ServiceFacts, events::PaymentSnapshot, system::ConsumerPosition, unchecked};
use endpoint::*;
use kernel::{Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Answers a question of an audit out of the service's own data, and changes nothing.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/audit", scope = Service(&["gateway"]), repeatable, within = 30_000, reply = Json<AuditData>)]
pub struct RunAuditQuery {
    /// What is asked.
    pub asked: Body<AuditRequest>,
}
/// A question as it is sent: bodies have words, and no choices with members of their own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AuditRequest {
    /// Which question.
    pub ask: String,
    /// What it is about.
    #[serde(default)]
    pub about: Map<String, Value>,
}

impl From<AuditQuery> for AuditRequest {
    fn from(question: AuditQuery) -> Self {
        match serde_json::to_value(question) {
            Ok(Value::String(ask)) => AuditRequest { ask, about: Map::new() },
            Ok(Value::Object(choice)) => {
                let one = choice.into_iter().next().unwrap_or_default();
                let about = if let (_, Value::Object(about)) = &one { about.clone() } else { Map::new() };
                AuditRequest { ask: one.0, about }
            }
            // it has no member that is not JSON
            _ => AuditRequest { ask: String::new(), about: Map::new() },
        }
    }
}

impl AuditRequest {
    /// The question; none where this version does not know it.
    pub fn question(self) -> Option<AuditQuery> {
        let AuditRequest { ask, about } = self;
        let written = match about.is_empty() {
            true => Value::String(ask),
            false => Value::Object([(ask, Value::Object(about))].into_iter().collect()),
        };
        serde_json::from_value(written).ok()
    }
}

/// What an audit asks. Each service has an answer to some of these, and none to the others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuditQuery {
    /// Of each: the moment by the clock that its data is dated by.
    Clock,
    /// Of each: how far its feed is, and up to where it has heard the others'.
    Feeds,
    /// Of each: what is broken in it, besides what is looked at page by page.
    Rest {
        /// The moment by which something is late.
        now: Timestamp,
    },
    /// Of each that tells events: the newest version of each of these that was told by this position.
    Told {
        /// As events name them.
        subjects: Vec<String>,
        /// In its own feed.
        position: i64,
    },
    /// Of orders: a page of them, with what is broken in them.
    Orders {
        /// The last one of the page before.
        after: OrderId,
        /// How many.
        at_most: u16,
    },
    /// Of orders: what these have heard of their payments.
    Copies {
        /// Which.
        orders: Vec<OrderId>,
    },
    /// Of orders: what others can check of these.
    OrdersOf {
        /// Which.
        orders: Vec<OrderId>,
    },
    /// Of orders: the versions of those of these that are there.
    Versions {
        /// Which.
        orders: Vec<OrderId>,
    },
    /// Of orders: events of these that whoever has heard its feed up to here may not have heard.
    After {
        /// Which.
        orders: Vec<OrderId>,
        /// In its feed.
        position: i64,
    },
    /// Of orders: which of these became an order.
    Placed {
        /// Which.
        placements: Vec<PlacementId>,
    },
    /// Of orders: whether its sums are those of its orders.
    Sums,
    /// Of payments: a page of them, with what is broken in them.
    Payments {
        /// The last one of the page before.
        after: PaymentId,
        /// How many.
        at_most: u16,
    },
    /// Of payments: those of these orders.
    PaymentsOf {
        /// Which.
        orders: Vec<OrderId>,
        /// Also what their events told.
        #[serde(default)]
        all: bool,
    },
    /// Of payments: a page of the simulated provider's charges.
    Charges {
        /// The key of the last one of the page before.
        after: String,
        /// How many.
        at_most: u16,
    },
    /// Of payments: the provider's charges of these orders.
    ChargesOf {
        /// Which.
        orders: Vec<OrderId>,
    },
    /// Of payments: what is broken about a page of the keys that the simulated provider was asked with.
    Keys {
        /// The last one of the page before.
        after: String,
        /// How many.
        at_most: u16,
    },
    /// Of products: a page of its reservations.
    Reservations {
        /// The placing of the last one of the page before.
        after: PlacementId,
        /// And its product.
        product: ProductId,
        /// How many.
        at_most: u16,
    },
    /// Of products: the reservations of these, and what it had heard of their orders then.
    ReservationsOf {
        /// Which.
        placements: Vec<PlacementId>,
    },
    /// Of products: what it has heard of the orders of these.
    HeardOf {
        /// Which.
        placements: Vec<PlacementId>,
    },
    /// Of products: a page of them, with what its newest news of their stock told, as far as this position of its feed.
    StockTold {
        /// The last one of the page before.
        after: ProductId,
        /// How many.
        at_most: u16,
        /// In its own feed.
        position: i64,
    },
    /// Of products: the same of these, as far as its feed goes.
    StockToldOf {
        /// Which.
        products: Vec<ProductId>,
    },
    /// Of orders: what it has heard of the stock of these.
    StockHeard {
        /// Which.
        products: Vec<ProductId>,
    },
    /// Of notifications: the newest version of each of these that the public log has, or has forgotten in its time.
    Logged {
        /// As events name them.
        subjects: Vec<String>,
    },
}

/// What was asked for; what was not is left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct AuditData {
    /// The moment by the database's clock.
    pub now: Option<Timestamp>,
    /// What is broken, and facts.
    pub audited: ServiceFacts,
    /// The last order of a page; none where there is no more.
    pub last_order: Option<OrderId>,
    /// The last payment of a page; none where there is no more.
    pub last_payment: Option<PaymentId>,
    /// The last reservation of a page, by its placing and product; none where there is no more.
    pub last_reservation: Option<(PlacementId, ProductId)>,
    /// The key of the last charge of a page; none where there is no more.
    pub last_charge: Option<String>,
    /// The last key of a page; none where there is no more.
    pub last_key: Option<String>,
    /// The last product of a page; none where there is no more.
    pub last_product: Option<ProductId>,
    /// The newest position of its feed.
    pub head: i64,
    /// The row is gone in which that stands.
    pub has_no_feed: bool,
    /// What is missing in its feed.
    pub lost: Option<MissingEvents>,
    /// Up to where it has heard the others' feeds.
    pub heard: Vec<ConsumerPosition>,
    /// Up to which position products has heard orders.
    pub position: i64,
    /// Versions of what events name.
    pub versions: Vec<(String, i64)>,
    /// Versions of orders.
    pub of_orders: Vec<(OrderId, i64)>,
    /// Versions of orders, by their placings.
    pub of_placements: Vec<(PlacementId, i64)>,
    /// Placings that became an order.
    pub placed: Vec<PlacementId>,
    /// What orders have heard of their payments.
    pub copies: Vec<PaymentCopyFact>,
    /// Events that may not have been heard.
    pub unheard: Vec<UnconsumedEventFact>,
    /// What was told, or heard, of the stock of products.
    pub stock: Vec<StockFact>,
}

/// Events that are gone from a feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MissingEvents {
    /// How many.
    pub count: i64,
    /// Where the first of them was.
    pub first: i64,
}

/// What an order has heard of its payment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PaymentCopyFact {
    /// Which order.
    pub order_id: OrderId,
    /// The figures.
    pub figures: Option<PaymentSnapshot>,
    /// The version of what clients are shown of it; 0 where that is nothing.
    pub shown: i64,
    /// What was secured when the order was confirmed, in minor units.
    pub secured: Option<i64>,
}

/// The newest news of a product's stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StockFact {
    /// Of which product.
    pub product_id: ProductId,
    /// The version that it is of; 0: there was none.
    pub version: i64,
    /// The placings that its shortfall concerns, in the order of their ids.
    pub concerned: Vec<PlacementId>,
}

/// An event that may not have been heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnconsumedEventFact {
    /// Of which order.
    pub order_id: OrderId,
    /// The version that it tells.
    pub version: i64,
    /// Whether it tells that the order has ended.
    pub ends: bool,
}

unchecked!(AuditRequest);
