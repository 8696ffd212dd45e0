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

use crate::{
    exit::Failure,
    shop::{Databases, Wiring},
};
use axum::Router;
use bus::Bus;
use endpoint::client::Client;
use flow::Service;
use ordo_http::{Cursors, Shell, TokenVerifier};
use std::{collections::BTreeMap, sync::Arc};

/// The services of a shop, in the order of their starts.
pub const SERVICES: [&str; 5] =
    [::auth::NAME, ::products::NAME, ::orders::NAME, ::payments::NAME, ::notifications::NAME];

/// What the roles are made of.
pub struct Parts<'a> {
    wiring: &'a Wiring,
    databases: &'a Databases,
    /// Each service verifies by itself who calls it; what it must know for that, all of this process share.
    verifiers: BTreeMap<&'static str, TokenVerifier>,
}

impl<'a> Parts<'a> {
    /// The parts of an embedded shop.
    pub fn new(wiring: &'a Wiring, databases: &'a Databases) -> Self {
        let mut parts = Parts { wiring, databases, verifiers: BTreeMap::new() };
        let authority = auth::authority(&parts);
        let settings = settings::auth(&wiring.config);
        let rules = settings.token_rules(::auth::NAME);
        let first = TokenVerifier::new(rules, &wiring.secret, authority, wiring.env.clone());
        parts.verifiers = SERVICES.map(|service| (service, first.for_service(service))).into();
        parts
    }

    /// Every service, ready to be started.
    pub fn services(&self) -> Vec<Service> {
        vec![
            auth::service(self),
            products::service(self),
            orders::service(self),
            payments::service(self),
            notifications::service(self),
        ]
    }

    fn shell(&self, service: &'static str) -> Shell {
        Shell {
            service,
            verify: Arc::new(self.verifiers[service].clone()),
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

/// Starts every service of an embedded shop, and gives the public door.
///
/// # Errors
/// When the keys and ended sessions cannot be read.
pub async fn start_all(
    wiring: &Wiring,
    databases: &Databases,
    bus: &Arc<dyn Bus>,
) -> Result<Router, Failure> {
    let parts = Parts::new(wiring, databases);
    let services = parts.services();
    // all are bound before the first one starts: its questions to the others must find them
    for service in &services {
        wiring.network.bind(service.name, service.router.clone());
    }
    // one reads for all
    let verifier = parts.verifiers[::auth::NAME].clone();
    // before the first request: a token that was revoked is not let in
    verifier.read_once().await.map_err(|e| Failure::Data(e.to_string()))?;
    wiring.env.spawn("revocations", verifier.clone().watch());
    let routers = services.into_iter().map(|service| (service.name, service.start(bus))).collect();
    gateway::router(wiring, databases, routers, verifier)
}
