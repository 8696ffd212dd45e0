//! Which services this process runs, where each listens, where its data is, and where the others are.
//!
//! One process can be the whole shop, on embedded databases or on PostgreSQL; or it is a part of it, on PostgreSQL, and
//! knows the addresses of the others. What does not fit together is refused with what to set.

mod component;
mod files;
mod unused;

use crate::{
    config::{Config, List, MEMORY, quoted, without_credentials},
    exit_code::Failure,
    image_folder,
    service_names::SERVICES,
};
pub(crate) use component::Component;
use contracts::dependencies;
use endpoint::mutual_tls::MutualTls;
use files::shown;
pub(crate) use files::{check_bus_files, read_mutual, shown_until};
use kernel::Secret;
use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    path::PathBuf,
};
pub(crate) use unused::unused;

/// The public door.
pub const GATEWAY: &str = "gateway";
/// What is counted, for those who watch; it listens only where that is set.
pub const METRICS: &str = "metrics";
const METRICS_PORT: u16 = 9464;
/// Where each listens when nothing else is set.
const PORTS: [(&str, u16); 6] = [
    (GATEWAY, 8080),
    ("auth", 8081),
    ("products", 8082),
    ("orders", 8083),
    ("payments", 8084),
    ("notifications", 8085),
];

/// What this process is of the shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topology {
    /// The services that it runs, in the order of their starts.
    pub services: Vec<&'static str>,
    /// Whether it has the public door.
    pub has_gateway: bool,
    /// Whether the data is in files of this process alone.
    pub is_embedded: bool,
    /// The folder whose pictures it shows at its door, where it shows any.
    pub pictures: Option<PathBuf>,
    /// The addresses of those that it asks and does not run.
    pub elsewhere: BTreeMap<&'static str, Vec<String>>,
    /// What listens, and where.
    pub listeners: Vec<(&'static str, SocketAddr)>,
    /// What processes of the shop show one another, where they are to.
    pub mutual: Option<MutualTls>,
}

impl Topology {
    /// What `ordo serve NAMES…` must be; all of it without a name.
    ///
    /// # Errors
    /// [`Failure::Config`] with what to set, a line for each mistake.
    pub fn of(config: &Config, names: &[String]) -> Result<Topology, Failure> {
        let part = Component::of(config, names)?;
        let mut mistakes = Mistakes::default();
        mistakes.of(image_folder::check(config, part.pictures.as_deref()));
        let listeners = mistakes.of(listeners(config, &part.services, part.has_gateway, part.is_whole()));
        let mutual = mistakes.of(read_mutual(config));
        if !part.is_embedded {
            mistakes.of(check_no_backups(config));
            mistakes.of(part.check_databases(config));
            mistakes.of(secret_of(config).map(drop));
        }
        let Component { services, has_gateway, is_embedded, pictures } = part;
        let elsewhere = BTreeMap::new();
        let mut shape =
            Topology { services, has_gateway, is_embedded, pictures, elsewhere, listeners, mutual };
        mistakes.of(shape.check_bus(config));
        mistakes.of(check_bus_files(config));
        match is_embedded {
            // none of them is called, and what is set is checked all the same
            true => mistakes.of(check_addresses(config)),
            false => {
                mistakes.of(shape.check_facades(config));
                shape.elsewhere = mistakes.of(shape.find_others(config));
            }
        }
        mistakes.end().map(|()| shape)
    }

    /// Whether the settings can be used together, by one process that runs the whole shop or by any of several.
    ///
    /// # Errors
    /// [`Failure::Config`], a line for each mistake.
    pub(crate) fn check_any(config: &Config) -> Result<(), Failure> {
        if is_embedded(config) {
            return Topology::of(config, &[]).map(drop);
        }
        let mut mistakes = Mistakes::default();
        mistakes.of(image_folder::check(config, image_folder::folder(config, false).as_deref()));
        mistakes.of(listeners(config, &SERVICES, true, false).map(drop));
        mistakes.of(read_mutual(config).map(drop));
        mistakes.of(check_no_backups(config));
        mistakes.of(secret_of(config).map(drop));
        mistakes.of(check_bus_address(config));
        mistakes.of(check_bus_files(config));
        mistakes.of(check_addresses(config));
        mistakes.end()
    }

    /// Whether it runs this service.
    pub fn runs(&self, service: &str) -> bool {
        self.services.contains(&service)
    }

    /// They ask what the gateway asks, and have a database of their own.
    fn check_facades(&self, config: &Config) -> Result<(), Failure> {
        if config.compat.is_empty() {
            return Ok(());
        }
        if !self.has_gateway {
            return wrong(
                "`compat`: the interfaces of other systems are served beside the gateway: `ordo serve gateway --compat \
                 NAME`."
                    .to_owned(),
            );
        }
        match database_of(config, compat::NAME) {
            Some(_) => Ok(()),
            None => wrong(
                "`compat`: the interfaces of other systems have a database of their own, which all processes that serve \
                 them share: set ORDO_DATABASE_URL."
                    .to_owned(),
            ),
        }
    }

    /// In memory, events reach this process alone: the consumers of a service must be in the same process.
    fn check_bus(&self, config: &Config) -> Result<(), Failure> {
        if config.bus != MEMORY {
            return check_bus_address(config);
        }
        if self.services.is_empty() || self.services.len() == SERVICES.len() {
            return Ok(());
        }
        let without: Vec<_> = SERVICES.into_iter().filter(|service| !self.runs(service)).collect();
        wrong(format!(
            "`bus`: in memory no event gets from {} to {} in another process: set ORDO_BUS to the address of a NATS \
             server, such as nats://127.0.0.1:4222, or run all five services in one process.",
            self.services.join(" and "),
            without.join(", ")
        ))
    }

    fn find_others(&self, config: &Config) -> Result<BTreeMap<&'static str, Vec<String>>, Failure> {
        let mut mistakes = Mistakes::default();
        let mut elsewhere = BTreeMap::new();
        for service in SERVICES.into_iter().filter(|service| !self.runs(service)) {
            if !url_of(config, service).0.is_empty() {
                elsewhere.insert(service, mistakes.of(addresses(service, config)));
            }
        }
        let asking = self.services.iter().map(|service| (*service, dependencies::dependencies_of(service)));
        let door = self.has_gateway.then(|| (GATEWAY, BTreeSet::from(SERVICES)));
        let mut missing = BTreeMap::new();
        for (caller, needed) in asking.chain(door) {
            let needed =
                needed.iter().filter(|callee| !self.runs(callee) && !elsewhere.contains_key(*callee));
            missing.extend(needed.map(|callee| (*callee, caller)));
        }
        for (callee, caller) in missing {
            let (setting, scheme, port) = (callee.to_uppercase(), scheme(config), port(callee));
            mistakes.of::<()>(wrong(format!(
                "{caller} calls {callee}, which does not run in this process: set ORDO_{setting}_URL to the address of \
                 {callee}, such as {scheme}://127.0.0.1:{port}, or to several addresses between commas."
            )));
        }
        mistakes.end().map(|()| elsewhere)
    }
}

/// The database that a service's data is in; none where it is embedded.
pub fn database_of<'a>(config: &'a Config, service: &str) -> Option<&'a Secret> {
    let own = match service {
        "auth" => &config.auth_database_url,
        "products" => &config.products_database_url,
        "orders" => &config.orders_database_url,
        // another company's, as it were, which keeps its books beside ours
        "payments" | "simulator" => &config.payments_database_url,
        "notifications" => &config.notifications_database_url,
        _ => &None,
    };
    // set to nothing, as templates of environments have it, is not set
    let is_set = |url: &&Secret| !url.expose().is_empty();
    own.as_ref().filter(is_set).or(config.database_url.as_ref().filter(is_set))
}

/// Whether no service's data is on PostgreSQL: one process has all of it.
fn is_embedded(config: &Config) -> bool {
    SERVICES.iter().all(|service| database_of(config, service).is_none())
}

/// Whether every service's data is on PostgreSQL, as a shop of several processes has it.
pub fn is_on_postgres(config: &Config) -> bool {
    SERVICES.iter().all(|service| database_of(config, service).is_some())
}

/// Whether every service has an address to be asked at.
pub fn names_all(config: &Config) -> bool {
    SERVICES.iter().all(|service| !url_of(config, service).0.is_empty())
}

/// The addresses of all services, for a process that runs none of them.
///
/// # Errors
/// [`Failure::Config`] where one is missing or wrong.
pub(crate) fn all_others(config: &Config) -> Result<BTreeMap<&'static str, Vec<String>>, Failure> {
    let mut all = BTreeMap::new();
    for service in SERVICES {
        let addresses = addresses(service, config)?;
        if addresses.is_empty() {
            let setting = format!("ORDO_{}_URL", service.to_uppercase());
            return wrong(format!("{service} is to be asked, and nobody says where: set {setting}"));
        }
        all.insert(service, addresses);
    }
    Ok(all)
}

fn url_of<'a>(config: &'a Config, service: &str) -> &'a List {
    match service {
        "auth" => &config.auth_url,
        "products" => &config.products_url,
        "orders" => &config.orders_url,
        "payments" => &config.payments_url,
        _ => &config.notifications_url,
    }
}

pub(crate) fn check_bus_address(config: &Config) -> Result<(), Failure> {
    let is_nats = |url: &str| ["nats://", "tls://"].iter().any(|scheme| url.trim().starts_with(scheme));
    match config.bus == MEMORY || config.bus.split(',').all(is_nats) {
        true => Ok(()),
        false => wrong(format!(
            "`bus`: `{MEMORY}` or the address of a NATS server, such as nats://127.0.0.1:4222, is expected, not {}",
            quoted(&without_credentials(&config.bus))
        )),
    }
}

/// How services are asked.
fn scheme(config: &Config) -> &'static str {
    if shown(config)[0].is_some() { "https" } else { "http" }
}

fn addresses(service: &str, config: &Config) -> Result<Vec<String>, Failure> {
    let List(set) = url_of(config, service);
    let scheme = scheme(config);
    let is_address = |text: &String| {
        let rest = text.strip_prefix(scheme).and_then(|rest| rest.strip_prefix("://"));
        let host = rest.map(|rest| rest.trim_end_matches('/'));
        host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '@', '?', '#', ' ']))
    };
    match set.iter().find(|text| !is_address(text)) {
        Some(bad) => wrong(format!(
            "`{service}_url`: an address such as {scheme}://{service}:{} is expected, not {}{}",
            port(service),
            quoted(bad),
            if scheme == "https" { " (with ORDO_SERVICES_CA, services are asked over TLS)" } else { "" }
        )),
        None => Ok(set.iter().map(|text| text.trim_end_matches('/').to_owned()).collect()),
    }
}

/// Whether the addresses of services that are set can be used.
///
/// # Errors
/// [`Failure::Config`], a line for each setting that cannot.
pub(crate) fn check_addresses(config: &Config) -> Result<(), Failure> {
    let mut mistakes = Mistakes::default();
    SERVICES.into_iter().for_each(|service| drop(mistakes.of(addresses(service, config))));
    mistakes.end()
}

/// The addresses of a service in other processes, where they are set and can be used.
pub(crate) fn addresses_set(config: &Config, service: &str) -> Vec<String> {
    addresses(service, config).unwrap_or_default()
}

/// The whole shop listens at its door alone, and a part of it at each service, unless something else is set.
fn listeners(
    config: &Config,
    services: &[&'static str],
    has_gateway: bool,
    is_whole: bool,
) -> Result<Vec<(&'static str, SocketAddr)>, Failure> {
    let here = || has_gateway.then_some(GATEWAY).into_iter().chain(services.iter().copied());
    let known = || here().chain([METRICS]);
    let mut set = BTreeMap::new();
    for text in &config.listen.0 {
        let (name, address) = match text.split_once('=') {
            Some((name, address)) => (known().find(|one| *one == name), address),
            // an address alone is the gateway's, or that of the only service
            None => (here().next().filter(|_| has_gateway || services.len() == 1), text.as_str()),
        };
        let Some(name) = name else {
            let names = known().collect::<Vec<_>>().join(", ");
            let text = quoted(text);
            return wrong(format!("`listen`: NAME=ADDRESS is expected, not {text}; of the names {names}"));
        };
        let address = address_of(address).ok_or_else(|| {
            let example = port(name);
            let hint = match address.trim_start_matches(':').parse::<u16>() {
                Ok(port) => format!(". For another port alone, set `port`: --port {port}"),
                Err(_) => String::new(),
            };
            Failure::Config(format!(
                "`listen`: an address in numbers (or localhost) and a port, such as 127.0.0.1:{example} or \
                 [::1]:{example}, is expected, not {}{hint}",
                quoted(address)
            ))
        })?;
        if set.insert(name, address).is_some() {
            return wrong(format!("`listen`: {name} is given more than one address"));
        }
    }
    let usual = |name: &str| SocketAddr::from(([127, 0, 0, 1], port(name)));
    if let Some(port) = config.port {
        let Some(first) = here().next().filter(|_| has_gateway || services.len() == 1) else {
            let names = here().collect::<Vec<_>>().join(", ");
            return wrong(format!(
                "`port`: this process has several listeners ({names}). Give each an address with `listen`, such as \
                 --listen {}=127.0.0.1:{port}.",
                services.first().copied().unwrap_or(METRICS)
            ));
        };
        set.entry(first).or_insert_with(|| usual(first)).set_port(port);
    }
    let usually = |name: &str| name != METRICS && (!is_whole || name == GATEWAY);
    let listens = |name: &&str| usually(name) || set.contains_key(name);
    Ok(known()
        .filter(listens)
        .map(|name| (name, set.get(name).copied().unwrap_or_else(|| usual(name))))
        .collect())
}

/// An address and a port. Of names only localhost is one: it is this machine's own wherever it is asked (RFC 6761, 6.3).
fn address_of(text: &str) -> Option<SocketAddr> {
    match text.strip_prefix("localhost:") {
        Some(port) => Some(SocketAddr::from(([127, 0, 0, 1], port.parse().ok()?))),
        None => text.parse().ok(),
    }
}

/// Where the gateway listens, if that is known.
pub(crate) fn gateway_address(config: &Config) -> Option<SocketAddr> {
    let listeners = listeners(config, &SERVICES, true, true).ok()?;
    listeners.iter().find(|(name, _)| *name == GATEWAY).map(|(_, address)| *address)
}

/// Where the links in mails lead: to what is set, else to where an embedded shop's own gateway listens, else nowhere but to
/// their paths, as behind a proxy, or where it listens at every address.
pub(crate) fn site(config: &Config) -> Option<String> {
    let is_one = |at: &SocketAddr| !at.ip().is_unspecified() && at.port() != 0;
    let own = || {
        let here =
            (is_embedded(config) && config.trusted_proxies.is_empty()).then(|| gateway_address(config))?;
        Some(format!("http://{}", here.filter(is_one)?))
    };
    config.public_url.clone().or_else(own)
}

fn port(service: &str) -> u16 {
    PORTS.iter().find(|(name, _)| *name == service).map_or(METRICS_PORT, |(_, port)| *port)
}

/// The secret of a shop on PostgreSQL.
///
/// # Errors
/// [`Failure::Config`] where none is set.
pub(crate) fn secret_of(config: &Config) -> Result<&Secret, Failure> {
    config.secret.as_ref().ok_or_else(|| {
        Failure::Config(
            "`secret`: the processes of a shop on PostgreSQL share one, and none is made for them: set ORDO_SECRET to \
             the same 64 hexadecimal digits for each, as `openssl rand -hex 32` prints them."
                .to_owned(),
        )
    })
}

/// Backups of a shop on PostgreSQL are not ours.
fn check_no_backups(config: &Config) -> Result<(), Failure> {
    match config.backup_to {
        Some(_) => wrong(
            "`backup_to`: only an embedded shop is backed up by itself. Remove it, and back up PostgreSQL as \
             docs/backup-and-restore.md describes."
                .to_owned(),
        ),
        None => Ok(()),
    }
}

/// The mistakes found so far.
#[derive(Default)]
struct Mistakes(Vec<String>);

impl Mistakes {
    /// What was checked; a mistake is noted, and the check goes on without it.
    fn of<T: Default>(&mut self, checked: Result<T, Failure>) -> T {
        checked.unwrap_or_else(|failure| {
            self.0.push(failure.to_string());
            T::default()
        })
    }

    fn end(self) -> Result<(), Failure> {
        if self.0.is_empty() { Ok(()) } else { wrong(self.0.join("\n")) }
    }
}

fn wrong<T>(what: String) -> Result<T, Failure> {
    Err(Failure::Config(what))
}

#[cfg(test)]
mod tests;
