//! Placing an order.

use crate::{
    fakes::transport::NetworkFault,
    world::{OrdersTestBed, custom, eur, method, order_of, refused},
};
use contracts::{Address, events::EventType, orders::*, placements::PlacementOutcome};
use endpoint::{Created, Permission, client::CallError, etag};
use std::time::Duration;

on_both!(
    an_order_is_placed_as_it_was_sent,
    the_same_key_is_the_same_order_for_ever,
    the_same_key_with_another_body_is_refused,
    what_cannot_be_had_is_told_line_by_line,
    a_changed_price_writes_the_tombstone_and_then_releases,
    a_lost_answer_of_products_is_mended_by_a_retry,
    while_products_is_away_nothing_happens,
    a_placing_that_is_gone_goes_on_with_the_next,
    an_order_of_custom_lines_reserves_nothing,
    a_customer_orders_at_least_one_product,
    prices_are_for_staff,
    a_total_that_cannot_be_is_refused_and_releases,
    a_key_that_was_given_up_too_often_says_so,
    unpaid_orders_are_limited,
    a_payment_within_the_request_is_in_the_answer,
    a_repeat_does_not_end_what_waits_for_the_customer,
    a_declined_card_leaves_the_order_to_be_paid,
    an_order_of_nothing_is_paid_at_once,
    a_method_that_payments_does_not_know_leaves_the_order_to_be_paid,
    a_mistyped_method_is_refused_before_there_is_an_order,
    money_in_hand_is_not_in_hand_before_there_is_an_order,
    an_order_is_placed_while_auth_is_away,
);

async fn an_order_is_placed_as_it_was_sent(w: OrdersTestBed) {
    let ada = w.customer();
    let (tea, cup) = (w.product(2450, 10), w.product(300, 5));
    let mut new = order_of(&[(tea, 2), (cup, 1), (tea, 1)]);
    new.lines.push(custom("Engraving", None, 1));
    new.expected_total = Some(eur(3 * 2450 + 300).into());
    new.note = Some("ring twice".to_owned());
    new.metadata.insert("till".to_owned(), "3".to_owned());
    new.shipping_address = Some(Address {
        name: "Ada".to_owned(),
        line1: "1 Mill Lane".to_owned(),
        line2: None,
        city: "London".to_owned(),
        postal_code: "N1".to_owned(),
        region: None,
        country: "GB".to_owned(),
    });
    let Created { location, etag, body } = w.place_with(&ada, &w.key(), &new).await.unwrap();
    assert_eq!((location, etag), (format!("/v1/orders/{}", body.id), etag::of_shown(&[1], &body)));
    assert_eq!((body.status, body.payment_status), (OrderStatus::Pending, PaymentSummary::Unpaid));
    assert_eq!((body.total, body.owed, body.number, body.version), (eur(7650), eur(7650), 1001, 1));
    assert_eq!(body.email.as_deref(), Some("ada@example.com"));
    assert_eq!((body.note, body.shipping_address), (new.note, new.shipping_address));
    assert_eq!(
        (body.metadata, body.allowed),
        (new.metadata, vec![Action::Pay, Action::Cancel, Action::Edit])
    );
    assert_eq!(body.payment_due_at, Some(body.created_at.plus(w.settings.payment_due)));
    let lines: Vec<_> =
        body.lines.iter().map(|l| (l.product_id, &*l.title, l.quantity, l.open, l.total)).collect();
    let expected = [
        (Some(tea), "Teapot", 2, 2, eur(4900)),
        (Some(cup), "Teapot", 1, 1, eur(300)),
        (Some(tea), "Teapot", 1, 1, eur(2450)),
        (None, "Engraving", 1, 1, eur(0)),
    ];
    assert_eq!(lines, expected);
    assert_eq!((w.products.available(tea), w.products.available(cup)), (7, 4));
    assert_eq!(w.story(body.id).await, [EventType::OrderPlaced]);
    let again = w.place(&ada, &order_of(&[(cup, 1)])).await;
    assert!(again.number > 1001);
    w.check().await;
}

async fn the_same_key_is_the_same_order_for_ever(w: OrdersTestBed) {
    let (ada, key) = (w.customer(), w.key());
    let new = order_of(&[(w.product(1000, 10), 2)]);
    let first = w.place_with(&ada, &key, &new).await.unwrap();
    assert_eq!(w.place_with(&ada, &key, &new).await.unwrap(), first);
    w.cancel(&ada, first.body.id).await.unwrap();
    assert_eq!(
        w.place_with(&ada, &key, &new).await.unwrap(),
        first,
        "the stored answer, with the person in it"
    );
    w.clock.advance(Duration::from_secs(24 * 3600));
    let later = w.place_with(&ada, &key, &new).await.unwrap().body;
    assert_eq!((later.id, later.status), (first.body.id, OrderStatus::Cancelled));
    // the key is the account's: another one's is another
    let eve = w.customer();
    assert_ne!(w.place_with(&eve, &key, &new).await.unwrap().body.id, first.body.id);
    assert_eq!(w.to_products.calls("/internal/reservations"), 2);
    w.check().await;
}

async fn the_same_key_with_another_body_is_refused(w: OrdersTestBed) {
    let (ada, key, tea) = (w.customer(), w.key(), w.product(1000, 10));
    w.place_with(&ada, &key, &order_of(&[(tea, 2)])).await.unwrap();
    let other = w.place_with(&ada, &key, &order_of(&[(tea, 3)])).await;
    assert_eq!(refused(other), (422, "key_reused".to_owned()));
    // also while the first one has only reserved
    let key = w.key();
    w.to_products.trouble("/internal/reservations", NetworkFault::AnswerLost);
    assert!(w.place_with(&ada, &key, &order_of(&[(tea, 2)])).await.is_err());
    w.to_products.mend();
    let other = w.place_with(&ada, &key, &order_of(&[(tea, 3)])).await;
    assert_eq!(refused(other), (422, "key_reused".to_owned()));
}

async fn what_cannot_be_had_is_told_line_by_line(w: OrdersTestBed) {
    let (ada, key) = (w.customer(), w.key());
    let (tea, cup) = (w.product(1000, 3), w.product(300, 5));
    let new = order_of(&[(tea, 2), (cup, 1), (tea, 2)]);
    let Err(CallError::Refused(PlaceOrderError::InsufficientStock { errors })) =
        w.place_with(&ada, &key, &new).await
    else {
        panic!("there are 3 only")
    };
    let told: Vec<_> = errors.iter().map(|e| (&*e.pointer, e.product_id, e.available)).collect();
    assert_eq!(told, [("/lines/0/quantity", tea, 3), ("/lines/2/quantity", tea, 3)]);
    // a refusal is worked out again
    w.products.add(tea, 1000, 4);
    w.place_with(&ada, &key, &new).await.unwrap();
    w.products.take_off_sale(cup);
    let Err(CallError::Refused(PlaceOrderError::NotOnSale { errors })) =
        w.place_with(&ada, &w.key(), &order_of(&[(cup, 1)])).await
    else {
        panic!("it is not on sale")
    };
    assert_eq!(errors[0].pointer, "/lines/0/product_id");
    w.check().await;
}

async fn a_changed_price_writes_the_tombstone_and_then_releases(w: OrdersTestBed) {
    let (ada, key, tea) = (w.customer(), w.key(), w.product(1000, 10));
    let mut new = order_of(&[(tea, 2)]);
    new.expected_total = Some(eur(1900).into());
    let Err(CallError::Refused(PlaceOrderError::PriceChanged { expected, actual })) =
        w.place_with(&ada, &key, &new).await
    else {
        panic!("it costs more")
    };
    assert_eq!((expected, actual), (eur(1900), eur(2000)));
    assert_eq!((w.products.available(tea), w.products.held().len()), (10, 0));
    assert_eq!(w.number("select count(*) as n from placement where order_id is null").await, 1);
    // the price comes down: the key goes on with its next placing
    w.products.set_price(tea, 950);
    let order = w.place_with(&ada, &key, &new).await.unwrap().body;
    assert_eq!((order.total, w.products.available(tea)), (eur(1900), 8));
    // the release may be lost: the tombstone stands, and the question ends the hold
    w.to_products.trouble("/release", NetworkFault::Down);
    let mut dear = order_of(&[(tea, 1)]);
    dear.expected_total = Some(eur(1).into());
    assert_eq!(refused(w.place_with(&ada, &w.key(), &dear).await).1, "price_changed");
    let held = w.products.held();
    assert_eq!(held.len(), 2);
    let fates = w.fates(&held).await;
    assert_eq!(fates.iter().filter(|fate| matches!(fate, PlacementOutcome::NeverPlaced { .. })).count(), 1);
    w.check().await;
}

async fn a_lost_answer_of_products_is_mended_by_a_retry(w: OrdersTestBed) {
    let (ada, key, tea) = (w.customer(), w.key(), w.product(1000, 10));
    let new = order_of(&[(tea, 2)]);
    w.to_products.trouble("/internal/reservations", NetworkFault::AnswerLost);
    assert_eq!(refused(w.place_with(&ada, &key, &new).await), (503, "outcome_unknown".to_owned()));
    assert_eq!(w.products.available(tea), 8, "nobody compensates on an unknown outcome");
    assert_eq!(w.number("select count(*) as n from placement").await, 0);
    w.to_products.mend();
    w.products.set_price(tea, 5000);
    let order = w.place_with(&ada, &key, &new).await.unwrap().body;
    assert_eq!(
        (order.total, w.products.available(tea)),
        (eur(2000), 8),
        "prices are those of the first time"
    );
    w.check().await;
}

async fn while_products_is_away_nothing_happens(w: OrdersTestBed) {
    let (ada, tea) = (w.customer(), w.product(1000, 10));
    w.to_products.trouble("/internal", NetworkFault::Down);
    let away = w.place_with(&ada, &w.key(), &order_of(&[(tea, 2)])).await;
    assert_eq!(refused(away), (503, "unavailable".to_owned()));
    assert_eq!(w.number("select count(*) as n from orders").await, 0);
}

async fn a_placing_that_is_gone_goes_on_with_the_next(w: OrdersTestBed) {
    let (ada, key, tea) = (w.customer(), w.key(), w.product(1000, 10));
    let new = order_of(&[(tea, 2)]);
    w.to_products.trouble("/internal/reservations", NetworkFault::AnswerLost);
    assert!(w.place_with(&ada, &key, &new).await.is_err());
    w.to_products.mend();
    let first = w.products.held()[0];
    // the question was asked in the meantime, and orders has said never
    assert_eq!(w.fates(&[first]).await, [PlacementOutcome::NeverPlaced { placement_id: first }]);
    w.products.release(first);
    let order = w.place_with(&ada, &key, &new).await.unwrap().body;
    let held = w.products.held();
    assert_eq!((held.len(), held[0] == first, w.products.available(tea)), (1, false, 8));
    assert!(
        matches!(&w.fates(&held).await[..], [PlacementOutcome::Placed { figures }] if figures.order_id == order.id)
    );
    // products may also have forgotten by itself, after a restore: then orders has no row yet
    let key = w.key();
    w.to_products.trouble("/internal/reservations", NetworkFault::AnswerLost);
    assert!(w.place_with(&ada, &key, &new).await.is_err());
    w.to_products.mend();
    let lost = *w.products.held().iter().find(|id| **id != held[0]).unwrap();
    w.products.release(lost);
    w.place_with(&ada, &key, &new).await.unwrap();
    assert_eq!(
        w.fates(&[lost]).await,
        [PlacementOutcome::NeverPlaced { placement_id: lost }],
        "its tombstone was written first"
    );
    assert_eq!(w.products.available(tea), 6);
    w.check().await;
}

async fn an_order_of_custom_lines_reserves_nothing(w: OrdersTestBed) {
    let ada = w.customer();
    let mut new = order_of(&[]);
    new.lines.push(custom("Engraving", None, 3));
    for by in [w.acting_for(&ada), w.staff(&[Permission::Orders])] {
        let order = w.place(&by, &new).await;
        assert_eq!((order.total, order.status), (eur(0), OrderStatus::Confirmed), "there is nothing to pay");
        assert_eq!(order.user_id, by.id);
    }
    assert_eq!(w.to_products.calls("/internal"), 0);
    w.check().await;
}

async fn a_customer_orders_at_least_one_product(w: OrdersTestBed) {
    let ada = w.customer();
    let mut new = order_of(&[]);
    new.lines.push(custom("Engraving", None, 3));
    for by in [&ada, &w.staff(&[Permission::Products])] {
        let Err(CallError::Problem(problem)) = w.place_with(by, &w.key(), &new).await else {
            panic!("it would be confirmed at once, and nobody has set a price")
        };
        let error = &problem.data["errors"][0];
        assert_eq!(
            (problem.status, &error["pointer"], &error["code"]),
            (422, &"/lines".into(), &"no_product".into())
        );
    }
    new.lines.extend(order_of(&[(w.product(1000, 10), 1)]).lines);
    assert_eq!(w.place(&ada, &new).await.total, eur(1000));
    w.check().await;
}

async fn prices_are_for_staff(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.staff(&[Permission::Orders]));
    let mut priced = order_of(&[]);
    priced.lines.push(custom("Engraving", Some(500), 2));
    assert_eq!(refused(w.place_with(&ada, &w.key(), &priced).await), (403, "forbidden".to_owned()));
    let products = w.staff(&[Permission::Products]);
    assert_eq!(refused(w.place_with(&products, &w.key(), &priced).await).0, 403);
    let adjustment = |kind, minor| NewAdjustment { kind, title: "a".to_owned(), amount: eur(minor).into() };
    let mut adjusted = order_of(&[(w.product(1000, 10), 1)]);
    adjusted.adjustments =
        vec![adjustment(AdjustmentKind::Shipping, 490), adjustment(AdjustmentKind::Discount, 200)];
    assert_eq!(refused(w.place_with(&ada, &w.key(), &adjusted).await).0, 403);
    adjusted.lines.push(custom("Engraving", Some(500), 2));
    let order = w.place(&staff, &adjusted).await;
    assert_eq!(order.total, eur(1000 + 1000 + 490 - 200));
    let amounts: Vec<i64> = order.adjustments.iter().map(|a| a.amount.minor).collect();
    assert_eq!(amounts, [490, -200]);
    w.check().await;
}

async fn a_total_that_cannot_be_is_refused_and_releases(w: OrdersTestBed) {
    let staff = w.staff(&[Permission::Orders]);
    let tea = w.product(1000, 10);
    let mut new = order_of(&[(tea, 1)]);
    let discount =
        NewAdjustment { kind: AdjustmentKind::Discount, title: "all".to_owned(), amount: eur(1001).into() };
    new.adjustments = vec![discount];
    assert_eq!(refused(w.place_with(&staff, &w.key(), &new).await), (422, "unprocessable".to_owned()));
    new.adjustments.clear();
    new.lines.extend((0..10).map(|_| custom("huge", Some(1_000_000_000_000), 1_000_000)));
    let Err(CallError::Problem(problem)) = w.place_with(&staff, &w.key(), &new).await else {
        panic!("too large")
    };
    // an order comes to a thousand times as much as a piece may cost, and no more
    assert_eq!((problem.status, &problem.data["errors"][0]["pointer"]), (422, &"/lines/1/quantity".into()));
    assert_eq!(w.products.available(tea), 10);
    w.check().await;
}

async fn a_key_that_was_given_up_too_often_says_so(w: OrdersTestBed) {
    let (ada, key) = (w.customer(), w.key());
    let mut new = order_of(&[(w.product(1000, 10), 2)]);
    new.expected_total = Some(eur(1).into());
    for _ in 0..50 {
        assert_eq!(refused(w.place_with(&ada, &key, &new).await), (409, "price_changed".to_owned()));
    }
    assert_eq!(refused(w.place_with(&ada, &key, &new).await), (409, "worn_out".to_owned()));
    assert_eq!(refused(w.place_with(&ada, &w.key(), &new).await), (409, "price_changed".to_owned()));
}

async fn unpaid_orders_are_limited(w: OrdersTestBed) {
    let settings = orders::OrdersSettings { unpaid_orders_max: 2, ..w.settings.clone() };
    let w = w.with(settings);
    let (ada, tea, key) = (w.customer(), w.product(1000, 10), w.key());
    let new = order_of(&[(tea, 1)]);
    let first = w.place_with(&ada, &key, &new).await.unwrap();
    let second = w.place(&ada, &new).await;
    let third = w.place_with(&ada, &w.key(), &new).await;
    let Err(CallError::Refused(PlaceOrderError::TooManyUnpaidOrders { limit: 2 })) = third else {
        panic!("two are unpaid")
    };
    assert_eq!(w.products.available(tea), 8);
    assert_eq!(w.place_with(&ada, &key, &new).await.unwrap(), first, "a repeat is no new order");
    w.place(&w.customer(), &new).await;
    w.pay(&ada, second.id, "sim_ok").await.unwrap();
    w.place(&ada, &new).await;
    w.check().await;
}

async fn a_payment_within_the_request_is_in_the_answer(w: OrdersTestBed) {
    let (ada, key) = (w.customer(), w.key());
    let mut new = order_of(&[(w.product(1000, 10), 2)]);
    new.payment = Some(method("sim_ok", "automatic"));
    let first = w.place_with(&ada, &key, &new).await.unwrap();
    let order = &first.body;
    assert_eq!((order.status, order.payment_status), (OrderStatus::Confirmed, PaymentSummary::Paid));
    assert_eq!(order.payment.as_ref().map(|payment| payment.captured), Some(eur(2000)));
    assert_eq!((order.payment_due_at, w.timers("due").await, w.timers("pay").await), (None, 0, 0));
    assert_eq!(w.place_with(&ada, &key, &new).await.unwrap(), first);
    w.hear_payments().await;
    assert_eq!(w.story(order.id).await, [EventType::OrderPlaced, EventType::OrderConfirmed]);
    w.check().await;
}

async fn a_repeat_does_not_end_what_waits_for_the_customer(w: OrdersTestBed) {
    let (ada, key) = (w.customer(), w.key());
    let new =
        NewOrder { payment: Some(method("sim_ok", "automatic")), ..order_of(&[(w.product(1000, 10), 2)]) };
    w.to_payments.trouble("/internal/payments", NetworkFault::Down);
    let placed = w.place_with(&ada, &key, &new).await.unwrap().body;
    assert_eq!(placed.payment_status, PaymentSummary::Unpaid);
    w.to_payments.mend();
    // another card, whose bank asks for something
    w.pay(&ada, placed.id, "sim_requires_action").await.unwrap();
    let again = w.place_with(&ada, &key, &new).await.unwrap().body;
    assert_eq!((again.id, again.status), (placed.id, OrderStatus::Pending));
    assert_eq!(
        w.payments.attempts(placed.id),
        1,
        "the first card was not charged behind the customer's back"
    );
    assert_eq!(w.get(&ada, placed.id).await.payment_status, PaymentSummary::Pending);
    w.hear_payments().await;
    // only the customer gives up what waits for the customer
    let offers_pay = async |who| w.get(who, placed.id).await.allowed.contains(&Action::Pay);
    assert!(offers_pay(&ada).await && !offers_pay(&w.staff(&[Permission::Orders])).await);
    w.payments.finish(placed.id, true);
    w.hear_payments().await;
    assert_eq!(w.get(&ada, placed.id).await.status, OrderStatus::Confirmed);
    w.check().await;
}

async fn a_declined_card_leaves_the_order_to_be_paid(w: OrdersTestBed) {
    let (ada, key) = (w.customer(), w.key());
    let mut new = order_of(&[(w.product(1000, 10), 2)]);
    new.payment = Some(method("sim_declined", "automatic"));
    let first = w.place_with(&ada, &key, &new).await.unwrap();
    let order = &first.body;
    assert_eq!((order.status, order.payment_status), (OrderStatus::Pending, PaymentSummary::Unpaid));
    assert!(order.payment.as_ref().unwrap().attempts[0].failure.is_some());
    assert_eq!(w.place_with(&ada, &key, &new).await.unwrap(), first, "it is not tried again");
    assert_eq!((w.payments.attempts(order.id), w.timers("pay").await), (1, 0));
    assert_eq!(w.story(order.id).await, [EventType::OrderPlaced, EventType::OrderPaymentFailed]);
    w.pay(&ada, order.id, "sim_ok").await.unwrap();
    assert_eq!(w.get(&ada, order.id).await.status, OrderStatus::Confirmed);
    w.check().await;
}

async fn an_order_of_nothing_is_paid_at_once(w: OrdersTestBed) {
    let (ada, key) = (w.customer(), w.key());
    let new = order_of(&[(w.product(0, 10), 2)]);
    w.to_payments.trouble("/internal/payments/pay", NetworkFault::Down);
    let order = w.place_with(&ada, &key, &new).await.unwrap().body;
    assert_eq!((order.status, w.timers("pay").await), (OrderStatus::Pending, 1));
    assert!(w.run_timers("pay").await[0].is_err());
    w.to_payments.mend();
    assert_eq!(w.run_timers("pay").await, [Ok(())]);
    let again = w.place_with(&ada, &key, &new).await.unwrap().body;
    assert_eq!((again.id, again.status), (order.id, OrderStatus::Confirmed));
    assert_eq!((again.payment_status, w.timers("pay").await), (PaymentSummary::Paid, 0));
    w.check().await;
}

async fn a_method_that_payments_does_not_know_leaves_the_order_to_be_paid(w: OrdersTestBed) {
    // of another version than this, which knows it
    let ada = w.customer();
    let mut new = order_of(&[(w.product(1000, 10), 2)]);
    new.payment = Some(method("sim_refund_refused", "automatic"));
    let key = w.key();
    let first = w.place_with(&ada, &key, &new).await.unwrap();
    let order = &first.body;
    assert_eq!((order.status, w.timers("pay").await), (OrderStatus::Pending, 0));
    assert_eq!(order.payment_refused, Some(PaymentRejection::UnknownPaymentMethod));
    assert_eq!(w.story(order.id).await, [EventType::OrderPlaced, EventType::OrderPaymentFailed]);
    assert_eq!(w.place_with(&ada, &key, &new).await.unwrap(), first);
    assert_eq!(w.get(&ada, order.id).await, *order);
    w.pay(&ada, order.id, "sim_ok").await.unwrap();
    assert_eq!(w.get(&ada, order.id).await.status, OrderStatus::Confirmed);
    w.check().await;
}

async fn a_mistyped_method_is_refused_before_there_is_an_order(w: OrdersTestBed) {
    let (ada, tea) = (w.customer(), w.product(1000, 10));
    let mut new = order_of(&[(tea, 2)]);
    let key = w.key();
    for mistyped in ["sim_okk", "SIM_OK", " sim_ok", "pm_card_visa"] {
        new.payment = Some(method(mistyped, "automatic"));
        let answer = w.place_with(&ada, &key, &new).await;
        let Err(CallError::Refused(PlaceOrderError::UnknownPaymentMethod { errors })) = answer else {
            panic!("{answer:?}")
        };
        let [fault] = &errors[..] else { panic!("{errors:?}") };
        let told = (fault.pointer.as_str(), fault.code.as_str());
        assert_eq!(told, ("/payment/method", "unknown_payment_method"));
    }
    assert_eq!((w.products.available(tea), w.number("select count(*) as n from placement").await), (10, 0));
    // the key is free for the request as it was meant
    new.payment = Some(method("sim_ok", "automatic"));
    assert_eq!(w.place_with(&ada, &key, &new).await.unwrap().body.status, OrderStatus::Confirmed);
    w.check().await;
}

async fn money_in_hand_is_not_in_hand_before_there_is_an_order(w: OrdersTestBed) {
    let (ada, staff, tea) = (w.customer(), w.admin(), w.product(1000, 10));
    let mut new = order_of(&[(tea, 2)]);
    for (by, how) in [(&ada, "offline"), (&staff, "offline"), (&staff, "existing_charge")] {
        new.payment = Some(method(how, "automatic"));
        // by the code that a method has which the provider does not know, as where an order is paid later
        match w.place_with(by, &w.key(), &new).await {
            Err(CallError::Refused(PlaceOrderError::UnknownPaymentMethod { errors })) => {
                let [fault] = &errors[..] else { panic!("{errors:?}") };
                let told = (fault.pointer.as_str(), fault.code.as_str());
                assert_eq!(told, ("/payment/method", "unknown_payment_method"));
            }
            other => panic!("{other:?}"),
        }
    }
    // of several things that do not fit, each is named
    new.lines = vec![custom("engraving", None, 1)];
    let several = w.place_with(&ada, &w.key(), &new).await;
    assert_eq!(refused(several), (422, "unprocessable".to_owned()));
    assert_eq!((w.products.available(tea), w.number("select count(*) as n from placement").await), (10, 0));
}

async fn an_order_is_placed_while_auth_is_away(w: OrdersTestBed) {
    let (ada, key) = (w.customer(), w.key());
    let new = order_of(&[(w.product(1000, 10), 2)]);
    w.to_auth.trouble("/internal/users", NetworkFault::Down);
    let order = w.place_with(&ada, &key, &new).await.unwrap().body;
    assert_eq!((order.email, w.timers("contact").await), (None, 1));
    assert!(w.run_timers("contact").await[0].is_err());
    w.to_auth.mend();
    assert_eq!(w.run_timers("contact").await, [Ok(())]);
    assert_eq!(w.timers("contact").await, 0);
    assert_eq!(w.get(&ada, order.id).await.email.as_deref(), Some("ada@example.com"));
    let again = w.place_with(&ada, &key, &new).await.unwrap().body;
    assert_eq!(again.email.as_deref(), Some("ada@example.com"), "the stored answer has no person of its own");
}
