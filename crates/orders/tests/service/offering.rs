//! What an order says that can be done to it: what this caller may do, at the address where it is read.

use crate::world::{Caller, World, method, order_of, refused};
use contracts::{events::EventType, fulfilments::*, orders::*};
use endpoint::{Body, Created, Fresh, IfMatch, IfNoneMatch, MaybeKey, Path, Permission, Tagged};
use kernel::id::OrderId;

on_both!(
    a_draft_offers_the_same_at_both_of_its_addresses,
    what_is_offered_for_a_draft_can_be_done_where_it_is_read,
    staff_are_offered_what_their_permissions_let_them_do,
    what_is_refused_is_not_offered,
);

async fn draft(w: &World, staff: &Caller, ada: &Caller) -> Created<Order> {
    let new = NewDraft {
        user_id: ada.id,
        lines: order_of(&[(w.product(1000, 10), 2)]).lines,
        adjustments: Vec::new(),
        shipping_address: None,
        note: None,
        metadata: Default::default(),
    };
    w.call(staff, DraftOrder { key: MaybeKey(Some(w.key().0)), draft: Body(new) }).await.unwrap()
}

async fn as_draft(w: &World, by: &Caller, id: OrderId) -> Order {
    match w.call(by, GetDraft { id: Path(id), known: IfNoneMatch(None) }).await.unwrap() {
        Fresh::New { body, .. } => body,
        Fresh::NotModified { .. } => panic!("nothing was known"),
    }
}

async fn patch(w: &World, by: &Caller, id: OrderId, note: &str) -> crate::world::Called<UpdateOrder> {
    let change = OrderChange { note: Some(note.to_owned()), ..OrderChange::default() };
    w.call(by, UpdateOrder { id: Path(id), based_on: IfMatch(None), change: Body(change) }).await
}

async fn a_draft_offers_the_same_at_both_of_its_addresses(w: World) {
    let (ada, staff) = (w.customer(), w.staff(&[Permission::Orders]));
    let Created { location, body: draft, .. } = draft(&w, &staff, &ada).await;
    assert_eq!(location, format!("/v1/orders/drafts/{}", draft.id));
    let all = [Action::Edit, Action::Place, Action::Delete];
    assert_eq!((draft.allowed.as_slice(), w.get(&staff, draft.id).await), (&all[..], draft.clone()));
    assert_eq!(as_draft(&w, &staff, draft.id).await, draft);
    // staff for payments see it, and may do nothing to it
    let cashier = w.staff(&[Permission::Payments]);
    assert_eq!(w.get(&cashier, draft.id).await.allowed, []);
}

async fn what_is_offered_for_a_draft_can_be_done_where_it_is_read(w: World) {
    let (ada, staff) = (w.customer(), w.staff(&[Permission::Orders]));
    let draft = draft(&w, &staff, &ada).await.body;
    let Tagged { etag, body: noted } = patch(&w, &staff, draft.id, "call first").await.unwrap();
    assert_eq!(
        (etag.as_str(), noted.note.as_deref(), noted.status),
        ("\"2\"", Some("call first"), OrderStatus::Draft)
    );
    assert_eq!((noted.lines.clone(), as_draft(&w, &staff, draft.id).await), (draft.lines, noted));
    assert_eq!(w.story(draft.id).await, [EventType::OrderDrafted, EventType::OrderDraftUpdated]);
    // nobody else, as ever
    assert_eq!(refused(patch(&w, &ada, draft.id, "no").await).0, 404);
    assert_eq!(refused(patch(&w, &w.staff(&[Permission::Payments]), draft.id, "no").await).0, 403);
    let stale = OrderChange { version: Some(1), note: Some("no".to_owned()), ..OrderChange::default() };
    let stale = UpdateOrder { id: Path(draft.id), based_on: IfMatch(None), change: Body(stale) };
    assert_eq!(refused(w.call(&staff, stale).await), (409, "version_conflict".to_owned()));
    w.check().await;
}

async fn staff_are_offered_what_their_permissions_let_them_do(w: World) {
    let ada = w.customer();
    let tea = w.product(1000, 10);
    let mut new = order_of(&[(tea, 2)]);
    new.payment = Some(method("sim_ok", "automatic"));
    let order = w.place(&ada, &new).await;
    let offered = async |by: &Caller| w.get(by, order.id).await.allowed;
    assert_eq!(offered(&ada).await, [Action::Cancel, Action::Edit]);
    let clerk = [Action::Cancel, Action::Fulfil, Action::Edit, Action::Hold];
    assert_eq!(offered(&w.staff(&[Permission::Orders])).await, clerk);
    assert_eq!(offered(&w.staff(&[Permission::Payments])).await, [Action::Refund]);
    let all = [Action::Cancel, Action::Fulfil, Action::Refund, Action::Edit, Action::Hold];
    assert_eq!(offered(&w.admin()).await, all);
    // whoever works with payments is a customer too
    let cashier = w.staff(&[Permission::Payments]);
    let own = w.place(&cashier, &new).await;
    assert_eq!(w.get(&cashier, own.id).await.allowed, [Action::Cancel, Action::Refund, Action::Edit]);
}

async fn what_is_refused_is_not_offered(w: World) {
    let (ada, staff) = (w.customer(), w.staff(&[Permission::Orders]));
    // all of it is in a parcel
    let order = w.paid(&ada, "automatic").await;
    let parcel = w.fulfil(&staff, order.id, None).await;
    let offered = async || w.get(&staff, order.id).await.allowed;
    assert_eq!(offered().await, [Action::Cancel, Action::Edit, Action::Hold]);
    let new =
        CreateFulfilment { id: Path(order.id), key: w.key(), fulfilment: Body(NewFulfilment::default()) };
    assert_eq!(refused(w.call(&staff, new).await), (409, "not_open".to_owned()));
    // on its way it can arrive, but not once nobody has taken it
    w.ship(&staff, parcel.id).await.unwrap();
    assert_eq!(offered().await, [Action::Deliver, Action::Hold]);
    w.call(&staff, FailFulfilment { id: Path(parcel.id), key: MaybeKey(None) }).await.unwrap();
    assert_eq!(offered().await, [Action::Hold]);
    let delivered = w.set_status(&staff, order.id, TargetStatus::Delivered).await;
    assert_eq!(refused(delivered), (409, "illegal_transition".to_owned()));
    w.ship(&staff, parcel.id).await.unwrap();
    assert_eq!(offered().await, [Action::Deliver, Action::Hold]);
    w.brought(&staff, order.id, TargetStatus::Delivered).await;
    // an attempt is under way
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    w.pay(&ada, order.id, "sim_slow").await.unwrap();
    assert_eq!(w.get(&ada, order.id).await.allowed, [Action::Cancel, Action::Edit]);
    assert_eq!(refused(w.pay(&ada, order.id, "sim_ok").await), (409, "payment_in_progress".to_owned()));
    w.check().await;
}
