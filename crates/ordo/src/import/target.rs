//! Where an import goes: the folder of an embedded shop, which is this process's in the meantime; or a shop on
//! PostgreSQL, whose processes may go on: this one works on the same databases, and takes neither timers nor events
//! from them.

use crate::{
    compat, config::Config, data_dir::DataDir, databases::Databases, distributed, exit_code::Failure,
    secret_check, topology,
};
use db::Db;
use kernel::{Env, secret::RootSecret};

/// A shop that is imported into.
pub(super) struct ImportTarget {
    pub(super) secret: RootSecret,
    pub(super) databases: Databases,
    /// None on PostgreSQL.
    folder: Option<DataDir>,
}

impl ImportTarget {
    /// Opens it.
    ///
    /// # Errors
    /// When there is no shop, its folder is another process's, or the secret is not its own.
    pub(super) async fn open(config: &Config, env: &Env) -> Result<ImportTarget, Failure> {
        match topology::is_on_postgres(config) {
            true => Self::on_postgres(config, env).await,
            false => Self::embedded(config, env).await,
        }
    }

    async fn embedded(config: &Config, env: &Env) -> Result<ImportTarget, Failure> {
        DataDir::look_at(&config.data)?;
        let folder = DataDir::open(&config.data)?;
        let secret = match &config.secret {
            Some(text) => secret_check::set(text)?,
            None => folder.secret(env)?,
        };
        let databases = Databases::open(&folder, env).await?;
        secret_check::check(config, &databases.auth, &secret).await?;
        Ok(ImportTarget { secret, databases, folder: Some(folder) })
    }

    /// No other process is blocked in the meantime, so the schema is not migrated either.
    async fn on_postgres(config: &Config, env: &Env) -> Result<ImportTarget, Failure> {
        let secret = secret_check::set(topology::secret_of(config)?)?;
        let databases = Databases::look_at(config, env).await?;
        secret_check::check_on_postgres(config, &databases.stores(), &secret).await?;
        Ok(ImportTarget { secret, databases, folder: None })
    }

    /// Where accounts are numbered; none on PostgreSQL where the façades have no database.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub(super) async fn numbers(&self, config: &Config, env: &Env) -> Result<Option<Db>, Failure> {
        match &self.folder {
            Some(_) => compat::open(&self.databases.auth).await.map(Some),
            None if topology::database_of(config, ::compat::NAME).is_none() => Ok(None),
            None => {
                distributed::open_one(config, ::compat::NAME, ::compat::migrations(), env).await.map(Some)
            }
        }
    }
}
