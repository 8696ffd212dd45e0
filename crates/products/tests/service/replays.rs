//! Events that come again, late, together and in any order end in the same totals (R3).

use crate::world::ProductsTestBed;
use contracts::events::Event;
use futures_util::future::join_all;
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

on_both!(shuffled_and_repeated_events_end_in_the_same_figures, an_answer_and_its_event_count_once);

/// What happens to an order of 12 units, version by version.
#[derive(Debug, Clone, Copy)]
enum OrderStep {
    Confirm,
    Ship(i64),
    Cancel(i64),
    End,
}

fn story() -> impl Strategy<Value = (Vec<OrderStep>, Vec<prop::sample::Index>, usize)> {
    let step = prop_oneof![
        Just(OrderStep::Confirm),
        (1..4_i64).prop_map(OrderStep::Ship),
        (1..4_i64).prop_map(OrderStep::Cancel),
    ];
    let steps = (prop::collection::vec(step, 1..6), any::<bool>());
    let steps = steps.prop_map(|(mut steps, ends)| {
        let mut left = 12;
        steps.retain(|step| match step {
            OrderStep::Ship(n) | OrderStep::Cancel(n) => {
                left -= n;
                left >= 0
            }
            OrderStep::Confirm | OrderStep::End => true,
        });
        if ends && !steps.iter().any(|step| matches!(step, OrderStep::Ship(_))) {
            steps.push(OrderStep::End);
        }
        steps
    });
    // in which order they come, some of them again, and how many at a time
    (steps, prop::collection::vec(any::<prop::sample::Index>(), 0..20), 1..5_usize)
}

async fn shuffled_and_repeated_events_end_in_the_same_figures(world: ProductsTestBed) {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    for _ in 0..40 {
        let (steps, picks, together) = story().new_tree(&mut runner).unwrap().current();
        let a = world.stocked(20).await;
        let mut order = world.ordered(&[(a, 12)]).await;
        let mut events = vec![order.placed()];
        for step in &steps {
            events.push(match *step {
                OrderStep::Confirm => order.confirm(),
                OrderStep::Ship(pieces) => order.ship(a, pieces),
                OrderStep::Cancel(pieces) => order.cancel_some(a, pieces),
                OrderStep::End => order.end(),
            });
        }
        // the newest arrives some time, as the feed promises; whatever else may come before and after it
        let mut arrivals: Vec<&Event> = picks.iter().map(|pick| pick.get(&events)).collect();
        let newest = picks.first().map_or(0, |pick| pick.index(arrivals.len()));
        arrivals.insert(newest, events.last().unwrap());
        for batch in arrivals.chunks(together) {
            join_all(batch.iter().map(|event| world.hear((*event).clone()))).await;
        }
        let line = &order.figures.products[0];
        let open = if order.figures.terminal { 0 } else { 12 - line.cancelled - line.shipped };
        let id = order.figures.placement_id.unwrap();
        let held = (open, line.shipped, 12 - open - line.shipped);
        assert_eq!(world.held(id, a).await, held, "{steps:?} {arrivals:?}");
        assert_eq!(world.figures(a).await, (20 - line.shipped, open, 0), "{steps:?}");
    }
    world.is_sound().await;
}

async fn an_answer_and_its_event_count_once(mut world: ProductsTestBed) {
    let a = world.stocked(20).await;
    let mut order = world.ordered(&[(a, 12)]).await;
    let shipped = order.ship(a, 5);
    world.orders.knows(&order);
    world.settings.look_every = std::time::Duration::from_millis(1);
    world.settings.ask_hold_within = std::time::Duration::from_millis(1);
    world.start();
    let id = order.figures.placement_id.unwrap();
    for _ in 0..20 {
        world
            .meddle("update placement set ask_at = (select min(created_at) from product), ask_step = 1")
            .await;
        world.hear(shipped.clone()).await;
    }
    world.until("a question", async || world.orders.questions_about(id) >= 1).await;
    assert_eq!(world.figures(a).await, (15, 7, 0));
    assert_eq!(world.ledger(a).await.len(), 2);
    world.is_sound().await;
}
