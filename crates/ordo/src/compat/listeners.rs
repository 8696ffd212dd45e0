//! The façades' listeners: bound before the shop is opened, served until it ends.

use super::settings::{self, chosen};
use crate::{config::Config, exit_code::Failure, serve::not_drained};
use compat::{CompatDependencies, FacadeService, PARTS};
use futures_util::future::join_all;
use ordo_http::{ClientLimits, DrainTimeout, ServerLimits, serve};
use std::{
    future::Future,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};
use tokio::{net::TcpListener, sync::watch};

/// A service of a façade, and where it listens.
struct BoundListener {
    part: FacadeService,
    listener: TcpListener,
    address: SocketAddr,
    /// The same port of IPv6's loopback: to some clients `localhost` is that one only.
    besides: Option<TcpListener>,
}

/// The listeners of all façades that are started.
pub struct Listeners(Vec<BoundListener>);

impl Listeners {
    /// Binds them.
    ///
    /// # Errors
    /// [`Failure::Listen`] with how it is repaired.
    pub async fn bind(config: &Config) -> Result<Listeners, Failure> {
        let mut bound = Vec::new();
        for (part, address) in chosen(config)? {
            let listener = TcpListener::bind(address).await.map_err(|e| {
                let name = part.name();
                let how =
                    format!("Stop what listens there, or choose another port with --compat-port {name}=PORT");
                Failure::Listen(format!("{address} cannot be listened on for {name}: {e}. {how} (0: any)."))
            })?;
            let address = listener.local_addr().map_err(Failure::other)?;
            let besides = match address.ip() {
                IpAddr::V4(Ipv4Addr::LOCALHOST) => {
                    // where there is no IPv6, or the port is taken there, it goes without
                    TcpListener::bind((Ipv6Addr::LOCALHOST, address.port())).await.ok()
                }
                _ => None,
            };
            bound.push(BoundListener { part, listener, address, besides });
        }
        Ok(Listeners(bound))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// ` NAME.SERVICE=URL` of each, for the ready line.
    pub fn said(&self) -> String {
        self.0
            .iter()
            .map(|BoundListener { part, address, .. }| format!(" {}=http://{address}", part.name()))
            .collect()
    }

    /// Reports which of them do not authenticate callers, which settings have no effect, and what can hardly work.
    pub fn warn(&self, config: &Config) {
        for line in settings::idle(config).into_iter().chain(settings::doubtful(config)) {
            tracing::warn!("{line}");
        }
        let open_writes = settings::is_open(config);
        for BoundListener { part, address, .. } in &self.0 {
            if part.is_open {
                let only =
                    if address.ip().is_loopback() { "this machine only" } else { "other machines too" };
                tracing::warn!(
                    facade = part.name(),
                    %address,
                    "this interface asks nobody who they are: whoever reaches it may use it; it listens to {only}"
                );
            } else if part.facade == "ecommerce" && part.service != "auth" && open_writes {
                tracing::warn!(
                    facade = part.name(),
                    %address,
                    "any registered user may write products and order statuses here"
                );
            }
        }
    }

    /// Where an order service finds its user service: in this process, or where the original had it.
    fn user_url(&self, part: FacadeService) -> String {
        let is_users = |one: &FacadeService| one.facade == part.facade && one.service == "users";
        let here = self.0.iter().find(|bound| is_users(&bound.part));
        let usual = || PARTS.iter().find(|one| is_users(one)).map_or(0, |one| one.port);
        match here {
            Some(BoundListener { address, .. }) if address.ip().is_unspecified() => {
                format!("http://127.0.0.1:{}", address.port())
            }
            Some(BoundListener { address, .. }) => format!("http://{address}"),
            None => format!("http://127.0.0.1:{}", usual()),
        }
    }

    /// Serves all of them, until `stop` says so.
    ///
    /// # Errors
    /// [`DrainTimeout`] of the first that had to break off what it did.
    pub fn serve(
        self,
        needs: Option<CompatDependencies>,
        stop: &watch::Receiver<bool>,
        limits: &ServerLimits,
    ) -> impl Future<Output = Result<(), DrainTimeout>> + use<> {
        let routers: Vec<_> = needs
            .map(|needs| {
                let router =
                    |bound: &BoundListener| compat::router(bound.part, &needs, &self.user_url(bound.part));
                self.0.iter().map(router).collect()
            })
            .unwrap_or_default();
        let listeners = self.0.into_iter().zip(routers).flat_map(|(bound, router)| {
            let both = std::iter::once(bound.listener).chain(bound.besides);
            both.map(move |listener| (listener, router.clone()))
        });
        let served = listeners.map(|(listener, (router, refusal))| {
            // they refuse in the words of their originals
            let per_client = limits.per_client.clone();
            let per_client = per_client.map(|limits| ClientLimits { refusal: Some(refusal), ..limits });
            let limits = ServerLimits { any_host: true, per_client, ..limits.clone() };
            let mut stop = stop.clone();
            let stopped = async move {
                // a closed channel is an end, too
                let _ = stop.wait_for(|stopped| *stopped).await;
            };
            serve(listener, router, stopped, limits, host::env())
        });
        let all = join_all(served.collect::<Vec<_>>());
        async move { not_drained(all.await) }
    }
}
