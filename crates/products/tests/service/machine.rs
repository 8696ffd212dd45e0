//! Each thing that can happen to a placement, in each state that it can be in: where it stands afterwards, and what is
//! reserved.

use crate::{orders::SomeOrder, world::World};
use contracts::reservations::ReserveOutcome;
use db::{Sql, params};
use kernel::id::{PlacementId, ProductId};
use products::transition::{State, Trigger, next};

on_both!(every_pair_of_a_state_and_what_happens_is_followed);

const ORDERED: i64 = 2;

/// What happens, and how it is told: what is dead can be told in two ways.
const HAPPENINGS: [(Trigger, How); 6] = [
    (Trigger::Reserve, How::Wished),
    (Trigger::Dead, How::GivenUp),
    (Trigger::Dead, How::Buried),
    (Trigger::Lives, How::Told),
    (Trigger::Confirmed, How::Told),
    (Trigger::Ended, How::Told),
];

#[derive(Debug, Clone, Copy)]
enum How {
    Wished,
    GivenUp,
    Buried,
    Told,
}

/// A placing of some units of a product, and its order.
struct Placing {
    id: PlacementId,
    product: ProductId,
    order: SomeOrder,
}

impl Placing {
    async fn in_state(world: &World, state: Option<State>) -> Placing {
        let (id, product) = (world.env.id(), world.stocked(5).await);
        let mut placing =
            Placing { id, product, order: SomeOrder::new(&world.env, id, &[(product, ORDERED)]) };
        if state.is_some() {
            placing.happens(world, Trigger::Reserve, How::Wished).await;
        }
        match state {
            Some(State::Committed) => placing.happens(world, Trigger::Confirmed, How::Told).await,
            Some(State::Gone) => placing.happens(world, Trigger::Dead, How::GivenUp).await,
            _ => {}
        }
        assert_eq!(placing.state(world).await, state, "this test cannot begin");
        placing
    }

    async fn happens(&mut self, world: &World, trigger: Trigger, how: How) {
        let lines = [(self.product, ORDERED)];
        match (how, trigger) {
            (How::Wished, _) => {
                let was_gone = self.state(world).await == Some(State::Gone);
                let answer = world.reserve(self.id, &lines).await;
                assert_eq!(matches!(answer, ReserveOutcome::Gone), was_gone, "{answer:?}");
            }
            (How::GivenUp, _) => world.release(self.id).await,
            (How::Buried, _) => {
                let (next, other) = (world.env.id(), world.stocked(1).await);
                world.reserve_after(next, &[self.id], &[(other, 1)]).await;
            }
            (How::Told, Trigger::Confirmed) => world.hear(self.order.confirm()).await,
            (How::Told, Trigger::Ended) => world.hear(self.order.end()).await,
            (How::Told, _) => {
                self.order.figures.version += 1;
                world.hear(self.order.placed()).await;
            }
        }
    }

    async fn state(&self, world: &World) -> Option<State> {
        const STANDS: Sql = Sql::both("select gone, committed from placement where id = $1");
        let row = world.db.query_opt(&STANDS, params![self.id]).await.unwrap()?;
        Some(match (row.get("gone").unwrap(), row.get("committed").unwrap()) {
            (true, _) => State::Gone,
            (false, true) => State::Committed,
            (false, false) => State::Held,
        })
    }
}

async fn every_pair_of_a_state_and_what_happens_is_followed(world: World) {
    let states = std::iter::once(None).chain(State::ALL.into_iter().map(Some));
    for (before, (trigger, how)) in states.flat_map(|state| HAPPENINGS.map(|happening| (state, happening))) {
        let mut placing = Placing::in_state(&world, before).await;
        placing.happens(&world, trigger, how).await;
        let pair = format!("{before:?} by {trigger:?}, {how:?}");
        assert_eq!(placing.state(&world).await, next(before, trigger).or(before), "{pair}");
        let reserved = match trigger {
            Trigger::Dead | Trigger::Ended => 0,
            Trigger::Reserve if before == Some(State::Gone) => 0,
            // also of an order that lives in spite of what was released
            _ => ORDERED,
        };
        assert_eq!(world.figures(placing.product).await, (5, reserved, 0), "{pair}");
    }
    world.is_sound().await;
}
