//! Which settings make which shop, and what is said of those that make none.

use super::*;

/// A process of a split shop, with everything that it could need.
fn split() -> Config {
    let url = |port: u16| List(vec![format!("http://127.0.0.1:{port}")]);
    Config {
        database_url: Some(Secret::new("postgres://ordo@db/ordo")),
        secret: Some(Secret::new("ab".repeat(32))),
        bus: "nats://127.0.0.1:4222".to_owned(),
        auth_url: url(8081),
        products_url: url(8082),
        orders_url: url(8083),
        payments_url: url(8084),
        notifications_url: url(8085),
        ..Config::default()
    }
}

fn of(config: &Config, names: &str) -> Result<Topology, String> {
    let names: Vec<String> = names.split_whitespace().map(str::to_owned).collect();
    Topology::of(config, &names).map_err(|failure| failure.to_string())
}

fn listening(config: &Config, names: &str) -> String {
    let listeners = of(config, names).unwrap().listeners;
    listeners.iter().map(|(name, address)| format!("{name}={address}")).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn refused(config: &Config, names: &str, words: &[&str]) {
    let told = of(config, names).unwrap_err();
    for word in words {
        assert!(told.contains(word), "{word} is not in: {told}");
    }
}

#[test]
fn without_a_name_and_a_database_it_is_the_embedded_shop() {
    let shape = of(&Config::default(), "").unwrap();
    assert!(shape.is_embedded && shape.has_gateway && shape.elsewhere.is_empty());
    assert_eq!(shape.services, SERVICES);
    assert_eq!(listening(&Config::default(), ""), "gateway=127.0.0.1:8080");
    assert_eq!(of(&Config::default(), "gateway orders products payments auth notifications").unwrap(), shape);
}

#[test]
fn with_a_database_one_process_is_the_whole_shop_too() {
    let config = Config { bus: MEMORY.to_owned(), ..split() };
    let shape = of(&config, "").unwrap();
    assert!(!shape.is_embedded && shape.has_gateway);
    assert_eq!(listening(&config, ""), "gateway=127.0.0.1:8080");
}

#[test]
fn a_part_of_the_shop_listens_at_each_of_its_services() {
    assert_eq!(listening(&split(), "orders auth"), "auth=127.0.0.1:8081 orders=127.0.0.1:8083");
    assert_eq!(listening(&split(), "gateway"), "gateway=127.0.0.1:8080");
    let with = |listen: &str| Config { listen: List::of(listen), ..split() };
    assert_eq!(listening(&with("0.0.0.0:1"), "orders"), "orders=0.0.0.0:1");
    assert_eq!(listening(&with("localhost:1"), "orders"), "orders=127.0.0.1:1");
    assert_eq!(listening(&with("0.0.0.0:1"), "orders gateway"), "gateway=0.0.0.0:1 orders=127.0.0.1:8083");
    let both = with("orders=[::]:1,auth=0.0.0.0:2");
    assert_eq!(listening(&both, "orders auth"), "auth=0.0.0.0:2 orders=[::]:1");
    let embedded = Config { listen: List::of("orders=127.0.0.1:0"), ..Config::default() };
    assert_eq!(listening(&embedded, ""), "gateway=127.0.0.1:8080 orders=127.0.0.1:0");
}

#[test]
fn only_a_process_with_the_gateway_needs_the_pictures() {
    let config = Config { pictures: Some("nowhere/at/all".into()), ..split() };
    for names in ["", "gateway", "gateway orders"] {
        refused(&config, names, &["`pictures`: nowhere/at/all cannot be looked at", "ORDO_PICTURES"]);
    }
    assert!(!of(&config, "orders products").unwrap().has_gateway);
    refused(&Config { database_url: None, ..config }, "gateway", &["`pictures`"]);
    let a_file = Config { pictures: Some("Cargo.toml".into()), ..Config::default() };
    refused(&a_file, "", &["`pictures`: Cargo.toml is no folder"]);
}

#[test]
fn without_a_setting_the_pictures_are_in_the_data_folder_or_nowhere() {
    for unset in [None, Some("".into())] {
        let config = Config { data: "a/shop".into(), pictures: unset, ..split() };
        for names in ["", "gateway", "orders"] {
            assert_eq!(of(&config, names).unwrap().pictures, None, "{names}");
        }
        let alone = Config { database_url: None, ..config };
        assert_eq!(of(&alone, "").unwrap().pictures, Some("a/shop/pictures".into()));
        // a gateway needs no database, and is no shop for that
        let gateway = of(&alone, "gateway").unwrap();
        assert_eq!((gateway.pictures, gateway.is_embedded), (None, false));
    }
}

#[test]
fn a_folder_that_is_set_is_that_of_every_process_with_the_gateway() {
    let config = Config { pictures: Some("src".into()), ..split() };
    let alone = Config { database_url: None, ..config.clone() };
    for (config, names) in [(&config, ""), (&config, "gateway orders"), (&alone, "gateway"), (&alone, "")] {
        assert_eq!(of(config, names).unwrap().pictures, Some("src".into()), "{names}");
    }
    assert_eq!(of(&config, "orders products").unwrap().pictures, None);
}

#[test]
fn a_service_is_told_only_of_those_that_are_elsewhere() {
    let shape = of(&split(), "orders products").unwrap();
    assert_eq!(shape.elsewhere.keys().copied().collect::<Vec<_>>(), ["auth", "notifications", "payments"]);
    assert_eq!(shape.elsewhere["payments"], ["http://127.0.0.1:8084"]);
}

#[test]
fn what_is_missing_is_told_with_what_to_set() {
    let without = |change: fn(&mut Config)| {
        let mut config = split();
        change(&mut config);
        config
    };
    refused(&Config::default(), "orders", &["orders", "ORDO_DATABASE_URL", "ORDO_ORDERS_DATABASE_URL"]);
    let partly = without(|c| (c.database_url, c.auth_database_url) = (None, c.database_url.clone()));
    refused(&partly, "", &["products", "ORDO_PRODUCTS_DATABASE_URL"]);
    refused(&without(|c| c.secret = None), "orders", &["`secret`", "openssl rand -hex 32"]);
    refused(&without(|c| c.bus = MEMORY.to_owned()), "orders", &["`bus`", "nats://", "orders"]);
    refused(&without(|c| c.bus = "kafka".to_owned()), "orders", &["`bus`"]);
    refused(
        &without(|c| c.payments_url = List::default()),
        "orders",
        &["orders calls payments", "ORDO_PAYMENTS_URL"],
    );
    refused(&without(|c| c.notifications_url = List::default()), "gateway", &["ORDO_NOTIFICATIONS_URL"]);
    refused(&without(|c| c.auth_url = List::of("auth:8081")), "gateway", &["`auth_url`", "auth:8081"]);
    let facade = without(|c| c.compat = vec!["two-vm".into()]);
    assert!(of(&facade, "gateway").is_ok());
    refused(&facade, "orders", &["`compat`", "ordo serve gateway --compat"]);
    refused(&Config { database_url: None, ..facade }, "gateway", &["`compat`", "ORDO_DATABASE_URL"]);
    refused(&split(), "order", &["`order`", "orders"]);
}

#[test]
fn an_address_that_belongs_to_nobody_here_is_refused() {
    let with = |listen: &str| Config { listen: List::of(listen), ..split() };
    refused(&with("auth=127.0.0.1:1"), "orders", &["`listen`", "orders"]);
    refused(&with("127.0.0.1:1"), "orders auth", &["NAME=ADDRESS"]);
    refused(&with("orders=here"), "orders", &["`listen`", "127.0.0.1:8083", "not `here`"]);
    refused(&with("127.0.0.1:1,gateway=127.0.0.1:2"), "gateway", &["more than one"]);
}

#[test]
fn a_database_of_a_services_own_comes_before_the_one_of_all() {
    let own = Config { orders_database_url: Some(Secret::new("postgres://db2/orders")), ..split() };
    let url = |service| database_of(&own, service).map(Secret::expose);
    assert_eq!(url("orders"), Some("postgres://db2/orders"));
    assert_eq!(url("simulator"), Some("postgres://ordo@db/ordo"));
    assert!(is_on_postgres(&own) && !is_on_postgres(&Config::default()));
    let empty = Config { database_url: Some(Secret::new("")), ..Config::default() };
    assert!(of(&empty, "").unwrap().is_embedded);
}
