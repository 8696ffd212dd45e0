//! What the service hears: payments in any order (R3), and stock that is short or lost.

use crate::{
    fakes::{event, transport::Trouble},
    world::{World, order_of, refused},
};
use contracts::{
    events::{Event, EventType, ReservationEvent, StockEvent},
    orders::*,
};
use flow::HearError;
use kernel::id::{OrderId, PlacementId, ProductId};

on_both!(
    only_the_newest_of_what_payments_says_counts,
    a_payment_without_an_order_is_put_aside,
    short_stock_holds_the_newest_orders_until_it_is_back,
    a_late_shortfall_holds_nobody,
    an_order_that_waits_for_two_products_waits_for_both,
    an_order_placed_into_a_shortfall_waits,
    lost_stock_holds_a_paid_order_and_cancels_an_unpaid_one,
);

async fn only_the_newest_of_what_payments_says_counts(w: World) {
    let ada = w.customer();
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    // nothing of it is answered; all of it is heard
    w.to_payments.trouble("/internal/payments", Trouble::AnswerLost);
    for token in ["sim_declined", "sim_declined", "sim_ok"] {
        assert!(w.pay(&ada, order.id, token).await.is_err() || token == "sim_ok");
    }
    let events = w.payments.events();
    assert_eq!(events.len(), 4);
    w.hear(&events[1]).await.unwrap();
    assert_eq!(w.story(order.id).await, [EventType::OrderPlaced, EventType::OrderPaymentFailed]);
    w.hear(&events[3]).await.unwrap();
    let confirmed = w.get(&ada, order.id).await;
    assert_eq!((confirmed.status, confirmed.version), (OrderStatus::Confirmed, 3));
    for late in [&events[0], &events[2], &events[1], &events[3], &events[0]] {
        w.hear(late).await.unwrap();
    }
    assert_eq!(w.get(&ada, order.id).await, confirmed);
    w.check().await;
}

async fn a_payment_without_an_order_is_put_aside(w: World) {
    let ada = w.customer();
    w.paid(&ada, "automatic").await;
    let mut event = w.payments.events().pop().unwrap();
    event.data["figures"]["order_id"] = w.env.id::<kernel::id::OrderKind>().to_string().into();
    assert!(matches!(w.hear(&event).await, Err(HearError::Poison(_))));
}

async fn placement(w: &World, order: OrderId) -> PlacementId {
    let sql = db::Sql::both("select placement_id from orders where id = $1");
    w.db.query_one(&sql, db::params![order]).await.unwrap().get("placement_id").unwrap()
}

fn stock(
    w: &World,
    kind: EventType,
    product_id: ProductId,
    version: i64,
    short: i64,
    ids: &[PlacementId],
) -> Event {
    let data = StockEvent { product_id, on_hand: 1, reserved: 1 + short, short, placement_ids: ids.to_vec() };
    event(&w.env, "products", kind, product_id, version, &data)
}

async fn short_stock_holds_the_newest_orders_until_it_is_back(w: World) {
    let (ada, staff, tea) = (w.customer(), w.admin(), w.product(1000, 10));
    let mut ids = Vec::new();
    for _ in 0..2 {
        let order = w.place(&ada, &order_of(&[(tea, 2)])).await;
        w.pay(&ada, order.id, "sim_ok").await.unwrap();
        ids.push((order.id, placement(&w, order.id).await));
    }
    let [(older, _), (newer, held)] = ids[..] else { panic!("two") };
    let adjusted = stock(&w, EventType::StockAdjusted, tea, 5, 2, &[]);
    let short = stock(&w, EventType::StockShort, tea, 5, 2, &[held]);
    for event in [&adjusted, &short, &short] {
        w.hear(event).await.unwrap();
    }
    assert_eq!(w.get(&ada, older).await.hold, None);
    let waiting = w.get(&ada, newer).await;
    assert_eq!((waiting.hold, waiting.status), (Some(Hold::StockShort), OrderStatus::Confirmed));
    assert_eq!(waiting.allowed, [Action::Cancel, Action::Edit], "shipping is what a hold stops");
    let ships = w.set_status(&staff, newer, TargetStatus::Shipped).await;
    assert_eq!(refused(ships), (409, "on_hold".to_owned()));
    w.hear(&stock(&w, EventType::StockAdjusted, tea, 6, 0, &[])).await.unwrap();
    assert_eq!(w.get(&ada, newer).await.hold, None);
    w.brought(&staff, newer, TargetStatus::Shipped).await;
    w.check().await;
}

async fn a_late_shortfall_holds_nobody(w: World) {
    let ada = w.customer();
    let order = w.paid(&ada, "automatic").await;
    let (tea, id) = (order.lines[0].product_id.unwrap(), placement(&w, order.id).await);
    w.hear(&stock(&w, EventType::StockAdjusted, tea, 6, 0, &[])).await.unwrap();
    w.hear(&stock(&w, EventType::StockShort, tea, 5, 2, &[id])).await.unwrap();
    assert_eq!(w.get(&ada, order.id).await.hold, None);
}

async fn an_order_that_waits_for_two_products_waits_for_both(w: World) {
    let (ada, tea, cup) = (w.customer(), w.product(1000, 10), w.product(300, 10));
    let order = w.place(&ada, &order_of(&[(tea, 2), (cup, 2)])).await;
    let id = placement(&w, order.id).await;
    for product in [tea, cup] {
        w.hear(&stock(&w, EventType::StockShort, product, 5, 2, &[id])).await.unwrap();
    }
    w.hear(&stock(&w, EventType::StockBack, tea, 6, 0, &[])).await.unwrap();
    assert_eq!(w.get(&ada, order.id).await.hold, Some(Hold::StockShort));
    w.hear(&stock(&w, EventType::StockShort, cup, 6, 1, &[w.env.id()])).await.unwrap();
    assert_eq!(w.get(&ada, order.id).await.hold, None, "the shortfall concerns another by now");
    w.check().await;
}

async fn an_order_placed_into_a_shortfall_waits(w: World) {
    let (ada, tea) = (w.customer(), w.product(1000, 10));
    let other = w.clone();
    w.to_products.after("/internal/reservations", async move {
        let held = other.products.held();
        other.hear(&stock(&other, EventType::StockShort, tea, 5, 2, &held)).await.unwrap();
    });
    let order = w.place(&ada, &order_of(&[(tea, 2)])).await;
    assert_eq!(order.hold, Some(Hold::StockShort));
    w.hear(&stock(&w, EventType::StockBack, tea, 6, 0, &[])).await.unwrap();
    assert_eq!(w.get(&ada, order.id).await.hold, None);
    w.check().await;
}

async fn lost_stock_holds_a_paid_order_and_cancels_an_unpaid_one(w: World) {
    let ada = w.customer();
    let paid = w.paid(&ada, "automatic").await;
    let unpaid = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    for order in [&paid, &unpaid] {
        let product_id = order.lines[0].product_id.unwrap();
        let data = ReservationEvent { placement_id: placement(&w, order.id).await, product_id, quantity: 2 };
        let lost = event(&w.env, "products", EventType::ReservationLost, product_id, 9, &data);
        let mended = event(&w.env, "products", EventType::ReservationMended, product_id, 8, &data);
        for event in [&lost, &lost, &mended] {
            w.hear(event).await.unwrap();
        }
    }
    let held = w.get(&ada, paid.id).await;
    assert_eq!((held.hold, held.version), (Some(Hold::StockMissing), paid.version + 1));
    let product_id = paid.lines[0].product_id.unwrap();
    let data = ReservationEvent { placement_id: placement(&w, paid.id).await, product_id, quantity: 2 };
    w.hear(&event(&w.env, "products", EventType::ReservationMended, product_id, 10, &data)).await.unwrap();
    assert_eq!(w.get(&ada, paid.id).await.hold, None);
    assert_eq!(w.get(&ada, unpaid.id).await.status, OrderStatus::Cancelling);
    assert_eq!(w.run_timers("close").await, [Ok(())]);
    let cancelled = w.get(&ada, unpaid.id).await;
    assert_eq!(cancelled.status, OrderStatus::Cancelled);
    assert_eq!((cancelled.cancel_code, cancelled.cancel_reason), (Some(CancelCode::StockLost), None));
    w.check().await;
}
