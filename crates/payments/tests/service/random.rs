//! Anything in any order, in simulated time: orders, staff and customers ask, the provider answers, loses its
//! answers or gets requests late; in the end its ledger and ours agree.

use crate::{
    honest, simulated,
    world::{PayableOrder, PaymentsTestBed, compare, settings, webhook_key},
};
use contracts::{
    audit::ChargeFact,
    payments::*,
    settlement::{CloseMode, Pay, PayRequest},
};
use endpoint::{Body, IdempotencyKey, Json, OptionalIdempotencyKey, Path, Raw};
use kernel::{BoxFuture, Timestamp, id::PaymentId};
use payment_provider::{CallPermit, Provider, ProviderResult, *};
use proptest::prelude::*;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{join, time::sleep};

/// Honest about what it did, and unreliable in saying so; the dice say how, and are honest when they run out.
#[derive(Clone)]
struct UnreliableProvider(Arc<Mutex<UnreliableProviderState>>);

struct UnreliableProviderState {
    honest: honest::Provider,
    dice: Vec<u8>,
    late: Vec<SubmitCharge>,
}

impl UnreliableProvider {
    fn new(dice: Vec<u8>) -> UnreliableProvider {
        UnreliableProvider(Arc::new(Mutex::new(UnreliableProviderState {
            honest: honest::Provider::default(),
            dice,
            late: Vec::new(),
        })))
    }
    /// Does it and says so; does it and is not heard; or does not do it and is not heard.
    fn perhaps<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut honest::Provider) -> T,
    ) -> BoxFuture<ProviderResult<T>> {
        let mut state = self.0.lock().unwrap();
        let die = state.dice.pop().unwrap_or(0) % 4;
        let unheard = Err(ProviderError::Unknown("no answer".into()));
        let said = match die {
            0 | 1 => Ok(work(&mut state.honest)),
            2 => {
                work(&mut state.honest);
                unheard
            }
            _ => unheard,
        };
        let slow = Duration::from_millis(u64::from(die) * 400);
        Box::pin(async move {
            sleep(slow).await;
            said
        })
    }
    fn deliver_late(&self) {
        let mut state = self.0.lock().unwrap();
        if let Some(submit) = state.late.pop() {
            state.honest.submit(&submit);
        }
    }
    fn settle(&self) {
        self.0.lock().unwrap().honest.settle();
    }
    fn lapse(&self) {
        self.0.lock().unwrap().honest.lapse();
    }
    fn keys(&self) -> Vec<String> {
        self.0.lock().unwrap().honest.keys.keys().cloned().collect()
    }
    fn any_key(&self, at: usize) -> Option<String> {
        let keys = self.keys();
        keys.get(at.checked_rem(keys.len())?).cloned()
    }
    fn heal(&self) {
        let mut state = self.0.lock().unwrap();
        state.dice.clear();
        while let Some(submit) = state.late.pop() {
            state.honest.submit(&submit);
        }
    }
    fn charges(&self, order: PayableOrder) -> Vec<ChargeFact> {
        let state = self.0.lock().unwrap();
        let fact = |(index, charge): (usize, &Charge)| ChargeFact {
            key: charge.reference.clone().unwrap(),
            reference: charge.reference.clone().unwrap(),
            order_id: order.id,
            currency: kernel::Currency::EUR,
            authorized: if charge.standing == ChargeStatus::Authorized { charge.authorized } else { 0 },
            undecided: 0,
            captured: charge.captured,
            refunded: state.honest.refunded(index),
            contradiction: None,
        };
        state.honest.charges.iter().enumerate().map(fact).collect()
    }
}

impl Provider for UnreliableProvider {
    fn name(&self) -> &'static str {
        "fickle"
    }
    fn methods(&self) -> PaymentMethods {
        PaymentMethods::ANY
    }
    fn verify(&self, webhook: &Raw, now: Timestamp) -> Result<Option<ProviderEvent>, UnverifiedWebhook> {
        webhook_key().verify(webhook, now).map(Some)
    }
    fn submit(&self, _: CallPermit, submit: SubmitCharge) -> BoxFuture<ProviderResult<Charge>> {
        let mut state = self.0.lock().unwrap();
        let die = state.dice.last().copied().unwrap_or(0) % 8;
        match die {
            6 => {
                state.dice.pop();
                state.late.push(submit);
                Box::pin(std::future::pending())
            }
            7 => {
                state.dice.pop();
                Box::pin(std::future::ready(Err(ProviderError::NotSent("no line".into()))))
            }
            _ => {
                drop(state);
                self.perhaps(move |honest| honest.submit(&submit))
            }
        }
    }
    fn query(&self, _: CallPermit, key: String) -> BoxFuture<ProviderResult<Option<Charge>>> {
        self.perhaps(move |honest| honest.query(&key))
    }
    fn query_refund(
        &self,
        _: CallPermit,
        key: String,
        _: String,
    ) -> BoxFuture<ProviderResult<Option<ProviderRefundStatus>>> {
        self.perhaps(move |honest| {
            let given_back = honest.refunds.get(&key);
            given_back.map(|(_, amount)| ProviderRefundStatus::Succeeded { amount: *amount })
        })
    }
    fn list_charges(&self, _: CallPermit, _: ListCharges) -> BoxFuture<ProviderResult<ChargePage>> {
        Box::pin(std::future::ready(Ok(ChargePage { charges: Vec::new(), next: None })))
    }
    fn abandon(&self, _: CallPermit, abandon: AbandonCharge) -> BoxFuture<ProviderResult<Charge>> {
        self.perhaps(move |honest| honest.abandon(&abandon))
    }
    fn capture(&self, _: CallPermit, capture: Capture) -> BoxFuture<ProviderResult<Charge>> {
        self.perhaps(move |honest| honest.capture(&capture.key, &capture.charge, capture.amount.minor))
    }
    fn void(&self, _: CallPermit, void: Void) -> BoxFuture<ProviderResult<Charge>> {
        self.perhaps(move |honest| honest.void(&void.key, &void.charge))
    }
    fn refund(
        &self,
        _: CallPermit,
        refund: ProviderRefund,
    ) -> BoxFuture<ProviderResult<ProviderRefundStatus>> {
        self.perhaps(move |honest| honest.give_back(&refund))
    }
}

#[derive(Debug, Clone)]
enum RandomStep {
    Pay(&'static str, CaptureMode),
    PayTwiceAtOnce(&'static str),
    /// With one key, however often.
    PayAgain,
    Confirm,
    Close(CloseMode),
    PayAndClose(&'static str, CloseMode),
    Owe(i64),
    Settle(i64),
    Capture,
    Void,
    Offline,
    Refund(i64),
    Withdraw(usize),
    Webhook(usize),
    DeliverLate,
    SettleCharge,
    Lapse,
    Wait(u64),
}

const TOTAL: i64 = 100;

fn step() -> impl Strategy<Value = RandomStep> {
    let method = || prop::sample::select(vec!["ok", "ok", "declined", "action", "slow"]);
    let capture = prop::sample::select(vec![CaptureMode::Automatic, CaptureMode::Manual]);
    let mode = || prop::sample::select(vec![CloseMode::IfUnpaid, CloseMode::Always]);
    prop_oneof![
        4 => (method(), capture).prop_map(|(method, capture)| RandomStep::Pay(method, capture)),
        1 => method().prop_map(RandomStep::PayTwiceAtOnce),
        2 => Just(RandomStep::PayAgain),
        1 => Just(RandomStep::Confirm),
        1 => mode().prop_map(RandomStep::Close),
        1 => (method(), mode()).prop_map(|(method, mode)| RandomStep::PayAndClose(method, mode)),
        1 => (0..TOTAL).prop_map(RandomStep::Owe),
        1 => Just(RandomStep::Owe(0)),
        2 => (0..=TOTAL).prop_map(RandomStep::Settle),
        1 => Just(RandomStep::Capture),
        1 => Just(RandomStep::Void),
        1 => Just(RandomStep::Offline),
        2 => (1..TOTAL).prop_map(RandomStep::Refund),
        1 => any::<usize>().prop_map(RandomStep::Withdraw),
        2 => any::<usize>().prop_map(RandomStep::Webhook),
        1 => Just(RandomStep::DeliverLate),
        1 => Just(RandomStep::SettleCharge),
        1 => Just(RandomStep::Lapse),
        3 => (1_u64..5_000).prop_map(RandomStep::Wait),
    ]
}

struct RandomRun {
    world: PaymentsTestBed,
    provider: UnreliableProvider,
    order: PayableOrder,
    payment: Option<PaymentId>,
    count: u32,
}

impl RandomRun {
    fn key(&mut self) -> String {
        self.count += 1;
        format!("key-{}", self.count)
    }

    async fn pay(&mut self, method: &str, capture: CaptureMode) {
        let key = self.key();
        let wish = PayRequest { capture, ..self.world.wish(self.order, method, &key) };
        // the owner, who may give up what waits for them
        let owner = format!("service for:{}", self.order.user);
        if let Ok(Json(answer)) = self.world.ask(&owner, Pay { pay: Body(wish) }).await {
            self.payment = Some(answer.payment.id);
        }
    }

    /// What is refused is refused; what counts is what is left at the end.
    async fn take(&mut self, step: RandomStep) {
        let (world, order) = (self.world.clone(), self.order);
        match step {
            RandomStep::Pay(method, capture) => self.pay(method, capture).await,
            RandomStep::PayTwiceAtOnce(method) => {
                let (one, two) = (self.key(), self.key());
                let pay = |key| world.pay_as(world.wish(order, method, key));
                let _ = join!(pay(&one), pay(&two));
            }
            RandomStep::PayAgain => {
                if let Ok(answer) = world.pay_as(world.wish(order, "ok", "again")).await {
                    self.payment = Some(answer.payment.id);
                }
            }
            RandomStep::Close(mode) => self.payment = Some(world.close(order, mode).await.payment.id),
            RandomStep::PayAndClose(method, mode) => {
                let key = self.key();
                let (_, closed) =
                    join!(world.pay_as(world.wish(order, method, &key)), world.close(order, mode));
                self.payment = Some(closed.payment.id);
            }
            RandomStep::Owe(owed) if self.payment.is_some() => drop(world.owe(order, owed).await),
            RandomStep::Settle(owed) => drop(world.settle(order, owed).await),
            RandomStep::Offline => {
                if let Ok(answer) = world.offline(order).await {
                    self.payment = Some(answer.payment.id);
                }
            }
            RandomStep::DeliverLate => self.provider.deliver_late(),
            RandomStep::SettleCharge => self.provider.settle(),
            RandomStep::Lapse => self.provider.lapse(),
            RandomStep::Wait(millis) => sleep(Duration::from_millis(millis)).await,
            RandomStep::Webhook(at) => {
                let Some(key) = self.provider.any_key(at) else { return };
                world.tell(&self.key(), &key).await;
            }
            step => {
                let Some(id) = self.payment else { return };
                let key = IdempotencyKey(self.key());
                match step {
                    RandomStep::Confirm => {
                        let confirm = ConfirmPayment { id: Path(id), key: OptionalIdempotencyKey(None) };
                        drop(world.ask(&crate::who::customer(order.user), confirm).await);
                    }
                    RandomStep::Capture => {
                        drop(world.ask("staff:payments", CapturePayment { id: Path(id), key }).await)
                    }
                    RandomStep::Void => {
                        drop(world.ask("staff:payments", VoidPayment { id: Path(id), key }).await)
                    }
                    RandomStep::Withdraw(at) => {
                        let refunds = world.refunds(id).await;
                        let Some(at) = at.checked_rem(refunds.len()) else { return };
                        drop(world.withdraw(refunds[at].id).await);
                    }
                    RandomStep::Refund(amount) => drop(world.refund(id, Some(amount), &key.0).await),
                    _ => {}
                }
            }
        }
    }

    /// The provider sends a webhook for everything that it knows: what expired there is heard of before its time.
    async fn tell_everything(&self) {
        for key in self.provider.keys() {
            self.world.tell(&format!("all-{key}"), &key).await;
        }
    }

    /// The provider becomes reliable, what is late arrives, and time goes by.
    async fn heal(&self) {
        for round in 0..60 {
            self.provider.heal();
            self.provider.settle();
            if round == 0 {
                self.tell_everything().await;
            }
            sleep(Duration::from_secs(20)).await;
            let audited = self.world.audited().await;
            if audited.payments.iter().all(|payment| !payment.unsettled || is_authorized(payment)) {
                break;
            }
        }
    }
}

/// An authorization that nobody captures or voids, and an action that nobody takes, may stay for as long as they do.
fn is_authorized(payment: &contracts::audit::PaymentFact) -> bool {
    owes(payment) && payment.claimed == 0 && (payment.authorized > 0 || payment.state == PaymentState::Open)
}

fn owes(payment: &contracts::audit::PaymentFact) -> bool {
    payment.figures.as_ref().is_none_or(|figures| figures.owed.minor > 0)
}

async fn run(steps: Vec<RandomStep>, dice: Vec<u8>) {
    let world = simulated::world().await;
    let provider = UnreliableProvider::new(dice);
    world.start_with(Arc::new(provider.clone()), settings());
    let order = world.order(TOTAL);
    let mut run = RandomRun { world, provider, order, payment: None, count: 0 };
    for step in steps {
        run.take(step).await;
        run.look_on();
    }
    run.heal().await;
    let audited = run.world.audited().await;
    compare(&audited, &run.provider.charges(order));
    for free in audited.payments.iter().filter(|payment| !owes(payment)) {
        assert_eq!(free.authorized, 0, "an authorization stands for nothing: {free:?}");
        assert!(matches!(free.state, PaymentState::Secured | PaymentState::Closed), "{free:?}");
    }
    // and whatever it was, it can be closed
    for _ in 0..30 {
        run.world.close(order, CloseMode::Always).await;
        sleep(Duration::from_secs(20)).await;
    }
    // what was paid offline, people hand over
    if let Some(payment) = run.payment {
        for refund in run.world.refunds(payment).await.iter().filter(|refund| refund.offline) {
            drop(run.world.hand_over(refund.id).await);
        }
    }
    let audited = run.world.audited().await;
    compare(&audited, &run.provider.charges(order));
    let payment = &audited.payments[0];
    assert_eq!((payment.state, payment.claimed, payment.unsettled), (PaymentState::Closed, 0, false));
    assert_eq!(payment.captured, payment.refunded + payment.refunded_offline);
}

impl RandomRun {
    /// At any time: the provider never holds money twice.
    fn look_on(&self) {
        let charges = self.provider.charges(self.order);
        let kept = charges.iter().filter(|charge| charge.authorized > 0 || charge.captured > charge.refunded);
        assert!(kept.count() <= 1, "charged twice: {charges:?}");
        assert!(charges.iter().filter(|charge| charge.captured > 0).count() <= 2, "{charges:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases / 4,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]
    #[test]
    fn whatever_happens_the_providers_ledger_is_ours(
        steps in prop::collection::vec(step(), 1..14),
        dice in prop::collection::vec(any::<u8>(), 0..24),
    ) {
        simulated::run(run(steps, dice));
    }
}
