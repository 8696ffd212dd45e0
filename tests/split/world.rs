//! The shop of these tests.

use crate::shop::{SHORT, admin_at};
use std::process::Command;
use testkit::{nats::Nats, plain::Plain, split::Split};

/// A split shop with its bus.
pub(crate) struct World {
    pub(crate) split: Split,
    pub(crate) nats: Nats,
}

/// Every service in a process of its own; products, orders and the gateway twice. Whoever is asked comes first, so that
/// nobody has found anybody absent when the test begins.
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

impl World {
    /// Started, with these processes and settings.
    pub(crate) fn of(parts: &[&[&'static str]], settings: &[(&str, &str)]) -> World {
        let mut world = World::none_of(parts, settings);
        world.split.start();
        world
    }

    /// The same, and none of them started.
    pub(crate) fn none_of(parts: &[&[&'static str]], settings: &[(&str, &str)]) -> World {
        let nats = Nats::start();
        let bus = nats.url();
        let own = [("ORDO_BUS", bus.as_str()), ("ORDO_LEAVE", "1")];
        let split = Split::of(env!("CARGO_BIN_EXE_ordo"), parts, &[&SHORT[..], &own, settings].concat());
        World { split, nats }
    }

    pub(crate) async fn admin(&self) -> Plain {
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
