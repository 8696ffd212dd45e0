//! Making a connection: the handshake, and the settings that every session of ours has.

use super::Config;
use crate::{Error, Result};
use deadpool_postgres::Connect;
use kernel::BoxFuture;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_postgres::{Client, NoTls, config::SslMode};

const NOT_ENCRYPTED: &str = "connections to PostgreSQL cannot be encrypted yet: \
    the address asks for it by sslmode. Use a local socket, or a tunnel, and sslmode=disable";

/// Reads the configuration.
pub(super) fn connector(config: &Config) -> Result<(tokio_postgres::Config, impl Connect + 'static)> {
    // `prefer` is content without; all else that asks for encryption is refused, not passed over
    if ["require", "verify-ca", "verify-full"]
        .iter()
        .any(|mode| config.url.contains(&format!("sslmode={mode}")))
    {
        return Err(Error::other(NOT_ENCRYPTED));
    }
    let parsed = config.url.parse::<tokio_postgres::Config>();
    let mut server =
        parsed.map_err(|e| Error::other(format!("the address of the database is wrong: {e}")))?;
    if server.get_ssl_mode() == SslMode::Require {
        return Err(Error::other(NOT_ENCRYPTED));
    }
    if server.get_application_name().is_none() {
        server.application_name(config.schema.as_deref().unwrap_or("ordo"));
    }
    server.keepalives_idle(Duration::from_secs(30)).tcp_user_timeout(config.commit_timeout);
    Ok((server, Connector { settings: settings(config)? }))
}

struct Connector {
    settings: String,
}

/// The session's settings: its schema and its limits, and never `synchronous_commit = off`, by which
/// a server would lose what it has acknowledged.
fn settings(config: &Config) -> Result<String> {
    let schema = config.schema.as_deref().unwrap_or("public");
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if schema.is_empty() || !schema.chars().all(is_plain) {
        return Err(Error::other("the name of a schema has lower-case letters, digits and underscores"));
    }
    Ok(format!(
        "set search_path to \"{schema}\", public; \
         set statement_timeout to {}; set lock_timeout to {}; \
         set idle_in_transaction_session_timeout to 60000; \
         select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'",
        config.statement_timeout.as_millis(),
        config.lock_timeout.as_millis(),
    ))
}

type Connected = Result<(Client, JoinHandle<()>), tokio_postgres::Error>;

impl Connect for Connector {
    fn connect(&self, server: &tokio_postgres::Config) -> BoxFuture<Connected> {
        let (server, settings) = (server.clone(), self.settings.clone());
        Box::pin(async move {
            let (client, connection) = server.connect(NoTls).await?;
            // The driver's own task, which the pool ends with the connection; no simulation has this engine.
            #[allow(clippy::disallowed_methods, reason = "the pool wants its JoinHandle")]
            let mut task = AbortOnDrop(Some(tokio::spawn(async move {
                if let Err(error) = connection.await {
                    tracing::debug!(%error, "a connection to PostgreSQL ended");
                }
            })));
            client.batch_execute(&settings).await?;
            let task = task.0.take().expect("it is taken only here");
            Ok((client, task))
        })
    }
}

/// Ends the connection's task when the settings fail or the time for connecting is over.
struct AbortOnDrop(Option<JoinHandle<()>>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}
