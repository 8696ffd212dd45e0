//! Reservations of stock, and products to reserve, as orders requests them from products. Stock is decided in one place, and this
//! is its interface (R5; see `docs/lifecycle.md`, Placing an order).

use crate::{checked, products::Product, unchecked};
use endpoint::*;
use garde::Validate;
use kernel::{Money, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Reserves stock for all lines of a placement, or for none.
///
/// First releases the tombstoned placements, and marks unknown ones as gone, so that a late request of theirs reserves nothing. A
/// retry returns the outcome for the current state of the reservation.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/reservations", scope = Service(&["orders"]), repeatable, within = 5_000, reply = Json<ReserveOutcome>)]
pub struct Reserve {
    /// Placement and lines to reserve.
    pub reserve: Body<ReserveRequest>,
}
/// A placement and its lines to reserve.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReserveRequest {
    /// ID of the placement P(n).
    pub placement_id: PlacementId,
    /// P(0) … P(n−1), all of them tombstones.
    #[serde(rename = "dead")]
    pub tombstoned: Vec<PlacementId>,
    /// Quantities, summed by product.
    pub lines: Vec<ReserveLine>,
    /// Customer of the unpaid order, if the limits of unpaid orders apply. Absent for orders of staff and of façades. Version
    /// 0.1.0 neither sends nor reads this member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unpaid: Option<UnpaidHolder>,
}
/// The guest or account for which an unpaid order is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnpaidHolder {
    /// ID of the account. For a guest, an ID derived from the email address.
    pub id: UserId,
    /// True for a guest.
    pub is_guest: bool,
}
/// A number of units of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReserveLine {
    /// ID of the product.
    pub product_id: ProductId,
    /// Number of units.
    pub quantity: i64,
}
/// Outcome of a reservation request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum ReserveOutcome {
    /// All lines are reserved.
    Reserved {
        /// Reserved lines, with names and prices fixed at the first request.
        lines: Vec<ReservedLine>,
    },
    /// Nothing is reserved, because some lines have insufficient stock.
    Insufficient {
        /// Lines with insufficient stock.
        short: Vec<InsufficientLine>,
    },
    /// Nothing is reserved, because some products are not on sale.
    NotOnSale {
        /// IDs of those products.
        product_ids: Vec<ProductId>,
    },
    /// The placement has been released: it can never become an order.
    Gone,
    /// The placement has a reservation with other lines.
    Mismatch,
}
/// A reserved line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReservedLine {
    /// ID of the product.
    pub product_id: ProductId,
    /// SKU of the product when it was reserved.
    pub sku: String,
    /// Name of the product when it was reserved.
    pub name: String,
    /// Price of one unit when it was reserved.
    pub unit_price: Money,
    /// Number of units.
    pub quantity: i64,
}
/// A line with insufficient stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InsufficientLine {
    /// ID of the product.
    pub product_id: ProductId,
    /// Units that can be reserved instead.
    pub available: i64,
    /// True if more stock exists, but a limit of unpaid orders is reached.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub limited: bool,
}

/// Releases the reservation of an abandoned placement, whose tombstone is written.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/reservations/release", scope = Service(&["orders"]), repeatable, reply = NoContent)]
pub struct Release {
    /// Placement to release.
    pub release: Body<ReleaseRequest>,
}
/// Placement to release.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReleaseRequest {
    /// ID of the placement, which is tombstoned in orders.
    pub placement_id: PlacementId,
}

/// Returns products that are on sale, many at a time.
///
/// Products that are not on sale are left out.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/products/look-up", scope = Service(&["orders", "gateway"]), repeatable, reply = Json<ProductList>)]
pub struct LookUpProducts {
    /// Products to look up.
    pub wanted: Body<ProductIds>,
}
/// Products to look up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct ProductIds {
    /// IDs of the products, at most as many as two baskets have.
    #[garde(length(max = 200))]
    pub ids: Vec<ProductId>,
}
/// Products that are on sale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProductList {
    /// Products, in no particular order.
    pub items: Vec<Product>,
}

checked!(ProductIds);
unchecked!(ReserveRequest, ReleaseRequest);
