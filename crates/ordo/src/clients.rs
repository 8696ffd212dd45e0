//! The way from service to service: typed clients with each caller's own credential.

use axum::Router;
use endpoint::{
    client::{Client, Policy},
    http_transport::Http,
    mutual_tls::MutualTls,
    transport::{Local, Transport},
};
use kernel::{Env, secret::RootSecret};
use ordo_http::token::ServiceCredential;
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// The longest that one try of a call may take: a payment provider has its own, shorter time-out.
pub(crate) const PER_TRY: Duration = Duration::from_secs(12);

/// The services' addresses, and what is needed to call them; cheap to clone.
#[derive(Clone)]
pub struct Network {
    local: Local,
    http: Arc<Http>,
    mutual: Option<MutualTls>,
    elsewhere: Arc<RemoteServices>,
    env: Env,
    pub(crate) secret: RootSecret,
}

/// The addresses of the services in other processes.
pub type RemoteServices = BTreeMap<&'static str, Vec<String>>;

impl Network {
    /// All services in this process; each is bound when it has started.
    pub fn in_process(env: &Env, secret: &RootSecret) -> Self {
        Self::with(env, secret, RemoteServices::new(), None)
    }

    /// Those services in other processes, and all others in this one. Over TLS it shows the certificate of `mutual`.
    pub fn with(
        env: &Env,
        secret: &RootSecret,
        elsewhere: RemoteServices,
        mutual: Option<MutualTls>,
    ) -> Self {
        Network {
            local: Local::new(),
            http: Arc::new(Http::with(mutual.as_ref())),
            mutual,
            elsewhere: Arc::new(elsewhere),
            env: env.clone(),
            secret: secret.clone(),
        }
    }

    /// The services in other processes.
    pub fn elsewhere(&self) -> &RemoteServices {
        &self.elsewhere
    }

    /// What is shown to processes that are asked over TLS.
    pub fn mutual(&self) -> Option<&MutualTls> {
        self.mutual.as_ref()
    }

    /// From now on `service` answers calls.
    pub fn bind(&self, service: &str, router: Router) {
        self.local.bind(service, router);
    }

    /// A client of `callee` that shows who calls: `caller`.
    pub fn client(&self, caller: &str, callee: &str) -> Client {
        let credential = ServiceCredential::new(&self.secret, caller, callee, self.env.clone());
        self.public_client(callee).with_credential(Arc::new(credential))
    }
    /// The same, a client for each address of `callee`: who asks how each process does must not be sent to any of them.
    pub fn each_client(&self, caller: &str, callee: &str) -> Vec<Client> {
        let credential = Arc::new(ServiceCredential::new(&self.secret, caller, callee, self.env.clone()));
        let (transport, addresses): (Arc<dyn Transport>, _) = match self.elsewhere.get(callee) {
            Some(addresses) => (self.http.clone(), addresses.clone()),
            None => (Arc::new(self.local.clone()), vec![Local::address(callee)]),
        };
        let client = |address: String| {
            let client = Client::to(callee, transport.clone(), &[address], self.env.clone());
            client.with_credential(credential.clone())
        };
        addresses.into_iter().map(client).collect()
    }
    /// A client of `callee` that shows what the context carries: a person's own token.
    pub fn public_client(&self, callee: &str) -> Client {
        self.public_client_by(callee, |transport| transport)
    }
    /// The same, by another transport that is made of the usual one.
    pub fn public_client_by(
        &self,
        callee: &str,
        by: impl FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport>,
    ) -> Client {
        let (transport, addresses): (Arc<dyn Transport>, _) = match self.elsewhere.get(callee) {
            Some(addresses) => (self.http.clone(), addresses.clone()),
            None => (Arc::new(self.local.clone()), vec![Local::address(callee)]),
        };
        // a slow service does not get a request twice: probes detect an unresponsive one
        Client::to(callee, by(transport), &addresses, self.env.clone())
            .with_policy(Policy { per_try: PER_TRY, ..Policy::default() })
    }
}
