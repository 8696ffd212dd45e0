//! `ordo serve`: starts, says that it is ready, and stops without breaking what runs.

use crate::{admin, config::Config, demo, exit::Failure, shop::Shop};
use ordo_http::ServerLimits;
use std::{io::Write, time::Duration};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

/// What the longest request may take, in seconds.
const LONGEST_REQUEST_S: u64 = 30;

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// When the shop cannot be opened, the address is taken, or requests were cut off at the end.
pub async fn run(config: Config, with_demo: bool) -> Result<(), Failure> {
    if let Some(point) = &config.failpoint {
        kernel::failpoint::arm(point).map_err(|why| Failure::Config(format!("`failpoint`: {why}")))?;
    }
    let mut stop = Stop::listen()?;
    let listener = bind(&config.listen).await?;
    let address = listener.local_addr().map_err(Failure::other)?;
    let limits = ServerLimits { drain_within: Duration::from_secs(config.drain), ..ServerLimits::default() };
    let shop = Shop::start(config.clone()).await?;
    admin::from_settings(&config, &shop).await?;
    if with_demo {
        demo::fill(&config, &shop).await?;
    }
    warn(&config);
    let mut said = Vec::new();
    if let Some(token) = auth::make_setup_token(&shop.databases.auth, &host::env()).await? {
        said.push(format!("setup http://{address}/setup#{}", token.expose()));
    }
    said.push(format!("ready gateway=http://{address}"));
    // whoever reads these lines may have gone away, and the shop serves on
    let _ = writeln!(std::io::stdout(), "{}", said.join("\n"));
    let _ = std::io::stdout().flush();
    let served = ordo_http::serve(listener, shop.gateway.clone(), stop.asked(), limits, host::env()).await;
    shop.close().await;
    served.map_err(|error| Failure::NotDrained(error.to_string()))
}

/// What is allowed, and yet hardly meant.
fn warn(config: &Config) {
    if config.hold < LONGEST_REQUEST_S {
        tracing::warn!(
            hold = config.hold,
            "a reservation is asked about before a slow request for it can have ended ({LONGEST_REQUEST_S} s): such \
             an order is refused, and has to be placed again"
        );
    }
}

/// A listener there.
///
/// # Errors
/// [`Failure::Listen`] with how it is mended.
pub(crate) async fn bind(address: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|e| {
        let hint = match e.kind() {
            std::io::ErrorKind::AddrInUse => {
                "Stop what listens there, or choose another with --listen (port 0: any)."
            }
            std::io::ErrorKind::PermissionDenied => "Ports below 1024 need a right of their own.",
            _ => "Choose another with --listen.",
        };
        Failure::Listen(format!("{address} cannot be listened on: {e}. {hint}"))
    })
}

/// The signals that end the process in peace.
struct Stop {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

impl Stop {
    fn listen() -> Result<Self, Failure> {
        let listen = |kind| signal(kind).map_err(|e| Failure::other(format!("signals cannot be heard: {e}")));
        Ok(Stop { terminate: listen(SignalKind::terminate())?, interrupt: listen(SignalKind::interrupt())? })
    }

    async fn asked(&mut self) {
        tokio::select! {
            biased;
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        tracing::info!("asked to stop: what runs is finished first");
    }
}
