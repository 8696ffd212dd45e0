//! Placement outcomes, which products requests from orders before it releases a reservation. Whether an order exists is decided
//! in one place, and this is its interface (R5).

use crate::{checked, events::OrderSnapshot};
use endpoint::*;
use garde::Validate;
use kernel::id::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Resolves the outcomes of placements.
///
/// An unknown placement gets a tombstone, so that it never becomes an order (R10).
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/placements/fate", scope = Service(&["products"]), repeatable, reply = Json<PlacementOutcomes>)]
pub struct ResolvePlacements {
    /// Placements to resolve.
    pub ask: Body<ResolvePlacementsRequest>,
}
/// Placements to resolve.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResolvePlacementsRequest {
    /// IDs of up to 500 placements.
    pub placement_ids: Vec<PlacementId>,
}
impl ValidateRequest for ResolvePlacementsRequest {
    fn check(&self, faults: &mut Vec<FieldError>) {
        if self.placement_ids.len() > 500 {
            faults.push(FieldError::length("/placement_ids", "at most 500"));
        }
    }
}
/// Placement outcomes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlacementOutcomes {
    /// One outcome per requested placement.
    pub fates: Vec<PlacementOutcome>,
}
/// Outcome of a placement. Both outcomes are final, so a late response does no harm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "fate", rename_all = "snake_case")]
pub enum PlacementOutcome {
    /// The placement never became an order and never will.
    #[serde(rename = "never")]
    NeverPlaced {
        /// ID of the placement.
        placement_id: PlacementId,
    },
    /// The placement became an order.
    #[serde(rename = "order")]
    Placed {
        /// Snapshot of the order.
        figures: OrderSnapshot,
    },
}

/// Returns the orders that placements became, because stock reservations name their placement.
///
/// Decides nothing: placements that became no order, or have not yet, are left out.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/placements/look-up", scope = Service(&["gateway"]), repeatable, reply = Json<PlacementList>)]
pub struct LookUpPlacements {
    /// Placements to look up.
    pub wanted: Body<PlacementIds>,
}
/// Placements to look up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct PlacementIds {
    /// IDs of the placements, at most as many as a page of a list has items.
    #[garde(length(max = Self::MOST))]
    pub ids: Vec<PlacementId>,
}
impl PlacementIds {
    /// Maximum number of IDs per request.
    pub const MOST: usize = PageParams::MOST as usize;
}
/// Orders by their placements.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlacementList {
    /// Orders, in no particular order.
    pub items: Vec<PlacedOrder>,
}
/// The order that a placement became.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlacedOrder {
    /// ID of the placement.
    pub placement_id: PlacementId,
    /// ID of the order.
    pub order_id: OrderId,
    /// Order number.
    pub number: i64,
}

checked!(PlacementIds);
