//! Where an import goes: the folder of an embedded shop, which is this process's meanwhile; or a shop on PostgreSQL,
//! whose processes may go on: this one works on the same databases, and takes neither timers nor events from them.

use crate::{compat, config::Config, exit::Failure, folder::Folder, secret, shape, shop::Databases, split};
use db::Db;
use kernel::{Env, secret::RootSecret};

/// A shop that is imported into.
pub(super) struct Place {
    pub(super) secret: RootSecret,
    pub(super) databases: Databases,
    /// None on PostgreSQL.
    folder: Option<Folder>,
}

impl Place {
    /// Opens it.
    ///
    /// # Errors
    /// When there is no shop, its folder is another process's, or the secret is not its own.
    pub(super) async fn open(config: &Config, env: &Env) -> Result<Place, Failure> {
        match shape::is_on_postgres(config) {
            true => Self::on_postgres(config, env).await,
            false => Self::embedded(config, env).await,
        }
    }

    async fn embedded(config: &Config, env: &Env) -> Result<Place, Failure> {
        Folder::look_at(&config.data)?;
        let folder = Folder::open(&config.data)?;
        let secret = match &config.secret {
            Some(text) => secret::set(text)?,
            None => folder.secret(env)?,
        };
        let databases = Databases::open(&folder, env).await?;
        secret::check(config, &databases.auth, &secret).await?;
        Ok(Place { secret, databases, folder: Some(folder) })
    }

    /// Nobody is kept from working meanwhile, so nothing is brought to another version either.
    async fn on_postgres(config: &Config, env: &Env) -> Result<Place, Failure> {
        let secret = secret::set(shape::secret_of(config)?)?;
        let databases = Databases::look_at(config, env).await?;
        secret::check_on_postgres(config, &databases.stores(), &secret).await?;
        Ok(Place { secret, databases, folder: None })
    }

    /// Where accounts are numbered; none on PostgreSQL where the façades have no database.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub(super) async fn numbers(&self, config: &Config, env: &Env) -> Result<Option<Db>, Failure> {
        match &self.folder {
            Some(_) => compat::open(&self.databases.auth).await.map(Some),
            None if shape::database_of(config, ::compat::NAME).is_none() => Ok(None),
            None => split::open_one(config, ::compat::NAME, ::compat::migrations(), env).await.map(Some),
        }
    }
}
