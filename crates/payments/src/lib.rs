//! The service payments: payments with their attempts, refunds and the ledger.
//!
//! It decides about money (R5 of `docs/lifecycle.md`): whether an order is paid is the current state here.
//! It calls only the provider, publishes payment.* and refund.*, and consumes no events. Its guarantee: a customer is
//! never charged twice.
//!
//! The rules are plain functions over a [`aggregate::PaymentAggregate`], a payment with all that belongs to it; every
//! transaction locks one, applies a rule and writes the difference. Every provider call is committed before it is made,
//! under a key that is never reused for anything else.

pub mod aggregate;
mod api;
pub mod attempt;
pub mod audit;
pub mod automatic_refunds;
pub mod commands;
pub mod ledger;
pub mod operation;
pub mod payment;
pub mod reducer;
pub mod refund;
mod store;
pub mod timer_plan;
mod timers;
pub mod transition;
pub mod unknown_charge;
pub mod view;
mod workflows;

pub use audit::audit;
pub use store::{epoch::loss_not_accepted, unknown_charges::count as unknown_charges};
pub use workflows::{NewerCharges, begin_epoch, list_newer_charges, newer_charges, report_loss};

use db::{Db, Migration, Sql};
use flow::{Journal, Service, Timers};
use kernel::{Env, Timestamp};
use ordo_http::{ApiContext, Cursors};
use payment_provider::{GuardedProvider, Provider};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use timer_plan::RetryDelays;
use tokio::time::Instant;

/// The service's name.
pub const NAME: &str = "payments";

/// What can be set.
#[derive(Debug, Clone)]
pub struct PaymentsSettings {
    /// How long the provider may take for an answer; after that its outcome is unknown.
    pub provider_timeout: Duration,
    /// What writing an answer down may take, before another process looks after it.
    pub apply_within: Duration,
    /// Before the first question about an unknown outcome; doubled with each.
    pub reconcile_after: Duration,
    /// Between two questions about an unknown outcome, at most. Below the five minutes of I8.
    pub reconcile_every: Duration,
    /// Before a refund that failed is tried again; doubled with each failure.
    pub refund_after: Duration,
    /// Between two tries of a refund, at most: each has a key of its own, which is kept.
    pub refund_every: Duration,
    /// How long an authorization holds before the provider is asked whether it is over.
    pub authorization_life: Duration,
}

impl Default for PaymentsSettings {
    fn default() -> Self {
        PaymentsSettings {
            provider_timeout: Duration::from_secs(5),
            apply_within: Duration::from_secs(2),
            reconcile_after: Duration::from_secs(1),
            reconcile_every: Duration::from_secs(4 * 60),
            refund_after: Duration::from_secs(60),
            refund_every: Duration::from_secs(24 * 60 * 60),
            authorization_life: Duration::from_secs(7 * 24 * 60 * 60),
        }
    }
}

impl PaymentsSettings {
    fn delays(&self) -> RetryDelays {
        RetryDelays {
            // a question that finds nothing is followed by a second call
            call: self.provider_timeout * 2 + self.apply_within,
            first_look: self.reconcile_after,
            between_looks: self.reconcile_every,
            refund_again: self.refund_after,
            between_refunds: self.refund_every,
            authorization_life: self.authorization_life,
        }
    }
}

/// What the service needs.
pub struct PaymentsDependencies {
    /// The world outside.
    pub env: Env,
    /// Its own database.
    pub db: Db,
    /// Tells who calls, and how much is taken.
    pub shell: ApiContext,
    /// Seals the cursors of lists.
    pub cursors: Cursors,
    /// Whoever moves the money.
    pub provider: Arc<dyn Provider>,
    /// What can be set.
    pub settings: PaymentsSettings,
}

/// When the epoch was read last, and what it was then.
pub(crate) type EpochRead = Option<(Instant, Option<Timestamp>)>;

/// What handlers and timers share.
#[derive(Clone)]
pub(crate) struct Payments {
    pub(crate) env: Env,
    pub(crate) db: Db,
    pub(crate) journal: Journal,
    pub(crate) timers: Timers,
    pub(crate) cursors: Cursors,
    pub(crate) provider: GuardedProvider,
    pub(crate) settings: Arc<PaymentsSettings>,
    /// Since when the database goes on from an older copy.
    pub(crate) epoch: Arc<Mutex<EpochRead>>,
}

/// The service, ready to be started.
pub fn service(needs: PaymentsDependencies) -> Service {
    let PaymentsDependencies { env, db, shell, cursors, provider, settings } = needs;
    let journal = Journal::new(NAME, env.clone(), db.clone());
    let timers = Timers::default();
    let work = provider.work();
    let provider = GuardedProvider::new(provider, settings.provider_timeout, db.clone());
    let s = Payments {
        env,
        db,
        journal: journal.clone(),
        timers: timers.clone(),
        cursors,
        provider,
        settings: Arc::new(settings),
        epoch: Arc::default(),
    };
    let api = api::api(s.clone(), shell);
    Service {
        name: NAME,
        routes: api.routes().to_vec(),
        router: api.router(),
        journal,
        consumers: Vec::new(),
        timers,
        timer_kinds: timers::kinds(&s),
        tasks: work.map(|work| ("provider", work)).into_iter().collect(),
    }
}

/// The service's schema, in the order of its history.
pub fn migrations() -> Vec<Migration> {
    let own = Migration { name: "0001_payments", sql: include_str!("../migrations/0001_payments.sql") };
    let by_hand = Migration {
        name: "0002_refunds_by_hand",
        sql: include_str!("../migrations/0002_refunds_by_hand.sql"),
    };
    let accounts = Migration { name: "0003_accounts", sql: include_str!("../migrations/0003_accounts.sql") };
    let wonders = Migration { name: "0004_wonders", sql: include_str!("../migrations/0004_wonders.sql") };
    let unsent = Migration { name: "0005_unsent", sql: include_str!("../migrations/0005_unsent.sql") };
    let epoch = Migration { name: "0006_epoch", sql: include_str!("../migrations/0006_epoch.sql") };
    let unknown = Migration {
        name: "0007_unknown_charges",
        sql: include_str!("../migrations/0007_unknown_charges.sql"),
    };
    let accepted =
        Migration { name: "0008_epoch_accepted", sql: include_str!("../migrations/0008_epoch_accepted.sql") };
    let provider = Migration { name: "0009_provider", sql: include_str!("../migrations/0009_provider.sql") };
    let tail = Migration { name: "0010_order_tail", sql: include_str!("../migrations/0010_order_tail.sql") };
    let repeated = Migration {
        name: "0011_repeated_orders",
        sql: include_str!("../migrations/0011_repeated_orders.sql"),
    };
    vec![
        flow::MIGRATION,
        own,
        flow::MIGRATION_2,
        flow::MIGRATION_3,
        by_hand,
        accounts,
        wonders,
        flow::MIGRATION_4,
        flow::MIGRATION_5,
        unsent,
        flow::MIGRATION_6,
        epoch,
        unknown,
        accepted,
        provider,
        tail,
        repeated,
    ]
}

/// Every statement that the service runs, for the test that prepares them on both engines.
pub fn statements() -> Vec<(&'static str, Sql)> {
    [store::statements(), flow::store::statements()].concat()
}
