//! The service auth: accounts, credentials, sessions, access tokens and the keys that sign them.
//!
//! It needs a database and the installation's secret, and calls no other service. Other services verify access
//! tokens locally, with the published keys and the feed of revoked sessions. A verifier reads these through
//! [`own_authority`] in a process that has this database, and through [`remote_authority`] elsewhere.

mod account;
mod api;
mod api_key;
mod audit;
mod authority;
mod common_password;
mod email_code;
mod foreign_hash;
mod key_rotation;
mod login_name;
mod password;
mod seal;
mod state;
mod store;
mod throttle;
mod timers;
mod workflows;

pub use audit::audit;
pub use authority::{own_authority, remote_authority};
pub use foreign_hash::{ForeignHashError, check_foreign_hash};
pub use password::Cost;
pub use state::keyring::is_secret_of;
pub use throttle::Throttle;
pub use workflows::{
    ensure_admin::{AdminError, EnsureAdminOutcome, Existing, check_admin, ensure_admin},
    import::{ImportedUser, UserImportError, an_admin, find_user, import_user, may_import, user_named},
    new_epoch::{EpochEnded, begin_epoch},
    setup::make_setup_token,
};

use db::{Db, Migration, Sql};
use flow::Service;
use kernel::{Env, secret::RootSecret};
use key_rotation::RotationPolicy;
use ordo_http::{
    RequestLimits, TokenVerifier,
    token::{LEEWAY_S, TokenRules},
};
use state::Auth;
use std::time::Duration;
use store::search_index::AccountRows;

/// The service's name: the topic of its events, and the audience of credentials shown to it.
pub const NAME: &str = "auth";

/// What an operator can set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthSettings {
    /// Who issues the access tokens (`iss`).
    pub issuer: String,
    /// For whom the access tokens are (`aud`).
    pub audience: String,
    /// For how long an access token is good; whole seconds.
    pub access_token_ttl: Duration,
    /// For how long an unused refresh token is valid.
    pub refresh_ttl: Duration,
    /// For how long a key signs access tokens.
    pub key_life: Duration,
    /// How long before its use a key is published.
    pub key_ahead: Duration,
    /// What hashing a password costs.
    pub password_cost: Cost,
    /// Passwords hashed at a time; each takes the memory that its cost says.
    pub hashes_at_once: usize,
    /// Requests that wait for a hash in the meantime; further ones are refused with a time to retry.
    pub hashes_waiting: usize,
    /// How failed sign-ins of a name from one network slow down further ones.
    pub throttle: Throttle,
    /// How those of a name from anywhere do, in networks where it has failed and has not signed in lately.
    pub throttle_of_name: Throttle,
    /// The time between two comparisons for a name at which somebody guesses, in one network; a fifteenth of it while many wait.
    pub guess_interval: Duration,
    /// The longest wait for that. A response is given up after 10 s.
    pub guess_wait: Duration,
    /// For how long it is known that a name has signed in from a network.
    pub network_known: Duration,
    /// For how long the code of a mail is good with which a new password can be chosen.
    pub reset_ttl: Duration,
    /// An account gets such a mail once in so long at most.
    pub reset_again_after: Duration,
    /// For how long the code of a mail is good by which an address is verified.
    pub verification_ttl: Duration,
    /// For how long what is over (an expired session, a token that is no longer good) is kept: clocks differ, and
    /// people look into what happened.
    pub kept_when_over: Duration,
}

impl Default for AuthSettings {
    fn default() -> Self {
        AuthSettings {
            issuer: "ordo".to_owned(),
            audience: "ordo".to_owned(),
            access_token_ttl: Duration::from_secs(24 * 3600),
            refresh_ttl: Duration::from_secs(30 * 24 * 3600),
            key_life: Duration::from_secs(30 * 24 * 3600),
            key_ahead: Duration::from_secs(24 * 3600),
            password_cost: Cost::default(),
            hashes_at_once: 4,
            hashes_waiting: 256,
            throttle: Throttle::default(),
            throttle_of_name: Throttle::of_name_alone(),
            guess_interval: Duration::from_millis(750),
            guess_wait: Duration::from_secs(8),
            network_known: Duration::from_secs(90 * 24 * 3600),
            reset_ttl: Duration::from_secs(3600),
            reset_again_after: Duration::from_secs(120),
            verification_ttl: Duration::from_secs(24 * 3600),
            kept_when_over: Duration::from_secs(24 * 3600),
        }
    }
}

impl AuthSettings {
    /// What a token must say to be good at `service`.
    pub fn token_rules(&self, service: &str) -> TokenRules {
        TokenRules {
            issuer: self.issuer.clone(),
            audience: self.audience.clone(),
            service: service.to_owned(),
            longest_life: self.access_token_ttl,
        }
    }

    /// The rotation of signing keys.
    pub(crate) fn key_plan(&self) -> RotationPolicy {
        RotationPolicy { life: self.key_life, ahead: self.key_ahead, verifies_on: self.token_matters() }
    }

    /// For how long after it was issued a token can be taken anywhere, clocks that differ included.
    pub(crate) fn token_matters(&self) -> Duration {
        self.access_token_ttl + Duration::from_secs(2 * LEEWAY_S.unsigned_abs())
    }
}

/// What the service needs.
#[derive(Clone)]
pub struct AuthDependencies {
    /// The world outside.
    pub env: Env,
    /// Its database, migrated.
    pub db: Db,
    /// The installation's secret.
    pub secret: RootSecret,
    /// Verifies the callers of this service; its creator keeps it up to date ([`TokenVerifier::watch`]).
    pub verifier: TokenVerifier,
    /// The verifiers of the other services in this process: they hear at once of sessions that end here.
    pub neighbours: Vec<TokenVerifier>,
    /// How much is taken.
    pub limits: RequestLimits,
    /// Its settings.
    pub settings: AuthSettings,
}

/// The service, ready to be started.
pub fn service(needs: AuthDependencies) -> Service {
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
        tasks: vec![
            ("auth timers", Box::pin(timers::set_all(auth.clone()))),
            ("rebuild_search_index", Box::pin(search::rebuild::<AccountRows>(NAME, auth.db.clone()))),
        ],
    }
}

/// How many sessions and API keys have ended since the service has had its database: a number that only grows.
///
/// # Errors
/// When the database does not answer.
pub async fn revocations(db: &Db) -> db::Result<i64> {
    store::revocations::numbered(db).await.map(|(head, _)| head.unwrap_or_default())
}

/// The service's migrations, in their order.
pub fn migrations() -> Vec<Migration> {
    vec![
        flow::MIGRATION,
        Migration { name: "0001_auth", sql: include_str!("../migrations/0001_auth.sql") },
        Migration {
            name: "0002_networks_and_setup",
            sql: include_str!("../migrations/0002_networks_and_setup.sql"),
        },
        flow::MIGRATION_2,
        flow::MIGRATION_3,
        Migration {
            name: "0003_email_verification",
            sql: include_str!("../migrations/0003_email_verification.sql"),
        },
        flow::MIGRATION_4,
        Migration { name: "0004_language", sql: include_str!("../migrations/0004_language.sql") },
        flow::MIGRATION_5,
        Migration { name: "0005_word_refresh", sql: include_str!("../migrations/0005_word_refresh.sql") },
        Migration { name: "0006_api_key_expiry", sql: include_str!("../migrations/0006_api_key_expiry.sql") },
        Migration {
            name: "0007_word_refresh_again",
            sql: include_str!("../migrations/0007_word_refresh_again.sql"),
        },
        flow::MIGRATION_6,
        search::MIGRATION,
        Migration { name: "0008_search", sql: include_str!("../migrations/0008_search.sql") },
    ]
}

/// Every statement that the service runs, by name.
pub fn statements() -> Vec<(&'static str, Sql)> {
    [store::statements(), flow::store::statements(), search::statements()].concat()
}
