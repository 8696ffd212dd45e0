//! Stock: the ledger of movements, and adjustments by staff.

use crate::{LINE, checked, line, not_blank};
use endpoint::*;
use garde::Validate;
use kernel::{Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why stock moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Goods came in.
    Receipt,
    /// A correction.
    Adjustment,
    /// The shelves were counted.
    Count,
    /// An order was shipped.
    Sale,
    /// More was shipped than the books knew of: it must have been there.
    Found,
    /// A return was put back on the shelf.
    Restock,
}

/// Why staff move stock.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ReasonByHand")]
pub enum ManualStockReason {
    /// Goods came in.
    Receipt,
    /// A correction.
    Adjustment,
    /// The shelves were counted.
    Count,
    /// A return was put back on the shelf.
    Restock,
}

/// A movement of stock. The stock on hand is the sum of its movements.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Movement {
    /// The movement's id.
    pub id: MovementId,
    /// Of which product.
    pub product_id: ProductId,
    /// Pieces that came (above 0) or went (below 0).
    pub delta: i64,
    /// Pieces on hand afterwards.
    pub on_hand: i64,
    /// Why.
    pub reason: Reason,
    /// The placing whose order was shipped, for a sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placement_id: Option<PlacementId>,
    /// Who did it: a user's id, or a service.
    pub actor: String,
    /// What was noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What it was booked for, once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// Lists a product's movements of stock, newest first.
///
/// The stock on hand is the sum of all movements: none is ever changed or taken away. Send `next_cursor` as
/// `cursor` for the next page.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/products/{id}/stock", scope = Staff(Products), reply = Json<Page<Movement>>)]
pub struct ListMovements {
    /// Of which product.
    pub id: Path<ProductId>,
    /// Which page.
    pub slice: PageParams,
}

/// Adjusts a product's stock by a difference.
///
/// For goods that came in, were counted or are put back. Less than is reserved is refused, unless
/// `accept_shortfall` says that it is meant: then the newest orders are put on hold until there is enough. A repeat
/// under the same `Idempotency-IdempotencyKey` has no further effect.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/products/{id}/stock/adjustments", scope = Staff(Products), reply = CreatedWithoutEtag<Movement>, error = AdjustStockError)]
pub struct AdjustStock {
    /// Of which product.
    pub id: Path<ProductId>,
    /// Makes a repeat safe.
    pub key: OptionalIdempotencyKey,
    /// By how much.
    pub adjustment: Body<Adjustment>,
}
/// A difference to the stock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct Adjustment {
    /// Pieces that came (above 0) or went (below 0); not 0.
    #[schemars(extend("not" = {"const": 0}))]
    #[garde(range(min = -1_000_000_000, max = 1_000_000_000), custom(not_zero))]
    pub delta: i64,
    /// `receipt`, `adjustment`, `count` or `restock`.
    #[schemars(with = "ManualStockReason")]
    #[garde(custom(by_hand))]
    pub reason: Reason,
    /// What to note.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "line::<500, _, _>")]
    #[garde(length(chars, max = 500), pattern(LINE))]
    pub note: Option<String>,
    /// What it is booked for, such as the parcel that came back: of a product that is done once, whoever does it, and is refused
    /// with `already_booked` after that.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "line::<100, _, _>")]
    #[garde(length(chars, min = 1, max = 100), pattern(LINE), inner(custom(not_blank)))]
    pub reference: Option<String>,
    /// How many were on hand as it was reckoned, as a count is: refused with `stock_changed` if there are others by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub on_hand: Option<i64>,
    /// Goes through even if less is left than is reserved.
    #[serde(default)]
    #[garde(skip)]
    pub accept_shortfall: bool,
}
/// Why the stock was not adjusted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum AdjustStockError {
    /// Stock on hand would fall below reserved stock.
    /// Cancel some of the orders, or send `accept_shortfall: true`.
    #[status(409)]
    StockReserved {
        /// How many pieces are reserved.
        reserved: i64,
        /// The newest placings that reserve some, newest first, at most ten; `order.placed` tells whose each is.
        #[serde(default)]
        placement_ids: Vec<PlacementId>,
    },
    /// The adjustment exceeds the stock on hand.
    /// Remove at most the units on hand.
    #[status(409)]
    StockBelowZero {
        /// How many pieces are on hand.
        on_hand: i64,
    },
    /// The stock level has changed.
    /// Read the current `on_hand` and retry.
    #[status(409)]
    StockChanged {
        /// How many pieces are on hand.
        on_hand: i64,
    },
    /// A movement with this reference already exists.
    /// Read the movement with this `reference`.
    #[status(409)]
    AlreadyBooked {
        /// The movement.
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
