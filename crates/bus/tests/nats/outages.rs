//! Servers that end, forget, or stand still.

use crate::{ConsumedNotes, connect, connected, message, publish, within};
use bus::nats::NatsSettings;
use std::time::Duration;
use testkit::nats::Nats;
use tokio::time::{Instant, sleep, timeout};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_waits_for_a_server_that_is_away_and_all_goes_on_when_it_comes() {
    let mut nats = Nats::start();
    nats.kill(0);
    let began = Instant::now();
    let bus = connect(&NatsSettings::parse(&nats.url().replace("nats://", "nats://ordo:s3cr3t@")));
    let (heard, _kept) = ConsumedNotes::listen(&bus, "products", true);
    let refused = bus.publish(message(1)).await.unwrap_err().to_string();
    assert!(refused.ends_with(&format!(": {} is not connected", nats.url())), "{refused}");
    assert!(!bus.is_connected());
    assert!(began.elapsed() < Duration::from_secs(1), "it was waited for");
    sleep(Duration::from_secs(1)).await;
    nats.restart(0);
    let took = within(5, "connection", || bus.is_connected()).await;
    println!("connected {took:?} after the start of the server");
    heard.ready().await;
    publish(&bus, 1..11).await;
    heard.hears(1..11).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_and_started_again_brings_what_it_had_taken() {
    let mut nats = Nats::start();
    let bus = connected(&NatsSettings::parse(&nats.url())).await;
    let (heard, kept) = ConsumedNotes::listen(&bus, "products", true);
    heard.ready().await;
    publish(&bus, 1..4).await;
    heard.hears(1..4).await;
    drop(kept);
    sleep(Duration::from_millis(300)).await;
    publish(&bus, 4..9).await;
    nats.kill(0);
    let (heard, _kept) = ConsumedNotes::listen(&bus, "products", true);
    within(5, "notice of the loss", || !bus.is_connected()).await;
    assert!(bus.publish(message(9)).await.is_err());
    nats.restart(0);
    publish(&bus, 9..12).await;
    heard.hears(4..12).await;
    assert!(heard.doubts() > 0 && heard.times(1) == 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_has_forgotten_everything_is_given_its_streams_again() {
    let mut nats = Nats::start();
    let bus = connected(&NatsSettings::parse(&nats.url())).await;
    let (heard, _kept) = ConsumedNotes::listen(&bus, "products", true);
    heard.ready().await;
    publish(&bus, 1..4).await;
    heard.hears(1..4).await;
    let before = heard.doubts();
    nats.wipe(0);
    nats.restart(0);
    // consumers learn that messages may be missing, and publishing resumes automatically
    publish(&bus, 4..7).await;
    within(10, "doubt", || heard.doubts() > before).await;
    // what was sent before the consumer was there again is in the feed only
    let stands = within(10, "subscription", || heard.doubts() > before + 1).await;
    println!("the subscription stands again {stands:?} after the doubt");
    publish(&bus, 7..10).await;
    heard.hears(7..10).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stands_still_is_noticed_and_waited_for() {
    let nats = Nats::start();
    // what the server brings to the connection that was abandoned is brought again soon
    let act_within = Duration::from_secs(1);
    let bus = connected(&NatsSettings { act_within, ..NatsSettings::parse(&nats.url()) }).await;
    let (heard, _kept) = ConsumedNotes::listen(&bus, "products", true);
    heard.ready().await;
    publish(&bus, 1..3).await;
    heard.hears(1..3).await;
    nats.freeze(0);
    let asked = timeout(Duration::from_secs(6), bus.publish(message(3)));
    assert!(asked.await.expect("an answer within the time-out").is_err());
    let noticed = within(10, "notice", || !bus.is_connected()).await;
    assert!(bus.publish(message(3)).await.is_err());
    nats.thaw(0);
    let back = within(10, "connection", || bus.is_connected()).await;
    println!("noticed after {noticed:?}, back after {back:?}");
    publish(&bus, 3..6).await;
    heard.hears(3..6).await;
}
