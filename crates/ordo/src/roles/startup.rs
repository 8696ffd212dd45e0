//! What a process waits for before it says that it is ready: to have heard from auth once, and to be of this shop.

use crate::{exit_code::Failure, runtime_deps::RuntimeDeps, secret_check, stores::Stores};
use kernel::{Env, secret::RootSecret};
use ordo_http::{TokenVerifier, token::AuthorityError};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// After the first failure it is asked again so soon, and then each time twice as late.
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// A process that has no service, but the public door, waits no longer. The services see for themselves who calls.
const DOOR_WAITS: Duration = Duration::from_secs(10);

/// What a process waits for once its listeners are open.
pub struct StartupChecks {
    env: Env,
    secret: RootSecret,
    stores: Stores,
    verifier: TokenVerifier,
}

impl StartupChecks {
    pub(super) fn new(wiring: &RuntimeDeps, stores: &Stores, verifier: TokenVerifier) -> StartupChecks {
        let (env, secret, stores) = (wiring.env.clone(), wiring.secret.clone(), stores.clone());
        StartupChecks { env, secret, stores, verifier }
    }

    /// Waits until tokens can be verified, without a limit. In the meantime calls between services are served, and requests
    /// with a token are asked to retry later.
    ///
    /// # Errors
    /// [`Failure::WrongSecret`] when auth does not let this process in, or others wrote its databases.
    pub async fn wait(&self) -> Result<(), Failure> {
        if !self.verifier.has_begun() {
            self.hear_from_auth().await?;
            self.env.spawn("revocations", self.verifier.clone().watch());
        }
        // not before: a secret that is not the shop's must not become its own
        secret_check::keep(&self.stores, &self.secret).await
    }

    async fn hear_from_auth(&self) -> Result<(), Failure> {
        let (begun, mut wait) = (Instant::now(), FIRST_WAIT);
        loop {
            let error = match self.verifier.read_once().await {
                Ok(()) => return Ok(()),
                Err(AuthorityError::Rejected(why)) => {
                    return Err(Failure::WrongSecret(format!(
                        "`secret`: auth does not let this process in: {why}. Use the one that all other processes \
                         of this shop have, and see that the clocks are right."
                    )));
                }
                Err(error) => error,
            };
            if self.stores.is_empty() && begun.elapsed() >= DOOR_WAITS {
                tracing::warn!(%error, "listener opened without auth");
                return Ok(());
            }
            if wait == FIRST_WAIT {
                tracing::warn!(%error, "waiting for auth; tokens are rejected until it responds");
            }
            sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }
}

impl std::fmt::Debug for StartupChecks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Opening")
    }
}
