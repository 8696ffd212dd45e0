//! The connection limits of a server.

use super::{Config, Postgres};
use crate::{Error, Result};
use kernel::Env;

/// The connection limits of a server.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Capacity {
    /// The time at which the server was started, in microseconds: services with the same value share a server.
    pub server: i64,
    /// The maximum number of connections: `max_connections`.
    pub connections_max: i64,
    /// The number of connections reserved for superusers and roles with `pg_use_reserved_connections`.
    pub reserved: i64,
}

/// Queries the server of these settings.
///
/// # Errors
/// When the URL is invalid, or the server cannot be reached.
pub async fn capacity(config: &Config, env: &Env) -> Result<Capacity> {
    // the second setting is new in PostgreSQL 16
    let ask = "select current_setting('max_connections')::bigint as connections_max,
                      current_setting('superuser_reserved_connections')::bigint
                      + coalesce(current_setting('reserved_connections', true), '0')::bigint as reserved,
                      (extract(epoch from pg_postmaster_start_time()) * 1000000)::bigint as server";
    let db = Postgres::new(&Config { pool_size: 1, ..config.clone() }, env.clone())?;
    let [row] = &db.query(ask, &[]).await?[..] else {
        return Err(Error::other("the server does not tell its settings"));
    };
    Ok(Capacity {
        server: row.get("server")?,
        connections_max: row.get("connections_max")?,
        reserved: row.get("reserved")?,
    })
}
