//! Who leaves an attempt that waits for them, and pays in another way: it is ended at the provider first.

use crate::{
    scripted::{ProviderMethod, ScriptedProvider, charge},
    who::customer,
    world::{DatabaseLocation, PayableOrder, PaymentsTestBed, euros, settings},
};
use contracts::{payments::*, settlement::*};
use endpoint::{Body, Json, OptionalIdempotencyKey, Path, client::CallError};
use payment_provider::{ChargeStatus, ProviderError};
use std::sync::Arc;

on_both!(
    another_card_is_charged_and_the_first_one_never_is,
    only_the_owner_gives_an_attempt_up,
    the_account_that_a_guests_order_came_into_gives_an_attempt_up,
    a_method_that_nobody_knows_ends_nothing,
);

impl PaymentsTestBed {
    pub(crate) async fn pay_as_owner(
        &self,
        order: PayableOrder,
        method: &str,
        key: &str,
    ) -> Result<PayResponse, CallError<PayError>> {
        let pay = Body(self.wish(order, method, key));
        self.ask(&format!("service for:{}", order.user), Pay { pay }).await.map(|Json(answer)| answer)
    }
}

fn statuses(payment: &Payment) -> Vec<AttemptStatus> {
    payment.attempts.iter().map(|attempt| attempt.status).collect()
}

async fn another_card_is_charged_and_the_first_one_never_is(world: PaymentsTestBed) {
    let order = world.order(4900);
    let first = world.pay_as_owner(order, "sim_requires_action", "first").await.unwrap();
    assert_eq!(first.payment.status, PaymentStatus::RequiresAction);
    // the same request again is no other card
    let again = world.pay_as_owner(order, "sim_requires_action", "first").await.unwrap();
    assert_eq!(statuses(&again.payment), [AttemptStatus::RequiresAction]);
    let second = world.pay_as_owner(order, "sim_requires_action", "second").await.unwrap();
    assert_eq!(statuses(&second.payment), [AttemptStatus::Failed, AttemptStatus::RequiresAction]);
    let third = world.pay_as_owner(order, "sim_ok", "third").await.unwrap();
    assert_eq!(
        statuses(&third.payment),
        [AttemptStatus::Failed, AttemptStatus::Failed, AttemptStatus::Captured]
    );
    let given_up = third.payment.attempts[0].failure.as_ref().unwrap();
    assert_eq!(given_up.code, "abandoned");
    // the bank's window is still open, and what is done there comes to nothing
    let confirm = ConfirmPayment { id: Path(third.payment.id), key: OptionalIdempotencyKey(None) };
    let Json(confirmed) = world.ask(&customer(order.user), confirm).await.unwrap();
    assert_eq!(confirmed.captured, euros(4900));
    assert!(world.pay_as_owner(order, "sim_requires_action", "first").await.unwrap().declined.is_some());
    assert_eq!(world.charges(order).await.len(), 1);
    world.books_agree().await;
}

async fn only_the_owner_gives_an_attempt_up(world: PaymentsTestBed) {
    let order = world.order(4900);
    world.pay(order, "sim_requires_action", "k").await;
    let refused = world.pay_as(world.wish(order, "sim_ok", "of somebody else")).await;
    assert!(matches!(refused, Err(CallError::Refused(PayError::PaymentInProgress))), "{refused:?}");
}

async fn the_account_that_a_guests_order_came_into_gives_an_attempt_up(world: PaymentsTestBed) {
    let (order, account) = (world.order(4900), world.env.id());
    world.pay(order, "sim_requires_action", "of the guest").await;
    let pay = || Pay { pay: Body(world.wish(order, "sim_ok", "of the account")) };
    let caller = format!("service for:{account}");
    let refused = world.ask(&caller, pay()).await;
    assert!(matches!(refused, Err(CallError::Refused(PayError::PaymentInProgress))), "{refused:?}");
    let told = OrderAccount { order_id: order.id, account_id: account };
    world.ask("service", AssignOrderAccount { told: Body(told) }).await.unwrap();
    let Json(paid) = world.ask(&caller, pay()).await.unwrap();
    assert_eq!(statuses(&paid.payment), [AttemptStatus::Failed, AttemptStatus::Captured]);
    world.books_agree().await;
}

async fn a_method_that_nobody_knows_ends_nothing(world: PaymentsTestBed) {
    let order = world.order(4900);
    let waits = world.pay_as_owner(order, "sim_requires_action", "k").await.unwrap().payment;
    let refused = world.pay_as_owner(order, "of no such kind", "other").await;
    assert!(refused.is_err(), "{refused:?}");
    assert_eq!(world.payment(order, waits.id).await, waits);
}

/// An attempt waits for the customer at a provider that says what it is told to.
async fn waiting(place: DatabaseLocation) -> (PaymentsTestBed, ScriptedProvider, PayableOrder) {
    let (world, provider) = (PaymentsTestBed::asleep(&place).await, ScriptedProvider::new());
    world.start_with(Arc::new(provider.clone()), settings());
    let url = "https://bank.invalid".to_owned();
    provider.answer(ProviderMethod::Submit, [Ok(charge("c1", ChargeStatus::RequiresAction { url }, 4900))]);
    let order = world.order(4900);
    world.pay_as_owner(order, "any", "first").await.unwrap();
    (world, provider, order)
}

async fn it_is_found_charged(place: DatabaseLocation) {
    let (world, provider, order) = waiting(place).await;
    provider.answer(ProviderMethod::Abandon, [Ok(charge("c1", ChargeStatus::Captured, 4900))]);
    match world.pay_as_owner(order, "any", "second").await {
        Err(CallError::Refused(PayError::AlreadyPaid { figures })) => {
            assert_eq!(figures.captured, euros(4900));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(provider.keys(ProviderMethod::Submit).len(), 1, "nothing else was charged");
}

async fn nobody_knows(place: DatabaseLocation) {
    let (world, provider, order) = waiting(place).await;
    provider.answer(ProviderMethod::Abandon, [Err(ProviderError::Unknown("no answer".into()))]);
    let refused = world.pay_as_owner(order, "any", "second").await;
    assert!(matches!(refused, Err(CallError::Refused(PayError::PaymentInProgress))), "{refused:?}");
    assert_eq!(provider.keys(ProviderMethod::Submit).len(), 1, "two would be live");
    // it is ended all the same, in its time
    let ended = charge("c1", ChargeStatus::Failed(Failure::of("abandoned")), 4900);
    provider.answer(ProviderMethod::Abandon, [Ok(ended)]);
    let paid = world.pay_as_owner(order, "any", "third").await.unwrap();
    assert_eq!(statuses(&paid.payment), [AttemptStatus::Failed, AttemptStatus::Captured]);
}

async fn money_in_hand(place: DatabaseLocation) {
    let (world, provider, order) = waiting(place).await;
    provider.answer(ProviderMethod::Abandon, [Err(ProviderError::Unknown("no answer".into()))]);
    let refused = world.offline(order).await;
    assert!(matches!(refused, Err(CallError::Refused(OfflineError::PaymentInProgress))), "{refused:?}");
    // it was charged after all
    provider.answer(ProviderMethod::Abandon, [Ok(charge("c1", ChargeStatus::Captured, 4900))]);
    match world.offline(order).await {
        Err(CallError::Refused(OfflineError::AlreadyPaid { figures })) => {
            assert_eq!((figures.captured, figures.offline), (euros(4900), euros(0)));
        }
        other => panic!("{other:?}"),
    }
}

macro_rules! on_both_scripted {
    ($($test:ident as $name:ident),* $(,)?) => {$(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                let folder = testkit::temp_dir::TempDir::new();
                super::$test(crate::world::DatabaseLocation::sqlite(folder.path())).await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                super::$test(crate::world::DatabaseLocation::postgres().await).await;
            }
        }
    )*};
}
on_both_scripted!(
    it_is_found_charged as what_was_charged_meanwhile_is_the_answer,
    nobody_knows as while_nobody_knows_whether_it_was_charged_no_other_begins,
    money_in_hand as money_in_hand_waits_for_the_providers_word,
);
