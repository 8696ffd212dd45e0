//! The role auth: accounts, sessions, tokens.

use super::{Parts, settings};
use auth::{Needs, own_authority};
use flow::Service;
use ordo_http::Authority;
use std::sync::Arc;

pub(super) fn authority(parts: &Parts<'_>) -> Arc<dyn Authority> {
    let wiring = parts.wiring;
    own_authority(
        wiring.env.clone(),
        parts.databases.auth.clone(),
        &wiring.secret,
        &settings::auth(&wiring.config),
    )
}

pub(super) fn service(parts: &Parts<'_>) -> Service {
    auth::service(Needs {
        env: parts.wiring.env.clone(),
        db: parts.databases.auth.clone(),
        secret: parts.wiring.secret.clone(),
        verifier: parts.verifiers[auth::NAME].clone(),
        // they share what its own knows
        neighbours: Vec::new(),
        limits: settings::limits(&parts.wiring.config),
        settings: settings::auth(&parts.wiring.config),
    })
}
