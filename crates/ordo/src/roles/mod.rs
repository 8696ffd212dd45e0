//! One file per role: what a service is given, and how it is started.

mod auth;
pub mod gateway;
mod notifications;
mod orders;
mod payments;
mod products;

use crate::{
    exit::Failure,
    shop::{Databases, Wiring},
};
use axum::Router;
use bus::Bus;
use flow::Service;
use ordo_http::{
    Authority, Limits, Shell, TokenVerifier,
    token::TokenRules,
};
use std::{sync::Arc, time::Duration};

/// Makes every service of an embedded shop.
///
/// # Errors
/// What a service says that cannot start.
pub async fn all(wiring: &Wiring, databases: &Databases) -> Result<Vec<Service>, Failure> {
    Ok(vec![
        auth::service(wiring, databases).await?,
        products::service(wiring, databases),
        orders::service(wiring, databases),
        payments::service(wiring, databases),
        notifications::service(wiring, databases),
    ])
}

/// Starts every service of an embedded shop, and gives the public door.
///
/// # Errors
/// What a service says that cannot start.
pub async fn start_all(wiring: &Wiring, databases: &Databases, bus: &Arc<dyn Bus>) -> Result<Router, Failure> {
    let services = all(wiring, databases).await?;
    let mut routers = Vec::new();
    for service in services {
        // bound before it starts: its first questions to the others must find them
        wiring.network.bind(service.name, service.router.clone());
        routers.push((service.name, service));
    }
    let started = routers.into_iter().map(|(name, service)| (name, service.start(bus))).collect();
    Ok(gateway::router(wiring, databases, started))
}

/// What every service's endpoints are given, and who tells them who calls.
fn shell(wiring: &Wiring, databases: &Databases, service: &'static str) -> Shell {
    let rules = TokenRules {
        issuer: ::auth::ISSUER.to_owned(),
        audience: ::auth::AUDIENCE.to_owned(),
        service: service.to_owned(),
        longest_life: Duration::from_secs(wiring.config.access_token_ttl),
    };
    let authority: Arc<dyn Authority> = auth::authority(wiring, databases);
    let verifier = TokenVerifier::new(rules, &wiring.secret, authority, wiring.env.clone());
    wiring.env.spawn("revocations", verifier.clone().watch());
    Shell { service, verify: Arc::new(verifier), env: wiring.env.clone(), limits: Limits::default() }
}
