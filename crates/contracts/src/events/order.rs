//! What events tell of orders and fulfilments.

use crate::{fulfilments::Fulfilment, orders::*};
use kernel::{Money, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

/// How an order stands: all that stock needs to know, and what replaying the journal gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OrderFigures")]
pub struct OrderSnapshot {
    /// Which order.
    pub order_id: OrderId,
    /// Its number for people.
    pub number: i64,
    /// Whose.
    pub user_id: UserId,
    /// The placing that it came from; none for a draft.
    pub placement_id: Option<PlacementId>,
    /// Its version.
    pub version: i64,
    /// Its state.
    pub status: OrderStatus,
    /// Why it must not be shipped now.
    pub hold: Option<Hold>,
    /// Why it is being cancelled, or was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_code: Option<CancelCode>,
    /// Whether its payment has been secured: the reservation is committed.
    pub confirmed: bool,
    /// Whether it is cancelled or expired: all its open units are free.
    pub terminal: bool,
    /// Its payment, in a word.
    pub payment_status: PaymentSummary,
    /// Its fulfilment, in a word.
    pub fulfilment_status: FulfilmentSummary,
    /// What it came to when it was placed.
    pub total: Money,
    /// The total without what was cancelled.
    pub owed: Money,
    /// The totals so far, by product.
    pub products: Vec<ProductTotals>,
}
/// How much of a product an order has cancelled, shipped and returned so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ProductFigures")]
pub struct ProductTotals {
    /// Which product.
    pub product_id: ProductId,
    /// Pieces ordered.
    pub ordered: i64,
    /// Pieces cancelled so far.
    pub cancelled: i64,
    /// Pieces shipped so far.
    pub shipped: i64,
    /// Pieces that came back so far.
    pub returned: i64,
}
/// Something happened to an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-dataschema" = "urn:ordo:schema:OrderEvent"))]
pub struct OrderEvent {
    /// How it stands now.
    pub figures: OrderSnapshot,
}
/// Something happened to a fulfilment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-dataschema" = "urn:ordo:schema:FulfilmentEvent"))]
pub struct FulfilmentEvent {
    /// Whose order.
    pub user_id: UserId,
    /// How it stands now; never with where it was sent, which can be erased (R3).
    #[serde(serialize_with = "nameless")]
    pub fulfilment: Fulfilment,
}
/// Whatever is put into an event: what names a person is not written.
fn nameless<S: Serializer>(fulfilment: &Fulfilment, to: S) -> Result<S::Ok, S::Error> {
    fulfilment.nameless().serialize(to)
}
