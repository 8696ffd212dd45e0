//! Reserving: all lines or none, and one answer for one placement, forever.

use crate::world::{ProductsTestBed, status_and_code};
use contracts::reservations::{InsufficientLine, Reserve, ReserveLine, ReserveOutcome, ReserveRequest};
use endpoint::Body;
use futures_util::future::join;
use kernel::id::ProductId;
use serde_json::json;

on_both!(
    all_lines_are_reserved_or_none,
    a_refusal_lists_every_line_that_is_short,
    what_is_not_on_sale_cannot_be_reserved,
    a_repeat_gets_the_same_answer_at_the_first_price,
    other_lines_under_the_same_placing_are_a_mismatch,
    a_late_request_after_its_release_finds_it_gone,
    the_dead_are_released_first_and_noted_for_ever,
    the_dead_stay_released_when_the_wish_is_refused,
    back_orders_may_go_beyond_what_is_on_hand,
    two_with_one_placing_reserve_once,
    a_release_and_its_late_request_never_leave_a_hold,
    a_wish_without_lines_is_granted,
    nonsense_is_refused,
);

fn reserved(answer: &ReserveOutcome) -> Vec<(ProductId, i64)> {
    match answer {
        ReserveOutcome::Reserved { lines } => lines.iter().map(|l| (l.product_id, l.quantity)).collect(),
        other => panic!("reserved was expected: {other:?}"),
    }
}

async fn all_lines_are_reserved_or_none(world: ProductsTestBed) {
    let (a, b) = (world.stocked(10).await, world.stocked(3).await);
    let answer = world.reserve(world.env.id(), &[(b, 2), (a, 4)]).await;
    assert_eq!(reserved(&answer), [(a, 4), (b, 2)]);
    let answer = world.reserve(world.env.id(), &[(a, 1), (b, 2)]).await;
    assert_eq!(
        answer,
        ReserveOutcome::Insufficient {
            short: vec![InsufficientLine { product_id: b, available: 1, limited: false }]
        }
    );
    assert_eq!((world.figures(a).await, world.figures(b).await), ((10, 4, 0), (3, 2, 0)));
    world.is_sound().await;
}

async fn a_refusal_lists_every_line_that_is_short(world: ProductsTestBed) {
    let (a, b, c) = (world.stocked(1).await, world.stocked(0).await, world.stocked(9).await);
    let answer = world.reserve(world.env.id(), &[(a, 2), (b, 1), (c, 9)]).await;
    let short = [(a, 1), (b, 0)].map(|(product_id, available)| InsufficientLine {
        product_id,
        available,
        limited: false,
    });
    assert_eq!(answer, ReserveOutcome::Insufficient { short: short.into() });
    // one product on two lines is one wish
    let answer = world.reserve(world.env.id(), &[(c, 5), (c, 5)]).await;
    assert!(matches!(answer, ReserveOutcome::Insufficient { .. }));
    let answer = world.reserve(world.env.id(), &[(c, 5), (c, 4)]).await;
    assert_eq!(reserved(&answer), [(c, 9)]);
}

async fn what_is_not_on_sale_cannot_be_reserved(world: ProductsTestBed) {
    let draft = json!({"name": "Secret", "price": 1, "stock": 5, "status": "draft"});
    let (active, draft, unknown) = (world.stocked(0).await, world.create(draft).await.id, world.env.id());
    let answer = world.reserve(world.env.id(), &[(active, 1), (draft, 1), (unknown, 1)]).await;
    assert_eq!(answer, ReserveOutcome::NotOnSale { product_ids: vec![draft, unknown] });
    assert_eq!(world.figures(draft).await, (5, 0, 0));
}

async fn a_repeat_gets_the_same_answer_at_the_first_price(world: ProductsTestBed) {
    let (a, id) = (world.stocked(5).await, world.env.id());
    let first = world.reserve(id, &[(a, 2)]).await;
    world.change(a, None, json!({"price": "99.00", "name": "Dear", "status": "draft"})).await.unwrap();
    assert_eq!(world.reserve(id, &[(a, 2)]).await, first);
    let ReserveOutcome::Reserved { lines } = first else { panic!("{first:?}") };
    assert_eq!((lines[0].unit_price.decimal(), lines[0].name.as_str()), ("24.50".to_owned(), "Teapot"));
    assert_eq!(world.figures(a).await, (5, 2, 0));
}

async fn other_lines_under_the_same_placing_are_a_mismatch(world: ProductsTestBed) {
    let (a, b, id) = (world.stocked(5).await, world.stocked(5).await, world.env.id());
    world.reserve(id, &[(a, 2)]).await;
    for lines in [&[(a, 1)][..], &[(b, 2)], &[(a, 2), (b, 1)], &[]] {
        assert_eq!(world.reserve(id, lines).await, ReserveOutcome::Mismatch, "{lines:?}");
    }
    assert_eq!((world.figures(a).await, world.figures(b).await), ((5, 2, 0), (5, 0, 0)));
}

async fn a_late_request_after_its_release_finds_it_gone(world: ProductsTestBed) {
    let (a, known, unknown) = (world.stocked(5).await, world.env.id(), world.env.id());
    world.reserve(known, &[(a, 5)]).await;
    world.release(known).await;
    world.release(known).await;
    world.release(unknown).await;
    assert_eq!(world.figures(a).await, (5, 0, 0));
    assert_eq!(world.reserve(known, &[(a, 5)]).await, ReserveOutcome::Gone);
    assert_eq!(world.reserve(unknown, &[(a, 5)]).await, ReserveOutcome::Gone);
    assert_eq!((world.figures(a).await, world.held(known, a).await), ((5, 0, 0), (0, 0, 5)));
    world.is_sound().await;
}

async fn the_dead_are_released_first_and_noted_for_ever(world: ProductsTestBed) {
    let (a, b) = (world.stocked(3).await, world.stocked(3).await);
    let (p0, p1, p2) = (world.env.id(), world.env.id(), world.env.id());
    world.reserve(p0, &[(a, 3), (b, 1)]).await;
    // p1 was unknown: it is refused when it comes at last
    let answer = world.reserve_after(p2, &[p0, p1], &[(a, 3)]).await;
    assert_eq!(reserved(&answer), [(a, 3)]);
    assert_eq!((world.figures(a).await, world.figures(b).await), ((3, 3, 0), (3, 0, 0)));
    for tombstoned in [p0, p1] {
        assert_eq!(world.reserve(tombstoned, &[(b, 1)]).await, ReserveOutcome::Gone);
    }
    // again, with nothing left to do
    assert_eq!(world.reserve_after(p2, &[p0, p1], &[(a, 3)]).await, answer);
    world.is_sound().await;
}

async fn the_dead_stay_released_when_the_wish_is_refused(world: ProductsTestBed) {
    let (a, p0, p1, p2) = (world.stocked(3).await, world.env.id(), world.env.id(), world.env.id());
    world.reserve(p0, &[(a, 2)]).await;
    let answer = world.reserve_after(p2, &[p0, p1], &[(a, 4)]).await;
    assert_eq!(
        answer,
        ReserveOutcome::Insufficient {
            short: vec![InsufficientLine { product_id: a, available: 3, limited: false }]
        }
    );
    assert_eq!(world.figures(a).await, (3, 0, 0));
    assert_eq!(world.reserve(p1, &[(a, 1)]).await, ReserveOutcome::Gone);
    // a refusal is worked out again, and binds nothing
    assert_eq!(reserved(&world.reserve_after(p2, &[p0, p1], &[(a, 3)]).await), [(a, 3)]);
}

async fn back_orders_may_go_beyond_what_is_on_hand(world: ProductsTestBed) {
    let a = world.create(json!({"name": "Book", "price": 9, "stock": 1, "backorder": true})).await.id;
    let answer = world.reserve(world.env.id(), &[(a, 5)]).await;
    assert_eq!(reserved(&answer), [(a, 5)]);
    assert_eq!(world.figures(a).await, (1, 5, 0));
    assert_eq!(world.product(a).await.available, 0);
    world.is_sound().await;
}

async fn two_with_one_placing_reserve_once(world: ProductsTestBed) {
    let a = world.stocked(100).await;
    for _ in 0..10 {
        let (before, id) = (world.figures(a).await.1, world.env.id());
        let (one, other) = join(world.reserve(id, &[(a, 2)]), world.reserve(id, &[(a, 2)])).await;
        assert_eq!((reserved(&one), one), (vec![(a, 2)], other));
        assert_eq!(world.figures(a).await.1, before + 2);
    }
    // with other lines, one of them gets it
    let b = world.stocked(100).await;
    for _ in 0..10 {
        let (before, id) = (world.figures(a).await.1 + world.figures(b).await.1, world.env.id());
        let (one, other) = join(world.reserve(id, &[(a, 2)]), world.reserve(id, &[(b, 2)])).await;
        let mismatches = [&one, &other].iter().filter(|x| ***x == ReserveOutcome::Mismatch).count();
        assert_eq!(mismatches, 1, "{one:?} {other:?}");
        assert_eq!(world.figures(a).await.1 + world.figures(b).await.1, before + 2);
    }
    world.is_sound().await;
}

async fn a_release_and_its_late_request_never_leave_a_hold(world: ProductsTestBed) {
    let a = world.stocked(100).await;
    for _ in 0..20 {
        let (p0, p1) = (world.env.id(), world.env.id());
        let (late, next) =
            join(world.reserve(p0, &[(a, 3)]), world.reserve_after(p1, &[p0], &[(a, 2)])).await;
        assert!(late == ReserveOutcome::Gone || reserved(&late) == [(a, 3)], "{late:?}");
        assert_eq!(reserved(&next), [(a, 2)]);
        let (late, ()) = join(world.reserve(p1, &[(a, 2)]), world.release(p1)).await;
        assert!(late == ReserveOutcome::Gone || reserved(&late) == [(a, 2)], "{late:?}");
        assert_eq!(world.figures(a).await, (100, 0, 0));
    }
    world.is_sound().await;
}

async fn a_wish_without_lines_is_granted(world: ProductsTestBed) {
    let id = world.env.id();
    for _ in 0..2 {
        assert_eq!(reserved(&world.reserve(id, &[]).await), []);
    }
    world.release(id).await;
    assert_eq!(world.reserve(id, &[]).await, ReserveOutcome::Gone);
}

async fn nonsense_is_refused(world: ProductsTestBed) {
    let (product_id, placement_id) = (world.stocked(5).await, world.env.id());
    let line = |quantity| ReserveLine { product_id, quantity };
    for (tombstoned, lines) in [
        (vec![], vec![line(0)]),
        (vec![], vec![line(-1)]),
        (vec![], vec![line(i64::MAX)]),
        (vec![], vec![line(1_000_000_000), line(1_000_000_000)]),
        (vec![placement_id], vec![line(1)]),
    ] {
        let reserve =
            Reserve { reserve: Body(ReserveRequest { placement_id, tombstoned, lines, unpaid: None }) };
        let answer = world.client("products", "service").call(&world.context(), reserve).await;
        assert_eq!(answer.map_err(status_and_code), Err((400, "invalid_request".to_owned())));
    }
    // and so is everybody but a service
    let request = ReserveRequest { placement_id, tombstoned: vec![], lines: vec![line(1)], unpaid: None };
    let answer = world.staff().call(&world.context(), Reserve { reserve: Body(request) }).await;
    assert_eq!(answer.map_err(status_and_code), Err((403, "forbidden".to_owned())));
    assert_eq!(world.figures(product_id).await, (5, 0, 0));
}
