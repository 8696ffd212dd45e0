//! What an audit finds: nothing after all that is allowed, and each accident by its invariant.

use crate::world::ProductsTestBed;
use contracts::audit::{Invariant, Note, ReservationFact};
use std::time::Duration;

on_both!(
    reservations_are_laid_open_for_the_others,
    each_accident_is_found_by_its_invariant,
    what_was_found_is_noted_and_breaks_nothing,
    the_database_refuses_to_sell_what_is_not_there,
);

async fn reservations_are_laid_open_for_the_others(world: ProductsTestBed) {
    let a = world.stocked(10).await;
    let mut order = world.ordered(&[(a, 5)]).await;
    let id = order.figures.placement_id.unwrap();
    world.hear(order.ship(a, 2)).await;
    let tombstoned = world.env.id();
    world.reserve(tombstoned, &[(a, 1)]).await;
    world.release(tombstoned).await;
    let audited = products::audit(&world.db, world.env.now()).await.unwrap();
    let [fact] = &audited.reservations[..] else { panic!("one is expected: {audited:?}") };
    let ReservationFact { placement_id, product_id, open, consumed, created_at, ask_at } = fact;
    assert_eq!((*placement_id, *product_id, *open, *consumed), (id, a, 3, 2));
    assert_eq!(ask_at.since(*created_at).as_secs_f64().round(), 300.0);
}

async fn each_accident_is_found_by_its_invariant(world: ProductsTestBed) {
    let a = world.stocked(10).await;
    let mut order = world.ordered(&[(a, 5)]).await;
    world.hear(order.ship(a, 2)).await;
    world.is_sound().await;
    for (accident, invariant, undone) in [
        ("update product set reserved = 4", Invariant::I1, "update product set reserved = 3"),
        ("update product set on_hand = 9", Invariant::I2, "update product set on_hand = 8"),
        (
            "update reservation set consumed = 1, released = 1",
            Invariant::I2,
            "update reservation set consumed = 2, released = 0",
        ),
        (
            "update placement set ask_at = null",
            Invariant::I10,
            "update placement set ask_at = (select min(created_at) from product)",
        ),
    ] {
        world.meddle(accident).await;
        let found: Vec<_> = world.findings().await.into_iter().map(|f| f.invariant).collect();
        assert_eq!(found, [invariant], "{accident}");
        world.meddle(undone).await;
        world.is_sound().await;
    }
    // no publisher runs here
    let later = world.env.now().plus(Duration::from_secs(61));
    let found = products::audit(&world.db, later).await.unwrap().findings;
    assert_eq!(found.iter().map(|f| f.invariant).collect::<Vec<_>>(), [Invariant::I8]);
}

async fn what_was_found_is_noted_and_breaks_nothing(world: ProductsTestBed) {
    let a = world.stocked(5).await;
    let mut order = world.ordered(&[(a, 5)]).await;
    let noted = async || products::audit(&world.db, world.env.now()).await.unwrap().notes;
    world.adjust(a, -4, true).await.unwrap();
    assert_eq!(noted().await, []);
    world.hear(order.ship(a, 3)).await;
    world.hear(order.ship(a, 1)).await;
    let detail = "3 units that the books did not have were found as they were shipped, 2 times".to_owned();
    assert_eq!(noted().await, [Note { subject: a.to_string(), detail }]);
    world.is_sound().await;
}

async fn the_database_refuses_to_sell_what_is_not_there(world: ProductsTestBed) {
    let a = world.stocked(5).await;
    world.reserve(world.env.id(), &[(a, 5)]).await;
    for accident in [
        "update product set reserved = 6",
        "update product set reserved = -1",
        "update product set on_hand = 4",
        "update reservation set open = 4",
        "update reservation set open = -1, released = 6",
    ] {
        let mut tx = world.db.begin().await.unwrap();
        let refused = tx.run(&db::Sql::both(accident), &[]).await.unwrap_err();
        assert_eq!(refused.kind, db::ErrorKind::Constraint, "{accident}");
    }
    world.is_sound().await;
}
