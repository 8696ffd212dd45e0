//! The fate of placings: what products asks of orders before it ends a hold. Whether there is an order is decided in one
//! place, and this is its door (R5).

use crate::{checked, events::OrderFigures};
use endpoint::*;
use garde::Validate;
use kernel::id::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What became of these placings?
///
/// Those never heard of get a tombstone: they are refused for ever (R10).
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/placements/fate", scope = Service(&["products"]), repeatable, reply = Json<Fates>)]
pub struct AskFate {
    /// Which ones.
    pub ask: Body<FateQuestion>,
}
/// Which placings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FateQuestion {
    /// Up to 500 of them.
    pub placement_ids: Vec<PlacementId>,
}
impl Check for FateQuestion {
    fn check(&self, faults: &mut Vec<Fault>) {
        if self.placement_ids.len() > 500 {
            faults.push(Fault::length("/placement_ids", "at most 500"));
        }
    }
}
/// The answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fates {
    /// One for each placing asked about.
    pub fates: Vec<Fate>,
}
/// What became of a placing. Both answers are final, so that late ones do no harm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "fate", rename_all = "snake_case")]
pub enum Fate {
    /// It never became an order, and never will.
    Never {
        /// The placing.
        placement_id: PlacementId,
    },
    /// It is this order, and this is how it stands.
    Order {
        /// Its figures.
        figures: OrderFigures,
    },
}

/// Which orders did these placings become? For another service: stock names those who hold it by their placings.
///
/// Decides nothing: what became no order, or not yet, is left out of the answer.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/placements/look-up", scope = Service(&["gateway"]), repeatable, reply = Json<FoundPlacements>)]
pub struct LookUpPlacements {
    /// Which placings.
    pub wanted: Body<WantedPlacements>,
}
/// Which placings to read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct WantedPlacements {
    /// As many as a page of a list has.
    #[garde(length(max = Self::MOST))]
    pub ids: Vec<PlacementId>,
}
impl WantedPlacements {
    /// So many are read at once.
    pub const MOST: usize = Slice::MOST as usize;
}
/// Orders by their placings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FoundPlacements {
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

checked!(WantedPlacements);
