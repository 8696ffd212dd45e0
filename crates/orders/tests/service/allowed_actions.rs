//! What an order says that can be done to it: what this caller may do, at the address where it is read.

use crate::world::{Caller, OrdersTestBed, method, order_of, refused};
use contracts::{events::EventType, fulfilments::*, orders::*, payments::ATTEMPTS_MAX};
use db::Sql;
use endpoint::{
    Body, Conditional, Created, IfMatch, IfNoneMatch, OptionalIdempotencyKey, Path, Permission, WithEtag,
    client::CallError, etag,
};
use kernel::id::OrderId;

on_both!(
    a_draft_offers_the_same_at_both_of_its_addresses,
    what_is_offered_for_a_draft_can_be_done_where_it_is_read,
    staff_are_offered_what_their_permissions_let_them_do,
    what_is_refused_is_not_offered,
    a_refusal_lists_what_its_caller_can_do,
    an_answer_to_placing_offers_what_its_caller_can_do,
    metadata_change_in_every_state,
    after_too_many_attempts_there_is_money_in_hand,
);

async fn draft(w: &OrdersTestBed, staff: &Caller, ada: &Caller) -> Created<Order> {
    let new = NewDraft {
        user_id: ada.id,
        lines: order_of(&[(w.product(1000, 10), 2)]).lines,
        adjustments: Vec::new(),
        shipping_address: None,
        note: None,
        metadata: Default::default(),
    };
    w.call(staff, DraftOrder { key: OptionalIdempotencyKey(Some(w.key().0)), draft: Body(new) })
        .await
        .unwrap()
}

async fn as_draft(w: &OrdersTestBed, by: &Caller, id: OrderId) -> Order {
    match w.call(by, GetDraft { id: Path(id), known: IfNoneMatch(None) }).await.unwrap() {
        Conditional::New { body, .. } => body,
        Conditional::NotModified { .. } => panic!("nothing was known"),
    }
}

async fn patch(
    w: &OrdersTestBed,
    by: &Caller,
    id: OrderId,
    note: &str,
) -> crate::world::OrdersCallResult<UpdateOrder> {
    let change = OrderChange { note: Some(note.to_owned()), ..OrderChange::default() };
    w.call(by, UpdateOrder { id: Path(id), based_on: IfMatch(None), change: Body(change) }).await
}

async fn a_draft_offers_the_same_at_both_of_its_addresses(w: OrdersTestBed) {
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

async fn what_is_offered_for_a_draft_can_be_done_where_it_is_read(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.staff(&[Permission::Orders]));
    let draft = draft(&w, &staff, &ada).await.body;
    let WithEtag { etag, body: noted } = patch(&w, &staff, draft.id, "call first").await.unwrap();
    assert_eq!(
        (etag, noted.note.as_deref(), noted.status),
        (etag::of_shown(&[2], &noted), Some("call first"), OrderStatus::Draft)
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

async fn staff_are_offered_what_their_permissions_let_them_do(w: OrdersTestBed) {
    let ada = w.customer();
    let tea = w.product(1000, 10);
    let mut new = order_of(&[(tea, 2)]);
    new.payment = Some(method("sim_ok", "automatic"));
    let order = w.place(&ada, &new).await;
    let offered = async |by: &Caller| w.get(by, order.id).await.allowed;
    assert_eq!(offered(&ada).await, [Action::Cancel, Action::Edit]);
    let clerk = [Action::Cancel, Action::Fulfil, Action::Edit, Action::Hold, Action::Annotate];
    assert_eq!(offered(&w.staff(&[Permission::Orders])).await, clerk);
    assert_eq!(offered(&w.staff(&[Permission::Payments])).await, [Action::Refund]);
    let all = [Action::Cancel, Action::Fulfil, Action::Refund, Action::Edit, Action::Hold, Action::Annotate];
    assert_eq!(offered(&w.admin()).await, all);
    // whoever works with payments is a customer too
    let cashier = w.staff(&[Permission::Payments]);
    let own = w.place(&cashier, &new).await;
    assert_eq!(w.get(&cashier, own.id).await.allowed, [Action::Cancel, Action::Refund, Action::Edit]);
}

async fn what_is_refused_is_not_offered(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.staff(&[Permission::Orders]));
    // all of it is in a parcel
    let order = w.paid(&ada, "automatic").await;
    let parcel = w.fulfil(&staff, order.id, None).await;
    let offered = async || w.get(&staff, order.id).await.allowed;
    assert_eq!(offered().await, [Action::Cancel, Action::Edit, Action::Hold, Action::Annotate]);
    let new =
        CreateFulfilment { id: Path(order.id), key: w.key(), fulfilment: Body(NewFulfilment::default()) };
    assert_eq!(refused(w.call(&staff, new).await), (409, "not_open".to_owned()));
    // on its way it can arrive, but not once nobody has taken it
    w.ship(&staff, parcel.id).await.unwrap();
    assert_eq!(offered().await, [Action::Deliver, Action::Hold, Action::Annotate]);
    w.call(&staff, FailFulfilment { id: Path(parcel.id), key: OptionalIdempotencyKey(None) }).await.unwrap();
    // it may go to another address
    assert_eq!(offered().await, [Action::Edit, Action::Hold, Action::Annotate]);
    let delivered = w.set_status(&staff, order.id, TargetStatus::Delivered).await;
    assert_eq!(refused(delivered), (409, "illegal_transition".to_owned()));
    w.ship(&staff, parcel.id).await.unwrap();
    assert_eq!(offered().await, [Action::Deliver, Action::Hold, Action::Annotate]);
    w.brought(&staff, order.id, TargetStatus::Delivered).await;
    // nor can all of them have arrived when one has not
    let order = w.paid(&ada, "automatic").await;
    let mut parcels = Vec::new();
    for _ in 0..2 {
        let one = vec![LineQuantity { line_id: order.lines[0].id, quantity: 1 }];
        let parcel = w.fulfil(&staff, order.id, Some(one)).await;
        w.ship(&staff, parcel.id).await.unwrap();
        parcels.push(parcel.id);
    }
    w.call(&staff, FailFulfilment { id: Path(parcels[0]), key: OptionalIdempotencyKey(None) }).await.unwrap();
    let delivered = w.set_status(&staff, order.id, TargetStatus::Delivered).await;
    assert_eq!(refused(delivered), (409, "illegal_transition".to_owned()));
    w.ship(&staff, parcels[0]).await.unwrap();
    w.brought(&staff, order.id, TargetStatus::Delivered).await;
    // an attempt is under way
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    w.pay(&ada, order.id, "sim_slow").await.unwrap();
    assert_eq!(w.get(&ada, order.id).await.allowed, [Action::Cancel, Action::Edit]);
    assert_eq!(refused(w.pay(&ada, order.id, "sim_ok").await), (409, "payment_in_progress".to_owned()));
    w.check().await;
}

async fn a_refusal_lists_what_its_caller_can_do(w: OrdersTestBed) {
    let (ada, cashier) = (w.customer(), w.staff(&[Permission::Payments]));
    let (clerk, admin) = (w.staff(&[Permission::Orders]), w.admin());
    // what has arrived cannot be cancelled any more
    let order = w.paid(&ada, "automatic").await;
    w.brought(&admin, order.id, TargetStatus::Shipped).await;
    let told = async |by: &Caller, id| match w.cancel(by, id).await {
        Err(CallError::Refused(CancelOrderError::IllegalTransition { allowed, targets, .. })) => {
            assert_eq!(allowed, w.get(by, id).await.allowed, "as the order itself says");
            (allowed, targets)
        }
        other => panic!("{other:?}"),
    };
    let offered = vec![Action::Deliver, Action::Hold, Action::Annotate];
    assert_eq!(told(&clerk, order.id).await, (offered, vec![TargetStatus::Delivered]));
    let offered = vec![Action::Deliver, Action::Refund, Action::Hold, Action::Annotate];
    assert_eq!(told(&admin, order.id).await, (offered, vec![TargetStatus::Delivered]));
    assert_eq!(told(&ada, order.id).await, (vec![], vec![]));
    let own = w.paid(&cashier, "automatic").await;
    w.brought(&admin, own.id, TargetStatus::Shipped).await;
    assert_eq!(told(&cashier, own.id).await, (vec![Action::Refund], vec![]));
    // money in hand takes a permission of its own
    let unpaid = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    for (by, payable) in [(&clerk, false), (&admin, true)] {
        match w.set_status(by, unpaid.id, TargetStatus::Shipped).await {
            Err(CallError::Refused(SetOrderStatusError::IllegalTransition { targets, .. })) => {
                assert_eq!(targets.contains(&TargetStatus::Confirmed), payable, "{targets:?}");
                assert!(targets.contains(&TargetStatus::Cancelled));
            }
            other => panic!("{other:?}"),
        }
    }
}

async fn an_answer_to_placing_offers_what_its_caller_can_do(w: OrdersTestBed) {
    let tea = w.product(1000, 100);
    let new = NewOrder { payment: Some(method("sim_ok", "automatic")), ..order_of(&[(tea, 2)]) };
    for by in [w.customer(), w.staff(&[Permission::Orders]), w.staff(&[Permission::Payments]), w.admin()] {
        let key = w.key();
        let placed = w.place_with(&by, &key, &new).await.unwrap().body;
        assert_eq!(placed.allowed, w.get(&by, placed.id).await.allowed);
        assert_eq!(w.place_with(&by, &key, &new).await.unwrap().body, placed, "the stored answer");
    }
    let (clerk, ada) = (w.staff(&[Permission::Orders]), w.customer());
    let draft = draft(&w, &clerk, &ada).await.body;
    let placing =
        PlaceDraftRequest { payment: Some(method("sim_ok", "automatic")), ..PlaceDraftRequest::default() };
    let place = PlaceDraft { id: Path(draft.id), based_on: IfMatch(None), placing: Body(placing) };
    let placed = w.call(&clerk, place).await.unwrap().body;
    assert_eq!(placed.status, OrderStatus::Confirmed);
    assert_eq!(placed.allowed, w.get(&clerk, draft.id).await.allowed);
    // who runs version 0.1.0 repeats the stored answers too, and has to understand them
    let stored = w.db.query(&Sql::both("select answer from placement"), &[]).await.unwrap();
    let stored: Vec<String> = stored.iter().map(|row| row.get("answer").unwrap()).collect();
    assert_eq!(stored.len(), 5);
    assert!(stored.iter().all(|answer| !answer.contains("annotate")), "{stored:?}");
}

async fn metadata_change_in_every_state(w: OrdersTestBed) {
    let (ada, clerk) = (w.customer(), w.staff(&[Permission::Orders]));
    let order = w.paid(&ada, "automatic").await;
    let annotate = async |by: &Caller, text: &str| {
        let metadata = Some([("shelf".to_owned(), text.to_owned())].into());
        let change = OrderChange { metadata, ..OrderChange::default() };
        w.call(by, UpdateOrder { id: Path(order.id), based_on: IfMatch(None), change: Body(change) }).await
    };
    for (n, target) in [TargetStatus::Shipped, TargetStatus::Delivered].into_iter().enumerate() {
        w.brought(&w.admin(), order.id, target).await;
        assert!(w.get(&clerk, order.id).await.allowed.contains(&Action::Annotate));
        annotate(&clerk, &n.to_string()).await.unwrap();
    }
    for by in [&ada, &w.staff(&[Permission::Payments])] {
        assert!(!w.get(by, order.id).await.allowed.contains(&Action::Annotate));
        assert_eq!(refused(annotate(by, "mine").await).0, 403);
    }
}

async fn after_too_many_attempts_there_is_money_in_hand(w: OrdersTestBed) {
    let (ada, clerk, cashier) =
        (w.customer(), w.staff(&[Permission::Orders]), w.staff(&[Permission::Payments]));
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    let offers_pay = async |by: &Caller| w.get(by, order.id).await.allowed.contains(&Action::Pay);
    // those that do not reach the provider do not count
    for _ in 0..ATTEMPTS_MAX + 5 {
        w.pay(&ada, order.id, "sim_timeout_before_charge").await.unwrap_err();
    }
    for _ in 0..ATTEMPTS_MAX {
        assert!(offers_pay(&ada).await && offers_pay(&clerk).await && offers_pay(&cashier).await);
        w.pay(&ada, order.id, "sim_declined").await.unwrap_err();
    }
    assert!(!offers_pay(&ada).await && !offers_pay(&clerk).await && offers_pay(&cashier).await);
    w.pay(&cashier, order.id, "offline").await.unwrap();
    assert_eq!(w.get(&ada, order.id).await.status, OrderStatus::Confirmed);
    assert!(!offers_pay(&cashier).await);
    w.check().await;
}
