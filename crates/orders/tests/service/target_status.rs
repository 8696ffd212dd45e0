//! `PUT /v1/orders/{id}`: staff name the state that an order shall have.

use crate::world::{Caller, OrdersCallResult, OrdersTestBed, order_of, refused};
use contracts::{events::EventType, orders::*};
use endpoint::{Body, IfMatch, Path, Permission, WithEtag, client::CallError, etag};
use kernel::id::OrderId;

on_both!(
    an_order_is_brought_from_state_to_state,
    what_is_there_already_stays_as_it_is,
    the_rest_of_what_has_shipped_is_cancelled_once,
    what_cannot_be_lists_what_can,
    a_change_is_made_only_to_what_it_is_based_on,
    only_its_own_capture_may_come_between_a_shipment_and_what_it_is_based_on,
    recording_money_takes_the_permission_for_it,
    an_order_that_is_cancelled_while_its_money_is_recorded_is_not_said_to_be_confirmed,
    all_open_units_are_shipped_whatever_they_are_in,
);

const TARGETS: [TargetStatus; 5] = [
    TargetStatus::Confirmed,
    TargetStatus::Shipped,
    TargetStatus::Delivered,
    TargetStatus::Completed,
    TargetStatus::Cancelled,
];

async fn put(
    w: &OrdersTestBed,
    by: &Caller,
    id: OrderId,
    status: TargetStatus,
    etag: Option<&str>,
    version: Option<i64>,
) -> OrdersCallResult<SetOrderStatus> {
    let target = Body(OrderTarget { status, version });
    w.call(by, SetOrderStatus { id: Path(id), based_on: IfMatch(etag.map(Into::into)), target }).await
}

async fn an_order_is_brought_from_state_to_state(w: OrdersTestBed) {
    let (ada, admin) = (w.customer(), w.admin());
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    let confirmed = w.brought(&admin, order.id, TargetStatus::Confirmed).await;
    assert_eq!((confirmed.status, confirmed.payment_status), (OrderStatus::Confirmed, PaymentSummary::Paid));
    let shipped = w.brought(&admin, order.id, TargetStatus::Shipped).await;
    assert_eq!(shipped.fulfilment_status, FulfilmentSummary::Shipped);
    let delivered = w.brought(&admin, order.id, TargetStatus::Delivered).await;
    assert_eq!(
        (delivered.status, delivered.fulfilment_status),
        (OrderStatus::Completed, FulfilmentSummary::Delivered)
    );
    let completed = w.brought(&admin, order.id, TargetStatus::Completed).await;
    assert_eq!(completed, delivered, "it is completed by itself");
    let other = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    assert_eq!(w.brought(&admin, other.id, TargetStatus::Cancelled).await.status, OrderStatus::Cancelled);
    assert_eq!(refused(w.set_status(&ada, order.id, TargetStatus::Cancelled).await).0, 403);
    w.check().await;
}

async fn what_is_there_already_stays_as_it_is(w: OrdersTestBed) {
    let (ada, admin) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await;
    for target in
        [TargetStatus::Confirmed, TargetStatus::Shipped, TargetStatus::Delivered, TargetStatus::Completed]
    {
        let there = w.brought(&admin, order.id, target).await;
        assert_eq!(w.brought(&admin, order.id, target).await, there);
    }
    let other = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    let there = w.brought(&admin, other.id, TargetStatus::Cancelled).await;
    assert_eq!(w.brought(&admin, other.id, TargetStatus::Cancelled).await, there);
}

async fn the_rest_of_what_has_shipped_is_cancelled_once(w: OrdersTestBed) {
    let (ada, admin) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await;
    let one = vec![LineQuantity { line_id: order.lines[0].id, quantity: 1 }];
    let parcel = w.fulfil(&admin, order.id, Some(one)).await;
    w.ship(&admin, parcel.id).await.unwrap();
    let rest = w.brought(&admin, order.id, TargetStatus::Cancelled).await;
    assert_eq!((rest.status, rest.lines[0].shipped, rest.lines[0].cancelled), (OrderStatus::Confirmed, 1, 1));
    // nothing is left to cancel: a second request is not told that it did so
    let again = w.set_status(&admin, order.id, TargetStatus::Cancelled).await;
    let Err(CallError::Refused(SetOrderStatusError::IllegalTransition { status, targets, .. })) = again
    else {
        panic!("{again:?}")
    };
    assert_eq!((status, targets), (OrderStatus::Confirmed, vec![TargetStatus::Delivered]));
    assert_eq!(w.get(&admin, order.id).await.lines, rest.lines);
    let cancelled = w.story(order.id).await;
    assert_eq!(cancelled.iter().filter(|kind| **kind == EventType::OrderItemsCancelled).count(), 1);
    // when it has arrived and is complete, there still is nothing more to cancel
    w.brought(&admin, order.id, TargetStatus::Delivered).await;
    w.payments.settle_refunds(order.id);
    w.hear_payments().await;
    let done = w.set_status(&admin, order.id, TargetStatus::Cancelled).await;
    let Err(CallError::Refused(SetOrderStatusError::IllegalTransition { status, allowed, .. })) = done else {
        panic!("{done:?}")
    };
    assert_eq!((status, allowed), (OrderStatus::Completed, vec![Action::Refund, Action::Annotate]));
    // of what has all shipped nothing was cancelled: who asks for that is told so
    let sent = w.paid(&ada, "automatic").await;
    w.brought(&admin, sent.id, TargetStatus::Shipped).await;
    let late = w.set_status(&admin, sent.id, TargetStatus::Cancelled).await;
    assert_eq!(refused(late), (409, "illegal_transition".to_owned()));
    w.check().await;
}

async fn what_cannot_be_lists_what_can(w: OrdersTestBed) {
    let (ada, admin) = (w.customer(), w.admin());
    let pending = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    for target in [TargetStatus::Shipped, TargetStatus::Delivered, TargetStatus::Completed] {
        let Err(CallError::Refused(SetOrderStatusError::IllegalTransition { status, allowed, targets })) =
            w.set_status(&admin, pending.id, target).await
        else {
            panic!("{target:?} of an unpaid order")
        };
        assert_eq!(
            (status, allowed),
            (
                OrderStatus::Pending,
                vec![Action::Pay, Action::Cancel, Action::Edit, Action::Hold, Action::Annotate]
            )
        );
        assert_eq!(targets, [TargetStatus::Confirmed, TargetStatus::Cancelled]);
    }
    let paid = w.paid(&ada, "automatic").await;
    for target in [TargetStatus::Delivered, TargetStatus::Completed] {
        let Err(CallError::Refused(SetOrderStatusError::IllegalTransition { targets, .. })) =
            w.set_status(&admin, paid.id, target).await
        else {
            panic!("{target:?} of an order that is not shipped")
        };
        assert_eq!(targets, [TargetStatus::Shipped, TargetStatus::Cancelled]);
    }
    w.brought(&admin, paid.id, TargetStatus::Shipped).await;
    let Err(CallError::Refused(SetOrderStatusError::IllegalTransition { targets, .. })) =
        w.set_status(&admin, paid.id, TargetStatus::Completed).await
    else {
        panic!("an order that has not arrived is not complete")
    };
    assert_eq!(targets, [TargetStatus::Delivered]);
    w.cancel(&ada, pending.id).await.unwrap();
    for target in &TARGETS[..4] {
        let code = refused(w.set_status(&admin, pending.id, *target).await);
        assert_eq!(code, (409, "illegal_transition".to_owned()), "{target:?}");
    }
    w.check().await;
}

async fn a_change_is_made_only_to_what_it_is_based_on(w: OrdersTestBed) {
    let (ada, admin) = (w.customer(), w.admin());
    let order = w.paid(&ada, "manual").await;
    let version = order.version;
    let old = put(&w, &admin, order.id, TargetStatus::Shipped, Some("\"1\""), None).await;
    let Err(CallError::Problem(problem)) = old else { panic!("it has changed") };
    let current = format!("\"{version}\"");
    assert_eq!((problem.status, &problem.data["current_etag"]), (412, &current.clone().into()));
    let old = put(&w, &admin, order.id, TargetStatus::Shipped, None, Some(1)).await;
    let Err(CallError::Refused(SetOrderStatusError::VersionConflict { current_version })) = old else {
        panic!("it has changed")
    };
    assert_eq!(current_version, version);
    // capturing is a step of the change itself
    let WithEtag { etag, body } =
        put(&w, &admin, order.id, TargetStatus::Shipped, Some(&current), Some(version)).await.unwrap();
    assert_eq!((etag, body.payment_status), (etag::of_shown(&[body.version], &body), PaymentSummary::Paid));
    w.check().await;
}

async fn only_its_own_capture_may_come_between_a_shipment_and_what_it_is_based_on(w: OrdersTestBed) {
    let (ada, admin) = (w.customer(), w.admin());
    for by_header in [true, false] {
        let order = w.paid(&ada, "manual").await;
        let (id, version) = (order.id, order.version);
        let (etag, number) = match by_header {
            true => (Some(format!("\"{version}\"")), None),
            false => (None, Some(version)),
        };
        let (world, by) = (w.clone(), ada.clone());
        w.to_payments.after("/internal/payments/settle", async move {
            let note = UpdateOrder {
                id: Path(id),
                based_on: IfMatch(None),
                change: Body(OrderChange { note: Some("ring twice".to_owned()), ..OrderChange::default() }),
            };
            world.call(&by, note).await.unwrap();
        });
        let shipped = put(&w, &admin, id, TargetStatus::Shipped, etag.as_deref(), number).await;
        assert_eq!(refused(shipped).0, if by_header { 412 } else { 409 });
        let now = w.get(&ada, id).await;
        assert_eq!((now.lines[0].shipped, now.payment_status), (0, PaymentSummary::Paid));
    }
    w.check().await;
}

async fn recording_money_takes_the_permission_for_it(w: OrdersTestBed) {
    let ada = w.customer();
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    let orders = w.staff(&[Permission::Orders]);
    assert_eq!(refused(w.set_status(&orders, order.id, TargetStatus::Confirmed).await).0, 403);
    let both = w.staff(&[Permission::Orders, Permission::Payments]);
    w.pay(&ada, order.id, "sim_slow").await.unwrap();
    let busy = w.set_status(&both, order.id, TargetStatus::Confirmed).await;
    assert_eq!(refused(busy), (409, "payment_in_progress".to_owned()));
    w.payments.finish(order.id, false);
    w.hear_payments().await;
    assert_eq!(w.brought(&both, order.id, TargetStatus::Confirmed).await.status, OrderStatus::Confirmed);
    assert_eq!(w.brought(&orders, order.id, TargetStatus::Shipped).await.lines[0].shipped, 2);
    w.check().await;
}

async fn all_open_units_are_shipped_whatever_they_are_in(w: OrdersTestBed) {
    let (ada, admin) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await;
    let one = vec![LineQuantity { line_id: order.lines[0].id, quantity: 1 }];
    w.fulfil(&admin, order.id, Some(one)).await;
    let shipped = w.brought(&admin, order.id, TargetStatus::Shipped).await;
    assert_eq!((shipped.lines[0].shipped, shipped.lines[0].open), (2, 0));
    assert_eq!(w.number("select count(*) as n from fulfilment where status = 'shipped'").await, 2);
    w.brought(&admin, order.id, TargetStatus::Delivered).await;
    assert_eq!(w.number("select count(*) as n from fulfilment where status = 'delivered'").await, 2);
    w.check().await;
}

async fn an_order_that_is_cancelled_while_its_money_is_recorded_is_not_said_to_be_confirmed(
    w: OrdersTestBed,
) {
    let (ada, admin) = (w.customer(), w.admin());
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    let (world, by, id) = (w.clone(), ada.clone(), order.id);
    w.to_payments.after("/internal/payments/offline", async move {
        world.cancel(&by, id).await.unwrap();
    });
    let Err(CallError::Refused(SetOrderStatusError::IllegalTransition { status, targets, .. })) =
        w.set_status(&admin, id, TargetStatus::Confirmed).await
    else {
        panic!("another request has won")
    };
    let now = w.get(&admin, id).await;
    assert_eq!((status, targets), (now.status, Vec::new()));
    assert!(matches!(status, OrderStatus::Cancelling | OrderStatus::Cancelled), "{status:?}");
    w.check().await;
}
