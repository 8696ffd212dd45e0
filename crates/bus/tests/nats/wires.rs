//! A bad wire between a service and a server that is well.

use crate::{ConsumedNotes, connected, message, publish, within};
use bus::nats::NatsSettings;
use std::time::Duration;
use testkit::{
    nats::Nats,
    proxy::{Cut, LinkBehaviour, Proxy},
};
use tokio::time::{Instant, sleep};

async fn behind_a_proxy(nats: &Nats) -> (Proxy, NatsSettings) {
    let proxy = Proxy::start(nats.address(0)).await;
    let settings = NatsSettings::parse(&format!("nats://{}", proxy.address()));
    (proxy, settings)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_cut_is_made_again() {
    let nats = Nats::start();
    let (proxy, settings) = behind_a_proxy(&nats).await;
    let bus = connected(&settings).await;
    let (heard, _kept) = ConsumedNotes::listen(&bus, "products", true);
    heard.ready().await;
    for (n, how) in [Cut::Reset, Cut::End, Cut::Reset].into_iter().enumerate() {
        let first = 1 + 10 * n as i64;
        publish(&bus, first..first + 5).await;
        let (before, connections) = (heard.doubts(), proxy.connected());
        proxy.cut(how);
        let took =
            within(5, "new connection", || proxy.connected() > connections && bus.is_connected()).await;
        println!("connected again {took:?} after {how:?}");
        within(5, "doubt", || heard.doubts() > before).await;
        publish(&bus, first + 5..first + 10).await;
        heard.hears(first..first + 10).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_half_open_is_given_up_and_made_again() {
    let nats = Nats::start();
    // lost both ways, lost one way, and not read by anybody
    type LinkBreaker = fn(&Proxy);
    let ways: [(&str, LinkBreaker); 4] = [
        ("silent", |proxy| proxy.both(LinkBehaviour::lost())),
        ("deaf", |proxy| proxy.to_server(LinkBehaviour::lost())),
        ("mute", |proxy| proxy.to_client(LinkBehaviour::lost())),
        ("stuck", |proxy| proxy.both(LinkBehaviour::stuck())),
    ];
    let one = async |name: &str, bad: LinkBreaker, group: &'static str| {
        let (proxy, settings) = behind_a_proxy(&nats).await;
        // what the server brings to the connection that was abandoned is brought again soon
        let act_within = Duration::from_secs(2);
        let bus = connected(&NatsSettings { prefix: name.to_owned(), act_within, ..settings }).await;
        let (heard, _kept) = ConsumedNotes::listen(&bus, group, true);
        heard.ready().await;
        publish(&bus, 1..3).await;
        heard.hears(1..3).await;
        bad(&proxy);
        let began = Instant::now();
        assert!(bus.publish(message(3)).await.is_err(), "{name}");
        let answered = began.elapsed();
        assert!(answered < Duration::from_secs(6), "{name}: {answered:?}");
        within(10, "notice", || !bus.is_connected()).await;
        let noticed = began.elapsed();
        sleep(Duration::from_secs(1)).await;
        proxy.both(LinkBehaviour::default());
        let back = within(10, "connection", || bus.is_connected()).await;
        println!(
            "{name}: publishing ended {answered:?} and it was noticed {noticed:?} later; back in {back:?}"
        );
        publish(&bus, 3..6).await;
        heard.hears(3..6).await;
    };
    tokio::join!(
        one(ways[0].0, ways[0].1, "a"),
        one(ways[1].0, ways[1].1, "b"),
        one(ways[2].0, ways[2].1, "c"),
        one(ways[3].0, ways[3].1, "d"),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_wire_is_slow_and_nothing_else() {
    let nats = Nats::start();
    let (proxy, settings) = behind_a_proxy(&nats).await;
    let bus = connected(&settings).await;
    let (heard, _kept) = ConsumedNotes::listen(&bus, "products", true);
    heard.ready().await;
    let connections = proxy.connected();
    proxy.to_server(LinkBehaviour::delayed(Duration::from_millis(300)));
    proxy.to_client(LinkBehaviour::throttled(20_000));
    let began = Instant::now();
    publish(&bus, 1..6).await;
    assert!(began.elapsed() >= Duration::from_millis(5 * 300), "it was not delayed");
    heard.hears(1..6).await;
    proxy.both(LinkBehaviour::default());
    publish(&bus, 6..20).await;
    heard.hears(6..20).await;
    assert!((1..20).all(|n| heard.times(n) == 1));
    assert_eq!(proxy.connected(), connections, "it stayed connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_refuses_everybody_is_tried_until_it_does_not() {
    let nats = Nats::start();
    let (proxy, settings) = behind_a_proxy(&nats).await;
    proxy.refuse(true);
    let bus = crate::connect(&settings);
    sleep(Duration::from_secs(1)).await;
    assert!(!bus.is_connected() && proxy.connections() == 0);
    proxy.refuse(false);
    within(5, "connection", || bus.is_connected()).await;
    publish(&bus, 1..2).await;
}
