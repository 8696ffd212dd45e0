//! Whether anybody is there at all: a connection that is open tells nothing while nothing comes back on it.

use super::{Config, connect::connector};
use crate::Result;
use deadpool_postgres::Connect;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

/// Whoever waits for longer, while nobody else is answered either, asks.
pub(super) const DOUBT: Duration = Duration::from_secs(2);
/// A server that is there takes a connection, or says why it does not, within this.
const WITHIN: Duration = Duration::from_secs(3);

/// Asks a server for a connection of its own, once for all who wait; cheap to clone.
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

    /// Whether the server takes a connection now, or says why it does not, as when it has too many.
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
