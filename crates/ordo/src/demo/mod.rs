//! `ordo serve --demo`: fills an empty shop with a month of trade, made by the services themselves.
//!
//! The scenario is a table ([`scenario`]). The same services that serve play it, on databases in memory and by a clock
//! that begins thirty days ago ([`demo_clock`]); nothing of it is written past their rules. What they end with becomes
//! the shop's databases, all at once or none ([`crate::data_dir::DataDir::replace`]), so that a start that is
//! killed leaves an empty shop or a full one.

mod actions;
mod catalogue;
mod demo_clock;
mod order_player;
mod people;
mod pictures;
mod player;
mod scenario;
mod timeline;

pub use pictures::PICTURES;

use crate::{
    admin,
    clients::Network,
    config::Config,
    databases::{Databases, InMemory},
    exit_code::Failure,
    roles,
    runtime_deps::RuntimeDeps,
};
use auth::Existing;
use bus::{Bus, InMemoryBus};
use contracts::feed::FeedParams;
use demo_clock::DemoClock;
use endpoint::Permission;
use flow::{Journal, feed, row_reader::RowReader};
use kernel::{Env, Secret, Timestamp, secret::RootSecret};
use people::{CLERK_MAY, CUSTOMERS, DemoActor};
use player::ScenarioPlayer;
use std::{sync::Arc, time::Duration};
use tokio::runtime::Builder;

const DAYS: u32 = 30;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// What is left for the last settling: the past ends before the present begins.
const MARGIN: Duration = Duration::from_secs(2 * 60);
/// The beginning, in which the administrator is made.
const BEFORE: Duration = Duration::from_secs(60 * 60);

/// The content of each database, by its service.
pub type Images = Vec<(&'static str, Vec<u8>)>;

/// Whether nothing has ever happened in this shop: whatever does is an event, and journals are kept forever.
///
/// # Errors
/// What the databases say.
pub async fn is_untouched(databases: &Databases, env: &Env) -> Result<bool, Failure> {
    for (service, db) in databases.of_services() {
        let journal = Journal::new(service, env.clone(), db.clone());
        let told = feed::read(&journal, &FeedParams { after: 0, limit: 1 }).await?;
        // an event that was written and not published yet: whenever that was
        let mut reading = RowReader::default();
        let untold = flow::audit::unpublished(db, Timestamp::from_micros(i64::MAX), &mut reading).await?;
        if !told.events.is_empty() || !untold.is_empty() || !reading.about().is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The databases of a shop with a month behind it.
///
/// # Errors
/// When a service refuses a part of the story.
pub async fn tell(env: &Env, config: &Config, secret: &RootSecret) -> Result<Images, Failure> {
    // the times of a shop that sets none: the story counts on them
    let config = Config {
        currency: config.currency,
        // what its mails call the shop, and lead to, and by which clock
        shop_name: config.shop_name.clone(),
        public_url: config.public_url.clone(),
        time_zone: config.time_zone.clone(),
        listen: config.listen.clone(),
        port: config.port,
        trusted_proxies: config.trusted_proxies.clone(),
        // the story sells out on purpose
        unpaid_stock_percent: 100,
        unpaid_stock_percent_guests: 100,
        unpaid_stock_percent_customer: 100,
        ..Config::default()
    };
    let (system, secret) = (env.clone(), secret.clone());
    let told = env.blocking(move || {
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
        let runtime =
            runtime.map_err(|e| Failure::other(format!("the demo's runtime does not start: {e}")))?;
        // the logs are of the present
        let nobody = tracing::subscriber::NoSubscriber::new();
        tracing::subscriber::with_default(nobody, || runtime.block_on(live(&system, config, secret)))
    });
    told.await.unwrap_or_else(|| Err(Failure::other("the process ends before the demo has been told")))
}

/// Runs the services through the last thirty days.
async fn live(system: &Env, config: Config, secret: RootSecret) -> Result<Images, Failure> {
    let end = system.now().minus(MARGIN);
    let past = DemoClock::beginning(system, end.minus(DAY * DAYS).minus(BEFORE));
    let env = past.env();
    let InMemory { databases, files } = Databases::in_memory(&env).await?;
    let network = Network::in_process(&env, &secret);
    let wiring = RuntimeDeps {
        env: env.clone(),
        config,
        secret,
        network: network.clone(),
        is_demo: true,
        is_embedded: true,
        pictures: None,
        admission: None,
    };
    let bus: Arc<dyn Bus> = Arc::new(InMemoryBus::new());
    roles::start_services(&wiring, &databases.stores(), &bus).await?;
    let password = Secret::new(DemoActor::Staff.password());
    let (db, email) = (&databases.auth, DemoActor::Staff.email());
    let ensured = admin::ensure(&wiring.config, db, &env, email, &password, Existing::Refuse).await;
    ensured.map_err(admin::failure)?;
    let config = &wiring.config;
    let teller = ScenarioPlayer::new(&past, &network, config.currency, end);
    teller.tell(Duration::from_secs(config.payment_due)).await?;
    files.iter().map(|(name, file)| Ok((*name, file.image()?))).collect()
}

/// The paragraph about the demo in the API document.
pub fn about() -> String {
    let (admin, customers) = (DemoActor::Staff, CUSTOMERS.map(|who| format!("`{}`", who.email())).join(", "));
    format!(
        "\n\n## The demo\nThis shop began with `serve --demo`: it has a month of orders in every state, and nobody is \
         charged anything. Sign in (`POST /v1/login`) as its administrator, `{}` with the password `{}`, as a member \
         of staff for {}, `{}` with the password `{}`, or as one of its customers, {customers}, with the \
         password `{}`.",
        admin.email(),
        admin.password(),
        clerk_may(),
        DemoActor::Clerk.email(),
        DemoActor::Clerk.password(),
        DemoActor::Mara.password()
    )
}

fn clerk_may() -> String {
    CLERK_MAY.map(Permission::name).join(" and ")
}

/// How to sign in.
pub fn accounts() -> Vec<String> {
    let (admin, customers) = (DemoActor::Staff, CUSTOMERS.map(DemoActor::email).join(", "));
    vec![
        format!("demo: sign in as {} with the password {}", admin.email(), admin.password()),
        format!(
            "demo: or as staff for {} ({}) with the password {}",
            clerk_may(),
            DemoActor::Clerk.email(),
            DemoActor::Clerk.password()
        ),
        format!("demo: or as a customer ({customers}) with the password {}", DemoActor::Mara.password()),
    ]
}
