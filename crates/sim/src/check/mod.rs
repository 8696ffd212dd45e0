//! What must hold at the end: every invariant, everything at rest, and all that clients were told.

mod acknowledged;
mod audit;
mod events;

pub use acknowledged::OrderCounts;

use crate::{
    load::{ClientLedger, setup::Start},
    world::Simulation,
};
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

/// Beside the times of the shop: the longest pause of a task that began in the storm, and some.
const REST_AFTER_STORM: Duration = Duration::from_secs(10 * 60);
/// A request that reaches the provider late does so after two minutes.
const REST: Duration = Duration::from_secs(3 * 60);
/// Within this time all must have come right: an unknown outcome is asked about every four minutes at worst.
const PATIENCE: Duration = Duration::from_secs(2 * 60 * 60);
const LOOK_EVERY: Duration = Duration::from_secs(2 * 60);

/// Waits until everything has come right, for as long as that may take, and compares it with what was told.
pub(crate) async fn settle(world: &Arc<Simulation>, start: &Start, books: &ClientLedger) -> OrderCounts {
    let patience = world.elapsed() + PATIENCE;
    let rest = if world.plan.faults { REST_AFTER_STORM } else { REST };
    sleep(world.times.payment_due + world.times.hold + rest).await;
    let mut clean_before = false;
    loop {
        let mut broken = audit::look(world).await;
        broken.extend(events::not_in_the_log(world, start).await);
        if broken.is_empty() && clean_before {
            break;
        }
        if world.elapsed() > patience {
            broken.into_iter().for_each(|finding| world.found(finding));
            break;
        }
        world.trace(format_args!("LOOK {} broken", broken.len()));
        clean_before = broken.is_empty();
        sleep(LOOK_EVERY).await;
    }
    let ends = acknowledged::compare(world, start, books).await;
    let state = world.state();
    let held: Vec<_> =
        state.nodes.iter().filter(|(_, node)| !node.database.is_free()).map(|(name, _)| *name).collect();
    drop(state);
    for node in held {
        world.found(format!("when all was quiet, the writer of {node} was not free"));
    }
    ends
}
