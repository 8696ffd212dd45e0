//! What runs in this process, and its databases. An embedded shop has a file for each service in its folder; what is
//! on PostgreSQL is opened by [`crate::split`].

use crate::{
    clients::Network,
    compat,
    config::Config,
    demo,
    exit::Failure,
    folder::Folder,
    metrics,
    roles::{self, Begun},
    secret,
    shape::{self, GATEWAY, METRICS, Shape},
    split,
};
use bus::{Bus, Memory};
use db::{
    Db, Migration,
    sqlite::{self, Sqlite},
};
use futures_util::future::join_all;
use kernel::{Env, secret::RootSecret};
use ordo_http::Admission;
use payments::providers::simulator;
use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};
use tokio::time::timeout;

/// How long the end of the process waits for the database files.
const CLOSE_WITHIN: Duration = Duration::from_secs(3);

/// The databases of the services of one process, by the services' names.
pub type Stores = BTreeMap<&'static str, Db>;

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
        match shape::is_on_postgres(config) {
            true => {
                let databases = Self::each(|service| split::look_at(config, service, env))?;
                check_are_begun(&databases.stores()).await?;
                databases.check_version().await
            }
            false => Self::open_existing(&Folder::look_at(&config.data)?, env).await,
        }
    }

    /// Opens the databases of a shop that may be running, as they are.
    ///
    /// # Errors
    /// [`Failure::Data`] when one cannot be opened or is of an older version, [`Failure::TooNew`] when a newer
    /// version of ordo has written them.
    pub async fn open_existing(folder: &Folder, env: &Env) -> Result<Databases, Failure> {
        let databases = Self::open_files(folder, env)?;
        databases.check_none_is_empty(folder).await?;
        databases.check_version().await
    }

    /// An empty database beside others would be a shop that has forgotten whom it has charged.
    async fn check_none_is_empty(&self, folder: &Folder) -> Result<(), Failure> {
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

    fn open_files(folder: &Folder, env: &Env) -> Result<Databases, Failure> {
        Self::each(|service| {
            Ok(sqlite::open(folder.database(service), env.clone(), sqlite::Options::default())?)
        })
    }

    /// Makes databases in memory, of this version.
    ///
    /// # Errors
    /// What the databases say.
    pub async fn in_memory(env: &Env) -> Result<InMemory, Failure> {
        let mut files = Vec::new();
        let databases = Self::each(|service| {
            let file = sqlite::in_memory(None, env.clone(), Box::new(sqlite::Inline))?;
            files.push((service, file.clone()));
            Ok(file.into())
        })?;
        for (db, service, migrations) in databases.with_migrations() {
            db::migrate(db, service, &migrations).await?;
        }
        Ok(InMemory { databases, files })
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
    pub async fn open(folder: &Folder, env: &Env) -> Result<Databases, Failure> {
        Self::open_or_create(folder, env).await.map(|(databases, _)| databases)
    }

    /// The same, with whether the shop is a new one.
    async fn open_or_create(folder: &Folder, env: &Env) -> Result<(Databases, bool), Failure> {
        let is_new = folder.begin()?;
        let databases = Self::open_files(folder, env)?;
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
    pub async fn begin(config: &Config, env: &Env) -> Result<(Folder, RootSecret, Databases, bool), Failure> {
        let folder = Folder::open(&config.data)?;
        let secret = match &config.secret {
            Some(text) => secret::set(text)?,
            None => folder.secret(env)?,
        };
        let (databases, is_new) = Self::open_or_create(&folder, env).await?;
        secret::check(config, &databases.auth, &secret).await?;
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

    /// Which of the databases are damaged, and how. Each file is read to its end.
    ///
    /// # Errors
    /// When one cannot be asked.
    pub(crate) async fn damage(&self) -> Result<Vec<(&'static str, String)>, Failure> {
        let mut damaged = Vec::new();
        for (db, service, _) in self.with_migrations() {
            let damage = db.damage().await.map_err(|error| of_service(service, error))?;
            damaged.extend(damage.map(|damage| (service, damage)));
        }
        Ok(damaged)
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

    /// Brings all to the disk, and closes them.
    async fn close(&self) -> Result<(), Failure> {
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

/// Databases in memory.
#[derive(Debug)]
pub struct InMemory {
    /// As services hold them.
    pub databases: Databases,
    /// As their owner does: each can be copied.
    pub files: Vec<(&'static str, Sqlite)>,
}

/// What every role is given.
#[derive(Clone)]
pub struct Wiring {
    /// Clock, randomness, tasks.
    pub env: Env,
    /// The settings.
    pub config: Config,
    /// The root of all keys.
    pub secret: RootSecret,
    /// The way to the other services.
    pub network: Network,
    /// Whether the shop began as a demo, whose products have pictures of ours.
    pub is_demo: bool,
    /// Whether the data is in files of this process alone.
    pub is_embedded: bool,
    /// The folder whose pictures the gateway shows, where it shows any.
    pub pictures: Option<PathBuf>,
    /// The limit of requests at work in this process, where it serves any.
    pub admission: Option<Admission>,
}

/// What works in this process.
pub struct Shop {
    /// What works behind the listeners.
    pub begun: Begun,
    /// The databases of the services.
    pub stores: Stores,
    /// Whether it began as a demo.
    pub is_demo: bool,
    /// Whether this start has created it.
    pub is_new: bool,
    /// What the façades need, where some are asked for.
    pub facades: Option<::compat::Needs>,
    /// The folder of an embedded shop.
    pub folder: Option<Folder>,
}

impl Shop {
    /// Starts what this process is to be; fills an embedded shop before, where that is asked for and it is empty.
    ///
    /// # Errors
    /// Those of the folder and the databases.
    pub async fn start(config: Config, shape: &Shape, with_demo: bool) -> Result<Shop, Failure> {
        match shape.is_embedded {
            true => Self::embedded(config, shape, with_demo).await,
            false => Self::on_postgres(config, shape).await,
        }
    }

    async fn embedded(config: Config, shape: &Shape, with_demo: bool) -> Result<Shop, Failure> {
        let env = host::env();
        let (folder, secret, mut databases, is_new) = Databases::begin(&config, &env).await?;
        if with_demo && demo::is_untouched(&databases, &env).await? {
            let images = demo::tell(&env, &config, &secret).await?;
            databases.close().await?;
            folder.replace(&images)?;
            databases = Databases::open(&folder, &env).await?;
        }
        check_currency(&config, &databases.products).await?;
        let network = Network::in_process(&env, &secret);
        let is_demo = folder.is_demo();
        let pictures = shape.pictures.clone();
        let admission = Some(roles::settings::admission(&config, &env));
        let is_embedded = true;
        let wiring = Wiring { env, config, secret, network, is_demo, is_embedded, pictures, admission };
        let (stores, bus): (_, Arc<dyn Bus>) = (databases.stores(), Arc::new(Memory::new()));
        let mut begun = roles::start_all(&wiring, &stores, &bus).await?;
        begun.doors.insert(METRICS, metrics::router(&stores));
        let facades = match wiring.config.compat.is_empty() {
            true => None,
            false => {
                let db = compat::open(&folder, &wiring.env).await?;
                Some(compat::needs(&wiring, db, Some(&databases.auth))?)
            }
        };
        Ok(Shop { begun, stores, is_demo, is_new, facades, folder: Some(folder) })
    }

    async fn on_postgres(config: Config, shape: &Shape) -> Result<Shop, Failure> {
        let env = host::env();
        let secret = secret::set(shape::secret_of(&config)?)?;
        let stores = split::open(&config, shape, &env).await?;
        secret::check_on_postgres(&config, &stores, &secret).await?;
        if let Some(db) = stores.get(products::NAME) {
            check_currency(&config, db).await?;
        }
        // events are told and heard by services: where there is none, nobody needs to reach NATS
        let bus: Arc<dyn Bus> = match stores.is_empty() {
            true => Arc::new(Memory::new()),
            false => split::bus(&config, &env)?,
        };
        let network = Network::with(&env, &secret, shape.elsewhere.clone(), shape.mutual.clone());
        let (is_demo, is_embedded, pictures) = (false, false, shape.pictures.clone());
        let admission = Some(roles::settings::admission(&config, &env));
        let wiring = Wiring { env, config, secret, network, is_demo, is_embedded, pictures, admission };
        let mut begun = roles::start_all(&wiring, &stores, &bus).await?;
        if !shape.has_gateway {
            begun.doors.remove(GATEWAY);
        }
        begun.doors.insert(METRICS, metrics::router(&stores));
        let facades = match wiring.config.compat.is_empty() {
            true => None,
            false => {
                let migrations = ::compat::migrations();
                let db = split::open_one(&wiring.config, ::compat::NAME, migrations, &wiring.env).await?;
                Some(compat::needs(&wiring, db, stores.get(auth::NAME))?)
            }
        };
        Ok(Shop { begun, stores, is_demo, is_new: false, facades, folder: None })
    }

    /// Before the process ends: whose turn it is to hear is free for another replica, and every database file is
    /// complete then, without the logs beside them, so that a copy of them is a copy of the shop. Nothing is lost
    /// where that does not succeed in time.
    pub async fn close(&self) {
        if timeout(CLOSE_WITHIN, self.begun.turns.give_back()).await.is_err() {
            tracing::info!("others wait until the turns of this process are over");
        }
        let facades = self.facades.iter().map(|needs| (&needs.db, ::compat::NAME));
        let services = self.stores.iter().map(|(service, db)| (db, *service));
        let closed = services.chain(facades).map(async |(db, service)| {
            if let Err(error) = db.close().await {
                tracing::info!(service, %error, "the database file is not complete without its log");
            }
        });
        if timeout(CLOSE_WITHIN, join_all(closed)).await.is_err() {
            tracing::info!("not every database file is complete without its log");
        }
    }
}

/// Whoever reads what is wrong with a database learns whose it is.
pub(crate) fn of_service(service: &str, error: db::Error) -> db::Error {
    let prefix = format!("{service}: ");
    match error.message.starts_with(&prefix) {
        true => error,
        false => db::Error::new(error.kind, format!("{prefix}{}", error.message)),
    }
}

/// Prices, orders and payments are in one currency, which the first product fixes.
///
/// # Errors
/// [`Failure::Config`] when the setting names another one; [`Failure::Data`] when the first product alone is in another.
pub(crate) async fn check_currency(config: &Config, products_db: &Db) -> Result<(), Failure> {
    let asked = config.currency;
    match products::currency_in_use(products_db).await? {
        Some((_, used)) if used == asked => Ok(()),
        Some((first, used)) if products::has_prices_in(products_db, asked).await? => {
            Err(Failure::Data(format!(
                "the price of the product {first} is in {used}, and others are in {asked}, as `currency` says: a shop \
                 has one. `ordo audit` names what is broken."
            )))
        }
        Some((_, used)) if shape::is_on_postgres(config) => Err(Failure::Config(format!(
            "`currency`: the shop in this database has its prices in {used}, not in {asked}, and keeps them. \
             Set ORDO_CURRENCY={used} for each of its processes."
        ))),
        Some((_, used)) => Err(Failure::Config(format!(
            "`currency`: the shop in {} has its prices in {used}, not in {asked}, and keeps them. \
             Set ORDO_CURRENCY={used}, or open another shop with --data.",
            config.data.display()
        ))),
        None => Ok(()),
    }
}
