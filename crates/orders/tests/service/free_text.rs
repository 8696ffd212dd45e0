//! What people write, and what names them, stands in one table that can be erased, and in no event.

use crate::world::{OrdersTestBed, custom, eur, method, order_of};
use contracts::{Address, events::EventType, orders::*, payments::NewRefund};
use db::Sql;
use endpoint::{Body, IfMatch, Json, PageParams, Path};
use kernel::id::OrderId;

on_both!(no_event_of_a_whole_life_tells_what_people_wrote, an_erased_person_leaves_the_order_and_its_journal);

/// In each text that people write in these tests.
const WRITTEN: &str = "zebra";

fn written(about: &str) -> String {
    format!("{WRITTEN} {about}")
}

fn address(name: &str) -> Address {
    Address {
        name: written(name),
        line1: written("lane"),
        line2: None,
        city: written("town"),
        postal_code: "N1".to_owned(),
        region: None,
        country: "GB".to_owned(),
    }
}

fn talkative(w: &OrdersTestBed) -> NewOrder {
    let mut new = order_of(&[(w.product(1000, 10), 4)]);
    new.lines.push(custom(&written("engraving"), None, 1));
    new.note = Some(written("note"));
    new.metadata.insert(WRITTEN.to_owned(), written("value"));
    new.shipping_address = Some(address("Ada"));
    new.payment = Some(method("sim_ok", "automatic"));
    new
}

async fn history(w: &OrdersTestBed, by: &crate::world::Caller, id: OrderId) -> Vec<HistoryItem> {
    let slice = PageParams { limit: Some(100), cursor: None };
    w.call(by, ListHistory { id: Path(id), slice }).await.unwrap().0.items
}

/// A text column, of all rows.
async fn texts(w: &OrdersTestBed, sql: &'static str) -> Vec<String> {
    w.db.query(&Sql::both(sql), &[]).await.unwrap().iter().map(|row| row.get("body").unwrap()).collect()
}

async fn cancel(
    w: &OrdersTestBed,
    by: &crate::world::Caller,
    order: &Order,
    lines: Option<Vec<LineQuantity>>,
) {
    let cancellation = Cancellation { reason: Some(written("reason")), lines };
    let request = CancelOrder {
        id: Path(order.id),
        key: w.key(),
        based_on: IfMatch(None),
        cancellation: Body(cancellation),
    };
    w.call(by, request).await.unwrap();
}

async fn no_event_of_a_whole_life_tells_what_people_wrote(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.place(&ada, &talkative(&w)).await;
    let line_id = order.lines[0].id;
    cancel(&w, &staff, &order, Some(vec![LineQuantity { line_id, quantity: 1 }])).await;
    let refund = NewRefund { amount: Some(eur(100).into()), reason: Some(written("scratch")) };
    let (key, id) = (w.key(), Path(order.id));
    let made =
        w.call(&staff, RefundOrder { id, key: key.clone(), refund: Body(refund.clone()) }).await.unwrap();
    let again = w.call(&staff, RefundOrder { id, key, refund: Body(refund) }).await.unwrap();
    assert_eq!((again.body.reason.as_ref(), &again), (Some(&written("scratch")), &made));
    let hold = Body(NewHold { reason: written("hold") });
    w.call(&staff, HoldOrder { id: Path(order.id), based_on: IfMatch(None), hold }).await.unwrap();
    w.call(&staff, ReleaseOrder { id: Path(order.id), based_on: IfMatch(None) }).await.unwrap();
    let change = OrderChange { shipping_address: Some(Some(address("Eve"))), ..OrderChange::default() };
    let change = UpdateOrder { id: Path(order.id), based_on: IfMatch(None), change: Body(change) };
    w.call(&ada, change).await.unwrap();
    let parcel = w.fulfil(&staff, order.id, Some(vec![LineQuantity { line_id, quantity: 1 }])).await;
    w.ship(&staff, parcel.id).await.unwrap();
    cancel(&w, &staff, &order, None).await;
    w.brought(&staff, order.id, TargetStatus::Delivered).await;
    // and one that is cancelled as a whole
    let other = w.place(&ada, &talkative(&w)).await;
    cancel(&w, &ada, &other, None).await;
    w.payments.settle_refunds(other.id);
    w.hear_payments().await;

    let events = texts(&w, "select cast(data as text) as body from event").await;
    assert!(events.len() > 15, "{}", events.len());
    let answers = texts(&w, "select coalesce(answer, '') as body from idempotency").await;
    for body in events.iter().chain(&answers) {
        // what the order is made of is in stored answers; what people wrote about it is not
        for secret in ["note", "reason", "scratch", "hold", "Ada", "Eve", "lane", "town"] {
            assert!(!body.contains(&written(secret)), "{secret}: {body}");
        }
    }
    assert!(events.iter().all(|body| !body.contains(WRITTEN)));
    // it is shown from where it can be erased
    let items = history(&w, &ada, order.id).await;
    let remarks: Vec<_> = items
        .iter()
        .filter_map(|item| item.remark.as_ref().map(|text| (item.event().unwrap(), text.clone())))
        .collect();
    let twice = vec![(EventType::OrderItemsCancelled, written("reason")); 2];
    assert_eq!(remarks, twice);
    assert_eq!(w.get(&ada, order.id).await.cancel_reason, None, "the order itself lives");
    let cancelled = w.get(&ada, other.id).await;
    assert_eq!(cancelled.cancel_reason, Some(written("reason")));
    let Json(contact) = w.call_as("notifications", GetContact { id: Path(other.id) }).await.unwrap();
    assert_eq!(contact.cancel_reason, Some(written("reason")));
    w.check().await;
}

async fn an_erased_person_leaves_the_order_and_its_journal(w: OrdersTestBed) {
    let ada = w.customer();
    let order = w.place(&ada, &talkative(&w)).await;
    cancel(&w, &ada, &order, None).await;
    let before = w.story(order.id).await;
    let mut tx = w.db.begin().await.unwrap();
    tx.run(&Sql::both("delete from person"), &[]).await.unwrap();
    tx.commit("test.erase").await.unwrap();
    let left = w.get(&ada, order.id).await;
    assert_eq!((left.cancel_code, left.cancel_reason, left.note), (Some(CancelCode::Customer), None, None));
    assert_eq!((w.story(order.id).await, left.email), (before, None));
    assert!(history(&w, &ada, order.id).await.iter().all(|item| item.remark.is_none()));
    w.check().await;
}
