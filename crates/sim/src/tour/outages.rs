//! The last step: a service that others need is away, and there is no time to wait.

use super::{
    accounts::TourClients,
    goods::TourProducts,
    orders::{order_of, place},
    tour_client::TourResult,
};
use crate::world::Simulation;
use std::{sync::Arc, time::Duration};

pub(super) async fn go(
    world: &Arc<Simulation>,
    people: &TourClients,
    goods: &TourProducts,
) -> TourResult<()> {
    world.crash(products::NAME, Duration::from_secs(3600));
    people.ada.is_refused("unavailable", place("basket-99", &order_of(goods.teapot, 1, None))).await
}
