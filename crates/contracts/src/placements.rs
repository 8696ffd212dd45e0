//! The fate of placings: what products asks of orders before it ends a hold. Whether there is an order is decided in one
//! place, and this is its door (R5).

use crate::events::OrderFigures;
use endpoint::*;
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
