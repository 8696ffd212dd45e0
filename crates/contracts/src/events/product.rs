//! What events tell of products and their stock.

use crate::products::ProductStatus;
use kernel::{Money, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A product's catalogue data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-dataschema" = "urn:ordo:schema:ProductEvent"))]
pub struct ProductEvent {
    /// Which product.
    pub product_id: ProductId,
    /// Its SKU.
    pub sku: String,
    /// What it is called.
    pub name: String,
    /// The price of one.
    pub price: Money,
    /// Whether it is on sale.
    pub status: ProductStatus,
}
/// A product's stock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-dataschema" = "urn:ordo:schema:StockEvent"))]
pub struct StockEvent {
    /// Which product.
    pub product_id: ProductId,
    /// Pieces on hand.
    pub on_hand: i64,
    /// Pieces reserved.
    pub reserved: i64,
    /// Pieces missing for what is reserved.
    pub short: i64,
    /// The newest placings that the shortfall concerns: named by each event for as long as anything is short.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub placement_ids: Vec<PlacementId>,
}
/// A reservation that was mended or lost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-dataschema" = "urn:ordo:schema:ReservationEvent"))]
pub struct ReservationEvent {
    /// Whose.
    pub placement_id: PlacementId,
    /// Of which product.
    pub product_id: ProductId,
    /// How many pieces.
    pub quantity: i64,
}
