//! Refunds that are abandoned before they go out.

use crate::{
    scripted::ScriptedProvider,
    who::customer,
    world::{DatabaseLocation, PayableOrder, PaymentsTestBed, euros, settings},
};
use contracts::{
    feed::{FeedParams, ReadFeed},
    payments::*,
    settlement::CloseMode,
};
use endpoint::{Json, Path, Query, client::CallError};
use futures_util::future::join_all;
use kernel::id::PaymentId;
use payment_provider::{ProviderError, ProviderRefundStatus};
use payments::PaymentsSettings;
use std::{sync::Arc, time::Duration};
use tokio::join;

/// What failed is not sent again before it is checked.
fn patient() -> PaymentsSettings {
    let pause = Duration::from_secs(60);
    PaymentsSettings { refund_after: pause, refund_every: pause, ..settings() }
}

async fn paid(world: &PaymentsTestBed, token: &str) -> (PayableOrder, PaymentId) {
    let order = world.order(4900);
    (order, world.pay(order, token, "k").await.payment.id)
}

fn refused(answer: Result<Refund, CallError<WithdrawError>>) -> (RefundStatus, Vec<RefundStatus>) {
    match answer {
        Err(CallError::Refused(WithdrawError::IllegalRefundTransition { status, withdrawable_in })) => {
            (status, withdrawable_in)
        }
        other => panic!("{other:?}"),
    }
}

async fn what_failed(world: PaymentsTestBed) {
    let (order, id) = paid(&world, "sim_refund_refused").await;
    let failed = world.refund(id, None, "r").await.unwrap();
    assert_eq!((failed.status, failed.version, failed.withdrawable), (RefundStatus::Failed, 3, Some(true)));
    let more = world.refund(id, Some(1), "more").await;
    assert!(matches!(more, Err(CallError::Refused(RefundError::RefundExceedsCaptured { .. }))), "{more:?}");
    let before = world.payment(order, id).await;
    let withdrawn = world.withdraw(failed.id).await.unwrap();
    let told = (withdrawn.status, withdrawn.version, withdrawn.withdrawable);
    assert_eq!(told, (RefundStatus::Withdrawn, 4, Some(false)));
    let after = world.payment(order, id).await;
    assert_eq!((after.version, after.refunded), (before.version + 1, euros(0)));
    // again, and the request that made it: nothing changes any more
    assert_eq!(world.withdraw(failed.id).await.unwrap(), withdrawn);
    assert_eq!(world.refund(id, None, "r").await.unwrap(), withdrawn);
    assert_eq!(world.payment(order, id).await, after);
    assert_eq!(world.audited().await.payments[0].claimed, 0);
    assert_eq!(world.refund(id, None, "anew").await.unwrap().status, RefundStatus::Succeeded);
    world.books_agree().await;
    assert_eq!(world.charges(order).await[0].refunded, 4900);
}

async fn who_did_it(world: PaymentsTestBed) {
    let (_, id) = paid(&world, "sim_refund_refused").await;
    let refund = world.refund(id, Some(900), "r").await.unwrap().id;
    world.withdraw(refund).await.unwrap();
    let told = async || {
        let asked = ReadFeed { query: Query(FeedParams::default()) };
        let Json(feed) = world.ask("service", asked).await.unwrap();
        feed.events.into_iter().map(|placed| placed.event).collect::<Vec<_>>()
    };
    world.until("everything is published", async || told().await.len() == 8).await;
    let events = told().await;
    let last = events.iter().rfind(|event| event.subject == refund.to_string()).unwrap();
    assert_eq!((last.kind.to_string(), &*last.sequence), ("refund.withdrawn".to_owned(), "4"));
    assert!(last.actor.starts_with("usr_"), "{}", last.actor);
    let figures = events.iter().rfind(|event| event.subject == id.to_string()).unwrap();
    assert_eq!(figures.kind.to_string(), "payment.refunded");
    assert_eq!(figures.data["figures"]["claimed"]["amount"], "0.00");
}

async fn what_is_raised_is_raised_in_the_same_change(world: PaymentsTestBed) {
    let (order, id) = paid(&world, "sim_refund_refused").await;
    let by_staff = world.refund(id, Some(4000), "r").await.unwrap();
    // of the 2000 that are cancelled, 900 were left
    assert_eq!(world.owe(order, 2900).await.figures.claimed.minor, 4900);
    world.withdraw(by_staff.id).await.unwrap();
    world.books_agree().await;
    assert_eq!(world.charges(order).await[0].refunded, 2000);
}

async fn what_the_provider_refuses(world: PaymentsTestBed) {
    // of an open payment, and of a closed one, where nothing else ends it
    for closes in [false, true] {
        let (order, id) = paid(&world, "sim_refund_refused").await;
        let failed = if closes {
            world.close(order, CloseMode::Always).await;
            let failed = async || world.refunds(id).await[0].status == RefundStatus::Failed;
            world.until("it has failed", failed).await;
            world.refunds(id).await.remove(0)
        } else {
            world.refund(id, None, "r").await.unwrap()
        };
        assert_eq!((failed.status, failed.offline), (RefundStatus::Failed, false));
        let settled = world.hand_over(failed.id).await.unwrap();
        assert_eq!((settled.status, settled.offline, settled.version), (RefundStatus::Succeeded, true, 4));
        assert_eq!(world.hand_over(failed.id).await.unwrap(), settled, "once");
        assert_eq!(world.payment(order, id).await.refunded, euros(4900));
        // the books and the provider's agree: what people gave back, it did not, and is not asked to
        world.books_agree().await;
        assert_eq!(world.charges(order).await[0].refunded, 0);
        let audited = world.audited().await;
        assert_eq!(audited.findings, []);
        let of_it = audited.payments.iter().find(|payment| payment.order_id == order.id).unwrap();
        assert_eq!((of_it.refunded, of_it.refunded_offline, of_it.claimed), (0, 4900, 0));
    }
}

async fn what_is_gone(world: PaymentsTestBed) {
    let legal = vec![RefundStatus::Requested, RefundStatus::Failed];
    let (_, id) = paid(&world, "sim_ok").await;
    let gone = world.refund(id, Some(100), "r").await.unwrap();
    assert_eq!(refused(world.withdraw(gone.id).await), (RefundStatus::Succeeded, legal));
    let cash = world.order(4900);
    let id = world.offline(cash).await.unwrap().payment.id;
    let handed = world.refund(id, None, "r").await.unwrap();
    world.hand_over(handed.id).await.unwrap();
    assert_eq!(refused(world.withdraw(handed.id).await).0, RefundStatus::Succeeded);
    world.books_agree().await;
}

async fn what_cancelling_raised(world: PaymentsTestBed) {
    let (order, id) = paid(&world, "sim_refund_refused").await;
    world.owe(order, 4000).await;
    let failed = async || world.refunds(id).await[0].status == RefundStatus::Failed;
    world.until("it has failed", failed).await;
    let raised = world.refunds(id).await.remove(0);
    assert_eq!(raised.withdrawable, Some(false));
    assert_eq!(refused(world.withdraw(raised.id).await), (RefundStatus::Failed, vec![]));
    assert_eq!(world.audited().await.findings, []);
}

async fn what_a_closed_payment_gives_back(world: PaymentsTestBed) {
    let (order, id) = paid(&world, "sim_refund_refused").await;
    let failed = world.refund(id, Some(1000), "r").await.unwrap();
    assert_eq!(failed.withdrawable, Some(true));
    world.close(order, CloseMode::Always).await;
    assert_eq!(world.refunds(id).await[0].withdrawable, Some(false));
    assert_eq!(refused(world.withdraw(failed.id).await), (RefundStatus::Failed, vec![]));
    let rest = async || world.refunds(id).await[1].status == RefundStatus::Succeeded;
    world.until("the rest has gone back", rest).await;
    assert_eq!(world.audited().await.payments[0].claimed, 1000);
    assert_eq!(world.audited().await.findings, []);
}

async fn who_may(world: PaymentsTestBed) {
    let (order, id) = paid(&world, "sim_refund_refused").await;
    let refund = world.refund(id, None, "r").await.unwrap();
    for (who, status) in
        [(&*customer(order.user), 403), ("staff:orders", 403), ("service", 403), ("nobody", 401)]
    {
        match world.ask(who, WithdrawRefund { id: Path(refund.id) }).await {
            Err(CallError::Problem(problem)) => assert_eq!(problem.status, status, "{who}"),
            // a client takes it for its own credential, which the other side does not know
            Err(CallError::Broken(broken)) => {
                assert!(status == 401 && broken.why.contains("credential"), "{who}: {broken}");
            }
            other => panic!("{who}: {other:?}"),
        }
    }
    match world.withdraw(world.env.id()).await {
        Err(CallError::Problem(problem)) => assert_eq!(problem.status, 404),
        other => panic!("{other:?}"),
    }
    assert_eq!(world.refunds(id).await, [refund]);
}

/// What has no answer may have gone out.
async fn what_is_not_known(world: PaymentsTestBed, provider: ScriptedProvider) {
    let lost = || Err(ProviderError::Unknown("no answer".into()));
    provider.answer_refunds([lost(), lost(), lost(), lost()]);
    provider.be_slow(Duration::from_millis(300));
    world.start_with(Arc::new(provider.clone()), patient());
    let (order, id) = paid(&world, "ok").await;
    let withdrawing = async {
        let pending =
            async || world.refunds(id).await.first().is_some_and(|r| r.status == RefundStatus::Submitting);
        world.until("it is on its way", pending).await;
        world.withdraw(world.refunds(id).await[0].id).await
    };
    let (refund, early) = join!(world.refund(id, None, "r"), withdrawing);
    assert_eq!(refused(early).0, RefundStatus::Submitting);
    assert_eq!(refused(world.withdraw(refund.unwrap().id).await).0, RefundStatus::Unknown);
    world.until("it has gone out", async || world.payment(order, id).await.refunded == order.total).await;
    assert_eq!(world.audited().await.findings, []);
}

/// The timer sends again what failed, while staff give it up: one of them is first.
async fn a_race(world: PaymentsTestBed, provider: ScriptedProvider) {
    let refusals = 8;
    let no = || Ok(ProviderRefundStatus::Refused { why: "not now".into() });
    provider.answer_refunds((0..refusals).map(|_| no()));
    // long enough for staff to be first on a busy machine, too
    let pause = Duration::from_millis(300);
    world.start_with(Arc::new(provider.clone()), PaymentsSettings { refund_after: pause, ..settings() });
    let mut ended = Vec::new();
    for n in 0..refusals {
        let (order, id) = paid(&world, "ok").await;
        let refund = world.refund(id, None, "r").await.unwrap();
        tokio::time::sleep(pause / 6 * n).await;
        let answers = join_all((0..4).map(|_| world.withdraw(refund.id))).await;
        let over = async || {
            !matches!(world.refunds(id).await[0].status, RefundStatus::Submitting | RefundStatus::Failed)
        };
        world.until("it is over", over).await;
        let status = world.refunds(id).await[0].status;
        let given_up = status == RefundStatus::Withdrawn;
        assert!(answers.iter().all(|answer| !answer.is_ok() || given_up), "{status:?} {answers:?}");
        let refunded = world.payment(order, id).await.refunded;
        assert_eq!(refunded, if given_up { euros(0) } else { order.total });
        ended.push(status);
    }
    assert!(ended.contains(&RefundStatus::Withdrawn), "{ended:?}");
    assert_eq!(world.audited().await.findings, []);
}

async fn simulated(place: DatabaseLocation, story: impl AsyncFnOnce(PaymentsTestBed)) {
    let world = PaymentsTestBed::asleep(&place).await;
    world.start(patient());
    story(world).await;
}

async fn scripted(place: DatabaseLocation, story: impl AsyncFnOnce(PaymentsTestBed, ScriptedProvider)) {
    story(PaymentsTestBed::asleep(&place).await, ScriptedProvider::new()).await;
}

/// Each of them at some place, on both engines.
macro_rules! told {
    ($($test:ident = $start:ident($story:ident);)*) => {$(
        mod $test {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                let folder = testkit::temp_dir::TempDir::new();
                $start(DatabaseLocation::sqlite(folder.path()), $story).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                $start(DatabaseLocation::postgres().await, $story).await;
            }
        }
    )*};
}

told!(
    what_failed_can_be_given_up_and_refunded_anew = simulated(what_failed);
    who_gave_it_up_is_told = simulated(who_did_it);
    what_cancelling_gives_back_follows_in_the_same_change = simulated(what_is_raised_is_raised_in_the_same_change);
    what_the_provider_refuses_people_hand_over = simulated(what_the_provider_refuses);
    what_has_gone_out_cannot_be_given_up = simulated(what_is_gone);
    what_cancelling_raised_cannot_be_given_up = simulated(what_cancelling_raised);
    what_a_closed_payment_gives_back_cannot_be_given_up = simulated(what_a_closed_payment_gives_back);
    only_staff_who_look_after_payments_give_up = simulated(who_may);
    what_may_have_gone_out_cannot_be_given_up = scripted(what_is_not_known);
    giving_up_contends_with_sending = scripted(a_race);
);
