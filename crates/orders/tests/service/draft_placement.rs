//! Placing drafts: once, as they are then, and at prices that were seen.

use crate::{
    drafts::{delete, draft_for, drafted, edit, lines, place, place_with},
    fakes::transport::NetworkFault,
    world::{OrdersTestBed, custom, eur, method, order_of, refused},
};
use contracts::{orders::*, placements::PlacementOutcome};
use endpoint::{Body, IfMatch, Path, Permission, Query, WithEtag, client::CallError};
use std::time::Duration;

on_both!(
    placing_again_answers_the_order,
    an_edited_draft_is_reserved_anew,
    a_price_that_has_changed_is_told_and_the_draft_stays,
    a_draft_that_is_edited_while_it_is_placed_is_placed_as_it_is_then,
    a_draft_that_is_deleted_while_it_is_placed_is_gone,
    many_who_place_one_draft_place_one_order,
    a_lost_answer_of_products_is_found_again,
    the_limit_of_unpaid_orders_is_for_customers,
    a_repeat_goes_by_what_was_placed_or_what_is_there,
    what_is_no_draft_is_not_placed,
    a_draft_can_be_paid_as_it_is_placed,
);

async fn placing_again_answers_the_order(w: OrdersTestBed) {
    let (ada, staff, tea) = (w.customer(), w.admin(), w.product(1000, 10));
    let draft = drafted(&w, &staff, &draft_for(&ada, &[(tea, 1)])).await;
    let first = place(&w, &staff, draft.id).await.unwrap();
    assert_eq!(place(&w, &w.admin(), draft.id).await.unwrap(), first, "whoever asks, however often");
    w.cancel(&ada, draft.id).await.unwrap();
    w.clock.advance(Duration::from_secs(24 * 3600));
    assert_eq!(place(&w, &staff, draft.id).await.unwrap().body.status, OrderStatus::Cancelled);
    assert_eq!(w.number("select count(*) as n from placement").await, 1);
    w.check().await;
}

async fn an_edited_draft_is_reserved_anew(w: OrdersTestBed) {
    let (ada, staff, tea) = (w.customer(), w.admin(), w.product(1000, 10));
    let draft = drafted(&w, &staff, &draft_for(&ada, &[(tea, 2)])).await;
    w.to_products.trouble("/internal/reservations", NetworkFault::AnswerLost);
    assert_eq!(refused(place(&w, &staff, draft.id).await), (503, "outcome_unknown".to_owned()));
    w.to_products.mend();
    assert_eq!(w.products.available(tea), 8);
    edit(&w, &staff, draft.id, lines(&[(tea, 5)])).await.unwrap();
    let order = place(&w, &staff, draft.id).await.unwrap().body;
    assert_eq!((order.lines[0].quantity, order.total), (5, eur(5000)));
    assert_eq!((w.products.available(tea), w.products.held().len()), (5, 1), "the first try was released");
    assert_eq!(w.number("select count(*) as n from placement where order_id is null").await, 1);
    w.check().await;
}

async fn a_price_that_has_changed_is_told_and_the_draft_stays(w: OrdersTestBed) {
    let (ada, staff, tea) = (w.customer(), w.admin(), w.product(1000, 10));
    let draft = drafted(&w, &staff, &draft_for(&ada, &[(tea, 2)])).await;
    w.products.set_price(tea, 1100);
    let expecting =
        |minor| PlaceDraftRequest { expected_total: Some(eur(minor).into()), ..PlaceDraftRequest::default() };
    let Err(CallError::Refused(PlaceDraftError::PriceChanged { expected, actual })) =
        place_with(&w, &staff, draft.id, expecting(2000)).await
    else {
        panic!("it costs more")
    };
    assert_eq!((expected, actual, w.products.available(tea)), (eur(2000), eur(2200), 10));
    assert_eq!(w.get(&staff, draft.id).await, draft);
    let order = place_with(&w, &staff, draft.id, expecting(2200)).await.unwrap().body;
    assert_eq!((order.total, w.products.available(tea)), (eur(2200), 8));
    let few = drafted(&w, &staff, &draft_for(&ada, &[(tea, 9)])).await;
    assert_eq!(refused(place(&w, &staff, few.id).await), (409, "insufficient_stock".to_owned()));
    w.check().await;
}

async fn a_draft_that_is_edited_while_it_is_placed_is_placed_as_it_is_then(w: OrdersTestBed) {
    let (ada, staff, tea) = (w.customer(), w.admin(), w.product(1000, 10));
    let draft = drafted(&w, &staff, &draft_for(&ada, &[(tea, 2)])).await;
    let (other, by, id) = (w.clone(), staff.clone(), draft.id);
    w.to_products.after("/internal/reservations", async move {
        edit(&other, &by, id, lines(&[(tea, 3)])).await.unwrap();
    });
    let order = place(&w, &staff, draft.id).await.unwrap().body;
    assert_eq!((order.lines[0].quantity, w.products.available(tea)), (3, 7));
    w.check().await;
}

async fn a_draft_that_is_deleted_while_it_is_placed_is_gone(w: OrdersTestBed) {
    let (ada, staff, tea) = (w.customer(), w.admin(), w.product(1000, 10));
    let draft = drafted(&w, &staff, &draft_for(&ada, &[(tea, 2)])).await;
    let (other, by, id) = (w.clone(), staff.clone(), draft.id);
    w.to_products.after("/internal/reservations", async move {
        delete(&other, &by, id).await.unwrap();
    });
    assert_eq!(refused(place(&w, &staff, draft.id).await).0, 404);
    // what it has reserved is free at once
    assert_eq!((w.products.held(), w.products.available(tea)), (Vec::new(), 10));
    w.check().await;
}

async fn many_who_place_one_draft_place_one_order(w: OrdersTestBed) {
    let (ada, staff, tea) = (w.customer(), w.admin(), w.product(1000, 10));
    let draft = drafted(&w, &staff, &draft_for(&ada, &[(tea, 2)])).await;
    let all: Vec<_> = (0..6)
        .map(|n| {
            let (w, id) = (w.clone(), draft.id);
            let (tell, told) = tokio::sync::oneshot::channel();
            w.env.clone().spawn("request", async move {
                // half of them change it before they place it
                if n % 2 == 0 {
                    let _ = edit(&w, &w.admin(), id, lines(&[(tea, 2 + n)])).await;
                }
                let _ = tell.send(place(&w, &w.admin(), id).await);
            });
            told
        })
        .collect();
    let mut answers = Vec::new();
    for told in all {
        match told.await.unwrap() {
            Ok(WithEtag { body, .. }) => answers.push(body),
            late => assert_eq!(refused(late).0, 503),
        }
    }
    let order = place(&w, &staff, draft.id).await.unwrap().body;
    assert!(answers.iter().all(|answer| answer.lines == order.lines));
    let fates = w.fates(&w.products.held()).await;
    fates.into_iter().for_each(|fate| {
        if let PlacementOutcome::NeverPlaced { placement_id } = fate {
            w.products.release(placement_id);
        }
    });
    assert_eq!(w.products.available(tea), 10 - order.lines[0].quantity);
    assert_eq!(w.number("select count(*) as n from placement where order_id is not null").await, 1);
    w.check().await;
}

async fn a_lost_answer_of_products_is_found_again(w: OrdersTestBed) {
    let (ada, staff, tea) = (w.customer(), w.admin(), w.product(1000, 10));
    let draft = drafted(&w, &staff, &draft_for(&ada, &[(tea, 2)])).await;
    w.to_products.trouble("/internal/reservations", NetworkFault::AnswerLost);
    assert!(place(&w, &staff, draft.id).await.is_err());
    w.to_products.mend();
    w.products.set_price(tea, 5000);
    let order = place(&w, &staff, draft.id).await.unwrap().body;
    assert_eq!((order.total, w.products.available(tea)), (eur(2000), 8), "as it was reserved the first time");
    w.check().await;
}

async fn the_limit_of_unpaid_orders_is_for_customers(w: OrdersTestBed) {
    let settings = orders::OrdersSettings { unpaid_orders_max: 1, ..w.settings.clone() };
    let w = w.with(settings);
    let (ada, staff, tea) = (w.customer(), w.admin(), w.product(1000, 10));
    w.place(&ada, &order_of(&[(tea, 1)])).await;
    let draft = drafted(&w, &staff, &draft_for(&ada, &[(tea, 2)])).await;
    place(&w, &staff, draft.id).await.unwrap();
    let third = w.place_with(&ada, &w.key(), &order_of(&[(tea, 1)])).await;
    assert_eq!(refused(third), (409, "too_many_unpaid_orders".to_owned()));
}

async fn a_repeat_goes_by_what_was_placed_or_what_is_there(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.staff(&[Permission::Orders]));
    let draft = drafted(&w, &staff, &draft_for(&ada, &[(w.product(1000, 10), 2)])).await;
    let note = DraftChange { note: Some("call".to_owned()), ..DraftChange::default() };
    edit(&w, &staff, draft.id, note).await.unwrap();
    let place = async |etag: Option<&str>, version: Option<i64>| {
        let placing = Body(PlaceDraftRequest { version, ..PlaceDraftRequest::default() });
        let based_on = IfMatch(etag.map(str::to_owned));
        w.call(&staff, PlaceDraft { id: Path(draft.id), based_on, placing }).await
    };
    assert_eq!(refused(place(Some("\"1\""), None).await).0, 412);
    let placed = place(Some("\"2\""), None).await.unwrap();
    assert_eq!(place(Some("\"2\""), None).await.unwrap(), placed, "its answer may have been lost");
    w.pay(&ada, draft.id, "sim_ok").await.unwrap();
    let now = w.get(&staff, draft.id).await.version;
    for good in [2, now] {
        place(Some(&format!("\"{good}\"")), Some(good)).await.unwrap();
    }
    for stale in [1, now + 1] {
        assert_eq!(refused(place(Some(&format!("\"{stale}\"")), None).await).0, 412);
        assert_eq!(refused(place(None, Some(stale)).await), (409, "version_conflict".to_owned()));
    }
}

async fn what_is_no_draft_is_not_placed(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    let Err(CallError::Refused(PlaceDraftError::IllegalTransition { status, allowed })) =
        place(&w, &staff, order.id).await
    else {
        panic!("it never was a draft")
    };
    assert_eq!((status, allowed[0]), (OrderStatus::Pending, Action::Pay));
    let draft = drafted(&w, &staff, &draft_for(&ada, &[(w.product(1000, 10), 2)])).await;
    assert_eq!(refused(w.cancel(&staff, draft.id).await), (409, "illegal_transition".to_owned()));
    for target in [TargetStatus::Confirmed, TargetStatus::Shipped, TargetStatus::Cancelled] {
        assert_eq!(
            refused(w.set_status(&staff, draft.id, target).await),
            (409, "illegal_transition".to_owned())
        );
    }
    assert_eq!(refused(w.pay(&staff, draft.id, "sim_ok").await), (409, "illegal_transition".to_owned()));
    let change = Body(OrderChange { note: Some("x".to_owned()), ..OrderChange::default() });
    let corrected = w.call(&staff, UpdateOrder { id: Path(draft.id), based_on: IfMatch(None), change }).await;
    // what is corrected of an order is corrected of a draft, too
    assert_eq!(corrected.unwrap().body.status, OrderStatus::Draft);
}

async fn a_draft_can_be_paid_as_it_is_placed(w: OrdersTestBed) {
    let (ada, staff, tea) = (w.customer(), w.admin(), w.product(1000, 10));
    let draft = drafted(&w, &staff, &draft_for(&ada, &[(tea, 2)])).await;
    let placing =
        PlaceDraftRequest { payment: Some(method("sim_ok", "automatic")), ..PlaceDraftRequest::default() };
    w.to_payments.trouble("/internal/payments/pay", NetworkFault::AnswerLost);
    let first = place_with(&w, &staff, draft.id, placing.clone()).await.unwrap().body;
    assert_eq!(first.status, OrderStatus::Pending);
    // nobody is asked to pay what is being paid
    let pay_by = async |id| w.call_as("notifications", GetContact { id: Path(id) }).await.unwrap().0.pay_by;
    assert_eq!(pay_by(draft.id).await, None);
    // asked for in another way, it is answered as it is
    assert_eq!(place(&w, &staff, draft.id).await.unwrap().body.status, OrderStatus::Pending);
    w.to_payments.mend();
    let paid = place_with(&w, &staff, draft.id, placing).await.unwrap().body;
    assert_eq!((paid.status, w.payments.attempts(draft.id)), (OrderStatus::Confirmed, 1));
    let unpaid = drafted(&w, &staff, &draft_for(&ada, &[(tea, 1)])).await;
    let read = GetOrderDetails { id: Path(unpaid.id), further: Query(OrderDetailsParams::default()) };
    let within = w.call(&staff, read).await.unwrap().0.payment_within_s;
    assert_eq!(within, Some(w.settings.payment_due.as_secs()));
    let placed = place(&w, &staff, unpaid.id).await.unwrap().body;
    assert!(placed.payment_due_at.is_some());
    assert_eq!(pay_by(placed.id).await, placed.payment_due_at);
    // and one that comes to nothing is paid at once
    let mut free = draft_for(&ada, &[]);
    free.lines.push(custom("Engraving", None, 1));
    let free = drafted(&w, &staff, &free).await;
    assert_eq!(place(&w, &staff, free.id).await.unwrap().body.status, OrderStatus::Confirmed);
    w.check().await;
}
