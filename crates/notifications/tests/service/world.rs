//! A running service, the services around it, and the bus between them.

use crate::others::{FakeService, shell};
use bus::{Bus, InMemoryBus, Message};
use contracts::{
    events::Event,
    notifications::{EventFilter, EventPage, ListEvents, ListMails, Mail, MailFilter},
};
use db::{Db, Sql, params, postgres};
use endpoint::{
    Context, Json, PageParams, Query,
    client::{Client, Credential},
    http::HeaderValue,
    transport::Local,
};
use flow::{DueTimer, Service, Timer};
use kernel::{Env, secret::RootSecret};
use notifications::{NotificationsDependencies, NotificationsSettings};
use ordo_http::Cursors;
use std::{
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};
use testkit::real_env::env;
use tokio::time::{Instant, sleep};

/// The name by which `testkit::on_both` calls it.
pub(crate) use self::NotificationsTestBed as TestBed;

/// A credential that never changes.
struct NotificationsCredential(&'static str);
impl Credential for NotificationsCredential {
    fn authorization(&self, _: &Context) -> Option<HeaderValue> {
        HeaderValue::from_str(&format!("Bearer {}", self.0)).ok()
    }
}

pub(crate) struct NotificationsTestBed {
    pub(crate) env: Env,
    pub(crate) db: Db,
    pub(crate) auth: FakeService,
    pub(crate) products: FakeService,
    pub(crate) orders: FakeService,
    pub(crate) payments: FakeService,
    network: Local,
    bus: InMemoryBus,
    timers: Mutex<Vec<Timer>>,
    /// Emails to one address in an hour; no limit where a test does not set one.
    limit: Mutex<u32>,
}

const PRODUCERS: [&str; 4] = ["auth", "products", "orders", "payments"];

impl NotificationsTestBed {
    pub(crate) async fn on_sqlite(folder: &Path) -> NotificationsTestBed {
        let env = env();
        let db = testkit::one_file::service(folder, ::notifications::NAME, &env);
        NotificationsTestBed::new(env, db).await
    }

    pub(crate) async fn on_postgres() -> NotificationsTestBed {
        let (env, config) = (env(), postgres::Config::new(testkit::postgres::database().await));
        let db = postgres::open(config, env.clone()).await.unwrap();
        NotificationsTestBed::new(env, db).await
    }

    /// The service is not running yet.
    async fn new(env: Env, db: Db) -> NotificationsTestBed {
        db::migrate(&db, notifications::NAME, &notifications::migrations()).await.unwrap();
        let world = NotificationsTestBed {
            env,
            db,
            auth: FakeService::default(),
            products: FakeService::default(),
            orders: FakeService::default(),
            payments: FakeService::default(),
            network: Local::new(),
            bus: InMemoryBus::new(),
            timers: Mutex::default(),
            limit: Mutex::default(),
        };
        for name in PRODUCERS {
            world.network.bind(name, world.other(name).router(name));
        }
        world
    }

    pub(crate) fn other(&self, name: &str) -> &FakeService {
        match name {
            "auth" => &self.auth,
            "products" => &self.products,
            "orders" => &self.orders,
            _ => &self.payments,
        }
    }

    /// Replicas that are started from now on limit the emails to one address.
    pub(crate) fn limits_emails(&self, per_hour: u32) {
        *self.limit.lock().unwrap() = per_hour;
    }

    /// Starts a replica of the service, with the database and the bus that all replicas share.
    pub(crate) fn start(&self) {
        let service = self.service();
        let bus: Arc<dyn Bus> = Arc::new(self.bus.clone());
        self.network.bind(notifications::NAME, service.start(&bus));
    }

    /// A replica that does nothing by itself; its sweep can be called.
    pub(crate) fn service(&self) -> Service {
        let client = |name| self.client(name, "service");
        let service = notifications::service(NotificationsDependencies {
            env: self.env.clone(),
            db: self.db.clone(),
            shell: shell(notifications::NAME),
            cursors: Cursors::new(&RootSecret::new([7; 32])),
            // so that what is kept for events is told apart from what is kept for mails
            settings: NotificationsSettings {
                shop_name: "Teapots".into(),
                events_kept: Duration::from_secs(30 * 86_400),
                emails_per_address_per_hour: *self.limit.lock().unwrap(),
                ..NotificationsSettings::default()
            },
            auth: client("auth"),
            products: client("products"),
            orders: client("orders"),
            payments: client("payments"),
        });
        *self.timers.lock().unwrap() = service.timer_kinds.clone();
        service
    }

    pub(crate) fn client(&self, name: &str, credential: &'static str) -> Client {
        let client = Client::new(Arc::new(self.network.clone()), &[Local::address(name)], self.env.clone());
        client.with_credential(Arc::new(NotificationsCredential(credential)))
    }

    pub(crate) fn context(&self) -> Context {
        Context::background(&self.env, Duration::from_secs(10))
    }

    /// It happens, and the bus loses it. Its position in the producer's feed.
    pub(crate) fn happens_unheard(&self, event: Event) -> i64 {
        self.other(event.kind.row().producer).journal(event)
    }

    /// It happens, and the bus brings it.
    pub(crate) async fn happens(&self, event: Event) {
        let producer = event.kind.row().producer;
        let position = self.happens_unheard(event);
        self.bring(producer, position).await;
    }

    /// The bus brings an event, perhaps not for the first time.
    pub(crate) async fn bring(&self, producer: &'static str, position: i64) {
        let event = self.other(producer).event(position);
        let body = serde_json::to_string(&event).unwrap();
        let message = Message { topic: producer, position, id: event.id.to_string(), body: body.into() };
        self.bus.publish(message).await.unwrap();
    }

    /// All mails that a filter lets through, newest first.
    pub(crate) async fn mails(&self, filter: MailFilter) -> Vec<Mail> {
        let staff = self.client(notifications::NAME, "staff");
        let asked = ListMails { filter: Query(filter), slice: PageParams { limit: Some(200), cursor: None } };
        let Json(page) = staff.call(&self.context(), asked).await.unwrap();
        assert_eq!(page.next_cursor, None, "there are more mails than this test looks at");
        page.items
    }

    /// The templates of all mails, in the order of the alphabet.
    pub(crate) async fn templates(&self) -> Vec<String> {
        let mut names: Vec<_> =
            self.mails(MailFilter::default()).await.into_iter().map(|mail| mail.template).collect();
        names.sort();
        names
    }

    pub(crate) async fn events(&self, filter: EventFilter, slice: PageParams) -> EventPage {
        let staff = self.client(notifications::NAME, "staff");
        let asked = ListEvents { filter: Query(filter), slice };
        let Json(page) = staff.call(&self.context(), asked).await.unwrap();
        page
    }

    /// Waits until the log holds so many events.
    pub(crate) async fn logged(&self, count: i64) {
        const PLACED: Sql = Sql::both("select count(*) as n from public_event where position is not null");
        self.until(&format!("{count} events in the log"), async || {
            self.db.query_one(&PLACED, params![]).await.unwrap().get::<i64>("n").unwrap() == count
        })
        .await;
    }

    /// Waits until no mail is left to be made.
    pub(crate) async fn written(&self) {
        const LEFT: Sql = Sql::both("select count(*) as n from timer where kind like 'notifications.write%'");
        self.until("the last mail", async || self.number(&LEFT).await == 0).await;
    }

    /// Waits until so many mails wait for long, an hour or nearly: whoever makes them due before that is postponed
    /// again.
    pub(crate) async fn postponed(&self, count: i64) {
        const LATE: Sql = Sql::each(
            "select count(*) as n from timer where kind like 'notifications.write%'
             and due_at > (select max(time) from public_event) + 1800000000",
            "select count(*) as n from timer where kind like 'notifications.write%'
             and due_at > (select max(time) from public_event) + interval '30 minutes'",
        );
        self.until(&format!("{count} postponed mails"), async || self.number(&LATE).await == count).await;
    }

    /// The first row's only column, a number.
    pub(crate) async fn number(&self, sql: &Sql) -> i64 {
        self.db.query_one(sql, params![]).await.unwrap().get("n").unwrap()
    }

    /// Everything that has happened so far is so much older: the clock is the database's, which no test moves.
    pub(crate) async fn ages(&self, by: Duration) {
        const MAILS: Sql = Sql::each(
            "update mail set created_at = created_at - $1",
            "update mail set created_at = created_at - make_interval(secs => cast($1 as bigint) / 1000000)",
        );
        const EVENTS: Sql = Sql::each(
            "update public_event set time = time - $1",
            "update public_event set time = time - make_interval(secs => cast($1 as bigint) / 1000000)",
        );
        let micros = i64::try_from(by.as_micros()).unwrap();
        let mut tx = self.db.begin().await.unwrap();
        tx.run(&MAILS, params![micros]).await.unwrap();
        tx.run(&EVENTS, params![micros]).await.unwrap();
        tx.commit("test.age").await.unwrap();
        PRODUCERS.iter().for_each(|name| self.other(name).ages(by));
    }

    /// What waits for a later try is due now.
    pub(crate) async fn hurry(&self) {
        self.meddle("update timer set due_at = (select min(time) from public_event) where kind like 'notifications.write%'")
            .await;
    }

    /// Does the sweep's work once.
    pub(crate) async fn sweep_once(&self) {
        let sweep = self.timers.lock().unwrap().iter().find(|t| t.kind == "notifications.sweep").cloned();
        let leased_until = self.env.now();
        let due = DueTimer { key: "only".into(), payload: serde_json::Value::Null, tries: 0, leased_until };
        (sweep.unwrap().run)(due).await.unwrap();
    }

    /// Does it until nothing is left over.
    pub(crate) async fn sweep(&self) {
        for _ in 0..4 {
            self.sweep_once().await;
        }
    }

    /// Waits until everything of a producer up to `position` has been acted on, and that is remembered.
    pub(crate) async fn remembered(&self, producer: &str, position: i64) {
        const HEARD: Sql = Sql::both("select position from heard where producer = $1");
        self.until(&format!("{producer} heard up to {position}"), async || {
            let row = self.db.query_opt(&HEARD, params![producer]).await.unwrap();
            row.is_some_and(|row| row.get::<i64>("position").unwrap() >= position)
        })
        .await;
    }

    pub(crate) async fn until(&self, what: &str, holds: impl AsyncFn() -> bool) {
        let begun = Instant::now();
        while !holds().await {
            assert!(begun.elapsed() < Duration::from_secs(40), "waited in vain for {what}");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Runs a statement on the database, as an accident would.
    pub(crate) async fn meddle(&self, text: &'static str) {
        let mut tx = self.db.begin().await.unwrap();
        tx.run(&Sql::both(text), params![]).await.unwrap();
        tx.commit("test.meddle").await.unwrap();
    }
}
