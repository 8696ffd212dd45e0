//! The queries that an audit sends to each service when no single process can read all databases.

use crate::{audit::ServiceFacts, events::PaymentSnapshot, system::ConsumerPosition, unchecked};
use endpoint::*;
use kernel::{Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Runs an audit query on the service's own data. The query is read-only.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/audit", scope = Service(&["gateway"]), repeatable, within = 30_000, reply = Json<AuditData>)]
pub struct RunAuditQuery {
    /// The query.
    pub asked: Body<AuditRequest>,
}
/// An audit query on the wire: a name and an object, because request bodies use no enums with members.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AuditRequest {
    /// The name of the query.
    pub ask: String,
    /// The parameters of the query.
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
            // all members can be represented in JSON
            _ => AuditRequest { ask: String::new(), about: Map::new() },
        }
    }
}

impl AuditRequest {
    /// Returns the typed query, or `None` if this version does not know it.
    pub fn question(self) -> Option<AuditQuery> {
        let AuditRequest { ask, about } = self;
        let written = match about.is_empty() {
            true => Value::String(ask),
            false => Value::Object([(ask, Value::Object(about))].into_iter().collect()),
        };
        serde_json::from_value(written).ok()
    }
}

/// An audit query. Each service implements some of these queries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuditQuery {
    /// All services: the current time by the clock with which the service dates its data.
    Clock,
    /// All services: the newest position of the service's feed, and its consumer positions.
    Feeds,
    /// All services: the violations that are not found by the paged queries.
    Rest {
        /// The time with which overdue work is determined.
        now: Timestamp,
    },
    /// All producers of events: the newest version of each subject that was published up to the position.
    Told {
        /// The subjects, as in events.
        subjects: Vec<String>,
        /// The position in the service's own feed.
        position: i64,
    },
    /// Orders: a page of orders, with their violations.
    Orders {
        /// The last order of the previous page.
        after: OrderId,
        /// The maximum number of items.
        at_most: u16,
    },
    /// Orders: the payment snapshots that the given orders have consumed.
    Copies {
        /// The orders.
        orders: Vec<OrderId>,
    },
    /// Orders: the facts about the given orders that other services can check.
    OrdersOf {
        /// The orders.
        orders: Vec<OrderId>,
    },
    /// Orders: the versions of those of the given orders that exist.
    Versions {
        /// The orders.
        orders: Vec<OrderId>,
    },
    /// Orders: the events of the given orders that a consumer at the position may not have processed.
    After {
        /// The orders.
        orders: Vec<OrderId>,
        /// The position in the feed of orders.
        position: i64,
    },
    /// Orders: those of the given placements that became an order.
    Placed {
        /// The placements.
        placements: Vec<PlacementId>,
    },
    /// Orders: whether the sales totals match the orders.
    Sums,
    /// Payments: a page of payments, with their violations.
    Payments {
        /// The last payment of the previous page.
        after: PaymentId,
        /// The maximum number of items.
        at_most: u16,
    },
    /// Payments: the payments of the given orders.
    PaymentsOf {
        /// The orders.
        orders: Vec<OrderId>,
        /// Whether to include the content of published events.
        #[serde(default)]
        all: bool,
    },
    /// Payments: a page of the simulated provider's charges.
    Charges {
        /// The key of the last charge of the previous page.
        after: String,
        /// The maximum number of items.
        at_most: u16,
    },
    /// Payments: the provider's charges for the given orders.
    ChargesOf {
        /// The orders.
        orders: Vec<OrderId>,
    },
    /// Payments: the violations in a page of the keys with which the simulated provider was called.
    Keys {
        /// The last key of the previous page.
        after: String,
        /// The maximum number of items.
        at_most: u16,
    },
    /// Products: a page of reservations.
    Reservations {
        /// The placement of the last reservation of the previous page.
        after: PlacementId,
        /// The product of that reservation.
        product: ProductId,
        /// The maximum number of items.
        at_most: u16,
    },
    /// Products: the reservations of the given placements, and the order versions that products had consumed at that time.
    ReservationsOf {
        /// The placements.
        placements: Vec<PlacementId>,
    },
    /// Products: the order versions that products has consumed for the given placements.
    HeardOf {
        /// The placements.
        placements: Vec<PlacementId>,
    },
    /// Products: a page of products, with the newest stock event of each up to the position.
    StockTold {
        /// The last product of the previous page.
        after: ProductId,
        /// The maximum number of items.
        at_most: u16,
        /// The position in the service's own feed.
        position: i64,
    },
    /// Products: the newest stock event of each of the given products, up to the end of the feed.
    StockToldOf {
        /// The products.
        products: Vec<ProductId>,
    },
    /// Orders: the newest stock event that orders has consumed for each of the given products.
    StockHeard {
        /// The products.
        products: Vec<ProductId>,
    },
    /// Notifications: the newest version of each subject that the public log contains, or has deleted after its retention
    /// period.
    Logged {
        /// The subjects, as in events.
        subjects: Vec<String>,
    },
}

/// The result of an audit query. Members that were not requested are empty.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct AuditData {
    /// The current time by the database's clock.
    pub now: Option<Timestamp>,
    /// Violations and facts.
    pub audited: ServiceFacts,
    /// The last order of a page. None on the last page.
    pub last_order: Option<OrderId>,
    /// The last payment of a page. None on the last page.
    pub last_payment: Option<PaymentId>,
    /// The placement and the product of the last reservation of a page. None on the last page.
    pub last_reservation: Option<(PlacementId, ProductId)>,
    /// The key of the last charge of a page. None on the last page.
    pub last_charge: Option<String>,
    /// The last key of a page. None on the last page.
    pub last_key: Option<String>,
    /// The last product of a page. None on the last page.
    pub last_product: Option<ProductId>,
    /// The newest position of the service's feed.
    pub head: i64,
    /// Whether the row that stores the newest position is missing.
    pub has_no_feed: bool,
    /// The events that are missing in the service's feed.
    pub lost: Option<MissingEvents>,
    /// The consumer positions in the feeds of other services.
    pub heard: Vec<ConsumerPosition>,
    /// The position up to which products has consumed the feed of orders.
    pub position: i64,
    /// The versions of subjects of events.
    pub versions: Vec<(String, i64)>,
    /// The versions of orders.
    pub of_orders: Vec<(OrderId, i64)>,
    /// The versions of orders, by placement.
    pub of_placements: Vec<(PlacementId, i64)>,
    /// The placements that became an order.
    pub placed: Vec<PlacementId>,
    /// The payment snapshots that orders have consumed.
    pub copies: Vec<PaymentCopyFact>,
    /// The events that may not have been consumed.
    pub unheard: Vec<UnconsumedEventFact>,
    /// The stock that was published or consumed for products.
    pub stock: Vec<StockFact>,
}

/// Events that are missing in a feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MissingEvents {
    /// The number of missing events.
    pub count: i64,
    /// The position of the first missing event.
    pub first: i64,
}

/// The payment snapshot that an order has consumed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PaymentCopyFact {
    /// The ID of the order.
    pub order_id: OrderId,
    /// The snapshot.
    pub figures: Option<PaymentSnapshot>,
    /// The version of the payment that clients see in the order; 0 if there is none.
    pub shown: i64,
    /// The amount that was secured when the order was confirmed, in minor units.
    pub secured: Option<i64>,
}

/// The newest stock event of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StockFact {
    /// The ID of the product.
    pub product_id: ProductId,
    /// The version of the stock in that event; 0 if there is no event.
    pub version: i64,
    /// The placements that the shortfall affects, sorted by ID.
    pub concerned: Vec<PlacementId>,
}

/// An event that may not have been consumed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnconsumedEventFact {
    /// The ID of the order.
    pub order_id: OrderId,
    /// The version of the order in the event.
    pub version: i64,
    /// Whether the event ends the order.
    pub ends: bool,
}

unchecked!(AuditRequest);
