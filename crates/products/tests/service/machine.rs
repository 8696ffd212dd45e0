//! Each thing that can happen to a placement, in each state that it can be in: where it stands afterwards, and what is
//! reserved.

use crate::{orders::FakeOrder, world::ProductsTestBed};
use contracts::reservations::ReserveOutcome;
use db::{Sql, params};
use kernel::id::{PlacementId, ProductId};
use products::transition::{ReservationState, ReservationTrigger, next};

on_both!(every_pair_of_a_state_and_what_happens_is_followed);

const ORDERED: i64 = 2;

/// What happens, and how it is told: what is dead can be told in two ways.
const HAPPENINGS: [(ReservationTrigger, PlacementStage); 6] = [
    (ReservationTrigger::Reserve, PlacementStage::Wished),
    (ReservationTrigger::Dead, PlacementStage::GivenUp),
    (ReservationTrigger::Dead, PlacementStage::Buried),
    (ReservationTrigger::Lives, PlacementStage::Told),
    (ReservationTrigger::Confirmed, PlacementStage::Told),
    (ReservationTrigger::Ended, PlacementStage::Told),
];

#[derive(Debug, Clone, Copy)]
enum PlacementStage {
    Wished,
    GivenUp,
    Buried,
    Told,
}

/// A placing of some units of a product, and its order.
struct TestPlacement {
    id: PlacementId,
    product: ProductId,
    order: FakeOrder,
}

impl TestPlacement {
    async fn in_state(world: &ProductsTestBed, state: Option<ReservationState>) -> TestPlacement {
        let (id, product) = (world.env.id(), world.stocked(5).await);
        let mut placing =
            TestPlacement { id, product, order: FakeOrder::new(&world.env, id, &[(product, ORDERED)]) };
        if state.is_some() {
            placing.happens(world, ReservationTrigger::Reserve, PlacementStage::Wished).await;
        }
        match state {
            Some(ReservationState::Committed) => {
                placing.happens(world, ReservationTrigger::Confirmed, PlacementStage::Told).await
            }
            Some(ReservationState::Gone) => {
                placing.happens(world, ReservationTrigger::Dead, PlacementStage::GivenUp).await
            }
            _ => {}
        }
        assert_eq!(placing.state(world).await, state, "this test cannot begin");
        placing
    }

    async fn happens(&mut self, world: &ProductsTestBed, trigger: ReservationTrigger, how: PlacementStage) {
        let lines = [(self.product, ORDERED)];
        match (how, trigger) {
            (PlacementStage::Wished, _) => {
                let was_gone = self.state(world).await == Some(ReservationState::Gone);
                let answer = world.reserve(self.id, &lines).await;
                assert_eq!(matches!(answer, ReserveOutcome::Gone), was_gone, "{answer:?}");
            }
            (PlacementStage::GivenUp, _) => world.release(self.id).await,
            (PlacementStage::Buried, _) => {
                let (next, other) = (world.env.id(), world.stocked(1).await);
                world.reserve_after(next, &[self.id], &[(other, 1)]).await;
            }
            (PlacementStage::Told, ReservationTrigger::Confirmed) => world.hear(self.order.confirm()).await,
            (PlacementStage::Told, ReservationTrigger::Ended) => world.hear(self.order.end()).await,
            (PlacementStage::Told, _) => {
                self.order.figures.version += 1;
                world.hear(self.order.placed()).await;
            }
        }
    }

    async fn state(&self, world: &ProductsTestBed) -> Option<ReservationState> {
        const STANDS: Sql = Sql::both("select gone, committed from placement where id = $1");
        let row = world.db.query_opt(&STANDS, params![self.id]).await.unwrap()?;
        Some(match (row.get("gone").unwrap(), row.get("committed").unwrap()) {
            (true, _) => ReservationState::Gone,
            (false, true) => ReservationState::Committed,
            (false, false) => ReservationState::Held,
        })
    }
}

async fn every_pair_of_a_state_and_what_happens_is_followed(world: ProductsTestBed) {
    let states = std::iter::once(None).chain(ReservationState::ALL.into_iter().map(Some));
    for (before, (trigger, how)) in states.flat_map(|state| HAPPENINGS.map(|happening| (state, happening))) {
        let mut placing = TestPlacement::in_state(&world, before).await;
        placing.happens(&world, trigger, how).await;
        let pair = format!("{before:?} by {trigger:?}, {how:?}");
        assert_eq!(placing.state(&world).await, next(before, trigger).or(before), "{pair}");
        let reserved = match trigger {
            ReservationTrigger::Dead | ReservationTrigger::Ended => 0,
            ReservationTrigger::Reserve if before == Some(ReservationState::Gone) => 0,
            // also of an order that lives in spite of what was released
            _ => ORDERED,
        };
        assert_eq!(world.figures(placing.product).await, (5, reserved, 0), "{pair}");
    }
    world.is_sound().await;
}
