//! An order of which a reservation is lost: it waits for what is missing, and for nothing else.

use crate::{
    fakes::event,
    world::{Caller, OrdersCallResult, OrdersTestBed, method, order_of},
};
use contracts::{
    events::{EventType, ReservationEvent},
    fulfilments::*,
    orders::*,
};
use endpoint::{Body, IfMatch, OptionalIdempotencyKey, Path};
use kernel::id::{OrderId, PlacementId};

on_both!(
    what_is_lost_and_then_cancelled_holds_nothing,
    what_is_cancelled_is_not_waited_for_beside_what_is_lost,
    a_loss_that_is_heard_late_holds_for_nothing_that_is_cancelled,
    what_is_lost_after_a_parcel_and_cancelled_lets_that_parcel_go_again,
    what_is_mended_while_the_payment_is_being_closed_holds_no_longer,
    what_is_cancelled_is_no_reason_to_cancel_an_order_that_is_late_with_its_payment,
);

/// An order of two units of one product and one of another, paid in this way.
async fn paid(w: &OrdersTestBed, by: &Caller, capture: &str) -> Order {
    let mut new = order_of(&[(w.product(1000, 10), 2), (w.product(300, 10), 1)]);
    new.payment = Some(method("sim_ok", capture));
    w.place(by, &new).await
}

/// Products says that the reservation for a line is lost, or made again.
async fn tell(w: &OrdersTestBed, order: &Order, line: usize, kind: EventType, version: i64) {
    let sql = db::Sql::both("select placement_id from orders where id = $1");
    let row = w.db.query_one(&sql, db::params![order.id]).await.unwrap();
    let placement_id: PlacementId = row.get("placement_id").unwrap();
    let product_id = order.lines[line].product_id.unwrap();
    let data = ReservationEvent { placement_id, product_id, quantity: order.lines[line].quantity };
    w.hear(&event(&w.env, "products", kind, product_id, version, &data)).await.unwrap();
}

/// Staff cancel so many units of a line.
async fn cancel(
    w: &OrdersTestBed,
    order: &Order,
    line: usize,
    quantity: i64,
) -> OrdersCallResult<CancelOrder> {
    let lines = Some(vec![LineQuantity { line_id: order.lines[line].id, quantity }]);
    let cancellation = Body(Cancellation { reason: None, lines });
    let (id, key) = (Path(order.id), w.key());
    w.call(&w.admin(), CancelOrder { id, key, based_on: IfMatch(None), cancellation }).await
}

async fn holds(w: &OrdersTestBed, id: OrderId) -> Vec<Hold> {
    w.get(&w.admin(), id).await.holds
}

async fn what_is_lost_and_then_cancelled_holds_nothing(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = paid(&w, &ada, "automatic").await;
    tell(&w, &order, 0, EventType::ReservationLost, 9).await;
    assert_eq!(cancel(&w, &order, 0, 1).await.unwrap().body.holds, [Hold::StockMissing], "one is waited for");
    // nobody says anything of it any more
    assert_eq!(cancel(&w, &order, 0, 1).await.unwrap().body.holds, []);
    let told = w.story(order.id).await;
    // it goes on, and consumes what its payment makes of that
    let last = [EventType::OrderItemsCancelled, EventType::OrderUpdated, EventType::OrderUpdated];
    assert_eq!(told[told.len() - 3..], last);
    w.brought(&staff, order.id, TargetStatus::Shipped).await;
    w.check().await;
}

async fn what_is_cancelled_is_not_waited_for_beside_what_is_lost(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = paid(&w, &ada, "automatic").await;
    for line in [0, 1] {
        tell(&w, &order, line, EventType::ReservationLost, 9).await;
    }
    assert_eq!(cancel(&w, &order, 0, 2).await.unwrap().body.holds, [Hold::StockMissing], "the other is lost");
    tell(&w, &order, 1, EventType::ReservationMended, 10).await;
    assert_eq!(holds(&w, order.id).await, []);
    w.brought(&staff, order.id, TargetStatus::Shipped).await;
    w.check().await;
}

async fn a_loss_that_is_heard_late_holds_for_nothing_that_is_cancelled(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = paid(&w, &ada, "automatic").await;
    let less = cancel(&w, &order, 0, 2).await.unwrap().body;
    // it was told before products has heard of that
    tell(&w, &order, 0, EventType::ReservationLost, 9).await;
    let same = w.get(&staff, order.id).await;
    assert_eq!((same.holds, same.version), (vec![], less.version));
    w.brought(&staff, order.id, TargetStatus::Shipped).await;
    w.check().await;
}

async fn what_is_lost_after_a_parcel_and_cancelled_lets_that_parcel_go_again(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = paid(&w, &ada, "automatic").await;
    let line_id = order.lines[0].id;
    let parcel = w.fulfil(&staff, order.id, Some(vec![LineQuantity { line_id, quantity: 2 }])).await;
    w.ship(&staff, parcel.id).await.unwrap();
    tell(&w, &order, 1, EventType::ReservationLost, 9).await;
    assert_eq!(holds(&w, order.id).await, [Hold::StockMissing]);
    // what is open is all that is cancelled, and the order lives on
    w.cancel(&staff, order.id).await.unwrap();
    let rest = w.get(&staff, order.id).await;
    assert_eq!((rest.status, rest.holds), (OrderStatus::Confirmed, vec![]));
    w.call(&staff, FailFulfilment { id: Path(parcel.id), key: OptionalIdempotencyKey(None) }).await.unwrap();
    w.ship(&staff, parcel.id).await.unwrap();
    w.check().await;
}

/// The authorization of its payment expires, and a new attempt is under way when its time is up.
async fn being_closed(w: &OrdersTestBed, ada: &Caller, order: &Order) {
    w.payments.lapse(order.id);
    w.hear_payments().await;
    w.pay(ada, order.id, "sim_slow").await.unwrap();
    w.payments_fall_due().await;
    assert_eq!(w.run_timers("due").await, [Ok(())]);
    assert_eq!(w.get(ada, order.id).await.status, OrderStatus::Cancelling);
}

async fn what_is_mended_while_the_payment_is_being_closed_holds_no_longer(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = paid(&w, &ada, "manual").await;
    tell(&w, &order, 0, EventType::ReservationLost, 9).await;
    being_closed(&w, &ada, &order).await;
    assert_eq!(holds(&w, order.id).await, [Hold::StockMissing, Hold::Payment]);
    tell(&w, &order, 0, EventType::ReservationMended, 10).await;
    let waiting = w.get(&staff, order.id).await;
    assert_eq!((waiting.status, waiting.holds), (OrderStatus::Cancelling, vec![Hold::Payment]));
    w.payments.finish(order.id, true);
    assert_eq!(w.run_timers("close").await, [Ok(())]);
    let confirmed = w.get(&staff, order.id).await;
    assert_eq!((confirmed.status, confirmed.holds), (OrderStatus::Confirmed, vec![]));
    w.brought(&staff, order.id, TargetStatus::Shipped).await;
    w.check().await;
}

async fn what_is_cancelled_is_no_reason_to_cancel_an_order_that_is_late_with_its_payment(w: OrdersTestBed) {
    let ada = w.customer();
    let order = paid(&w, &ada, "manual").await;
    cancel(&w, &order, 0, 2).await.unwrap();
    being_closed(&w, &ada, &order).await;
    tell(&w, &order, 0, EventType::ReservationLost, 9).await;
    w.payments.finish(order.id, true);
    assert_eq!(w.run_timers("close").await, [Ok(())]);
    let confirmed = w.get(&ada, order.id).await;
    assert_eq!((confirmed.status, confirmed.holds), (OrderStatus::Confirmed, vec![]));
    w.check().await;
}
