//! Orders with their fulfilments, for printing documents of several orders.

use crate::{checked, fulfilments::Fulfilment, orders::Order};
use endpoint::*;
use garde::Validate;
use kernel::{Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Returns several orders with their fulfilments, with a small, constant number of statements.
///
/// For another service, which has checked that its caller can see the orders.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/orders/look-up", scope = Service(&["gateway"]), repeatable, reply = Json<OrderList>)]
pub struct LookUpOrders {
    /// Orders to look up.
    pub wanted: Body<OrderIds>,
}
/// Orders to look up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct OrderIds {
    /// IDs of the orders. The maximum is above the page size of the console.
    #[garde(length(max = Self::MOST))]
    pub ids: Vec<OrderId>,
}
impl OrderIds {
    /// Maximum number of IDs per request.
    pub const MOST: usize = 50;
}
/// Orders by their IDs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderList {
    /// Orders in the requested sequence, each once. Orders that do not exist are left out.
    pub items: Vec<OrderWithFulfilments>,
}
/// An order with its fulfilments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderWithFulfilments {
    /// The order, as returned to staff.
    pub order: Order,
    /// Time at which the order was placed. For an order that was a draft, later than its creation.
    pub placed_at: Timestamp,
    /// Newest fulfilments of the order, oldest first, without shipping addresses.
    pub fulfilments: Vec<Fulfilment>,
    /// Number of fulfilments before these.
    pub earlier: i64,
}
impl OrderWithFulfilments {
    /// Maximum number of fulfilments per order.
    pub const PARCELS: i64 = 200;
}

checked!(OrderIds);
