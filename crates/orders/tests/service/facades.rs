//! What façades ask for the users of the originals.

use crate::world::{Caller, OrdersTestBed, order_of, refused};
use contracts::{
    facades::{LookUpOrder, PlaceOrderOnBehalf, SetOrderStatusOnBehalf, TargetStatusRequest},
    orders::*,
};
use endpoint::{Body, IdempotencyKey, Json, Path, Permission, WithEtag, client::CallError};
use kernel::{Id, id::OrderId};

on_both!(
    an_order_by_a_facade_waits_for_ever_and_so_may_many,
    a_facade_brings_an_order_into_a_state_as_staff_do,
    nobody_but_a_facade_asks_for_this,
);

async fn place(w: &OrdersTestBed, by: &Caller, key: &IdempotencyKey, new: &NewOrder) -> Order {
    w.call(by, PlaceOrderOnBehalf { key: key.clone(), order: Body(new.clone()) }).await.unwrap().body
}

async fn an_order_by_a_facade_waits_for_ever_and_so_may_many(w: OrdersTestBed) {
    let settings = orders::OrdersSettings { unpaid_orders_max: 1, ..w.settings.clone() };
    let w = w.with(settings);
    let (ada, tea, key) = (w.customer(), w.product(1000, 10), w.key());
    let by = w.facade_for(&ada);
    let new = order_of(&[(tea, 1)]);
    let first = place(&w, &by, &key, &new).await;
    assert_eq!((first.user_id, first.status, first.payment_due_at), (ada.id, OrderStatus::Pending, None));
    place(&w, &by, &w.key(), &new).await;
    assert_eq!(place(&w, &by, &key, &new).await, first, "a repeat is no new order");
    assert_eq!((w.products.available(tea), w.timers("due").await), (8, 0));
    // they count where she orders by herself
    let third = w.place_with(&ada, &w.key(), &new).await;
    assert!(matches!(third, Err(CallError::Refused(PlaceOrderError::TooManyUnpaidOrders { limit: 1 }))));
    // and are paid like any other
    w.pay(&ada, first.id, "sim_ok").await.unwrap();
    assert_eq!(look_up(&w, first.id).await.status, OrderStatus::Confirmed);
    w.check().await;
}

async fn look_up(w: &OrdersTestBed, id: OrderId) -> Order {
    let Json(order) = w.call_as("compat", LookUpOrder { id: Path(id) }).await.unwrap();
    order
}

async fn a_facade_brings_an_order_into_a_state_as_staff_do(w: OrdersTestBed) {
    let (ada, bob) = (w.customer(), w.customer());
    let order = place(&w, &w.facade_for(&ada), &w.key(), &order_of(&[(w.product(1000, 3), 1)])).await;
    // whether Bob may is for the façade to say
    let by = w.facade_for(&bob);
    let bring = async |status: Option<TargetStatus>| {
        let target = Body(TargetStatusRequest { status });
        w.call(&by, SetOrderStatusOnBehalf { id: Path(order.id), target }).await
    };
    let WithEtag { body, .. } = bring(None).await.unwrap();
    assert_eq!((body.status, body.version), (OrderStatus::Pending, order.version));
    let illegal = bring(Some(TargetStatus::Shipped)).await.unwrap_err();
    let CallError::Refused(SetOrderStatusError::IllegalTransition { targets, .. }) = illegal else {
        panic!("it is not paid")
    };
    assert_eq!(targets, [TargetStatus::Confirmed, TargetStatus::Cancelled]);
    for status in [TargetStatus::Confirmed, TargetStatus::Shipped] {
        bring(Some(status)).await.unwrap();
    }
    let back = bring(None).await.unwrap_err();
    let CallError::Refused(SetOrderStatusError::IllegalTransition { targets, .. }) = back else {
        panic!("it has been shipped")
    };
    assert_eq!(targets, [TargetStatus::Delivered]);
    w.check().await;
}

async fn nobody_but_a_facade_asks_for_this(w: OrdersTestBed) {
    let ada = w.customer();
    let order = w.place(&ada, &order_of(&[(w.product(1000, 3), 1)])).await;
    let staff = w.staff(&Permission::ALL);
    for by in [&ada, &staff, &w.acting_for(&ada)] {
        let new = Body(order_of(&[(w.product(1000, 3), 1)]));
        assert_eq!(refused(w.call(by, PlaceOrderOnBehalf { key: w.key(), order: new }).await).1, "forbidden");
        assert_eq!(refused(w.call(by, LookUpOrder { id: Path(order.id) }).await).1, "forbidden");
        let target = Body(TargetStatusRequest { status: Some(TargetStatus::Cancelled) });
        assert_eq!(
            refused(w.call(by, SetOrderStatusOnBehalf { id: Path(order.id), target }).await).1,
            "forbidden"
        );
    }
    assert_eq!(
        refused(w.call_as("compat", LookUpOrder { id: Path(Id::from_uuid(w.env.uuid())) }).await).1,
        "not_found"
    );
}
