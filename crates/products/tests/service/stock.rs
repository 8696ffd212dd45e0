//! Stock by the hands of staff: the ledger, adjustments, shortfalls.

use crate::world::{ProductsTestBed, status_and_code};
use contracts::{
    events::{EventType, EventType::*, StockEvent},
    products::{ChangeProductError, UpdateProduct},
    stock::*,
};
use endpoint::{
    Body, CreatedWithoutEtag, IfMatch, Json, OptionalIdempotencyKey, PageParams, Path, client::CallError,
};
use serde_json::json;

on_both!(
    adjustments_are_noted_and_told,
    more_than_there_is_cannot_be_taken_away,
    what_is_reserved_is_kept_unless_a_shortfall_is_accepted,
    a_refusal_names_the_newest_ten_who_hold_the_stock,
    a_shortfall_names_the_newest_placings_and_shrinks,
    each_event_of_a_shortfall_names_whom_it_concerns,
    switching_back_orders_off_is_a_shortfall,
    crossings_are_told_once,
    a_key_adjusts_once,
    what_two_have_counted_at_once_is_booked_once,
    what_came_back_is_booked_once_whoever_does_it,
    the_ledger_comes_in_pages,
    a_deleted_products_stock_can_still_be_adjusted,
);

fn refused(answer: Result<Movement, CallError<AdjustStockError>>) -> AdjustStockError {
    match answer.unwrap_err() {
        CallError::Refused(refusal) => refusal,
        other => panic!("{other}"),
    }
}

async fn adjustments_are_noted_and_told(world: ProductsTestBed) {
    let id = world.stocked(5).await;
    let adjustment = Adjustment {
        delta: -2,
        reason: Reason::Adjustment,
        note: Some("broken".into()),
        reference: None,
        on_hand: None,
        accept_shortfall: false,
    };
    let adjust =
        AdjustStock { id: Path(id), key: OptionalIdempotencyKey(None), adjustment: Body(adjustment) };
    let CreatedWithoutEtag { location, body, .. } =
        world.staff().call(&world.context(), adjust).await.unwrap();
    assert_eq!(location, format!("/v1/products/{id}/stock"));
    assert_eq!((body.delta, body.on_hand, body.note.as_deref()), (-2, 3, Some("broken")));
    assert!(body.actor.starts_with("usr_"), "{}", body.actor);
    assert_eq!(world.ledger(id).await, [(Reason::Adjustment, -2, 3), (Reason::Receipt, 5, 5)]);
    assert_eq!(world.kinds_told(id).await, [ProductCreated, StockAdjusted, StockAdjusted]);
    world.is_sound().await;
}

async fn more_than_there_is_cannot_be_taken_away(world: ProductsTestBed) {
    let id = world.stocked(5).await;
    let answer = world.adjust(id, -6, true).await;
    assert_eq!(refused(answer), AdjustStockError::StockBelowZero { on_hand: 5 });
    world.adjust(id, -5, false).await.unwrap();
    assert_eq!(world.figures(id).await, (0, 0, 0));
    let nowhere = world.adjust(world.env.id(), 1, false).await.unwrap_err();
    assert_eq!(status_and_code(nowhere).0, 404);
}

async fn what_is_reserved_is_kept_unless_a_shortfall_is_accepted(world: ProductsTestBed) {
    let id = world.stocked(5).await;
    let placing = world.env.id();
    world.reserve(placing, &[(id, 4)]).await;
    let told = AdjustStockError::StockReserved { reserved: 4, placement_ids: vec![placing] };
    assert_eq!(refused(world.adjust(id, -2, false).await), told);
    let counted = world.change(id, Some("*"), json!({"stock": 3})).await;
    assert_eq!(counted.unwrap_err(), (409, "stock_reserved".to_owned()));
    assert_eq!(world.figures(id).await, (5, 4, 0));
    world.adjust(id, -2, true).await.unwrap();
    assert_eq!(world.figures(id).await, (3, 4, 1));
    // a receipt that is not enough is not refused
    world.adjust(id, -3, true).await.unwrap();
    world.adjust(id, 1, false).await.unwrap();
    assert_eq!(world.figures(id).await, (1, 4, 3));
    world.change(id, Some("*"), json!({"stock": 4})).await.unwrap();
    assert_eq!(world.figures(id).await, (4, 4, 0));
    world.is_sound().await;
}

async fn a_refusal_names_the_newest_ten_who_hold_the_stock(world: ProductsTestBed) {
    let (id, other) = (world.stocked(20).await, world.stocked(5).await);
    let mut placings = Vec::new();
    for _ in 0..13 {
        let placing = world.env.id();
        world.reserve(placing, &[(id, 1)]).await;
        placings.push(placing);
    }
    world.reserve(world.env.id(), &[(other, 1)]).await;
    world.release(placings.pop().unwrap()).await; // holds nothing any more
    let newest: Vec<_> = placings.into_iter().rev().take(10).collect();
    let named = AdjustStockError::StockReserved { reserved: 12, placement_ids: newest.clone() };
    assert_eq!(refused(world.adjust(id, -9, false).await), named);
    // a count is refused in the same way, and so are back-orders being switched off
    for (change, allowed) in [
        (json!({"stock": 11}), json!({"backorder": true, "stock": 3})),
        (json!({"backorder": false}), json!({"name": "Pot"})),
    ] {
        let change = Body(serde_json::from_value(change).unwrap());
        let change = UpdateProduct {
            id: Path(id),
            key: OptionalIdempotencyKey(None),
            based_on: IfMatch(Some("*".into())),
            change,
        };
        match world.staff().call(&world.context(), change).await.unwrap_err() {
            CallError::Refused(ChangeProductError::StockReserved { reserved, placement_ids }) => {
                assert_eq!((reserved, placement_ids), (12, newest.clone()));
            }
            other => panic!("{other}"),
        }
        world.change(id, Some("*"), allowed).await.unwrap();
    }
    world.is_sound().await;
}

async fn a_shortfall_names_the_newest_placings_and_shrinks(world: ProductsTestBed) {
    let id = world.stocked(10).await;
    let mut placings = Vec::new();
    for quantity in [4, 3, 3] {
        let placing = world.env.id();
        world.reserve(placing, &[(id, quantity)]).await;
        placings.push(placing);
    }
    world.adjust(id, -4, true).await.unwrap();
    assert_eq!(world.figures(id).await, (6, 10, 4));
    world.release(placings[2]).await;
    assert_eq!(world.figures(id).await, (6, 7, 1));
    world.adjust(id, 2, false).await.unwrap();
    assert_eq!(world.figures(id).await, (8, 7, 0));

    let told = world.told(id).await;
    let shorts: Vec<StockEvent> =
        told.iter().filter(|e| e.kind == StockShort).map(|e| e.read().unwrap()).collect();
    let concerned: Vec<_> = shorts.iter().map(|s| (s.short, s.placement_ids.clone())).collect();
    let expected = [(4, vec![placings[2], placings[1]]), (1, vec![placings[1]]), (0, vec![])];
    assert_eq!(concerned, expected);
    world.is_sound().await;
}

/// Whoever has heard the last event first passes the one over that began the shortfall.
async fn each_event_of_a_shortfall_names_whom_it_concerns(world: ProductsTestBed) {
    let id = world.stocked(10).await;
    let mut oldest = world.ordered(&[(id, 4)]).await;
    let newest = world.ordered(&[(id, 6)]).await.figures.placement_id.unwrap();
    world.adjust(id, -3, true).await.unwrap();
    world.hear(oldest.ship(id, 4)).await;
    assert_eq!(world.figures(id).await, (3, 6, 3));
    world.adjust(id, -1, true).await.unwrap();
    world.adjust(id, 4, false).await.unwrap();
    let stock: Vec<StockEvent> =
        world.told(id).await.iter().skip(1).map(|event| event.read().unwrap()).collect();
    assert_eq!(stock.iter().map(|told| told.short).collect::<Vec<_>>(), [0, 0, 3, 3, 3, 4, 4, 0, 0]);
    for told in stock {
        let concerned = if told.short > 0 { vec![newest] } else { Vec::new() };
        assert_eq!(told.placement_ids, concerned, "{told:?}");
    }
    world.is_sound().await;
}

async fn switching_back_orders_off_is_a_shortfall(world: ProductsTestBed) {
    let id = world.create(json!({"name": "Book", "price": 9, "stock": 1, "backorder": true})).await.id;
    world.reserve(world.env.id(), &[(id, 3)]).await;
    let off = json!({"backorder": false});
    assert_eq!(world.change(id, None, off).await.unwrap_err(), (409, "stock_reserved".to_owned()));
    world.change(id, None, json!({"backorder": false, "accept_shortfall": true})).await.unwrap();
    assert_eq!(world.figures(id).await, (1, 3, 2));
    world.change(id, None, json!({"backorder": true})).await.unwrap();
    assert_eq!(world.figures(id).await, (1, 3, 0));
    // items come in as back-orders end
    let counted = json!({"backorder": false, "stock": 3});
    world.change(id, Some("*"), counted).await.unwrap();
    assert_eq!(world.figures(id).await, (3, 3, 0));
    world.is_sound().await;
}

async fn crossings_are_told_once(world: ProductsTestBed) {
    let id = world.stocked(8).await;
    let placings = [world.env.id(), world.env.id(), world.env.id()];
    for (placing, quantity) in placings.into_iter().zip([2, 1, 5]) {
        world.reserve(placing, &[(id, quantity)]).await;
    }
    world.release(placings[0]).await;
    let crossings = |kind: &EventType| !matches!(kind, ProductCreated | StockAdjusted);
    let told: Vec<_> = world.kinds_told(id).await.into_iter().filter(crossings).collect();
    assert_eq!(told, [StockLow, StockOut, StockBack]);
    // reserving alone is not told
    world.reserve(world.env.id(), &[(id, 1)]).await;
    assert_eq!(world.told(id).await.len(), 5);
}

async fn a_key_adjusts_once(world: ProductsTestBed) {
    let id = world.stocked(5).await;
    let adjust = |key: &str, delta| {
        let adjustment = Adjustment {
            delta,
            reason: Reason::Receipt,
            note: None,
            reference: None,
            on_hand: None,
            accept_shortfall: false,
        };
        AdjustStock {
            id: Path(id),
            key: OptionalIdempotencyKey(Some(key.into())),
            adjustment: Body(adjustment),
        }
    };
    let send = async |key: &str, delta| {
        world.staff().call(&world.context(), adjust(key, delta)).await.map_err(status_and_code)
    };
    let first = send("k", 3).await.unwrap();
    assert_eq!(send("k", 3).await.unwrap(), first);
    world.meddle("update idempotency set answer = null").await;
    assert_eq!(send("k", 3).await.unwrap(), first);
    assert_eq!(send("k", 4).await.unwrap_err(), (422, "key_reused".to_owned()));
    // a refusal binds nothing
    assert_eq!(send("l", -9).await.unwrap_err(), (409, "stock_below_zero".to_owned()));
    world.adjust(id, 1, false).await.unwrap();
    send("l", -9).await.unwrap();
    assert_eq!(world.figures(id).await, (0, 0, 0));
}

async fn what_two_have_counted_at_once_is_booked_once(world: ProductsTestBed) {
    let id = world.stocked(20).await;
    let count = async || {
        let adjustment = Adjustment {
            delta: -5,
            reason: Reason::Count,
            note: None,
            reference: None,
            on_hand: Some(20),
            accept_shortfall: false,
        };
        let adjust =
            AdjustStock { id: Path(id), key: OptionalIdempotencyKey(None), adjustment: Body(adjustment) };
        world.staff().call(&world.context(), adjust).await.map(|made| made.body)
    };
    let (one, two) = tokio::join!(count(), count());
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    let second = if one.is_ok() { two } else { one };
    assert_eq!(refused(second), AdjustStockError::StockChanged { on_hand: 15 });
    assert_eq!(world.figures(id).await.0, 15);
}

async fn what_came_back_is_booked_once_whoever_does_it(world: ProductsTestBed) {
    let (id, other) = (world.stocked(5).await, world.stocked(5).await);
    let book = async |id, note: &str, reference: Option<&str>| {
        let adjustment = Adjustment {
            delta: 2,
            reason: Reason::Restock,
            note: Some(note.to_owned()),
            reference: reference.map(str::to_owned),
            on_hand: None,
            accept_shortfall: false,
        };
        let adjust =
            AdjustStock { id: Path(id), key: OptionalIdempotencyKey(None), adjustment: Body(adjustment) };
        world.staff().call(&world.context(), adjust).await.map(|made| made.body)
    };
    let first = book(id, "came back", Some("parcel 1")).await.unwrap();
    assert_eq!(first.reference.as_deref(), Some("parcel 1"));
    for _ in 0..60 {
        world.adjust(id, 1, false).await.unwrap();
    }
    let again = refused(book(id, "in good order", Some("parcel 1")).await);
    assert_eq!(again, AdjustStockError::AlreadyBooked { movement_id: first.id });
    assert_eq!(world.figures(id).await.0, 67);
    // by two at once, too
    let (one, two) = tokio::join!(book(id, "one", Some("parcel 2")), book(id, "two", Some("parcel 2")));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    // another product of the parcel is another booking, and what is for nothing in particular is booked as often as one likes
    book(other, "came back", Some("parcel 1")).await.unwrap();
    for _ in 0..2 {
        book(id, "came back", None).await.unwrap();
    }
    world.is_sound().await;
}

async fn the_ledger_comes_in_pages(world: ProductsTestBed) {
    let (id, other) = (world.stocked(1).await, world.stocked(1).await);
    for _ in 0..4 {
        world.adjust(id, 1, false).await.unwrap();
    }
    let (mut on_hand, mut cursor) = (Vec::new(), None);
    for size in [2, 2, 1] {
        let list = ListMovements { id: Path(id), slice: PageParams { limit: Some(2), cursor } };
        let Json(page) = world.staff().call(&world.context(), list).await.unwrap();
        assert_eq!(page.items.len(), size);
        on_hand.extend(page.items.iter().map(|movement| movement.on_hand));
        cursor = page.next_cursor.clone();
        if let Some(cursor) = page.next_cursor {
            // it is of no use elsewhere
            let slice = PageParams { limit: None, cursor: Some(cursor) };
            let answer = world.staff().call(&world.context(), ListMovements { id: Path(other), slice }).await;
            assert_eq!(answer.map_err(status_and_code).unwrap_err().0, 400);
        }
    }
    assert_eq!((on_hand, cursor), (vec![5, 4, 3, 2, 1], None));
}

async fn a_deleted_products_stock_can_still_be_adjusted(world: ProductsTestBed) {
    let id = world.stocked(1).await;
    let placing = world.env.id();
    world.reserve(placing, &[(id, 1)]).await;
    let delete = contracts::products::DeleteProduct { id: Path(id), based_on: endpoint::IfMatch(None) };
    world.staff().call(&world.context(), delete).await.unwrap();
    world.adjust(id, 2, false).await.unwrap();
    assert_eq!((world.figures(id).await, world.ledger(id).await.len()), ((3, 1, 0), 2));
    world.release(placing).await;
    assert_eq!(world.figures(id).await, (3, 0, 0));
    world.is_sound().await;
}
