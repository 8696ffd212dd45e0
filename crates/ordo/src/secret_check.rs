//! Whether the secret that this process was given is the shop's.

use crate::{
    config::Config, data_dir, exit_code::Failure, service_names::SERVICES, stores::Stores, topology,
};
use db::{Db, Engine};
use kernel::{Secret, secret::RootSecret};

/// The secret of the settings.
///
/// # Errors
/// [`Failure::Config`] when it is none.
pub(crate) fn set(text: &Secret) -> Result<RootSecret, Failure> {
    data_dir::parse_secret(text.expose()).ok_or_else(|| Failure::Config("`secret`".to_owned()))
}

/// Sealed data opens with one secret only. Without this check, another secret would be noticed at the first sign-in.
///
/// # Errors
/// [`Failure::WrongSecret`] with where the right one may be.
pub(crate) async fn check(config: &Config, auth_db: &Db, secret: &RootSecret) -> Result<(), Failure> {
    if auth::is_secret_of(auth_db, secret).await? {
        return Ok(());
    }
    let (data, file) = (config.data.display(), config.data.join("secret"));
    Err(Failure::WrongSecret(match config.secret {
        Some(_) if topology::is_on_postgres(config) => {
            "`secret`: the shop in this database was not written with this one. Use the one of its first start."
                .to_owned()
        }
        Some(_) if file.exists() => format!(
            "`secret`: the shop in {data} was not written with this one. Its own may be in {}: start it without \
             this setting.",
            file.display()
        ),
        Some(_) => format!(
            "`secret`: the shop in {data} was not written with this one. Use the one of its first start."
        ),
        None => format!(
            "{} is not the secret that the shop was written with. Put its own file back, or set ORDO_SECRET to \
             the 64 digits that it began with.",
            file.display()
        ),
    }))
}

/// The same of a part of a shop, each of whose services remembers with which secret it first started.
///
/// # Errors
/// [`Failure::WrongSecret`] where that was another one.
pub(crate) async fn check_on_postgres(
    config: &Config,
    stores: &Stores,
    secret: &RootSecret,
) -> Result<(), Failure> {
    if let Some(db) = stores.get(auth::NAME) {
        check(config, db, secret).await?;
    }
    for (service, db) in of_services(stores) {
        if !flow::secret_fingerprint::is_secret_of(db, secret).await? {
            return Err(another_secret(service));
        }
    }
    Ok(())
}

/// Has each service remember with which secret it first started, where its database can be anybody else's.
///
/// # Errors
/// [`Failure::WrongSecret`] where that was another one.
pub(crate) async fn keep(stores: &Stores, secret: &RootSecret) -> Result<(), Failure> {
    // a file is this process's alone, and what auth has sealed opens with its own secret only
    for (service, db) in of_services(stores).filter(|(_, db)| db.engine() == Engine::Postgres) {
        if !flow::secret_fingerprint::keep(service, db, secret).await? {
            return Err(another_secret(service));
        }
    }
    Ok(())
}

/// A service whose data was written with another secret.
///
/// # Errors
/// What the databases say.
pub(crate) async fn writer_with_another(
    stores: &Stores,
    secret: &RootSecret,
) -> db::Result<Option<&'static str>> {
    if let Some(db) = stores.get(auth::NAME)
        && !auth::is_secret_of(db, secret).await?
    {
        return Ok(Some(auth::NAME));
    }
    for (service, db) in of_services(stores) {
        if !flow::secret_fingerprint::is_secret_of(db, secret).await? {
            return Ok(Some(service));
        }
    }
    Ok(None)
}

/// The simulated provider is another company's, which shares no secret with us.
fn of_services(stores: &Stores) -> impl Iterator<Item = (&'static str, &Db)> {
    stores.iter().map(|(service, db)| (*service, db)).filter(|(service, _)| SERVICES.contains(service))
}

fn another_secret(service: &str) -> Failure {
    Failure::WrongSecret(format!(
        "`secret`: the database of {service} was first used with another one. Use the one that all other processes of \
         this shop have."
    ))
}
