//! What a process of a shop on PostgreSQL is given: the databases of its services, and the bus.

use crate::{
    config::{Config, MEMORY},
    exit_code::Failure,
    stores::{Stores, check_are_begun, check_versions, migrations, room_for_connections},
    topology::{self, Topology, database_of},
};
use bus::{Bus, InMemoryBus, nats};
use db::{
    Db, ErrorKind, Migration, moving,
    postgres::{self, ReplicaConfig, ReplicaError},
};
use kernel::{Env, Secret};
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, sleep};

/// A start waits so long for a server that starts as well.
const SERVER_WITHIN: Duration = Duration::from_secs(10);
const AGAIN_AFTER: Duration = Duration::from_millis(250);

/// Opens the databases of the services of this process, and brings them to this version. Any number of replicas may do
/// so at a time.
///
/// # Errors
/// [`Failure::Data`] when a server cannot be reached or refuses us, [`Failure::TooNew`] when a newer version of ordo has
/// written what is there.
pub(crate) async fn open(config: &Config, shape: &Topology, env: &Env) -> Result<Stores, Failure> {
    let mut stores = Stores::new();
    for service in with_provider(&shape.services) {
        stores.insert(service, open_one(config, service, migrations(service), env).await?);
    }
    Ok(stores)
}

/// These services, and the simulated provider beside the one that asks it.
fn with_provider(services: &[&'static str]) -> impl Iterator<Item = &'static str> {
    let provider = services.contains(&payments::NAME).then_some(simulator::NAME);
    services.iter().copied().chain(provider)
}

/// Opens one database, and brings it to this version.
///
/// # Errors
/// As [`open`].
pub(crate) async fn open_one(
    config: &Config,
    name: &'static str,
    migrations: Vec<Migration>,
    env: &Env,
) -> Result<Db, Failure> {
    let (db, _) = migrated(config, name, migrations, env).await?;
    match db.has_table(moving::MARK).await? {
        false => Ok(db),
        true => Err(Failure::Data(format!(
            "a move into the database of {name} has not come to its end: run `ordo migrate-data` again, as before."
        ))),
    }
}

/// The same, with how many migrations were applied.
///
/// # Errors
/// As [`open`].
pub(crate) async fn migrated(
    config: &Config,
    name: &'static str,
    migrations: Vec<Migration>,
    env: &Env,
) -> Result<(Db, usize), Failure> {
    let settings = settings(config, name)?;
    let db = open_in_time(settings, env).await.map_err(|error| explain(config, name, &error))?;
    let is_new = !db::is_begun(&db, name).await?;
    let applied = db::migrate(&db, name, &migrations).await.map_err(|error| match error.kind {
        ErrorKind::Denied => Failure::Data(format!(
            "the tables of {name} are of an older version, and this user may not change them ({error}). Run `ordo migrate` \
             as one that may: docs/operations.md describes it."
        )),
        _ => error.into(),
    })?;
    if is_new {
        tracing::info!(service = name, "created the tables of a new shop");
    }
    Ok((db, applied))
}

/// A command that reads all of a large shop may wait for a statement longer than a request does.
const LOOKS_WITHIN: Duration = Duration::from_secs(10 * 60);

/// The database of a service as it is, to check it. Nothing is asked of the server yet.
///
/// # Errors
/// [`Failure::Config`] where no server is named, [`Failure::Data`] when its address is wrong.
pub(crate) fn look_at(config: &Config, service: &'static str, env: &Env) -> Result<Db, Failure> {
    let mut settings = settings(config, service)?;
    settings.statement_timeout = settings.statement_timeout.max(LOOKS_WITHIN);
    postgres::connect(&settings, env.clone()).map_err(|error| explain(config, service, &error))
}

/// The databases of these services as they are, to check them.
///
/// # Errors
/// As [`look_at`]; [`Failure::Data`] where there is no shop in one, or an older one, and [`Failure::TooNew`] when a newer
/// version of ordo has written it.
pub(crate) async fn look_at_all(
    config: &Config,
    services: &[&'static str],
    env: &Env,
) -> Result<Stores, Failure> {
    let mut stores = Stores::new();
    for service in with_provider(services) {
        let db = look_at(config, service, env)?;
        db.probe().await.map_err(|error| explain(config, service, &error))?;
        stores.insert(service, db);
    }
    check_are_begun(&stores).await?;
    check_versions(&stores).await?;
    Ok(stores)
}

/// The bus of the settings.
///
/// # Errors
/// [`Failure::Config`] when the settings cannot be right; not when no server answers.
pub(crate) fn bus(config: &Config, env: &Env) -> Result<Arc<dyn Bus>, Failure> {
    if config.bus == MEMORY {
        return Ok(Arc::new(InMemoryBus::new()));
    }
    nats::Nats::connect(&nats_settings(config)?, env)
        .map_err(|error| Failure::Config(format!("`bus`: {error}")))
}

/// Removes what NATS keeps of the events of these services.
///
/// # Errors
/// [`Failure::Config`] when the settings cannot be right, [`Failure::Other`] where NATS does not do so.
pub(crate) async fn forget_messages(config: &Config, services: &[&'static str]) -> Result<(), Failure> {
    if config.bus == MEMORY {
        return Ok(());
    }
    nats::forget(&nats_settings(config)?, services).await.map_err(|error| {
        Failure::Other(format!(
            "NATS: {error}. See that it runs where ORDO_BUS says, and repeat the command."
        ))
    })
}

fn nats_settings(config: &Config) -> Result<nats::NatsSettings, Failure> {
    topology::check_bus_address(config)?;
    topology::check_bus_files(config)?;
    let certificate = config.bus_certificate.clone().zip(config.bus_key.clone());
    Ok(nats::NatsSettings {
        certificate,
        credentials: match &config.bus_credentials {
            Some(file) => nats::Credentials::File(file.clone()),
            None => nats::Credentials::None,
        },
        ca_file: config.bus_ca.clone(),
        replicas: usize::try_from(config.bus_replicas).unwrap_or(1),
        prefix: config.bus_prefix.clone(),
        ..nats::NatsSettings::parse(&config.bus)
    })
}

/// How many connections the server of a service's database takes.
///
/// # Errors
/// [`Failure::Config`] where no server is named, [`Failure::Data`] when it cannot be reached.
pub(crate) async fn capacity(
    config: &Config,
    service: &'static str,
    env: &Env,
) -> Result<postgres::Capacity, Failure> {
    let asked = postgres::capacity(&settings(config, service)?, env).await;
    asked.map_err(|error| explain(config, service, &error))
}

/// Each service has a separate schema, whichever database it is in.
fn settings(config: &Config, service: &'static str) -> Result<postgres::Config, Failure> {
    let url = database_of(config, service)
        .ok_or_else(|| Failure::Config(format!("`database_url`: {service} has no database")))?;
    let seconds = Duration::from_secs;
    let replica = replica_of(config, service).map(|url| ReplicaConfig {
        url: url.expose().to_owned(),
        lag_max: Duration::from_millis(config.database_read_lag_ms),
    });
    Ok(postgres::Config {
        replica,
        schema: Some(service.to_owned()),
        pool_size: usize::try_from(config.database_pool).unwrap_or(1),
        connect_timeout: seconds(config.database_connect_timeout),
        acquire_timeout: seconds(config.database_connect_timeout),
        statement_timeout: seconds(config.database_statement_timeout),
        lock_timeout: seconds(config.database_lock_timeout),
        ..postgres::Config::new(url.expose())
    })
}

/// Where the lists of a service are read. The replica of all is one of the database of all: a service that has a
/// database of its own has a replica of its own, or none.
fn replica_of<'a>(config: &'a Config, service: &str) -> Option<&'a Secret> {
    let own = match service {
        auth::NAME => &config.auth_database_read_url,
        products::NAME => &config.products_database_read_url,
        orders::NAME => &config.orders_database_read_url,
        notifications::NAME => &config.notifications_database_read_url,
        // no list is read there
        _ => return None,
    };
    let is_set = |url: &&Secret| !url.expose().is_empty();
    let shared = || config.database_read_url.as_ref().filter(|_| is_of_all(config, service));
    own.as_ref().filter(is_set).or_else(|| shared().filter(is_set))
}

/// What is wrong with the replicas that the settings name for these services; nothing where all can be read. None where
/// they name none.
///
/// # Errors
/// [`Failure`] when an address cannot be right.
pub(crate) async fn replicas(
    config: &Config,
    services: &[&'static str],
    env: &Env,
) -> Result<Option<Vec<(&'static str, ReplicaError)>>, Failure> {
    let (mut faults, mut is_any) = (Vec::new(), false);
    for service in services.iter().copied() {
        if replica_of(config, service).is_none() {
            continue;
        }
        is_any = true;
        let wrong =
            |error: db::Error| Failure::Config(format!("`{service}`: the replica's address: {error}"));
        let looked = postgres::look_at_replica(&settings(config, service)?, env).await.map_err(wrong)?;
        faults.extend(looked.and_then(Result::err).map(|fault| (service, fault)));
    }
    Ok(is_any.then_some(faults))
}

async fn open_in_time(settings: postgres::Config, env: &Env) -> db::Result<Db> {
    let begun = Instant::now();
    loop {
        match postgres::open(settings.clone(), env.clone()).await {
            Err(error) if error.kind == ErrorKind::Unavailable && begun.elapsed() < SERVER_WITHIN => {
                tracing::info!(%error, "the database is waited for");
                sleep(AGAIN_AFTER).await;
            }
            done => return done,
        }
    }
}

pub(crate) fn explain(config: &Config, service: &str, error: &db::Error) -> Failure {
    // the simulated provider's books are beside those of payments
    let whose = if service == simulator::NAME { payments::NAME } else { service };
    let setting = match is_of_all(config, service) {
        true => "ORDO_DATABASE_URL".to_owned(),
        false => format!("ORDO_{}_DATABASE_URL", whose.to_uppercase()),
    };
    let remedy = match (room_for_connections(error), &error.kind) {
        (Some(remedy), _) => remedy.to_owned(),
        (None, ErrorKind::Denied) => format!(
            "The user in {setting} must be allowed to connect to this database, and own the schema {service} or be allowed to \
             create it; otherwise run `ordo migrate` as a user who is"
        ),
        (None, _) => format!("Check {setting}, and that the server runs and lets this user in"),
    };
    Failure::Data(format!("the database of {service}: {error}. {remedy}."))
}

/// Whether a service's data is in the database of all.
fn is_of_all(config: &Config, service: &str) -> bool {
    database_of(config, service) == config.database_url.as_ref()
}

#[cfg(test)]
mod tests;
