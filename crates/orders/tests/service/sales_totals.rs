//! What orders come to by the hour, and what waits for somebody.

use crate::{
    drafts,
    world::{Caller, OrdersTestBed, eur, order_of},
};
use contracts::{
    audit::Invariant,
    fulfilments::{CancelFulfilment, PackFulfilment},
    orders::*,
    payments::NewRefund,
};
use db::{Engine, Sql};
use endpoint::{Body, IfMatch, Json, OptionalIdempotencyKey, PageParams, Path, Query};
use kernel::{Timestamp, id::OrderId};
use std::time::Duration;

on_both!(
    sums_follow_orders_and_their_money,
    sums_are_of_the_hour_or_the_day_in_which_orders_were_made,
    a_sum_that_is_not_what_its_orders_come_to_is_found,
    what_an_older_version_has_not_summed_is_added_after_an_upgrade,
    what_waits_is_counted_by_kind,
    what_is_held_or_packed_does_not_wait_to_be_packed,
    what_is_packed_or_sent_in_part_waits_for_the_rest,
    what_is_paid_no_longer_expires_like_what_never_was,
    drafts_are_counted,
);

pub(crate) async fn overview(w: &OrdersTestBed, span: OverviewParams) -> Overview {
    let Json(overview) = w.call(&w.admin(), GetOverview { span: Query(span) }).await.unwrap();
    overview
}
/// Orders, those that are paid, and revenue, of all that there is.
async fn sum(w: &OrdersTestBed) -> (i64, i64, i64) {
    let sums = overview(w, OverviewParams::default()).await.sums;
    let all = |of: fn(&SalesBucket) -> i64| sums.iter().map(of).sum();
    (all(|sum| sum.orders), all(|sum| sum.paid), all(|sum| sum.revenue.minor))
}
async fn refund(w: &OrdersTestBed, by: &Caller, id: OrderId, minor: i64) {
    let refund = Body(NewRefund { amount: Some(eur(minor).into()), reason: None });
    w.call(by, RefundOrder { id: Path(id), key: w.key(), refund }).await.unwrap();
}

async fn sums_follow_orders_and_their_money(w: OrdersTestBed) {
    let (ada, admin) = (w.customer(), w.admin());
    assert_eq!(sum(&w).await, (0, 0, 0));
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    assert_eq!(sum(&w).await, (1, 0, 0));
    w.pay(&ada, order.id, "sim_ok").await.unwrap();
    assert_eq!(sum(&w).await, (1, 1, 2000));
    // authorized is as good as captured
    let authorized = w.paid(&ada, "manual").await;
    assert_eq!(sum(&w).await, (2, 2, 4000));
    refund(&w, &admin, order.id, 500).await;
    assert_eq!(sum(&w).await, (2, 2, 3500));
    w.cancel(&ada, authorized.id).await.unwrap();
    w.hear_payments().await;
    assert_eq!(sum(&w).await, (2, 1, 1500));
    w.check().await;
    // what nobody pays in time stays an order, and brings nothing
    w.place(&ada, &order_of(&[(w.product(1000, 10), 1)])).await;
    w.payments_fall_due().await;
    assert_eq!(sum(&w).await, (3, 1, 1500));
    w.check().await;
}

/// Lets so many hours pass for what is there: the clock of PostgreSQL is nobody's to move.
pub(crate) async fn age(w: &OrdersTestBed, hours: i64, minutes: i64) {
    let (by, by_whole) = match w.db.engine() {
        Engine::Sqlite => {
            (format!("{}", (hours * 60 + minutes) * 60_000_000), format!("{}", hours * 3_600_000_000))
        }
        Engine::Postgres => {
            (format!("interval '{hours} hours {minutes} minutes'"), format!("interval '{hours} hours'"))
        }
    };
    let mut tx = w.db.begin().await.unwrap();
    for text in [
        format!(
            "update orders set created_at = created_at - {by}, payment_due_at = payment_due_at - {by},
                 refunding_since = refunding_since - {by}"
        ),
        format!("update order_sum set begins = begins - {by_whole}"),
    ] {
        tx.run(&Sql::both(Box::leak(text.into_boxed_str())), &[]).await.unwrap();
    }
    tx.commit("test.age").await.unwrap();
}

async fn sums_are_of_the_hour_or_the_day_in_which_orders_were_made(w: OrdersTestBed) {
    let ada = w.customer();
    let first = w.paid(&ada, "automatic").await.id;
    age(&w, 49, 0).await;
    w.paid(&ada, "automatic").await;
    age(&w, 1, 0).await;
    w.paid(&ada, "automatic").await;
    let first = w.get(&ada, first).await.created_at;
    let begins = async |by, from: Option<Timestamp>, before: Option<Timestamp>| {
        let sums = overview(&w, OverviewParams { from, before, by: Some(by) }).await.sums;
        sums.iter().map(|sum| (sum.from, sum.orders, sum.revenue)).collect::<Vec<_>>()
    };
    let hours = begins(SalesInterval::Hour, Some(first), None).await;
    assert_eq!(hours.len(), 3);
    assert_eq!(hours[0], (SalesInterval::Hour.begin(first), 1, eur(2000)));
    let two =
        begins(SalesInterval::Hour, Some(first), Some(first.plus(Duration::from_secs(49 * 3600)))).await;
    assert_eq!(two, hours[..2]);
    let days = begins(SalesInterval::Day, None, None).await;
    assert_eq!(days.iter().map(|(_, orders, _)| orders).sum::<i64>(), 3);
    assert!(
        days.len() < 4 && days.iter().all(|(from, ..)| SalesInterval::Day.begin(*from) == *from),
        "{days:?}"
    );
}

async fn a_sum_that_is_not_what_its_orders_come_to_is_found(w: OrdersTestBed) {
    let ada = w.customer();
    w.paid(&ada, "automatic").await;
    w.check().await;
    let run = async |sql: &'static str| {
        let mut tx = w.db.begin().await.unwrap();
        tx.run(&Sql::both(sql), &[]).await.unwrap();
        tx.commit("test.break_something").await.unwrap();
    };
    for (breaks, mends) in [
        ("update order_sum set orders = orders + 1", "update order_sum set orders = orders - 1"),
        ("update order_sum set paid = paid + 1", "update order_sum set paid = paid - 1"),
        ("update order_sum set revenue = revenue + 1", "update order_sum set revenue = revenue - 1"),
    ] {
        run(breaks).await;
        let findings = w.audit().await.findings;
        assert_eq!(findings.len(), 1, "{breaks}: {findings:?}");
        assert_eq!(findings[0].invariant, Invariant::I7);
        assert!(findings[0].subject.starts_with("sums of 20"), "{findings:?}");
        run(mends).await;
    }
    w.check().await;
    run("delete from order_sum").await;
    assert_eq!(w.audit().await.findings.len(), 1);
}

async fn has_wrong_sums(w: &OrdersTestBed) -> bool {
    w.audit().await.findings.iter().any(|finding| finding.invariant == Invariant::I7)
}

/// An older version has no sums: after an upgrade, and again when none of its replicas is left, they are worked out.
async fn what_an_older_version_has_not_summed_is_added_after_an_upgrade(w: OrdersTestBed) {
    let ada = w.customer();
    w.paid(&ada, "automatic").await;
    w.paid(&ada, "automatic").await;
    w.place(&ada, &order_of(&[(w.product(1000, 10), 1)])).await;
    let expected = sum(&w).await;
    let run = async |sql: &'static str| {
        let mut tx = w.db.begin().await.unwrap();
        tx.run(&Sql::both(sql), &[]).await.unwrap();
        tx.commit("test.older").await.unwrap();
    };
    for lost in
        ["update order_sum set orders = orders - 1, paid = paid - 1, revenue = 0", "delete from order_sum"]
    {
        run(lost).await;
        assert!(has_wrong_sums(&w).await);
        run("delete from word_refresh").await;
        run("insert into word_refresh (pass) values (1)").await;
        // two replicas at once
        let [one, other] =
            [(); 2].map(|()| w.tasks().into_iter().find(|(name, _)| *name == "refresh_words").unwrap().1);
        let corrected = async {
            while w.number("select count(*) as n from word_refresh where pass = 2").await == 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::select! {
            () = one => unreachable!("it goes on for as long as the service runs"),
            () = other => unreachable!("it goes on for as long as the service runs"),
            () = corrected => {}
        }
        assert_eq!(sum(&w).await, expected, "{lost}");
        assert!(!has_wrong_sums(&w).await);
    }
}

/// How many orders a list of those that wait like that has, in this order, two at a time.
async fn listed(w: &OrdersTestBed, kind: AttentionKind, sort: OrderSort) -> i64 {
    let filter = OrderFilter { attention: Some(kind), sort: Some(sort), ..OrderFilter::default() };
    let (mut count, mut cursor) = (0, None);
    loop {
        let (filter, selection) = (Query(filter.clone()), Query(OrderSelection::default()));
        let slice = PageParams { limit: Some(2), cursor };
        let Json(page) = w.call(&w.admin(), ListOrders { filter, selection, slice }).await.unwrap();
        count += page.items.len() as i64;
        match page.next_cursor {
            Some(next) => cursor = Some(next),
            None => return count,
        }
    }
}

/// What is counted, of each kind as many as its list has.
pub(crate) async fn attention(w: &OrdersTestBed) -> Attention {
    use AttentionKind::*;
    let waits = overview(w, OverviewParams::default()).await.attention;
    for (kind, count) in [
        (ToPack, waits.to_pack),
        (ToPackLate, waits.to_pack_late),
        (Packed, waits.packed),
        (PartiallyShipped, waits.partially_shipped),
        (Undelivered, waits.undelivered),
        (CameBack, waits.came_back),
        (ToUnpack, waits.to_unpack),
        (ToHandBack, waits.to_hand_back),
        (RefundDelayed, waits.refund_delayed),
        (OnHold, waits.on_hold),
        (Unpaid, waits.unpaid),
        (UnpaidExpiring, waits.unpaid_expiring),
        (PaymentRefused, waits.payment_refused),
        (PaymentPending, waits.payment_pending),
        (Cancelling, waits.cancelling),
    ] {
        for sort in [OrderSort::CreatedAt, OrderSort::CreatedAtDown, OrderSort::UpdatedAt, OrderSort::Total] {
            assert_eq!(listed(w, kind, sort).await, count, "{kind:?} by {sort:?}");
        }
    }
    waits
}

async fn what_is_held_or_packed_does_not_wait_to_be_packed(w: OrdersTestBed) {
    let (ada, admin) = (w.customer(), w.admin());
    let mut orders = Vec::new();
    for _ in 0..5 {
        orders.push(w.paid(&ada, "automatic").await);
    }
    assert_eq!(attention(&w).await, Attention { to_pack: 5, ..Attention::default() });
    let hold = async |id| {
        let hold = Body(NewHold { reason: "asks about the address".to_owned() });
        w.call(&admin, HoldOrder { id: Path(id), based_on: IfMatch(None), hold }).await.unwrap();
    };
    hold(orders[0].id).await;
    let pack = async |id| {
        let parcel = w.fulfil(&admin, id, None).await.id;
        w.call(&admin, PackFulfilment { id: Path(parcel), key: OptionalIdempotencyKey(None) }).await.unwrap();
    };
    pack(orders[1].id).await;
    let apart = Attention { to_pack: 3, packed: 1, on_hold: 1, ..Attention::default() };
    assert_eq!(attention(&w).await, apart);
    // what is packed and held waits for whoever releases it
    pack(orders[2].id).await;
    hold(orders[2].id).await;
    assert_eq!(attention(&w).await, Attention { to_pack: 2, on_hold: 2, ..apart });
    // a parcel that is begun is none that can be sent
    w.fulfil(&admin, orders[3].id, None).await;
    assert_eq!(attention(&w).await, Attention { to_pack: 2, on_hold: 2, ..apart });
}

async fn what_waits_is_counted_by_kind(w: OrdersTestBed) {
    let (ada, admin) = (w.customer(), w.admin());
    let attention = async || attention(&w).await;
    assert_eq!(attention().await, Attention::default());
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    assert_eq!(attention().await, Attention { unpaid: 1, ..Attention::default() });
    w.pay(&ada, order.id, "sim_declined").await.unwrap_err();
    let refused = Attention { unpaid: 1, payment_refused: 1, ..Attention::default() };
    assert_eq!(attention().await, refused);
    age(&w, 0, 21).await;
    assert_eq!(attention().await, Attention { unpaid_expiring: 1, ..refused });
    w.pay(&ada, order.id, "sim_ok").await.unwrap();
    assert_eq!(attention().await, Attention { to_pack: 1, ..Attention::default() });
    age(&w, 25, 0).await;
    let late = Attention { to_pack: 1, to_pack_late: 1, ..Attention::default() };
    assert_eq!(attention().await, late);
    let some = Some(vec![LineQuantity { line_id: order.lines[0].id, quantity: 1 }]);
    let one = w.fulfil(&admin, order.id, some).await;
    w.ship(&admin, one.id).await.unwrap();
    assert_eq!(attention().await, Attention { partially_shipped: 1, ..late });
}

async fn what_is_packed_or_sent_in_part_waits_for_the_rest(w: OrdersTestBed) {
    let (ada, admin) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await;
    let one = || Some(vec![LineQuantity { line_id: order.lines[0].id, quantity: 1 }]);
    let pack = async |id| {
        w.call(&admin, PackFulfilment { id: Path(id), key: OptionalIdempotencyKey(None) })
            .await
            .map(drop)
            .unwrap()
    };
    let first = w.fulfil(&admin, order.id, one()).await.id;
    pack(first).await;
    let half = Attention { to_pack: 1, packed: 1, ..Attention::default() };
    assert_eq!(attention(&w).await, half, "the other one is in no parcel");
    let second = w.fulfil(&admin, order.id, one()).await.id;
    assert_eq!(attention(&w).await, half, "it is in one that is not packed");
    pack(second).await;
    assert_eq!(attention(&w).await, Attention { packed: 1, ..Attention::default() });
    w.call(&admin, CancelFulfilment { id: Path(second), key: OptionalIdempotencyKey(None) }).await.unwrap();
    assert_eq!(attention(&w).await, half);
    w.ship(&admin, first).await.unwrap();
    let sent = Attention { to_pack: 1, partially_shipped: 1, ..Attention::default() };
    assert_eq!(attention(&w).await, sent);
    let second = w.fulfil(&admin, order.id, None).await.id;
    assert_eq!(attention(&w).await, sent);
    pack(second).await;
    assert_eq!(attention(&w).await, Attention { packed: 1, partially_shipped: 1, ..Attention::default() });
    w.ship(&admin, second).await.unwrap();
    assert_eq!(attention(&w).await, Attention::default());
    // what is cancelled beside a parcel is not packed any more
    let other = w.paid(&ada, "automatic").await;
    let lines = || Some(vec![LineQuantity { line_id: other.lines[0].id, quantity: 1 }]);
    pack(w.fulfil(&admin, other.id, lines()).await.id).await;
    assert_eq!(attention(&w).await, half);
    let cancellation = Body(Cancellation { reason: None, lines: lines() });
    let cancel = CancelOrder { id: Path(other.id), key: w.key(), based_on: IfMatch(None), cancellation };
    w.call(&admin, cancel).await.unwrap();
    let left = attention(&w).await;
    assert_eq!((left.to_pack, left.packed), (0, 1));
    w.check().await;
}

async fn what_is_paid_no_longer_expires_like_what_never_was(w: OrdersTestBed) {
    let ada = w.customer();
    let order = w.paid(&ada, "manual").await;
    w.payments.lapse(order.id);
    w.hear_payments().await;
    let held = Attention { on_hold: 1, unpaid: 1, ..Attention::default() };
    assert_eq!(attention(&w).await, held);
    age(&w, 0, 21).await;
    assert_eq!(attention(&w).await, Attention { unpaid_expiring: 1, ..held });
    w.pay(&ada, order.id, "sim_ok").await.unwrap();
    w.hear_payments().await;
    assert_eq!(attention(&w).await, Attention { to_pack: 1, ..Attention::default() });
}

async fn drafts_are_counted(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let draft = drafts::drafted(&w, &staff, &drafts::draft_for(&ada, &[(w.product(1000, 10), 2)])).await;
    assert_eq!(attention(&w).await, Attention { drafts: 1, ..Attention::default() });
    drafts::place(&w, &staff, draft.id).await.unwrap();
    assert_eq!(attention(&w).await, Attention { unpaid: 1, ..Attention::default() });
}
