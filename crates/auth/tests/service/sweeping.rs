//! What is over is deleted, and nothing else; the timers run by themselves.

use crate::world::{AuthTestBed, code, new_account};
use bus::{Bus, InMemoryBus};
use contracts::auth::{Logout, Register};
use db::{Sql, params};
use endpoint::Body;
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, sleep};

on_both!(
    what_is_over_is_deleted_and_nothing_else,
    much_is_deleted_in_pieces,
    a_started_service_makes_its_key_and_publishes
);

async fn what_is_over_is_deleted_and_nothing_else(world: AuthTestBed) {
    let auth = world.replica().await;
    let count = async |table: &str| match table {
        "session" => world.number("select count(*) as n from session").await,
        "refresh_token" => world.number("select count(*) as n from refresh_token").await,
        "revocation" => world.number("select count(*) as n from revocation").await,
        _ => world.number("select count(*) as n from login_failure").await,
    };
    let old = auth.register("ada@example.com").await;
    auth.call(Some(&old.access_token), Logout {}).await.unwrap();
    assert_eq!(code(auth.login("eve@example.com", "not this one").await), "invalid_credentials");
    world.clock.advance(Duration::from_secs(20 * 86_400));
    let young = auth.register("grace@example.com").await;
    auth.run_timer("auth.sweep").await;
    assert_eq!((count("session").await, count("refresh_token").await), (2, 2));
    assert_eq!((count("revocation").await, count("login_failure").await), (0, 0));
    world.clock.advance(Duration::from_secs(12 * 86_400));
    auth.run_timer("auth.sweep").await;
    assert_eq!((count("session").await, count("refresh_token").await), (1, 1));
    assert!(auth.refresh(&young.refresh_token).await.is_ok());
}

async fn much_is_deleted_in_pieces(world: AuthTestBed) {
    const TOKEN: Sql = Sql::both(
        "insert into refresh_token (hash, session, expires_at) select $1, id, expires_at from session",
    );
    const TOKENS: u64 = 1200;
    let auth = world.replica().await;
    auth.register("ada@example.com").await;
    let mut tx = world.db.begin().await.unwrap();
    for n in 1..TOKENS {
        tx.run(&TOKEN, params![n.to_be_bytes().to_vec()]).await.unwrap();
    }
    tx.commit("test.tokens").await.unwrap();
    world.clock.advance(Duration::from_secs(32 * 86_400));
    let mut left = Vec::new();
    for _ in 0..3 {
        auth.run_timer("auth.sweep").await;
        let tokens = world.number("select count(*) as n from refresh_token").await;
        left.push((tokens, world.number("select count(*) as n from session").await));
    }
    // the session goes with its last token
    assert_eq!(left, [(700, 1), (200, 1), (0, 0)]);
}

async fn a_started_service_makes_its_key_and_publishes(world: AuthTestBed) {
    let needs = world.needs(world.verifier(auth::NAME).await, Vec::new());
    let bus: Arc<dyn Bus> = Arc::new(InMemoryBus::new());
    let _router = auth::service(needs).start(&bus);
    let auth = world.replica().await;
    let ada = Register { account: Body(new_account(Some("ada"), None)) };
    auth.call(None, ada).await.unwrap();
    let until = Instant::now() + Duration::from_secs(20);
    while auth.feed().await.events.is_empty()
        || world.number("select count(*) as n from signing_key").await == 0
    {
        assert!(Instant::now() < until, "nothing was published, or no key was made");
        sleep(Duration::from_millis(20)).await;
    }
    // both timers have done their work, and wait for the next time
    while world.number("select count(*) as n from timer where tries = 0 and kind like 'auth.%'").await < 2 {
        assert!(Instant::now() < until, "a timer did not do its work");
        sleep(Duration::from_millis(20)).await;
    }
    let names: Vec<_> = auth.feed().await.events.into_iter().map(|p| p.event.kind).collect();
    assert_eq!(names, ["user.registered"]);
}
