//! `ordo doctor`: checks all that a shop needs on this machine, and the running shop, and reports of each whether it is well
//! and how it is fixed. It changes nothing.

mod backups;
mod data_folder;
mod deep;
mod feeds;
mod pools;
mod running;

pub(crate) use feeds::ahead as ahead_of_producers;

use crate::{
    cli::Cli,
    compat,
    config::{self, Config, MEMORY},
    data_dir::{self, Holder},
    databases::Databases,
    distributed,
    exit_code::Failure,
    image_folder, output, runtime, secret_check, serve,
    stores::Stores,
    topology::{self, Component, GATEWAY, Topology},
};
use db::{Db, postgres::ReplicaError};
use endpoint::http::Uri;
use kernel::Timestamp;
use std::{
    fs,
    net::{IpAddr, SocketAddr},
    path::Path,
    process::ExitCode,
    time::Duration,
};
use tokio::{
    net::lookup_host,
    time::{Instant, sleep, timeout},
};

/// No clock that is right says less: 1 January 2026.
const NOT_BEFORE: Timestamp = Timestamp::from_seconds(1_767_225_600);
/// What clocks may differ by.
const TOLERANCE: Duration = Duration::from_secs(60);

/// A certificate that is over sooner must be replaced.
const GOOD_FOR: Duration = Duration::from_secs(30 * 24 * 3600);
/// How long NATS has to let us in.
const BUS_WITHIN: Duration = Duration::from_secs(5);
/// How long a name may take to be resolved.
const RESOLVE_WITHIN: Duration = Duration::from_secs(5);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// What is well, or what is wrong and how it is repaired.
type CheckResult = Result<String, String>;

/// Checks everything, prints a line for each, and reports by the exit code whether all is well.
pub async fn run(cli: &Cli, services: &[String], deep: bool) -> ExitCode {
    let mut is_well = true;
    let mut tell = |name: &str, found: CheckResult| {
        is_well &= found.is_ok();
        let (word, text) = match found {
            Ok(text) => ("ok   ", text),
            Err(text) => ("wrong", text),
        };
        output::line(format_args!("{word}  {name}: {text}"));
    };
    let (config, sources, mistakes) = config::read_all(cli);
    let part = match Component::of(&config, services) {
        Ok(part) if mistakes.is_empty() => part,
        part => {
            // one line for each mistake
            let more = part.map_or_else(|failure| failure.to_string(), |_| refused(&config, services));
            let all = config::in_order(mistakes, &config::locate(&sources, &more));
            all.into_iter().for_each(|wrong| tell("configuration", Err(wrong)));
            return ExitCode::FAILURE;
        }
    };
    let mut found = look(&config, &part).await;
    if deep {
        found.extend(deep::look(&config, &part).await);
    }
    let mistakes = refused_together(&refused(&config, services), &found);
    if mistakes.is_empty() {
        tell("configuration", Ok("every setting is known, and its value of the right form".to_owned()));
    }
    let mistakes = config::in_order(Vec::new(), &config::locate(&sources, &mistakes.join("\n")));
    mistakes.into_iter().for_each(|wrong| tell("configuration", Err(wrong)));
    for (name, found) in found {
        tell(name, found.map_err(|wrong| config::locate(&sources, &wrong)));
    }
    if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Why `ordo serve` with these services would not accept the settings together, a line for each mistake. Without a name,
/// the settings are those of several processes where the shop is on PostgreSQL: no single one has to accept them.
fn refused(config: &Config, services: &[String]) -> String {
    let checked = match services.is_empty() {
        true => Topology::check_any(config),
        false => Topology::of(config, services).map(drop),
    };
    checked.err().map(|failure| failure.to_string()).unwrap_or_default()
}

/// The same without what another check reports.
fn refused_together(refused: &str, found: &[(&str, CheckResult)]) -> Vec<String> {
    let is_reported = |line: &&str| {
        found.iter().any(|(_, found)| matches!(found, Err(wrong) if wrong.lines().any(|one| one == *line)))
    };
    refused.lines().filter(|line| !is_reported(line)).map(str::to_owned).collect()
}

async fn look(config: &Config, part: &Component) -> Vec<(&'static str, CheckResult)> {
    let (mut found, holder) = match part.is_embedded {
        true => look_here(config, part).await,
        false => (look_around(config, part).await, None),
    };
    found.extend(certificate(config).map(|certificate| ("certificate", certificate)));
    found.extend(shown(config, part).map(|shown| ("pictures", shown)));
    found.push(("email links", links(config, part, holder.as_ref()).await));
    found
}

/// At what a process of a shop on PostgreSQL needs. Where it runs no service it needs no database, and hears of no event.
async fn look_around(config: &Config, part: &Component) -> Vec<(&'static str, CheckResult)> {
    if part.services.is_empty() {
        let mut found = vec![("secret", secret(config, part, &Stores::new()).await)];
        found.extend(running::check_services(config).await.map(|services| ("services", services)));
        return found;
    }
    let mut found = databases(config, part).await;
    // a server that cannot be reached is reported once
    if found.iter().all(|(_, found)| found.is_ok()) {
        found.push(("connections", pools::check(config, part).await));
    }
    found.extend(bus(config).await.map(|bus| ("bus", bus)));
    found.extend(running::check_services(config).await.map(|services| ("services", services)));
    found.extend(replicas(config, part).await.map(|replicas| ("read replica", replicas)));
    found
}

/// At what a shop in one process needs. Returns the process that runs it, too.
async fn look_here(config: &Config, part: &Component) -> (Vec<(&'static str, CheckResult)>, Option<Holder>) {
    let data = config.data.as_path();
    let mut found = vec![("clock", clock(data))];
    let mut holder = None;
    match data_folder::there_is(data) {
        Err(wrong) => found.push(("data folder", Err(wrong))),
        Ok(()) => {
            let lock = data_dir::holder(data).map(|running| {
                let text = match &running {
                    Some(Holder { process, .. }) => format!("process {process} runs the shop"),
                    None => "no process uses the data folder".to_owned(),
                };
                holder = running;
                text
            });
            found.extend([
                ("data folder", Ok(data.display().to_string())),
                ("lock", lock),
                ("modes", data_folder::modes(data)),
                ("disk", data_folder::disk(data)),
            ]);
            found.extend(databases(config, part).await);
            found.push(("backups", backups::check(config, holder.is_some())));
        }
    }
    let gateway = holder.as_ref().and_then(|holder| holder.listeners.get(GATEWAY));
    if let Some(url) = gateway {
        found.push(("running shop", running::check_gateway(&reachable(url)).await));
    }
    if let Some(listen) = topology::gateway_address(config) {
        found.push(("address", address(listen, holder.is_some(), gateway).await));
    }
    if !config.compat.is_empty() {
        found.push(("interfaces", interfaces(config, holder.is_some()).await));
    }
    (found, holder)
}

/// The URL of a listener, as it can be called from this machine.
fn reachable(url: &str) -> String {
    let address = url.strip_prefix("http://").and_then(|address| address.parse().ok());
    address.map_or_else(|| url.to_owned(), |address| format!("http://{}", serve::reachable(address)))
}

/// What this process shows the others, where it shows anything: whether they believe it, and go on to.
fn certificate(config: &Config) -> Option<CheckResult> {
    const MEND: &str = "Have the authority make another one, and start the process with it.";
    if let Err(failure) = topology::read_mutual(config) {
        return Some(Err(failure.to_string()));
    }
    let (file, over) = match topology::shown_until(config, host::env().now().plus(GOOD_FOR)) {
        Ok(shown) => shown?,
        Err(failure) => return Some(Err(failure.to_string())),
    };
    let (file, days) = (file.display(), GOOD_FOR.as_secs() / (24 * 3600));
    Some(match over {
        None => Ok(format!("the other processes believe {file}, and will for {days} days at least")),
        Some(at) => Err(format!("{file} is over at {at}, and the others believe it no longer. {MEND}")),
    })
}

/// Whose pictures are shown, where there are any.
fn shown(config: &Config, part: &Component) -> Option<CheckResult> {
    let folder = part.pictures.as_deref();
    if let Err(failure) = image_folder::check(config, folder) {
        return Some(Err(failure.to_string()));
    }
    let folder = folder.filter(|folder| folder.exists())?;
    Some(Ok(format!("the gateway shows those in {} at /pictures/", folder.display())))
}

/// Where the links in emails lead, and whether the shop can be there.
async fn links(config: &Config, part: &Component, holder: Option<&Holder>) -> CheckResult {
    let site = topology::site(config);
    let running = holder.filter(|holder| !holder.listeners.is_empty());
    let gateway = match running.and_then(|holder| holder.listeners.get(GATEWAY)) {
        Some(url) => url.strip_prefix("http://").and_then(|address| address.parse().ok()),
        None => part.has_gateway.then(|| topology::gateway_address(config)).flatten(),
    };
    if let Some(url) = &config.public_url {
        check_public_url(url, config, part, gateway).await?;
    }
    let other = running.filter(|holder| holder.site != site).map(|holder| match &holder.site {
        Some(now) => format!("; those of the running shop lead to {now} until it is restarted"),
        None => "; those of the running shop are paths alone until it is restarted".to_owned(),
    });
    let other = other.unwrap_or_default();
    Ok(match site {
        Some(url) if config.public_url.is_some() => format!("their links lead to {url}{other}"),
        Some(url) => format!(
            "their links lead to {url}, where the gateway listens; set ORDO_PUBLIC_URL if customers find it elsewhere{other}"
        ),
        None => format!(
            "their links are paths alone; set ORDO_PUBLIC_URL to where customers find the shop{other}"
        ),
    })
}

/// Whether customers reach the shop by this URL, as far as it can be checked here: its name resolves, and if it is this
/// machine's and no proxy is in front, the gateway listens there and speaks that protocol.
async fn check_public_url(
    url: &str,
    config: &Config,
    part: &Component,
    gateway: Option<SocketAddr>,
) -> Result<(), String> {
    let Ok(uri) = url.parse::<Uri>() else { return Ok(()) };
    let (host, is_tls) = (uri.host().unwrap_or_default(), uri.scheme_str() == Some("https"));
    let name = host.trim_matches(['[', ']']);
    let port = uri.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
    if !matches!(timeout(RESOLVE_WITHIN, lookup_host((name, port))).await, Ok(Ok(_))) {
        return Err(format!(
            "their links lead to {url}, and the name {name} cannot be resolved on this machine. Correct \
             ORDO_PUBLIC_URL, or add the name to the DNS."
        ));
    }
    let is_here = match name.parse::<IpAddr>() {
        Ok(ip) => ip.is_loopback() || gateway.is_some_and(|gateway| ip == gateway.ip()),
        Err(_) => name == "localhost",
    };
    let Some(listens) = gateway.filter(|_| is_here && config.trusted_proxies.is_empty()) else {
        return Ok(());
    };
    // a process that was started with other flags than the doctor listens elsewhere
    let responds = !part.is_embedded && running::is_gateway(&format!("http://{host}:{port}")).await;
    if !responds && listens.port() != 0 && port != listens.port() {
        return Err(format!(
            "their links lead to {url}, and the shop listens at {listens}. Set ORDO_PUBLIC_URL to where customers find \
             it, or let it listen there."
        ));
    }
    match is_tls {
        true => Err(format!(
            "their links lead to {url} over TLS, and the gateway speaks HTTP without. Write http://{host}:{port} in \
             ORDO_PUBLIC_URL, or name the proxy that speaks TLS in ORDO_TRUSTED_PROXIES."
        )),
        false => Ok(()),
    }
}

async fn databases(config: &Config, part: &Component) -> Vec<(&'static str, CheckResult)> {
    match stores(config, part).await {
        Ok(stores) => {
            let mut found = vec![
                ("databases", Ok("all are there, and of this version".to_owned())),
                ("secret", secret(config, part, &stores).await),
            ];
            match part.is_embedded {
                true => found.push(("anchor", feeds::anchored(config, &stores).await)),
                false => found.push(("feeds", feeds::check(&stores).await)),
            }
            let charges = feeds::unknown_charges(config, part, &stores).await;
            found.extend(charges.map(|wrong| ("charges", wrong)));
            if let Some(products) = stores.get(products::NAME) {
                found.push(("currency", currency(config, products).await));
            }
            found
        }
        Err(failure) => vec![("databases", Err(failure.to_string()))],
    }
}

/// The databases of the services that are checked.
async fn stores(config: &Config, part: &Component) -> Result<Stores, Failure> {
    let env = host::env();
    if part.is_embedded {
        return Ok(Databases::look_at(config, &env).await?.stores());
    }
    part.check_databases(config)?;
    distributed::look_at_all(config, &part.services, &env).await
}

async fn currency(config: &Config, products: &Db) -> CheckResult {
    match runtime::check_currency(config, products).await {
        Ok(()) => Ok(format!("{} can be the shop's", config.currency)),
        Err(failure) => Err(failure.to_string()),
    }
}

/// Whether NATS lets us in, where events go by it; without it they come late, by the feeds.
async fn bus(config: &Config) -> Option<CheckResult> {
    if config.bus == MEMORY {
        return None;
    }
    let bus = match distributed::bus(config, &host::env()) {
        Ok(bus) => bus,
        Err(failure) => return Some(Err(failure.to_string())),
    };
    let begun = Instant::now();
    while !bus.is_connected() && begun.elapsed() < BUS_WITHIN {
        sleep(LOOK_AGAIN).await;
    }
    Some(match bus.is_connected() {
        true => Ok("NATS lets us in".to_owned()),
        false => Err(format!(
            "NATS at {} does not let us in within {} seconds. See that it runs where ORDO_BUS says, that it knows the user \
             and password there, or ORDO_BUS_CREDENTIALS, and that ORDO_BUS_CA has its authority. Until then events come late.",
            config::without_credentials(&config.bus),
            BUS_WITHIN.as_secs()
        )),
    })
}

/// Whether lists can be read where the settings say; the shop serves them from the primary otherwise.
async fn replicas(config: &Config, part: &Component) -> Option<CheckResult> {
    let mend = |fault: ReplicaError| match fault {
        ReplicaError::Unreachable(error) => format!("{error}. See that it runs and lets this user in"),
        ReplicaError::NotStandby => {
            "it is no standby (any more). Make it one again, or name one in ORDO_DATABASE_READ_URL".to_owned()
        }
        ReplicaError::WrongCluster => {
            "it is a standby of another server, or the address names another database of it. \
             Name one of this database"
                .to_owned()
        }
        ReplicaError::Lagging => format!(
            "it is more than {} ms behind. See that it hears from the primary, or allow more with \
             ORDO_DATABASE_READ_LAG_MS",
            config.database_read_lag_ms
        ),
    };
    match distributed::replicas(config, &part.services, &host::env()).await {
        Ok(None) => None,
        Ok(Some(faults)) if faults.is_empty() => Some(Ok("lists are read there".to_owned())),
        Ok(Some(faults)) => {
            let each = faults.into_iter().map(|(service, fault)| format!("{service}: {}", mend(fault)));
            let each: Vec<String> = each.collect();
            Some(Err(format!("{}. Until then lists are read on the primary.", each.join("; "))))
        }
        Err(failure) => Some(Err(failure.to_string())),
    }
}

async fn secret(config: &Config, part: &Component, stores: &Stores) -> CheckResult {
    let (text, from) = given_secret(config, part)?;
    let Some(secret) = data_dir::parse_secret(&text) else {
        return Err(format!("{from}: 64 hexadecimal digits are expected. Put back what was there."));
    };
    if stores.is_empty() {
        return Ok(format!("{from} can be one; auth tells at the start whether it is the shop's"));
    }
    match secret_check::writer_with_another(stores, &secret).await {
        Ok(None) => Ok(format!("{from} is the one that the data was written with")),
        Ok(Some(service)) => Err(format!(
            "{from} is not the one that the data of {service} was written with. Put that one back: nothing else opens \
             the data."
        )),
        Err(error) => Err(Failure::from(error).to_string()),
    }
}

/// The text of the secret, and where it is from. A file of it is in the folder of an embedded shop only.
fn given_secret(config: &Config, part: &Component) -> Result<(String, String), String> {
    if config.secret.is_some() || !part.is_embedded {
        let set = topology::secret_of(config).map_err(|failure| failure.to_string())?;
        return Ok((set.expose().to_owned(), "`secret`".to_owned()));
    }
    let file = config.data.join("secret");
    let missing = |e: std::io::Error| {
        format!("{}: {e}. Put the file back, or set ORDO_SECRET to what was in it.", file.display())
    };
    Ok((fs::read_to_string(&file).map_err(missing)?, file.display().to_string()))
}

async fn address(listen: SocketAddr, runs: bool, gateway: Option<&String>) -> CheckResult {
    if let Some(url) = gateway {
        return Ok(match *url == format!("http://{listen}") {
            true => format!("the running shop listens at {listen}"),
            false => {
                format!("the running shop listens at {url}; with these settings, {listen} after a restart")
            }
        });
    }
    match serve::bind(listen).await {
        Ok(_) => Ok(format!("{listen} is free")),
        Err(_) if runs => Ok(format!("{listen} is taken, while the shop runs")),
        Err(failure) => Err(failure.to_string()),
    }
}

/// Where the façades listen. Beside the shop that runs them, their ports are taken.
async fn interfaces(config: &Config, runs: bool) -> CheckResult {
    match compat::Listeners::bind(config).await {
        Ok(listeners) => Ok(format!("their ports are free:{}", listeners.said())),
        Err(Failure::Listen(_)) if runs => Ok("their ports are taken, while the shop runs".to_owned()),
        Err(failure) => Err(failure.to_string()),
    }
}

/// Times are compared with those in the data: a clock that is wrong expires orders and tokens, or never does.
fn clock(data: &Path) -> CheckResult {
    let now = host::env().now();
    let mend = "Set the system's clock, by NTP for example.";
    if now < NOT_BEFORE {
        return Err(format!(
            "it is {now} by the system's clock, which is before this program was made. {mend}"
        ));
    }
    match data_dir::last_written(data).filter(|newest| newest.since(now) > TOLERANCE) {
        Some(newest) => Err(format!(
            "it is {now} by the system's clock, and the data was written at {newest}, which is still to come. {mend}"
        )),
        None => Ok(format!("it is {now}")),
    }
}
