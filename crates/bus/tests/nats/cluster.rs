//! Three servers with replicated streams.

use crate::{Heard, connected, publish, within};
use bus::nats::Settings;
use testkit::nats::Nats;

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_loses_a_server_loses_no_message() {
    let mut nats = Nats::cluster();
    let settings = Settings { replicas: 3, ..Settings::parse(&nats.url()) };
    let bus = connected(&settings).await;
    let (heard, _kept) = Heard::listen(&bus, "products", true);
    heard.ready().await;
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
