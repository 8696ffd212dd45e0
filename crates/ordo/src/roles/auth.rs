//! The role auth: accounts, sessions, tokens.

use super::{RoleDeps, settings};
use crate::{runtime_deps::RuntimeDeps, service_names::SERVICES, stores::Stores, topology::GATEWAY};
use auth::{AuthDependencies, NAME, own_authority, remote_authority};
use flow::Service;
use ordo_http::Authority;
use std::sync::Arc;

/// Whom this process asks about tokens: its own database of auth, or auth in another process.
pub(super) fn authority(wiring: &RuntimeDeps, stores: &Stores) -> Arc<dyn Authority> {
    let env = wiring.env.clone();
    match stores.get(NAME) {
        Some(db) => own_authority(env, db.clone(), &wiring.secret, &settings::auth(&wiring.config)),
        None => {
            let asking = SERVICES.into_iter().find(|service| stores.contains_key(service)).unwrap_or(GATEWAY);
            remote_authority(env, wiring.network.client(asking, NAME))
        }
    }
}

pub(super) fn service(parts: &RoleDeps<'_>) -> Service {
    auth::service(AuthDependencies {
        env: parts.wiring.env.clone(),
        db: parts.db(NAME),
        secret: parts.wiring.secret.clone(),
        verifier: parts.verifier.for_service(NAME),
        // they share what its own knows
        neighbours: Vec::new(),
        limits: parts.limits(),
        settings: settings::auth(&parts.wiring.config),
    })
}
