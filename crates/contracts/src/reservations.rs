//! Reservations of stock, and what there is to reserve: what orders asks of products. Stock is decided in one place, and this
//! is its door (R5; see `docs/lifecycle.md`, Placing an order).

use crate::{checked, products::Product, unchecked};
use endpoint::*;
use garde::Validate;
use kernel::{Money, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Reserves all lines of a placing, or none.
///
/// First releases the dead placings, and notes as gone those that were never heard of, so that a late
/// request of theirs finds nothing to take. A repeat answers by the state that the reservation has now.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/reservations", scope = Service(&["orders"]), repeatable, within = 5_000, reply = Json<ReserveOutcome>)]
pub struct Reserve {
    /// What to reserve.
    pub reserve: Body<ReserveRequest>,
}
/// What to reserve, for whom.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReserveRequest {
    /// P(n).
    pub placement_id: PlacementId,
    /// P(0) … P(n−1), all of them tombstones.
    #[serde(rename = "dead")]
    pub tombstoned: Vec<PlacementId>,
    /// Quantities, summed by product.
    pub lines: Vec<ReserveLine>,
    /// Who holds the reservation while the order is not paid, where the limits of unpaid orders apply; absent for orders of staff
    /// and of façades. Version 0.1.0 does not say so, and does not read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unpaid: Option<UnpaidHolder>,
}
/// The guest or account that an unpaid order is counted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnpaidHolder {
    /// The account; of a guest, an ID that follows from the email address.
    pub id: UserId,
    /// Whether it is a guest.
    pub is_guest: bool,
}
/// So many pieces of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReserveLine {
    /// Which product.
    pub product_id: ProductId,
    /// How many pieces.
    pub quantity: i64,
}
/// What became of a wish to reserve.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum ReserveOutcome {
    /// All lines are reserved.
    Reserved {
        /// The products, with names and prices frozen at the first time.
        lines: Vec<ReservedLine>,
    },
    /// Nothing is reserved: some lines cannot be had.
    Insufficient {
        /// Those lines.
        short: Vec<InsufficientLine>,
    },
    /// Nothing is reserved: some products are not on sale.
    NotOnSale {
        /// Those products.
        product_ids: Vec<ProductId>,
    },
    /// The placing has been released before: it can never become an order.
    Gone,
    /// The placing holds other lines.
    Mismatch,
}
/// A reserved line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReservedLine {
    /// Which product.
    pub product_id: ProductId,
    /// Its SKU when it was reserved.
    pub sku: String,
    /// Its name when it was reserved.
    pub name: String,
    /// The price of one when it was reserved.
    pub unit_price: Money,
    /// How many pieces.
    pub quantity: i64,
}
/// A line that cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InsufficientLine {
    /// Which product.
    pub product_id: ProductId,
    /// How many units can be reserved instead.
    pub available: i64,
    /// Whether more is in stock, and a limit of unpaid orders is the reason.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub limited: bool,
}

/// Releases a placing that was given up: its tombstone is written.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/reservations/release", scope = Service(&["orders"]), repeatable, reply = NoContent)]
pub struct Release {
    /// Which one.
    pub release: Body<ReleaseRequest>,
}
/// Which placing to release.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReleaseRequest {
    /// The placing, a tombstone in orders.
    pub placement_id: PlacementId,
}

/// Reads products that are on sale, many at a time.
///
/// What is not on sale is left out of the answer.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/products/look-up", scope = Service(&["orders", "gateway"]), repeatable, reply = Json<ProductList>)]
pub struct LookUpProducts {
    /// Which ones.
    pub wanted: Body<ProductIds>,
}
/// Which products to read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct ProductIds {
    /// At most as many as two baskets have.
    #[garde(length(max = 200))]
    pub ids: Vec<ProductId>,
}
/// Products that are on sale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProductList {
    /// In no particular order.
    pub items: Vec<Product>,
}

checked!(ProductIds);
unchecked!(ReserveRequest, ReleaseRequest);
