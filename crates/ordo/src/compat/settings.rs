//! The settings of the façades, checked before anything is started.

use crate::{
    config::{Config, Switch, quoted, without_credentials},
    exit_code::Failure,
    topology,
};
use compat::{FacadeService, PARTS};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, SocketAddr},
};

/// The origin of a page that was opened from a file.
const FILE: &str = "null";

/// The services that are asked for, and where each listens.
///
/// # Errors
/// [`Failure::Config`] with the name of the setting.
pub(crate) fn chosen(config: &Config) -> Result<Vec<(FacadeService, SocketAddr)>, Failure> {
    let host: IpAddr = config.compat_host.parse().map_err(|_| {
        let host = quoted(&config.compat_host);
        wrong("compat_host", &format!("an address such as 127.0.0.1 or 0.0.0.0 is expected, not {host}"))
    })?;
    let ports = moved(config)?;
    let mut parts = BTreeSet::new();
    for name in &config.compat {
        let named = compat::named(name);
        if named.is_empty() {
            return Err(wrong("compat", &format!("there is no {}; there are {}", quoted(name), known())));
        }
        parts.extend(named);
    }
    // in the order of the tables, whatever order they were asked for in
    let chosen = PARTS.into_iter().filter(|part| parts.contains(part));
    let chosen = chosen.map(|part| (part, ports.get(&part.name()).copied().unwrap_or(part.port)));
    Ok(chosen.map(|(part, port)| (part, SocketAddr::new(host, port))).collect())
}

/// The ports that are not the originals'.
fn moved(config: &Config) -> Result<BTreeMap<String, u16>, Failure> {
    let mut ports = BTreeMap::new();
    for text in &config.compat_port {
        let expected = || {
            let what = format!("NAME.SERVICE=PORT is expected, not {}; there are {}", quoted(text), known());
            wrong("compat_port", &what)
        };
        let (name, port) = text.split_once('=').ok_or_else(expected)?;
        if !PARTS.iter().any(|part| part.name() == name) {
            return Err(expected());
        }
        ports.insert(name.to_owned(), port.parse().map_err(|_| expected())?);
    }
    Ok(ports)
}

fn known() -> String {
    PARTS.map(|part| part.name()).join(", ")
}

/// What is wrong with them, also where two services want one port.
pub(crate) fn check(config: &Config) -> Vec<Failure> {
    let mut found: Vec<Failure> = check_ports(config).err().into_iter().collect();
    let origins: Vec<String> = config.compat_origin.iter().filter(|one| *one != FILE).cloned().collect();
    if let Err(e) = gateway::check_origins(&origins) {
        found.push(wrong("compat_origin", &e.to_string()));
    }
    let is_http = |url: &str| url.strip_prefix("http://").is_some_and(|rest| !rest.is_empty());
    if let Some(url) = config.compat_user_url.as_deref().filter(|url| !is_http(url)) {
        let what = format!(
            "an address such as http://10.0.0.5:3000 is expected, not {}; nothing but http:// is spoken there",
            quoted(&without_credentials(url))
        );
        found.push(wrong("compat_user_url", &what));
    }
    found
}

fn check_ports(config: &Config) -> Result<(), Failure> {
    let mut taken: BTreeMap<SocketAddr, String> = BTreeMap::new();
    if let Some(gateway) = topology::gateway_address(config) {
        taken.insert(gateway, "the gateway".to_owned());
    }
    for (part, address) in chosen(config)? {
        if address.port() == 0 {
            continue;
        }
        let name = part.name();
        if let Some(other) = taken.insert(address, name.clone()) {
            let how = format!("move one with --compat-port {name}=PORT (0: any free one)");
            return Err(wrong("compat", &format!("{other} and {name} both want {address}: {how}")));
        }
    }
    Ok(())
}

/// Ports that were given on the command line (`given`) for what this process does not serve: it has that line for itself,
/// so one of the two is a mistake.
pub(crate) fn misplaced(config: &Config, given: &[String]) -> Vec<String> {
    let told = |(text, name): (&str, &str)| {
        format!(
            "`compat_port` {text}: {name} is not served here; add --compat {name}, or leave that port out"
        )
    };
    not_served(config, given).into_iter().map(told).collect()
}

/// Of these ports, those of services that are not served here, with their names.
fn not_served<'a>(config: &Config, ports: &'a [String]) -> Vec<(&'a str, &'a str)> {
    let Ok(chosen) = chosen(config) else { return Vec::new() };
    let ports = ports.iter().filter_map(|text| Some((text.as_str(), text.split_once('=')?.0)));
    ports.filter(|(_, name)| !chosen.iter().any(|(part, _)| part.name() == *name)).collect()
}

/// Settings that change nothing, each with why: those of a file and of the environment may be shared by processes that
/// serve different halves, so they are not refused.
pub(crate) fn idle(config: &Config) -> Vec<String> {
    let Ok(chosen) = chosen(config) else { return Vec::new() };
    let is_served = |name: &str| chosen.iter().any(|(part, _)| part.name() == name);
    let mut idle: Vec<String> = not_served(config, &config.compat_port)
        .into_iter()
        .map(|(text, name)| {
            format!("`compat_port` {text} has no effect: {name} is not served here (`compat`)")
        })
        .collect();
    let asks = ["two-vm.orders", "express-pair.orders", "flask-pair.orders"];
    if config.compat_user_url.is_some() && !asks.into_iter().any(is_served) {
        let asks = asks.join(", ");
        idle.push(format!(
            "`compat_user_url` has no effect: only {asks} ask a user service, and none is served here"
        ));
    }
    if is_open(config) && !chosen.iter().any(|(part, _)| part.name().starts_with("ecommerce")) {
        idle.push(
            "`compat_open_writes` has no effect: only ecommerce has such writes, and it is not served here"
                .to_owned(),
        );
    }
    idle
}

/// What cannot work together, or only by chance, each with what must be done: whether it does shows when it is asked.
pub(crate) fn doubtful(config: &Config) -> Vec<String> {
    let Ok(chosen) = chosen(config) else { return Vec::new() };
    let is_served = |name: &str| chosen.iter().any(|(part, _)| part.name() == name);
    let mut doubtful = Vec::new();
    for facade in ["two-vm", "express-pair", "flask-pair"] {
        let (orders, users) = (format!("{facade}.orders"), format!("{facade}.users"));
        if !is_served(&orders) {
            continue;
        }
        // that of two-vm calls no other service then: the shop can verify its own tokens
        if config.compat_user_url.is_none() && !is_served(&users) && facade != "two-vm" {
            let port = PARTS.iter().find(|part| part.name() == users).map_or(0, |part| part.port);
            doubtful.push(format!(
                "{orders} asks http://127.0.0.1:{port} for its users: {users} is not served here, and \
                 `compat_user_url` does not say where it is"
            ));
        }
        if config.compat_user_url.is_some() && !topology::is_on_postgres(config) && facade != "express-pair" {
            let what = match facade {
                "two-vm" => "a token of another shop is refused here (401), whatever its user service says",
                _ => "whom only another shop knows is nobody here (404), whatever its user service says",
            };
            doubtful.push(format!(
                "`compat_user_url`: the data of this shop are in this process alone. {orders}: {what} (docs/moving.md)"
            ));
        }
    }
    doubtful
}

fn wrong(setting: &str, what: &str) -> Failure {
    Failure::Config(format!("`{setting}`: {what}"))
}

/// Whether any registered user may write in `ecommerce`.
pub(crate) fn is_open(config: &Config) -> bool {
    config.compat_open_writes == Switch::On
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Secret;

    fn config(compat: &[&str], ports: &[&str]) -> Config {
        let own = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Config { compat: own(compat), compat_port: own(ports), ..Config::default() }
    }
    fn listening(compat: &[&str], ports: &[&str]) -> Vec<String> {
        let chosen = chosen(&config(compat, ports)).unwrap();
        chosen.iter().map(|(part, address)| format!("{}={}", part.name(), address.port())).collect()
    }
    fn refused(compat: &[&str], ports: &[&str]) -> String {
        check(&config(compat, ports))[0].to_string()
    }

    #[test]
    fn a_facade_has_all_its_services_or_the_one_that_is_named() {
        assert_eq!(listening(&["two-vm"], &[]), ["two-vm.users=5001", "two-vm.orders=5002"]);
        assert_eq!(listening(&["flask-pair.orders"], &[]), ["flask-pair.orders=5002"]);
        assert_eq!(listening(&["express-pair", "express-pair.users"], &["express-pair.users=0"]).len(), 2);
        assert!(listening(&[], &[]).is_empty());
    }

    #[test]
    fn two_that_want_one_port_are_told_how_one_is_moved() {
        let told = refused(&["two-vm", "flask-pair.users"], &[]);
        assert!(told.contains("two-vm.users and flask-pair.users both want 127.0.0.1:5001"), "{told}");
        assert!(told.contains("--compat-port flask-pair.users=PORT"), "{told}");
        let moved = config(&["two-vm", "flask-pair"], &["flask-pair.users=0", "flask-pair.orders=0"]);
        assert_eq!(check(&moved), []);
        let told = refused(&["auth-service"], &["auth-service.auth=8080"]);
        assert!(told.contains("the gateway"), "{told}");
    }

    #[test]
    fn what_has_no_effect_is_told() {
        assert!(idle(&config(&["two-vm"], &["two-vm.users=0"])).is_empty());
        let told = idle(&config(&["two-vm"], &["flask-pair.users=1"]));
        assert!(told.len() == 1 && told[0].contains("flask-pair.users is not served here"), "{told:?}");
        assert_eq!(idle(&config(&[], &["two-vm.users=1"])).len(), 1);
        let elsewhere = |compat| Config {
            compat_user_url: Some("http://127.0.0.1:1".to_owned()),
            ..config(&[compat], &[])
        };
        assert!(idle(&elsewhere("ecommerce"))[0].contains("compat_user_url"));
        assert!(idle(&elsewhere("flask-pair.orders")).is_empty());
        let open = |compat| Config { compat_open_writes: Switch::On, ..config(&[compat], &[]) };
        assert!(idle(&open("two-vm"))[0].contains("compat_open_writes"));
        assert!(idle(&open("ecommerce")).is_empty());
    }

    #[test]
    fn what_can_hardly_work_is_told() {
        let told = |compat: &[&str], url: Option<&str>, database: Option<&str>| {
            let (compat_user_url, database_url) = (url.map(str::to_owned), database.map(Secret::new));
            doubtful(&Config { compat_user_url, database_url, ..config(compat, &[]) })
        };
        let (users, postgres) = (Some("http://10.0.0.5:5001"), Some("postgres://db/ordo"));
        for whole in ["two-vm", "express-pair", "flask-pair", "two-vm.orders", "two-vm.users"] {
            assert_eq!(told(&[whole], None, None), [""; 0], "{whole}");
        }
        let express = told(&["express-pair.orders"], None, None);
        assert!(express.len() == 1 && express[0].contains("http://127.0.0.1:3000"), "{express:?}");
        let flask = told(&["flask-pair.orders"], None, postgres);
        assert!(flask.len() == 1 && flask[0].contains("flask-pair.users is not served here"), "{flask:?}");
        for (compat, code) in [("two-vm.orders", "401"), ("flask-pair", "404")] {
            let embedded = told(&[compat], users, None);
            assert!(embedded.len() == 1 && embedded[0].contains(code), "{embedded:?}");
            assert_eq!(told(&[compat], users, postgres), [""; 0], "a shop of several processes: {compat}");
        }
        assert_eq!(told(&["express-pair.orders"], users, None), [""; 0]);
    }

    #[test]
    fn what_is_not_known_is_told_with_what_there_is() {
        assert!(refused(&["two-vms"], &[]).contains("there is no `two-vms`; there are two-vm.users"));
        for port in ["two-vm=1", "two-vm.users", "two-vm.users=x", "two-vm.users=70000"] {
            assert!(refused(&["two-vm"], &[port]).contains("NAME.SERVICE=PORT"), "{port}");
        }
    }

    #[test]
    fn a_page_from_a_file_is_an_origin_that_can_be_named() {
        let with = |origin: &str| Config { compat_origin: vec![origin.to_owned()], ..Config::default() };
        for good in ["null", "http://localhost:8000"] {
            assert_eq!(check(&with(good)), []);
        }
        assert_eq!(check(&with("localhost")).len(), 1);
    }
}
