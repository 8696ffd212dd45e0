//! Correcting an order: its address, its note, its metadata.

use crate::world::{Caller, OrdersCallResult, OrdersTestBed, order_of, refused};
use contracts::{Address, fulfilments::*, orders::*};
use db::Sql;
use endpoint::{
    Body, IfMatch, OptionalIdempotencyKey, PageParams, Path, Permission, Query, WithEtag, client::CallError,
    etag,
};
use kernel::id::{FulfilmentId, OrderId};

on_both!(
    address_and_note_are_corrected_until_something_ships,
    staff_correct_the_address_of_what_is_still_to_be_sent_or_sent_once_more,
    a_parcel_keeps_where_it_was_sent,
    a_sending_of_which_nothing_was_kept_tells_no_address,
    the_owner_corrects_until_something_is_packed,
    metadata_are_changed_by_staff_at_any_time,
    a_correction_can_be_bound_to_a_version,
    what_stays_the_same_is_no_change,
    an_erased_person_can_be_given_an_address,
    others_correct_nothing,
);

fn address(city: &str) -> Address {
    Address {
        name: "Ada".to_owned(),
        line1: "1 Mill Lane".to_owned(),
        line2: None,
        city: city.to_owned(),
        postal_code: "N1".to_owned(),
        region: None,
        country: "GB".to_owned(),
    }
}

fn to(city: &str) -> OrderChange {
    OrderChange { shipping_address: Some(Some(address(city))), ..OrderChange::default() }
}

async fn correct(
    w: &OrdersTestBed,
    by: &Caller,
    id: OrderId,
    change: OrderChange,
) -> OrdersCallResult<UpdateOrder> {
    w.call(by, UpdateOrder { id: Path(id), based_on: IfMatch(None), change: Body(change) }).await
}

async fn address_and_note_are_corrected_until_something_ships(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.staff(&[Permission::Orders]));
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    assert!(order.allowed.contains(&Action::Edit));
    let WithEtag { body: first, .. } = correct(&w, &ada, order.id, to("London")).await.unwrap();
    assert_eq!((first.shipping_address, first.version), (Some(address("London")), 2));
    w.pay(&ada, order.id, "sim_ok").await.unwrap();
    let note = OrderChange { note: Some("ring\ntwice".to_owned()), ..OrderChange::default() };
    let WithEtag { body: noted, etag } = correct(&w, &staff, order.id, note).await.unwrap();
    assert_eq!(
        (noted.note.as_deref(), noted.shipping_address.clone()),
        (Some("ring\ntwice"), Some(address("London")))
    );
    assert_eq!(etag, etag::of_shown(&[noted.version], &noted));
    let none = OrderChange { note: Some(String::new()), ..OrderChange::default() };
    assert_eq!(correct(&w, &staff, order.id, none).await.unwrap().body.note, None);
    w.brought(&staff, order.id, TargetStatus::Shipped).await;
    for by in [&ada, &staff] {
        let Err(CallError::Refused(UpdateOrderError::IllegalTransition { status, allowed, .. })) =
            correct(&w, by, order.id, to("Leeds")).await
        else {
            panic!("it is on its way")
        };
        assert_eq!((status, allowed.contains(&Action::Edit)), (OrderStatus::Confirmed, false));
    }
    assert_eq!(w.get(&ada, order.id).await.shipping_address, Some(address("London")));
    w.check().await;
}

async fn staff_correct_the_address_of_what_is_still_to_be_sent_or_sent_once_more(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await;
    let line = order.lines[0].id;
    let first = w.fulfil(&staff, order.id, Some(vec![LineQuantity { line_id: line, quantity: 1 }])).await;
    w.ship(&staff, first.id).await.unwrap();
    // the rest goes where they want it now; the owner, to whom something is under way, asks the shop
    assert_eq!(
        correct(&w, &staff, order.id, to("Leeds")).await.unwrap().body.shipping_address,
        Some(address("Leeds"))
    );
    assert!(!w.get(&ada, order.id).await.allowed.contains(&Action::Edit));
    assert_eq!(
        refused(correct(&w, &ada, order.id, to("Bath")).await),
        (409, "illegal_transition".to_owned())
    );
    w.brought(&staff, order.id, TargetStatus::Shipped).await;
    assert_eq!(
        refused(correct(&w, &staff, order.id, to("Bath")).await),
        (409, "illegal_transition".to_owned())
    );
    // what could not be delivered is sent again, elsewhere
    w.call(&staff, FailFulfilment { id: Path(first.id), key: OptionalIdempotencyKey(None) }).await.unwrap();
    assert!(w.get(&staff, order.id).await.allowed.contains(&Action::Edit));
    correct(&w, &staff, order.id, to("Bath")).await.unwrap();
    w.ship(&staff, first.id).await.unwrap();
    let again = w.get(&staff, order.id).await;
    assert_eq!(
        (again.shipping_address, again.allowed.contains(&Action::Edit)),
        (Some(address("Bath")), false)
    );
    w.check().await;
}

/// An order of two units to London, of which a parcel of one has been made.
async fn parcel_to_london(w: &OrdersTestBed, ada: &Caller, staff: &Caller) -> Fulfilment {
    let order = w.paid(ada, "automatic").await;
    correct(w, staff, order.id, to("London")).await.unwrap();
    let one_piece = LineQuantity { line_id: order.lines[0].id, quantity: 1 };
    w.fulfil(staff, order.id, Some(vec![one_piece])).await
}

async fn ship(w: &OrdersTestBed, staff: &Caller, id: FulfilmentId, key: &str) -> Fulfilment {
    let key = OptionalIdempotencyKey(Some(key.to_owned()));
    let shipment = Body(Shipment::default());
    w.call(staff, ShipFulfilment { id: Path(id), key, shipment }).await.unwrap().0
}

async fn fail(w: &OrdersTestBed, staff: &Caller, id: FulfilmentId) -> Fulfilment {
    w.call(staff, FailFulfilment { id: Path(id), key: OptionalIdempotencyKey(None) }).await.unwrap().0
}

/// To which towns an order's parcels were sent; each way of reading them says the same.
async fn sent_to(w: &OrdersTestBed, by: &Caller, id: OrderId) -> Vec<Option<String>> {
    let slice = PageParams { limit: None, cursor: None };
    let listed = w.call(by, ListFulfilments { id: Path(id), slice }).await.unwrap().0.items;
    let whole = w
        .call(by, GetOrderDetails { id: Path(id), further: Query(OrderDetailsParams::default()) })
        .await
        .unwrap()
        .0;
    assert_eq!(whole.fulfilments.items, listed);
    for one in &listed {
        assert_eq!(w.call(by, GetFulfilment { id: Path(one.id) }).await.unwrap().0, *one);
    }
    listed.into_iter().map(|one| one.shipping_address.map(|to| to.city)).collect()
}

async fn run(w: &OrdersTestBed, sql: &'static str) {
    let mut tx = w.db.begin().await.unwrap();
    tx.run(&Sql::both(sql), &[]).await.unwrap();
    tx.commit("test.change").await.unwrap();
}

async fn a_parcel_keeps_where_it_was_sent(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let first = parcel_to_london(&w, &ada, &staff).await;
    let id = first.order_id;
    assert_eq!((first.shipping_address, sent_to(&w, &ada, id).await), (None, vec![None]));
    let sent = ship(&w, &staff, first.id, "once").await;
    assert_eq!(sent.shipping_address, Some(address("London")));
    // the rest goes elsewhere, and is brought there by the order's state
    correct(&w, &staff, id, to("Leeds")).await.unwrap();
    assert_eq!(ship(&w, &staff, first.id, "once").await, sent, "it was sent where it was sent");
    w.brought(&staff, id, TargetStatus::Shipped).await;
    let towns = |first: &str| vec![Some(first.to_owned()), Some("Leeds".to_owned())];
    for by in [&ada, &staff] {
        assert_eq!(sent_to(&w, by, id).await, towns("London"));
    }
    assert_eq!(fail(&w, &staff, first.id).await.shipping_address, Some(address("London")));
    correct(&w, &staff, id, to("Bath")).await.unwrap();
    assert_eq!(sent_to(&w, &ada, id).await, towns("London"));
    let again = ship(&w, &staff, first.id, "twice").await;
    assert_eq!(
        (again.shipping_address.as_ref(), sent_to(&w, &ada, id).await),
        (Some(&address("Bath")), towns("Bath"))
    );
    assert_eq!(ship(&w, &staff, first.id, "twice").await, again);
    // where it went the time before is kept no longer, and is not taken for where it went since
    assert_eq!(ship(&w, &staff, first.id, "once").await, sent.nameless());
    let arrived = w
        .call(&staff, DeliverFulfilment { id: Path(first.id), key: OptionalIdempotencyKey(None) })
        .await
        .unwrap()
        .0;
    assert_eq!(arrived.shipping_address, Some(address("Bath")));
    // none of it stands where it could not be erased
    for written in [
        "select cast(data as text) as body from event",
        "select coalesce(answer, '') as body from idempotency",
    ] {
        for row in w.db.query(&Sql::both(written), &[]).await.unwrap() {
            let body: String = row.get("body").unwrap();
            assert!(!body.contains("Mill Lane") && !body.contains("shipping_address"), "{body}");
        }
    }
    run(&w, "delete from person").await;
    assert_eq!(sent_to(&w, &ada, id).await, [None, None]);
    let kept = w.db.query_one(&Sql::both("select count(*) as n from parcel_address"), &[]).await.unwrap();
    assert_eq!(kept.get::<i64>("n").unwrap(), 0);
    w.check().await;
}

async fn a_sending_of_which_nothing_was_kept_tells_no_address(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let first = parcel_to_london(&w, &ada, &staff).await;
    ship(&w, &staff, first.id, "once").await;
    fail(&w, &staff, first.id).await;
    assert_eq!(sent_to(&w, &ada, first.order_id).await, [Some("London".to_owned())]);
    // as if an older version had sent it again, which knows nothing of this
    run(&w, "update parcel_address set version = version - 2").await;
    assert_eq!(sent_to(&w, &ada, first.order_id).await, [None]);
    let again = ship(&w, &staff, first.id, "twice").await;
    assert_eq!(again.shipping_address, Some(address("London")));
    fail(&w, &staff, first.id).await;
    // nobody is left who could have said where to
    run(&w, "delete from person").await;
    assert_eq!(ship(&w, &staff, first.id, "nowhere").await.shipping_address, None);
    assert_eq!(sent_to(&w, &ada, first.order_id).await, [None]);
    w.check().await;
}

async fn the_owner_corrects_until_something_is_packed(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await;
    let parcel = w.fulfil(&staff, order.id, None).await;
    correct(&w, &ada, order.id, to("London")).await.unwrap();
    w.call(&staff, PackFulfilment { id: Path(parcel.id), key: OptionalIdempotencyKey(None) }).await.unwrap();
    assert!(!w.get(&ada, order.id).await.allowed.contains(&Action::Edit));
    assert!(w.get(&staff, order.id).await.allowed.contains(&Action::Edit));
    let late = correct(&w, &ada, order.id, to("Leeds")).await;
    assert_eq!(refused(late), (409, "illegal_transition".to_owned()));
    let metadata =
        OrderChange { metadata: Some([("a".into(), "b".into())].into()), ..OrderChange::default() };
    assert_eq!(refused(correct(&w, &ada, order.id, metadata).await).0, 403);
    correct(&w, &staff, order.id, to("Leeds")).await.unwrap();
    // put back on the shelf, it is the owner's again
    w.call(&staff, CancelFulfilment { id: Path(parcel.id), key: OptionalIdempotencyKey(None) })
        .await
        .unwrap();
    correct(&w, &ada, order.id, to("Bath")).await.unwrap();
    assert_eq!(w.get(&ada, order.id).await.shipping_address, Some(address("Bath")));
    w.check().await;
}

async fn metadata_are_changed_by_staff_at_any_time(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    let metadata = |value: &str| OrderChange {
        metadata: Some([("till".to_owned(), value.to_owned())].into()),
        ..OrderChange::default()
    };
    assert_eq!(correct(&w, &staff, order.id, metadata("3")).await.unwrap().body.metadata["till"], "3");
    // what the shop keeps there is not the owner's to change, alone or with an address
    for change in [metadata("4"), OrderChange { metadata: Some(Default::default()), ..to("Leeds") }] {
        assert_eq!(refused(correct(&w, &ada, order.id, change).await), (403, "forbidden".to_owned()));
    }
    let same = OrderChange { note: Some("soon".to_owned()), ..metadata("3") };
    assert_eq!(correct(&w, &ada, order.id, same).await.unwrap().body.metadata["till"], "3");
    w.cancel(&ada, order.id).await.unwrap();
    let late = correct(&w, &staff, order.id, metadata("5")).await.unwrap().body;
    assert_eq!((late.status, &*late.metadata["till"]), (OrderStatus::Cancelled, "5"));
    assert_eq!(refused(correct(&w, &staff, order.id, to("Leeds")).await).0, 409);
    w.check().await;
}

async fn a_correction_can_be_bound_to_a_version(w: OrdersTestBed) {
    let ada = w.customer();
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    let in_body = |version| OrderChange { version: Some(version), ..to("London") };
    let Err(CallError::Refused(UpdateOrderError::VersionConflict { current_version: 1 })) =
        correct(&w, &ada, order.id, in_body(7)).await
    else {
        panic!("it is at version 1")
    };
    let by_header = |etag: &str, city: &str| UpdateOrder {
        id: Path(order.id),
        based_on: IfMatch(Some(etag.to_owned())),
        change: Body(to(city)),
    };
    assert_eq!(refused(w.call(&ada, by_header("\"7\"", "London")).await).0, 412);
    w.call(&ada, by_header("\"1\"", "London")).await.unwrap();
    assert_eq!(refused(w.call(&ada, by_header("\"1\"", "Leeds")).await).0, 412);
    correct(&w, &ada, order.id, OrderChange { version: Some(2), ..to("Leeds") }).await.unwrap();
}

async fn what_stays_the_same_is_no_change(w: OrdersTestBed) {
    let ada = w.customer();
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    let first = correct(&w, &ada, order.id, to("London")).await.unwrap();
    assert_eq!(correct(&w, &ada, order.id, to("London")).await.unwrap(), first);
    assert_eq!(correct(&w, &ada, order.id, OrderChange::default()).await.unwrap(), first);
    assert_eq!(w.story(order.id).await.len(), 2);
}

async fn an_erased_person_can_be_given_an_address(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await;
    let mut tx = w.db.begin().await.unwrap();
    tx.run(&Sql::both("delete from person"), &[]).await.unwrap();
    tx.commit("test.erase").await.unwrap();
    let given = correct(&w, &staff, order.id, to("London")).await.unwrap().body;
    assert_eq!((given.shipping_address, given.email), (Some(address("London")), None));
    w.check().await;
}

async fn others_correct_nothing(w: OrdersTestBed) {
    let (ada, eve) = (w.customer(), w.customer());
    let order = w.paid(&ada, "automatic").await;
    assert_eq!(refused(correct(&w, &eve, order.id, to("Leeds")).await).0, 404);
    assert_eq!(refused(correct(&w, &w.staff(&[Permission::Products]), order.id, to("Leeds")).await).0, 404);
    assert_eq!(refused(correct(&w, &w.staff(&[Permission::Payments]), order.id, to("Leeds")).await).0, 403);
    let mut bad = to("Leeds");
    bad.shipping_address.as_mut().unwrap().as_mut().unwrap().country = "uk".to_owned();
    assert_eq!(refused(correct(&w, &ada, order.id, bad).await).0, 400);
}
