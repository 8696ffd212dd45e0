//! Probes of addresses: they distinguish an unresponsive or unreachable process from one that is busy for a long time.

use crate::transport::Transport;
use bytes::Bytes;
use http::{Request, StatusCode, Uri};
use kernel::Env;
use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};
use tokio::time::timeout;

/// The path to which every server responds while it runs.
const HEALTH: &str = "/health";
/// The path to which a service responds successfully while it can reach its dependencies.
const READY: &str = "/ready";
/// The timeout of a probe if there is another address.
pub(super) const LOOK_WITHIN: Duration = Duration::from_secs(1);
/// The timeout of a probe if there is no other address: a slow connection is better than none.
pub(super) const LAST_LOOK_WITHIN: Duration = Duration::from_secs(3);

/// Sends probes to the addresses of a service.
pub(super) struct Prober {
    pub(super) service: String,
    transport: Arc<dyn Transport>,
    pub(super) env: Env,
    /// Whether there are several addresses.
    pub(super) has_choice: AtomicBool,
}

impl Prober {
    pub(super) fn new(service: &str, transport: Arc<dyn Transport>, env: &Env) -> Prober {
        let has_choice = AtomicBool::new(false);
        Prober { service: service.to_owned(), transport, env: env.clone(), has_choice }
    }

    /// Returns the status of the response, if there is one. The request only reads, so that it has no fail points and
    /// nothing is affected if the process ends during it.
    #[allow(clippy::disallowed_methods, reason = "it reads, and has none of them")]
    async fn ask(&self, address: &str, question: &'static str, within: Duration) -> Option<StatusCode> {
        let mut request = Request::new(Bytes::new());
        *request.uri_mut() = Uri::from_static(question);
        let answered = timeout(within, self.transport.send(address, request)).await;
        answered.ok()?.ok().map(|response| response.status())
    }

    /// Returns whether the address responds. Any response counts, except that of a load balancer without a backend.
    pub(super) async fn is_anybody_at(&self, address: &str, within: Duration) -> bool {
        let answered = self.ask(address, HEALTH, within).await;
        answered.is_some_and(|status| !matches!(status.as_u16(), 502..=504))
    }

    /// Returns whether the service at the address reports that it can reach its dependencies.
    pub(super) async fn is_ready_at(&self, address: &str, within: Duration) -> bool {
        let answered = self.ask(address, READY, within).await;
        answered.is_some_and(|status| status.is_success())
    }
}
