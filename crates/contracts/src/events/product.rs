//! Event data about products and their stock.

use crate::products::ProductStatus;
use kernel::{Money, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A product's catalogue data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-dataschema" = "urn:ordo:schema:ProductEvent"))]
pub struct ProductEvent {
    /// The ID of the product.
    pub product_id: ProductId,
    /// The SKU of the product.
    pub sku: String,
    /// The name of the product.
    pub name: String,
    /// The price per unit.
    pub price: Money,
    /// The status of the product.
    pub status: ProductStatus,
}
/// A product's stock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-dataschema" = "urn:ordo:schema:StockEvent"))]
pub struct StockEvent {
    /// The ID of the product.
    pub product_id: ProductId,
    /// Units on hand.
    pub on_hand: i64,
    /// Units reserved.
    pub reserved: i64,
    /// The shortfall: reserved units above the units on hand.
    pub short: i64,
    /// The newest placements that the shortfall affects. Every event lists them as long as there is a shortfall.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub placement_ids: Vec<PlacementId>,
}
/// A reservation that was restored or lost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-dataschema" = "urn:ordo:schema:ReservationEvent"))]
pub struct ReservationEvent {
    /// The ID of the placement.
    pub placement_id: PlacementId,
    /// The ID of the product.
    pub product_id: ProductId,
    /// The number of units.
    pub quantity: i64,
}
