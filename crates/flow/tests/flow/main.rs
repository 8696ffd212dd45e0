//! The event flow on both engines: nothing is lost, nothing has two effects.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, reason = "tests fail by panicking")]

macro_rules! on_both_engines {
    ($($name:ident),* $(,)?) => {
        mod sqlite { $(#[tokio::test(flavor = "multi_thread")] async fn $name() {
            let folder = testkit::temp_dir::TempDir::new();
            let db = db::sqlite::open(folder.path().join("flow.db"), testkit::real_env::env(), Default::default()).unwrap();
            super::$name(crate::migrated(db).await).await;
        })* }
        mod postgres { $(#[tokio::test(flavor = "multi_thread")] async fn $name() {
            let url = testkit::postgres::database().await;
            let config = db::postgres::Config::new(url);
            let db = db::postgres::open(config, testkit::real_env::env()).await.unwrap();
            super::$name(crate::migrated(db).await).await;
        })* }
    };
}

mod acknowledging;
mod ahead;
mod consuming;
mod idling;
mod keys;
mod lost_commits;
mod newer;
mod publishing;
mod service_status;
mod timing;

use contracts::{
    auth::Role,
    events::{Event, EventType, UserEvent},
    feed::FeedParams,
};
use db::Db;
use endpoint::{
    Json,
    client::Client,
    transport::{SendFuture, Transport, TransportError},
};
use flow::{Cause, Consumer, Handler, Journal, Service, Timer, Timers, handler::handler};
use kernel::{Env, id::UserId};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::time::sleep;

async fn migrated(db: Db) -> Db {
    db::migrate(&db, "flow", &flow::MIGRATIONS).await.unwrap();
    db
}

fn event() -> UserEvent {
    let env = testkit::real_env::env();
    UserEvent { user_id: env.id(), role: Role::Customer, permissions: Vec::new(), active: true }
}

/// Writes an event about each of these versions, each in a separate transaction.
async fn publish(journal: &Journal, db: &Db, subject: UserId, versions: std::ops::Range<i64>) {
    for version in versions {
        let mut tx = db.begin().await.unwrap();
        let cause = Cause::system();
        journal.record(&mut tx, EventType::UserUpdated, subject, version, &cause, &event()).await.unwrap();
        tx.commit("test.publish").await.unwrap();
        journal.wake();
    }
}

/// The producer's feed, in process.
struct FeedOnly(Journal);
impl Transport for FeedOnly {
    fn send<'a>(&'a self, _: &'a str, request: http::Request<bytes::Bytes>) -> SendFuture<'a> {
        Box::pin(async move {
            let query = request.uri().query().unwrap_or_default().to_owned();
            let number = |name: &str| {
                let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
                value.and_then(|v| v.parse().ok())
            };
            let after = FeedParams {
                after: number("after").unwrap_or(0),
                limit: number("limit").unwrap_or(7) as u16,
            };
            let feed = flow::feed::read(&self.0, &after).await;
            let feed = feed.map_err(|e| TransportError { arrived: true, why: e.to_string() })?;
            let answer = endpoint::Reply::write(Json(feed)).whole().unwrap();
            let mut response = http::Response::new(answer.body);
            *response.headers_mut() = answer.headers;
            Ok(response)
        })
    }
}
fn feed_of(journal: &Journal, env: &Env) -> Client {
    Client::new(Arc::new(FeedOnly(journal.clone())), &["local:flow"], env.clone())
}

fn consumer(journal: &Journal, env: &Env, handler: Handler<Event>) -> Consumer {
    let (feed, handles) = (feed_of(journal, env), &[EventType::UserUpdated][..]);
    Consumer { producer: "flow", feed, handles, handler, on_unknown_event: None, lane: None }
}

fn service(journal: Journal, consumers: Vec<Consumer>, timers: Timers, timer_kinds: Vec<Timer>) -> Service {
    Service {
        name: "flow",
        router: axum::Router::new(),
        routes: Vec::new(),
        journal,
        consumers,
        timers,
        timer_kinds,
        tasks: Vec::new(),
    }
}

async fn until(what: &str, mut done: impl FnMut() -> bool) {
    for _ in 0..4500 {
        if done() {
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
    panic!("waited in vain: {what}");
}

/// Notes the versions that it consumes of.
fn noting() -> (Arc<Mutex<Vec<i64>>>, Handler<Event>) {
    let heard: Arc<Mutex<Vec<i64>>> = Arc::default();
    let notes = heard.clone();
    let hear = handler(move |event: Event| {
        notes.lock().unwrap().push(event.version());
        std::future::ready(Ok(()))
    });
    (heard, hear)
}
