//! The fate of placings: what products asks of orders before it ends a hold. Whether there is an order is decided in one
//! place, and this is its door (R5).

use crate::{checked, events::OrderSnapshot};
use endpoint::*;
use garde::Validate;
use kernel::id::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What became of these placings?
///
/// Those never heard of get a tombstone: they are refused for ever (R10).
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/placements/fate", scope = Service(&["products"]), repeatable, reply = Json<PlacementOutcomes>)]
pub struct ResolvePlacements {
    /// Which ones.
    pub ask: Body<ResolvePlacementsRequest>,
}
/// Which placings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResolvePlacementsRequest {
    /// Up to 500 of them.
    pub placement_ids: Vec<PlacementId>,
}
impl ValidateRequest for ResolvePlacementsRequest {
    fn check(&self, faults: &mut Vec<FieldError>) {
        if self.placement_ids.len() > 500 {
            faults.push(FieldError::length("/placement_ids", "at most 500"));
        }
    }
}
/// The answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlacementOutcomes {
    /// One for each placing asked about.
    pub fates: Vec<PlacementOutcome>,
}
/// What became of a placing. Both answers are final, so that late ones do no harm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "fate", rename_all = "snake_case")]
pub enum PlacementOutcome {
    /// It never became an order, and never will.
    #[serde(rename = "never")]
    NeverPlaced {
        /// The placing.
        placement_id: PlacementId,
    },
    /// It is this order, and this is how it stands.
    #[serde(rename = "order")]
    Placed {
        /// Its figures.
        figures: OrderSnapshot,
    },
}

/// Which orders did these placings become? For another service: stock names those who hold it by their placings.
///
/// Decides nothing: what became no order, or not yet, is left out of the answer.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/placements/look-up", scope = Service(&["gateway"]), repeatable, reply = Json<PlacementList>)]
pub struct LookUpPlacements {
    /// Which placings.
    pub wanted: Body<PlacementIds>,
}
/// Which placings to read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct PlacementIds {
    /// As many as a page of a list has.
    #[garde(length(max = Self::MOST))]
    pub ids: Vec<PlacementId>,
}
impl PlacementIds {
    /// So many are read at once.
    pub const MOST: usize = PageParams::MOST as usize;
}
/// Orders by their placings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlacementList {
    /// In no particular order.
    pub items: Vec<PlacedOrder>,
}
/// The order that a placing became.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlacedOrder {
    /// The placing.
    pub placement_id: PlacementId,
    /// The order.
    pub order_id: OrderId,
    /// Its number for people.
    pub number: i64,
}

checked!(PlacementIds);
