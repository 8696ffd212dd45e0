//! One file per role: what a service is given, and how it is started.

mod auth;
pub mod gateway;
mod notifications;
mod orders;
mod payments;
mod products;
pub(crate) mod settings;
#[cfg(test)]
mod tests;
mod web;

use crate::{
    exit::Failure,
    shape::GATEWAY,
    shop::{Stores, Wiring},
};
use axum::Router;
use bus::Bus;
use db::Db;
use endpoint::client::Client;
use flow::Service;
use ordo_http::{Cursors, Shell, TokenVerifier};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::time::{Instant, sleep};

/// The services of a shop, in the order of their starts.
pub const SERVICES: [&str; 5] =
    [::auth::NAME, ::products::NAME, ::orders::NAME, ::payments::NAME, ::notifications::NAME];

/// What the roles are made of.
pub struct Parts<'a> {
    wiring: &'a Wiring,
    stores: &'a Stores,
    /// Each service verifies by itself who calls it; what it must know for that, all of this process share.
    verifier: TokenVerifier,
}

impl<'a> Parts<'a> {
    /// The parts of the services that have a database here, and of the gateway.
    pub fn new(wiring: &'a Wiring, stores: &'a Stores) -> Self {
        let authority = auth::authority(wiring, stores);
        let settings = settings::auth(&wiring.config);
        let rules = settings.token_rules(::auth::NAME);
        let verifier = TokenVerifier::new(rules, &wiring.secret, authority, wiring.env.clone());
        Parts { wiring, stores, verifier }
    }

    /// Every service of this process, ready to be started.
    pub fn services(&self) -> Vec<Service> {
        let makers: [(&str, Make<'a>); 5] = [
            (::auth::NAME, auth::service),
            (::products::NAME, products::service),
            (::orders::NAME, orders::service),
            (::payments::NAME, payments::service),
            (::notifications::NAME, notifications::service),
        ];
        let here = makers.iter().filter(|(service, _)| self.stores.contains_key(service));
        here.map(|(_, make)| make(self)).collect()
    }

    /// The database of a service of this process.
    fn db(&self, service: &str) -> Db {
        self.stores.get(service).expect("a service is made only where its database is").clone()
    }
    fn shell(&self, service: &'static str) -> Shell {
        Shell {
            service,
            verify: Arc::new(self.verifier.for_service(service)),
            env: self.wiring.env.clone(),
            limits: settings::limits(&self.wiring.config),
        }
    }
    fn cursors(&self) -> Cursors {
        Cursors::new(&self.wiring.secret)
    }
    fn client(&self, caller: &str, callee: &str) -> Client {
        self.wiring.network.client(caller, callee)
    }
}

/// How a service is made.
type Make<'a> = fn(&Parts<'a>) -> Service;

/// What answers for each service.
type Routers = Vec<(&'static str, Router)>;

/// Starts every service that has a database here, and gives their doors and the public one.
///
/// # Errors
/// When the keys and ended sessions cannot be read.
pub async fn start_all(
    wiring: &Wiring,
    stores: &Stores,
    bus: &Arc<dyn Bus>,
) -> Result<BTreeMap<&'static str, Router>, Failure> {
    let (routers, verifier) = start_services(wiring, stores, bus).await?;
    let mut doors: BTreeMap<_, _> = routers.iter().cloned().collect();
    doors.insert(GATEWAY, gateway::router(wiring, stores, routers, verifier)?);
    Ok(doors)
}

/// Starts every service that has a database here, without a door: gives their routers, and the verifier that all of
/// them share.
///
/// # Errors
/// When the keys and ended sessions cannot be read.
pub(crate) async fn start_services(
    wiring: &Wiring,
    stores: &Stores,
    bus: &Arc<dyn Bus>,
) -> Result<(Routers, TokenVerifier), Failure> {
    let parts = Parts::new(wiring, stores);
    let services = parts.services();
    // all are bound before the first one starts: its questions to the others must find them
    for service in &services {
        wiring.network.bind(service.name, service.router.clone());
    }
    // one reads for all
    let verifier = parts.verifier.clone();
    hear_of_revocations(&verifier, stores.contains_key(::auth::NAME)).await?;
    wiring.env.spawn("revocations", verifier.clone().watch());
    let routers = services.into_iter().map(|service| (service.name, service.start(bus))).collect();
    Ok((routers, verifier))
}

/// A start waits so long for auth in another process. Without it nobody who shows a token is let in; what services ask
/// one another is answered all the same.
const AUTH_WITHIN: Duration = Duration::from_secs(10);
const ASK_AUTH_AGAIN: Duration = Duration::from_millis(200);

/// Before the first request: a token that was revoked is not let in.
async fn hear_of_revocations(verifier: &TokenVerifier, is_here: bool) -> Result<(), Failure> {
    let begun = Instant::now();
    loop {
        match verifier.read_once().await {
            Ok(()) => return Ok(()),
            Err(error) if is_here => return Err(Failure::Data(error.to_string())),
            Err(error) if begun.elapsed() > AUTH_WITHIN => {
                tracing::warn!(%error, "this process starts without auth: tokens are not let in until it answers");
                return Ok(());
            }
            Err(_) => sleep(ASK_AUTH_AGAIN).await,
        }
    }
}
