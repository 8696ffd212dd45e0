//! The databases of a shop: those of an embedded one in its folder, or those that were opened on PostgreSQL.

use crate::{
    changed_files::changed_line,
    config::Config,
    data_dir::{self, DataDir},
    distributed,
    exit_code::Failure,
    secret_check,
    stores::{Stores, check_are_begun, check_versions, migrations, of_service},
    topology,
};
use db::{
    Db, Migration,
    sqlite::{self, Checkpoints, Depth, Durability, PageVerification, Sqlite},
};
use kernel::{Env, Timestamp, secret::RootSecret};
use std::time::Duration;
use tokio::time::sleep;

/// Connections that read a file: an audit holds one for each service, and half of them stay free.
const READERS: usize = 12;

/// Whether the databases are begun within a restore.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Restore {
    /// They are not, and none that was interrupted may have left them.
    Ended,
    /// They are.
    GoesOn,
}

/// How long the start of a shop compares the pages of each file.
const COMPARE_FOR: Duration = Duration::from_millis(500);
/// The pause between comparisons of the rest.
const REST_EVERY: Duration = Duration::from_secs(1);
/// How often so many MiB of each file are checked for damage: a GB within half an hour.
const LOOK_EVERY: Duration = Duration::from_secs(60);
const LOOK_AT: usize = 32;

/// The databases of a whole shop.
#[derive(Clone, Debug)]
pub struct Databases {
    /// The database of auth.
    pub auth: Db,
    /// The database of products.
    pub products: Db,
    /// The database of orders.
    pub orders: Db,
    /// The database of payments.
    pub payments: Db,
    /// The simulator's: another company's, as it were.
    pub simulator: Db,
    /// The database of notifications.
    pub notifications: Db,
}

impl Databases {
    /// The databases of the shop that the settings name, which may be running, as they are.
    ///
    /// # Errors
    /// [`Failure::Data`] when there is no shop or it cannot be opened, [`Failure::TooNew`] when a newer version of ordo
    /// has written it.
    pub async fn look_at(config: &Config, env: &Env) -> Result<Databases, Failure> {
        match topology::is_on_postgres(config) {
            true => {
                let databases = Self::each(|service| distributed::look_at(config, service, env))?;
                check_are_begun(&databases.stores()).await?;
                databases.check_version().await
            }
            false => Self::open_existing(&DataDir::look_at(&config.data)?, env).await,
        }
    }

    /// Opens the databases of a shop that may be running, as they are.
    ///
    /// # Errors
    /// [`Failure::Data`] when one cannot be opened or is of an older version, [`Failure::TooNew`] when a newer
    /// version of ordo has written them.
    pub async fn open_existing(folder: &DataDir, env: &Env) -> Result<Databases, Failure> {
        Self::check_existing(Self::open_files(folder, env, Durability::Commit, Checkpoints::Never)?, folder)
            .await
    }

    /// The same of a folder that no process runs a shop in, a backup for example: nothing is left beside its files.
    ///
    /// # Errors
    /// As [`Databases::open_existing`].
    pub(crate) async fn open_copy(folder: &DataDir, env: &Env) -> Result<Databases, Failure> {
        Self::check_existing(
            Self::open_files(folder, env, Durability::Commit, Checkpoints::Automatic)?,
            folder,
        )
        .await
    }

    async fn check_existing(databases: Databases, folder: &DataDir) -> Result<Databases, Failure> {
        databases.check_none_is_empty(folder).await?;
        databases.check_version().await
    }

    /// An empty database beside others would be a shop that has forgotten whom it has charged.
    async fn check_none_is_empty(&self, folder: &DataDir) -> Result<(), Failure> {
        for (db, service, _) in self.with_migrations() {
            if !db::is_begun(db, service).await.map_err(|error| of_service(service, error))? {
                return Err(folder.has_lost(service));
            }
        }
        Ok(())
    }

    async fn check_version(self) -> Result<Databases, Failure> {
        check_versions(&self.stores()).await?;
        Ok(self)
    }

    fn open_files(
        folder: &DataDir,
        env: &Env,
        durability: Durability,
        checkpoints: Checkpoints,
    ) -> Result<Databases, Failure> {
        let compare_for = (durability == Durability::Barrier).then_some(COMPARE_FOR);
        let open = |path, durability| {
            let defaults = sqlite::Options::default();
            let options =
                sqlite::Options { durability, checkpoints, readers: READERS, compare_for, ..defaults };
            Sqlite::open(path, env.clone(), options)
        };
        // what the provider has done stays, whatever a power cut takes from the shop
        let services = open(folder.database(), durability)?;
        let simulator = open(folder.simulator(), Durability::Commit)?;
        Self::each(|service| Ok(of_files(service, &services, &simulator).into()))
    }

    /// Makes databases in memory, of this version.
    ///
    /// # Errors
    /// What the databases say.
    pub async fn in_memory(env: &Env) -> Result<InMemory, Failure> {
        let open = || sqlite::in_memory(None, env.clone(), Box::new(sqlite::InlineExecutor));
        let (services, simulator) = (open()?, open()?);
        let databases = Self::each(|service| Ok(of_files(service, &services, &simulator).into()))?;
        for (db, service, migrations) in databases.with_migrations() {
            db::migrate(db, service, &migrations).await?;
        }
        Ok(InMemory { databases, files: [(data_dir::DATABASE, services), (data_dir::SIMULATOR, simulator)] })
    }

    fn each(mut open: impl FnMut(&'static str) -> Result<Db, Failure>) -> Result<Databases, Failure> {
        Ok(Databases {
            auth: open(auth::NAME)?,
            products: open(products::NAME)?,
            orders: open(orders::NAME)?,
            payments: open(payments::NAME)?,
            simulator: open(simulator::NAME)?,
            notifications: open(notifications::NAME)?,
        })
    }

    /// Opens the databases, makes those that are missing, and brings them to this version.
    ///
    /// # Errors
    /// [`Failure::Data`], and [`Failure::TooNew`] when a newer version of ordo has written them.
    pub async fn open(folder: &DataDir, env: &Env) -> Result<Databases, Failure> {
        folder.check_restored()?;
        let (databases, _) = Self::open_or_create(folder, env, Durability::Commit).await?;
        match databases.changed().join("\n") {
            changed if changed.is_empty() => Ok(databases),
            changed => Err(Failure::Data(format!("{changed}\n`ordo serve` says what can be done."))),
        }
    }

    /// The same, with whether the shop is a new one.
    pub(crate) async fn open_or_create(
        folder: &DataDir,
        env: &Env,
        durability: Durability,
    ) -> Result<(Databases, bool), Failure> {
        let is_new = folder.begin()?;
        let databases = Self::open_files(folder, env, durability, Checkpoints::Kept)?;
        databases.know_pages().await?;
        if !folder.is_beginning() {
            databases.check_none_is_empty(folder).await?;
        }
        for (db, service, migrations) in databases.with_migrations() {
            db::migrate(db, service, &migrations).await.map_err(|error| of_service(service, error))?;
        }
        folder.begun()?;
        Ok((databases, is_new))
    }

    /// The folder of an embedded shop, which is this process's from now on, with its secret and its databases; a new shop is
    /// created where there is none. Returns whether it is a new one, too.
    ///
    /// # Errors
    /// [`Failure`] when the folder is another process's, or what is there does not go together.
    pub async fn begin(
        config: &Config,
        env: &Env,
    ) -> Result<(DataDir, RootSecret, Databases, bool), Failure> {
        Self::begin_in(DataDir::open(&config.data)?, config, env, Restore::Ended).await
    }

    /// The same in a folder that is open.
    ///
    /// # Errors
    /// As [`Databases::begin`].
    pub(crate) async fn begin_in(
        folder: DataDir,
        config: &Config,
        env: &Env,
        restore: Restore,
    ) -> Result<(DataDir, RootSecret, Databases, bool), Failure> {
        if restore == Restore::Ended {
            folder.check_restored()?;
        }
        let secret = match &config.secret {
            Some(text) => secret_check::set(text)?,
            None => folder.secret(env)?,
        };
        let (databases, is_new) = Self::open_or_create(&folder, env, Durability::Barrier).await?;
        secret_check::check(config, &databases.auth, &secret).await?;
        Ok((folder, secret, databases, is_new))
    }

    /// The databases as the roles are given them.
    pub fn stores(&self) -> Stores {
        let simulator = (simulator::NAME, &self.simulator);
        self.of_services().into_iter().chain([simulator]).map(|(name, db)| (name, db.clone())).collect()
    }

    /// Those that a process has; nothing where it has not all of them.
    pub fn of_stores(stores: &Stores) -> Option<Databases> {
        let of = |name: &str| stores.get(name).cloned();
        Some(Databases {
            auth: of(auth::NAME)?,
            products: of(products::NAME)?,
            orders: of(orders::NAME)?,
            payments: of(payments::NAME)?,
            simulator: of(simulator::NAME)?,
            notifications: of(notifications::NAME)?,
        })
    }

    /// Which of the files are damaged, and how. Each is read to its end.
    ///
    /// # Errors
    /// When one cannot be asked.
    pub(crate) async fn damage(&self, depth: Depth) -> Result<Vec<(&'static str, String)>, Failure> {
        let mut damaged = Vec::new();
        for (name, file) in self.files() {
            let damage = file.damage(depth).await.map_err(|error| of_service(name, error))?;
            damaged.extend(damage.map(|damage| (name, damage)));
        }
        Ok(damaged)
    }

    /// The checksums of the pages, where nothing is known of them: they are taken once the files were read to their ends.
    async fn know_pages(&self) -> Result<(), Failure> {
        for (name, file) in self.files() {
            let Some(PageVerification::Unknown(why)) = file.pages() else { continue };
            if let Some(damage) = file.damage(Depth::Quick).await.map_err(|error| of_service(name, error))? {
                return Err(damaged(name, &damage));
            }
            tracing::info!(file = name, why, "computing page checksums after a full check");
            match file.renew_pages().await {
                // the next start does it
                Err(error) if error.kind == db::ErrorKind::Busy => {
                    tracing::warn!(file = name, "another process reads the log")
                }
                done => done.map_err(|error| of_service(name, error))?,
            }
        }
        Ok(())
    }

    /// Which files are not as this process, or the one before, has written them, a line for each.
    pub(crate) fn changed(&self) -> Vec<String> {
        let found = self.files().into_iter().map(|(name, file)| (name, file.pages()));
        found.filter_map(|(name, found)| changed_line(name, found?)).collect()
    }

    /// That changed files, or all, can be used at all.
    ///
    /// # Errors
    /// [`Failure::Data`] where one cannot.
    pub(crate) async fn check_changed(&self, all: bool) -> Result<(), Failure> {
        let is_checked = |file: &Sqlite| all || matches!(file.pages(), Some(PageVerification::Changed(_)));
        for (name, file) in self.files().into_iter().filter(|(_, file)| is_checked(file)) {
            if let Some(damage) = file.damage(Depth::Deep).await.map_err(|error| of_service(name, error))? {
                return Err(damaged(name, &damage));
            }
        }
        Ok(())
    }

    /// Takes changed files as they are.
    ///
    /// # Errors
    /// [`Failure::Data`] while another process reads them.
    pub(crate) async fn accept_changed(&self) -> Result<(), Failure> {
        for (name, file) in self.changed_files() {
            file.renew_pages().await.map_err(|error| of_service(name, error))?;
        }
        Ok(())
    }

    fn changed_files(&self) -> impl Iterator<Item = (&'static str, &Sqlite)> {
        self.files()
            .into_iter()
            .filter(|(_, file)| matches!(file.pages(), Some(PageVerification::Changed(_))))
    }

    /// The two files of an embedded shop.
    fn files(&self) -> Vec<(&'static str, &Sqlite)> {
        // each service has a part of the first
        let files = [(data_dir::DATABASE, &self.orders), (data_dir::SIMULATOR, &self.simulator)];
        files.into_iter().filter_map(|(name, db)| Some((name, db.sqlite()?))).collect()
    }

    /// Looks for damage beside the work for as long as the process lives. Once it is met, nothing is acknowledged any more.
    pub(crate) async fn look_for_damage(self) {
        for (name, file) in self.files() {
            if !file.has_pages_to_compare() {
                continue;
            }
            tracing::info!(
                file = name,
                "the remaining pages are compared with their checksums while the shop runs"
            );
            while file.has_pages_to_compare() {
                if file.look_at_pages(LOOK_AT).await.is_some() {
                    break;
                }
                sleep(REST_EVERY).await;
            }
            if !file.has_pages_to_compare() {
                tracing::info!(file = name, "all pages are compared with their checksums");
            }
        }
        loop {
            sleep(LOOK_EVERY).await;
            for (name, file) in self.files() {
                file.look_at_pages(LOOK_AT).await;
                if let Err(error) = file.look_at_log().await {
                    tracing::warn!(%error, file = name, "database log could not be checked");
                }
            }
        }
    }

    /// The services' databases, by their names.
    pub fn of_services(&self) -> [(&'static str, &Db); 5] {
        [
            (auth::NAME, &self.auth),
            (products::NAME, &self.products),
            (orders::NAME, &self.orders),
            (payments::NAME, &self.payments),
            (notifications::NAME, &self.notifications),
        ]
    }

    /// When any of their services was last at work, by its rows.
    ///
    /// # Errors
    /// When a database cannot be read.
    pub async fn last_at_work(&self) -> Result<Option<Timestamp>, Failure> {
        let mut newest = None;
        for (service, db) in self.of_services() {
            let then = flow::audit::last_at_work(db).await.map_err(|error| of_service(service, error))?;
            newest = newest.max(then);
        }
        Ok(newest)
    }

    /// Brings all to the disk, and closes them.
    pub(crate) async fn close(&self) -> Result<(), Failure> {
        for (db, _, _) in self.with_migrations() {
            db.close().await?;
        }
        Ok(())
    }

    fn with_migrations(&self) -> [(&Db, &'static str, Vec<Migration>); 6] {
        let of = |db, name| (db, name, migrations(name));
        [
            of(&self.auth, auth::NAME),
            of(&self.products, products::NAME),
            of(&self.orders, orders::NAME),
            of(&self.payments, payments::NAME),
            of(&self.simulator, simulator::NAME),
            of(&self.notifications, notifications::NAME),
        ]
    }
}

fn damaged(file: &str, damage: &str) -> Failure {
    Failure::Data(format!(
        "{file} is damaged ({damage}). Restore the newest backup: docs/backup-and-restore.md says how"
    ))
}

/// The database of a service of an embedded shop.
fn of_files(service: &'static str, services: &Sqlite, simulator: &Sqlite) -> Sqlite {
    match service {
        simulator::NAME => simulator.clone(),
        service => services.namespace(service),
    }
}

/// Databases in memory.
#[derive(Debug)]
pub struct InMemory {
    /// As services hold them.
    pub databases: Databases,
    /// As their owner does: each can be copied.
    pub files: [(&'static str, Sqlite); 2],
}
