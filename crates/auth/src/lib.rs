//! Auth: accounts, credentials, sessions, the tokens that speak for them and the keys that sign those.
//!
//! It needs a database and the installation's secret, and asks no other service for anything. Others verify
//! access tokens by themselves, with the published keys and the feed of ended sessions; [`authority`] is what
//! their verifiers ask, [`own_authority`] in a process that has this database, [`remote_authority`] elsewhere.

mod account;
mod admin;
mod api;
mod audit;
mod authority;
mod changing;
mod common_password;
mod ending;
mod gate;
mod hasher;
mod key_plan;
mod keyring;
mod names;
mod password;
mod seal;
mod settings;
mod sign_in;
mod state;
mod store;
mod throttle;
mod timers;
mod token;

pub use admin::{AdminError, Ensured, ensure_admin};
pub use audit::audit;
pub use authority::{own_authority, remote_authority};
pub use password::Cost;
pub use settings::Settings;
pub use throttle::Throttle;

use db::{Db, Migration, Sql};
use flow::Service;
use kernel::{Env, secret::RootSecret};
use ordo_http::{Limits, TokenVerifier};
use state::Auth;

/// The service's name: the topic of its events, and the audience of credentials shown to it.
pub const NAME: &str = "auth";

/// What the service needs.
#[derive(Clone)]
pub struct Needs {
    /// The world outside.
    pub env: Env,
    /// Its database, migrated.
    pub db: Db,
    /// The installation's secret.
    pub secret: RootSecret,
    /// Tells who calls this service; whoever makes it keeps it up to date ([`TokenVerifier::watch`]).
    pub verifier: TokenVerifier,
    /// The verifiers of the other services in this process: they hear at once of sessions that end here.
    pub neighbours: Vec<TokenVerifier>,
    /// How much is taken.
    pub limits: Limits,
    /// Its settings.
    pub settings: Settings,
}

/// The service, ready to be started.
pub fn service(needs: Needs) -> Service {
    let limits = needs.limits.clone();
    let auth = Auth::new(needs);
    let api = api::api(&auth, limits);
    Service {
        name: NAME,
        routes: api.routes().to_vec(),
        router: api.router(),
        journal: auth.journal.clone(),
        consumers: Vec::new(),
        timers: auth.timers.clone(),
        timer_kinds: timers::kinds(&auth),
        tasks: vec![("auth timers", Box::pin(timers::set_all(auth)))],
    }
}

/// The service's migrations, in their order.
pub fn migrations() -> Vec<Migration> {
    vec![flow::MIGRATION, Migration { name: "0001_auth", sql: include_str!("../migrations/0001_auth.sql") }]
}

/// Every statement that the service runs, by name.
pub fn statements() -> Vec<(&'static str, Sql)> {
    [store::statements(), flow::store::statements()].concat()
}
