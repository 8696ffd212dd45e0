//! `ordo serve`: starts, says that it is ready, and stops without breaking what runs.

use crate::{
    admin, compat,
    config::{Config, MEMORY},
    demo,
    exit_code::Failure,
    logs,
    roles::settings,
    runtime::{Runtime, ServeOptions},
    service_names::SERVICES,
    topology::{self, GATEWAY, Topology},
};
use endpoint::mutual_tls::MutualTls;
use futures_util::future::join_all;
use ordo_http::{DrainTimeout, ServerConfig, ServerLimits};
use std::{
    io::Write,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::absolute,
    time::Duration,
};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
    time::Instant,
};

/// What the longest request may take, in seconds.
const LONGEST_REQUEST_S: u64 = 30;

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// When the shop cannot be opened, the address is taken, or requests were cut off at the end.
pub async fn run(config: Config, services: &[String], wanted: ServeOptions) -> Result<(), Failure> {
    let ServeOptions { demo: with_demo, accept_loss } = wanted;
    let started = Instant::now();
    let shape = Topology::of(&config, services)?;
    if with_demo && !shape.is_embedded {
        return Err(Failure::Config("--demo fills a shop on embedded databases only".to_owned()));
    }
    if accept_loss && !shape.is_embedded {
        return Err(Failure::Config(
            "--accept-loss is for a shop on embedded databases only: run `ordo accept-loss` instead"
                .to_owned(),
        ));
    }
    let mut stop = StopSignals::listen()?;
    logs::summarize(&host::env());
    let listeners = Listeners::bind(&shape).await?;
    let facades = compat::Listeners::bind(&config).await?;
    let shop = Runtime::start(config.clone(), &shape, wanted).await?;
    if let Some(db) = shop.stores.get(auth::NAME) {
        admin::from_settings(&config, db).await?;
    }
    warn(&config, shape.is_embedded);
    facades.warn(&config);
    let mut said = match (with_demo, shop.is_demo) {
        (false, _) => Vec::new(),
        (true, true) => demo::accounts(),
        (true, false) => vec!["demo: the shop is not empty, so nothing was added".to_owned()],
    };
    said.extend(shop.is_new.then(|| format!("created a new shop in {}", full_path(&config))));
    said.extend(setup(&shop, &listeners, &config).await?);
    said.push(format!("ready{}{}", listeners.said(), facades.said()));
    if let Some(barrier) = shop.barrier() {
        // an administrator was made, or a link for the first one
        barrier.wait().await.map_err(Failure::Data)?;
    }
    if let Some(folder) = &shop.folder {
        folder.publish(&listeners.urls(), topology::site(&config).as_deref())?;
    }
    let start = start_line(&config, &shape, format!("{}{}", listeners.said(), facades.said()), shop.is_new);
    let (tell, stopped) = watch::channel(false);
    let limits = ServerLimits { barrier: shop.barrier(), ..limits(&config, &shape) };
    let facades = facades.serve(shop.facades.clone(), &stopped, &limits);
    let asked = async {
        let reason = tokio::select! {
            biased;
            signal = stop.asked() => signal,
            () = ended(stopped.clone()) => "the start failed",
        };
        let _ = tell.send(true);
        (reason, Instant::now())
    };
    let doors = listeners.serve(&shop, &stopped, &limits);
    let opened = async {
        let opened = say_when_open(&shop, &said, start).await;
        if opened.is_err() {
            let _ = tell.send(true);
        }
        opened
    };
    // a process that is asked to stop waits for nothing more
    let opened = async {
        tokio::select! {
            biased;
            opened = opened => opened,
            () = ended(stopped.clone()) => Ok(()),
        }
    };
    let ((reason, asked_at), opened, doors, facades) = tokio::join!(asked, opened, doors, facades);
    shop.close().await;
    let cut_off = [doors, facades].into_iter().filter_map(Result::err).map(|error| error.connections).sum();
    stop_line(reason, started, asked_at, cut_off);
    opened?;
    match cut_off {
        0 => Ok(()),
        connections => Err(Failure::NotDrained(DrainTimeout { connections }.to_string())),
    }
}

/// Reports that it is ready, once it is.
async fn say_when_open(shop: &Runtime, said: &[String], start: impl FnOnce()) -> Result<(), Failure> {
    shop.begun.opening.wait().await?;
    start();
    // if standard output is closed, the shop serves all the same
    let _ = writeln!(std::io::stdout(), "{}", said.join("\n"));
    let _ = std::io::stdout().flush();
    Ok(())
}

/// The data folder, wherever the program was started.
fn full_path(config: &Config) -> String {
    absolute(&config.data).unwrap_or_else(|_| config.data.clone()).display().to_string()
}

/// The line of the log that says what has started.
fn start_line(
    config: &Config,
    shape: &Topology,
    addresses: String,
    is_new_shop: bool,
) -> impl FnOnce() + use<> {
    let topology = if shape.is_embedded { "embedded" } else { "distributed" };
    let (services, has_gateway) = (shape.services.clone(), shape.has_gateway);
    let data = if shape.is_embedded { full_path(config) } else { "PostgreSQL".to_owned() };
    let bus = if config.bus == MEMORY || shape.is_embedded { MEMORY } else { "NATS" };
    move || {
        let version = env!("CARGO_PKG_VERSION");
        let services =
            has_gateway.then_some(GATEWAY).into_iter().chain(services).collect::<Vec<_>>().join(" ");
        let addresses = addresses.trim();
        tracing::info!(version, topology, services, addresses, data, bus, is_new_shop, "ordo has started");
    }
}

/// The line of the log that says why it ends, and what was cut off.
fn stop_line(reason: &str, started: Instant, asked_at: Instant, connections_cut_off: usize) {
    let millis = |since: Instant| u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
    let (uptime_s, drain_ms) = (started.elapsed().as_secs(), millis(asked_at));
    tracing::info!(reason, uptime_s, drain_ms, connections_cut_off, "ordo has stopped");
}

/// Until the end is signalled. A closed channel is an end, too.
async fn ended(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

fn limits(config: &Config, shape: &Topology) -> ServerLimits {
    ServerLimits {
        per_client: settings::per_client(config),
        drain_within: Duration::from_secs(config.drain),
        // of an embedded shop there is no other process to go to
        leave_within: if shape.is_embedded { Duration::ZERO } else { Duration::from_secs(config.leave) },
        ..ServerLimits::default()
    }
}

/// How the first administrator is made, where auth is in this process and there is none.
async fn setup(shop: &Runtime, listeners: &Listeners, config: &Config) -> Result<Option<String>, Failure> {
    let Some(db) = shop.stores.get(auth::NAME) else { return Ok(None) };
    let Some(token) = auth::make_setup_token(db, &host::env()).await? else { return Ok(None) };
    let token = token.expose();
    Ok(Some(match (listeners.address(GATEWAY), &config.public_url) {
        (Some(address), _) => format!("setup http://{}/setup#{token}", reachable(address)),
        (None, Some(url)) => format!("setup {url}/setup#{token}"),
        (None, None) => format!("setup at the gateway: /setup#{token}"),
    }))
}

/// What listens for this process.
struct Listeners {
    bound: Vec<(&'static str, TcpListener, SocketAddr)>,
    mutual: Option<MutualTls>,
}

impl Listeners {
    async fn bind(shape: &Topology) -> Result<Listeners, Failure> {
        let mut bound = Vec::new();
        for (name, address) in &shape.listeners {
            let listener = bind(*address).await?;
            let address = listener.local_addr().map_err(Failure::other)?;
            bound.push((*name, listener, address));
        }
        Ok(Listeners { bound, mutual: shape.mutual.clone() })
    }

    fn address(&self, name: &str) -> Option<SocketAddr> {
        self.bound.iter().find(|(bound, ..)| *bound == name).map(|(_, _, address)| *address)
    }

    /// ` NAME=URL` of each, for the ready line.
    fn said(&self) -> String {
        self.urls().iter().map(|(name, url)| format!(" {name}={url}")).collect()
    }

    /// The name and the URL of each.
    fn urls(&self) -> Vec<(String, String)> {
        let url = |(name, _, address): &(&'static str, TcpListener, SocketAddr)| {
            let scheme = if self.mutual(name).is_some() { "https" } else { "http" };
            ((*name).to_owned(), format!("{scheme}://{address}"))
        };
        self.bound.iter().map(url).collect()
    }

    /// What is shown at a listener, which is for the shop's own processes alone then.
    fn mutual(&self, name: &str) -> Option<MutualTls> {
        self.mutual.clone().filter(|_| SERVICES.contains(&name))
    }

    /// Serves all of them, until `stopped` says so.
    async fn serve(
        self,
        shop: &Runtime,
        stopped: &watch::Receiver<bool>,
        limits: &ServerLimits,
    ) -> Result<(), DrainTimeout> {
        let shown: Vec<_> = self.bound.iter().map(|(name, ..)| self.mutual(name)).collect();
        let served = self.bound.into_iter().zip(shown).filter_map(|((name, listener, _), mutual)| {
            let router = shop.begun.doors.get(name)?.clone();
            let asked = ended(stopped.clone());
            let limits = if name == GATEWAY { limits.clone() } else { limits.clone().behind() };
            let door = ServerConfig { listener, mutual };
            Some(ordo_http::serve(door, router, asked, limits, host::env()))
        });
        not_drained(join_all(served.collect::<Vec<_>>()).await)
    }
}

/// What several servers had to cut off together.
///
/// # Errors
/// [`DrainTimeout`] when any did.
pub(crate) fn not_drained(served: Vec<Result<(), DrainTimeout>>) -> Result<(), DrainTimeout> {
    let connections = served.into_iter().filter_map(Result::err).map(|error| error.connections).sum();
    if connections == 0 { Ok(()) } else { Err(DrainTimeout { connections }) }
}

/// Where a browser on this machine finds what listens at `address`: no link leads to all addresses at once.
pub(crate) fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// What is allowed, and yet hardly meant.
fn warn(config: &Config, is_embedded: bool) {
    let unused = if is_embedded { topology::unused(config) } else { Vec::new() };
    if !unused.is_empty() {
        tracing::warn!(
            settings = unused.join(" "),
            "these settings are not used by one process on SQLite; set ORDO_DATABASE_URL to use PostgreSQL, or remove them"
        );
    }
    if config.hold < LONGEST_REQUEST_S {
        tracing::warn!(
            hold = config.hold,
            "`hold` is shorter than a slow request ({LONGEST_REQUEST_S} s): an order that takes longer is rejected, and has to \
             be placed again"
        );
    }
}

/// A listener there.
///
/// # Errors
/// [`Failure::Listen`] with how it is repaired.
pub(crate) async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|e| {
        let hint = match e.kind() {
            std::io::ErrorKind::AddrInUse => {
                "Stop what listens there, or choose another port with --port (0: any free one) or address with --listen."
            }
            std::io::ErrorKind::PermissionDenied => "Ports below 1024 need a right of their own.",
            _ => "Choose another with --listen.",
        };
        Failure::Listen(format!("{address} cannot be listened on: {e}. {hint}"))
    })
}

/// The signals that end the process in peace.
struct StopSignals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

impl StopSignals {
    fn listen() -> Result<Self, Failure> {
        let listen = |kind| signal(kind).map_err(|e| Failure::other(format!("signals cannot be heard: {e}")));
        Ok(StopSignals {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
        })
    }

    /// The signal, once it has come.
    async fn asked(&mut self) -> &'static str {
        let signal = tokio::select! {
            biased;
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        };
        tracing::info!(signal, "shutdown requested; draining");
        signal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_this_machine_where_all_addresses_are_listened_on() {
        for (listened, told) in [
            ("0.0.0.0:8080", "127.0.0.1:8080"),
            ("[::]:8080", "[::1]:8080"),
            ("127.0.0.1:8080", "127.0.0.1:8080"),
            ("10.0.0.5:80", "10.0.0.5:80"),
            ("[fd00::5]:80", "[fd00::5]:80"),
        ] {
            assert_eq!(reachable(listened.parse().unwrap()).to_string(), told);
        }
    }
}
