//! What customers can order: units of a line and of an order, and a part of the stock before they have paid.

use crate::{
    baskets::{add, made, place_with},
    drafts::{draft_for, drafted},
    guests::{filled, placed, placing},
    world::{OrdersTestBed, order_of, refused},
};
use contracts::{orders::*, reservations::UnpaidHolder};
use endpoint::{Body, IdempotencyKey, client::CallError};
use orders::OrdersSettings;
use std::{collections::BTreeSet, time::Duration};

on_both!(
    a_line_and_an_order_have_a_limit_of_units,
    a_repeat_is_answered_when_the_limit_has_become_smaller,
    a_basket_takes_as_many_units_as_a_line_can_have,
    products_is_told_who_has_not_paid,
    what_unpaid_orders_cannot_reserve_is_named_with_what_can_be_ordered,
    a_guests_unpaid_order_expires_sooner,
);

fn limited(w: &OrdersTestBed) -> OrdersTestBed {
    w.clone().with(OrdersSettings { line_units_max: 10, order_units_max: 15, ..OrdersSettings::default() })
}

async fn a_line_and_an_order_have_a_limit_of_units(w: OrdersTestBed) {
    let w = limited(&w);
    let (ada, staff) = (w.customer(), w.admin());
    let (tea, cup) = (w.product(1000, 100), w.product(450, 100));
    for (lines, expected) in [
        (vec![(tea, 10), (cup, 5)], vec![]),
        (vec![(tea, 11), (cup, 1)], vec![("/lines/0/quantity", 10)]),
        (vec![(cup, 8), (tea, 8)], vec![("/lines", 15)]),
        (vec![(cup, 1), (tea, 1_000_000)], vec![("/lines/1/quantity", 10), ("/lines", 15)]),
        (vec![(tea, 6), (tea, 6), (tea, 6)], vec![("/lines", 15)]),
    ] {
        let answer = w.place_with(&ada, &w.key(), &order_of(&lines)).await;
        let Err(CallError::Problem(problem)) = answer else {
            assert!(answer.is_ok() && expected.is_empty(), "{answer:?}");
            continue;
        };
        assert_eq!((problem.status, problem.code.as_str()), (422, "unprocessable"));
        let errors = problem.data["errors"].as_array().unwrap();
        let found: Vec<_> = errors
            .iter()
            .map(|error| {
                assert_eq!(error["code"], "too_many_units");
                (error["pointer"].as_str().unwrap(), error["limit"].as_i64().unwrap())
            })
            .collect();
        assert_eq!(found, expected);
    }
    assert_eq!((w.products.available(tea), w.products.available(cup)), (90, 95));
    // staff order more, by themselves and by drafts
    w.place(&staff, &order_of(&[(tea, 20)])).await;
    let draft = drafted(&w, &staff, &draft_for(&ada, &[(tea, 20)])).await;
    crate::drafts::place(&w, &staff, draft.id).await.unwrap();
    w.check().await;
}

async fn a_repeat_is_answered_when_the_limit_has_become_smaller(w: OrdersTestBed) {
    let (ada, key, new) = (w.customer(), w.key(), order_of(&[(w.product(1000, 100), 20)]));
    let first = w.place_with(&ada, &key, &new).await.unwrap();
    let w = limited(&w);
    assert_eq!(w.place_with(&ada, &key, &new).await.unwrap(), first);
    w.check().await;
}

async fn a_basket_takes_as_many_units_as_a_line_can_have(w: OrdersTestBed) {
    let w = limited(&w);
    let (ada, tea) = (w.customer(), w.product(1000, 100));
    let id = made(&w, &ada).await.id;
    add(&w, &ada, id, (tea, 10)).await;
    let item = NewBasketItem { product_id: tea, quantity: 1 };
    let more =
        AddToBasket { id: endpoint::Path(id), key: endpoint::OptionalIdempotencyKey(None), item: Body(item) };
    let Err(CallError::Refused(UpdateBasketError::BasketFull { quantity_max, .. })) =
        w.call(&ada, more).await
    else {
        panic!("a line has 10 units")
    };
    assert_eq!(quantity_max, 10);
}

async fn products_is_told_who_has_not_paid(w: OrdersTestBed) {
    let (ada, staff, tea) = (w.customer(), w.admin(), w.product(1000, 100));
    w.place(&ada, &order_of(&[(tea, 1)])).await;
    assert_eq!(w.products.holders(), [Some(UnpaidHolder { id: ada.id, is_guest: false })]);
    // staff, drafts and façades have no limit
    w.place(&staff, &order_of(&[(tea, 1)])).await;
    let draft = drafted(&w, &staff, &draft_for(&ada, &[(tea, 1)])).await;
    crate::drafts::place(&w, &staff, draft.id).await.unwrap();
    let by_facade = contracts::facades::PlaceOrderOnBehalf {
        key: IdempotencyKey("f".into()),
        order: Body(order_of(&[(tea, 1)])),
    };
    w.call(&w.facade_for(&ada), by_facade).await.unwrap();
    assert_eq!(w.products.holders().iter().flatten().count(), 1);
    // one mailbox is one guest, however its address is written and however many baskets there are
    for email in [
        "bea@example.com",
        "BEA@example.com",
        "bea+2@example.com",
        "b.ea@example.com",
        "cid@gmail.com",
        "c.i.d+x@googlemail.com",
    ] {
        placed(&w, email, None).await;
    }
    let guests: BTreeSet<_> = w
        .products
        .holders()
        .into_iter()
        .flatten()
        .filter(|holder| holder.is_guest)
        .map(|holder| holder.id)
        .collect();
    assert_eq!(guests.len(), 3);
    w.check().await;
}

async fn what_unpaid_orders_cannot_reserve_is_named_with_what_can_be_ordered(w: OrdersTestBed) {
    let (ada, staff, tea) = (w.customer(), w.admin(), w.product(1000, 100));
    w.products.limit_unpaid(30);
    let Err(CallError::Refused(PlaceOrderError::InsufficientStock { errors })) =
        w.place_with(&ada, &w.key(), &order_of(&[(tea, 31)])).await
    else {
        panic!("at most 30")
    };
    let [short] = &errors[..] else { panic!("{errors:?}") };
    assert_eq!((short.pointer.as_str(), short.available, short.limited), ("/lines/0/quantity", 30, true));
    assert!(short.detail.contains("at most 30 units"), "{}", short.detail);
    assert_eq!(w.number("select count(*) as n from placement").await, 0);
    w.place(&ada, &order_of(&[(tea, 30)])).await;
    w.place(&staff, &order_of(&[(tea, 70)])).await;
    let id = filled(&w).await;
    w.products.limit_unpaid(1);
    let answer = place_with(&w, &w.guest(), id, None, placing("bea@example.com", None)).await;
    assert_eq!(refused(answer), (409, "insufficient_stock".to_owned()));
    w.check().await;
}

async fn a_guests_unpaid_order_expires_sooner(w: OrdersTestBed) {
    let (order, _) = placed(&w, "bea@example.com", None).await;
    let minutes = |n: u64| order.created_at.plus(Duration::from_secs(n * 60));
    assert_eq!(order.payment_due_at, Some(minutes(15)));
    // and never later than others do
    let w = w.with(OrdersSettings { payment_due: Duration::from_secs(60), ..OrdersSettings::default() });
    let (order, _) = placed(&w, "bea@example.com", None).await;
    assert_eq!(order.payment_due_at, Some(order.created_at.plus(Duration::from_secs(60))));
    w.check().await;
}
