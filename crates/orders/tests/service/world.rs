//! A database, a clock that tests move, the service over them, and its neighbours; as many replicas as a test wants.

use crate::fakes::{
    auth::FakeAuth,
    payments::FakePayments,
    products::FakeProducts,
    transport::FakeLink,
    verify::{OrdersVerifier, keys},
};
use axum::Router;
use bytes::Bytes;
use contracts::{
    audit::{Invariant, ServiceFacts},
    events::{Event, EventType},
    fulfilments::*,
    orders::*,
    payments::PaymentMethods,
    placements::{PlacementOutcome, PlacementOutcomes, ResolvePlacements, ResolvePlacementsRequest},
};
use db::{Db, Sql, postgres, sqlite};
use endpoint::{
    Body, Conditional, Context, CreatedWithoutEtag, Endpoint, IdempotencyKey, IfMatch, IfNoneMatch, Json,
    OptionalIdempotencyKey, Path, Permission, WithEtag,
    client::{CallError, Client, Policy},
    http::{HeaderMap, HeaderValue, Request, StatusCode},
    transport::{InProcess, Transport},
};
use flow::{ConsumeError, Consumer, DueTimer, Journal, Service, Timer};
use http_body_util::{BodyExt, Full};
use kernel::{Currency, Env, Money, id::*, secret::RootSecret};
use orders::{OrdersDependencies, OrdersSettings};
use ordo_http::{ApiContext, Cursors, RequestLimits};
use serde_json::Value;
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use testkit::clock::Clock;
use tower::ServiceExt;

/// The name by which `testkit::on_both` calls it.
pub(crate) use self::OrdersTestBed as TestBed;

const WITHIN: Duration = Duration::from_secs(20);
/// What placing takes for known. Of the last one payments, which is of another version, knows nothing.
const KNOWN_METHODS: [&str; 6] = [
    "sim_ok",
    "sim_declined",
    "sim_slow",
    "sim_requires_action",
    "sim_timeout_before_charge",
    "sim_refund_refused",
];

/// Who calls.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) id: UserId,
    /// Empty where nobody shows one.
    credential: String,
}

impl Caller {
    fn bearer(&self) -> Option<HeaderValue> {
        let bearer = || HeaderValue::from_str(&format!("Bearer {}", self.credential)).unwrap();
        (!self.credential.is_empty()).then(bearer)
    }
}

/// What a call of an endpoint brings.
pub(crate) type OrdersCallResult<E> = Result<<E as Endpoint>::Reply, CallError<<E as Endpoint>::Error>>;

/// What works behind the router; tests run it by hand.
struct BackgroundParts {
    journal: Journal,
    consumers: Vec<Consumer>,
    timers: Vec<Timer>,
}

/// The service, and all around it; cheap to clone.
#[derive(Clone)]
pub(crate) struct OrdersTestBed {
    pub(crate) clock: Clock,
    pub(crate) env: Env,
    pub(crate) db: Db,
    pub(crate) auth: FakeAuth,
    pub(crate) products: FakeProducts,
    pub(crate) payments: FakePayments,
    pub(crate) to_products: FakeLink,
    pub(crate) to_payments: FakeLink,
    pub(crate) to_auth: FakeLink,
    pub(crate) settings: OrdersSettings,
    router: Router,
    client: Client,
    service: Arc<BackgroundParts>,
    keys: Arc<AtomicUsize>,
}

impl OrdersTestBed {
    pub(crate) async fn on_sqlite(folder: &std::path::Path) -> OrdersTestBed {
        let clock = Clock::new();
        let env = clock.env();
        let db = testkit::one_file::service(folder, ::orders::NAME, &env);
        OrdersTestBed::new(clock, env, db).await
    }

    /// On SQLite, whose commits end as `place` says.
    pub(crate) async fn on_sqlite_in(
        folder: &std::path::Path,
        place: Box<dyn sqlite::CommitExecutor>,
    ) -> OrdersTestBed {
        let clock = Clock::new();
        let env = clock.env();
        // a group takes in whoever waits, however long that lasts
        let options = sqlite::Options { max_group_age: WITHIN, ..sqlite::Options::default() };
        let lite = sqlite::open_in(folder.join("orders.db"), env.clone(), options, place).unwrap();
        OrdersTestBed::new(clock, env, Db::from(lite)).await
    }

    pub(crate) async fn on_postgres() -> OrdersTestBed {
        let clock = Clock::new();
        let env = clock.env();
        let config = postgres::Config::new(testkit::postgres::database().await);
        let db = postgres::open(config, env.clone()).await.unwrap();
        OrdersTestBed::new(clock, env, db).await
    }

    async fn new(clock: Clock, env: Env, db: Db) -> OrdersTestBed {
        db::migrate(&db, orders::NAME, &orders::migrations()).await.unwrap();
        let (products, payments) = (FakeProducts::default(), FakePayments::new(env.clone()));
        let to_products = FakeLink::to(products.router(shell("products", &env)));
        let to_payments = FakeLink::to(payments.router(shell("payments", &env)));
        let auth = FakeAuth::default();
        let to_auth = FakeLink::to(auth.router(shell("auth", &env)));
        let payment_methods =
            PaymentMethods { offered: &["sim_ok"], knows: |method| KNOWN_METHODS.contains(&method) };
        let settings = OrdersSettings { payment_methods, ..OrdersSettings::default() };
        let ways = [&to_auth, &to_products, &to_payments];
        let (router, client, service) = start(needs(&env, &db, &settings, ways));
        let keys = Arc::default();
        OrdersTestBed {
            clock,
            env,
            db,
            auth,
            products,
            payments,
            to_products,
            to_payments,
            to_auth,
            settings,
            router,
            client,
            service,
            keys,
        }
    }

    /// The same with other settings.
    pub(crate) fn with(self, settings: OrdersSettings) -> OrdersTestBed {
        let ways = [&self.to_auth, &self.to_products, &self.to_payments];
        let (router, client, service) = start(needs(&self.env, &self.db, &settings, ways));
        OrdersTestBed { settings, router, client, service, ..self }
    }

    pub(crate) fn customer(&self) -> Caller {
        self.caller("customer", "")
    }
    pub(crate) fn staff(&self, permissions: &[Permission]) -> Caller {
        let permissions: Vec<String> = permissions.iter().map(|p| format!("{p:?}").to_lowercase()).collect();
        self.caller("staff", &permissions.join(","))
    }
    pub(crate) fn admin(&self) -> Caller {
        self.caller("admin", "")
    }
    /// Somebody who is not signed in.
    pub(crate) fn guest(&self) -> Caller {
        Caller { id: self.env.id(), credential: String::new() }
    }
    /// Whoever shows this credential.
    pub(crate) fn showing(&self, id: UserId, credential: &str) -> Caller {
        Caller { id, credential: credential.to_owned() }
    }
    /// A service that acts for this user.
    pub(crate) fn acting_for(&self, user: &Caller) -> Caller {
        Caller { id: user.id, credential: format!("service;front;{}", user.id) }
    }
    /// A façade that acts for this user.
    pub(crate) fn facade_for(&self, user: &Caller) -> Caller {
        Caller { id: user.id, credential: format!("service;compat;{}", user.id) }
    }
    fn caller(&self, role: &str, permissions: &str) -> Caller {
        let id: UserId = self.env.id();
        Caller { id, credential: format!("{id};{role};{permissions}") }
    }

    /// A product on sale.
    pub(crate) fn product(&self, price: i64, stock: i64) -> ProductId {
        let id = self.env.id();
        self.products.add(id, price, stock);
        id
    }

    /// A key that nobody has used.
    pub(crate) fn key(&self) -> IdempotencyKey {
        IdempotencyKey(format!("key-{}", self.keys.fetch_add(1, SeqCst)))
    }

    /// Calls an endpoint.
    pub(crate) async fn call<E: Endpoint>(&self, by: &Caller, request: E) -> OrdersCallResult<E> {
        let mut context = Context::background(&self.env, WITHIN);
        context.bearer = by.bearer();
        self.client.call(&context, request).await
    }

    /// Calls an internal endpoint as the service of this name does.
    pub(crate) async fn call_as<E: Endpoint>(&self, service: &str, request: E) -> OrdersCallResult<E> {
        let by = Caller { id: self.env.id(), credential: format!("service;{service};") };
        self.call(&by, request).await
    }

    /// Sends a request as it is; status, headers and JSON.
    pub(crate) async fn send(&self, by: &Caller, request: Request<Bytes>) -> (StatusCode, HeaderMap, Value) {
        let mut request = request.map(Full::new).map(axum::body::Body::new);
        if let Some(bearer) = by.bearer() {
            request.headers_mut().insert("authorization", bearer);
        }
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (parts.status, parts.headers, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    pub(crate) async fn place_with(
        &self,
        by: &Caller,
        key: &IdempotencyKey,
        new: &NewOrder,
    ) -> OrdersCallResult<PlaceOrder> {
        self.call(by, PlaceOrder { key: key.clone(), order: Body(new.clone()) }).await
    }
    /// Places an order that surely can be placed.
    pub(crate) async fn place(&self, by: &Caller, new: &NewOrder) -> Order {
        self.place_with(by, &self.key(), new).await.unwrap().body
    }
    /// An order of 2 units at 10.00, paid in this way.
    pub(crate) async fn paid(&self, by: &Caller, capture: &str) -> Order {
        let mut new = order_of(&[(self.product(1000, 10), 2)]);
        new.payment = Some(method("sim_ok", capture));
        self.place(by, &new).await
    }
    pub(crate) async fn get(&self, by: &Caller, id: OrderId) -> Order {
        match self.call(by, GetOrder { id: Path(id), known: IfNoneMatch(None) }).await.unwrap() {
            Conditional::New { body, .. } => body,
            Conditional::NotModified { .. } => panic!("nothing was known"),
        }
    }
    pub(crate) async fn pay(&self, by: &Caller, id: OrderId, token: &str) -> OrdersCallResult<PayOrder> {
        let method = Body(method(token, "automatic"));
        self.call(by, PayOrder { id: Path(id), key: self.key(), method }).await
    }
    /// A change that nobody would notice but by its time.
    pub(crate) async fn annotated(&self, by: &Caller, id: OrderId) -> Order {
        let metadata = Some([("touched".to_owned(), id.to_string())].into());
        let change = Body(OrderChange { metadata, ..OrderChange::default() });
        self.call(by, UpdateOrder { id: Path(id), based_on: IfMatch(None), change }).await.unwrap().body
    }
    pub(crate) async fn cancel(&self, by: &Caller, id: OrderId) -> OrdersCallResult<CancelOrder> {
        let cancellation = Body(Cancellation { reason: Some("second thoughts".to_owned()), lines: None });
        self.call(by, CancelOrder { id: Path(id), key: self.key(), based_on: IfMatch(None), cancellation })
            .await
    }
    pub(crate) async fn set_status(
        &self,
        by: &Caller,
        id: OrderId,
        status: TargetStatus,
    ) -> OrdersCallResult<SetOrderStatus> {
        let target = Body(OrderTarget { status, version: None });
        self.call(by, SetOrderStatus { id: Path(id), based_on: IfMatch(None), target }).await
    }
    /// Brings it there.
    pub(crate) async fn brought(&self, by: &Caller, id: OrderId, status: TargetStatus) -> Order {
        let WithEtag { body, .. } = self.set_status(by, id, status).await.unwrap();
        body
    }
    pub(crate) async fn fulfil(
        &self,
        by: &Caller,
        id: OrderId,
        lines: Option<Vec<LineQuantity>>,
    ) -> Fulfilment {
        let fulfilment = Body(NewFulfilment { lines, carrier: None, tracking_number: None });
        let request = CreateFulfilment { id: Path(id), key: self.key(), fulfilment };
        let CreatedWithoutEtag { body, .. } = self.call(by, request).await.unwrap();
        body
    }
    pub(crate) async fn ship(&self, by: &Caller, id: FulfilmentId) -> OrdersCallResult<ShipFulfilment> {
        let shipment = Body(Shipment { carrier: Some("DHL".to_owned()), ..Shipment::default() });
        self.call(by, ShipFulfilment { id: Path(id), key: OptionalIdempotencyKey(None), shipment }).await
    }

    /// What became of these placements.
    pub(crate) async fn fates(&self, ids: &[PlacementId]) -> Vec<PlacementOutcome> {
        let ask = Body(ResolvePlacementsRequest { placement_ids: ids.to_vec() });
        let Json(PlacementOutcomes { fates }) =
            self.call_as("products", ResolvePlacements { ask }).await.unwrap();
        fates
    }

    /// What the service does for as long as it runs, but for its timers.
    pub(crate) fn tasks(&self) -> Vec<(&'static str, kernel::BoxFuture<()>)> {
        let ways = [&self.to_auth, &self.to_products, &self.to_payments];
        orders::service(needs(&self.env, &self.db, &self.settings, ways)).tasks
    }

    /// Does the work of all timers of a kind, whether they are due or not; what came of it.
    pub(crate) async fn run_timers(&self, kind: &'static str) -> Vec<Result<(), ConsumeError>> {
        let timer = self.service.timers.iter().find(|timer| timer.kind == kind).unwrap();
        let mut done = Vec::new();
        for due in self.leased(kind).await {
            done.push((timer.run)(due).await);
        }
        done
    }
    /// All timers of a kind, as a replica takes them.
    async fn leased(&self, kind: &str) -> Vec<DueTimer> {
        let lease = Sql::both("update timer set tries = tries + 1 where kind = $1");
        let mut tx = self.db.begin().await.unwrap();
        tx.run(&lease, db::params![kind]).await.unwrap();
        tx.commit("test.lease").await.unwrap();
        let sql = Sql::both(
            "select key, payload, tries - 1 as tries, due_at from timer where kind = $1 order by key",
        );
        let rows = self.db.query(&sql, db::params![kind]).await.unwrap();
        let due = |row: &db::Row| DueTimer {
            key: row.get("key").unwrap(),
            payload: row.get("payload").unwrap(),
            tries: row.get("tries").unwrap(),
            leased_until: row.get("due_at").unwrap(),
        };
        rows.iter().map(due).collect()
    }
    /// How many timers of a kind there are.
    pub(crate) async fn timers(&self, kind: &str) -> i64 {
        let sql = Sql::both("select count(*) as n from timer where kind = $1");
        self.db.query_one(&sql, db::params![kind]).await.unwrap().get("n").unwrap()
    }
    /// The time that orders have to be paid is up, by the clock of the database.
    pub(crate) async fn payments_fall_due(&self) {
        let sql = Sql::both("update orders set payment_due_at = $1 where payment_due_at is not null");
        let mut tx = self.db.begin().await.unwrap();
        let now = tx.now().await.unwrap();
        tx.run(&sql, db::params![now]).await.unwrap();
        tx.commit("test.fall_due").await.unwrap();
    }
    /// When a timer of a kind is due, the first of them.
    pub(crate) async fn due_at(&self, kind: &str) -> kernel::Timestamp {
        let sql = Sql::both("select min(due_at) as due_at from timer where kind = $1");
        self.db.query_one(&sql, db::params![kind]).await.unwrap().get("due_at").unwrap()
    }
    /// The first row's only column, a number, of a statement of a test.
    pub(crate) async fn number(&self, sql: &'static str) -> i64 {
        self.db.query_one(&Sql::both(sql), &[]).await.unwrap().get("n").unwrap()
    }

    /// Forgets every key without an effect, as a refusal does.
    pub(crate) async fn forget_keys(&self) {
        let mut tx = self.db.begin().await.unwrap();
        tx.run(&Sql::both("delete from idempotency where resource is null"), &[]).await.unwrap();
        tx.commit("test.forget_keys").await.unwrap();
    }

    /// As if a version had written all parcels that keeps no steps.
    pub(crate) async fn forget_steps(&self) {
        let mut tx = self.db.begin().await.unwrap();
        tx.run(&Sql::both("update fulfilment set steps = '[]'"), &[]).await.unwrap();
        tx.commit("test.forget_steps").await.unwrap();
    }

    /// Lets the service hear an event.
    pub(crate) async fn hear(&self, event: &Event) -> Result<(), ConsumeError> {
        let producer = event.source.trim_start_matches('/');
        let consumer = self.service.consumers.iter().find(|consumer| consumer.producer == producer).unwrap();
        consumer.handle(event.clone().into()).await
    }
    /// Lets the service hear all that payments has said so far.
    pub(crate) async fn hear_payments(&self) {
        for event in self.payments.events() {
            self.hear(&event).await.unwrap();
        }
    }

    /// An order's events, oldest first.
    pub(crate) async fn told(&self, id: OrderId) -> Vec<Event> {
        self.service.journal.history(id, 0, 100).await.unwrap()
    }

    /// The kinds of an order's events.
    pub(crate) async fn story(&self, id: OrderId) -> Vec<EventType> {
        let events = self.told(id).await;
        let versions: Vec<i64> = events.iter().map(Event::version).collect();
        assert_eq!(versions, (1..=events.len() as i64).collect::<Vec<_>>(), "versions without gaps");
        events.iter().map(|event| event.kind).collect()
    }
    /// The kinds of a fulfilment's events.
    pub(crate) async fn way(&self, id: FulfilmentId) -> Vec<EventType> {
        let events = self.service.journal.history(id, 0, 100).await.unwrap();
        events.iter().map(|event| event.kind).collect()
    }

    pub(crate) async fn audit(&self) -> ServiceFacts {
        orders::audit(&self.db, self.env.now()).await.unwrap()
    }
    /// Holds that nothing is broken. Nobody publishes and no timer runs by itself here, so I8 says nothing.
    pub(crate) async fn check(&self) {
        let mut found = self.audit().await.findings;
        found.retain(|finding| finding.invariant != Invariant::I8);
        assert_eq!(found, []);
    }
}

fn shell(service: &'static str, env: &Env) -> ApiContext {
    ApiContext {
        service,
        verify: Arc::new(OrdersVerifier),
        env: env.clone(),
        limits: RequestLimits::default(),
    }
}

/// A client that tries once: what goes wrong must be seen.
fn once(transport: Arc<dyn Transport>, address: &str, env: &Env) -> Client {
    let policy = Policy { tries_max: 1, per_try: WITHIN, open_after: u32::MAX, ..Policy::default() };
    Client::new(transport, &[address], env.clone()).with_policy(policy)
}

struct OrdersCredential;
impl endpoint::client::Credential for OrdersCredential {
    fn authorization(&self, _: &Context) -> Option<HeaderValue> {
        Some(HeaderValue::from_static("Bearer service;orders;"))
    }
}

fn needs(
    env: &Env,
    db: &Db,
    settings: &OrdersSettings,
    [auth, products, payments]: [&FakeLink; 3],
) -> OrdersDependencies {
    let client = |way: &FakeLink, name| {
        once(Arc::new(way.clone()), name, env).with_credential(Arc::new(OrdersCredential))
    };
    OrdersDependencies {
        env: env.clone(),
        db: db.clone(),
        shell: shell(orders::NAME, env),
        cursors: Cursors::new(&RootSecret::new([7; 32])),
        order_keys: keys(),
        settings: settings.clone(),
        auth: client(auth, "auth"),
        products: client(products, "products"),
        payments: client(payments, "payments"),
    }
}

fn start(needs: OrdersDependencies) -> (Router, Client, Arc<BackgroundParts>) {
    let env = needs.env.clone();
    let Service { router, journal, consumers, timer_kinds, .. } = orders::service(needs);
    let client = once(Arc::new(InProcess(router.clone())), "orders", &env);
    (router, client, Arc::new(BackgroundParts { journal, consumers, timers: timer_kinds }))
}

pub(crate) fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

/// An order of these products.
pub(crate) fn order_of(lines: &[(ProductId, i64)]) -> NewOrder {
    let line = |(product, quantity): &(ProductId, i64)| NewLine {
        product_id: Some(*product),
        title: None,
        unit_price: None,
        quantity: *quantity,
    };
    NewOrder {
        lines: lines.iter().map(line).collect(),
        expected_total: None,
        adjustments: Vec::new(),
        shipping_address: None,
        note: None,
        metadata: Default::default(),
        payment: None,
        language: None,
    }
}

pub(crate) fn custom(title: &str, price: Option<i64>, quantity: i64) -> NewLine {
    let unit_price = price.map(|minor| eur(minor).into());
    NewLine { product_id: None, title: Some(title.to_owned()), unit_price, quantity }
}

pub(crate) fn method(token: &str, capture: &str) -> PaymentMethod {
    let capture = serde_json::from_value(Value::String(capture.to_owned())).unwrap();
    PaymentMethod { method: token.to_owned(), capture }
}

/// The code and status of a refusal.
pub(crate) fn refused<R, X: endpoint::ApiError>(called: Result<R, CallError<X>>) -> (u16, String) {
    match called {
        Ok(_) => panic!("it was not refused"),
        Err(CallError::Refused(refused)) => (refused.row().status, refused.row().code.to_owned()),
        Err(CallError::Problem(problem)) => (problem.status, problem.code),
        Err(CallError::Broken(broken)) => panic!("{broken}"),
    }
}
