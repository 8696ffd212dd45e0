//! Three servers with replicated streams.

use crate::{ConsumedNotes, TOPIC, connected, publish, within};
use bus::nats::NatsSettings;
use std::time::Duration;
use testkit::nats::Nats;
use tokio::time::sleep;

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_loses_a_server_loses_no_message() {
    let mut nats = Nats::cluster();
    let settings = NatsSettings { replicas: 3, ..NatsSettings::parse(&nats.url()) };
    let bus = connected(&settings).await;
    let (heard, _kept) = ConsumedNotes::listen(&bus, "products", true);
    heard.ready().await;
    let stream = format!("ordo-{TOPIC}");
    assert_eq!(wanted_copies(&nats, &stream).await, 3);
    within(10, "third copy", || nats.copies(&stream) == 3).await;
    publish(&bus, 1..11).await;
    heard.hears(1..11).await;
    nats.kill(0);
    publish(&bus, 11..21).await;
    heard.hears(11..21).await;
    nats.restart(0);
    publish(&bus, 21..31).await;
    heard.hears(21..31).await;
    within(10, "connection", || bus.is_connected()).await;
}

/// On how many servers a stream must be kept, as they say it. One that has just begun to lead may not know of it yet.
async fn wanted_copies(nats: &Nats, stream: &str) -> usize {
    let client = async_nats::connect(format!("nats://{}", nats.address(0))).await.unwrap();
    let context = async_nats::jetstream::new(client);
    for _ in 0..100 {
        if let Ok(stream) = context.get_stream(stream).await {
            return stream.cached_info().config.num_replicas;
        }
        sleep(Duration::from_millis(100)).await;
    }
    panic!("in 10 s no server knew of the stream {stream}");
}
