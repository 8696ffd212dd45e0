//! Event data about orders and fulfilments.

use crate::{fulfilments::Fulfilment, orders::*};
use kernel::{Money, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

/// A snapshot of an order: everything that stock management needs, and the result of replaying the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OrderFigures")]
pub struct OrderSnapshot {
    /// The ID of the order.
    pub order_id: OrderId,
    /// The order number, for people.
    pub number: i64,
    /// The ID of the customer.
    pub user_id: UserId,
    /// The ID of the placement that created the order. Null for a draft.
    pub placement_id: Option<PlacementId>,
    /// The version of the order.
    pub version: i64,
    /// The status of the order.
    pub status: OrderStatus,
    /// The hold that blocks packing and shipping. Null if there is none.
    pub hold: Option<Hold>,
    /// The reason for the cancellation. Absent unless the order is being cancelled or has been cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_code: Option<CancelCode>,
    /// Whether the payment has been secured, so that the reservation is committed.
    pub confirmed: bool,
    /// Whether the order is cancelled or expired, so that all its open units are released.
    pub terminal: bool,
    /// The payment status of the order.
    pub payment_status: PaymentSummary,
    /// The fulfilment status of the order.
    pub fulfilment_status: FulfilmentSummary,
    /// The total of the order when it was placed.
    pub total: Money,
    /// The amount due: the total without cancelled units.
    pub owed: Money,
    /// The cumulative totals by product.
    pub products: Vec<ProductTotals>,
}
/// Cumulative totals of a product in an order: cancelled, shipped and returned units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ProductFigures")]
pub struct ProductTotals {
    /// The ID of the product.
    pub product_id: ProductId,
    /// Units ordered.
    pub ordered: i64,
    /// Units cancelled so far.
    pub cancelled: i64,
    /// Units shipped so far.
    pub shipped: i64,
    /// Units returned so far.
    pub returned: i64,
}
/// The data of an order event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-dataschema" = "urn:ordo:schema:OrderEvent"))]
pub struct OrderEvent {
    /// The order's state after the event.
    pub figures: OrderSnapshot,
}
/// The data of a fulfilment event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-dataschema" = "urn:ordo:schema:FulfilmentEvent"))]
pub struct FulfilmentEvent {
    /// The ID of the customer.
    pub user_id: UserId,
    /// The fulfilment after the event, without the shipping address, because personal data must be erasable (R3).
    #[serde(serialize_with = "nameless")]
    pub fulfilment: Fulfilment,
}
/// Serializes the fulfilment without personal data.
fn nameless<S: Serializer>(fulfilment: &Fulfilment, to: S) -> Result<S::Ok, S::Error> {
    fulfilment.nameless().serialize(to)
}
