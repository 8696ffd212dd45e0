//! Packing, shipping, delivering.

use crate::world::{Caller, OrdersTestBed, eur, order_of, refused};
use contracts::{events::EventType, fulfilments::*, orders::*};
use db::Sql;
use endpoint::{
    Body, CreatedWithoutEtag, IdempotencyKey, IfMatch, Json, OptionalIdempotencyKey, Page, PageParams, Path,
    Permission, client::CallError,
};

on_both!(
    an_order_goes_its_way_in_two_parcels,
    shipping_takes_the_money_first,
    money_that_came_too_late_pays_for_no_shipment,
    money_that_cannot_be_taken_stops_the_shipment,
    the_same_key_makes_and_ships_once,
    a_parcel_that_could_not_be_delivered_is_sent_again_or_comes_back,
    what_went_back_for_cancelled_pieces_is_not_for_those_that_came_back,
    what_is_not_confirmed_is_not_packed,
    a_cancelled_fulfilment_frees_its_units,
    steps_out_of_order_are_refused,
    carrier_and_number_are_corrected_once_it_has_left,
    a_correction_is_no_step,
    fulfilments_are_for_staff_and_shown_to_the_owner,
    fulfilments_come_in_pages,
    what_an_older_replica_has_not_counted_is_put_right_with_the_next_parcel,
);

async fn an_order_goes_its_way_in_two_parcels(w: OrdersTestBed) {
    use EventType::*;
    let (ada, staff) = (w.customer(), w.staff(&[Permission::Orders]));
    let order = w.paid(&ada, "automatic").await;
    let line_id = order.lines[0].id;
    let first = w.fulfil(&staff, order.id, Some(vec![LineQuantity { line_id, quantity: 1 }])).await;
    assert_eq!((first.status, first.version), (FulfilmentStatus::Pending, 1));
    let second = w.fulfil(&staff, order.id, None).await;
    assert_eq!(second.lines, [LineQuantity { line_id, quantity: 1 }], "all that is in no other");
    let nothing =
        CreateFulfilment { id: Path(order.id), key: w.key(), fulfilment: Body(NewFulfilment::default()) };
    assert_eq!(refused(w.call(&staff, nothing).await), (409, "not_open".to_owned()));
    let Json(packed) = w
        .call(&staff, PackFulfilment { id: Path(first.id), key: OptionalIdempotencyKey(None) })
        .await
        .unwrap();
    assert_eq!(packed.status, FulfilmentStatus::Packed);
    let Json(shipped) = w.ship(&staff, first.id).await.unwrap();
    assert_eq!((shipped.status, shipped.carrier.as_deref()), (FulfilmentStatus::Shipped, Some("DHL")));
    let half = w.get(&ada, order.id).await;
    assert_eq!((half.fulfilment_status, half.lines[0].shipped), (FulfilmentSummary::PartiallyShipped, 1));
    w.ship(&staff, second.id).await.unwrap();
    assert_eq!(w.way(second.id).await, [FulfilmentCreated, FulfilmentPacked, FulfilmentShipped]);
    assert_eq!(w.get(&ada, order.id).await.fulfilment_status, FulfilmentSummary::Shipped);
    for (id, expected) in [(first.id, OrderStatus::Confirmed), (second.id, OrderStatus::Completed)] {
        w.call(&staff, DeliverFulfilment { id: Path(id), key: OptionalIdempotencyKey(None) }).await.unwrap();
        assert_eq!(w.get(&ada, order.id).await.status, expected);
    }
    let story = w.story(order.id).await;
    assert_eq!(story.iter().filter(|kind| **kind == OrderUpdated).count(), 7);
    assert_eq!(story.last(), Some(&OrderCompleted));
    w.check().await;
}

async fn shipping_takes_the_money_first(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "manual").await;
    let fulfilment = w.fulfil(&staff, order.id, None).await;
    assert_eq!(w.payments.figures(order.id).unwrap().captured, eur(0));
    w.ship(&staff, fulfilment.id).await.unwrap();
    assert_eq!(w.payments.figures(order.id).unwrap().captured, eur(2000));
    let shipped = w.get(&ada, order.id).await;
    assert_eq!(
        (shipped.payment_status, shipped.fulfilment_status),
        (PaymentSummary::Paid, FulfilmentSummary::Shipped)
    );
    w.check().await;
}

async fn money_that_came_too_late_pays_for_no_shipment(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "manual").await;
    w.payments.late_money(order.id, 2000);
    w.hear_payments().await;
    assert_eq!(w.get(&ada, order.id).await.payment_status, PaymentSummary::Authorized);
    w.payments.settle_refunds(order.id);
    w.hear_payments().await;
    let authorized = w.get(&ada, order.id).await;
    assert_eq!((authorized.payment_status, authorized.hold), (PaymentSummary::Authorized, None));
    w.payments.refuse_captures(true);
    assert_eq!(
        refused(w.set_status(&staff, order.id, TargetStatus::Shipped).await),
        (402, "capture_failed".to_owned())
    );
    w.payments.refuse_captures(false);
    let parcel = w.fulfil(&staff, order.id, None).await;
    w.ship(&staff, parcel.id).await.unwrap();
    assert_eq!(w.payments.figures(order.id).unwrap().captured, eur(4000), "its own besides");
    w.call(&staff, DeliverFulfilment { id: Path(parcel.id), key: OptionalIdempotencyKey(None) })
        .await
        .unwrap();
    let done = w.get(&ada, order.id).await;
    assert_eq!((done.status, done.payment_status), (OrderStatus::Completed, PaymentSummary::Paid));
    w.check().await;
}

async fn money_that_cannot_be_taken_stops_the_shipment(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "manual").await;
    let fulfilment = w.fulfil(&staff, order.id, None).await;
    w.payments.refuse_captures(true);
    assert_eq!(refused(w.ship(&staff, fulfilment.id).await), (402, "capture_failed".to_owned()));
    assert_eq!(
        refused(w.set_status(&staff, order.id, TargetStatus::Shipped).await),
        (402, "capture_failed".to_owned())
    );
    assert_eq!(w.get(&ada, order.id).await.lines[0].shipped, 0);
    w.check().await;
}

async fn the_same_key_makes_and_ships_once(w: OrdersTestBed) {
    let (ada, staff, key) = (w.customer(), w.admin(), w.key());
    let order = w.paid(&ada, "manual").await;
    let make = async |carrier: &str| {
        let new = NewFulfilment { carrier: Some(carrier.to_owned()), ..NewFulfilment::default() };
        w.call(&staff, CreateFulfilment { id: Path(order.id), key: key.clone(), fulfilment: Body(new) }).await
    };
    let first = make("DHL").await.unwrap();
    assert_eq!(first.location, format!("/v1/fulfilments/{}", first.body.id));
    assert_eq!(make("DHL").await.unwrap(), first);
    assert_eq!(refused(make("UPS").await), (422, "key_reused".to_owned()));
    w.clock.advance(std::time::Duration::from_secs(24 * 3600));
    let CreatedWithoutEtag { body, .. } = make("DHL").await.unwrap();
    assert_eq!(body.id, first.body.id);
    let IdempotencyKey(key) = w.key();
    let ship = async || {
        let request = ShipFulfilment {
            id: Path(body.id),
            key: OptionalIdempotencyKey(Some(key.clone())),
            shipment: Body(Shipment::default()),
        };
        w.call(&staff, request).await
    };
    let Json(shipped) = ship().await.unwrap();
    let Json(again) = ship().await.unwrap();
    assert_eq!((again, w.to_payments.calls("/settle")), (shipped, 1));
    w.check().await;
}

async fn a_parcel_that_could_not_be_delivered_is_sent_again_or_comes_back(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await;
    let parcel = w.fulfil(&staff, order.id, None).await;
    let ship = async |number: Option<&str>| {
        let shipment = Shipment { tracking_number: number.map(str::to_owned), ..Shipment::default() };
        let request = ShipFulfilment {
            id: Path(parcel.id),
            key: OptionalIdempotencyKey(None),
            shipment: Body(shipment),
        };
        let Json(sent) = w.call(&staff, request).await.unwrap();
        sent.tracking_number
    };
    assert_eq!(ship(Some("JJD1")).await.as_deref(), Some("JJD1"));
    let fail = || FailFulfilment { id: Path(parcel.id), key: OptionalIdempotencyKey(None) };
    let Json(failed) = w.call(&staff, fail()).await.unwrap();
    assert_eq!(failed.tracking_number.as_deref(), Some("JJD1"), "by which it was sent");
    assert_eq!(ship(None).await, None, "the number of the time before leads nowhere");
    assert_eq!(w.get(&ada, order.id).await.lines[0].shipped, 2, "its units have left the stock once");
    w.call(&staff, fail()).await.unwrap();
    assert_eq!(ship(Some("JJD3")).await.as_deref(), Some("JJD3"));
    w.call(&staff, fail()).await.unwrap();
    let Json(back) = w
        .call(&staff, ReturnFulfilment { id: Path(parcel.id), key: OptionalIdempotencyKey(None) })
        .await
        .unwrap();
    assert_eq!(back.status, FulfilmentStatus::Returned);
    // its way has ended: it counts as delivered and returned, is not open again, and no money moves by itself
    let order = w.get(&ada, order.id).await;
    let line = &order.lines[0];
    assert_eq!((line.shipped, line.delivered, line.returned, line.open), (2, 2, 2, 0));
    assert_eq!((order.status, order.payment_status), (OrderStatus::Confirmed, PaymentSummary::Paid));
    assert_eq!(order.fulfilment_status, FulfilmentSummary::Shipped, "nothing has arrived");
    assert_eq!(order.owed, eur(2000), "staff refund it, if they want to");
    assert!(!w.story(order.id).await.contains(&EventType::OrderCompleted));
    let offers_to_complete =
        async |by: &Caller| w.get(by, order.id).await.allowed.contains(&Action::Complete);
    assert!(offers_to_complete(&staff).await, "staff can say that nothing is left to do");
    assert!(!offers_to_complete(&ada).await && !offers_to_complete(&w.staff(&[Permission::Payments])).await);
    let refund = |amount| contracts::payments::NewRefund { amount: Some(eur(amount).into()), reason: None };
    for (amount, status) in [(1500, OrderStatus::Confirmed), (500, OrderStatus::Completed)] {
        let request = RefundOrder { id: Path(order.id), key: w.key(), refund: Body(refund(amount)) };
        w.call(&staff, request).await.unwrap();
        assert_eq!(w.get(&staff, order.id).await.status, status, "{amount} more are refunded");
    }
    assert!(!offers_to_complete(&staff).await, "it is complete");
    // another one is completed as it says
    let kept = w.paid(&ada, "automatic").await;
    let parcel = w.fulfil(&staff, kept.id, None).await;
    w.ship(&staff, parcel.id).await.unwrap();
    assert!(!w.get(&staff, kept.id).await.allowed.contains(&Action::Complete), "it is on its way");
    w.call(&staff, FailFulfilment { id: Path(parcel.id), key: OptionalIdempotencyKey(None) }).await.unwrap();
    w.call(&staff, ReturnFulfilment { id: Path(parcel.id), key: OptionalIdempotencyKey(None) })
        .await
        .unwrap();
    assert!(w.get(&staff, kept.id).await.allowed.contains(&Action::Complete));
    assert_eq!(w.brought(&staff, kept.id, TargetStatus::Completed).await.status, OrderStatus::Completed);
    w.check().await;
}

async fn what_went_back_for_cancelled_pieces_is_not_for_those_that_came_back(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await;
    let line_id = order.lines[0].id;
    let lines = Some(vec![LineQuantity { line_id, quantity: 1 }]);
    let cancellation = Body(Cancellation { reason: None, lines });
    let cancel = CancelOrder { id: Path(order.id), key: w.key(), based_on: IfMatch(None), cancellation };
    w.call(&staff, cancel).await.unwrap();
    w.payments.settle_refunds(order.id);
    w.hear_payments().await;
    let figures = w.payments.figures(order.id).unwrap();
    assert_eq!((figures.refunded, figures.claimed), (eur(1000), eur(0)), "for the cancelled piece");
    let parcel = w.fulfil(&staff, order.id, None).await;
    w.ship(&staff, parcel.id).await.unwrap();
    w.call(&staff, FailFulfilment { id: Path(parcel.id), key: OptionalIdempotencyKey(None) }).await.unwrap();
    w.call(&staff, ReturnFulfilment { id: Path(parcel.id), key: OptionalIdempotencyKey(None) })
        .await
        .unwrap();
    for (refund, status) in [(400, OrderStatus::Confirmed), (600, OrderStatus::Completed)] {
        assert_eq!(w.get(&staff, order.id).await.status, OrderStatus::Confirmed, "its money is here");
        let refund = contracts::payments::NewRefund { amount: Some(eur(refund).into()), reason: None };
        let request = RefundOrder { id: Path(order.id), key: w.key(), refund: Body(refund) };
        w.call(&staff, request).await.unwrap();
        w.payments.settle_refunds(order.id);
        w.hear_payments().await;
        assert_eq!(w.get(&staff, order.id).await.status, status);
    }
    w.check().await;
}

async fn what_is_not_confirmed_is_not_packed(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    let request =
        CreateFulfilment { id: Path(order.id), key: w.key(), fulfilment: Body(NewFulfilment::default()) };
    let Err(CallError::Refused(CreateFulfilmentError::IllegalTransition { status, allowed, .. })) =
        w.call(&staff, request).await
    else {
        panic!("it is not paid")
    };
    assert_eq!(
        (status, allowed),
        (
            OrderStatus::Pending,
            vec![Action::Pay, Action::Cancel, Action::Edit, Action::Hold, Action::Annotate]
        )
    );
}

async fn a_cancelled_fulfilment_frees_its_units(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await;
    let parcel = w.fulfil(&staff, order.id, None).await;
    w.call(&staff, CancelFulfilment { id: Path(parcel.id), key: OptionalIdempotencyKey(None) })
        .await
        .unwrap();
    let other = w.fulfil(&staff, order.id, None).await;
    w.ship(&staff, other.id).await.unwrap();
    w.check().await;
}

async fn steps_out_of_order_are_refused(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await;
    let parcel = w.fulfil(&staff, order.id, None).await;
    let Err(CallError::Refused(FulfilmentTransitionError::IllegalFulfilmentTransition { status, next })) =
        w.call(&staff, DeliverFulfilment { id: Path(parcel.id), key: OptionalIdempotencyKey(None) }).await
    else {
        panic!("it is not shipped")
    };
    assert_eq!(status, FulfilmentStatus::Pending);
    assert_eq!(next, [FulfilmentStatus::Packed, FulfilmentStatus::Shipped, FulfilmentStatus::Cancelled]);
    w.ship(&staff, parcel.id).await.unwrap();
    assert_eq!(refused(w.ship(&staff, parcel.id).await), (409, "illegal_fulfilment_transition".to_owned()));
    let cancel =
        w.call(&staff, CancelFulfilment { id: Path(parcel.id), key: OptionalIdempotencyKey(None) }).await;
    assert_eq!(refused(cancel), (409, "illegal_fulfilment_transition".to_owned()));
    assert_eq!(w.way(parcel.id).await.len(), 3);
    w.check().await;
}

fn corrected(id: kernel::id::FulfilmentId, carrier: Option<&str>, number: Option<&str>) -> UpdateFulfilment {
    let (carrier, tracking_number) = (carrier.map(str::to_owned), number.map(str::to_owned));
    UpdateFulfilment {
        id: Path(id),
        change: Body(FulfilmentChange { carrier, tracking_number, ..FulfilmentChange::default() }),
    }
}

async fn carrier_and_number_are_corrected_once_it_has_left(w: OrdersTestBed) {
    use EventType::*;
    let (ada, staff) = (w.customer(), w.staff(&[Permission::Orders]));
    let order = w.paid(&ada, "automatic").await;
    let parcel = w.fulfil(&staff, order.id, None).await;
    let correct = async |carrier, number| w.call(&staff, corrected(parcel.id, carrier, number)).await;
    let Err(CallError::Refused(UpdateFulfilmentError::IllegalFulfilmentTransition { status, next })) =
        correct(Some("DHL"), None).await
    else {
        panic!("it has not left")
    };
    assert_eq!((status, next), (FulfilmentStatus::Pending, FulfilmentStatus::Pending.next().to_vec()));
    let Json(shipped) = w.ship(&staff, parcel.id).await.unwrap();
    let before = w.get(&ada, order.id).await;
    let Json(now) = correct(None, Some("JJD42")).await.unwrap();
    assert_eq!((now.carrier.as_deref(), now.tracking_number.as_deref()), (Some("DHL"), Some("JJD42")));
    assert_eq!((now.version, now.corrections), (shipped.version + 1, 1));
    assert!(now.corrected_at.is_some(), "{now:?}");
    assert_eq!(
        (now.status, now.updated_at),
        (shipped.status, shipped.updated_at),
        "it came into its state then"
    );
    let Json(again) = correct(None, Some("JJD42")).await.unwrap();
    assert_eq!(again, now, "a repeat changes nothing");
    let Json(seen) = w.call(&ada, GetFulfilment { id: Path(parcel.id) }).await.unwrap();
    assert_eq!(seen, now);
    // consumers of the order's events receive it, and nothing else of the order differs
    let followed = w.get(&ada, order.id).await;
    assert_eq!((followed.version, &now.corrected_with), (before.version + 1, &vec![before.version + 1]));
    let as_before = Order { version: before.version, updated_at: before.updated_at, ..followed };
    assert_eq!(as_before, before);
    assert_eq!(w.story(order.id).await.last(), Some(&OrderUpdated));
    assert_eq!(
        w.way(parcel.id).await,
        [FulfilmentCreated, FulfilmentPacked, FulfilmentShipped, FulfilmentUpdated]
    );
    // whoever saw it before somebody else corrected it does not put the old one back
    let based_on = async |version, number: &str| {
        let change = FulfilmentChange {
            tracking_number: Some(number.to_owned()),
            version: Some(version),
            ..FulfilmentChange::default()
        };
        w.call(&staff, UpdateFulfilment { id: Path(parcel.id), change: Body(change) }).await
    };
    let Err(CallError::Refused(UpdateFulfilmentError::VersionConflict { current_version })) =
        based_on(shipped.version, "JJD4").await
    else {
        panic!("it was corrected since")
    };
    assert_eq!(current_version, now.version);
    let Json(again) = based_on(shipped.version, "JJD42").await.unwrap();
    assert_eq!(again, now, "it says that already");
    // an empty text takes it away
    let Json(none) = correct(Some(""), Some("")).await.unwrap();
    assert_eq!((none.carrier, none.tracking_number, none.corrections), (None, None, 2));
    for other in [&ada, &w.staff(&[Permission::Payments])] {
        assert_eq!(refused(w.call(other, corrected(parcel.id, Some("UPS"), None)).await).0, 403);
    }
    assert_eq!(refused(w.call(&staff, corrected(w.env.id(), Some("UPS"), None)).await).0, 404);
    assert_eq!(refused(correct(Some(" "), None).await).0, 422);
    w.check().await;
}

async fn a_correction_is_no_step(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await;
    let line_id = order.lines[0].id;
    let parcel = w.fulfil(&staff, order.id, Some(vec![LineQuantity { line_id, quantity: 1 }])).await;
    let correct = async |number: &str| w.call(&staff, corrected(parcel.id, None, Some(number))).await;
    w.ship(&staff, parcel.id).await.unwrap();
    w.call(&staff, FailFulfilment { id: Path(parcel.id), key: OptionalIdempotencyKey(None) }).await.unwrap();
    assert_eq!(correct("JJD1").await.unwrap().0.status, FulfilmentStatus::Failed);
    w.ship(&staff, parcel.id).await.unwrap();
    w.call(&staff, DeliverFulfilment { id: Path(parcel.id), key: OptionalIdempotencyKey(None) })
        .await
        .unwrap();
    let Json(delivered) = correct("JJD2").await.unwrap();
    assert_eq!((delivered.status, delivered.corrections), (FulfilmentStatus::Delivered, 2));
    w.check().await;
    // what came back is on no way any more, and what was cancelled never was
    let other = w.fulfil(&staff, order.id, None).await;
    let of_other = async || refused(w.call(&staff, corrected(other.id, None, Some("JJD3"))).await);
    w.ship(&staff, other.id).await.unwrap();
    w.call(&staff, FailFulfilment { id: Path(other.id), key: OptionalIdempotencyKey(None) }).await.unwrap();
    w.call(&staff, ReturnFulfilment { id: Path(other.id), key: OptionalIdempotencyKey(None) }).await.unwrap();
    assert_eq!(of_other().await, (409, "illegal_fulfilment_transition".to_owned()));
    let order = w.paid(&ada, "automatic").await;
    let undone = w.fulfil(&staff, order.id, None).await;
    w.call(&staff, CancelFulfilment { id: Path(undone.id), key: OptionalIdempotencyKey(None) })
        .await
        .unwrap();
    let of_undone = w.call(&staff, corrected(undone.id, None, Some("JJD4"))).await;
    assert_eq!(refused(of_undone), (409, "illegal_fulfilment_transition".to_owned()));
    w.check().await;
}

fn all(id: kernel::id::OrderId) -> ListFulfilments {
    ListFulfilments { id: Path(id), slice: PageParams::default() }
}

async fn fulfilments_come_in_pages(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.staff(&[Permission::Orders]));
    let order = w.paid(&ada, "automatic").await;
    let other = w.paid(&ada, "automatic").await;
    let mut made = Vec::new();
    for _ in 0..5 {
        let parcel = w.fulfil(&staff, order.id, None).await;
        w.call(&staff, CancelFulfilment { id: Path(parcel.id), key: OptionalIdempotencyKey(None) })
            .await
            .unwrap();
        made.push(parcel.id);
    }
    let (mut seen, mut cursor) = (Vec::new(), None);
    for size in [2, 2, 1] {
        let list = ListFulfilments { id: Path(order.id), slice: PageParams { limit: Some(2), cursor } };
        let Json(page) = w.call(&ada, list).await.unwrap();
        assert_eq!(page.items.len(), size);
        seen.extend(page.items.into_iter().map(|parcel| parcel.id));
        cursor = page.next_cursor;
        if let Some(cursor) = &cursor {
            let slice = PageParams { limit: Some(2), cursor: Some(cursor.clone()) };
            assert_eq!(refused(w.call(&ada, ListFulfilments { id: Path(other.id), slice }).await).0, 400);
        }
    }
    made.sort();
    assert_eq!((seen, cursor), (made, None));
}

async fn fulfilments_are_for_staff_and_shown_to_the_owner(w: OrdersTestBed) {
    let (ada, eve, staff) = (w.customer(), w.customer(), w.staff(&[Permission::Orders]));
    let order = w.paid(&ada, "automatic").await;
    let new =
        || CreateFulfilment { id: Path(order.id), key: w.key(), fulfilment: Body(NewFulfilment::default()) };
    assert_eq!(refused(w.call(&ada, new()).await).0, 403);
    assert_eq!(refused(w.call(&w.staff(&[Permission::Payments]), new()).await).0, 403);
    let parcel = w.fulfil(&staff, order.id, None).await;
    let Json(Page { items, next_cursor }) = w.call(&ada, all(order.id)).await.unwrap();
    assert_eq!((items, next_cursor), (vec![parcel.clone()], None));
    let Json(seen) = w.call(&ada, GetFulfilment { id: Path(parcel.id) }).await.unwrap();
    assert_eq!(seen, parcel);
    assert_eq!(refused(w.call(&eve, GetFulfilment { id: Path(parcel.id) }).await).0, 404);
    assert_eq!(refused(w.call(&eve, all(order.id)).await).0, 404);
    let nowhere =
        w.call(&staff, PackFulfilment { id: Path(w.env.id()), key: OptionalIdempotencyKey(None) }).await;
    assert_eq!(refused(nowhere).0, 404);
}

/// Version 0.1.0 moves parcels, and does not count what waits in them.
async fn what_an_older_replica_has_not_counted_is_put_right_with_the_next_parcel(w: OrdersTestBed) {
    const FORGET: Sql = Sql::both("update orders set allocated = 7, failed = 3");
    let (ada, staff) = (w.customer(), w.staff(&[Permission::Orders]));
    let forget = async || {
        let mut tx = w.db.begin().await.unwrap();
        assert_eq!(tx.run(&FORGET, &[]).await.unwrap(), 1);
        tx.commit("test.forget").await.unwrap();
        assert_eq!(w.audit().await.findings.len(), 1, "the audit sees it");
    };
    let order = w.paid(&ada, "automatic").await;
    let line_id = order.lines[0].id;
    let first = w.fulfil(&staff, order.id, Some(vec![LineQuantity { line_id, quantity: 1 }])).await;
    forget().await;
    w.fulfil(&staff, order.id, None).await;
    w.check().await;
    forget().await;
    w.call(&staff, PackFulfilment { id: Path(first.id), key: OptionalIdempotencyKey(None) }).await.unwrap();
    w.check().await;
    forget().await;
    w.brought(&staff, order.id, TargetStatus::Shipped).await;
    w.check().await;
    forget().await;
    w.brought(&staff, order.id, TargetStatus::Delivered).await;
    w.check().await;
}
