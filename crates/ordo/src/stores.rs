//! The databases of the services of one process: their migrations, their versions, and the errors that they report.

use crate::exit_code::Failure;
use db::{Db, Migration};
use std::collections::BTreeMap;

/// The databases of the services of one process, by the services' names.
pub type Stores = BTreeMap<&'static str, Db>;

/// What nobody has started yet on PostgreSQL is no shop.
///
/// # Errors
/// [`Failure::Data`] with the service whose database has nothing in it.
pub(crate) async fn check_are_begun(stores: &Stores) -> Result<(), Failure> {
    for (service, db) in stores {
        if !db::is_begun(db, service).await? {
            return Err(Failure::Data(format!(
                "there is no shop in this database: {service} has nothing in it. Start the shop once with these \
                 settings, or mend the address."
            )));
        }
    }
    Ok(())
}

/// Whether these are of this version.
///
/// # Errors
/// [`Failure::Data`] where one is of an older version, [`Failure::TooNew`] when a newer version of ordo has written it.
pub(crate) async fn check_versions(stores: &Stores) -> Result<(), Failure> {
    for (service, db) in stores {
        let missing = db::missing(db, service, &migrations(service)).await;
        let missing = missing.map_err(|error| of_service(service, error))?;
        if missing > 0 {
            return Err(Failure::Data(format!(
                "{service}: the database is of an older version, {missing} steps behind. Start the shop once with this \
                 one."
            )));
        }
    }
    Ok(())
}

/// The migrations of a service, in their order.
pub(crate) fn migrations(service: &str) -> Vec<Migration> {
    match service {
        auth::NAME => auth::migrations(),
        products::NAME => products::migrations(),
        orders::NAME => orders::migrations(),
        payments::NAME => payments::migrations(),
        simulator::NAME => simulator::migrations(),
        _ => notifications::migrations(),
    }
}

/// Whoever reads what is wrong with a database learns whose it is.
pub(crate) fn of_service(service: &str, error: db::Error) -> db::Error {
    let prefix = format!("{service}: ");
    if error.message.starts_with(&prefix) {
        return error;
    }
    let remedy = room_for_connections(&error).map(|remedy| format!(". {remedy}")).unwrap_or_default();
    db::Error::new(error.kind, format!("{prefix}{}{remedy}", error.message))
}

/// What to do where PostgreSQL has no connection left, as it says in either of its ways.
pub(crate) fn room_for_connections(error: &db::Error) -> Option<&'static str> {
    let is_full = ["too many clients", "connection slots are reserved"];
    is_full
        .iter()
        .any(|full| error.message.contains(full))
        .then_some("Lower ORDO_DATABASE_POOL of the processes, or raise max_connections of the server")
}
