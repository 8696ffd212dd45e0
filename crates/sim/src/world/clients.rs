//! What services and clients call services with, over the world's network.

use super::{Simulation, network::SimTransport};
use crate::load::CLIENTS;
use endpoint::client::{Client, Policy};
use kernel::Env;
use ordo_http::token::ServiceCredential;
use std::{sync::Arc, time::Duration};

/// The longest that one try of a call between services takes, as in the binary.
const PER_TRY: Duration = Duration::from_secs(12);

/// What `caller` calls `callee` with, showing who it is.
pub(crate) fn client(
    world: &Arc<Simulation>,
    env: &Env,
    caller: &'static str,
    callee: &'static str,
) -> Client {
    let credential = ServiceCredential::new(&world.secret, caller, callee, env.clone());
    public_client(world, env, caller, callee)
        .with_credential(Arc::new(credential))
        .with_policy(Policy { per_try: PER_TRY, ..Policy::default() })
}

/// What the checks call `callee` with: they may do what `caller` may, and sit outside, where no mistake is put in.
pub(crate) fn client_in_the_name_of(
    world: &Arc<Simulation>,
    env: &Env,
    caller: &'static str,
    callee: &'static str,
) -> Client {
    let credential = ServiceCredential::new(&world.secret, caller, callee, env.clone());
    public_client(world, env, CLIENTS, callee).with_credential(Arc::new(credential))
}

/// What somebody outside calls `callee` with, showing what the context carries.
pub(crate) fn public_client(
    world: &Arc<Simulation>,
    env: &Env,
    caller: &'static str,
    callee: &'static str,
) -> Client {
    let transport = SimTransport { world: world.clone(), from: caller };
    Client::new(Arc::new(transport), &[callee], env.clone())
}
