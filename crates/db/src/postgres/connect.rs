//! Connecting: the handshake, and the settings of every session.

use super::{Config, tls::TlsOptions};
use crate::{Error, Result};
use deadpool_postgres::Connect;
use kernel::BoxFuture;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_postgres::{Client, NoTls, Socket, config::Host, tls::MakeTlsConnect};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Parses the configuration.
pub(super) fn connector(config: &Config) -> Result<(tokio_postgres::Config, impl Connect + 'static)> {
    check_encoding(&config.url)?;
    let asked = TlsOptions::read(&config.url);
    let parsed = asked.address.parse::<tokio_postgres::Config>();
    let mut server = parsed.map_err(|e| {
        let cause = std::error::Error::source(&e).map(|cause| format!(": {cause}")).unwrap_or_default();
        Error::other(format!("the address of the database is wrong: {e}{cause}"))
    })?;
    let tls = asked.connector()?;
    server.ssl_mode(asked.ssl_mode());
    if server.get_application_name().is_none() {
        server.application_name(config.schema.as_deref().unwrap_or("ordo"));
    }
    server.keepalives_idle(Duration::from_secs(30)).tcp_user_timeout(config.commit_timeout);
    Ok((server, Connector { settings: settings(config)?, tls }))
}

/// Returns the servers and the database in a displayable form: `HOST:PORT (database NAME)`, or the path of a socket.
pub(super) fn shown(server: &tokio_postgres::Config) -> String {
    let (hosts, ports) = (server.get_hosts(), server.get_ports());
    let port = |nth: usize| ports.get(nth).or(ports.first()).copied().unwrap_or(5432);
    let shown = hosts.iter().enumerate().map(|(nth, host)| match host {
        // the part before an `@` that is not escaped belongs to a password
        Host::Tcp(name) => format!("{}:{}", name.rsplit('@').next().unwrap_or_default(), port(nth)),
        Host::Unix(path) => path.display().to_string(),
    });
    let hosts = shown.collect::<Vec<_>>().join(", ");
    match server.get_dbname() {
        Some(name) => format!("{hosts} (database {name})"),
        None => hosts,
    }
}

/// Rejects an address whose user or password has an `@` or a `?` that is not percent-encoded: the rest would be taken for the host,
/// which is shown, or for parameters.
fn check_encoding(url: &str) -> Result<()> {
    let Some((_, rest)) = url.split_once("://") else { return Ok(()) };
    let (user, rest) = rest.split_once('@').unwrap_or_default();
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    // the value of a parameter may have an `@`
    let names = query.split('&').filter_map(|parameter| parameter.split('=').next());
    let is_wrong = user.contains('?') || names.chain([place]).any(|text| text.contains('@'));
    (!is_wrong).then_some(()).ok_or_else(|| {
        Error::other(
            "its user and password are percent-encoded: write `@` in them as %40, `/` as %2F, `#` as %23 and `?` as %3F",
        )
    })
}

struct Connector {
    settings: String,
    tls: Option<MakeRustlsConnect>,
}

/// Limits of the idle timeout of a transaction, which is otherwise the statement timeout.
const IDLE_MIN: Duration = Duration::from_secs(10);
pub(super) const IDLE_MAX: Duration = Duration::from_secs(60);

/// Returns the session settings: schema and limits, but never `synchronous_commit = off`, with which a server would lose
/// acknowledged data. No other schema is in the search path: a name that is not found in the own schema must not be read
/// from, or created in, a shared one.
fn settings(config: &Config) -> Result<String> {
    let schema = config.schema.as_deref().unwrap_or("public");
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if schema.is_empty() || !schema.chars().all(is_plain) {
        return Err(Error::other("the name of a schema has lower-case letters, digits and underscores"));
    }
    Ok(format!(
        "set search_path to \"{schema}\"; \
         set statement_timeout to {}; set lock_timeout to {}; \
         set idle_in_transaction_session_timeout to {}; \
         select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'",
        config.statement_timeout.as_millis(),
        config.lock_timeout.as_millis(),
        // a process that hangs in the middle of a transaction blocks others that wait for its rows; one that is only slow
        // continues
        config.statement_timeout.clamp(IDLE_MIN, IDLE_MAX).as_millis(),
    ))
}

type Connected = Result<(Client, JoinHandle<()>), tokio_postgres::Error>;

impl Connect for Connector {
    fn connect(&self, server: &tokio_postgres::Config) -> BoxFuture<Connected> {
        let (server, settings, tls) = (server.clone(), self.settings.clone(), self.tls.clone());
        Box::pin(async move {
            let (client, mut task) = match tls {
                Some(tls) => connect(&server, tls).await?,
                None => connect(&server, NoTls).await?,
            };
            client.batch_execute(&settings).await?;
            let task = task.0.take().expect("it is taken only here");
            Ok((client, task))
        })
    }
}

async fn connect<T>(
    server: &tokio_postgres::Config,
    tls: T,
) -> Result<(Client, AbortOnDrop), tokio_postgres::Error>
where
    T: MakeTlsConnect<Socket>,
    T::Stream: Send + 'static,
{
    let (client, connection) = server.connect(tls).await?;
    // The driver's own task, which the pool ends with the connection; the simulation does not use this engine.
    #[allow(clippy::disallowed_methods, reason = "the pool wants its JoinHandle")]
    let task = tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "PostgreSQL connection closed");
        }
    });
    Ok((client, AbortOnDrop(Some(task))))
}

/// Ends the connection's task when the settings fail or the connect timeout has passed.
struct AbortOnDrop(Option<JoinHandle<()>>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_address_is_shown_without_any_part_of_a_password() {
        let shown = |url: &str| super::shown(&url.parse().unwrap());
        assert_eq!(shown("postgres://ordo:p%40ssw0rd@db.example/ordo"), "db.example:5432 (database ordo)");
        assert_eq!(shown("postgres://ordo:p@ssw0rd@db.example"), "db.example:5432");
        assert_eq!(shown("postgres://ordo@one:5433,two:5434/ordo"), "one:5433, two:5434 (database ordo)");
    }

    #[test]
    fn a_password_that_is_not_percent_encoded_is_rejected_with_how_it_is_written() {
        for password in ["p@ss", "p@s/s", "p@s:s", "p@s#s", "p@s?s", "p?ss", "p?s=s@"] {
            let error =
                super::super::check(&format!("postgres://ordo:{password}@db:5432/ordo?sslmode=prefer"));
            let why = error.unwrap_err().message;
            assert!(why.contains("`@` in them as %40") && !why.contains("p@s"), "{password}: {why}");
        }
        for url in [
            "postgres://ordo:p%40s%2Fs%23%3F@db:5432/ordo",
            "postgres://ordo:p/s#s@db:5432/ordo",
            "postgres://ordo@db/ordo?password=p@ss",
            "postgres://db/ordo",
            "host=db user=ordo password=p@ss",
        ] {
            assert!(super::super::check(url).is_ok(), "{url}");
        }
    }
}
