//! Refunds: bounded whatever comes at once, bound to their keys, and sent until they have gone out.

use crate::{
    scripted::{ProviderMethod, ScriptedProvider},
    who::customer,
    world::{DatabaseLocation, PayableOrder, PaymentsTestBed, euros, settings},
};
use contracts::{payments::*, settlement::*};
use endpoint::{Body, IdempotencyKey, Json, Page, PageParams, Path, client::CallError};
use futures_util::future::join_all;
use kernel::id::PaymentId;
use payment_provider::{ProviderError, ProviderRefundStatus};
use serde_json::{from_value, to_value};
use std::sync::Arc;

on_both!(
    a_hundred_refunds_at_once_never_exceed_what_was_captured,
    one_key_is_one_refund,
    without_an_amount_all_that_is_left_goes_back,
    amounts_that_cannot_be_are_refused,
    orders_can_ask_for_a_refund,
    who_may_see_a_payment_may_see_its_refunds,
    refunds_come_in_pages,
    orders_can_list_the_refunds_of_an_order,
    cancelling_after_a_refund_gives_back_the_rest,
);

async fn a_hundred_refunds_at_once_never_exceed_what_was_captured(world: PaymentsTestBed) {
    let order = world.order(4900);
    let id = world.pay(order, "sim_ok", "k").await.payment.id;
    let keys: Vec<String> = (0..100).map(|n| format!("key-{n}")).collect();
    let answers = join_all(keys.iter().map(|key| refunded(&world, id, key))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 49);
    for RefundError::RefundExceedsCaptured { left } in answers.into_iter().filter_map(Result::err) {
        assert_eq!(left, euros(0));
    }
    world.books_agree().await;
    assert_eq!(world.charges(order).await[0].refunded, 4900);
}

/// A euro back; asked for again under the same key where a busy machine has had no time for it.
async fn refunded(world: &PaymentsTestBed, id: PaymentId, key: &str) -> Result<Refund, RefundError> {
    for _ in 0..20 {
        match world.refund(id, Some(100), key).await {
            Ok(refund) => return Ok(refund),
            Err(CallError::Refused(refused)) => return Err(refused),
            Err(CallError::Problem(problem)) if problem.code == "internal" => panic!("it broke: {problem:?}"),
            Err(error) => eprintln!("a refund is asked for again: {error}"),
        }
    }
    panic!("{key} gets no answer")
}

async fn one_key_is_one_refund(world: PaymentsTestBed) {
    let order = world.order(4900);
    let id = world.pay(order, "sim_ok", "k").await.payment.id;
    let refunds = join_all((0..8).map(|_| world.refund(id, Some(1000), "key"))).await;
    let first = refunds[0].as_ref().unwrap().id;
    assert!(refunds.iter().all(|refund| refund.as_ref().unwrap().id == first));
    assert_eq!(world.refund(id, Some(1000), "key").await.unwrap().status, RefundStatus::Succeeded);
    match world.refund(id, Some(999), "key").await {
        Err(CallError::Problem(problem)) => assert_eq!((problem.status, &*problem.code), (422, "key_reused")),
        other => panic!("{other:?}"),
    }
    assert_eq!(world.refunds(id).await.len(), 1);
    world.books_agree().await;
}

async fn without_an_amount_all_that_is_left_goes_back(world: PaymentsTestBed) {
    let order = world.order(4900);
    let id = world.pay(order, "sim_ok", "k").await.payment.id;
    world.refund(id, Some(900), "part").await.unwrap();
    let rest = world.refund(id, None, "rest").await.unwrap();
    assert_eq!((rest.amount, rest.status, rest.version), (euros(4000), RefundStatus::Succeeded, 3));
    assert_eq!(world.payment(order, id).await.refunded, euros(4900));
    world.books_agree().await;
}

async fn amounts_that_cannot_be_are_refused(world: PaymentsTestBed) {
    let order = world.order(4900);
    let id = world.pay(order, "sim_ok", "k").await.payment.id;
    match world.refund(id, Some(4901), "more").await {
        Err(CallError::Refused(RefundError::RefundExceedsCaptured { left })) => assert_eq!(left, euros(4900)),
        other => panic!("{other:?}"),
    }
    for (n, amount) in
        ["0", "-1", "0.001", "1e2", "{\"amount\":\"1\",\"currency\":\"USD\"}"].iter().enumerate()
    {
        let refund = NewRefund { amount: Some(serde_json::from_str(amount).unwrap()), reason: None };
        let asked =
            RefundPayment { id: Path(id), key: IdempotencyKey(format!("wrong-{n}")), refund: Body(refund) };
        match world.ask("staff:payments", asked).await {
            Err(CallError::Problem(problem)) => {
                let code = match *amount {
                    // as it is for an adjustment of stock
                    "0" | "-1" => "range",
                    other if other.contains("USD") => "currency",
                    _ => "invalid",
                };
                let told = (problem.status, &problem.data["errors"][0]["code"]);
                assert_eq!(told, (400, &code.into()), "{amount}");
            }
            other => panic!("{amount}: {other:?}"),
        }
    }
    let unpaid = world.order(100);
    let id = world.pay(unpaid, "sim_declined", "k").await.payment.id;
    let refused = world.refund(id, None, "nothing").await;
    assert!(
        matches!(refused, Err(CallError::Refused(RefundError::RefundExceedsCaptured { .. }))),
        "{refused:?}"
    );
}

async fn orders_can_ask_for_a_refund(world: PaymentsTestBed) {
    let order = world.order(4900);
    world.pay(order, "sim_ok", "k").await;
    let refund = RefundRequest {
        order_id: order.id,
        amount: Some(euros(400)),
        reason: Some("broken lid".into()),
        key: "k".into(),
        actor: "usr_staff".into(),
    };
    for _ in 0..2 {
        let Json(answer) =
            world.ask("service", RequestRefund { refund: Body(refund.clone()) }).await.unwrap();
        assert_eq!((answer.refund.status, answer.figures.refunded), (RefundStatus::Succeeded, euros(400)));
        assert_eq!(answer.refund.reason.as_deref(), Some("broken lid"));
    }
    let nowhere = RefundRequest { order_id: world.order(1).id, ..refund };
    match world.ask("service", RequestRefund { refund: Body(nowhere) }).await {
        Err(CallError::Problem(problem)) => assert_eq!(problem.status, 404),
        other => panic!("{other:?}"),
    }
    world.books_agree().await;
}

async fn who_may_see_a_payment_may_see_its_refunds(world: PaymentsTestBed) {
    let order = world.order(4900);
    let id = world.pay(order, "sim_ok", "k").await.payment.id;
    let refund = world.refund(id, Some(100), "r").await.unwrap();
    for credential in [&*customer(order.user), "staff:payments", "staff:orders"] {
        let Json(shown) = world.ask(credential, GetRefund { id: Path(refund.id) }).await.unwrap();
        assert_eq!(shown, refund);
        let Json(page) =
            world.ask(credential, ListRefunds { id: Path(id), slice: PageParams::default() }).await.unwrap();
        assert_eq!((page.items, page.next_cursor), (vec![refund.clone()], None));
    }
    let other = customer(world.order(1).user);
    for status in [
        world.ask(&other, GetRefund { id: Path(refund.id) }).await.err(),
        world.ask(&other, ListRefunds { id: Path(id), slice: PageParams::default() }).await.err(),
    ] {
        assert!(matches!(status, Some(CallError::Problem(problem)) if problem.status == 404));
    }
}

async fn refunds_come_in_pages(world: PaymentsTestBed) {
    let order = world.order(4900);
    let id = world.pay(order, "sim_ok", "k").await.payment.id;
    let other = world.pay(world.order(100), "sim_ok", "other").await.payment.id;
    let mut made = Vec::new();
    for n in 0..5 {
        made.push(world.refund(id, Some(100), &format!("r{n}")).await.unwrap().id);
    }
    let list = async |id, cursor| {
        let list = ListRefunds { id: Path(id), slice: PageParams { limit: Some(2), cursor } };
        world.ask("staff:payments", list).await
    };
    let (mut seen, mut cursor) = (Vec::new(), None);
    for size in [2, 2, 1] {
        let Json(page) = list(id, cursor).await.unwrap();
        assert_eq!(page.items.len(), size);
        seen.extend(page.items.into_iter().map(|refund| refund.id));
        cursor = page.next_cursor;
        if cursor.is_some() {
            let refused = list(other, cursor.clone()).await;
            assert!(matches!(refused, Err(CallError::Problem(problem)) if problem.status == 400));
        }
    }
    assert_eq!((seen, cursor), (made, None));
}

async fn orders_can_list_the_refunds_of_an_order(world: PaymentsTestBed) {
    let list = async |order: PayableOrder, limit, cursor| {
        let list = ListRefundsFor { id: Path(order.id), slice: PageParams { limit, cursor } };
        world.ask("service", list).await
    };
    let of = |items, next_cursor, has_payment| RefundsOfOrder { items, next_cursor, has_payment };
    let (none, whole, other) = (world.order(100), world.order(4900), world.order(4900));
    assert_eq!(list(none, None, None).await.unwrap().0, of(vec![], None, false));
    let id = world.pay(whole, "sim_ok", "k").await.payment.id;
    assert_eq!(list(whole, None, None).await.unwrap().0, of(vec![], None, true));
    let mut made = Vec::new();
    for n in 0..3 {
        made.push(world.refund(id, Some(100), &format!("r{n}")).await.unwrap());
    }
    let reason = Some("broken lid".to_owned());
    let body = NewRefund { amount: Some(euros(200).into()), reason: reason.clone() };
    let refund = RefundPayment { id: Path(id), key: IdempotencyKey("why".to_owned()), refund: Body(body) };
    let told = world.ask("staff:payments", refund).await.unwrap().body;
    assert_eq!((told.order_id, told.payment_id, &told.reason), (whole.id, id, &reason));
    made.push(told);
    // what belongs to another order is none of its
    let elsewhere = world.pay(other, "sim_ok", "other").await.payment.id;
    let elsewhere = world.refund(elsewhere, Some(100), "elsewhere").await.unwrap();
    assert_eq!(list(whole, None, None).await.unwrap().0, of(made.clone(), None, true));
    assert_eq!(list(other, None, None).await.unwrap().0, of(vec![elsewhere], None, true));
    let Json(first) = list(whole, Some(3), None).await.unwrap();
    assert_eq!(first.items, made[..3]);
    assert!(first.next_cursor.is_some());
    let second = list(whole, Some(3), first.next_cursor.clone()).await.unwrap().0;
    assert_eq!(second, of(made[3..].to_vec(), None, true));
    let refused = list(other, None, first.next_cursor).await;
    assert!(matches!(refused, Err(CallError::Problem(problem)) if problem.status == 400));
    // version 0.1.0 answers a plain page, and reads one
    let (page, new) = (Page { items: made.clone(), next_cursor: None }, of(made.clone(), None, true));
    let [old_words, new_words] = [to_value(&page).unwrap(), to_value(new).unwrap()];
    assert_eq!(from_value::<RefundsOfOrder>(old_words).unwrap(), of(made, None, false));
    assert_eq!(from_value::<Page<Refund>>(new_words).unwrap(), page);
}

async fn cancelling_after_a_refund_gives_back_the_rest(world: PaymentsTestBed) {
    let order = world.order(4900);
    let id = world.pay(order, "sim_ok", "k").await.payment.id;
    world.refund(id, Some(900), "by-staff").await.unwrap();
    world.owe(order, 3000).await;
    world.owe(order, 3500).await; // the smallest counts
    world.books_agree().await;
    assert_eq!(world.charges(order).await[0].refunded, 900 + 1900);
    world.close(order, CloseMode::Always).await;
    world.books_agree().await;
    assert_eq!(world.charges(order).await[0].refunded, 4900);
}

/// A refund is refused twice and gets no answer once; each time it keeps its claim.
async fn stubborn(place: DatabaseLocation) {
    let world = PaymentsTestBed::asleep(&place).await;
    let provider = ScriptedProvider::new();
    provider.answer_refunds([
        Ok(ProviderRefundStatus::Refused { why: "not now".into() }),
        Err(ProviderError::NotSent("no line".into())),
        Err(ProviderError::Unknown("no answer".into())),
        Ok(ProviderRefundStatus::Processing),
        Ok(ProviderRefundStatus::Succeeded { amount: 4900 }),
    ]);
    world.start_with(Arc::new(provider.clone()), settings());
    let order = world.order(4900);
    let id = world.pay(order, "ok", "k").await.payment.id;
    let refund = world.refund(id, Some(4900), "r").await.unwrap();
    assert_eq!(refund.status, RefundStatus::Failed);
    let more = world.refund(id, Some(1), "more").await;
    assert!(matches!(more, Err(CallError::Refused(RefundError::RefundExceedsCaptured { .. }))), "{more:?}");
    world.until("it has gone out", async || world.payment(order, id).await.refunded == euros(4900)).await;
    let keys = provider.keys(ProviderMethod::Refund);
    assert_eq!(keys.len(), 5);
    assert!(keys[0] != keys[1] && keys[1] != keys[2], "a definite failure takes the next key: {keys:?}");
    assert!(keys[2] == keys[3] && keys[3] == keys[4], "an unknown outcome keeps its key: {keys:?}");
    assert_eq!(world.audited().await.findings, []);
}

#[tokio::test]
async fn a_refund_is_sent_until_it_has_gone_out_on_sqlite() {
    let folder = testkit::temp_dir::TempDir::new();
    stubborn(DatabaseLocation::sqlite(folder.path())).await;
}

#[tokio::test]
async fn a_refund_is_sent_until_it_has_gone_out_on_postgres() {
    stubborn(DatabaseLocation::postgres().await).await;
}
