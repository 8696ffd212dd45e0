//! A running service with its provider, and words to ask it with.

use crate::who::{customer, shell, shows};
use bus::{Bus, InMemoryBus};
use bytes::Bytes;
use contracts::{
    audit::{ChargeFact, Finding, ServiceFacts},
    payments::*,
    settlement::*,
};
use db::{Db, Sql, params, postgres, sqlite};
use endpoint::{
    Body, Context, Endpoint, IdempotencyKey, Json, PageParams, Path as In,
    client::{CallError, Client, Policy},
    transport::{Local, SendFuture, Transport},
};
use flow::Timers;
use http::Request;
use kernel::{Currency, Env, Money, id::*, secret::RootSecret};
use ordo_http::Cursors;
use payment_provider::{Provider, ProviderEvent};
use payments::{PaymentsDependencies, PaymentsSettings};
use simulator::{Simulator, WebhookKey};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// The name by which `testkit::on_both` calls it.
pub(crate) use self::PaymentsTestBed as TestBed;

/// Where the databases are; they outlive the process that uses them.
pub(crate) enum DatabaseLocation {
    Sqlite(PathBuf),
    Postgres(String),
}

impl DatabaseLocation {
    pub(crate) fn sqlite(folder: &Path) -> DatabaseLocation {
        DatabaseLocation::Sqlite(folder.to_owned())
    }
    pub(crate) async fn postgres() -> DatabaseLocation {
        DatabaseLocation::Postgres(testkit::postgres::database().await)
    }
    async fn open(&self, env: Env) -> (Db, Db) {
        match self {
            DatabaseLocation::Sqlite(folder) => {
                let open =
                    |name| sqlite::open(folder.join(name), env.clone(), sqlite::Options::default()).unwrap();
                (testkit::one_file::service(folder, ::payments::NAME, &env), open("simulator.db"))
            }
            DatabaseLocation::Postgres(url) => {
                let open = |schema: &str| {
                    let schema = Some(schema.to_owned());
                    let config = postgres::Config { pool_size: 6, schema, ..postgres::Config::new(url) };
                    postgres::open(config, env.clone())
                };
                (open("payments").await.unwrap(), open("simulator").await.unwrap())
            }
        }
    }
}

/// Everything soon, but not so soon that a busy machine is taken for a provider that keeps silent.
pub(crate) fn settings() -> PaymentsSettings {
    PaymentsSettings {
        provider_timeout: Duration::from_millis(1500),
        apply_within: Duration::from_millis(200),
        reconcile_after: Duration::from_millis(50),
        reconcile_every: Duration::from_millis(500),
        refund_after: Duration::from_millis(50),
        refund_every: Duration::from_millis(500),
        ..PaymentsSettings::default()
    }
}

/// Of the simulated provider.
pub(crate) fn simulator_settings() -> simulator::SimulatorSettings {
    simulator::SimulatorSettings {
        slow: Duration::from_millis(300),
        webhook_delay: Duration::from_millis(300),
        late: Duration::from_secs(4),
        ..simulator::SimulatorSettings::default()
    }
}

/// What the providers of these tests sign their webhooks with.
pub(crate) fn webhook_key() -> WebhookKey {
    WebhookKey::new(&RootSecret::new([7; 32]))
}

#[derive(Clone)]
pub(crate) struct PaymentsTestBed {
    pub(crate) env: Env,
    pub(crate) db: Db,
    pub(crate) simulator: Db,
    network: Local,
    /// What the simulated provider has told by itself, as it came.
    told: Arc<Mutex<Vec<Bytes>>>,
    /// Of the service that was started last.
    provider_name: Arc<Mutex<&'static str>>,
    /// Of the services that were started.
    timers: Arc<Mutex<Vec<Timers>>>,
}

/// The simulated provider's way to the service, on which is noted what it tells.
struct RecordingTransport(PaymentsTestBed);

impl Transport for RecordingTransport {
    #[allow(clippy::disallowed_methods, reason = "the provider is no part of the program")]
    fn send<'a>(&'a self, to: &'a str, request: Request<Bytes>) -> SendFuture<'a> {
        self.0.told.lock().unwrap().push(request.body().clone());
        self.0.network.send(to, request)
    }
}

/// An order that must be paid.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PayableOrder {
    pub(crate) id: OrderId,
    pub(crate) user: UserId,
    pub(crate) total: Money,
}

pub(crate) fn euros(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

impl PaymentsTestBed {
    pub(crate) async fn on_sqlite(folder: &Path) -> PaymentsTestBed {
        PaymentsTestBed::at(&DatabaseLocation::sqlite(folder)).await
    }

    pub(crate) async fn on_postgres() -> PaymentsTestBed {
        PaymentsTestBed::at(&DatabaseLocation::postgres().await).await
    }

    /// A running service with the simulated provider.
    pub(crate) async fn at(place: &DatabaseLocation) -> PaymentsTestBed {
        let world = PaymentsTestBed::asleep(place).await;
        world.start(settings());
        world
    }

    /// The databases, and nothing that runs yet.
    pub(crate) async fn asleep(place: &DatabaseLocation) -> PaymentsTestBed {
        let env = testkit::real_env::env();
        let (db, simulator) = place.open(env.clone()).await;
        PaymentsTestBed::on(env, db, simulator).await
    }

    pub(crate) async fn on(env: Env, db: Db, simulator: Db) -> PaymentsTestBed {
        db::migrate(&db, payments::NAME, &payments::migrations()).await.unwrap();
        db::migrate(&simulator, simulator::NAME, &simulator::migrations()).await.unwrap();
        PaymentsTestBed {
            env,
            db,
            simulator,
            network: Local::new(),
            told: Arc::default(),
            provider_name: Arc::default(),
            timers: Arc::default(),
        }
    }

    pub(crate) fn start(&self, settings: PaymentsSettings) {
        let authorization_life = settings.authorization_life;
        let simulator = simulator::SimulatorSettings { authorization_life, ..simulator_settings() };
        self.start_with(self.provider(simulator), settings);
    }

    pub(crate) fn provider(&self, settings: simulator::SimulatorSettings) -> Arc<dyn Provider> {
        let webhooks =
            (self.client_by(Arc::new(RecordingTransport(self.clone())), "simulator"), webhook_key());
        Arc::new(Simulator::new(self.env.clone(), self.simulator.clone(), webhooks, settings))
    }

    pub(crate) fn start_with(&self, provider: Arc<dyn Provider>, settings: PaymentsSettings) {
        *self.provider_name.lock().unwrap() = provider.name();
        let shell = shell(self.env.clone());
        let cursors = Cursors::new(&RootSecret::new([7; 32]));
        let needs = PaymentsDependencies {
            env: self.env.clone(),
            db: self.db.clone(),
            shell,
            cursors,
            provider,
            settings,
        };
        let bus: Arc<dyn Bus> = Arc::new(InMemoryBus::new());
        let service = payments::service(needs);
        self.timers.lock().unwrap().push(service.timers.clone());
        self.network.bind(payments::NAME, service.start(&bus));
    }

    /// Has what a test wrote into the table of timers noticed now, and not with the next poll.
    pub(crate) fn look_at_timers(&self) {
        self.timers.lock().unwrap().iter().for_each(Timers::wake);
    }

    pub(crate) fn client(&self, credential: &str) -> Client {
        self.client_by(Arc::new(self.network.clone()), credential)
    }

    fn client_by(&self, transport: Arc<dyn Transport>, credential: &str) -> Client {
        let client = Client::new(transport, &[Local::address(payments::NAME)], self.env.clone());
        // a test wants to see what one request does
        let once =
            Policy { tries_max: 1, per_try: Duration::from_secs(30), open_after: 1000, ..Policy::default() };
        client.with_credential(shows(credential)).with_policy(once)
    }

    pub(crate) async fn ask<E: Endpoint>(
        &self,
        credential: &str,
        request: E,
    ) -> Result<E::Reply, CallError<E::Error>> {
        let context = Context::background(&self.env, Duration::from_secs(25));
        self.client(credential).call(&context, request).await
    }

    /// A webhook of the provider about an operation, which it has signed.
    pub(crate) fn webhook(&self, id: &str, key: &str) -> ReceivePaymentWebhook {
        let event = ProviderEvent { id: id.into(), key: key.into(), outcome: "something".into() };
        let provider = In((*self.provider_name.lock().unwrap()).to_owned());
        ReceivePaymentWebhook { provider, webhook: webhook_key().sign(&event, self.env.now()) }
    }

    /// The provider tells of an operation by itself.
    pub(crate) async fn tell(&self, id: &str, key: &str) {
        self.ask("nobody", self.webhook(id, key)).await.unwrap();
    }

    pub(crate) fn order(&self, total: i64) -> PayableOrder {
        PayableOrder { id: self.env.id(), user: self.env.id(), total: euros(total) }
    }

    /// The same placement again, after its order was lost: with the ID that orders derives from it.
    pub(crate) fn placed_again(&self, lost: PayableOrder) -> PayableOrder {
        PayableOrder { id: self.env.derived_id(lost.id.uuid()), ..lost }
    }

    pub(crate) fn wish(&self, order: PayableOrder, method: &str, key: &str) -> PayRequest {
        PayRequest {
            order_id: order.id,
            user_id: order.user,
            amount: order.total,
            owed: order.total,
            method: method.to_owned(),
            capture: CaptureMode::Automatic,
            key: key.to_owned(),
        }
    }

    pub(crate) async fn pay_as(&self, pay: PayRequest) -> Result<PayResponse, CallError<PayError>> {
        self.ask("service", Pay { pay: Body(pay) }).await.map(|Json(answer)| answer)
    }

    pub(crate) async fn pay(&self, order: PayableOrder, method: &str, key: &str) -> PayResponse {
        self.pay_as(self.wish(order, method, key)).await.unwrap()
    }

    pub(crate) async fn authorize(&self, order: PayableOrder, method: &str) -> PayResponse {
        let manual = PayRequest { capture: CaptureMode::Manual, ..self.wish(order, method, "manual") };
        self.pay_as(manual).await.unwrap()
    }

    pub(crate) async fn close(&self, order: PayableOrder, mode: CloseMode) -> CloseResponse {
        let close = CloseRequest { order_id: order.id, user_id: order.user, amount: order.total, mode };
        let Json(answer) = self.ask("service", ClosePayment { close: Body(close) }).await.unwrap();
        answer
    }

    pub(crate) async fn owe(&self, order: PayableOrder, owed: i64) -> SettlementResponse {
        let owed = AmountDueRequest { order_id: order.id, owed: euros(owed) };
        let Json(answer) = self.ask("service", SetAmountDue { owed: Body(owed) }).await.unwrap();
        answer
    }

    pub(crate) async fn settle(
        &self,
        order: PayableOrder,
        owed: i64,
    ) -> Result<SettlementResponse, CallError<CaptureRejected>> {
        let owed = AmountDueRequest { order_id: order.id, owed: euros(owed) };
        self.ask("service", CaptureAmountDue { capture: Body(owed) }).await.map(|Json(answer)| answer)
    }

    pub(crate) async fn offline(
        &self,
        order: PayableOrder,
    ) -> Result<SettlementResponse, CallError<OfflineError>> {
        let offline = OfflineRequest {
            order_id: order.id,
            user_id: order.user,
            amount: order.total,
            owed: order.total,
            actor: "usr_staff".into(),
        };
        self.ask("service", RecordOffline { offline: Body(offline) }).await.map(|Json(answer)| answer)
    }

    pub(crate) async fn refund(
        &self,
        payment: PaymentId,
        amount: Option<i64>,
        key: &str,
    ) -> Result<Refund, CallError<RefundError>> {
        let refund = NewRefund { amount: amount.map(|minor| euros(minor).into()), reason: None };
        let asked = RefundPayment { id: In(payment), key: IdempotencyKey(key.into()), refund: Body(refund) };
        self.ask("staff:payments", asked).await.map(|created| created.body)
    }

    pub(crate) async fn withdraw(&self, id: RefundId) -> Result<Refund, CallError<WithdrawError>> {
        self.ask("staff:payments", WithdrawRefund { id: In(id) }).await.map(|Json(refund)| refund)
    }

    pub(crate) async fn hand_over(&self, id: RefundId) -> Result<Refund, CallError<SettleRefundError>> {
        self.ask("staff:payments", SettleRefund { id: In(id) }).await.map(|Json(refund)| refund)
    }

    pub(crate) async fn refunds(&self, payment: PaymentId) -> Vec<Refund> {
        let Json(page) = self
            .ask(
                "staff:payments",
                ListRefunds { id: In(payment), slice: PageParams { limit: Some(200), cursor: None } },
            )
            .await
            .unwrap();
        page.items
    }

    pub(crate) async fn payment(&self, order: PayableOrder, id: PaymentId) -> Payment {
        let Json(payment) = self.ask(&customer(order.user), GetPayment { id: In(id) }).await.unwrap();
        payment
    }

    /// What the provider has charged for an order: each charge that is worth something.
    pub(crate) async fn charges(&self, order: PayableOrder) -> Vec<ChargeFact> {
        let mut charges = simulator::audit(&self.simulator).await.unwrap();
        charges
            .retain(|charge| charge.order_id == order.id && (charge.captured > 0 || charge.authorized > 0));
        charges
    }

    pub(crate) async fn audited(&self) -> ServiceFacts {
        payments::audit(&self.db, self.env.now()).await.unwrap()
    }

    /// Waits until nothing is under way, then lays the provider's books beside ours.
    pub(crate) async fn books_agree(&self) {
        self.until("everything is settled", async || {
            self.audited().await.payments.iter().all(|payment| !payment.unsettled || payment.authorized > 0)
        })
        .await;
        let charges = simulator::audit(&self.simulator).await.unwrap();
        compare(&self.audited().await, &charges);
        assert_eq!(self.unwritten(500).await, []);
    }

    /// What is found of the keys that the simulated provider was asked with, so many at a time.
    pub(crate) async fn unwritten(&self, at_a_time: i64) -> Vec<Finding> {
        let (mut all, mut after) = (Vec::new(), String::new());
        loop {
            let (last, asked, unreadable) =
                simulator::keys_after(&self.simulator, &after, at_a_time).await.unwrap();
            all.extend(unreadable.findings);
            all.extend(payments::audit::keys(&self.db, asked).await.unwrap());
            let Some(last) = last else { return all };
            after = last;
        }
    }

    /// What the simulated provider has told by itself so far.
    pub(crate) fn told(&self) -> Vec<Bytes> {
        self.told.lock().unwrap().clone()
    }

    /// How many rows a statement counts as `n`.
    pub(crate) async fn count(db: &Db, text: &'static str) -> i64 {
        db.query_one(&Sql::both(text), params![]).await.unwrap().get("n").unwrap()
    }

    pub(crate) async fn until(&self, what: &str, holds: impl AsyncFn() -> bool) {
        let begun = Instant::now();
        while !holds().await {
            assert!(begun.elapsed() < Duration::from_secs(40), "waited in vain until {what}");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Runs a statement on the database, as an accident would.
    pub(crate) async fn meddle(&self, text: &'static str) {
        let mut tx = self.db.begin().await.unwrap();
        tx.run(&Sql::both(text), params![]).await.unwrap();
        tx.commit("payments.meddle").await.unwrap();
    }
}

/// Nothing is broken here, and the provider charged what stands here, nobody twice.
pub(crate) fn compare(audited: &ServiceFacts, charges: &[ChargeFact]) {
    assert_eq!(audited.findings, []);
    for payment in &audited.payments {
        let of_order = || charges.iter().filter(|charge| charge.order_id == payment.order_id);
        let sum = |pick: fn(&ChargeFact) -> i64| of_order().map(pick).sum::<i64>();
        assert_eq!(sum(|c| c.authorized), payment.authorized, "{payment:?}");
        assert_eq!(sum(|c| c.captured), payment.captured - payment.offline, "{payment:?}");
        assert_eq!(sum(|c| c.refunded), payment.refunded, "{payment:?}");
        let kept = of_order().filter(|c| c.authorized > 0 || c.captured > c.refunded).count();
        assert!(
            kept + usize::from(payment.offline > payment.refunded_offline) <= 1,
            "charged twice: {payment:?}"
        );
    }
    let known = |charge: &&ChargeFact| audited.payments.iter().any(|p| p.order_id == charge.order_id);
    assert!(charges.iter().all(|charge| known(&charge)), "a charge without a payment");
}
