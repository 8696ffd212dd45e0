//! What the services are is what the tables in `contracts` say.

use super::{Parts, SERVICES};
use crate::{
    clients::Network,
    config::Config,
    shop::{Databases, Wiring},
};
use contracts::{catalogue, events::EventType};
use db::sqlite;
use flow::Service;
use kernel::secret::RootSecret;
use std::collections::BTreeSet;
use testkit::folder::TempFolder;

/// Every service, and none of them started.
fn services() -> Vec<Service> {
    let (env, secret, folder) = (testkit::world::env(), RootSecret::new([7; 32]), TempFolder::new());
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
    let wiring = Wiring { env: env.clone(), config: Config::default(), secret, network };
    Parts::new(&wiring, &databases).services()
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
            let rows = consumer.acts_on.iter().map(|event| event.row());
            let its_own = rows.filter(|row| row.producer == consumer.producer);
            acted_on.extend(its_own.map(|row| (row.name, service.name)));
        }
    }
    let lacking: Vec<_> = table.difference(&acted_on).collect();
    let untold: Vec<_> = acted_on.difference(&table).collect();
    assert!(lacking.is_empty() && untold.is_empty(), "only in the table: {lacking:?}; only done: {untold:?}");
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
