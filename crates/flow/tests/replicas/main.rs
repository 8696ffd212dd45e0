//! Two replicas of a service, on one PostgreSQL and with NATS between them: each event has its effect once, whatever
//! becomes of a replica, of NATS, or of the wires.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, reason = "tests fail by panicking")]

mod losing_nats;
mod taking_over;
mod timing;

use bus::{
    Bus,
    nats::{Nats as NatsBus, NatsSettings},
};
use contracts::{
    auth::Role,
    events::{Event, EventType, UserEvent},
    feed::FeedParams,
};
use db::{Db, Sql, params};
use endpoint::{
    Json,
    client::Client,
    transport::{SendFuture, Transport, TransportError},
};
use flow::{Cause, Consumer, ConsumerLeases, Journal, Service, Timers, handler::handler};
use kernel::id::UserId;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use testkit::nats::Nats;
use tokio::{
    runtime::Runtime,
    time::{Instant, sleep},
};

/// A database of a service, NATS, and what its replicas have done.
struct ReplicaTestBed {
    database: String,
    db: Db,
    nats: Nats,
    acts: HandledVersions,
    stalls: PlannedStall,
    subject: UserId,
}

/// The version at which its handler stalls, and for how long; the first replica that handles it takes it.
type PlannedStall = Arc<Mutex<Option<(i64, Duration)>>>;

/// Which replica acted on each version, and when.
type HandledVersions = Arc<Mutex<BTreeMap<i64, Vec<(&'static str, Instant)>>>>;

/// A replica: tasks on a separate thread, which can end or stall.
struct Replica {
    runtime: Option<Runtime>,
    journal: Journal,
    bus: Arc<dyn Bus>,
    turns: ConsumerLeases,
}

impl ReplicaTestBed {
    async fn new() -> ReplicaTestBed {
        let database = testkit::postgres::database().await;
        let db = open(&database).await;
        db::migrate(&db, "flow", &flow::MIGRATIONS).await.unwrap();
        let subject = testkit::real_env::env().id();
        let (acts, stalls) = (HandledVersions::default(), PlannedStall::default());
        ReplicaTestBed { database, db, nats: Nats::start(), acts, stalls, subject }
    }

    async fn replica(&self, name: &'static str) -> Replica {
        self.replica_at(name, &self.database).await
    }

    /// A replica that finds the database there.
    async fn replica_at(&self, name: &'static str, database: &str) -> Replica {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (acts, stalls) = (self.acts.clone(), self.stalls.clone());
        let (database, nats) = (database.to_owned(), self.nats.url());
        let begun = runtime.spawn(async move {
            let (env, db) = (testkit::real_env::env(), open(&database).await);
            let journal = Journal::new("flow", env.clone(), db.clone());
            let act = handler(move |event: Event| {
                acts.lock().unwrap().entry(event.version()).or_default().push((name, Instant::now()));
                let here = stalls.lock().unwrap().take_if(|(version, _)| *version == event.version());
                if let Some((_, so_long)) = here {
                    std::thread::sleep(so_long);
                }
                std::future::ready(Ok(()))
            });
            let feed = Client::new(Arc::new(FeedOnly(journal.clone())), &["local:flow"], env.clone());
            let handles = &[EventType::UserUpdated][..];
            let consumer = Consumer {
                producer: "flow",
                feed,
                handles,
                handler: act,
                on_unknown_event: None,
                lane: None,
            };
            let bus = NatsBus::connect(&NatsSettings::parse(&nats), &env).unwrap();
            let turns = ConsumerLeases::default();
            drop(service(journal.clone(), vec![consumer]).start_in_turn(&bus, &turns));
            (journal, bus, turns)
        });
        let (journal, bus, turns) = begun.await.unwrap();
        Replica { runtime: Some(runtime), journal, bus, turns }
    }

    /// Writes an event about each of these versions, as a request to that replica does.
    async fn write(&self, replica: &Replica, versions: std::ops::Range<i64>) {
        self.write_into(&replica.journal, versions).await;
    }

    async fn write_into(&self, journal: &Journal, versions: std::ops::Range<i64>) {
        let env = testkit::real_env::env();
        for version in versions {
            let mut tx = self.db.begin().await.unwrap();
            let event =
                UserEvent { user_id: env.id(), role: Role::Customer, permissions: Vec::new(), active: true };
            let (kind, cause) = (EventType::UserUpdated, Cause::system());
            journal.record(&mut tx, kind, self.subject, version, &cause, &event).await.unwrap();
            tx.commit("test.write").await.unwrap();
            journal.wake();
        }
    }

    /// Waits until each of these has been acted on; how long it took.
    async fn acted_on(&self, within: Duration, versions: std::ops::Range<i64>) -> Duration {
        let began = Instant::now();
        while !versions.clone().all(|version| self.acts.lock().unwrap().contains_key(&version)) {
            assert!(began.elapsed() < within, "in {within:?} not all of {versions:?} were acted on");
            sleep(Duration::from_millis(10)).await;
        }
        began.elapsed()
    }

    /// Who acted on it, in that order.
    fn who(&self, version: i64) -> Vec<&'static str> {
        let acts = self.acts.lock().unwrap();
        acts.get(&version).into_iter().flatten().map(|(name, _)| *name).collect()
    }

    /// How far has been consumed, and in the how many-th turn.
    async fn heard(&self) -> (i64, i64) {
        const HEARD: Sql = Sql::both("select position, turn from heard");
        let row = self.db.query_opt(&HEARD, params![]).await.unwrap();
        row.map_or((0, 0), |row| (row.get("position").unwrap(), row.get("turn").unwrap()))
    }

    /// Whether it is some replica's turn.
    async fn is_held(&self) -> bool {
        const HELD: Sql = Sql::both("select position from heard where holder is not null");
        self.db.query_opt(&HELD, params![]).await.unwrap().is_some()
    }

    /// Waits until one of the replicas consumes, and both could.
    async fn ready(&self, replicas: &[&Replica]) {
        self.within(20, "turn", async || self.heard().await.1 > 0).await;
        self.within(10, "connection", async || replicas.iter().all(|replica| replica.bus.is_connected()))
            .await;
    }

    async fn within(&self, seconds: u64, what: &str, done: impl AsyncFn() -> bool) -> Duration {
        within(seconds, what, done).await
    }
}

async fn within(seconds: u64, what: &str, done: impl AsyncFn() -> bool) -> Duration {
    let began = Instant::now();
    while !done().await {
        assert!(began.elapsed() < Duration::from_secs(seconds), "in {seconds} s there was no {what}");
        sleep(Duration::from_millis(20)).await;
    }
    began.elapsed()
}

impl Replica {
    /// SIGKILL: nothing of it does anything any more.
    fn kill(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
    /// SIGTERM: it gives its turn back, and ends.
    async fn leave(&mut self) {
        let turns = self.turns.clone();
        self.runtime.as_ref().unwrap().spawn(async move { turns.release().await }).await.unwrap();
        self.kill();
    }
    /// SIGSTOP, and SIGCONT after so long.
    fn stand_still(&self, so_long: Duration) {
        self.runtime.as_ref().unwrap().spawn(async move { std::thread::sleep(so_long) });
    }
}
impl Drop for Replica {
    fn drop(&mut self) {
        self.kill();
    }
}

async fn open(database: &str) -> Db {
    db::postgres::open(db::postgres::Config::new(database.to_owned()), testkit::real_env::env())
        .await
        .unwrap()
}

fn service(journal: Journal, consumers: Vec<Consumer>) -> Service {
    Service {
        name: "flow",
        router: axum::Router::new(),
        routes: Vec::new(),
        journal,
        consumers,
        timers: Timers::default(),
        timer_kinds: Vec::new(),
        tasks: Vec::new(),
    }
}

/// The producer's feed, in process.
struct FeedOnly(Journal);
impl Transport for FeedOnly {
    fn send<'a>(&'a self, _: &'a str, request: http::Request<bytes::Bytes>) -> SendFuture<'a> {
        Box::pin(async move {
            let query = request.uri().query().unwrap_or_default();
            let after = query.split('&').find_map(|pair| pair.strip_prefix("after=")?.parse().ok());
            let asked = FeedParams { after: after.unwrap_or(0), ..FeedParams::default() };
            let feed = flow::feed::read(&self.0, &asked).await;
            let feed = feed.map_err(|e| TransportError { arrived: true, why: e.to_string() })?;
            let answer = endpoint::Reply::write(Json(feed)).whole().unwrap();
            let mut response = http::Response::new(answer.body);
            *response.headers_mut() = answer.headers;
            Ok(response)
        })
    }
}
