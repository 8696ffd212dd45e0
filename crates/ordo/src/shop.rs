//! An embedded shop: every service in this process, each on its own database file.

use crate::{clients::Network, config::Config, exit::Failure, folder::Folder, roles};
use bus::{Bus, Memory};
use db::{Db, Migration, sqlite};
use kernel::{Env, secret::RootSecret};
use payments::providers::simulator;
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;

/// How long the end of the process waits for the database files.
const CLOSE_WITHIN: Duration = Duration::from_secs(1);

/// The databases of an embedded shop.
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
    /// Opens the databases of a shop that may be running, as they are.
    ///
    /// # Errors
    /// [`Failure::Data`] when one cannot be opened or is of an older version, [`Failure::TooNew`] when a newer
    /// version of ordo has written them.
    pub async fn open_existing(folder: &Folder, env: &Env) -> Result<Databases, Failure> {
        let databases = Self::open_files(folder, env)?;
        for (db, service, migrations) in databases.with_migrations() {
            let missing = db::missing(db, service, &migrations).await?;
            if missing > 0 {
                return Err(Failure::Data(format!(
                    "{service}: the database is of an older version, {missing} steps behind. Start the shop once \
                     with this one."
                )));
            }
        }
        Ok(databases)
    }

    fn open_files(folder: &Folder, env: &Env) -> Result<Databases, Failure> {
        let open =
            |service: &str| sqlite::open(folder.database(service), env.clone(), sqlite::Options::default());
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
        folder.begin()?;
        let databases = Self::open_files(folder, env)?;
        for (db, service, migrations) in databases.with_migrations() {
            db::migrate(db, service, &migrations).await?;
        }
        folder.begun()?;
        Ok(databases)
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

    fn with_migrations(&self) -> [(&Db, &'static str, Vec<Migration>); 6] {
        [
            (&self.auth, auth::NAME, auth::migrations()),
            (&self.products, products::NAME, products::migrations()),
            (&self.orders, orders::NAME, orders::migrations()),
            (&self.payments, payments::NAME, payments::migrations()),
            (&self.simulator, simulator::NAME, simulator::migrations()),
            (&self.notifications, notifications::NAME, notifications::migrations()),
        ]
    }
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
}

/// A shop that works.
pub struct Shop {
    /// The public door.
    pub gateway: axum::Router,
    /// The way to the services, for what the program itself does (the demo).
    pub network: Network,
    /// The databases.
    pub databases: Databases,
    _folder: Folder,
}

impl Shop {
    /// Opens the folder and starts every service.
    ///
    /// # Errors
    /// Those of the folder and the databases.
    pub async fn start(config: Config) -> Result<Shop, Failure> {
        let env = host::env();
        let folder = Folder::open(&config.data)?;
        let secret = match &config.secret {
            Some(text) => crate::folder::parse_secret(text.expose())
                .ok_or_else(|| Failure::Config("`secret`".to_owned()))?,
            None => folder.secret(&env)?,
        };
        let databases = Databases::open(&folder, &env).await?;
        check_secret(&config, &databases, &secret).await?;
        check_currency(&config, &databases).await?;
        let network = Network::in_process(&env, &secret);
        let wiring = Wiring { env, config, secret, network: network.clone() };
        let bus: Arc<dyn Bus> = Arc::new(Memory::new());
        let gateway = roles::start_all(&wiring, &databases, &bus).await?;
        Ok(Shop { gateway, network, databases, _folder: folder })
    }

    /// Before the process ends: every database file is complete then, without the logs beside them, so that a copy
    /// of them is a copy of the shop. Nothing is lost where that does not succeed in time.
    pub async fn close(&self) {
        let closed = timeout(CLOSE_WITHIN, async {
            for (db, service, _) in self.databases.with_migrations() {
                if let Err(error) = db.close().await {
                    tracing::info!(service, %error, "the database file is not complete without its log");
                }
            }
        });
        if closed.await.is_err() {
            tracing::info!("not every database file is complete without its log");
        }
    }
}

/// What is sealed in the data opens with one secret only. Another one would be noticed by whoever signs in first.
async fn check_secret(config: &Config, databases: &Databases, secret: &RootSecret) -> Result<(), Failure> {
    if auth::is_secret_of(&databases.auth, secret).await? {
        return Ok(());
    }
    let (data, file) = (config.data.display(), config.data.join("secret"));
    Err(Failure::WrongSecret(match config.secret {
        Some(_) if file.exists() => format!(
            "`secret`: the shop in {data} was not written with this one. Its own may be in {}: start it without \
             ORDO_SECRET.",
            file.display()
        ),
        Some(_) => format!(
            "`secret`: the shop in {data} was not written with this one. Set ORDO_SECRET to the one of its first \
             start."
        ),
        None => format!(
            "{} is not the secret that the shop was written with. Put its own file back, or set ORDO_SECRET to \
             the 64 digits that it began with.",
            file.display()
        ),
    }))
}

/// Prices, orders and payments are in one currency, which the first product fixes.
async fn check_currency(config: &Config, databases: &Databases) -> Result<(), Failure> {
    let asked = config.currency;
    match products::currency_in_use(&databases.products).await? {
        Some(used) if used != asked => Err(Failure::Config(format!(
            "`currency`: the shop in {} has its prices in {used}, not in {asked}, and keeps them. \
             Set ORDO_CURRENCY={used}, or open another shop with --data.",
            config.data.display()
        ))),
        _ => Ok(()),
    }
}
