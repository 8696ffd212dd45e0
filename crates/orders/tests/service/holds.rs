//! Staff keep an order from being shipped, and let it go.

use crate::fakes::transport::NetworkFault;
use crate::world::{Caller, OrdersCallResult, OrdersTestBed, eur, order_of, refused};
use contracts::{events::EventType, fulfilments::*, orders::*, payments::NewRefund};
use db::{Sql, params};
use endpoint::{
    Body, IfMatch, Json, OptionalIdempotencyKey, Page, PageParams, Path, Permission, WithEtag,
    client::CallError, etag,
};
use kernel::id::OrderId;

on_both!(
    a_hold_stops_shipping_and_nothing_else,
    holding_and_releasing_again_changes_nothing,
    what_is_being_cancelled_is_not_released_any_more,
    an_unpaid_order_can_be_held_and_is_paid_all_the_same,
    what_is_over_is_not_held,
    a_hold_can_be_bound_to_a_version,
    an_order_whose_money_went_back_ships_only_when_staff_say_so,
    a_withdrawn_refund_ends_the_hold_that_it_made,
    what_is_to_be_sent_again_is_held_and_what_is_on_its_way_is_not,
    what_fails_after_all_money_went_back_is_not_sent_again_unasked,
    a_hold_of_staff_is_theirs_in_whatever_words,
    a_hold_that_is_older_than_its_mark_goes_by_its_words,
    what_went_back_behind_a_hold_of_staff_is_said_when_they_release_it,
    a_refund_after_shipping_holds_nothing,
    holding_for_ever_new_reasons_keeps_the_newest_of_them,
    holds_are_for_staff,
);

async fn hold(w: &OrdersTestBed, by: &Caller, id: OrderId, reason: &str) -> OrdersCallResult<HoldOrder> {
    let hold = Body(NewHold { reason: reason.to_owned() });
    w.call(by, HoldOrder { id: Path(id), based_on: IfMatch(None), hold }).await
}

async fn release(w: &OrdersTestBed, by: &Caller, id: OrderId) -> OrdersCallResult<ReleaseOrder> {
    w.call(by, ReleaseOrder { id: Path(id), based_on: IfMatch(None) }).await
}

async fn a_hold_stops_shipping_and_nothing_else(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.staff(&[Permission::Orders]));
    let order = w.paid(&ada, "automatic").await;
    let line_id = order.lines[0].id;
    let parcel = w.fulfil(&staff, order.id, Some(vec![LineQuantity { line_id, quantity: 1 }])).await;
    let WithEtag { body: held, etag } = hold(&w, &staff, order.id, "looks like fraud").await.unwrap();
    assert_eq!((held.hold, &held.holds[..]), (Some(Hold::Manual), &[Hold::Manual][..]));
    assert_eq!(etag, etag::of_shown(&[held.version], &held));
    assert_eq!(held.hold_reason.as_deref(), Some("looks like fraud"));
    assert_eq!(held.allowed, [Action::Cancel, Action::Edit, Action::Release, Action::Annotate]);
    assert_eq!(refused(w.ship(&staff, parcel.id).await), (409, "on_hold".to_owned()));
    let pack = PackFulfilment { id: Path(parcel.id), key: OptionalIdempotencyKey(None) };
    assert_eq!(refused(w.call(&staff, pack).await), (409, "on_hold".to_owned()));
    let new =
        CreateFulfilment { id: Path(order.id), key: w.key(), fulfilment: Body(NewFulfilment::default()) };
    assert_eq!(refused(w.call(&staff, new).await), (409, "on_hold".to_owned()));
    match w.set_status(&staff, order.id, TargetStatus::Shipped).await {
        Err(CallError::Refused(SetOrderStatusError::OnHold { hold, holds })) => {
            assert_eq!((hold, holds), (Hold::Manual, vec![Hold::Manual]));
        }
        other => panic!("{other:?}"),
    }
    // what staff write for one another is not for the customer
    let seen = w.get(&ada, order.id).await;
    assert_eq!((seen.hold, seen.hold_reason), (Some(Hold::Manual), None));
    let history = |by: Caller| {
        let w = w.clone();
        async move {
            let read = ListHistory { id: Path(order.id), slice: PageParams::default() };
            let Json(Page { items, .. }) = w.call(&by, read).await.unwrap();
            items.into_iter().filter_map(|item| item.remark).collect::<Vec<_>>()
        }
    };
    assert_eq!(history(ada.clone()).await, [] as [String; 0]);
    assert_eq!(history(staff.clone()).await, ["looks like fraud"]);
    // a parcel can be put back, and the order cancelled
    w.call(&staff, CancelFulfilment { id: Path(parcel.id), key: OptionalIdempotencyKey(None) })
        .await
        .unwrap();
    let WithEtag { body: free, .. } = release(&w, &staff, order.id).await.unwrap();
    assert_eq!((free.hold, free.holds.len(), free.hold_reason), (None, 0, None));
    w.brought(&staff, order.id, TargetStatus::Shipped).await;
    w.brought(&staff, order.id, TargetStatus::Delivered).await;
    assert_eq!(w.get(&ada, order.id).await.status, OrderStatus::Completed);
    w.check().await;
}

async fn what_is_being_cancelled_is_not_released_any_more(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await;
    hold(&w, &staff, order.id, "looks like fraud").await.unwrap();
    // until the payment is closed the order is there, and so is its hold
    w.to_payments.trouble("/close", NetworkFault::Down);
    let waiting = w.cancel(&ada, order.id).await.unwrap().body;
    assert_eq!((waiting.status, waiting.hold), (OrderStatus::Cancelling, Some(Hold::Manual)));
    match release(&w, &staff, order.id).await {
        Err(CallError::Refused(HoldOrderError::IllegalTransition { status, allowed, .. })) => {
            assert_eq!((status, allowed), (OrderStatus::Cancelling, vec![Action::Annotate]));
        }
        other => panic!("{other:?}"),
    }
    w.to_payments.mend();
    assert_eq!(w.run_timers("close").await, [Ok(())]);
    let done = w.get(&staff, order.id).await;
    assert_eq!((done.status, done.hold), (OrderStatus::Cancelled, None));
    // what nobody holds stays as it is
    assert_eq!(release(&w, &staff, order.id).await.unwrap().body.version, done.version);
    w.check().await;
}

async fn holding_and_releasing_again_changes_nothing(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await;
    assert_eq!(release(&w, &staff, order.id).await.unwrap().body.version, order.version);
    let first = hold(&w, &staff, order.id, "wait").await.unwrap();
    assert_eq!(hold(&w, &staff, order.id, "wait").await.unwrap(), first);
    let other = hold(&w, &staff, order.id, "wait for the colour").await.unwrap().body;
    assert_eq!((other.version, other.hold), (first.body.version + 1, Some(Hold::Manual)));
    assert_eq!(other.hold_reason.as_deref(), Some("wait for the colour"));
    let free = release(&w, &staff, order.id).await.unwrap();
    assert_eq!(release(&w, &staff, order.id).await.unwrap(), free);
    // the same reason holds it again
    assert_eq!(
        hold(&w, &staff, order.id, "wait for the colour").await.unwrap().body.hold,
        Some(Hold::Manual)
    );
    w.check().await;
}

async fn an_unpaid_order_can_be_held_and_is_paid_all_the_same(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    hold(&w, &staff, order.id, "wait").await.unwrap();
    w.pay(&ada, order.id, "sim_ok").await.unwrap();
    let paid = w.get(&ada, order.id).await;
    assert_eq!((paid.status, paid.hold), (OrderStatus::Confirmed, Some(Hold::Manual)));
    w.cancel(&ada, order.id).await.unwrap();
    let over = w.get(&ada, order.id).await;
    assert_eq!((over.status, over.hold, over.allowed), (OrderStatus::Cancelled, None, vec![]));
    let story = w.story(order.id).await;
    assert_eq!(&story[..3], [EventType::OrderPlaced, EventType::OrderUpdated, EventType::OrderConfirmed]);
    w.payments.settle_refunds(order.id);
    w.hear_payments().await;
    w.check().await;
}

async fn what_is_over_is_not_held(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    w.cancel(&ada, order.id).await.unwrap();
    assert_eq!(refused(hold(&w, &staff, order.id, "wait").await), (409, "illegal_transition".to_owned()));
}

async fn a_hold_can_be_bound_to_a_version(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await;
    let bound = |version: i64| HoldOrder {
        id: Path(order.id),
        based_on: IfMatch(Some(format!("\"{version}\""))),
        hold: Body(NewHold { reason: "wait".to_owned() }),
    };
    assert_eq!(refused(w.call(&staff, bound(order.version - 1)).await).0, 412);
    w.call(&staff, bound(order.version)).await.unwrap();
    // what is done already is bound to the version, too (RFC 9110, 13.1.1); unbound it is found done
    assert_eq!(refused(w.call(&staff, bound(order.version)).await).0, 412);
    hold(&w, &staff, order.id, "wait").await.unwrap();
    release(&w, &staff, order.id).await.unwrap();
    let release = ReleaseOrder { id: Path(order.id), based_on: IfMatch(Some("\"0\"".to_owned())) };
    assert_eq!(refused(w.call(&staff, release).await).0, 412);
}

async fn refund(w: &OrdersTestBed, by: &Caller, id: OrderId, minor: i64) {
    let refund = Body(NewRefund { amount: Some(eur(minor).into()), reason: None });
    w.call(by, RefundOrder { id: Path(id), key: w.key(), refund }).await.unwrap();
}

async fn an_order_whose_money_went_back_ships_only_when_staff_say_so(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await;
    refund(&w, &staff, order.id, 500).await;
    assert_eq!(w.get(&staff, order.id).await.hold, None, "some of it is goodwill");
    w.payments.refund_slowly();
    refund(&w, &staff, order.id, 1500).await;
    let held = w.get(&staff, order.id).await;
    assert_eq!((held.hold, held.status), (Some(Hold::Manual), OrderStatus::Confirmed));
    assert_eq!(held.hold_reason.as_deref(), Some("refunded in full"));
    let ships = w.set_status(&staff, order.id, TargetStatus::Shipped).await;
    assert_eq!(refused(ships), (409, "on_hold".to_owned()));
    // let go, it is not held again when the money arrives
    release(&w, &staff, order.id).await.unwrap();
    w.payments.settle_refunds(order.id);
    w.hear_payments().await;
    let free = w.get(&staff, order.id).await;
    assert_eq!((free.hold, free.payment_status), (None, PaymentSummary::Refunded));
    w.brought(&staff, order.id, TargetStatus::Shipped).await;
    w.check().await;
}

async fn a_withdrawn_refund_ends_the_hold_that_it_made(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    w.payments.refund_slowly();
    let order = w.paid(&ada, "automatic").await;
    refund(&w, &staff, order.id, 2000).await;
    assert_eq!(w.get(&staff, order.id).await.hold, Some(Hold::Manual));
    w.payments.withdraw_refunds(order.id);
    w.hear_payments().await;
    let free = w.get(&staff, order.id).await;
    assert_eq!((free.hold, free.hold_reason, free.payment_status), (None, None, PaymentSummary::Paid));
    // what staff hold for a reason of their own stays held
    refund(&w, &staff, order.id, 2000).await;
    hold(&w, &staff, order.id, "a hoax").await.unwrap();
    w.payments.withdraw_refunds(order.id);
    w.hear_payments().await;
    assert_eq!(w.get(&staff, order.id).await.hold_reason.as_deref(), Some("a hoax"));
    release(&w, &staff, order.id).await.unwrap();
    w.brought(&staff, order.id, TargetStatus::Shipped).await;
    w.check().await;
}

async fn what_is_to_be_sent_again_is_held_and_what_is_on_its_way_is_not(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    for fails in [false, true] {
        let order = w.paid(&ada, "automatic").await;
        let parcel = w.fulfil(&staff, order.id, None).await;
        w.ship(&staff, parcel.id).await.unwrap();
        if fails {
            w.call(&staff, FailFulfilment { id: Path(parcel.id), key: OptionalIdempotencyKey(None) })
                .await
                .unwrap();
        }
        refund(&w, &staff, order.id, 2000).await;
        let refunded = w.get(&staff, order.id).await;
        assert_eq!((refunded.status, refunded.hold.is_some()), (OrderStatus::Confirmed, fails));
        assert!(w.ship(&staff, parcel.id).await.is_err());
    }
    w.check().await;
}

async fn what_fails_after_all_money_went_back_is_not_sent_again_unasked(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    w.payments.refund_slowly();
    let order = w.paid(&ada, "automatic").await;
    let parcel = w.fulfil(&staff, order.id, None).await;
    w.ship(&staff, parcel.id).await.unwrap();
    refund(&w, &staff, order.id, 2000).await;
    assert_eq!(w.get(&staff, order.id).await.hold, None, "it is on its way");
    let fail = async || {
        w.call(&staff, FailFulfilment { id: Path(parcel.id), key: OptionalIdempotencyKey(None) }).await
    };
    fail().await.unwrap();
    let held = w.get(&staff, order.id).await;
    assert_eq!((held.hold, held.hold_reason.as_deref()), (Some(Hold::Manual), Some("refunded in full")));
    assert_eq!(refused(w.ship(&staff, parcel.id).await), (409, "on_hold".to_owned()));
    // the money stays after all: what it paid for may be sent
    w.payments.withdraw_refunds(order.id);
    w.hear_payments().await;
    assert_eq!(w.get(&staff, order.id).await.hold, None);
    w.ship(&staff, parcel.id).await.unwrap();
    fail().await.unwrap();
    assert_eq!(w.get(&staff, order.id).await.hold, None, "it is paid for");
    w.ship(&staff, parcel.id).await.unwrap();
    // released permanently: the order ships again when staff decide so
    refund(&w, &staff, order.id, 2000).await;
    w.payments.settle_refunds(order.id);
    w.hear_payments().await;
    fail().await.unwrap();
    assert_eq!(refused(w.ship(&staff, parcel.id).await), (409, "on_hold".to_owned()));
    release(&w, &staff, order.id).await.unwrap();
    w.ship(&staff, parcel.id).await.unwrap();
    w.check().await;
}

async fn a_hold_of_staff_is_theirs_in_whatever_words(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    w.payments.refund_slowly();
    for staff_came_first in [true, false] {
        let order = w.paid(&ada, "automatic").await;
        if staff_came_first {
            hold(&w, &staff, order.id, "refunded in full").await.unwrap();
        }
        refund(&w, &staff, order.id, 2000).await;
        let held = w.get(&staff, order.id).await;
        assert_eq!(held.hold_reason.as_deref(), Some("refunded in full"));
        if !staff_came_first {
            let theirs = hold(&w, &staff, order.id, "refunded in full").await.unwrap().body;
            assert_eq!(theirs.version, held.version + 1);
            assert_eq!(
                hold(&w, &staff, order.id, "refunded in full").await.unwrap().body.version,
                theirs.version
            );
        }
        w.payments.withdraw_refunds(order.id);
        w.hear_payments().await;
        assert_eq!(w.get(&staff, order.id).await.hold, Some(Hold::Manual));
        release(&w, &staff, order.id).await.unwrap();
        // once it is over, it says nothing of the next one
        refund(&w, &staff, order.id, 2000).await;
        assert_eq!(w.get(&staff, order.id).await.hold, Some(Hold::Manual));
        w.payments.withdraw_refunds(order.id);
        w.hear_payments().await;
        assert_eq!(w.get(&staff, order.id).await.hold, None);
    }
    w.check().await;
}

async fn a_hold_that_is_older_than_its_mark_goes_by_its_words(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    w.payments.refund_slowly();
    // an older replica leaves whatever mark there was
    let marks = [(None, None, true), (Some("a hoax"), None, false), (Some("a hoax"), Some(true), false)];
    for (reason, mark, ends) in marks {
        let order = w.paid(&ada, "automatic").await;
        refund(&w, &staff, order.id, 2000).await;
        if let Some(reason) = reason {
            hold(&w, &staff, order.id, reason).await.unwrap();
        }
        let mut tx = w.db.begin().await.unwrap();
        let remark = Sql::both("update orders set hold_given_back = $2 where id = $1");
        tx.run(&remark, params![order.id, mark]).await.unwrap();
        tx.commit("test").await.unwrap();
        w.payments.withdraw_refunds(order.id);
        w.hear_payments().await;
        assert_eq!(w.get(&staff, order.id).await.hold.is_none(), ends);
    }
    w.check().await;
}

async fn what_went_back_behind_a_hold_of_staff_is_said_when_they_release_it(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await;
    hold(&w, &staff, order.id, "call her").await.unwrap();
    refund(&w, &staff, order.id, 2000).await;
    assert_eq!(w.get(&staff, order.id).await.hold_reason.as_deref(), Some("call her"));
    let held = release(&w, &staff, order.id).await.unwrap().body;
    assert_eq!((held.hold, held.hold_reason.as_deref()), (Some(Hold::Manual), Some("refunded in full")));
    let ships = w.set_status(&staff, order.id, TargetStatus::Shipped).await;
    assert_eq!(refused(ships), (409, "on_hold".to_owned()));
    assert_eq!(release(&w, &staff, order.id).await.unwrap().body.hold, None);
    w.brought(&staff, order.id, TargetStatus::Shipped).await;
    w.check().await;
}

async fn a_refund_after_shipping_holds_nothing(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await;
    w.brought(&staff, order.id, TargetStatus::Shipped).await;
    w.brought(&staff, order.id, TargetStatus::Delivered).await;
    refund(&w, &staff, order.id, 2000).await;
    let order = w.get(&staff, order.id).await;
    assert_eq!((order.hold, order.status), (None, OrderStatus::Completed));
    // cancelling gives the money back too, and is no hold
    let order = w.paid(&ada, "automatic").await;
    w.cancel(&ada, order.id).await.unwrap();
    w.payments.settle_refunds(order.id);
    w.hear_payments().await;
    assert_eq!(w.get(&staff, order.id).await.hold, None);
    w.check().await;
}

/// What staff read of an order's history, oldest first: the words of each step, where it has some.
async fn words_of_history(w: &OrdersTestBed, by: &Caller, id: OrderId) -> Vec<Option<String>> {
    let (mut words, mut cursor) = (Vec::new(), None);
    loop {
        let read = ListHistory { id: Path(id), slice: PageParams { limit: Some(100), cursor } };
        let Json(Page { items, next_cursor }) = w.call(by, read).await.unwrap();
        words.extend(items.into_iter().map(|item| item.remark));
        cursor = next_cursor;
        if cursor.is_none() {
            return words;
        }
    }
}

async fn holding_for_ever_new_reasons_keeps_the_newest_of_them(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await;
    let lines = Some(vec![LineQuantity { line_id: order.lines[0].id, quantity: 1 }]);
    let cancellation = Body(Cancellation { reason: Some("one is enough".to_owned()), lines });
    let (id, key) = (Path(order.id), w.key());
    w.call(&staff, CancelOrder { id, key, based_on: IfMatch(None), cancellation }).await.unwrap();
    // as a program does that looks again every minute
    let reasons: Vec<String> = (0..105).map(|n| format!("looks like fraud: {n}")).collect();
    for reason in &reasons {
        assert_eq!(hold(&w, &staff, order.id, reason).await.unwrap().body.hold_reason.as_ref(), Some(reason));
    }
    // each step is there; an order that is read brings the words of the newest ones alone
    let history = words_of_history(&w, &staff, order.id).await;
    assert_eq!(history.len() as i64, w.get(&staff, order.id).await.version);
    let words: Vec<String> = history.into_iter().flatten().collect();
    assert_eq!(words[0], "one is enough", "what the customer reads is not pushed out");
    assert_eq!(words[1..], reasons[5..]);
    assert_eq!(release(&w, &staff, order.id).await.unwrap().body.hold, None);
    w.brought(&staff, order.id, TargetStatus::Shipped).await;
    w.check().await;
}

async fn holds_are_for_staff(w: OrdersTestBed) {
    let ada = w.customer();
    let order = w.paid(&ada, "automatic").await;
    for by in [ada, w.staff(&[Permission::Payments, Permission::Products])] {
        assert_eq!(refused(hold(&w, &by, order.id, "wait").await).0, 403);
        assert_eq!(refused(release(&w, &by, order.id).await).0, 403);
    }
    let staff = w.staff(&[Permission::Orders]);
    assert_eq!(refused(hold(&w, &staff, w.env.id(), "wait").await).0, 404);
    assert_eq!(refused(hold(&w, &staff, order.id, "").await).0, 400);
}
