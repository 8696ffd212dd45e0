//! Liveness probes of a server: an open connection does not show whether the server is alive.

use super::{Config, connect::connector};
use crate::Result;
use deadpool_postgres::Connect;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

/// The waiting time after which a probe is started, if no other request is answered either.
pub(super) const DOUBT: Duration = Duration::from_secs(2);
/// The time within which a live server accepts or rejects a connection.
const WITHIN: Duration = Duration::from_secs(3);

/// Opens a separate connection to a server, once for all waiters. Cheap to clone.
#[derive(Clone)]
pub(super) struct LivenessProbe {
    server: Arc<tokio_postgres::Config>,
    connector: Arc<dyn Connect>,
    last: Arc<Mutex<Option<(Instant, bool)>>>,
}

impl LivenessProbe {
    pub(super) fn at(config: &Config) -> Result<LivenessProbe> {
        let (server, connector) = connector(config)?;
        Ok(LivenessProbe { server: Arc::new(server), connector: Arc::new(connector), last: Arc::default() })
    }

    /// Returns whether the server currently accepts or rejects a connection, for example because it has too many.
    pub(super) async fn is_answered(&self) -> bool {
        let mut last = self.last.lock().await;
        if let Some((at, was_answered)) = *last
            && at.elapsed() < DOUBT
        {
            return was_answered;
        }
        let is_answered = match timeout(WITHIN, self.connector.connect(&self.server)).await {
            Ok(Ok(_)) => true,
            Ok(Err(refused)) => refused.as_db_error().is_some(),
            Err(_) => false,
        };
        *last = Some((Instant::now(), is_answered));
        is_answered
    }
}
