//! What is published is consumed.

use crate::{ConsumedNotes, TOPIC, connected, message, publish, within};
use bus::{Message, nats::NatsSettings};
use std::time::Duration;
use testkit::nats::Nats;
use tokio::time::sleep;

#[tokio::test(flavor = "multi_thread")]
async fn each_service_hears_what_is_sent_and_its_replicas_share_it() {
    let nats = Nats::start();
    let bus = connected(&NatsSettings::parse(&nats.url())).await;
    let other = connected(&NatsSettings::parse(&nats.url())).await;
    let (first, _first) = ConsumedNotes::listen(&bus, "products", true);
    let (second, _second) = ConsumedNotes::listen(&other, "products", true);
    let (mails, _mails) = ConsumedNotes::listen(&other, "notifications", true);
    for heard in [&first, &second, &mails] {
        heard.ready().await;
    }
    publish(&bus, 1..101).await;
    mails.hears(1..101).await;
    within(10, "share", || (1..101).all(|n| first.times(n) + second.times(n) == 1)).await;
    assert_eq!(mails.0.lock().unwrap().bodies[&7], "{\"n\":7}");
    assert_eq!(mails.positions(), (1..101).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_acknowledged_is_brought_again_but_not_for_ever() {
    let nats = Nats::start();
    let settings =
        NatsSettings { act_within: Duration::from_millis(400), ..NatsSettings::parse(&nats.url()) };
    let bus = connected(&settings).await;
    let (mute, _mute) = ConsumedNotes::listen(&bus, "mute", false);
    let (polite, _polite) = ConsumedNotes::listen(&bus, "polite", true);
    mute.ready().await;
    polite.ready().await;
    publish(&bus, 1..2).await;
    within(10, "fifth time", || mute.times(1) == 5).await;
    sleep(Duration::from_secs(1)).await;
    assert_eq!((mute.times(1), polite.times(1)), (5, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_event_sent_twice_is_one_message() {
    let nats = Nats::start();
    let bus = connected(&NatsSettings::parse(&nats.url())).await;
    let (heard, _kept) = ConsumedNotes::listen(&bus, "products", true);
    heard.ready().await;
    for _ in 0..3 {
        publish(&bus, 1..3).await;
    }
    publish(&bus, 3..4).await;
    heard.hears(1..4).await;
    assert_eq!((heard.times(1), heard.times(2)), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_too_long_travels_without_its_body() {
    let nats = Nats::with("max_payload: 64KB");
    let bus = connected(&NatsSettings::parse(&nats.url())).await;
    let (heard, _kept) = ConsumedNotes::listen(&bus, "products", true);
    heard.ready().await;
    bus.publish(Message { body: "x".repeat(64 * 1024 - 100).into(), ..message(1) }).await.unwrap();
    bus.publish(Message { body: "x".repeat(32 * 1024).into(), ..message(2) }).await.unwrap();
    heard.hears(1..3).await;
    let lengths: Vec<usize> = heard.0.lock().unwrap().bodies.values().map(String::len).collect();
    assert_eq!(lengths, [0, 32 * 1024]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_does_not_keep_up_has_no_more_than_a_thousand_messages() {
    let nats = Nats::start();
    let bus = connected(&NatsSettings::parse(&nats.url())).await;
    let (mute, kept) = ConsumedNotes::listen(&bus, "slow", false);
    mute.ready().await;
    publish(&bus, 1..1301).await;
    within(20, "thousand", || mute.positions().len() >= 1000).await;
    sleep(Duration::from_millis(500)).await;
    assert_eq!(mute.positions().len(), 1000);
    // given receipts, it goes on
    let receipts = std::mem::take(&mut mute.0.lock().unwrap().kept);
    receipts.into_iter().for_each(bus::AckHandle::acknowledge);
    mute.hears(1..1301).await;
    drop(kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_that_is_dropped_leaves_what_follows_to_the_next_one() {
    let nats = Nats::start();
    let bus = connected(&NatsSettings::parse(&nats.url())).await;
    let (first, kept) = ConsumedNotes::listen(&bus, "products", true);
    first.ready().await;
    publish(&bus, 1..3).await;
    first.hears(1..3).await;
    drop(kept);
    sleep(Duration::from_millis(300)).await;
    publish(&bus, 3..6).await;
    let (second, _kept) = ConsumedNotes::listen(&bus, "products", true);
    second.hears(3..6).await;
    assert_eq!((first.positions(), second.times(1)), (vec![1, 2], 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_and_consumers_are_brought_to_newer_settings() {
    let nats = Nats::start();
    let old = NatsSettings { max_bytes: 1024 * 1024, ..NatsSettings::parse(&nats.url()) };
    let bus = connected(&old).await;
    let (heard, kept) = ConsumedNotes::listen(&bus, "products", true);
    heard.ready().await;
    publish(&bus, 1..3).await;
    heard.hears(1..3).await;
    sleep(Duration::from_millis(300)).await; // until it is acknowledged
    drop((kept, bus));
    let act_within = Duration::from_millis(300);
    let new =
        NatsSettings { max_bytes: 2 * 1024 * 1024, max_age: Duration::from_secs(60), act_within, ..old };
    let bus = connected(&new).await;
    let (mute, _kept) = ConsumedNotes::listen(&bus, "products", false);
    mute.ready().await;
    publish(&bus, 3..4).await;
    // by the newer time-out, and what was acknowledged before stays so
    within(10, "third time", || mute.times(3) >= 3).await;
    assert_eq!(mute.positions(), [3]);
    let client = async_nats::connect(nats.url()).await.unwrap();
    let stream = async_nats::jetstream::new(client).get_stream(format!("ordo-{TOPIC}")).await.unwrap();
    let config = &stream.cached_info().config;
    assert_eq!((config.max_bytes, config.max_age), (2 * 1024 * 1024, Duration::from_secs(60)));
}
