//! Stock: the ledger of movements, and adjustments by staff.

use crate::{LINE, checked, line, not_blank};
use endpoint::*;
use garde::Validate;
use kernel::{Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Reason for a stock movement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Units were received.
    Receipt,
    /// Correction.
    Adjustment,
    /// Stocktake: the units were counted.
    Count,
    /// An order was shipped.
    Sale,
    /// More units were shipped than were recorded as on hand; the missing units were added to the stock.
    Found,
    /// A return was put back into stock.
    Restock,
}

/// Reason for a stock adjustment by staff.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ReasonByHand")]
pub enum ManualStockReason {
    /// Units were received.
    Receipt,
    /// Correction.
    Adjustment,
    /// Stocktake: the units were counted.
    Count,
    /// A return was put back into stock.
    Restock,
}

/// A stock movement. Stock on hand is the sum of all movements.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Movement {
    /// ID of the movement.
    pub id: MovementId,
    /// ID of the product.
    pub product_id: ProductId,
    /// Units received (positive) or removed (negative).
    pub delta: i64,
    /// Units on hand after the movement.
    pub on_hand: i64,
    /// Reason for the movement.
    pub reason: Reason,
    /// ID of the placement whose order was shipped. For sales only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placement_id: Option<PlacementId>,
    /// Actor: the ID of a user, or a service.
    pub actor: String,
    /// Note about the movement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Reference of the adjustment, such as a returned fulfilment. Used once per product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Time of the movement.
    pub at: Timestamp,
}

/// Lists a product's stock movements, newest first.
///
/// Stock on hand is the sum of all movements; movements are never changed or deleted. Paginated: send `next_cursor` as `cursor`
/// for the next page.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/products/{id}/stock", scope = Staff(Products), reply = Json<Page<Movement>>)]
pub struct ListMovements {
    /// ID of the product.
    pub id: Path<ProductId>,
    /// Page to return.
    pub slice: PageParams,
}

/// Adjusts a product's stock by a difference.
///
/// For units that were received, counted or put back. An adjustment below the reserved units is rejected, unless
/// `accept_shortfall` is true: then the newest orders are put on hold until there is enough stock. A retry with the same
/// `Idempotency-Key` has no further effect.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/products/{id}/stock/adjustments", scope = Staff(Products), reply = CreatedWithoutEtag<Movement>, error = AdjustStockError)]
pub struct AdjustStock {
    /// ID of the product.
    pub id: Path<ProductId>,
    /// Idempotency key. Makes a retry safe.
    pub key: OptionalIdempotencyKey,
    /// Adjustment to make.
    pub adjustment: Body<Adjustment>,
}
/// A stock adjustment to make.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct Adjustment {
    /// Units received (positive) or removed (negative). Must not be 0.
    #[schemars(extend("not" = {"const": 0}))]
    #[garde(range(min = -1_000_000_000, max = 1_000_000_000), custom(not_zero))]
    pub delta: i64,
    /// Reason: `receipt`, `adjustment`, `count` or `restock`.
    #[schemars(with = "ManualStockReason")]
    #[garde(custom(by_hand))]
    pub reason: Reason,
    /// Note about the movement.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "line::<500, _, _>")]
    #[garde(length(chars, max = 500), pattern(LINE))]
    pub note: Option<String>,
    /// Reference of the adjustment, such as the returned fulfilment. Can be used once per product, by any caller; after that, the
    /// request fails with `already_booked`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "line::<100, _, _>")]
    #[garde(length(chars, min = 1, max = 100), pattern(LINE), inner(custom(not_blank)))]
    pub reference: Option<String>,
    /// Stock on hand on which the difference is based, such as for a count. If the stock has changed since, the request fails
    /// with `stock_changed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub on_hand: Option<i64>,
    /// Accepts an adjustment that leaves fewer units on hand than are reserved.
    #[serde(default)]
    #[garde(skip)]
    pub accept_shortfall: bool,
}
/// Reason why the stock was not adjusted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum AdjustStockError {
    /// Stock on hand would fall below reserved stock.
    /// Cancel some of the orders, or send `accept_shortfall: true`.
    #[status(409)]
    StockReserved {
        /// Units reserved.
        reserved: i64,
        /// IDs of the newest placements with reserved units, newest first, at most 10. The `order.placed` events name their
        /// orders.
        #[serde(default)]
        placement_ids: Vec<PlacementId>,
    },
    /// The adjustment exceeds the stock on hand.
    /// Remove at most the units on hand.
    #[status(409)]
    StockBelowZero {
        /// Units on hand.
        on_hand: i64,
    },
    /// The stock level has changed.
    /// Read the current `on_hand` and retry.
    #[status(409)]
    StockChanged {
        /// Units on hand.
        on_hand: i64,
    },
    /// A movement with this reference already exists.
    /// Read the movement with this `reference`.
    #[status(409)]
    AlreadyBooked {
        /// ID of the movement.
        movement_id: MovementId,
    },
}

checked!(Adjustment);

fn not_zero(delta: &i64, (): &()) -> garde::Result {
    if *delta == 0 { Err(garde::Error::new(CHANGES_NOTHING)) } else { Ok(()) }
}
fn by_hand(reason: &Reason, (): &()) -> garde::Result {
    match reason {
        Reason::Sale | Reason::Found => {
            Err(garde::Error::new("receipt, adjustment, count or restock is expected"))
        }
        _ => Ok(()),
    }
}
