//! Baskets: each becomes one order, of what was seen.

use crate::{
    baskets::{add, at_once, made, place, place_with, read, set, try_to_add},
    fakes::transport::NetworkFault,
    world::{OrdersTestBed, eur, method, refused},
};
use contracts::orders::*;
use endpoint::client::CallError;
use orders::OrdersSettings;
use std::time::Duration;

on_both!(
    a_basket_becomes_one_order,
    a_repeat_goes_by_what_was_placed_or_what_is_there,
    many_who_place_one_basket_place_one_order,
    what_was_put_in_meanwhile_is_not_ordered_unseen,
    a_basket_that_is_changed_while_it_is_placed_is_placed_as_it_is_then,
    a_lost_answer_of_products_is_found_again,
    what_stands_in_the_way_is_told_and_the_basket_stays,
    an_empty_basket_is_not_placed,
    an_order_outlives_its_basket,
    a_basket_that_was_given_up_too_often_can_be_placed_once_it_is_changed,
);

async fn a_basket_becomes_one_order(w: OrdersTestBed) {
    let (ada, tea) = (w.customer(), w.product(1000, 10));
    let id = made(&w, &ada).await.id;
    let seen = try_to_add(&w, &ada, id, None, (tea, 2)).await.unwrap().etag;
    w.products.set_price(tea, 1200);
    let placing = PlaceBasketRequest {
        note: Some("By the door.".to_owned()),
        payment: Some(method("sim_ok", "automatic")),
        expected_total: Some(eur(2400).into()),
        ..PlaceBasketRequest::default()
    };
    let first = place_with(&w, &ada, id, Some(seen.clone()), placing.clone()).await.unwrap();
    let order = &first.body;
    assert_eq!((order.status, order.total), (OrderStatus::Confirmed, eur(2400)));
    assert_eq!((order.user_id, order.note.as_deref()), (ada.id, Some("By the door.")));
    assert_eq!(place_with(&w, &ada, id, Some(seen.clone()), placing.clone()).await.unwrap(), first);
    // whoever asks otherwise is not told that it was done: there is one order, and this is its id
    let others = [
        PlaceBasketRequest::default(),
        PlaceBasketRequest { note: Some("Ring twice.".to_owned()), ..placing.clone() },
        PlaceBasketRequest { payment: Some(method("sim_declined", "automatic")), ..placing.clone() },
    ];
    for other in others {
        match place_with(&w, &ada, id, Some(seen.clone()), other).await {
            Err(CallError::Refused(PlaceBasketError::BasketClosed { status, order_id, order_key })) => {
                assert_eq!((status, order_id, order_key), (BasketStatus::Placed, Some(order.id), None));
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(w.number("select count(*) as n from orders").await, 1);
    assert_eq!((w.payments.attempts(order.id), w.products.available(tea)), (1, 8));
    let basket = read(&w, &ada, id).await.unwrap().body;
    assert_eq!((basket.status, basket.order_id), (BasketStatus::Placed, Some(order.id)));
    assert_eq!(refused(try_to_add(&w, &ada, id, None, (tea, 1)).await), (409, "basket_closed".to_owned()));
    assert_eq!(refused(place(&w, &w.customer(), id).await).0, 404);
    w.check().await;
}

async fn a_repeat_goes_by_what_was_placed_or_what_is_there(w: OrdersTestBed) {
    let (ada, tea) = (w.customer(), w.product(1000, 10));
    let id = made(&w, &ada).await.id;
    let older = try_to_add(&w, &ada, id, None, (tea, 2)).await.unwrap().etag;
    let seen = try_to_add(&w, &ada, id, None, (tea, 1)).await.unwrap().etag;
    let place = async |etag: &str| {
        place_with(&w, &ada, id, Some(etag.to_owned()), PlaceBasketRequest::default()).await
    };
    assert_eq!(refused(place(&older).await).0, 412);
    let placed = place(&seen).await.unwrap();
    assert_eq!(place(&seen).await.unwrap(), placed);
    assert_eq!(place(&read(&w, &ada, id).await.unwrap().etag).await.unwrap(), placed);
    assert_eq!(refused(place(&older).await).0, 412);
}

async fn many_who_place_one_basket_place_one_order(w: OrdersTestBed) {
    let (ada, tea) = (w.customer(), w.product(1000, 10));
    let id = made(&w, &ada).await.id;
    add(&w, &ada, id, (tea, 2)).await;
    let many = (0..8).map(|_| {
        let (w, ada) = (w.clone(), ada.clone());
        async move {
            let payment = Some(method("sim_ok", "automatic"));
            let placing = PlaceBasketRequest { payment, ..PlaceBasketRequest::default() };
            place_with(&w, &ada, id, None, placing).await.unwrap().body.id
        }
    });
    let orders = at_once(&w, many.collect()).await;
    assert!(orders.iter().all(|order| *order == orders[0]));
    assert_eq!((w.payments.attempts(orders[0]), w.products.available(tea)), (1, 8));
    assert_eq!(w.number("select count(*) as n from orders").await, 1);
    w.check().await;
}

async fn what_was_put_in_meanwhile_is_not_ordered_unseen(w: OrdersTestBed) {
    let (ada, tea) = (w.customer(), w.product(1000, 10));
    let id = made(&w, &ada).await.id;
    let seen = try_to_add(&w, &ada, id, None, (tea, 2)).await.unwrap().etag;
    // another tab puts something in while stock is reserved
    let (other, by) = (w.clone(), ada.clone());
    w.to_products.after("/internal/reservations", async move {
        add(&other, &by, id, (tea, 1)).await;
    });
    let stale = place_with(&w, &ada, id, Some(seen), PlaceBasketRequest::default()).await;
    assert_eq!(refused(stale), (412, "precondition_failed".to_owned()));
    assert_eq!(w.number("select count(*) as n from orders").await, 0);
    assert_eq!(w.products.available(tea), 10);
    assert_eq!(read(&w, &ada, id).await.unwrap().body.pieces, 3);
    let order = place(&w, &ada, id).await.unwrap().body;
    assert_eq!(order.lines[0].quantity, 3);
    // what was reserved before was released: it could never become an order
    assert_eq!(w.products.available(tea), 7);
    w.check().await;
}

async fn a_basket_that_is_changed_while_it_is_placed_is_placed_as_it_is_then(w: OrdersTestBed) {
    let (ada, tea) = (w.customer(), w.product(1000, 10));
    let id = made(&w, &ada).await.id;
    add(&w, &ada, id, (tea, 2)).await;
    let (other, by) = (w.clone(), ada.clone());
    w.to_products.after("/internal/reservations", async move {
        add(&other, &by, id, (tea, 1)).await;
    });
    let order = place(&w, &ada, id).await.unwrap().body;
    assert_eq!(order.lines[0].quantity, 3);
    assert_eq!(w.products.available(tea), 7);
    w.check().await;
}

async fn a_lost_answer_of_products_is_found_again(w: OrdersTestBed) {
    let (ada, tea) = (w.customer(), w.product(1000, 10));
    let id = made(&w, &ada).await.id;
    add(&w, &ada, id, (tea, 2)).await;
    w.to_products.trouble("/internal/reservations", NetworkFault::AnswerLost);
    assert!(place(&w, &ada, id).await.is_err());
    w.to_products.mend();
    assert_eq!(place(&w, &ada, id).await.unwrap().body.lines[0].quantity, 2);
    assert_eq!(w.products.available(tea), 8);
    w.check().await;
}

async fn what_stands_in_the_way_is_told_and_the_basket_stays(w: OrdersTestBed) {
    let (ada, tea, cup) = (w.customer(), w.product(1000, 2), w.product(450, 10));
    let id = made(&w, &ada).await.id;
    add(&w, &ada, id, (cup, 1)).await;
    let seen = add(&w, &ada, id, (tea, 3)).await;
    match place(&w, &ada, id).await {
        Err(CallError::Refused(PlaceBasketError::InsufficientStock { errors })) => {
            assert_eq!((errors[0].pointer.as_str(), errors[0].available), ("/lines/1/quantity", 2));
        }
        other => panic!("{other:?}"),
    }
    set(&w, &ada, id, &[(tea, 1)]).await;
    let expected_total = Some(eur(1).into());
    let dearer = place_with(
        &w,
        &ada,
        id,
        None,
        PlaceBasketRequest { expected_total, ..PlaceBasketRequest::default() },
    );
    match dearer.await {
        Err(CallError::Refused(PlaceBasketError::PriceChanged { expected, actual })) => {
            assert_eq!((expected, actual), (eur(1), eur(1450)));
        }
        other => panic!("{other:?}"),
    }
    w.products.take_off_sale(cup);
    match place(&w, &ada, id).await {
        Err(CallError::Refused(PlaceBasketError::NotOnSale { errors })) => {
            assert_eq!(errors[0].pointer, "/lines/0/product_id");
        }
        other => panic!("{other:?}"),
    }
    let basket = read(&w, &ada, id).await.unwrap().body;
    assert_eq!((basket.status, basket.lines.len()), (BasketStatus::Open, seen.lines.len()));
    assert_eq!(w.products.held(), []);
    let w = w.with(OrdersSettings { unpaid_orders_max: 0, ..OrdersSettings::default() });
    set(&w, &ada, id, &[(cup, 0)]).await;
    assert_eq!(refused(place(&w, &ada, id).await), (409, "too_many_unpaid_orders".to_owned()));
    assert_eq!(w.products.held(), []);
}

async fn an_empty_basket_is_not_placed(w: OrdersTestBed) {
    let ada = w.customer();
    let id = made(&w, &ada).await.id;
    assert_eq!(refused(place(&w, &ada, id).await), (409, "basket_empty".to_owned()));
    let offline =
        PlaceBasketRequest { payment: Some(method("offline", "automatic")), ..PlaceBasketRequest::default() };
    let offline = place_with(&w, &ada, id, None, offline).await;
    assert_eq!(refused(offline), (422, "unknown_payment_method".to_owned()));
}

async fn an_order_outlives_its_basket(w: OrdersTestBed) {
    let w = w.with(OrdersSettings { basket_kept: Duration::ZERO, ..OrdersSettings::default() });
    let (ada, tea) = (w.customer(), w.product(1000, 10));
    let id = made(&w, &ada).await.id;
    add(&w, &ada, id, (tea, 1)).await;
    let order = place(&w, &ada, id).await.unwrap().body;
    for done in w.run_timers("forget_basket").await {
        done.unwrap();
    }
    assert_eq!(refused(place(&w, &ada, id).await).0, 404);
    assert_eq!(w.get(&ada, order.id).await.total, eur(1000));
    w.check().await;
}

async fn a_basket_that_was_given_up_too_often_can_be_placed_once_it_is_changed(w: OrdersTestBed) {
    let (ada, tea) = (w.customer(), w.product(1000, 10));
    let id = made(&w, &ada).await.id;
    add(&w, &ada, id, (tea, 2)).await;
    let otherwise =
        PlaceBasketRequest { expected_total: Some(eur(1).into()), ..PlaceBasketRequest::default() };
    let try_it = async || refused(place_with(&w, &ada, id, None, otherwise.clone()).await);
    for _ in 0..100 {
        assert_eq!(try_it().await, (409, "price_changed".to_owned()));
    }
    assert_eq!(try_it().await, (409, "worn_out".to_owned()));
    add(&w, &ada, id, (tea, 1)).await;
    assert_eq!(try_it().await, (409, "price_changed".to_owned()));
    let placed = place(&w, &ada, id).await.unwrap();
    assert_eq!(placed.body.total, eur(3000));
    assert_eq!(place(&w, &ada, id).await.unwrap().body, placed.body, "and once");
    assert_eq!((w.number("select count(*) as n from orders").await, w.products.available(tea)), (1, 7));
    w.check().await;
}
