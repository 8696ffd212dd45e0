//! The role payments, and the simulated provider beside it.

use super::{RoleDeps, settings};
use crate::{clients::Network, config::Config};
use db::Db;
use flow::Service;
use kernel::Env;
use payment_provider::Provider;
use payments::{NAME, PaymentsDependencies};
use simulator::{Simulator, WebhookKey};
use std::sync::Arc;

/// Who moves the money, with its own database.
pub(crate) fn provider(env: &Env, config: &Config, network: &Network, db: Db) -> Arc<dyn Provider> {
    let webhooks = (network.client(simulator::NAME, NAME), WebhookKey::new(&network.secret));
    Arc::new(Simulator::new(env.clone(), db, webhooks, settings::simulator(config)))
}

pub(super) fn service(parts: &RoleDeps<'_>) -> Service {
    let wiring = parts.wiring;
    payments::service(PaymentsDependencies {
        env: wiring.env.clone(),
        db: parts.db(NAME),
        shell: parts.shell(NAME),
        cursors: parts.cursors(),
        provider: provider(&wiring.env, &wiring.config, &wiring.network, parts.db(simulator::NAME)),
        settings: settings::payments(&wiring.config),
    })
}
