//! Correcting an order: its address, its note, its metadata.

use crate::world::{Called, Caller, World, order_of, refused};
use contracts::{Address, fulfilments::*, orders::*};
use db::Sql;
use endpoint::{Body, IfMatch, MaybeKey, Path, Permission, Tagged, client::CallError, etag};
use kernel::id::OrderId;

on_both!(
    address_and_note_are_corrected_until_something_ships,
    staff_correct_the_address_of_what_is_still_to_be_sent_or_sent_once_more,
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

async fn correct(w: &World, by: &Caller, id: OrderId, change: OrderChange) -> Called<UpdateOrder> {
    w.call(by, UpdateOrder { id: Path(id), based_on: IfMatch(None), change: Body(change) }).await
}

async fn address_and_note_are_corrected_until_something_ships(w: World) {
    let (ada, staff) = (w.customer(), w.staff(&[Permission::Orders]));
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    assert!(order.allowed.contains(&Action::Edit));
    let Tagged { body: first, .. } = correct(&w, &ada, order.id, to("London")).await.unwrap();
    assert_eq!((first.shipping_address, first.version), (Some(address("London")), 2));
    w.pay(&ada, order.id, "sim_ok").await.unwrap();
    let note = OrderChange { note: Some("ring\ntwice".to_owned()), ..OrderChange::default() };
    let Tagged { body: noted, etag } = correct(&w, &staff, order.id, note).await.unwrap();
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

async fn staff_correct_the_address_of_what_is_still_to_be_sent_or_sent_once_more(w: World) {
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
    w.call(&staff, FailFulfilment { id: Path(first.id), key: MaybeKey(None) }).await.unwrap();
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

async fn the_owner_corrects_until_something_is_packed(w: World) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await;
    let parcel = w.fulfil(&staff, order.id, None).await;
    correct(&w, &ada, order.id, to("London")).await.unwrap();
    w.call(&staff, PackFulfilment { id: Path(parcel.id), key: MaybeKey(None) }).await.unwrap();
    assert!(!w.get(&ada, order.id).await.allowed.contains(&Action::Edit));
    assert!(w.get(&staff, order.id).await.allowed.contains(&Action::Edit));
    let late = correct(&w, &ada, order.id, to("Leeds")).await;
    assert_eq!(refused(late), (409, "illegal_transition".to_owned()));
    let metadata =
        OrderChange { metadata: Some([("a".into(), "b".into())].into()), ..OrderChange::default() };
    assert_eq!(refused(correct(&w, &ada, order.id, metadata).await).0, 403);
    correct(&w, &staff, order.id, to("Leeds")).await.unwrap();
    // put back on the shelf, it is the owner's again
    w.call(&staff, CancelFulfilment { id: Path(parcel.id), key: MaybeKey(None) }).await.unwrap();
    correct(&w, &ada, order.id, to("Bath")).await.unwrap();
    assert_eq!(w.get(&ada, order.id).await.shipping_address, Some(address("Bath")));
    w.check().await;
}

async fn metadata_are_changed_by_staff_at_any_time(w: World) {
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

async fn a_correction_can_be_bound_to_a_version(w: World) {
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

async fn what_stays_the_same_is_no_change(w: World) {
    let ada = w.customer();
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    let first = correct(&w, &ada, order.id, to("London")).await.unwrap();
    assert_eq!(correct(&w, &ada, order.id, to("London")).await.unwrap(), first);
    assert_eq!(correct(&w, &ada, order.id, OrderChange::default()).await.unwrap(), first);
    assert_eq!(w.story(order.id).await.len(), 2);
}

async fn an_erased_person_can_be_given_an_address(w: World) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await;
    let mut tx = w.db.begin().await.unwrap();
    tx.run(&Sql::both("delete from person"), &[]).await.unwrap();
    tx.commit("test.erase").await.unwrap();
    let given = correct(&w, &staff, order.id, to("London")).await.unwrap().body;
    assert_eq!((given.shipping_address, given.email), (Some(address("London")), None));
    w.check().await;
}

async fn others_correct_nothing(w: World) {
    let (ada, eve) = (w.customer(), w.customer());
    let order = w.paid(&ada, "automatic").await;
    assert_eq!(refused(correct(&w, &eve, order.id, to("Leeds")).await).0, 404);
    assert_eq!(refused(correct(&w, &w.staff(&[Permission::Products]), order.id, to("Leeds")).await).0, 404);
    assert_eq!(refused(correct(&w, &w.staff(&[Permission::Payments]), order.id, to("Leeds")).await).0, 403);
    let mut bad = to("Leeds");
    bad.shipping_address.as_mut().unwrap().as_mut().unwrap().country = "uk".to_owned();
    assert_eq!(refused(correct(&w, &ada, order.id, bad).await).0, 400);
}
