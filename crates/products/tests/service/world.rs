//! A running service, orders beside it, and the bus between them.

use crate::orders::{FakeOrder, FakeOrders, shell};
use bus::{Bus, InMemoryBus, Message};
use contracts::{
    audit::Finding,
    events::{Event, EventType},
    feed::{FeedParams, ReadFeed},
    products::{CreateProduct, GetProduct, Product, UpdateProduct},
    reservations::{
        Release, ReleaseRequest, Reserve, ReserveLine, ReserveOutcome, ReserveRequest, UnpaidHolder,
    },
    stock::{AdjustStock, AdjustStockError, Adjustment, ListMovements, Movement, Reason},
};
use db::{Db, Engine, Sql, params, postgres};
use endpoint::{
    ApiError, Body, Conditional, Context, CreatedWithoutEtag, IfMatch, IfNoneMatch, Json,
    OptionalIdempotencyKey, PageParams, Path as InPath, Query, WithEtag,
    client::{CallError, Client, Credential, Policy},
    http::HeaderValue,
    transport::Local,
};
use flow::{Consumer, Service};
use kernel::{
    Env, Timestamp,
    id::{PlacementId, ProductId},
    secret::RootSecret,
};
use ordo_http::Cursors;
use products::{ProductsDependencies, ProductsSettings};
use serde_json::Value;
use std::{path::Path, sync::Arc, time::Duration};
use tokio::time::{Instant, sleep};

/// The name by which `testkit::on_both` calls it.
pub(crate) use self::ProductsTestBed as TestBed;

/// A credential that never changes.
struct ProductsCredential(&'static str);
impl Credential for ProductsCredential {
    fn authorization(&self, _: &Context) -> Option<HeaderValue> {
        HeaderValue::from_str(&format!("Bearer {}", self.0)).ok()
    }
}

pub(crate) struct ProductsTestBed {
    pub(crate) env: Env,
    pub(crate) db: Db,
    pub(crate) orders: FakeOrders,
    pub(crate) settings: ProductsSettings,
    network: Local,
    bus: InMemoryBus,
    consumer: Option<Consumer>,
}

impl ProductsTestBed {
    pub(crate) async fn on_sqlite(folder: &Path) -> ProductsTestBed {
        ProductsTestBed::new(testkit::one_file::service(folder, ::products::NAME, &testkit::real_env::env()))
            .await
    }

    pub(crate) async fn on_postgres() -> ProductsTestBed {
        let config = postgres::Config::new(testkit::postgres::database().await);
        ProductsTestBed::new(postgres::open(config, testkit::real_env::env()).await.unwrap()).await
    }

    /// The service answers; what it does by itself is not running yet.
    async fn new(db: Db) -> ProductsTestBed {
        db::migrate(&db, products::NAME, &products::migrations()).await.unwrap();
        let mut world = ProductsTestBed {
            env: testkit::real_env::env(),
            db,
            orders: FakeOrders::default(),
            settings: ProductsSettings::default(),
            network: Local::new(),
            bus: InMemoryBus::new(),
            consumer: None,
        };
        world.network.bind("orders", world.orders.router());
        let service = world.service();
        world.consumer = service.consumers.first().cloned();
        world.network.bind(products::NAME, service.router);
        world
    }

    pub(crate) fn service(&self) -> Service {
        products::service(ProductsDependencies {
            env: self.env.clone(),
            db: self.db.clone(),
            shell: shell(products::NAME),
            cursors: Cursors::new(&RootSecret::new([7; 32])),
            settings: self.settings.clone(),
            orders: self.client("orders", "service"),
        })
    }

    /// Starts a replica with these settings: publisher, consumer and questions.
    pub(crate) fn start(&self) {
        let bus: Arc<dyn Bus> = Arc::new(self.bus.clone());
        self.network.bind(products::NAME, self.service().start(&bus));
    }

    pub(crate) fn client(&self, name: &str, credential: &'static str) -> Client {
        let client = Client::new(Arc::new(self.network.clone()), &[Local::address(name)], self.env.clone());
        // one try, so that a test sees what one call does
        let per_try = Duration::from_secs(30);
        let policy = Policy { tries_max: 1, per_try, open_after: u32::MAX, ..Policy::default() };
        client.with_policy(policy).with_credential(Arc::new(ProductsCredential(credential)))
    }
    pub(crate) fn staff(&self) -> Client {
        self.client(products::NAME, "staff")
    }
    pub(crate) fn context(&self) -> Context {
        Context::background(&self.env, Duration::from_secs(30))
    }

    /// Adds a product. Whatever gets its id later sorts after it: answers are in the order of ids, which one millisecond may
    /// give in any.
    pub(crate) async fn create(&self, json: Value) -> Product {
        let product = Body(serde_json::from_value(json).unwrap());
        let create = CreateProduct { key: OptionalIdempotencyKey(None), product };
        let created = self.staff().call(&self.context(), create).await.unwrap().body;
        let millis = |at: Timestamp| at.as_micros() / 1000;
        let now = millis(self.env.now());
        while millis(self.env.now()) == now {
            sleep(Duration::from_micros(200)).await;
        }
        created
    }
    /// Adds a product with so many units on hand.
    pub(crate) async fn stocked(&self, stock: i64) -> ProductId {
        self.create(serde_json::json!({"name": "Teapot", "price": "24.50", "stock": stock})).await.id
    }
    /// Reads a product, as staff.
    pub(crate) async fn product(&self, id: ProductId) -> Product {
        let read = GetProduct { id: InPath(id), known: IfNoneMatch(None) };
        match self.staff().call(&self.context(), read).await.unwrap() {
            Conditional::New { body, .. } => body,
            Conditional::NotModified { .. } => panic!("nothing was known"),
        }
    }
    /// Changes a product, as staff; a refusal as status and code.
    pub(crate) async fn change(
        &self,
        id: ProductId,
        if_match: Option<&str>,
        json: Value,
    ) -> Result<WithEtag<Product>, (u16, String)> {
        let change = Body(serde_json::from_value(json).unwrap());
        let based_on = IfMatch(if_match.map(Into::into));
        let change = UpdateProduct { id: InPath(id), key: OptionalIdempotencyKey(None), based_on, change };
        self.staff().call(&self.context(), change).await.map_err(status_and_code)
    }
    pub(crate) async fn adjust(
        &self,
        id: ProductId,
        delta: i64,
        accept_shortfall: bool,
    ) -> Result<Movement, CallError<AdjustStockError>> {
        let adjustment = Adjustment {
            delta,
            reason: Reason::Adjustment,
            note: None,
            reference: None,
            on_hand: None,
            accept_shortfall,
        };
        let adjust =
            AdjustStock { id: InPath(id), key: OptionalIdempotencyKey(None), adjustment: Body(adjustment) };
        let CreatedWithoutEtag { body, .. } = self.staff().call(&self.context(), adjust).await?;
        Ok(body)
    }
    /// The ledger, newest first: reason, difference, on hand.
    pub(crate) async fn ledger(&self, id: ProductId) -> Vec<(Reason, i64, i64)> {
        let list = ListMovements { id: InPath(id), slice: PageParams { limit: Some(200), cursor: None } };
        let Json(page) = self.staff().call(&self.context(), list).await.unwrap();
        assert_eq!(page.next_cursor, None, "there are more movements than this test looks at");
        page.items.into_iter().map(|m| (m.reason, m.delta, m.on_hand)).collect()
    }

    pub(crate) async fn reserve(&self, id: PlacementId, lines: &[(ProductId, i64)]) -> ReserveOutcome {
        self.reserve_after(id, &[], lines).await
    }
    /// Reserves, after the dead; repeated, as orders would, when it is not known whether it arrived.
    pub(crate) async fn reserve_after(
        &self,
        id: PlacementId,
        tombstoned: &[PlacementId],
        lines: &[(ProductId, i64)],
    ) -> ReserveOutcome {
        self.reserve_for(None, id, tombstoned, lines).await
    }
    /// The same for an unpaid order of a guest or an account.
    pub(crate) async fn reserve_for(
        &self,
        unpaid: Option<UnpaidHolder>,
        id: PlacementId,
        tombstoned: &[PlacementId],
        lines: &[(ProductId, i64)],
    ) -> ReserveOutcome {
        let line = |&(product_id, quantity): &(ProductId, i64)| ReserveLine { product_id, quantity };
        let lines = lines.iter().map(line).collect();
        let request = ReserveRequest { placement_id: id, tombstoned: tombstoned.to_vec(), lines, unpaid };
        for _ in 0..20 {
            let reserve = Reserve { reserve: Body(request.clone()) };
            match self.client(products::NAME, "service").call(&self.context(), reserve).await {
                Ok(Json(answer)) => return answer,
                Err(CallError::Problem(p)) if p.code == "internal" => panic!("it broke: {p:?}"),
                Err(error) => eprintln!("reserving is repeated: {error}"),
            }
        }
        panic!("reserving does not work")
    }
    /// Reserves, and places the order; under another id, where the question was faster than the placement.
    pub(crate) async fn ordered(&self, lines: &[(ProductId, i64)]) -> FakeOrder {
        let mut tombstoned = Vec::new();
        for _ in 0..20 {
            let id = self.env.id();
            let answer = self.reserve_after(id, &tombstoned, lines).await;
            assert!(matches!(answer, ReserveOutcome::Reserved { .. }), "{answer:?}");
            let order = FakeOrder::new(&self.env, id, lines);
            if self.orders.place(&order) {
                return order;
            }
            tombstoned.push(id);
        }
        panic!("no order can be placed")
    }
    pub(crate) async fn release(&self, placement_id: PlacementId) {
        let release = Release { release: Body(ReleaseRequest { placement_id }) };
        self.client(products::NAME, "service").call(&self.context(), release).await.unwrap();
    }

    /// Acts on an event at once, as the consumer does with what the bus brings.
    pub(crate) async fn hear(&self, event: Event) {
        self.consumer.as_ref().unwrap().handle(event.into()).await.unwrap();
    }
    /// It happens, and the bus brings it.
    pub(crate) async fn happens(&self, event: Event) {
        let position = self.orders.journal(event.clone());
        let body = serde_json::to_string(&event).unwrap();
        let message = Message { topic: "orders", position, id: event.id.to_string(), body: body.into() };
        self.bus.publish(message).await.unwrap();
    }

    /// On hand, reserved and what is missing for it.
    pub(crate) async fn figures(&self, id: ProductId) -> (i64, i64, i64) {
        const FIGURES: Sql = Sql::both("select on_hand, reserved, short from product where id = $1");
        let row = self.db.query_one(&FIGURES, params![id]).await.unwrap();
        (row.get("on_hand").unwrap(), row.get("reserved").unwrap(), row.get("short").unwrap())
    }
    /// Open, consumed and released units.
    pub(crate) async fn held(&self, placement: PlacementId, product: ProductId) -> (i64, i64, i64) {
        const HELD: Sql = Sql::both(
            "select open, consumed, released from reservation where placement_id = $1 and product_id = $2",
        );
        let row = self.db.query_one(&HELD, params![placement, product]).await.unwrap();
        (row.get("open").unwrap(), row.get("consumed").unwrap(), row.get("released").unwrap())
    }
    /// The events of a product, oldest first.
    pub(crate) async fn told(&self, id: ProductId) -> Vec<Event> {
        const OF_SUBJECT: Sql = Sql::both("select count(*) as n from event where subject = $1");
        let journal = self.service().journal;
        let events = journal.history(id, 0, 1000).await.unwrap();
        let row = self.db.query_one(&OF_SUBJECT, params![id.to_string()]).await.unwrap();
        assert_eq!(row.get::<i64>("n").unwrap(), events.len() as i64);
        let sequences: Vec<i64> = events.iter().map(Event::version).collect();
        assert_eq!(sequences, (1..=events.len() as i64).collect::<Vec<_>>(), "its events have no gap");
        events
    }
    pub(crate) async fn kinds_told(&self, id: ProductId) -> Vec<EventType> {
        self.told(id).await.into_iter().map(|event| event.kind).collect()
    }
    pub(crate) async fn feed(&self) -> Vec<Event> {
        let read = ReadFeed { query: Query(FeedParams { after: 0, limit: 500 }) };
        let Json(feed) = self.client(products::NAME, "service").call(&self.context(), read).await.unwrap();
        feed.events.into_iter().map(|positioned| positioned.event.known().unwrap()).collect()
    }

    pub(crate) async fn findings(&self) -> Vec<Finding> {
        products::audit(&self.db, self.env.now()).await.unwrap().findings
    }
    /// Nothing is broken within the service.
    pub(crate) async fn is_sound(&self) {
        assert_eq!(self.findings().await, []);
    }

    pub(crate) async fn until(&self, what: &str, holds: impl AsyncFn() -> bool) {
        let begun = Instant::now();
        while !holds().await {
            assert!(begun.elapsed() < Duration::from_secs(40), "waited in vain for {what}");
            sleep(Duration::from_millis(10)).await;
        }
    }
    /// Runs one of two statements, by the engine: on SQLite, on PostgreSQL.
    pub(crate) async fn meddle_each(&self, sqlite: &str, postgres: &str) {
        let text = if self.db.engine() == Engine::Sqlite { sqlite } else { postgres };
        self.meddle(Box::leak(text.to_owned().into_boxed_str())).await;
    }
    /// Runs a statement on the database, as an accident would.
    pub(crate) async fn meddle(&self, text: &'static str) {
        let mut tx = self.db.begin().await.unwrap();
        tx.run(&Sql::both(text), params![]).await.unwrap();
        tx.commit("test.meddle").await.unwrap();
    }
}

/// A refusal in a word.
pub(crate) fn status_and_code<X: ApiError>(error: CallError<X>) -> (u16, String) {
    match error {
        CallError::Refused(refusal) => (refusal.row().status, refusal.row().code.to_owned()),
        CallError::Problem(problem) => (problem.status, problem.code),
        // a client takes it for its own credential, which the other side does not know
        CallError::Broken(broken) if broken.why.contains("credential") => (401, "unauthenticated".to_owned()),
        CallError::Broken(broken) => panic!("{broken}"),
    }
}
