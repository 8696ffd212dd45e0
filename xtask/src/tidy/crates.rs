//! Which crate may depend on which.

use super::Finding;
use crate::tree::{Package, Tree};

/// The crates that are services: each may be run, changed and replaced without the others.
pub(crate) const SERVICES: [&str; 7] =
    ["auth", "products", "orders", "payments", "notifications", "web", "compat"];

/// Who may depend on services: the binary, and what tests and measures the whole.
const WHOLE: [&str; 5] = ["ordo", "sim", "testkit", "tests", "bench"];

/// The crates of this workspace that a few crates are limited to, by their folders.
const ONLY: [(&str, &[&str]); 3] =
    [("kernel", &[]), ("endpoint", &["endpoint-macros", "kernel"]), ("contracts", &["endpoint", "kernel"])];

/// Crates that reach for the network, a database or a runtime.
const IO: [&str; 16] = [
    "async-nats",
    "axum",
    "deadpool-postgres",
    "hyper",
    "hyper-util",
    "lettre",
    "mio",
    "postgres",
    "reqwest",
    "rusqlite",
    "rustls",
    "socket2",
    "tokio",
    "tokio-postgres",
    "tokio-util",
    "tower",
];

/// The words of the system: no I/O in them.
const PURE: [&str; 2] = ["kernel", "contracts"];

pub(super) fn layers(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in &tree.packages {
        let crates: Vec<(&str, bool)> = package
            .dependencies
            .iter()
            .filter_map(|d| {
                let on = tree.packages.iter().find(|other| other.name == d.name)?;
                Some((on.folder(), d.kind.is_none()))
            })
            .collect();
        for (on, normal) in crates {
            findings.extend(forbidden(package.folder(), on, normal).map(|what| finding(package, what)));
        }
        let io = package.dependencies.iter().filter(|d| d.kind.is_none() && IO.contains(&d.name.as_str()));
        if PURE.contains(&package.folder()) {
            let what = |name: &str| format!("{} is pure, and {name} does I/O", package.folder());
            findings.extend(io.map(|d| finding(package, what(&d.name))));
        }
    }
    findings
}

/// Why the crate `from` may not depend on the crate `on`, where it may not.
fn forbidden(from: &str, on: &str, normal: bool) -> Option<String> {
    if SERVICES.contains(&on) && !WHOLE.contains(&from) {
        return Some(format!("{from} depends on the service {on}; they talk through contracts"));
    }
    let (_, only) = ONLY.iter().find(|(limited, _)| *limited == from)?;
    (normal && !only.contains(&on)).then(|| format!("{from} may use {only:?} of this workspace, not {on}"))
}

fn finding(package: &Package, what: String) -> Finding {
    let path = format!("crates/{}/Cargo.toml", package.folder());
    Finding { path, line: 1, what, warning: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::fake::package;

    fn broken(packages: Vec<Package>) -> Vec<String> {
        layers(&Tree::new(Vec::new(), packages)).into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn a_service_that_uses_another_is_found() {
        let orders = package("orders", &["kernel", "products"]);
        let found = broken(vec![orders, package("products", &["kernel"]), package("kernel", &[])]);
        assert_eq!(found, ["orders depends on the service products; they talk through contracts"]);
    }

    #[test]
    fn a_base_crate_that_uses_a_service_is_found_and_the_binary_may() {
        let packages = ["flow", "ordo", "sim"].map(|name| package(name, &["auth"]));
        let found = broken(packages.into_iter().chain([package("auth", &[])]).collect());
        assert_eq!(found, ["flow depends on the service auth; they talk through contracts"]);
    }

    #[test]
    fn contracts_and_kernel_stay_small() {
        let contracts = package("contracts", &["kernel", "endpoint", "bus"]);
        let kernel = package("kernel", &["uuid", "tokio"]);
        let found =
            broken(vec![contracts, kernel, package("endpoint", &["kernel", "tokio"]), package("bus", &[])]);
        assert_eq!(
            found,
            [
                "contracts may use [\"endpoint\", \"kernel\"] of this workspace, not bus",
                "kernel is pure, and tokio does I/O"
            ]
        );
    }
}
