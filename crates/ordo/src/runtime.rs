//! What runs in this process, and its databases. An embedded shop has one file for its services in its folder; what is
//! on PostgreSQL is opened by [`crate::distributed`].

use crate::{
    anchor::{self, Anchor, LossPolicy},
    audit, backup,
    clients::Network,
    compat,
    config::Config,
    data_dir::DataDir,
    databases::Databases,
    demo, distributed,
    exit_code::Failure,
    metrics,
    newer_charges::{self, ChargeComparison},
    roles::{self, StartedProcess},
    runtime_deps::RuntimeDeps,
    secret_check,
    stores::Stores,
    topology::{self, GATEWAY, METRICS, Topology},
};
use bus::{Bus, InMemoryBus};
use db::{
    Db,
    sqlite::{Durability, Sqlite},
};
use futures_util::future::join_all;
use kernel::{Env, secret::RootSecret};
use ordo_http::Barrier;
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;

/// How long the end of the process waits for the database files.
const CLOSE_WITHIN: Duration = Duration::from_secs(3);

/// What the flags of `ordo serve` ask for.
#[derive(Debug, Clone, Copy, Default)]
pub struct ServeOptions {
    /// Fill an empty shop.
    pub demo: bool,
    /// Begin a new epoch where the data are older than they were.
    pub accept_loss: bool,
}

/// What works in this process.
pub struct Runtime {
    /// What works behind the listeners.
    pub begun: StartedProcess,
    /// The databases of the services.
    pub stores: Stores,
    /// Whether it began as a demo.
    pub is_demo: bool,
    /// Whether this start has created it.
    pub is_new: bool,
    /// What the façades need, where some are asked for.
    pub facades: Option<::compat::CompatDependencies>,
    /// The folder of an embedded shop.
    pub folder: Option<DataDir>,
    /// Tells later starts how far it has come.
    pub(crate) anchor: Option<Anchor>,
}

impl Runtime {
    /// Starts what this process must be; fills an embedded shop before, where that is asked for and it is empty.
    ///
    /// # Errors
    /// Those of the folder and the databases.
    pub async fn start(config: Config, shape: &Topology, wanted: ServeOptions) -> Result<Runtime, Failure> {
        match shape.is_embedded {
            true => Self::embedded(config, shape, wanted).await,
            false => Self::on_postgres(config, shape).await,
        }
    }

    async fn embedded(config: Config, shape: &Topology, wanted: ServeOptions) -> Result<Runtime, Failure> {
        let env = host::env();
        if wanted.accept_loss && !config.data.exists() {
            let data = config.data.display();
            let why = format!("there is no data folder {data}, so no loss to accept: check `--data`.");
            return Err(Failure::Data(why));
        }
        let (folder, secret, mut databases, is_new) = Databases::begin(&config, &env).await?;
        let loss = if wanted.accept_loss { LossPolicy::Accept } else { LossPolicy::Refuse };
        let mut changed = databases.changed();
        if loss == LossPolicy::Accept {
            let is_copy = anchor::is_copy_of_busy_folder(&folder)?;
            databases.check_changed(is_copy).await?;
            changed.extend(is_copy.then(|| anchor::COPIED.to_owned()));
        }
        let mut is_accepted =
            anchor::check(&folder, &databases, is_new, (loss, changed), (&env, &secret)).await?;
        if loss == LossPolicy::Refuse && anchor::is_copy_of_busy_folder(&folder)? {
            audit::check_copy(&databases, &env, anchor::rest(&config.data)?).await?;
        }
        let network = Network::in_process(&env, &secret);
        if !is_new {
            let compared = ChargeComparison::of_databases(&databases, &config, (&env, &network));
            is_accepted |= newer_charges::check(compared, &folder, &databases, (loss, &secret)).await?;
        }
        if wanted.accept_loss && !is_accepted {
            tracing::warn!(
                "--accept-loss had no effect: nothing is lost. Remove the flag, or a later loss is accepted without a question"
            );
        }
        // last: interrupted, the next start asks again
        databases.accept_changed().await?;
        if wanted.demo {
            folder.filling()?;
            databases = fill(databases, &folder, &env, &config, &secret).await?;
            folder.begun()?;
        }
        let anchor = Anchor::open(&folder, &databases, &env).await?;
        check_currency(&config, &databases.products).await?;
        let is_demo = folder.is_demo();
        let pictures = shape.pictures.clone();
        let admission = Some(roles::settings::admission(&config, &env));
        let is_embedded = true;
        let wiring = RuntimeDeps { env, config, secret, network, is_demo, is_embedded, pictures, admission };
        let (stores, bus): (_, Arc<dyn Bus>) = (databases.stores(), Arc::new(InMemoryBus::new()));
        let mut begun = roles::start_all(&wiring, &stores, &bus).await?;
        begun.doors.insert(METRICS, metrics::router(&wiring, &stores));
        backup::automatic::start(&wiring.config, &wiring.env)?;
        wiring.env.spawn("anchor", anchor.clone().follow());
        wiring.env.spawn("damage", databases.clone().look_for_damage());
        let facades = match wiring.config.compat.is_empty() {
            true => None,
            false => {
                let db = compat::open(&databases.auth).await?;
                Some(compat::needs(&wiring, db, Some(&databases.auth))?)
            }
        };
        Ok(Runtime { begun, stores, is_demo, is_new, facades, folder: Some(folder), anchor: Some(anchor) })
    }

    async fn on_postgres(config: Config, shape: &Topology) -> Result<Runtime, Failure> {
        let env = host::env();
        let secret = secret_check::set(topology::secret_of(&config)?)?;
        let stores = distributed::open(&config, shape, &env).await?;
        secret_check::check_on_postgres(&config, &stores, &secret).await?;
        if let Some(db) = stores.get(products::NAME) {
            check_currency(&config, db).await?;
        }
        // services publish and consume events: a process without one does not need NATS
        let bus: Arc<dyn Bus> = match stores.is_empty() {
            true => Arc::new(InMemoryBus::new()),
            false => distributed::bus(&config, &env)?,
        };
        let network = Network::with(&env, &secret, shape.elsewhere.clone(), shape.mutual.clone());
        if let (Some(payments), Some(simulator)) = (stores.get(payments::NAME), stores.get(simulator::NAME)) {
            let compared =
                ChargeComparison { env: &env, config: &config, network: &network, payments, simulator };
            newer_charges::report(compared).await?;
        }
        let (is_demo, is_embedded, pictures) = (false, false, shape.pictures.clone());
        let admission = Some(roles::settings::admission(&config, &env));
        let wiring = RuntimeDeps { env, config, secret, network, is_demo, is_embedded, pictures, admission };
        let mut begun = roles::start_all(&wiring, &stores, &bus).await?;
        if !shape.has_gateway {
            begun.doors.remove(GATEWAY);
        }
        begun.doors.insert(METRICS, metrics::router(&wiring, &stores));
        let facades = match wiring.config.compat.is_empty() {
            true => None,
            false => {
                let migrations = ::compat::migrations();
                let db =
                    distributed::open_one(&wiring.config, ::compat::NAME, migrations, &wiring.env).await?;
                Some(compat::needs(&wiring, db, stores.get(auth::NAME))?)
            }
        };
        Ok(Runtime { begun, stores, is_demo, is_new: false, facades, folder: None, anchor: None })
    }

    /// What leaves an embedded shop waits until it is durable, and until both of its files are known to be there; elsewhere each
    /// commit is durable.
    pub fn barrier(&self) -> Option<Barrier> {
        let file = |name| self.folder.as_ref().and_then(|_| self.stores.get(name).cloned());
        let (services, simulator) = (file(orders::NAME)?, file(simulator::NAME)?);
        Some(Barrier::new(move || {
            let (services, simulator) = (services.clone(), simulator.clone());
            Box::pin(async move {
                services.durable().await.map_err(|error| error.to_string())?;
                simulator.sqlite().map_or(Ok(()), Sqlite::intact).map_err(|error| error.to_string())
            })
        }))
    }

    /// Before the process ends: whose turn it is to hear is free for another replica, and every database file is
    /// complete then, without the logs beside them, so that a copy of them is a copy of the shop. Nothing is lost
    /// where that does not succeed in time.
    pub async fn close(&self) {
        if timeout(CLOSE_WITHIN, self.begun.turns.release()).await.is_err() {
            tracing::info!("lease release failed; leases will expire");
        }
        let mut kept_up = None;
        if let Some(anchor) = &self.anchor {
            match timeout(CLOSE_WITHIN, anchor.keep_up()).await {
                Ok(Ok(())) => kept_up = Some(anchor),
                _ => tracing::info!("anchor is slightly behind"),
            }
        }
        let facades = self.facades.iter().map(|needs| (&needs.db, ::compat::NAME));
        let services = self.stores.iter().map(|(service, db)| (db, *service));
        let closed = services.chain(facades).map(async |(db, service)| {
            if let Err(error) = db.close().await {
                tracing::info!(service, %error, "database file is incomplete without its log");
            }
        });
        if timeout(CLOSE_WITHIN, join_all(closed)).await.is_err() {
            tracing::info!("some database files are incomplete without their logs");
            return;
        }
        if let Some(anchor) = kept_up
            && let Err(error) = anchor.close().await
        {
            tracing::info!(%error, "copies of the data folder are checked as if the shop were running");
        }
    }
}

/// An empty shop with the demo in it; another one as it is.
async fn fill(
    databases: Databases,
    folder: &DataDir,
    env: &Env,
    config: &Config,
    secret: &RootSecret,
) -> Result<Databases, Failure> {
    if !demo::is_untouched(&databases, env).await? {
        return Ok(databases);
    }
    let images = demo::tell(env, config, secret).await?;
    // a command that had checked the folder before it was marked may have written since
    if !demo::is_untouched(&databases, env).await? {
        return Ok(databases);
    }
    anchor::lift(folder, &databases).await?;
    databases.close().await?;
    folder.replace(&images)?;
    Databases::open_or_create(folder, env, Durability::Barrier).await.map(|(filled, _)| filled)
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
        Some((_, used)) if topology::is_on_postgres(config) => Err(Failure::Config(format!(
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
