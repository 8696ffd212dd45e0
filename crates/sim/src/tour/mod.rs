//! The tour: every public operation is called at least once, as a shop would, and every refusal that can be
//! provoked is; the few others are told as their types say. What is asked and answered is written down, and becomes the examples of the OpenAPI document.
//!
//! The services run behind the gateway, unchanged, in a world of one seed in which nothing goes wrong by itself.
//! Steps begin at whole moments of the world's clock, ids, times and secrets are replaced as `normalize` says, and so
//! the examples change only where an answer does.

mod accounts;
mod baskets;
mod drafts;
mod emails;
mod goods;
mod guests;
mod normalize;
mod orders;
mod outages;
mod payments;
mod recording;
mod shipping;
mod synthetic_errors;
mod tour_client;

use crate::{
    SERVICES,
    world::{Simulation, shop::Times},
};
use endpoint::openapi::Examples;
use std::{sync::Arc, time::Duration};
use tokio::{runtime::Builder, task::yield_now};
use tour_client::{TourClient, UnexpectedResponse};

/// A tour's own seed; any other one would do as well.
const SEED: u64 = 1;

/// A step begins at a whole multiple of this, and takes less.
const STEP: Duration = Duration::from_secs(5);

/// What a tour brought.
#[derive(Debug, Clone)]
pub struct Tour {
    /// What was asked and answered.
    pub examples: Examples,
    /// What should not have been: a step that was answered otherwise than it should be, a status 500. Empty: a
    /// good tour.
    pub findings: Vec<String>,
}

/// Goes on the tour.
///
/// # Panics
/// When the operating system has no room for a runtime.
pub fn tour() -> Tour {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime = runtime.expect("a runtime without threads and sockets can be made");
    runtime.block_on(async {
        let world = Simulation::calm(SEED, Times::usual());
        let guide = TourClient::new(&world);
        if let Err(UnexpectedResponse(why)) = go(&world, &guide).await {
            world.found(format!("the tour ends early: {why}"));
        }
        let examples = guide.book.examples();
        world.end();
        // those who were told to end, end at their next turn
        for _ in 0..4 {
            yield_now().await;
        }
        let findings = world.state().findings.iter().cloned().collect();
        Tour { examples, findings }
    })
}

async fn go(world: &Arc<Simulation>, guide: &TourClient) -> Result<(), UnexpectedResponse> {
    let broken = |error: db::Error| UnexpectedResponse(error.to_string());
    world.found_provider().await.map_err(broken)?;
    for node in SERVICES {
        world.format(node).await.map_err(broken)?;
    }
    for node in SERVICES {
        world.start(node);
    }
    guide.open_the_door()?;
    let people = accounts::go(world, guide).await?;
    emails::go(&people).await?;
    let goods = goods::go(&people).await?;
    orders::go(&people, &goods).await?;
    drafts::go(&people, &goods).await?;
    baskets::go(&people, &goods).await?;
    guests::go(&people, &goods).await?;
    payments::go(&people, &goods).await?;
    shipping::go(&people, &goods).await?;
    accounts::leave(guide, &people).await?;
    outages::go(world, &people, &goods).await?;
    synthetic_errors::go(guide)
}
