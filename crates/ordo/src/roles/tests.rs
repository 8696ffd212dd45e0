//! What the services are is what the tables in `contracts` say.

mod flood;

use super::RoleDeps;
use crate::{
    clients::Network, config::Config, databases::Databases, runtime_deps::RuntimeDeps,
    service_names::SERVICES, topology::GATEWAY,
};
use contracts::{catalogue, dependencies, events::EventType};
use db::sqlite;
use endpoint::Scope;
use flow::Service;
use kernel::secret::RootSecret;
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};
use testkit::temp_dir::TempDir;

/// Every service, and none of them started.
fn services() -> Vec<Service> {
    let (env, secret, folder) = (testkit::real_env::env(), RootSecret::new([7; 32]), TempDir::new());
    let open =
        |name: &str| sqlite::open(folder.path().join(name), env.clone(), sqlite::Options::default()).unwrap();
    let databases = Databases {
        auth: open("auth"),
        products: open("products"),
        orders: open("orders"),
        payments: open("payments"),
        simulator: open("simulator"),
        notifications: open("notifications"),
    };
    let network = Network::in_process(&env, &secret);
    let wiring = RuntimeDeps {
        env: env.clone(),
        config: Config::default(),
        secret,
        network,
        is_demo: false,
        is_embedded: true,
        pictures: None,
        admission: None,
    };
    RoleDeps::new(&wiring, &databases.stores()).services()
}

#[tokio::test]
async fn each_service_acts_on_the_events_that_the_table_says_and_on_no_other() {
    let table: BTreeSet<(&str, &str)> = EventType::ALL
        .iter()
        .flat_map(|event| event.row().consumers.iter().map(|consumer| (event.row().name, *consumer)))
        .collect();
    let mut acted_on = BTreeSet::new();
    for service in services() {
        for consumer in &service.consumers {
            assert!(SERVICES.contains(&consumer.producer), "{} hears {}", service.name, consumer.producer);
            let rows = consumer.handles.iter().map(|event| event.row());
            let its_own = rows.filter(|row| row.producer == consumer.producer);
            acted_on.extend(its_own.map(|row| (row.name, service.name)));
        }
    }
    let lacking: Vec<_> = table.difference(&acted_on).collect();
    let untold: Vec<_> = acted_on.difference(&table).collect();
    assert!(lacking.is_empty() && untold.is_empty(), "only in the table: {lacking:?}; only done: {untold:?}");
}

#[tokio::test]
async fn each_service_reads_the_feeds_that_are_told_of_it_and_no_other() {
    let of_feeds = dependencies::call_dependencies().into_iter().filter(|asks| asks.endpoint == "read_feed");
    let told: BTreeSet<_> = of_feeds.map(|asks| (asks.caller, asks.callee)).collect();
    let mut read = BTreeSet::new();
    for service in services() {
        read.extend(service.consumers.iter().map(|consumer| (service.name, consumer.producer)));
    }
    assert_eq!(told, read, "told (left) and done (right)");
}

#[tokio::test]
async fn each_service_answers_the_endpoints_of_the_catalogue_and_no_other() {
    let routes = |service: &Service| -> BTreeSet<String> {
        service.routes.iter().map(|route| format!("{} {}", route.method, route.path)).collect()
    };
    for service in services() {
        let declared = catalogue::endpoints().into_iter().filter(|(name, _)| *name == service.name);
        let declared: BTreeSet<String> =
            declared.map(|(_, listing)| format!("{} {}", listing.route.method, listing.route.path)).collect();
        assert_eq!(routes(&service), declared, "{}", service.name);
    }
}

/// The sources of who asks.
fn sources(folder: &Path) -> String {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let of = |path: PathBuf| match path.is_dir() {
        true if path.ends_with("tests") => String::new(),
        true => sources(&path),
        false => std::fs::read_to_string(&path).unwrap(),
    };
    entries.map(of).collect()
}

#[tokio::test]
async fn the_declared_callers_of_an_internal_endpoint_are_those_who_ask_it() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut asking: Vec<(&str, String)> =
        SERVICES.map(|service| (service, sources(&crates.join(service).join("src")))).into();
    // the simulator stands for a house of its own, and each service but auth reads revocations by auth's client
    asking.push(("simulator", sources(&crates.join("simulator/src"))));
    asking.push(("compat", sources(&crates.join("compat/src"))));
    // the pages are behind the door, and ask services as it
    asking.push((GATEWAY, sources(&crates.join("web/src"))));
    // so does an audit
    asking.push((GATEWAY, sources(&crates.join("ordo/src/audit"))));
    let services = services();
    let (mut declared, mut done) = (BTreeSet::new(), BTreeSet::new());
    for (callee, listing) in catalogue::endpoints() {
        let route = listing.route;
        let Scope::Service(callers) = route.scope else { continue };
        declared.extend(callers.iter().map(|caller| (route.name, *caller)));
        match route.name {
            "read_feed" => {
                let hears = |service: &&Service| service.consumers.iter().any(|c| c.producer == callee);
                done.extend(services.iter().filter(hears).map(|service| (route.name, service.name)));
            }
            // by the verifier of tokens that each has
            "read_revocations" | "look_up_api_key" => {
                let others = SERVICES.into_iter().chain([GATEWAY]).filter(|service| *service != callee);
                done.extend(others.map(|service| (route.name, service)));
            }
            name => {
                let made = format!("{} {{", camel_case(name));
                let asks = |(caller, text): &&(&str, String)| *caller != callee && text.contains(&made);
                done.extend(asking.iter().filter(asks).map(|(caller, _)| (name, *caller)));
            }
        }
    }
    assert_eq!(declared, done, "declared (left) and done (right)");
}

fn camel_case(name: &str) -> String {
    let capital = |word: &str| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    };
    name.split('_').map(capital).collect()
}
