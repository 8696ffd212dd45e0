//! What nobody would look after, did no list have it: what came back, what stands packed for nobody, money that does not get back.

use crate::{
    drafts,
    sales_totals::{age, attention, overview},
    world::{Caller, OrdersTestBed, eur, refused},
};
use contracts::{events::EventType, fulfilments::*, orders::*, payments::NewRefund};
use endpoint::{Body, IfMatch, Json, OptionalIdempotencyKey, PageParams, Path, Permission};
use kernel::id::*;
use std::time::Duration;

on_both!(
    what_came_back_waits_until_its_money_is_back_or_staff_keep_it,
    what_went_back_for_something_else_settles_nothing,
    what_was_packed_for_a_cancelled_order_waits_until_it_is_taken_apart,
    what_nobody_packed_or_staff_undid_is_not_to_be_taken_apart,
    a_refund_that_does_not_get_through_is_listed,
    a_parcel_tells_its_steps_with_the_versions_of_its_order,
    a_draft_is_of_the_day_on_which_it_is_placed,
);

async fn came_back(w: &OrdersTestBed, staff: &Caller, id: OrderId) {
    let parcel = w.fulfil(staff, id, None).await;
    w.ship(staff, parcel.id).await.unwrap();
    w.call(staff, FailFulfilment { id: Path(parcel.id), key: OptionalIdempotencyKey(None) }).await.unwrap();
    assert_eq!(attention(w).await, Attention { undelivered: 1, ..Attention::default() });
    assert_eq!(w.get(staff, id).await.attention, [AttentionKind::Undelivered]);
    w.call(staff, ReturnFulfilment { id: Path(parcel.id), key: OptionalIdempotencyKey(None) }).await.unwrap();
}

async fn refund(w: &OrdersTestBed, by: &Caller, id: OrderId, minor: i64) {
    let refund = Body(NewRefund { amount: Some(eur(minor).into()), reason: None });
    w.call(by, RefundOrder { id: Path(id), key: w.key(), refund }).await.unwrap();
    w.hear_payments().await;
}

async fn what_came_back_waits_until_its_money_is_back_or_staff_keep_it(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let waiting = Attention { came_back: 1, ..Attention::default() };
    let order = w.paid(&ada, "automatic").await.id;
    came_back(&w, &staff, order).await;
    assert_eq!(attention(&w).await, waiting);
    let kept = async |by: &Caller| w.get(by, order).await.kept_of_returned;
    assert_eq!(w.get(&staff, order).await.attention, [AttentionKind::CameBack]);
    assert_eq!(w.get(&ada, order).await.attention, [], "it is the shop's affair");
    assert_eq!((kept(&staff).await, kept(&ada).await), (Some(eur(2000)), None));
    assert_eq!(w.get(&ada, order).await.returned_value, Some(eur(2000)));
    refund(&w, &staff, order, 1500).await;
    assert_eq!(kept(&staff).await, Some(eur(500)));
    assert_eq!(attention(&w).await, waiting, "500 are kept");
    refund(&w, &staff, order, 500).await;
    assert_eq!(attention(&w).await, Attention::default());
    // or staff say that they keep it
    let kept = w.paid(&ada, "automatic").await.id;
    came_back(&w, &staff, kept).await;
    assert_eq!(attention(&w).await, waiting);
    w.brought(&staff, kept, TargetStatus::Completed).await;
    assert_eq!(attention(&w).await, Attention::default());
    w.check().await;
}

async fn what_went_back_for_something_else_settles_nothing(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let lines = |id, quantity| Some(vec![LineQuantity { line_id: id, quantity }]);
    let line = async |order: OrderId| w.get(&staff, order).await.lines[0].id;
    // one piece is cancelled, and its money takes its time: nothing came back
    let order = w.paid(&ada, "automatic").await.id;
    w.payments.refund_slowly();
    let cancellation = Body(Cancellation { reason: None, lines: lines(line(order).await, 1) });
    let cancel = CancelOrder { id: Path(order), key: w.key(), based_on: IfMatch(None), cancellation };
    w.call(&staff, cancel).await.unwrap();
    w.hear_payments().await;
    let sums = w.get(&ada, order).await;
    assert_eq!(
        (sums.subtotal, sums.open_total, sums.returned_value),
        (Some(eur(2000)), Some(eur(1000)), None)
    );
    assert_eq!((sums.lines[0].total, sums.lines[0].remaining_total), (eur(2000), Some(eur(1000))));
    assert_eq!(attention(&w).await, Attention { to_pack: 1, ..Attention::default() });
    w.payments.settle_refunds(order);
    w.hear_payments().await;
    assert_eq!(w.get(&staff, order).await.attention, []);
    w.cancel(&ada, order).await.unwrap();
    w.payments.settle_refunds(order);
    w.hear_payments().await;
    assert_eq!(attention(&w).await, Attention::default());
    // a chipped lid was worth something back; then the other parcel came back
    let order = w.paid(&ada, "automatic").await.id;
    let one = w.fulfil(&staff, order, lines(line(order).await, 1)).await.id;
    w.ship(&staff, one).await.unwrap();
    w.call(&staff, DeliverFulfilment { id: Path(one), key: OptionalIdempotencyKey(None) }).await.unwrap();
    refund(&w, &staff, order, 1000).await;
    w.payments.settle_refunds(order);
    w.hear_payments().await;
    let other = w.fulfil(&staff, order, None).await.id;
    w.ship(&staff, other).await.unwrap();
    w.call(&staff, FailFulfilment { id: Path(other), key: OptionalIdempotencyKey(None) }).await.unwrap();
    // some of it goes back before the parcel does: that is for it
    refund(&w, &staff, order, 400).await;
    w.payments.settle_refunds(order);
    w.hear_payments().await;
    w.call(&staff, ReturnFulfilment { id: Path(other), key: OptionalIdempotencyKey(None) }).await.unwrap();
    assert_eq!(w.get(&staff, order).await.status, OrderStatus::Confirmed, "600 of it are kept");
    assert_eq!(attention(&w).await, Attention { came_back: 1, ..Attention::default() });
    assert_eq!(w.get(&staff, order).await.kept_of_returned, Some(eur(600)));
    // what is on its way is not asked for again
    refund(&w, &staff, order, 600).await;
    assert_eq!(
        (w.get(&staff, order).await.kept_of_returned, attention(&w).await),
        (None, Attention::default())
    );
    w.payments.settle_refunds(order);
    w.hear_payments().await;
    assert_eq!(w.get(&staff, order).await.status, OrderStatus::Completed);
    assert_eq!(attention(&w).await, Attention::default());
    w.check().await;
}

async fn packed(w: &OrdersTestBed, staff: &Caller, id: OrderId) -> Fulfilment {
    let parcel = w.fulfil(staff, id, None).await;
    let Json(packed) = w
        .call(staff, PackFulfilment { id: Path(parcel.id), key: OptionalIdempotencyKey(None) })
        .await
        .unwrap();
    packed
}

async fn unpack(
    w: &OrdersTestBed,
    by: &Caller,
    id: FulfilmentId,
    to_unpack: bool,
) -> Result<Fulfilment, (u16, String)> {
    let change = FulfilmentChange { to_unpack: Some(to_unpack), ..FulfilmentChange::default() };
    match w.call(by, UpdateFulfilment { id: Path(id), change: Body(change) }).await {
        Ok(Json(fulfilment)) => Ok(fulfilment),
        Err(error) => Err(refused::<(), _>(Err(error))),
    }
}

async fn what_was_packed_for_a_cancelled_order_waits_until_it_is_taken_apart(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await.id;
    let parcel = packed(&w, &staff, order).await;
    assert!(!parcel.to_unpack);
    w.cancel(&ada, order).await.unwrap();
    w.hear_payments().await;
    let waiting = Attention { to_unpack: 1, ..Attention::default() };
    assert_eq!(attention(&w).await, waiting);
    let Json(cancelled) = w.call(&staff, GetFulfilment { id: Path(parcel.id) }).await.unwrap();
    assert_eq!((cancelled.status, cancelled.to_unpack), (FulfilmentStatus::Cancelled, true));
    // that it must be taken apart nobody says by hand, nor can anybody but staff say that it is
    assert_eq!(unpack(&w, &staff, parcel.id, true).await.unwrap_err().0, 400);
    assert_eq!(unpack(&w, &w.staff(&[Permission::Payments]), parcel.id, false).await.unwrap_err().0, 403);
    assert_eq!(attention(&w).await, waiting);
    let before = w.get(&staff, order).await;
    let apart = unpack(&w, &staff, parcel.id, false).await.unwrap();
    assert_eq!((apart.status, apart.to_unpack), (FulfilmentStatus::Cancelled, false));
    assert_eq!((apart.version, apart.corrections), (cancelled.version + 1, 1));
    assert_eq!(apart.steps, cancelled.steps, "it is no step");
    let after = w.get(&staff, order).await;
    assert_eq!((after.version, &apart.corrected_with), (before.version + 1, &vec![before.version + 1]));
    assert_eq!((after.status, after.fulfilment_status), (before.status, before.fulfilment_status));
    assert_eq!(attention(&w).await, Attention::default());
    assert_eq!(unpack(&w, &staff, parcel.id, false).await.unwrap(), apart, "once is enough");
    assert_eq!(w.way(parcel.id).await.last(), Some(&EventType::FulfilmentUpdated));
    w.check().await;
}

async fn what_nobody_packed_or_staff_undid_is_not_to_be_taken_apart(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await.id;
    // taken apart by whoever undid it
    let undone = packed(&w, &staff, order).await.id;
    w.call(&staff, CancelFulfilment { id: Path(undone), key: OptionalIdempotencyKey(None) }).await.unwrap();
    let begun = w.fulfil(&staff, order, None).await.id;
    w.cancel(&ada, order).await.unwrap();
    w.hear_payments().await;
    assert_eq!(attention(&w).await, Attention::default());
    for id in [undone, begun] {
        let Json(one) = w.call(&staff, GetFulfilment { id: Path(id) }).await.unwrap();
        assert_eq!((one.status, one.to_unpack), (FulfilmentStatus::Cancelled, false));
        let version = one.version;
        assert_eq!(unpack(&w, &staff, id, false).await.unwrap().version, version, "nothing to note");
    }
    w.check().await;
}

async fn a_refund_that_does_not_get_through_is_listed(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await.id;
    let none = Attention { to_pack: 1, ..Attention::default() };
    w.payments.refund_slowly();
    refund(&w, &staff, order, 500).await;
    assert_eq!(attention(&w).await, none, "it has just begun");
    age(&w, 0, 6).await;
    let late = Attention { refund_delayed: 1, ..none };
    assert_eq!(attention(&w).await, late);
    // another one beside it begins no new time
    refund(&w, &staff, order, 200).await;
    assert_eq!(attention(&w).await, late);
    w.payments.settle_refunds(order);
    w.hear_payments().await;
    assert_eq!(attention(&w).await, none);
    // and the next one has a time of its own
    refund(&w, &staff, order, 100).await;
    assert_eq!(attention(&w).await, none);
}

async fn a_parcel_tells_its_steps_with_the_versions_of_its_order(w: OrdersTestBed) {
    use FulfilmentStatus::{Delivered, Failed, Packed, Pending, Shipped};
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await.id;
    let parcel = packed(&w, &staff, order).await.id;
    w.annotated(&staff, order).await;
    w.ship(&staff, parcel).await.unwrap();
    w.call(&staff, FailFulfilment { id: Path(parcel), key: OptionalIdempotencyKey(None) }).await.unwrap();
    w.annotated(&staff, order).await;
    w.ship(&staff, parcel).await.unwrap();
    let Json(told) = w
        .call(&staff, DeliverFulfilment { id: Path(parcel), key: OptionalIdempotencyKey(None) })
        .await
        .unwrap();
    let states: Vec<FulfilmentStatus> = told.steps.iter().map(|step| step.status).collect();
    assert_eq!(states, [Pending, Packed, Shipped, Failed, Shipped, Delivered]);
    let slice = PageParams { limit: Some(100), cursor: None };
    let Json(history) = w.call(&staff, ListHistory { id: Path(order), slice }).await.unwrap();
    for step in &told.steps {
        let item = history.items.iter().find(|item| Some(item.sequence) == step.order_version);
        let item = item.unwrap_or_else(|| panic!("{step:?} of {:?}", history.items));
        assert_eq!(item.kind, "order.updated");
        assert!(item.at >= step.at && item.at.since(step.at) < Duration::from_secs(5), "{step:?}, {item:?}");
    }
    let versions: Vec<i64> = told.steps.iter().filter_map(|step| step.order_version).collect();
    assert!(versions.is_sorted() && versions.windows(2).all(|two| two[0] != two[1]), "{versions:?}");
    // what is packed as it leaves is one change of the order
    let other = w.paid(&ada, "automatic").await.id;
    let at_once = w.fulfil(&staff, other, None).await.id;
    let Json(sent) = w.ship(&staff, at_once).await.unwrap();
    let [_, packed, shipped] = &sent.steps[..] else { panic!("{:?}", sent.steps) };
    assert_eq!((packed.status, shipped.status), (Packed, Shipped));
    assert_eq!(packed.order_version, shipped.order_version);
    // a version that keeps no steps has moved it: what is known is told, and nothing made up
    w.forget_steps().await;
    let Json(known) = w.call(&staff, GetFulfilment { id: Path(at_once) }).await.unwrap();
    let told: Vec<_> = known.steps.iter().map(|step| (step.status, step.at, step.order_version)).collect();
    assert_eq!(told, [(Pending, known.created_at, None), (Shipped, known.updated_at, None)]);
    w.check().await;
}

async fn a_draft_is_of_the_day_on_which_it_is_placed(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let draft = drafts::drafted(&w, &staff, &drafts::draft_for(&ada, &[(w.product(1000, 10), 2)])).await;
    age(&w, 49, 0).await;
    let drafted = w.get(&staff, draft.id).await.created_at;
    let placed = drafts::place(&w, &staff, draft.id).await.unwrap().body;
    assert!(placed.created_at.since(drafted) > Duration::from_secs(48 * 3600), "{placed:?}");
    assert_eq!(w.get(&ada, draft.id).await.created_at, placed.created_at);
    let span = OverviewParams { from: Some(placed.created_at), before: None, by: Some(SalesInterval::Day) };
    let sums = overview(&w, span).await.sums;
    assert_eq!(sums.iter().map(|sum| sum.orders).sum::<i64>(), 1, "{sums:?}");
    w.pay(&ada, draft.id, "sim_ok").await.unwrap();
    assert_eq!(attention(&w).await, Attention { to_pack: 1, ..Attention::default() }, "it is not late");
    w.check().await;
}
