//! Stock follows the totals of orders: shipping, cancelling, ending, and what a restore has lost.

use crate::{orders::FakeOrder, world::ProductsTestBed};
use contracts::{
    events::{EventType::*, OrderEvent, ReservationEvent},
    reservations::ReserveOutcome,
    stock::Reason,
};

on_both!(
    shipping_takes_from_hand_and_from_what_is_reserved,
    cancelled_units_are_free_again,
    an_order_that_ends_releases_all_for_ever,
    what_was_shipped_beyond_the_books_was_found,
    a_shipment_of_what_is_short_shrinks_the_shortfall,
    a_draft_and_other_events_change_nothing,
    a_missing_reservation_is_made_again,
    a_reservation_that_cannot_be_made_again_is_lost_until_goods_come,
    what_does_not_stand_as_it_was_told_is_mended_by_the_same_word,
    a_live_order_whose_placing_was_released_gets_its_stock_back,
    a_product_nobody_knows_is_lost,
    what_an_order_has_no_need_of_is_given_back,
);

async fn shipping_takes_from_hand_and_from_what_is_reserved(world: ProductsTestBed) {
    let (a, b) = (world.stocked(10).await, world.stocked(10).await);
    let mut order = world.ordered(&[(a, 5), (b, 1)]).await;
    let id = order.figures.placement_id.unwrap();
    world.hear(order.placed()).await;
    world.hear(order.confirm()).await;
    assert_eq!(world.figures(a).await, (10, 5, 0));
    world.hear(order.ship(a, 2)).await;
    assert_eq!((world.figures(a).await, world.held(id, a).await), ((8, 3, 0), (3, 2, 0)));
    world.hear(order.ship(a, 3)).await;
    assert_eq!((world.figures(a).await, world.held(id, a).await), ((5, 0, 0), (0, 5, 0)));
    assert_eq!((world.figures(b).await, world.held(id, b).await), ((10, 1, 0), (1, 0, 0)));
    let sales = [(Reason::Sale, -3, 5), (Reason::Sale, -2, 8), (Reason::Receipt, 10, 10)];
    assert_eq!(world.ledger(a).await, sales);
    // few were left when they were reserved, and no fewer when they were shipped
    let told = [ProductCreated, StockAdjusted, StockLow, StockAdjusted, StockAdjusted];
    assert_eq!(world.kinds_told(a).await, told);
    let shipped = &world.told(a).await[3];
    assert!(shipped.causationid.is_some(), "{shipped:?}");
    world.is_sound().await;
}

async fn cancelled_units_are_free_again(world: ProductsTestBed) {
    let a = world.stocked(10).await;
    let mut order = world.ordered(&[(a, 5)]).await;
    let id = order.figures.placement_id.unwrap();
    order.confirm();
    order.cancel_some(a, 1);
    // several steps at once
    world.hear(order.ship(a, 2)).await;
    assert_eq!((world.figures(a).await, world.held(id, a).await), ((8, 2, 0), (2, 2, 1)));
    world.is_sound().await;
}

async fn an_order_that_ends_releases_all_for_ever(world: ProductsTestBed) {
    let a = world.stocked(10).await;
    let mut order = world.ordered(&[(a, 5)]).await;
    let id = order.figures.placement_id.unwrap();
    world.hear(order.placed()).await;
    let old = order.confirm();
    world.hear(order.end()).await;
    assert_eq!((world.figures(a).await, world.held(id, a).await), ((10, 0, 0), (0, 0, 5)));
    // what comes late finds nothing to do
    world.hear(old).await;
    assert_eq!(world.reserve(id, &[(a, 5)]).await, ReserveOutcome::Gone);
    assert_eq!(world.figures(a).await, (10, 0, 0));
    world.is_sound().await;
}

async fn what_was_shipped_beyond_the_books_was_found(world: ProductsTestBed) {
    let a = world.stocked(5).await;
    let mut order = world.ordered(&[(a, 5)]).await;
    world.adjust(a, -3, true).await.unwrap();
    assert_eq!(world.figures(a).await, (2, 5, 3));
    world.hear(order.ship(a, 4)).await;
    assert_eq!(world.figures(a).await, (0, 1, 1));
    let ledger = world.ledger(a).await;
    assert_eq!(ledger[..2], [(Reason::Sale, -4, 0), (Reason::Found, 2, 4)]);
    world.is_sound().await;
}

async fn a_shipment_of_what_is_short_shrinks_the_shortfall(world: ProductsTestBed) {
    let a = world.stocked(5).await;
    let mut first = world.ordered(&[(a, 2)]).await;
    let mut second = world.ordered(&[(a, 3)]).await;
    world.adjust(a, -1, true).await.unwrap();
    world.hear(first.ship(a, 2)).await;
    assert_eq!(world.figures(a).await, (2, 3, 1));
    world.hear(second.cancel_some(a, 1)).await;
    assert_eq!(world.figures(a).await, (2, 2, 0));
    world.is_sound().await;
}

async fn a_draft_and_other_events_change_nothing(world: ProductsTestBed) {
    let a = world.stocked(5).await;
    let mut order = world.ordered(&[(a, 5)]).await;
    let mut fulfilment = order.ship(a, 5);
    fulfilment.kind = FulfilmentCreated;
    world.hear(fulfilment).await;
    let mut draft = order.event(OrderDrafted);
    let mut data: OrderEvent = draft.read().unwrap();
    data.figures.placement_id = None;
    draft.data = serde_json::to_value(data).unwrap();
    world.hear(draft).await;
    assert_eq!(world.figures(a).await, (5, 5, 0));
}

async fn a_missing_reservation_is_made_again(world: ProductsTestBed) {
    let a = world.stocked(10).await;
    // an older database was put back: it does not know of the reservation
    let mut order = FakeOrder::new(&world.env, world.env.id(), &[(a, 5)]);
    let id = order.figures.placement_id.unwrap();
    order.ship(a, 2);
    world.hear(order.cancel_some(a, 1)).await;
    assert_eq!((world.figures(a).await, world.held(id, a).await), ((8, 2, 0), (2, 2, 1)));
    let told = world.told(a).await;
    let mended = told.last().unwrap();
    assert_eq!(mended.kind, ReservationMended);
    let expected = ReservationEvent { placement_id: id, product_id: a, quantity: 2 };
    assert_eq!(mended.read::<ReservationEvent>().unwrap(), expected);
    // and goes on like any other
    world.hear(order.ship(a, 2)).await;
    assert_eq!((world.figures(a).await, world.held(id, a).await), ((6, 0, 0), (0, 4, 1)));
    world.is_sound().await;
}

async fn a_reservation_that_cannot_be_made_again_is_lost_until_goods_come(world: ProductsTestBed) {
    let a = world.stocked(3).await;
    let mut order = FakeOrder::new(&world.env, world.env.id(), &[(a, 5)]);
    let id = order.figures.placement_id.unwrap();
    world.hear(order.placed()).await;
    world.hear(order.placed()).await;
    assert_eq!((world.figures(a).await, world.held(id, a).await), ((3, 0, 0), (0, 0, 5)));
    assert_eq!(world.kinds_told(a).await, [ProductCreated, StockAdjusted, ReservationLost]);
    world.adjust(a, 2, false).await.unwrap();
    world.hear(order.confirm()).await;
    assert_eq!((world.figures(a).await, world.held(id, a).await), ((5, 5, 0), (5, 0, 0)));
    assert!(world.kinds_told(a).await.contains(&ReservationMended));
    world.is_sound().await;
}

async fn what_does_not_stand_as_it_was_told_is_mended_by_the_same_word(world: ProductsTestBed) {
    let a = world.stocked(3).await;
    let order = world.ordered(&[(a, 3)]).await;
    let id = order.figures.placement_id.unwrap();
    let newest = order.placed();
    world.hear(newest.clone()).await;
    let told = world.told(a).await.len();
    world.hear(newest.clone()).await;
    assert_eq!(world.told(a).await.len(), told, "what stands as it was told is left alone");
    // its units are gone, and nobody has said so
    world.meddle("update reservation set open = 0, released = 3").await;
    world.meddle("update product set reserved = 0").await;
    assert_eq!(world.figures(a).await, (3, 0, 0));
    world.hear(newest).await;
    assert_eq!((world.figures(a).await, world.held(id, a).await), ((3, 3, 0), (3, 0, 0)));
    assert_eq!(world.told(a).await.last().unwrap().kind, ReservationMended);
    world.is_sound().await;
}

async fn a_live_order_whose_placing_was_released_gets_its_stock_back(world: ProductsTestBed) {
    let a = world.stocked(5).await;
    let mut order = world.ordered(&[(a, 5)]).await;
    let id = order.figures.placement_id.unwrap();
    world.hear(order.placed()).await;
    world.release(id).await; // which orders never does to a live order
    assert_eq!(world.figures(a).await, (5, 0, 0));
    world.hear(order.confirm()).await;
    assert_eq!((world.figures(a).await, world.held(id, a).await), ((5, 5, 0), (5, 0, 0)));
    assert_eq!(world.kinds_told(a).await.last(), Some(&ReservationMended));
    world.is_sound().await;
}

async fn a_product_nobody_knows_is_lost(world: ProductsTestBed) {
    let (a, unknown) = (world.stocked(5).await, world.env.id());
    let order = FakeOrder::new(&world.env, world.env.id(), &[(unknown, 1), (a, 1)]);
    world.hear(order.placed()).await;
    assert_eq!(world.figures(a).await, (5, 1, 0));
    let events = world.service().journal.history(unknown, 0, 10).await.unwrap();
    assert_eq!(events.iter().map(|e| e.kind).collect::<Vec<_>>(), [ReservationLost]);
    world.is_sound().await;
}

async fn what_an_order_has_no_need_of_is_given_back(world: ProductsTestBed) {
    let (a, b) = (world.stocked(10).await, world.stocked(10).await);
    let mut order = world.ordered(&[(a, 2)]).await;
    let id = order.figures.placement_id.unwrap();
    world.hear(order.placed()).await;
    let more = "update reservation set open = open + 8, quantity = quantity + 8";
    world.meddle(more).await;
    world.meddle("update product set reserved = reserved + 8 where reserved > 0").await;
    assert_eq!((world.figures(a).await, world.held(id, a).await), ((10, 10, 0), (10, 0, 0)));
    // the same word again, as the question brings it
    world.hear(order.placed()).await;
    assert_eq!((world.figures(a).await, world.held(id, a).await), ((10, 2, 0), (2, 0, 8)));
    world.is_sound().await;
    // and of what it does not name at all
    world.meddle(more).await;
    world.meddle("update product set reserved = reserved + 8 where reserved > 0").await;
    order.figures.products[0].product_id = b;
    world.hear(order.ship(b, 2)).await;
    assert_eq!((world.figures(a).await, world.held(id, a).await), ((10, 0, 0), (0, 0, 18)));
    assert_eq!(world.figures(b).await, (8, 0, 0));
    world.is_sound().await;
}
