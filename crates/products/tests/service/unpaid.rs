//! Unpaid orders reserve a limited part of a product's stock: one guest or account, all guests, and all of them together.

use crate::world::ProductsTestBed;
use contracts::reservations::{InsufficientLine, ReserveOutcome, UnpaidHolder};
use futures_util::future::join_all;
use kernel::id::{PlacementId, ProductId};
use serde_json::json;

on_both!(
    one_guest_cannot_reserve_the_whole_stock,
    guests_leave_stock_to_accounts_and_all_leave_some_to_staff,
    a_crowd_of_guests_gets_exactly_what_the_limit_allows,
    what_is_paid_released_or_shipped_counts_no_more,
    small_stock_is_sold_to_the_last_unit,
    a_repeat_is_answered_as_before,
    back_orders_have_no_limit,
);

fn holder(world: &ProductsTestBed, is_guest: bool) -> Option<UnpaidHolder> {
    Some(UnpaidHolder { id: world.env.id(), is_guest })
}

/// What came of reserving so many: granted, or how many units the limit allows instead.
async fn reserve(
    world: &ProductsTestBed,
    holder: Option<UnpaidHolder>,
    product: ProductId,
    quantity: i64,
) -> Result<PlacementId, i64> {
    let id = world.env.id();
    match world.reserve_for(holder, id, &[], &[(product, quantity)]).await {
        ReserveOutcome::Reserved { .. } => Ok(id),
        ReserveOutcome::Insufficient { short } => {
            let [InsufficientLine { product_id, available, limited }] = short[..] else {
                panic!("{short:?}")
            };
            assert_eq!((product_id, limited), (product, true), "the stock is there");
            Err(available)
        }
        other => panic!("{other:?}"),
    }
}

async fn one_guest_cannot_reserve_the_whole_stock(world: ProductsTestBed) {
    let (tea, guest) = (world.stocked(60).await, holder(&world, true));
    assert_eq!(reserve(&world, guest, tea, 60).await, Err(18));
    assert_eq!(world.figures(tea).await, (60, 0, 0));
    reserve(&world, guest, tea, 10).await.unwrap();
    // in several orders neither
    assert_eq!(reserve(&world, guest, tea, 9).await, Err(8));
    reserve(&world, guest, tea, 8).await.unwrap();
    assert_eq!(reserve(&world, guest, tea, 1).await, Err(0));
    // a second product is another matter
    let pot = world.stocked(60).await;
    reserve(&world, guest, pot, 18).await.unwrap();
    assert_eq!(world.figures(tea).await, (60, 18, 0));
    world.is_sound().await;
}

async fn guests_leave_stock_to_accounts_and_all_leave_some_to_staff(world: ProductsTestBed) {
    let tea = world.stocked(60).await;
    for _ in 0..2 {
        reserve(&world, holder(&world, true), tea, 18).await.unwrap();
    }
    assert_eq!(reserve(&world, holder(&world, true), tea, 1).await, Err(0), "60 % are reserved by guests");
    assert_eq!(reserve(&world, holder(&world, false), tea, 13).await, Err(12), "80 % by all");
    reserve(&world, holder(&world, false), tea, 12).await.unwrap();
    assert_eq!(reserve(&world, holder(&world, false), tea, 1).await, Err(0));
    reserve(&world, None, tea, 12).await.unwrap();
    assert_eq!(world.figures(tea).await, (60, 60, 0));
    world.is_sound().await;
}

async fn a_crowd_of_guests_gets_exactly_what_the_limit_allows(world: ProductsTestBed) {
    let tea = world.stocked(60).await;
    let wishes = (0..100).map(|_| reserve(&world, holder(&world, true), tea, 1));
    let granted = join_all(wishes).await.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!((granted, world.figures(tea).await), (36, (60, 36, 0)));
    // and one guest in many requests at a time
    let (pot, guest) = (world.stocked(60).await, holder(&world, true));
    let granted = join_all((0..30).map(|_| reserve(&world, guest, pot, 1))).await;
    assert_eq!(granted.iter().filter(|answer| answer.is_ok()).count(), 18);
    world.is_sound().await;
}

async fn what_is_paid_released_or_shipped_counts_no_more(world: ProductsTestBed) {
    let (tea, guest) = (world.stocked(60).await, holder(&world, true));
    let placement = reserve(&world, guest, tea, 18).await.unwrap();
    let mut order = crate::orders::FakeOrder::new(&world.env, placement, &[(tea, 18)]);
    assert!(world.orders.place(&order));
    world.hear(order.placed()).await;
    assert_eq!(reserve(&world, guest, tea, 1).await, Err(0), "it is placed, and not paid");
    world.hear(order.confirm()).await;
    // of 42 that are not sold
    assert_eq!(reserve(&world, guest, tea, 42).await, Err(12));
    let second = reserve(&world, guest, tea, 12).await.unwrap();
    world.hear(order.ship(tea, 18)).await;
    assert_eq!(reserve(&world, guest, tea, 1).await, Err(0));
    world.release(second).await;
    assert_eq!(reserve(&world, guest, tea, 42).await, Err(12));
    // the answer to a question is as good as the event
    let third = reserve(&world, guest, tea, 12).await.unwrap();
    let mut order = crate::orders::FakeOrder::new(&world.env, third, &[(tea, 12)]);
    order.confirm();
    let end = order.end();
    world.hear(end).await;
    reserve(&world, guest, tea, 12).await.unwrap();
    world.is_sound().await;
}

async fn small_stock_is_sold_to_the_last_unit(world: ProductsTestBed) {
    for stock in [1, 2, 5] {
        let tea = world.stocked(stock).await;
        reserve(&world, holder(&world, true), tea, stock).await.unwrap();
        assert_eq!(world.figures(tea).await, (stock, stock, 0));
    }
    // no customer takes all that there is of more, and two do
    let (tea, guest) = (world.stocked(10).await, holder(&world, true));
    assert_eq!(reserve(&world, guest, tea, 10).await, Err(5));
    reserve(&world, guest, tea, 5).await.unwrap();
    assert_eq!(reserve(&world, guest, tea, 1).await, Err(0));
    reserve(&world, holder(&world, true), tea, 5).await.unwrap();
    assert_eq!(world.figures(tea).await, (10, 10, 0));
    // an account's basket of 5 of 12
    let tea = world.stocked(12).await;
    reserve(&world, holder(&world, false), tea, 5).await.unwrap();
    // more than there is, is short and not limited
    let one = world.stocked(1).await;
    let answer = world.reserve_for(holder(&world, true), world.env.id(), &[], &[(one, 2)]).await;
    let short = vec![InsufficientLine { product_id: one, available: 1, limited: false }];
    assert_eq!(answer, ReserveOutcome::Insufficient { short });
    world.is_sound().await;
}

async fn a_repeat_is_answered_as_before(world: ProductsTestBed) {
    let (tea, guest, id) = (world.stocked(60).await, holder(&world, true), world.env.id());
    let first = world.reserve_for(guest, id, &[], &[(tea, 18)]).await;
    assert!(matches!(first, ReserveOutcome::Reserved { .. }));
    assert_eq!(world.reserve_for(guest, id, &[], &[(tea, 18)]).await, first);
    // a placement that was abandoned makes room for the next one of its request
    let next = world.reserve_for(guest, world.env.id(), &[id], &[(tea, 18)]).await;
    assert!(matches!(next, ReserveOutcome::Reserved { .. }), "{next:?}");
    // what was refused binds nothing
    let late = world.env.id();
    let refused = world.reserve_for(guest, late, &[], &[(tea, 1)]).await;
    assert!(matches!(refused, ReserveOutcome::Insufficient { .. }));
    let staff = world.reserve_for(None, late, &[], &[(tea, 1)]).await;
    assert!(matches!(staff, ReserveOutcome::Reserved { .. }));
    world.is_sound().await;
}

async fn back_orders_have_no_limit(world: ProductsTestBed) {
    let book = json!({"name": "Book", "price": 9, "stock": 1, "backorder": true});
    let book = world.create(book).await.id;
    reserve(&world, holder(&world, true), book, 500).await.unwrap();
}
