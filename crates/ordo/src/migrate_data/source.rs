//! The embedded shop that is moved: a copy of its databases is opened, so that nothing in its folder changes. What a killed process
//! has left in the log is in the copy, and so is what a newer version changes about the tables.

use crate::{
    anchor::{self, LossPolicy},
    compat,
    config::Config,
    data_dir::{DATABASE, DataDir, SIMULATOR},
    databases::Databases,
    exit_code::{Failure, unusable},
    newer_charges, secret_check,
};
use db::{Db, moving::ShopOrigin, sqlite::companions};
use kernel::{Env, secret::RootSecret};
use sha2::{Digest, Sha256};
use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf, absolute},
};
use tokio::sync::OnceCell;

/// The purpose of the derived key that identifies a shop and reveals nothing of its secret.
const USAGE: &str = "data-move";
/// In a folder of ours, which may be removed.
const MARK: &str = "copy-of-ordo-migrate-data";

/// The shop, held for as long as it is moved.
pub(super) struct MigrationSource {
    #[expect(dead_code, reason = "it is held")]
    folder: DataDir,
    pub(super) databases: Databases,
    /// The tables of the façades, where there are any.
    pub(super) facades: Option<Db>,
    pub(super) origin: ShopOrigin,
    blank: OnceCell<Databases>,
    scratch: Scratch,
}

impl MigrationSource {
    /// Opens the shop of this configuration, with the checks of a start.
    ///
    /// # Errors
    /// [`Failure::Locked`] while it runs; [`Failure::Data`] when it would not start, or cannot be copied.
    pub(super) async fn open(
        config: &Config,
        scratch: Option<&Path>,
        env: &Env,
    ) -> Result<MigrationSource, Failure> {
        let folder = DataDir::hold(&config.data)?;
        let secret = match &config.secret {
            Some(text) => secret_check::set(text)?,
            None => folder.secret(env)?,
        };
        let scratch = Scratch::beside(&config.data, scratch)?;
        let from = config.data.clone();
        // interrupted in the meantime, it is left to the next run: nothing is removed while it is written
        let copied = env.blocking(move || copy(&from, &scratch.0).map(|source| (source, scratch))).await;
        let (source, scratch) = copied.ok_or_else(|| Failure::other("the process ends"))??;
        let databases = Databases::open(&DataDir::open(&scratch.0)?, env).await?;
        secret_check::check(config, &databases.auth, &secret).await?;
        anchor::check(&folder, &databases, false, (LossPolicy::Refuse, Vec::new()), (env, &secret)).await?;
        if let Some(fault) = newer_charges::fault(config, &databases, (env, &secret)).await? {
            return Err(anchor::refused(&fault));
        }
        let facades = facades(&databases).await?;
        let origin = ShopOrigin { shop: print(&secret), source };
        Ok(MigrationSource { folder, databases, facades, origin, scratch, blank: OnceCell::new() })
    }

    /// The databases of a shop without any data, of this version; made when they are first asked for.
    ///
    /// # Errors
    /// When they cannot be made.
    pub(super) async fn blank(&self, env: &Env) -> Result<&Databases, Failure> {
        let make = async || Databases::open(&DataDir::open(&self.scratch.0.join("blank"))?, env).await;
        self.blank.get_or_try_init(make).await
    }

    /// What is moved, by the names of the schemas.
    pub(super) fn parts(&self) -> Vec<(&'static str, Db)> {
        let facades = self.facades.clone().map(|db| (::compat::NAME, db));
        self.databases.stores().into_iter().chain(facades).collect()
    }
}

fn print(secret: &RootSecret) -> Vec<u8> {
    secret.key(USAGE).to_vec()
}

/// The tables of the façades, of this version.
async fn facades(databases: &Databases) -> Result<Option<Db>, Failure> {
    let Some(db) = databases.auth.namespace(::compat::NAME) else { return Ok(None) };
    match db::is_begun(&db, ::compat::NAME).await? {
        true => compat::open(&databases.auth).await.map(Some),
        false => Ok(None),
    }
}

/// Copies the databases with their logs and checksums. What the state of the files is known by: with another version of the program, tables and
/// rows may be others.
fn copy(from: &Path, to: &Path) -> Result<Vec<u8>, Failure> {
    let mut hash = Sha256::new();
    hash.update(env!("CARGO_PKG_VERSION"));
    for database in [DATABASE, SIMULATOR].map(Path::new) {
        for file in std::iter::once(database.to_owned()).chain(companions(database)) {
            let (from, to) = (from.join(&file), to.join(&file));
            let bytes = match File::open(&from) {
                Err(error) if error.kind() == io::ErrorKind::NotFound && file != database => 0,
                opened => {
                    let opened = opened.map_err(|error| unusable(&from, &error))?;
                    copy_one(opened, &to, &mut hash).map_err(|error| no_copy(&to, &error))?
                }
            };
            hash.update(format!("{} {bytes}\n", file.display()));
        }
    }
    Ok(hash.finalize().to_vec())
}

fn copy_one(mut from: File, to: &Path, hash: &mut Sha256) -> io::Result<u64> {
    let mut into = OpenOptions::new().create_new(true).write(true).mode(0o600).open(to)?;
    let (mut buffer, mut bytes) = (vec![0; 1 << 20], 0);
    loop {
        let read = from.read(&mut buffer)?;
        let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else { return Ok(bytes) };
        hash.update(part);
        into.write_all(part)?;
        bytes += read as u64;
    }
}

fn no_copy(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::Data(format!(
        "the databases cannot be copied to {}: {error}. Make room there, or name another folder with --scratch.",
        path.display()
    ))
}

/// The folder of the copy; removed when it is dropped, or by the next run.
struct Scratch(PathBuf);

impl Scratch {
    fn beside(data: &Path, folder: Option<&Path>) -> Result<Scratch, Failure> {
        let data = absolute(data).map_err(|error| unusable(data, &error))?;
        let mut name = data.file_name().unwrap_or_default().to_owned();
        name.push(".moving");
        let path = folder.or(data.parent()).unwrap_or(Path::new("/")).join(name);
        let is_ours =
            || path.join(MARK).exists() || path.read_dir().is_ok_and(|mut entries| entries.next().is_none());
        if path.exists() && !is_ours() {
            return Err(Failure::Data(format!(
                "{} is no copy that an interrupted move has left: move it away, or name another folder with --scratch.",
                path.display()
            )));
        }
        match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unusable(&path, &error)),
            _ => {}
        }
        DirBuilder::new().mode(0o700).create(&path).map_err(|error| no_copy(&path, &error))?;
        File::create_new(path.join(MARK)).map_err(|error| no_copy(&path, &error))?;
        Ok(Scratch(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tracing::warn!(copy = %self.0.display(), %error, "delete this folder: it has the data of the shop");
        }
    }
}
