//! Several orders with their parcels: what the papers of all of them are made of.

use crate::{checked, fulfilments::Fulfilment, orders::Order};
use endpoint::*;
use garde::Validate;
use kernel::{Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Reads these orders with their parcels, in a few statements however many they are. For another service, which has asked whether
/// whoever looks at them may.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/orders/look-up", scope = Service(&["gateway"]), repeatable, reply = Json<OrderList>)]
pub struct LookUpOrders {
    /// Which orders.
    pub wanted: Body<OrderIds>,
}
/// Which orders to read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct OrderIds {
    /// More than a page of the console lists.
    #[garde(length(max = Self::MOST))]
    pub ids: Vec<OrderId>,
}
impl OrderIds {
    /// So many are read at once.
    pub const MOST: usize = 50;
}
/// Orders by their ids.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderList {
    /// In the order in which they were asked for, each once; what is not there is left out.
    pub items: Vec<OrderWithFulfilments>,
}
/// An order with its parcels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderWithFulfilments {
    /// The order, as staff see it.
    pub order: Order,
    /// When it was placed: of one that was a draft, that is later than when it was made.
    pub placed_at: Timestamp,
    /// Its newest fulfilments, oldest first, without where they were sent.
    pub fulfilments: Vec<Fulfilment>,
    /// How many fulfilments it has before these.
    pub earlier: i64,
}
impl OrderWithFulfilments {
    /// So many fulfilments of an order are read.
    pub const PARCELS: i64 = 200;
}

checked!(OrderIds);
