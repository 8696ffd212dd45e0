//! The role payments, and the simulated provider beside it.

use super::{Parts, settings};
use flow::Service;
use payments::{
    NAME, Needs,
    providers::simulator::{self, Simulator},
};
use std::sync::Arc;

pub(super) fn service(parts: &Parts<'_>) -> Service {
    let env = parts.wiring.env.clone();
    let settings = settings::payments(&parts.wiring.config);
    let webhooks = parts.client(simulator::NAME, NAME);
    let provider = Simulator::new(env.clone(), parts.db(simulator::NAME), webhooks, &settings);
    payments::service(Needs {
        env,
        db: parts.db(NAME),
        shell: parts.shell(NAME),
        cursors: parts.cursors(),
        provider: Arc::new(provider),
        settings,
    })
}
