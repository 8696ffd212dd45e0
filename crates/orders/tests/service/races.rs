//! Several at the same time, and everything at its worst moment.

use crate::{
    fakes::transport::NetworkFault,
    world::{OrdersTestBed, eur, method, order_of, refused},
};
use contracts::{events::EventType, orders::*, placements::PlacementOutcome};
use endpoint::{Body, IfMatch, PageParams, Path, Query};
use kernel::id::PlacementId;
use std::collections::BTreeMap;
use tokio::sync::oneshot;

on_both!(
    two_requests_with_one_key_give_one_order,
    many_requests_with_one_key_are_paid_once,
    no_answer_is_kept_while_a_payment_is_under_way,
    the_limit_of_unpaid_orders_holds_for_many_at_once,
    a_tombstone_between_reserve_and_insert_leads_to_the_next_placing,
    a_second_tombstone_ends_the_request_and_a_retry_goes_on,
    an_order_between_a_price_and_its_tombstone_is_the_answer,
    a_lost_answer_of_payments_is_mended_by_the_same_key,
    a_lost_answer_of_payments_is_mended_by_the_timer,
    what_was_heard_meanwhile_is_in_the_stored_answer,
    a_cancel_and_a_payment_at_once_end_in_one_of_both,
    a_question_and_an_order_contend_for_one_row,
    nobody_sees_the_lines_of_another_version,
);

async fn two_requests_with_one_key_give_one_order(w: OrdersTestBed) {
    let (ada, key, tea) = (w.customer(), w.key(), w.product(1000, 10));
    let new = order_of(&[(tea, 2)]);
    // the second runs through while the first one waits for the answer of products
    let (other, by, same, body) = (w.clone(), ada.clone(), key.clone(), new.clone());
    w.to_products.after("/internal/reservations", async move {
        other.place_with(&by, &same, &body).await.unwrap();
    });
    let first = w.place_with(&ada, &key, &new).await.unwrap();
    assert_eq!(w.place_with(&ada, &key, &new).await.unwrap(), first);
    assert_eq!(w.number("select count(*) as n from orders").await, 1);
    assert_eq!(w.products.available(tea), 8);
    w.check().await;
}

async fn many_requests_with_one_key_are_paid_once(w: OrdersTestBed) {
    let (ada, key, tea) = (w.customer(), w.key(), w.product(1000, 10));
    let mut new = order_of(&[(tea, 2)]);
    new.payment = Some(method("sim_ok", "automatic"));
    let all: Vec<_> = (0..8)
        .map(|_| {
            let (w, ada, key, new) = (w.clone(), ada.clone(), key.clone(), new.clone());
            let (tell, told) = tokio::sync::oneshot::channel();
            w.env.clone().spawn("request", async move {
                let _ = tell.send(w.place_with(&ada, &key, &new).await.unwrap().body);
            });
            told
        })
        .collect();
    let mut orders = Vec::new();
    for told in all {
        orders.push(told.await.unwrap());
    }
    assert!(orders.iter().all(|order| order.id == orders[0].id));
    assert_eq!(w.payments.attempts(orders[0].id), 1);
    assert_eq!((w.products.available(tea), w.number("select count(*) as n from orders").await), (8, 1));
    assert_eq!(w.get(&ada, orders[0].id).await.status, OrderStatus::Confirmed);
    w.check().await;
}

async fn no_answer_is_kept_while_a_payment_is_under_way(w: OrdersTestBed) {
    for succeeds in [true, false] {
        let (ada, key, tea) = (w.customer(), w.key(), w.product(1000, 10));
        let mut new = order_of(&[(tea, 2)]);
        new.payment = Some(method("sim_slow", "automatic"));
        // the second one comes to an end while the attempt of the first one is under way
        let (other, by, same, body) = (w.clone(), ada.clone(), key.clone(), new.clone());
        w.to_payments.after("/payments/pay", async move {
            let second = other.place_with(&by, &same, &body).await.unwrap().body;
            assert_eq!(
                (second.status, second.payment_status),
                (OrderStatus::Pending, PaymentSummary::Pending)
            );
        });
        let first = w.place_with(&ada, &key, &new).await.unwrap().body;
        assert_eq!((first.payment_status, w.timers("pay").await), (PaymentSummary::Pending, 0));
        w.payments.finish(first.id, succeeds);
        let again = w.place_with(&ada, &key, &new).await.unwrap();
        let (status, paid) = match succeeds {
            true => (OrderStatus::Confirmed, PaymentSummary::Paid),
            false => (OrderStatus::Pending, PaymentSummary::Unpaid),
        };
        assert_eq!((again.body.id, again.body.status, again.body.payment_status), (first.id, status, paid));
        assert_eq!(w.place_with(&ada, &key, &new).await.unwrap(), again, "this one is kept");
        assert_eq!(w.payments.attempts(first.id), 1);
    }
    w.hear_payments().await;
    w.check().await;
}

async fn the_limit_of_unpaid_orders_holds_for_many_at_once(w: OrdersTestBed) {
    let settings = orders::OrdersSettings { unpaid_orders_max: 3, ..w.settings.clone() };
    let w = w.with(settings);
    let tea = w.product(1000, 100);
    // two of them, so that it is each user's own limit
    let users = [w.customer(), w.customer()];
    let all: Vec<_> = (0..24)
        .map(|n| {
            let (w, by, key) = (w.clone(), users[n % 2].clone(), w.key());
            let (tell, told) = tokio::sync::oneshot::channel();
            w.env.clone().spawn("request", async move {
                let _ = tell.send(w.place_with(&by, &key, &order_of(&[(tea, 1)])).await);
            });
            told
        })
        .collect();
    let mut placed = 0;
    for told in all {
        match told.await.unwrap() {
            Ok(_) => placed += 1,
            late => assert_eq!(refused(late), (409, "too_many_unpaid_orders".to_owned())),
        }
    }
    assert_eq!((placed, w.products.available(tea)), (6, 94));
    for user in &users {
        assert_eq!(w.call(user, my_orders()).await.unwrap().0.items.len(), 3);
    }
    w.check().await;
}

fn my_orders() -> ListOrders {
    ListOrders {
        filter: Query(OrderFilter::default()),
        selection: Query(OrderSelection::default()),
        slice: PageParams { limit: None, cursor: None },
    }
}

/// Asks about the outcome of all that is held, and does what the answers say, as products does.
async fn question(w: OrdersTestBed) {
    let held = w.products.held();
    for fate in w.fates(&held).await {
        if let PlacementOutcome::NeverPlaced { placement_id } = fate {
            w.products.release(placement_id);
        }
    }
}

async fn a_tombstone_between_reserve_and_insert_leads_to_the_next_placing(w: OrdersTestBed) {
    let (ada, key, tea) = (w.customer(), w.key(), w.product(1000, 10));
    let new = order_of(&[(tea, 2)]);
    w.to_products.after("/internal/reservations", question(w.clone()));
    let order = w.place_with(&ada, &key, &new).await.unwrap();
    assert_eq!(w.to_products.calls("/internal/reservations"), 2);
    assert_eq!((w.products.available(tea), w.products.held().len()), (8, 1));
    assert_eq!(w.place_with(&ada, &key, &new).await.unwrap(), order);
    w.check().await;
}

async fn a_second_tombstone_ends_the_request_and_a_retry_goes_on(w: OrdersTestBed) {
    let (ada, key, tea) = (w.customer(), w.key(), w.product(1000, 10));
    let new = order_of(&[(tea, 2)]);
    w.to_products.after("/internal/reservations", question(w.clone()));
    w.to_products.after("/internal/reservations", question(w.clone()));
    assert_eq!(refused(w.place_with(&ada, &key, &new).await), (503, "unavailable".to_owned()));
    assert_eq!(w.products.available(tea), 10);
    w.place_with(&ada, &key, &new).await.unwrap();
    assert_eq!(w.number("select count(*) as n from placement").await, 3);
    assert_eq!(w.products.available(tea), 8);
    w.check().await;
}

async fn an_order_between_a_price_and_its_tombstone_is_the_answer(w: OrdersTestBed) {
    // the same key twice: the first is refused for want of time and money, while the second was faster
    let settings = orders::OrdersSettings { unpaid_orders_max: 1, ..w.settings.clone() };
    let w = w.with(settings);
    let (ada, key, tea) = (w.customer(), w.key(), w.product(1000, 10));
    let new = order_of(&[(tea, 2)]);
    let (other, by, same, body) = (w.clone(), ada.clone(), key.clone(), new.clone());
    w.to_products.after("/internal/reservations", async move {
        other.place_with(&by, &same, &body).await.unwrap();
    });
    let order = w.place_with(&ada, &key, &new).await.unwrap().body;
    assert_eq!((order.status, w.products.available(tea)), (OrderStatus::Pending, 8));
    w.check().await;
}

async fn a_lost_answer_of_payments_is_mended_by_the_same_key(w: OrdersTestBed) {
    let (ada, key) = (w.customer(), w.key());
    let mut new = order_of(&[(w.product(1000, 10), 2)]);
    new.payment = Some(method("sim_ok", "automatic"));
    w.to_payments.trouble("/internal/payments/pay", NetworkFault::AnswerLost);
    let first = w.place_with(&ada, &key, &new).await.unwrap().body;
    assert_eq!(first.status, OrderStatus::Pending, "201 whatever becomes of the payment");
    w.to_payments.mend();
    let again = w.place_with(&ada, &key, &new).await.unwrap();
    assert_eq!((again.body.id, again.body.status), (first.id, OrderStatus::Confirmed));
    assert_eq!((w.payments.attempts(first.id), w.timers("pay").await), (1, 0));
    assert_eq!(w.place_with(&ada, &key, &new).await.unwrap(), again);
    w.check().await;
}

async fn a_lost_answer_of_payments_is_mended_by_the_timer(w: OrdersTestBed) {
    let ada = w.customer();
    let mut new = order_of(&[(w.product(1000, 10), 2)]);
    new.payment = Some(method("sim_ok", "automatic"));
    w.to_payments.trouble("/internal/payments/pay", NetworkFault::AnswerLost);
    let order = w.place(&ada, &new).await;
    w.to_payments.mend();
    assert_eq!(w.run_timers("pay").await, [Ok(())]);
    assert_eq!(w.get(&ada, order.id).await.status, OrderStatus::Confirmed);
    assert_eq!((w.payments.attempts(order.id), w.timers("pay").await), (1, 0));
    w.check().await;
}

async fn what_was_heard_meanwhile_is_in_the_stored_answer(w: OrdersTestBed) {
    let (ada, key) = (w.customer(), w.key());
    let mut new = order_of(&[(w.product(1000, 10), 2)]);
    new.payment = Some(method("sim_ok", "automatic"));
    w.to_payments.trouble("/internal/payments/pay", NetworkFault::AnswerLost);
    let order = w.place_with(&ada, &key, &new).await.unwrap().body;
    w.hear_payments().await;
    assert_eq!(w.get(&ada, order.id).await.status, OrderStatus::Confirmed);
    let calls = w.to_payments.calls("/payments/pay");
    assert_eq!(w.run_timers("pay").await, [Ok(())], "only the answer is missing");
    assert_eq!(w.to_payments.calls("/payments/pay"), calls);
    w.to_payments.mend();
    let again = w.place_with(&ada, &key, &new).await.unwrap().body;
    assert_eq!((again.status, again.total), (OrderStatus::Confirmed, eur(2000)));
    w.check().await;
}

async fn a_cancel_and_a_payment_at_once_end_in_one_of_both(w: OrdersTestBed) {
    let (ada, tea) = (w.customer(), w.product(1000, 10));
    // the cancel runs while the charge has gone through and its answer is on the way
    let order = w.place(&ada, &order_of(&[(tea, 2)])).await;
    let (other, by, id) = (w.clone(), ada.clone(), order.id);
    w.to_payments.after("/internal/payments/pay", async move {
        let cancelled = other.cancel(&by, id).await.unwrap();
        let endpoint::WithEtag { body: cancelled, .. } = cancelled;
        assert_eq!(cancelled.status, OrderStatus::Cancelled);
    });
    let paid = w.pay(&ada, order.id, "sim_ok").await.unwrap().body;
    assert_eq!(paid.captured, eur(2000));
    let order = w.get(&ada, order.id).await;
    assert_eq!(
        (order.status, order.owed),
        (OrderStatus::Cancelled, eur(0)),
        "late money never revives an order"
    );
    w.payments.settle_refunds(order.id);
    w.hear_payments().await;
    assert_eq!(w.get(&ada, order.id).await.payment_status, PaymentSummary::Refunded);
    w.check().await;
    // the other way round: the payment finds the order being cancelled
    let order = w.place(&ada, &order_of(&[(tea, 2)])).await;
    let (other, by, id) = (w.clone(), ada.clone(), order.id);
    w.to_payments.after("/internal/payments/close", async move {
        let late = other.pay(&by, id, "sim_ok").await;
        assert_eq!(refused(late), (409, "illegal_transition".to_owned()));
    });
    w.cancel(&ada, order.id).await.unwrap();
    assert_eq!(w.payments.attempts(order.id), 0);
    let story = w.story(order.id).await;
    assert_eq!(story, [EventType::OrderPlaced, EventType::OrderCancelRequested, EventType::OrderCancelled]);
    w.check().await;
}

async fn a_question_and_an_order_contend_for_one_row(w: OrdersTestBed) {
    let (ada, tea) = (w.customer(), w.product(1000, 200));
    let new = order_of(&[(tea, 1)]);
    for _ in 0..20 {
        let (asks, by, key) = (w.clone(), ada.clone(), w.key());
        let (tell, told) = tokio::sync::oneshot::channel();
        // asks at any moment from the reservation on
        w.to_products.after("/internal/reservations", async move {
            let held: Vec<PlacementId> = asks.products.held();
            let env = asks.env.clone();
            env.spawn("question", async move {
                let _ = tell.send(asks.fates(&held).await);
            });
        });
        let placed = w.place_with(&by, &key, &new).await;
        let never: Vec<PlacementId> = told.await.unwrap().into_iter().filter_map(never).collect();
        never.iter().for_each(|id| w.products.release(*id));
        let order = match placed {
            Ok(created) => created.body,
            Err(_) => w.place_with(&by, &key, &new).await.unwrap().body,
        };
        let fates = w.fates(&w.products.held()).await;
        let lives = |fate: &PlacementOutcome| matches!(fate, PlacementOutcome::Placed { figures } if figures.order_id == order.id);
        assert!(fates.iter().any(lives), "a live order keeps its stock");
        w.cancel(&ada, order.id).await.unwrap();
        w.products.held().into_iter().for_each(|id| w.products.release(id));
    }
    w.check().await;
}

async fn nobody_sees_the_lines_of_another_version(w: OrdersTestBed) {
    const PIECES: i64 = 60;
    let (ada, staff) = (w.customer(), w.admin());
    let mut new = order_of(&[(w.product(1000, 100), PIECES)]);
    new.payment = Some(method("sim_ok", "automatic"));
    let order = w.place(&ada, &new).await;
    let (cancels, by, id, line_id) = (w.clone(), staff.clone(), order.id, order.lines[0].id);
    let (tell, mut told) = oneshot::channel();
    w.env.spawn("requests", async move {
        for _ in 1..PIECES {
            let lines = Some(vec![LineQuantity { line_id, quantity: 1 }]);
            let cancellation = Body(Cancellation { reason: None, lines });
            let cancel =
                CancelOrder { id: Path(id), key: cancels.key(), based_on: IfMatch(None), cancellation };
            cancels.call(&by, cancel).await.unwrap();
        }
        tell.send(()).unwrap();
    });
    let mut seen = Vec::new();
    while told.try_recv().is_err() {
        seen.push(w.get(&staff, id).await);
        seen.extend(w.call(&staff, my_orders()).await.unwrap().0.items);
    }
    let (mut cancelled, mut cursor) = (BTreeMap::new(), None);
    loop {
        let slice = PageParams { limit: Some(100), cursor };
        let page = w.call(&ada, ListHistory { id: Path(id), slice }).await.unwrap().0;
        cancelled.extend(
            page.items.into_iter().map(|item| {
                (item.sequence, item.data["figures"]["products"][0]["cancelled"].as_i64().unwrap())
            }),
        );
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    for order in seen {
        assert_eq!(order.lines[0].cancelled, cancelled[&order.version], "version {}", order.version);
    }
}

fn never(fate: PlacementOutcome) -> Option<PlacementId> {
    match fate {
        PlacementOutcome::NeverPlaced { placement_id } => Some(placement_id),
        PlacementOutcome::Placed { .. } => None,
    }
}
