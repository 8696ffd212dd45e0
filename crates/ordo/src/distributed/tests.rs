//! What the settings say of the servers of a split shop.

use super::*;

const ALL: &str = "postgres://ordo@all/ordo";
const STANDBY: &str = "postgres://ordo@standby/ordo";
const OWN: &str = "postgres://ordo@own/ordo";
const OWN_STANDBY: &str = "postgres://ordo@own-standby/ordo";
const LISTING: [&str; 4] = [auth::NAME, products::NAME, orders::NAME, notifications::NAME];

fn set(url: &str) -> Option<Secret> {
    Some(Secret::new(url))
}

/// A shop on one server that has a standby.
fn with_a_standby() -> Config {
    Config { database_url: set(ALL), database_read_url: set(STANDBY), ..Config::default() }
}

/// The settings of a service's own database and of its own replica.
fn own<'a>(config: &'a mut Config, service: &str) -> (&'a mut Option<Secret>, &'a mut Option<Secret>) {
    match service {
        auth::NAME => (&mut config.auth_database_url, &mut config.auth_database_read_url),
        products::NAME => (&mut config.products_database_url, &mut config.products_database_read_url),
        orders::NAME => (&mut config.orders_database_url, &mut config.orders_database_read_url),
        _ => (&mut config.notifications_database_url, &mut config.notifications_database_read_url),
    }
}

/// Where the lists of a service are read.
fn read_of(config: &Config, service: &'static str) -> Option<String> {
    settings(config, service).unwrap().replica.map(|replica| replica.url)
}

/// The same of all that have lists.
fn read(config: &Config) -> [Option<String>; 4] {
    LISTING.map(|service| read_of(config, service))
}

fn only(service: &str, url: Option<&str>, others: Option<&str>) -> [Option<String>; 4] {
    LISTING.map(|one| if one == service { url } else { others }.map(str::to_owned))
}

#[test]
fn without_a_replica_none_is_read() {
    assert_eq!(read(&Config { database_read_url: None, ..with_a_standby() }), only("", None, None));
    // templates of environments have it so
    assert_eq!(read(&Config { database_read_url: set(""), ..with_a_standby() }), only("", None, None));
}

#[test]
fn the_replica_of_all_is_read_for_all_that_have_lists() {
    assert_eq!(read(&with_a_standby()), only("", None, Some(STANDBY)));
    assert_eq!(read_of(&with_a_standby(), payments::NAME), None);
    assert_eq!(read_of(&with_a_standby(), simulator::NAME), None);
}

#[test]
fn a_replica_of_its_own_comes_before_the_one_of_all() {
    for service in LISTING {
        let mut config = with_a_standby();
        *own(&mut config, service).1 = set(OWN_STANDBY);
        assert_eq!(read(&config), only(service, Some(OWN_STANDBY), Some(STANDBY)));
        // also where there is no other
        config.database_read_url = None;
        assert_eq!(read(&config), only(service, Some(OWN_STANDBY), None));
        // set to nothing it is not set
        let mut config = with_a_standby();
        *own(&mut config, service).1 = set("");
        assert_eq!(read(&config), only("", None, Some(STANDBY)));
    }
}

#[test]
fn who_has_a_database_of_its_own_reads_its_own_replica_or_none() {
    for service in LISTING {
        let mut config = with_a_standby();
        *own(&mut config, service).0 = set(OWN);
        assert_eq!(read(&config), only(service, None, Some(STANDBY)));
        *own(&mut config, service).1 = set("");
        assert_eq!(read(&config), only(service, None, Some(STANDBY)));
        *own(&mut config, service).1 = set(OWN_STANDBY);
        assert_eq!(read(&config), only(service, Some(OWN_STANDBY), Some(STANDBY)));
        // its own database is the one of all, said again
        let mut config = with_a_standby();
        *own(&mut config, service).0 = set(ALL);
        assert_eq!(read(&config), only("", None, Some(STANDBY)));
    }
}

#[test]
fn a_replica_may_be_so_far_behind_as_is_set() {
    let behind = |config: &Config| settings(config, orders::NAME).unwrap().replica.unwrap().lag_max;
    assert_eq!(behind(&with_a_standby()), Duration::from_secs(1));
    assert_eq!(behind(&Config { database_read_lag_ms: 250, ..with_a_standby() }), Duration::from_millis(250));
}

#[test]
fn a_service_without_a_server_is_told_what_to_set() {
    let Err(failure) = settings(&Config::default(), orders::NAME) else { panic!("it has none") };
    assert_eq!(failure.to_string(), "`database_url`: orders has no database");
}

#[test]
fn a_server_without_a_connection_left_is_told_from_one_that_is_not_there() {
    let full = ["sorry, too many clients already", "remaining connection slots are reserved for superusers"];
    let error = |why: &str| db::Error::new(ErrorKind::Unavailable, format!("FATAL: {why}"));
    for why in full {
        let said = [
            explain(&with_a_standby(), "orders", &error(why)).to_string(),
            crate::stores::of_service("orders", error(why)).message,
        ];
        for said in said {
            assert!(said.contains("ORDO_DATABASE_POOL") && said.contains("max_connections"), "{said}");
        }
    }
    let mut config = with_a_standby();
    let away = explain(&config, "orders", &error("connection refused")).to_string();
    assert!(away.contains("Check ORDO_DATABASE_URL, and"), "{away}");
    assert!(!away.contains("max_connections") && !away.contains("own the schema"), "{away}");
    *own(&mut config, "orders").0 = set(OWN);
    let away = explain(&config, "orders", &error("connection refused")).to_string();
    assert!(away.contains("Check ORDO_ORDERS_DATABASE_URL, and"), "{away}");
    let denied = db::Error::new(ErrorKind::Denied, "permission denied for schema orders");
    let denied = explain(&config, "orders", &denied).to_string();
    assert!(denied.contains("own the schema orders") && !denied.contains("the server runs"), "{denied}");
}
