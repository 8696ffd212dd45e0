//! Webhooks: written down once, believed only as far as the provider confirms them.

use crate::{
    scripted::{ProviderMethod, ScriptedProvider, charge},
    world::{DatabaseLocation, PaymentsTestBed, euros, settings, webhook_key},
};
use contracts::payments::*;
use db::{Sql, params};
use endpoint::{OptionalIdempotencyKey, Path, Raw, client::CallError, http::HeaderMap};
use kernel::{Timestamp, secret::RootSecret};
use payment_provider::{ChargeStatus, ProviderError, ProviderEvent, ProviderRefundStatus};
use payments::PaymentsSettings;
use simulator::WebhookKey;
use std::{sync::Arc, time::Duration};

on_both!(
    an_event_is_written_down_once,
    an_event_that_is_not_true_changes_nothing,
    only_what_the_provider_has_signed_is_believed,
);

const INBOX: Sql = Sql::both("select count(*) as n from provider_inbox");
const KEY: Sql = Sql::both("select key from operation where kind = 'submit'");
const LOOKED_AT: Sql = Sql::both("select looked_at from attempt");
/// Questions without an answer, and those that must be asked.
const OPEN: Sql = Sql::both(
    "select (select count(*) from attempt where looks > 0) + (select count(*) from timer where kind = 'reconcile') as n",
);

async fn an_event_is_written_down_once(world: PaymentsTestBed) {
    for _ in 0..3 {
        world.tell("evt_1", "nobody's key").await;
    }
    world.tell("evt_2", "nobody's key").await;
    assert_eq!(world.db.query_one(&INBOX, params![]).await.unwrap().get::<i64>("n").unwrap(), 2);
}

async fn an_event_that_is_not_true_changes_nothing(world: PaymentsTestBed) {
    let order = world.order(4900);
    let payment = world.pay(order, "sim_declined", "k").await.payment;
    let key: String = world.db.query_one(&KEY, params![]).await.unwrap().get("key").unwrap();
    let asked = async || -> Timestamp {
        world.db.query_one(&LOOKED_AT, params![]).await.unwrap().get("looked_at").unwrap()
    };
    let before = asked().await;
    world.tell("evt_1", &key).await;
    world.until("it is looked into", async || asked().await > before).await;
    let open = async || world.db.query_one(&OPEN, params![]).await.unwrap().get::<i64>("n").unwrap();
    world.until("the provider has said that it is not so", async || open().await == 0).await;
    assert_eq!(world.payment(order, payment.id).await, payment);
    world.books_agree().await;
}

async fn only_what_the_provider_has_signed_is_believed(world: PaymentsTestBed) {
    let order = world.order(4900);
    world.pay(order, "sim_ok", "k").await;
    let key: String = world.db.query_one(&KEY, params![]).await.unwrap().get("key").unwrap();
    let good = || world.webhook("evt_1", &key);
    let of_other = WebhookKey::new(&RootSecret::new([8; 32]));
    let event = ProviderEvent { id: "evt_1".into(), key: key.clone(), outcome: "something".into() };
    let refused = [
        Raw { headers: HeaderMap::new(), ..good().webhook },
        Raw { body: good().webhook.body.repeat(2).into(), ..good().webhook },
        of_other.sign(&event, world.env.now()),
        webhook_key().sign(&event, world.env.now().minus(Duration::from_secs(600))),
    ];
    for webhook in refused {
        for credential in ["nobody", "staff:payments", "service"] {
            let forged = ReceivePaymentWebhook { webhook: webhook.clone(), ..good() };
            match world.ask(credential, forged).await {
                Err(CallError::Refused(PaymentWebhookError::WebhookNotVerified)) => {}
                other => panic!("{webhook:?}: {other:?}"),
            }
        }
    }
    match world.ask("nobody", ReceivePaymentWebhook { provider: Path("stripe".into()), ..good() }).await {
        Err(CallError::Problem(problem)) => assert_eq!(problem.status, 404),
        other => panic!("{other:?}"),
    }
    let known = async || world.db.query_one(&INBOX, params![]).await.unwrap().get::<i64>("n").unwrap();
    let before = known().await;
    world.tell("evt_1", &key).await;
    assert_eq!((before, known().await), (0, 1));
}

/// The provider's answer was lost, and it tells by itself: of the capture first, then of the authorization before it, and of
/// each twice. Asked about the second, it even says again what was so then.
async fn tells_backwards(place: DatabaseLocation) {
    let (world, provider) = (PaymentsTestBed::asleep(&place).await, ScriptedProvider::new());
    let hour = Duration::from_secs(60 * 60);
    // nobody asks by himself
    let patient = PaymentsSettings { reconcile_after: hour, reconcile_every: hour, ..settings() };
    world.start_with(Arc::new(provider.clone()), patient);
    provider.answer(ProviderMethod::Submit, [Err(ProviderError::Unknown("no answer".into()))]);
    let order = world.order(4900);
    let paid = world.authorize(order, "any").await.payment;
    assert_eq!(paid.status, PaymentStatus::Processing);
    let key = provider.keys(ProviderMethod::Submit)[0].clone();
    let said =
        [ChargeStatus::Captured, ChargeStatus::Authorized].map(|standing| Ok(charge("c1", standing, 4900)));
    provider.answer(ProviderMethod::Query, said);
    let tell = async |id: &str| {
        for _ in 0..2 {
            world.tell(id, &key).await;
        }
    };
    tell("evt_2").await;
    let now = async || world.payment(order, paid.id).await;
    world.until("it is captured", async || now().await.status == PaymentStatus::Captured).await;
    let captured = now().await;
    tell("evt_1").await;
    world.until("it is asked about again", async || provider.keys(ProviderMethod::Query).len() == 2).await;
    tell("evt_2").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(now().await, captured);
    assert_eq!(provider.keys(ProviderMethod::Query).len(), 2, "what is told twice is looked into once");
    assert_eq!(world.db.query_one(&INBOX, params![]).await.unwrap().get::<i64>("n").unwrap(), 2);
    assert_eq!(world.audited().await.findings, []);
}

/// Asked about the first charge, it says nothing so many times.
fn silent(provider: &ScriptedProvider, lost: usize, said: ChargeStatus) {
    let no_answer = || Err(ProviderError::Unknown("no answer".into()));
    provider
        .answer(ProviderMethod::Query, (0..lost).map(|_| no_answer()).chain([Ok(charge("c1", said, 4900))]));
}

/// The first card was refused, the second one paid; the first one is charged all the same, of which a webhook tells,
/// once. The question after it is lost, again and again.
async fn late_money_is_told_of(place: DatabaseLocation) {
    let (world, provider) = (PaymentsTestBed::asleep(&place).await, ScriptedProvider::new());
    world.start_with(Arc::new(provider.clone()), settings());
    let order = world.order(4900);
    provider.answer(
        ProviderMethod::Submit,
        [Ok(charge("c1", ChargeStatus::Failed(Failure::of("card_declined")), 4900))],
    );
    assert!(world.pay(order, "any", "first").await.declined.is_some());
    let paid = world.pay(order, "any", "second").await.payment;
    assert_eq!(paid.captured, euros(4900));
    silent(&provider, 4, ChargeStatus::Captured);
    let key = provider.keys(ProviderMethod::Submit)[0].clone();
    world.tell("evt_1", &key).await;
    let now = async || world.payment(order, paid.id).await;
    world.until("it has gone back", async || now().await.refunded == euros(4900)).await;
    assert_eq!(now().await.captured, euros(9800));
    assert_eq!(
        provider.keys(ProviderMethod::Query),
        vec![key; 5],
        "asked until it has answered, and no more"
    );
    assert_eq!(world.audited().await.findings, []);
}

/// The customer does at the bank what is required and closes the window: only a webhook tells of it.
async fn the_bank_tells(place: DatabaseLocation) {
    let (world, provider) = (PaymentsTestBed::asleep(&place).await, ScriptedProvider::new());
    world.start_with(Arc::new(provider.clone()), settings());
    let order = world.order(4900);
    let url = "https://bank.invalid".to_owned();
    provider.answer(ProviderMethod::Submit, [Ok(charge("c1", ChargeStatus::RequiresAction { url }, 4900))]);
    let waits = world.pay(order, "any", "k").await.payment;
    assert_eq!(waits.status, PaymentStatus::RequiresAction);
    silent(&provider, 3, ChargeStatus::Captured);
    let key = provider.keys(ProviderMethod::Submit)[0].clone();
    world.tell("evt_1", &key).await;
    let now = async || world.payment(order, waits.id).await;
    world.until("it is captured", async || now().await.status == PaymentStatus::Captured).await;
    assert_eq!(provider.keys(ProviderMethod::Query), vec![key; 4]);
    assert_eq!(world.audited().await.findings, []);
}

/// The customer was at the bank, and says so; while that is on its way to the provider, a webhook about the submission
/// before it comes late. It takes nothing for lost: the call is answered, and counts.
async fn crosses_a_confirmation(place: DatabaseLocation) {
    let (world, provider) = (PaymentsTestBed::asleep(&place).await, ScriptedProvider::new());
    let patient = PaymentsSettings { provider_timeout: Duration::from_secs(5), ..settings() };
    world.start_with(Arc::new(provider.clone()), patient);
    let url = "https://bank.invalid".to_owned();
    let said = [ChargeStatus::RequiresAction { url }, ChargeStatus::Captured];
    provider.answer(ProviderMethod::Submit, said.map(|standing| Ok(charge("c1", standing, 4900))));
    let order = world.order(4900);
    let waits = world.pay(order, "any", "k").await.payment;
    assert_eq!(waits.status, PaymentStatus::RequiresAction);
    let key = provider.keys(ProviderMethod::Submit)[0].clone();
    provider.be_slow(Duration::from_secs(1));
    let who = crate::who::customer(order.user);
    let confirming =
        world.ask(&who, ConfirmPayment { id: Path(waits.id), key: OptionalIdempotencyKey(None) });
    let crossing = async {
        world.until("it is on its way", async || provider.keys(ProviderMethod::Submit).len() == 2).await;
        provider.be_slow(Duration::ZERO);
        world.tell("evt_1", &key).await;
    };
    let (confirmed, ()) = tokio::join!(confirming, crossing);
    assert_eq!(confirmed.unwrap().0.status, PaymentStatus::Captured);
    assert_eq!(
        (provider.keys(ProviderMethod::Abandon), provider.keys(ProviderMethod::Query)),
        (Vec::new(), Vec::new())
    );
    assert_eq!(world.payment(order, waits.id).await.refunded, euros(0));
    assert_eq!(world.audited().await.findings, []);
}

/// Of a refund that was refused, webhooks tell again and again, also while a question about it is out: after each the provider
/// is asked, until it answers, and the next try comes in its time. Of one that went out after all, it is believed.
async fn a_failed_refund_is_told_of(place: DatabaseLocation) {
    let (world, provider) = (PaymentsTestBed::asleep(&place).await, ScriptedProvider::new());
    // time enough for all the questions on a busy machine
    let pause = Duration::from_secs(8);
    let patient = PaymentsSettings { refund_after: pause, refund_every: pause * 30, ..settings() };
    world.start_with(Arc::new(provider.clone()), patient);
    let order = world.order(4900);
    let id = world.pay(order, "any", "k").await.payment.id;
    let refused = || Ok(ProviderRefundStatus::Refused { why: "not now".into() });
    provider.answer_refunds([refused(), refused()]);
    let refund = world.refund(id, Some(900), "r").await.unwrap();
    assert_eq!(refund.status, RefundStatus::Failed);
    let key = provider.keys(ProviderMethod::Refund)[0].clone();
    let questions = || provider.keys(ProviderMethod::QueryRefund);
    provider.tell_of_refunds((0..4).map(|_| refused()));
    for n in 1..=4 {
        world.tell(&format!("evt_{n}"), &key).await;
        world.until("it is asked about", async || questions().len() == n).await;
    }
    provider.tell_of_refunds([Err(ProviderError::Unknown("no answer".into())), refused()]);
    world.tell("evt_5", &key).await;
    world.until("it is asked about until it answers", async || questions().len() == 6).await;
    world.until("it is sent again", async || provider.keys(ProviderMethod::Refund).len() == 2).await;
    assert_eq!(questions(), vec![key; 6]);
    let sent = provider.asked(ProviderMethod::Refund);
    assert!(sent[1].0 != sent[0].0 && sent[1].1 - sent[0].1 >= pause, "{sent:?}");
    let version = async || world.refunds(id).await[0].version;
    world.until("it is refused again", async || version().await == 5).await;
    provider.tell_of_refunds([Ok(ProviderRefundStatus::Succeeded { amount: 900 })]);
    world.tell("evt_6", &sent[1].0).await;
    let now = async || world.payment(order, id).await;
    world.until("it has gone out", async || now().await.refunded == euros(900)).await;
    assert_eq!(provider.keys(ProviderMethod::Refund).len(), 2);
    assert_eq!(world.audited().await.findings, []);
}

/// The first card was refused; of it a webhook tells three times, within the time that the answer to the first question takes.
/// The second question is answered at once, the third one is lost: what is answered last was asked first, and says nothing
/// of what the third webhook told of.
async fn told_within_a_question(place: DatabaseLocation) {
    let (world, provider) = (PaymentsTestBed::asleep(&place).await, ScriptedProvider::new());
    let slow = Duration::from_secs(2);
    world.start_with(
        Arc::new(provider.clone()),
        PaymentsSettings { provider_timeout: slow * 4, ..settings() },
    );
    let order = world.order(4900);
    let refused = || Ok(charge("c1", ChargeStatus::Failed(Failure::of("card_declined")), 4900));
    provider.answer(ProviderMethod::Submit, [refused()]);
    let paid = world.pay(order, "any", "k").await.payment;
    let captured = Ok(charge("c1", ChargeStatus::Captured, 4900));
    provider.answer(
        ProviderMethod::Query,
        [refused(), refused(), Err(ProviderError::Unknown("no answer".into())), captured],
    );
    let key = provider.keys(ProviderMethod::Submit)[0].clone();
    let questions = || provider.keys(ProviderMethod::Query).len();
    let open = async || world.db.query_one(&OPEN, params![]).await.unwrap().get::<i64>("n").unwrap();
    provider.be_slow(slow);
    world.tell("evt_1", &key).await;
    world.until("the first question is asked", async || questions() == 1).await;
    provider.be_slow(Duration::ZERO);
    world.tell("evt_2", &key).await;
    world.until("the second question is answered", async || questions() == 2 && open().await == 0).await;
    provider.be_slow(slow);
    world.tell("evt_3", &key).await;
    world.until("the third question is asked", async || questions() == 3).await;
    provider.be_slow(Duration::ZERO);
    let now = async || world.payment(order, paid.id).await;
    world.until("it is asked once more, and goes back", async || now().await.refunded == euros(4900)).await;
    assert_eq!(world.audited().await.findings, []);
}

/// Makes two tests of each story: one on SQLite, one on PostgreSQL.
macro_rules! told {
    ($($test:ident = $story:ident;)*) => {$(
        mod $test {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                let folder = testkit::temp_dir::TempDir::new();
                $story(DatabaseLocation::sqlite(folder.path())).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                $story(DatabaseLocation::postgres().await).await;
            }
        }
    )*};
}

told!(
    events_in_the_wrong_order_and_twice_bring_what_is_so = tells_backwards;
    money_that_a_webhook_told_of_goes_back_however_often_the_question_is_lost = late_money_is_told_of;
    a_webhook_about_a_failed_refund_sends_nothing_before_its_time = a_failed_refund_is_told_of;
    an_answer_ends_just_the_question_that_it_was_asked_for = told_within_a_question;
    what_was_done_at_the_bank_is_found_however_often_the_question_is_lost = the_bank_tells;
    a_webhook_that_crosses_a_confirmation_takes_nothing_for_lost = crosses_a_confirmation;
);
