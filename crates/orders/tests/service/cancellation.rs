//! Cancelling an order, or some of its units.

use crate::{
    fakes::transport::NetworkFault,
    world::{Caller, OrdersCallResult, OrdersTestBed, eur, method, order_of, refused},
};
use contracts::{events::EventType, fulfilments::*, orders::*};
use endpoint::{Body, IdempotencyKey, IfMatch, Json, Path, Permission, WithEtag, client::CallError};
use kernel::id::{LineId, OrderId};

on_both!(
    an_unpaid_order_is_cancelled,
    a_paid_order_is_cancelled_and_its_money_goes_back,
    while_payments_is_away_the_order_is_cancelling,
    the_same_key_cancels_once,
    a_cancel_takes_the_place_of_an_expiry,
    some_units_are_cancelled_by_staff,
    what_waits_for_its_payment_is_cancelled_as_a_whole,
    units_in_a_fulfilment_are_not_open,
    the_last_units_are_the_whole_order,
    once_something_has_shipped_the_rest_is_cancelled,
    adjustments_stay_in_full_after_a_partial_cancel,
    only_the_owner_and_staff_for_orders_cancel,
);

async fn cancel_lines(
    w: &OrdersTestBed,
    by: &Caller,
    id: OrderId,
    key: &IdempotencyKey,
    lines: &[(LineId, i64)],
) -> OrdersCallResult<CancelOrder> {
    let line = |(line_id, quantity): &(LineId, i64)| LineQuantity { line_id: *line_id, quantity: *quantity };
    let lines = Some(lines.iter().map(line).collect());
    w.call(
        by,
        CancelOrder {
            id: Path(id),
            key: key.clone(),
            based_on: IfMatch(None),
            cancellation: Body(Cancellation { reason: None, lines }),
        },
    )
    .await
}

async fn what_waits_for_its_payment_is_cancelled_as_a_whole(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    let line = order.lines[0].id;
    let piece = cancel_lines(&w, &staff, order.id, &w.key(), &[(line, 1)]).await;
    assert_eq!(refused(piece), (409, "whole_only".to_owned()));
    assert_eq!(w.get(&ada, order.id).await, order, "nothing has changed");
    let all = cancel_lines(&w, &staff, order.id, &w.key(), &[(line, 2)]).await.unwrap();
    assert_eq!(all.body.status, OrderStatus::Cancelled, "all of them are the whole");
    w.check().await;
}

async fn an_unpaid_order_is_cancelled(w: OrdersTestBed) {
    let (ada, tea) = (w.customer(), w.product(1000, 10));
    let order = w.place(&ada, &order_of(&[(tea, 2)])).await;
    let WithEtag { body: cancelled, .. } = w.cancel(&ada, order.id).await.unwrap();
    assert_eq!((cancelled.status, cancelled.owed), (OrderStatus::Cancelled, eur(0)));
    assert_eq!(cancelled.cancel_code, Some(CancelCode::Customer));
    assert_eq!(cancelled.cancel_reason.as_deref(), Some("second thoughts"));
    assert_eq!((cancelled.lines[0].cancelled, cancelled.lines[0].open), (2, 0));
    assert_eq!((w.timers("close").await, w.timers("due").await), (0, 0));
    // who asks for what is so already is told that it is, whatever the key
    assert_eq!(w.cancel(&ada, order.id).await.unwrap().body, cancelled);
    assert_eq!(w.cancel(&w.admin(), order.id).await.unwrap().body.version, cancelled.version);
    let piece = cancel_lines(&w, &w.admin(), order.id, &w.key(), &[(order.lines[0].id, 1)]).await;
    assert_eq!(refused(piece), (409, "illegal_transition".to_owned()), "none is open");
    w.check().await;
}

async fn a_paid_order_is_cancelled_and_its_money_goes_back(w: OrdersTestBed) {
    let ada = w.customer();
    for capture in ["automatic", "manual"] {
        let order = w.paid(&ada, capture).await;
        let fulfilment = w.fulfil(&w.admin(), order.id, None).await;
        let WithEtag { body: cancelled, .. } = w.cancel(&ada, order.id).await.unwrap();
        assert_eq!(cancelled.status, OrderStatus::Cancelled);
        let figures = w.payments.figures(order.id).unwrap();
        assert_eq!(figures.captured, figures.claimed);
        let way = [EventType::FulfilmentCreated, EventType::FulfilmentCancelled];
        assert_eq!(w.way(fulfilment.id).await, way, "what was not shipped is cancelled with it");
    }
    w.check().await;
}

async fn while_payments_is_away_the_order_is_cancelling(w: OrdersTestBed) {
    let (ada, key) = (w.customer(), w.key());
    let order = w.paid(&ada, "automatic").await;
    w.to_payments.trouble("/close", NetworkFault::Down);
    let request = || CancelOrder {
        id: Path(order.id),
        key: key.clone(),
        based_on: IfMatch(None),
        cancellation: Body(Cancellation::default()),
    };
    let WithEtag { body: waiting, .. } = w.call(&ada, request()).await.unwrap();
    assert_eq!((waiting.status, waiting.lines[0].open), (OrderStatus::Cancelling, 2));
    let WithEtag { body: again, .. } = w.call(&ada, request()).await.unwrap();
    assert_eq!(again, waiting);
    let ships = w.set_status(&w.admin(), order.id, TargetStatus::Shipped).await;
    assert_eq!(refused(ships), (409, "illegal_transition".to_owned()));
    w.to_payments.mend();
    assert_eq!(w.run_timers("close").await, [Ok(())]);
    let WithEtag { body: done, .. } = w.call(&ada, request()).await.unwrap();
    assert_eq!(done.status, OrderStatus::Cancelled);
    w.check().await;
}

async fn the_same_key_cancels_once(w: OrdersTestBed) {
    let (ada, key) = (w.customer(), w.key());
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    let cancel = async |reason: &str| {
        let cancellation = Cancellation { reason: Some(reason.to_owned()), lines: None };
        w.call(
            &ada,
            CancelOrder {
                id: Path(order.id),
                key: key.clone(),
                based_on: IfMatch(None),
                cancellation: Body(cancellation),
            },
        )
        .await
    };
    let WithEtag { body: first, .. } = cancel("a").await.unwrap();
    assert_eq!(first.email.as_deref(), Some("ada@example.com"));
    let WithEtag { body: again, .. } = cancel("a").await.unwrap();
    assert_eq!(again, first);
    assert_eq!(refused(cancel("b").await), (422, "key_reused".to_owned()));
    assert_eq!(w.story(order.id).await.len(), 3);
}

async fn a_cancel_takes_the_place_of_an_expiry(w: OrdersTestBed) {
    let ada = w.customer();
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    w.pay(&ada, order.id, "sim_slow").await.unwrap();
    w.payments_fall_due().await;
    w.run_timers("due").await;
    let WithEtag { body: waiting, .. } = w.cancel(&ada, order.id).await.unwrap();
    assert_eq!(waiting.status, OrderStatus::Cancelling);
    // the charge goes through all the same: it is given back
    w.payments.finish(order.id, true);
    w.hear_payments().await;
    let done = w.get(&ada, order.id).await;
    assert_eq!((done.status, done.payment_status), (OrderStatus::Cancelled, PaymentSummary::Paid));
    w.payments.settle_refunds(order.id);
    w.hear_payments().await;
    assert_eq!(w.get(&ada, order.id).await.payment_status, PaymentSummary::Refunded);
    w.check().await;
}

async fn some_units_are_cancelled_by_staff(w: OrdersTestBed) {
    let (ada, staff, key) = (w.customer(), w.staff(&[Permission::Orders]), w.key());
    let order = w.paid(&ada, "automatic").await;
    let line = order.lines[0].id;
    assert_eq!(refused(cancel_lines(&w, &ada, order.id, &w.key(), &[(line, 1)]).await).0, 403);
    w.to_payments.trouble("/owed", NetworkFault::Down);
    let WithEtag { body: less, .. } = cancel_lines(&w, &staff, order.id, &key, &[(line, 1)]).await.unwrap();
    assert_eq!((less.status, less.owed, less.lines[0].cancelled), (OrderStatus::Confirmed, eur(1000), 1));
    assert_eq!(w.payments.figures(order.id).unwrap().claimed, eur(0));
    let WithEtag { body: again, .. } = cancel_lines(&w, &staff, order.id, &key, &[(line, 1)]).await.unwrap();
    assert_eq!(again, less);
    w.to_payments.mend();
    assert_eq!(w.run_timers("settle_owed").await, [Ok(())]);
    assert_eq!(w.timers("settle_owed").await, 0);
    let figures = w.payments.figures(order.id).unwrap();
    assert_eq!((figures.owed, figures.claimed), (eur(1000), eur(1000)));
    w.check().await;
}

async fn units_in_a_fulfilment_are_not_open(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await;
    let line = order.lines[0].id;
    let one = Some(vec![LineQuantity { line_id: line, quantity: 1 }]);
    w.fulfil(&staff, order.id, one).await;
    let Err(CallError::Refused(CancelOrderError::NotOpen { errors })) =
        cancel_lines(&w, &staff, order.id, &w.key(), &[(line, 2)]).await
    else {
        panic!("one of two is in a fulfilment")
    };
    assert_eq!((&*errors[0].pointer, &errors[0].data["available"]), ("/lines/0/quantity", &1.into()));
    let strange = cancel_lines(&w, &staff, order.id, &w.key(), &[(w.env.id(), 1)]).await;
    assert_eq!(refused(strange), (422, "unprocessable".to_owned()));
    cancel_lines(&w, &staff, order.id, &w.key(), &[(line, 1)]).await.unwrap();
    w.check().await;
}

async fn the_last_units_are_the_whole_order(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await;
    let line = order.lines[0].id;
    let WithEtag { body: done, .. } =
        cancel_lines(&w, &staff, order.id, &w.key(), &[(line, 1), (line, 1)]).await.unwrap();
    assert_eq!(done.status, OrderStatus::Cancelled);
    w.check().await;
}

async fn once_something_has_shipped_the_rest_is_cancelled(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await;
    let line = order.lines[0].id;
    let first = w.fulfil(&staff, order.id, Some(vec![LineQuantity { line_id: line, quantity: 1 }])).await;
    let second = w.fulfil(&staff, order.id, None).await;
    w.ship(&staff, first.id).await.unwrap();
    let Err(CallError::Refused(CancelOrderError::IllegalTransition { allowed, .. })) =
        w.cancel(&ada, order.id).await
    else {
        panic!("customers cancel while nothing has shipped")
    };
    assert_eq!(allowed, []);
    let key = w.key();
    let cancel = |key: &IdempotencyKey| CancelOrder {
        id: Path(order.id),
        key: key.clone(),
        based_on: IfMatch(None),
        cancellation: Body(Cancellation::default()),
    };
    let WithEtag { body: rest, .. } = w.call(&staff, cancel(&key)).await.unwrap();
    assert_eq!((rest.status, rest.owed), (OrderStatus::Confirmed, eur(1000)));
    assert_eq!((rest.lines[0].shipped, rest.lines[0].cancelled, rest.lines[0].open), (1, 1, 0));
    assert_eq!(w.way(second.id).await.last(), Some(&EventType::FulfilmentCancelled));
    assert_eq!(w.payments.figures(order.id).unwrap().claimed, eur(1000));
    // the same request again is answered as before; another one finds nothing to cancel
    let again = w.call(&staff, cancel(&key)).await.unwrap().body;
    assert_eq!((again.status, &again.lines), (rest.status, &rest.lines));
    assert_eq!(refused(w.call(&staff, cancel(&w.key())).await), (409, "illegal_transition".to_owned()));
    assert_eq!(refused(w.cancel(&ada, order.id).await).0, 409, "what is left is for staff");
    // it is completed once it has arrived and the money has gone back
    w.brought(&staff, order.id, TargetStatus::Delivered).await;
    assert_eq!(w.get(&ada, order.id).await.status, OrderStatus::Confirmed);
    w.payments.settle_refunds(order.id);
    w.hear_payments().await;
    let done = w.get(&ada, order.id).await;
    assert_eq!(
        (done.status, done.payment_status),
        (OrderStatus::Completed, PaymentSummary::PartiallyRefunded)
    );
    let late = w.call(&staff, cancel(&w.key())).await;
    let Err(CallError::Refused(CancelOrderError::IllegalTransition { status, allowed, .. })) = late else {
        panic!("{late:?}")
    };
    assert_eq!((status, allowed), (OrderStatus::Completed, vec![Action::Refund, Action::Annotate]));
    assert_eq!(w.call(&staff, cancel(&key)).await.unwrap().body.version, again.version, "a repeat, still");
    let request = GetFulfilment { id: Path(second.id) };
    let Json(second) = w.call(&ada, request).await.unwrap();
    assert_eq!(second.status, FulfilmentStatus::Cancelled);
    w.check().await;
}

async fn adjustments_stay_in_full_after_a_partial_cancel(w: OrdersTestBed) {
    let staff = w.admin();
    let mut new = order_of(&[(w.product(1000, 10), 3)]);
    let adjustment = |kind, minor| NewAdjustment { kind, title: "a".to_owned(), amount: eur(minor).into() };
    new.adjustments =
        vec![adjustment(AdjustmentKind::Shipping, 500), adjustment(AdjustmentKind::Discount, 1800)];
    new.payment = Some(method("sim_ok", "automatic"));
    let order = w.place(&staff, &new).await;
    let line = order.lines[0].id;
    assert_eq!((order.total, order.status), (eur(1700), OrderStatus::Confirmed));
    let WithEtag { body: two, .. } =
        cancel_lines(&w, &staff, order.id, &w.key(), &[(line, 1)]).await.unwrap();
    assert_eq!(two.owed, eur(700));
    // the discount is more than what is left: nothing is owed, and nothing beyond what was paid goes back
    let WithEtag { body: one, .. } =
        cancel_lines(&w, &staff, order.id, &w.key(), &[(line, 1)]).await.unwrap();
    assert_eq!((one.owed, one.hold), (eur(0), None));
    assert_eq!(w.payments.figures(order.id).unwrap().claimed, eur(1700));
    w.brought(&staff, order.id, TargetStatus::Shipped).await;
    w.payments.settle_refunds(order.id);
    w.hear_payments().await;
    w.brought(&staff, order.id, TargetStatus::Delivered).await;
    assert_eq!(w.get(&staff, order.id).await.status, OrderStatus::Completed);
    w.check().await;
}

async fn only_the_owner_and_staff_for_orders_cancel(w: OrdersTestBed) {
    let ada = w.customer();
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    assert_eq!(refused(w.cancel(&w.customer(), order.id).await).0, 404);
    assert_eq!(refused(w.cancel(&w.staff(&[Permission::Products]), order.id).await).0, 404);
    assert_eq!(refused(w.cancel(&w.staff(&[Permission::Payments]), order.id).await).0, 403);
    w.cancel(&w.staff(&[Permission::Orders]), order.id).await.unwrap();
}
