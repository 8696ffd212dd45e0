//! One file per role: what a service is given, and how it is started.

mod auth;
mod feeds;
pub mod gateway;
mod notifications;
mod orders;
mod payments;
mod products;
pub(crate) mod settings;
mod startup;
#[cfg(test)]
mod tests;
mod web;

use crate::{
    audit::server::{self, ServiceRecords},
    config::MEMORY,
    exit_code::Failure,
    runtime_deps::RuntimeDeps,
    stores::Stores,
    topology::GATEWAY,
};
use axum::{
    Router,
    extract::Request,
    middleware::{self, Next},
    response::IntoResponse,
};
use bus::Bus;
use db::Db;
use endpoint::client::Client;
use flow::{ConsumerLeases, Service};
use ordo_http::{ApiContext, Cursors, RequestLimits, TokenVerifier};
pub(crate) use payments::provider;
use serde_json::json;
pub use startup::StartupChecks;
use std::{collections::BTreeMap, sync::Arc};

/// What the roles are made of.
pub struct RoleDeps<'a> {
    wiring: &'a RuntimeDeps,
    stores: &'a Stores,
    /// Each service verifies by itself who calls it; what it must know for that, all of this process share.
    verifier: TokenVerifier,
}

impl<'a> RoleDeps<'a> {
    /// The parts of the services that have a database here, and of the gateway.
    pub fn new(wiring: &'a RuntimeDeps, stores: &'a Stores) -> Self {
        let authority = auth::authority(wiring, stores);
        let settings = settings::auth(&wiring.config);
        let rules = settings.token_rules(::auth::NAME);
        let verifier = TokenVerifier::new(rules, &wiring.secret, authority, wiring.env.clone());
        RoleDeps { wiring, stores, verifier }
    }

    /// Every service of this process, ready to be started.
    pub fn services(&self) -> Vec<Service> {
        let makers: [(&str, ServiceFactory<'a>); 5] = [
            (::auth::NAME, auth::service),
            (::products::NAME, products::service),
            (::orders::NAME, orders::service),
            (::payments::NAME, payments::service),
            (::notifications::NAME, notifications::service),
        ];
        let here = makers.iter().filter(|(service, _)| self.stores.contains_key(service));
        here.map(|(_, make)| self.audited(make(self))).collect()
    }

    /// The service with its answers to audits.
    fn audited(&self, service: Service) -> Service {
        let name = service.name;
        let provider = (name == ::payments::NAME).then(|| self.db(::simulator::NAME));
        let records = ServiceRecords { service: name, db: self.db(name), provider };
        server::add_to(service, records, self.shell(name))
    }

    /// The database of a service of this process.
    fn db(&self, service: &str) -> Db {
        self.stores.get(service).expect("a service is made only where its database is").clone()
    }
    fn shell(&self, service: &'static str) -> ApiContext {
        ApiContext {
            service,
            verify: Arc::new(self.verifier.for_service(service)),
            env: self.wiring.env.clone(),
            limits: self.limits(),
        }
    }
    fn limits(&self) -> RequestLimits {
        RequestLimits { admission: self.wiring.admission.clone(), ..settings::limits(&self.wiring.config) }
    }
    fn cursors(&self) -> Cursors {
        Cursors::new(&self.wiring.secret)
    }
    fn client(&self, caller: &str, callee: &str) -> Client {
        self.wiring.network.client(caller, callee)
    }
}

/// How a service is made.
type ServiceFactory<'a> = fn(&RoleDeps<'a>) -> Service;

/// What answers for each service.
type Routers = Vec<(&'static str, Router)>;

/// What answers at each listener.
pub type ListenerRouters = BTreeMap<&'static str, Router>;

/// What was started, with its doors.
pub struct StartedProcess {
    /// What answers at each listener.
    pub doors: ListenerRouters,
    /// What is waited for once they are open.
    pub opening: StartupChecks,
    /// Whose turns are given back at the end.
    pub turns: ConsumerLeases,
}

/// Services at work, without a door.
pub(crate) struct StartedServices {
    routers: Routers,
    /// All of them share it.
    verifier: TokenVerifier,
    turns: ConsumerLeases,
}

/// Starts every service that has a database here, and gives their doors and the public one, and what they wait for.
///
/// # Errors
/// When the keys and ended sessions cannot be read in a process that has the database of auth.
pub async fn start_all(
    wiring: &RuntimeDeps,
    stores: &Stores,
    bus: &Arc<dyn Bus>,
) -> Result<StartedProcess, Failure> {
    let StartedServices { routers, verifier, turns } = start_services(wiring, stores, bus).await?;
    let opening = StartupChecks::new(wiring, stores, verifier.clone());
    let mut doors: ListenerRouters = routers.iter().cloned().collect();
    doors.insert(GATEWAY, gateway::router(wiring, stores, routers, verifier, bus)?);
    Ok(StartedProcess { doors, opening, turns })
}

/// Starts every service that has a database here, without a listener. If auth is one of them, callers can be verified
/// already.
///
/// # Errors
/// When the keys and ended sessions cannot be read in a process that has the database of auth.
pub(crate) async fn start_services(
    wiring: &RuntimeDeps,
    stores: &Stores,
    bus: &Arc<dyn Bus>,
) -> Result<StartedServices, Failure> {
    let parts = RoleDeps::new(wiring, stores);
    let services = parts.services();
    let verifier = parts.verifier.clone();
    bind(wiring, stores, &services, &verifier).await?;
    if stores.contains_key(::auth::NAME) {
        wiring.env.spawn("revocations", verifier.clone().watch());
    }
    let turns = ConsumerLeases::default();
    let needs_nats = needs_nats(wiring, stores);
    let start = |service: Service| {
        let name = service.name;
        let db = parts.db(name);
        let router = service.start_in_turn(bus, &turns);
        let router = if needs_nats { with_nats(router, bus, name) } else { router };
        // an embedded shop has lost the same of all services, or does not start
        (name, if wiring.is_embedded { router } else { feeds::checked(router, &db, name) })
    };
    let routers = services.into_iter().map(start).collect();
    Ok(StartedServices { routers, verifier, turns })
}

/// The name of NATS in `/ready`.
const NATS: &str = "nats";

/// Whether events of this process go by NATS.
fn needs_nats(wiring: &RuntimeDeps, stores: &Stores) -> bool {
    wiring.config.bus != MEMORY && !wiring.is_embedded && !stores.is_empty()
}

/// The router of a service, whose `/ready` reports, too, where NATS cannot be reached: the service is ready all the same.
fn with_nats(router: Router, bus: &Arc<dyn Bus>, service: &'static str) -> Router {
    let bus = bus.clone();
    router.layer(middleware::from_fn(move |request: Request, next: Next| {
        let is_ready = request.uri().path() == "/ready";
        let bus = bus.clone();
        async move {
            let response = next.run(request).await;
            if !is_ready || !response.status().is_success() || bus.is_connected() {
                return response;
            }
            let body =
                json!({"status": "degraded", "service": service, "checks": {NATS: "failed"}}).to_string();
            let headers = [("content-type", "application/json"), ("cache-control", "no-store")];
            (headers, body).into_response()
        }
    }))
}

/// Has every service answer what others ask it, and do nothing else: no timer is taken, and no event is sent or heard.
///
/// # Errors
/// When the keys and ended sessions cannot be read.
pub(crate) async fn answer_calls(wiring: &RuntimeDeps, stores: &Stores) -> Result<(), Failure> {
    let parts = RoleDeps::new(wiring, stores);
    bind(wiring, stores, &parts.services(), &parts.verifier).await
}

/// From now on they answer calls.
async fn bind(
    wiring: &RuntimeDeps,
    stores: &Stores,
    services: &[Service],
    verifier: &TokenVerifier,
) -> Result<(), Failure> {
    // all are bound before the first one starts: its questions to the others must find them
    for service in services {
        wiring.network.bind(service.name, service.router.clone());
    }
    // one reads for all
    if stores.contains_key(::auth::NAME) {
        // before the first request: a token that was revoked is not let in
        verifier.read_once().await.map_err(|error| Failure::Data(error.to_string()))?;
    }
    Ok(())
}
