//! The way from service to service: typed clients with each caller's own credential.

use axum::Router;
use endpoint::{
    client::{Client, Policy},
    transport::{Local, Transport},
};
use kernel::{Env, secret::RootSecret};
use ordo_http::token::ServiceCredential;
use std::{sync::Arc, time::Duration};

/// The longest that one try of a call may take: a payment provider has its own, shorter time-out.
const PER_TRY: Duration = Duration::from_secs(12);

/// The services' addresses, and what is needed to call them; cheap to clone.
#[derive(Clone)]
pub struct Network {
    local: Local,
    env: Env,
    secret: RootSecret,
}

impl Network {
    /// All services in this process; each is bound when it has started.
    pub fn in_process(env: &Env, secret: &RootSecret) -> Self {
        Network { local: Local::new(), env: env.clone(), secret: secret.clone() }
    }

    /// From now on `service` answers calls.
    pub fn bind(&self, service: &str, router: Router) {
        self.local.bind(service, router);
    }

    /// A client of `callee` that shows who calls: `caller`.
    pub fn client(&self, caller: &str, callee: &str) -> Client {
        let transport: Arc<dyn Transport> = Arc::new(self.local.clone());
        let credential = ServiceCredential::new(&self.secret, caller, callee, self.env.clone());
        Client::new(transport, &[Local::address(callee)], self.env.clone())
            .with_credential(Arc::new(credential))
            .with_policy(Policy { per_try: PER_TRY, ..Policy::default() })
    }
    /// A client of `callee` that shows what the context carries: a person's own token.
    pub fn public_client(&self, callee: &str) -> Client {
        let transport: Arc<dyn Transport> = Arc::new(self.local.clone());
        Client::new(transport, &[Local::address(callee)], self.env.clone())
    }
}
