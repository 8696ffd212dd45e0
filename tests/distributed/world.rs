//! The shop of these tests.

use crate::shop::{SHORT, admin_at};
use std::{process::Command, time::Duration};
use testkit::{
    distributed::{DistributedShop, ShopProcess},
    http_client::HttpClient,
    nats::Nats,
};
use tokio::time::{Instant, sleep};

/// A split shop with its bus.
pub(crate) struct DistributedTestBed {
    pub(crate) split: DistributedShop,
    pub(crate) nats: Nats,
}

/// One process for each service; two for products, orders and the gateway. Called services start first, so that
/// no caller has found one absent when the test begins.
pub(crate) const EACH_ALONE: [&[&str]; 9] = [
    &["auth"],
    &["payments"],
    &["products"],
    &["products"],
    &["orders"],
    &["orders"],
    &["notifications"],
    &["gateway"],
    &["gateway"],
];

/// Every service in one process of its own.
pub(crate) const ONCE_EACH: [&[&str]; 6] =
    [&["auth"], &["payments"], &["products"], &["orders"], &["notifications"], &["gateway"]];

impl DistributedTestBed {
    /// Started, with these processes and settings.
    pub(crate) fn of(parts: &[&[&'static str]], settings: &[(&str, &str)]) -> DistributedTestBed {
        let mut world = DistributedTestBed::none_of(parts, settings);
        world.split.start();
        world
    }

    /// The same, and none of them started.
    pub(crate) fn none_of(parts: &[&[&'static str]], settings: &[(&str, &str)]) -> DistributedTestBed {
        let nats = Nats::start();
        let bus = nats.url();
        let own = [("ORDO_BUS", bus.as_str()), ("ORDO_LEAVE", "1")];
        let split =
            DistributedShop::of(env!("CARGO_BIN_EXE_ordo"), parts, &[&SHORT[..], &own, settings].concat());
        DistributedTestBed { split, nats }
    }

    /// A shop whose orders and gateway show what they count.
    pub(crate) fn watched(parts: &[&[&'static str]], settings: &[(&str, &str)]) -> DistributedTestBed {
        let mut world = DistributedTestBed::watched_and_not_started(parts, settings);
        world.split.start();
        world
    }

    /// The same, and nobody is started.
    pub(crate) fn watched_and_not_started(
        parts: &[&[&'static str]],
        settings: &[(&str, &str)],
    ) -> DistributedTestBed {
        // a provider that is slow because the machine is fails no attempt
        let mut world =
            DistributedTestBed::none_of(parts, &[&[("ORDO_PROVIDER_TIMEOUT", "8")], settings].concat());
        for service in ["orders", "gateway"] {
            for part in world.split.replicas(service) {
                part.launch.listen.push_str(",metrics=127.0.0.1:0");
            }
        }
        world
    }

    pub(crate) async fn admin(&self) -> HttpClient {
        admin_at(&self.split.url()).await
    }

    #[track_caller]
    pub(crate) fn assert_audit_is_clean(&self, when: &str) {
        audit_is_clean(self.split.command(&["audit"]), when);
    }
}

#[track_caller]
pub(crate) fn audit_is_clean(mut audit: Command, when: &str) {
    let output = audit.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the audit is not clean {when}:\n{said}{told}");
}

/// `STOP` and the like.
pub(crate) fn signal(part: &ShopProcess, name: &str) {
    testkit::signal::send(part.server.as_ref().unwrap().pid(), name);
}

/// What the first process of a service has counted under this name and these labels, and 0 where that is not there.
pub(crate) async fn counted(world: &mut DistributedTestBed, service: &str, series: &str) -> i64 {
    counted_by(world.split.replicas(service)[0], series).await
}

/// The same, of this process.
pub(crate) async fn counted_by(part: &ShopProcess, series: &str) -> i64 {
    let metrics = HttpClient::new(part.server.as_ref().unwrap().listener("metrics"));
    let said = metrics.get("/metrics").await.expect(200);
    let text = String::from_utf8_lossy(&said.bytes).into_owned();
    let value = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    value.map_or(0, |value| value.parse().unwrap())
}

pub(crate) async fn until_counted(world: &mut DistributedTestBed, service: &str, series: &str, wanted: i64) {
    let begun = Instant::now();
    while counted(world, service, series).await != wanted {
        assert!(begun.elapsed() < Duration::from_secs(30), "{series} is not {wanted}");
        sleep(Duration::from_millis(100)).await;
    }
}
