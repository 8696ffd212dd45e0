//! A provider that keeps silent for longer than it remembers keys: what it might do a second time is not sent any
//! more, and what it might have done is not abandoned; it is only asked (R7).

use crate::{
    scripted::{ProviderMethod, ScriptedProvider, charge},
    simulated,
    world::{DatabaseLocation, PayableOrder, PaymentsTestBed, settings},
};
use contracts::{payments::*, settlement::CloseMode};
use db::{Db, Sql, params};
use kernel::{Timestamp, id::PaymentId};
use payment_provider::{ChargeStatus, ProviderRefundStatus};
use payments::PaymentsSettings;
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, sleep};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// How a day goes by.
trait DayPassing {
    async fn goes_by(&self, world: &PaymentsTestBed);
    /// Long enough that the provider is asked again.
    fn a_while(&self) -> Duration;
}

/// In simulated time it does.
struct SimulatedDay;

impl DayPassing for SimulatedDay {
    async fn goes_by(&self, _: &PaymentsTestBed) {
        sleep(24 * HOUR).await;
    }
    fn a_while(&self) -> Duration {
        HOUR
    }
}

/// In real time the keys get another date.
struct RedatedKeys(fn(Timestamp) -> Timestamp);

/// They become a day older.
const AGING: RedatedKeys = RedatedKeys(|now| now.minus(24 * HOUR));
/// They were written by a clock that was two days ahead, and is set back: nobody knows how old they are.
const SETTING_BACK: RedatedKeys = RedatedKeys(|now| now.plus(48 * HOUR));

impl DayPassing for RedatedKeys {
    async fn goes_by(&self, world: &PaymentsTestBed) {
        const DATE: Sql = Sql::both("update operation set created_at = $1");
        let mut tx = world.db.begin().await.unwrap();
        let date = (self.0)(tx.now().await.unwrap());
        tx.run(&DATE, params![date]).await.unwrap();
        tx.commit("payments.date_keys").await.unwrap();
        // what was sent before that has arrived
        sleep(Duration::from_millis(500)).await;
    }
    fn a_while(&self) -> Duration {
        Duration::from_millis(1500)
    }
}

/// After a day, `sent` is not sent again, and `asked` is asked.
async fn only_asked(
    world: &PaymentsTestBed,
    provider: &ScriptedProvider,
    day: &impl DayPassing,
    sent: ProviderMethod,
    asked: ProviderMethod,
) {
    assert!(!provider.asked(sent).is_empty());
    day.goes_by(world).await;
    let since = Instant::now();
    sleep(day.a_while()).await;
    let count = |call| provider.asked(call).iter().filter(|(_, at)| *at > since).count();
    assert!(count(sent) == 0 && count(asked) > 0, "{sent:?} {} {asked:?} {}", count(sent), count(asked));
}

/// A payment that is authorized, and the provider's name for its charge; from now on it is silent.
async fn authorized(
    world: &PaymentsTestBed,
    provider: &ScriptedProvider,
) -> (PayableOrder, PaymentId, String) {
    let order = world.order(4900);
    let payment = world.authorize(order, "ok").await.payment.id;
    provider.be_silent(true);
    (order, payment, provider.keys(ProviderMethod::Submit)[0].clone())
}

async fn until(
    world: &PaymentsTestBed,
    day: &impl DayPassing,
    order: PayableOrder,
    payment: PaymentId,
    status: PaymentStatus,
) {
    sleep(day.a_while()).await;
    world.until("it is found out", async || world.payment(order, payment).await.status == status).await;
}

async fn a_capture(world: PaymentsTestBed, provider: ScriptedProvider, day: impl DayPassing) {
    let (order, payment, name) = authorized(&world, &provider).await;
    world.settle(order, 4900).await.unwrap_err();
    only_asked(&world, &provider, &day, ProviderMethod::Capture, ProviderMethod::Query).await;
    provider.answer(ProviderMethod::Query, [Ok(charge(&name, ChargeStatus::Captured, 4900))]);
    provider.be_silent(false);
    until(&world, &day, order, payment, PaymentStatus::Captured).await;
    assert_eq!(world.audited().await.findings, []);
    assert!(provider.keys(ProviderMethod::Capture).windows(2).all(|keys| keys[0] == keys[1]));
}

async fn a_void(world: PaymentsTestBed, provider: ScriptedProvider, day: impl DayPassing) {
    let (order, payment, name) = authorized(&world, &provider).await;
    world.close(order, CloseMode::Always).await;
    only_asked(&world, &provider, &day, ProviderMethod::Void, ProviderMethod::Query).await;
    provider.answer(ProviderMethod::Query, [Ok(charge(&name, ChargeStatus::Voided, 4900))]);
    provider.be_silent(false);
    until(&world, &day, order, payment, PaymentStatus::Closed).await;
    assert_eq!(world.audited().await.findings, []);
    assert!(provider.keys(ProviderMethod::Void).windows(2).all(|keys| keys[0] == keys[1]));
}

async fn a_refund(world: PaymentsTestBed, provider: ScriptedProvider, day: impl DayPassing) {
    let order = world.order(4900);
    let payment = world.pay(order, "ok", "k").await.payment.id;
    provider.be_silent(true);
    assert_eq!(world.refund(payment, None, "r").await.unwrap().status, RefundStatus::Unknown);
    only_asked(&world, &provider, &day, ProviderMethod::Refund, ProviderMethod::QueryRefund).await;
    provider.tell_of_refunds([Ok(ProviderRefundStatus::Succeeded { amount: 4900 })]);
    provider.be_silent(false);
    sleep(day.a_while()).await;
    world.until("it is known", async || world.payment(order, payment).await.refunded == order.total).await;
    assert!(provider.keys(ProviderMethod::Refund).windows(2).all(|keys| keys[0] == keys[1]));
    assert_eq!(world.audited().await.findings, []);
}

async fn a_submission(world: PaymentsTestBed, provider: ScriptedProvider, day: impl DayPassing) {
    let order = world.order(4900);
    provider.be_silent(true);
    let payment = world.pay(order, "ok", "k").await.payment.id;
    let name = provider.keys(ProviderMethod::Submit)[0].clone();
    assert_eq!(world.audited().await.notes, []);
    only_asked(&world, &provider, &day, ProviderMethod::Submit, ProviderMethod::Query).await;
    // people are told, and nothing is broken
    let audited = world.audited().await;
    let noted =
        audited.notes.iter().map(|note| (note.subject.clone(), note.detail.contains("its support can tell")));
    assert_eq!(noted.collect::<Vec<_>>(), [(payment.to_string(), true)]);
    assert_eq!(audited.findings, []);
    // it does not know that key any more; a refusal that it planted now would prove nothing
    provider.be_silent(false);
    let asked = provider.asked(ProviderMethod::Query).len();
    world.close(order, CloseMode::Always).await;
    sleep(day.a_while()).await;
    world.until("it is asked", async || provider.asked(ProviderMethod::Query).len() > asked + 1).await;
    assert_eq!(provider.keys(ProviderMethod::Abandon), [""; 0]);
    assert_ne!(world.payment(order, payment).await.status, PaymentStatus::Closed);
    provider.answer(ProviderMethod::Query, [Ok(charge(&name, ChargeStatus::Captured, 4900))]);
    until(&world, &day, order, payment, PaymentStatus::Closed).await;
    let gone_back = async || world.payment(order, payment).await.refunded == order.total;
    world.until("it has gone back", gone_back).await;
    let audited = world.audited().await;
    assert_eq!((audited.findings, audited.notes), (vec![], vec![]));
}

/// Keys that are dated in times to come: they would be sent again once those have come.
async fn still_to_come(db: &Db) -> i64 {
    const TO_COME: Sql = Sql::both("select count(*) as n from operation where created_at > $1");
    let tomorrow = db.now().await.unwrap().plus(24 * HOUR);
    db.query_one(&TO_COME, params![tomorrow]).await.unwrap().get("n").unwrap()
}

/// A day in simulated time, and on both engines with keys that are a day old.
macro_rules! a_day_later {
    ($($test:ident = $story:path;)*) => {$(
        mod $test {
            use super::*;

            #[test]
            fn in_simulated_time() {
                simulated::run(async {
                    let settings = PaymentsSettings { reconcile_every: Duration::from_secs(240), ..settings() };
                    let (world, provider) = (simulated::world().await, ScriptedProvider::new());
                    world.start_with(Arc::new(provider.clone()), settings);
                    $story(world, provider, SimulatedDay).await;
                });
            }

            async fn with_keys(place: DatabaseLocation, of: impl DayPassing) {
                let (world, provider) = (PaymentsTestBed::asleep(&place).await, ScriptedProvider::new());
                world.start_with(Arc::new(provider.clone()), settings());
                let db = world.db.clone();
                $story(world, provider, of).await;
                assert_eq!(still_to_come(&db).await, 0);
            }

            #[tokio::test]
            async fn on_sqlite() {
                let folder = testkit::temp_dir::TempDir::new();
                with_keys(DatabaseLocation::sqlite(folder.path()), AGING).await;
            }

            #[tokio::test]
            async fn on_postgres() {
                with_keys(DatabaseLocation::postgres().await, AGING).await;
            }

            #[tokio::test]
            async fn after_a_clock_was_set_back() {
                let folder = testkit::temp_dir::TempDir::new();
                with_keys(DatabaseLocation::sqlite(folder.path()), SETTING_BACK).await;
            }

            #[tokio::test]
            async fn after_a_clock_was_set_back_on_postgres() {
                with_keys(DatabaseLocation::postgres().await, SETTING_BACK).await;
            }
        }
    )*};
}

a_day_later!(
    a_capture_is_not_sent_under_a_forgotten_key = a_capture;
    a_void_is_not_sent_under_a_forgotten_key = a_void;
    a_refund_is_not_sent_under_a_forgotten_key = a_refund;
    a_submission_is_not_abandoned_under_a_forgotten_key = a_submission;
);

/// To the hour: the provider remembers keys for a day, so that they are sent for 23 hours.
#[test]
fn a_key_is_sent_for_all_but_the_last_hour_of_its_life() {
    simulated::run(async {
        let settings = PaymentsSettings { reconcile_every: Duration::from_secs(240), ..settings() };
        let (world, provider) = (simulated::world().await, ScriptedProvider::new());
        world.start_with(Arc::new(provider.clone()), settings);
        let order = world.order(4900);
        let payment = world.pay(order, "ok", "k").await.payment.id;
        provider.be_silent(true);
        let begun = Instant::now();
        world.refund(payment, None, "r").await.unwrap();
        sleep(30 * HOUR).await;
        let last = provider.asked(ProviderMethod::Refund).last().unwrap().1 - begun;
        assert!(last < 23 * HOUR && last > 23 * HOUR - Duration::from_secs(300), "{last:?}");
        let first = provider.asked(ProviderMethod::QueryRefund)[0].1 - begun;
        assert!(first >= 23 * HOUR && first < 23 * HOUR + Duration::from_secs(300), "{first:?}");
    });
}

mod a_refund_that_was_refused_in_times_to_come_is_tried_again_at_once {
    use super::*;

    #[tokio::test]
    async fn on_sqlite() {
        let folder = testkit::temp_dir::TempDir::new();
        is_tried_again_at_once(DatabaseLocation::sqlite(folder.path())).await;
    }

    #[tokio::test]
    async fn on_postgres() {
        is_tried_again_at_once(DatabaseLocation::postgres().await).await;
    }
}

/// A refund that was refused while the clock was two days ahead does not wait until those days have gone by again.
async fn is_tried_again_at_once(place: DatabaseLocation) {
    let (world, provider) = (PaymentsTestBed::asleep(&place).await, ScriptedProvider::new());
    let settings = PaymentsSettings { refund_after: HOUR, ..settings() };
    world.start_with(Arc::new(provider.clone()), settings);
    let order = world.order(4900);
    let payment = world.pay(order, "ok", "k").await.payment.id;
    provider.answer_refunds([Ok(ProviderRefundStatus::Refused { why: "not now".to_owned() })]);
    assert_eq!(world.refund(payment, None, "r").await.unwrap().status, RefundStatus::Failed);
    const AHEAD: Sql = Sql::both("update refund set updated_at = $1, looked_at = $1");
    const MOVED_BACK: Sql = Sql::both("update timer set due_at = $1 where kind = 'refund'");
    let mut tx = world.db.begin().await.unwrap();
    let now = tx.now().await.unwrap();
    tx.run(&AHEAD, params![now.plus(48 * HOUR)]).await.unwrap();
    assert_eq!(tx.run(&MOVED_BACK, params![now]).await.unwrap(), 1);
    tx.commit("payments.date_keys").await.unwrap();
    world
        .until("it is given back", async || world.payment(order, payment).await.refunded == order.total)
        .await;
    assert_eq!(provider.keys(ProviderMethod::Refund).len(), 2);
    assert_eq!(world.audited().await.findings, []);
}
