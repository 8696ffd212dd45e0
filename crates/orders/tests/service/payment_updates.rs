//! What the service consumes: payments in any order (R3), and stock that is short or lost.

use crate::{
    fakes::{event, transport::NetworkFault},
    world::{Caller, OrdersTestBed, order_of},
};
use contracts::{
    events::{Event, EventType, ReservationEvent, StockEvent},
    orders::*,
};
use endpoint::{Body, IfMatch, OptionalIdempotencyKey, Path, client::CallError};
use flow::ConsumeError;
use kernel::id::{OrderId, PlacementId, ProductId};
use std::time::Duration;
use tokio::{sync::oneshot, time::sleep};

on_both!(
    only_the_newest_of_what_payments_says_counts,
    a_payment_without_an_order_is_put_aside,
    short_stock_holds_the_newest_orders_until_it_is_back,
    a_late_shortfall_holds_nobody,
    an_order_that_waits_for_two_products_waits_for_both,
    an_order_placed_into_a_shortfall_waits,
    every_two_events_of_a_stock_end_alike_in_whatever_order,
    an_order_of_two_products_goes_on_when_both_are_there_at_once,
    a_shortfall_that_is_heard_while_an_order_is_placed_holds_it,
    lost_stock_holds_a_paid_order_and_cancels_an_unpaid_one,
);

async fn only_the_newest_of_what_payments_says_counts(w: OrdersTestBed) {
    let ada = w.customer();
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    // nothing of it is answered; all of it is consumed
    w.to_payments.trouble("/internal/payments", NetworkFault::AnswerLost);
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

async fn a_payment_without_an_order_is_put_aside(w: OrdersTestBed) {
    let ada = w.customer();
    w.paid(&ada, "automatic").await;
    let mut event = w.payments.events().pop().unwrap();
    event.data["figures"]["order_id"] = w.env.id::<kernel::id::OrderKind>().to_string().into();
    assert!(matches!(w.hear(&event).await, Err(ConsumeError::Permanent(_))));
}

async fn placement(w: &OrdersTestBed, order: OrderId) -> PlacementId {
    let sql = db::Sql::both("select placement_id from orders where id = $1");
    w.db.query_one(&sql, db::params![order]).await.unwrap().get("placement_id").unwrap()
}

fn stock(
    w: &OrdersTestBed,
    kind: EventType,
    product_id: ProductId,
    version: i64,
    short: i64,
    ids: &[PlacementId],
) -> Event {
    let data = StockEvent { product_id, on_hand: 1, reserved: 1 + short, short, placement_ids: ids.to_vec() };
    event(&w.env, "products", kind, product_id, version, &data)
}

async fn short_stock_holds_the_newest_orders_until_it_is_back(w: OrdersTestBed) {
    let (ada, staff, tea) = (w.customer(), w.admin(), w.product(1000, 10));
    let mut ids = Vec::new();
    for _ in 0..2 {
        let order = w.place(&ada, &order_of(&[(tea, 2)])).await;
        w.pay(&ada, order.id, "sim_ok").await.unwrap();
        ids.push((order.id, placement(&w, order.id).await));
    }
    let [(older, _), (newer, held)] = ids[..] else { panic!("two") };
    let adjusted = stock(&w, EventType::StockAdjusted, tea, 5, 2, &[held]);
    let short = stock(&w, EventType::StockShort, tea, 5, 2, &[held]);
    for event in [&adjusted, &short, &short] {
        w.hear(event).await.unwrap();
    }
    assert_eq!(w.get(&ada, older).await.hold, None);
    let waiting = w.get(&ada, newer).await;
    assert_eq!((waiting.hold, waiting.status), (Some(Hold::StockShort), OrderStatus::Confirmed));
    assert_eq!(waiting.allowed, [Action::Cancel, Action::Edit], "shipping is what a hold stops");
    let hold = Body(NewHold { reason: "wait".to_owned() });
    w.call(&staff, HoldOrder { id: Path(newer), based_on: IfMatch(None), hold }).await.unwrap();
    match w.set_status(&staff, newer, TargetStatus::Shipped).await {
        Err(CallError::Refused(SetOrderStatusError::OnHold { hold, holds })) => {
            assert_eq!((hold, holds), (Hold::StockShort, vec![Hold::StockShort, Hold::Manual]));
        }
        other => panic!("{other:?}"),
    }
    // staff let go what they hold, and what is short stays so
    for _ in 0..2 {
        let release = ReleaseOrder { id: Path(newer), based_on: IfMatch(None) };
        assert_eq!(w.call(&staff, release).await.unwrap().body.holds, [Hold::StockShort]);
    }
    w.hear(&stock(&w, EventType::StockAdjusted, tea, 6, 0, &[])).await.unwrap();
    assert_eq!(w.get(&ada, newer).await.hold, None);
    w.brought(&staff, newer, TargetStatus::Shipped).await;
    w.check().await;
}

async fn a_late_shortfall_holds_nobody(w: OrdersTestBed) {
    let ada = w.customer();
    let order = w.paid(&ada, "automatic").await;
    let (tea, id) = (order.lines[0].product_id.unwrap(), placement(&w, order.id).await);
    w.hear(&stock(&w, EventType::StockAdjusted, tea, 6, 0, &[])).await.unwrap();
    w.hear(&stock(&w, EventType::StockShort, tea, 5, 2, &[id])).await.unwrap();
    assert_eq!(w.get(&ada, order.id).await.hold, None);
}

async fn an_order_that_waits_for_two_products_waits_for_both(w: OrdersTestBed) {
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

async fn an_order_placed_into_a_shortfall_waits(w: OrdersTestBed) {
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

/// What happens to a product's stock: its kind, how much is short, and which of two orders that concerns.
const HAPPENS: [(EventType, i64, &[usize]); 6] = [
    (EventType::StockShort, 3, &[0, 1]),
    (EventType::StockShort, 2, &[1]),
    (EventType::StockAdjusted, 3, &[0, 1]),
    (EventType::StockAdjusted, 1, &[0]),
    (EventType::StockLow, 2, &[1]),
    (EventType::StockBack, 0, &[]),
];

async fn holds(w: &OrdersTestBed, by: &Caller, orders: [OrderId; 2]) -> [Option<Hold>; 2] {
    [w.get(by, orders[0]).await.hold, w.get(by, orders[1]).await.hold]
}

/// Lets the service hear both at once, as a consumer does.
async fn hear_together(w: &OrdersTestBed, events: [&Event; 2]) {
    let told = events.map(|event| {
        let (w, event, (tell, told)) = (w.clone(), event.clone(), oneshot::channel());
        w.env.clone().spawn("consumer", async move {
            tell.send(w.hear(&event).await).unwrap();
        });
        told
    });
    for told in told {
        told.await.unwrap().unwrap();
    }
}

async fn every_two_events_of_a_stock_end_alike_in_whatever_order(w: OrdersTestBed) {
    let (ada, tea) = (w.customer(), w.product(1000, 100));
    let new = order_of(&[(tea, 2)]);
    let orders = [w.place(&ada, &new).await.id, w.place(&ada, &new).await.id];
    let placements = [placement(&w, orders[0]).await, placement(&w, orders[1]).await];
    let mut version = 0;
    for older in HAPPENS {
        for newer in HAPPENS {
            let expected = [0, 1].map(|order| newer.2.contains(&order).then_some(Hold::StockShort));
            for order in ["as it was", "the other way round", "together"] {
                let mut event = |(kind, short, concerned): (EventType, i64, &[usize])| {
                    let ids: Vec<PlacementId> = concerned.iter().map(|order| placements[*order]).collect();
                    version += 1;
                    stock(&w, kind, tea, version, short, &ids)
                };
                let (older, newer) = (event(older), event(newer));
                match order {
                    "as it was" => {
                        w.hear(&older).await.unwrap();
                        w.hear(&newer).await.unwrap();
                    }
                    "the other way round" => {
                        w.hear(&newer).await.unwrap();
                        w.hear(&older).await.unwrap();
                    }
                    _ => hear_together(&w, [&older, &newer]).await,
                }
                assert_eq!(
                    holds(&w, &ada, orders).await,
                    expected,
                    "{older:?}, then {newer:?}, heard {order}"
                );
            }
        }
    }
    w.check().await;
}

async fn an_order_of_two_products_goes_on_when_both_are_there_at_once(w: OrdersTestBed) {
    let (ada, products) = (w.customer(), [w.product(1000, 10), w.product(300, 10)]);
    let order = w.place(&ada, &order_of(&[(products[0], 2), (products[1], 2)])).await.id;
    let ids = [placement(&w, order).await];
    for version in 0..10 {
        let short = products.map(|product| stock(&w, EventType::StockShort, product, 2 * version, 2, &ids));
        hear_together(&w, [&short[0], &short[1]]).await;
        assert_eq!(w.get(&ada, order).await.hold, Some(Hold::StockShort));
        let back = products.map(|product| stock(&w, EventType::StockBack, product, 2 * version + 1, 0, &[]));
        hear_together(&w, [&back[0], &back[1]]).await;
        assert_eq!(w.get(&ada, order).await.hold, None);
    }
    w.check().await;
}

async fn a_shortfall_that_is_heard_while_an_order_is_placed_holds_it(w: OrdersTestBed) {
    let (ada, staff, tea) = (w.customer(), w.admin(), w.product(1000, 10));
    let draft = NewDraft {
        user_id: ada.id,
        lines: order_of(&[(tea, 2)]).lines,
        adjustments: Vec::new(),
        shipping_address: None,
        note: None,
        metadata: Default::default(),
    };
    let draft = w
        .call(&staff, DraftOrder { key: OptionalIdempotencyKey(None), draft: Body(draft) })
        .await
        .unwrap()
        .body
        .id;
    for (version, is_draft) in [(1, false), (2, true)] {
        let (reserved, is_reserved) = oneshot::channel();
        let (go_on, may_go_on) = oneshot::channel::<()>();
        w.to_products.after("/internal/reservations", async move {
            reserved.send(()).unwrap();
            may_go_on.await.unwrap();
        });
        let (tell, told) = oneshot::channel();
        let (places, by) = (w.clone(), if is_draft { staff.clone() } else { ada.clone() });
        w.env.spawn("request", async move {
            let order = match is_draft {
                true => {
                    let placing = Body(PlaceDraftRequest::default());
                    let place = PlaceDraft { id: Path(draft), based_on: IfMatch(None), placing };
                    places.call(&by, place).await.unwrap().body
                }
                false => places.place(&by, &order_of(&[(tea, 2)])).await,
            };
            tell.send(order.id).unwrap();
        });
        is_reserved.await.unwrap();
        let held = w.products.held();
        // it has looked for shortfalls, and has not committed: somebody else is at its placement
        let mut ahead = w.db.begin().await.unwrap();
        let sql =
            db::Sql::both("insert into placement (id, created_at) values ($1, $2) on conflict do nothing");
        for id in &held {
            ahead.run(&sql, db::params![*id, w.env.now()]).await.unwrap();
        }
        go_on.send(()).unwrap();
        sleep(Duration::from_millis(200)).await;
        let (hears, short) = (w.clone(), stock(&w, EventType::StockShort, tea, version, 2, &held));
        let (heard, is_heard) = oneshot::channel();
        w.env.spawn("consumer", async move {
            heard.send(hears.hear(&short).await).unwrap();
        });
        sleep(Duration::from_millis(200)).await;
        ahead.rollback().await.unwrap();
        is_heard.await.unwrap().unwrap();
        assert_eq!(w.get(&ada, told.await.unwrap()).await.hold, Some(Hold::StockShort));
    }
    w.check().await;
}

async fn lost_stock_holds_a_paid_order_and_cancels_an_unpaid_one(w: OrdersTestBed) {
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
