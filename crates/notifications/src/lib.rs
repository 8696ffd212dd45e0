//! The service notifications: the public log of all events, and the built-in mailbox.
//!
//! It owns both, consumes every event of every other service, and calls orders and auth for the recipients of emails. It
//! publishes nothing.

mod api;
pub mod audit;
mod consumers;
mod email_limit;
pub mod email_triggers;
mod pending_email;
mod state;
mod store;
mod tasks;
pub mod template;
mod texts;
mod timers;
mod workflows;

pub use audit::audit;

use contracts::events::EventType;
use db::{Db, Migration, Sql};
use endpoint::client::Client;
use flow::{Consumer, Journal, Service, Timers, handler::handler};
use kernel::Env;
use languages::Zone;
use ordo_http::{ApiContext, Cursors};
use state::streams::Streams;
use std::{sync::Arc, time::Duration};
use tokio::sync::Notify;

/// The service's name.
pub const NAME: &str = "notifications";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What can be set.
#[derive(Debug, Clone)]
pub struct NotificationsSettings {
    /// Who signs the mails.
    pub shop_name: String,
    /// Where the shop's pages are, such as `https://shop.example`: links in mails begin with it. Empty, they are paths alone.
    pub site: String,
    /// Emails that strangers can have sent to one address in an hour; 0: no limit.
    pub emails_per_address_per_hour: u32,
    /// The local time of what mails say.
    pub time_zone: Zone,
    /// How long asking for one address may take.
    pub look_up_within: Duration,
    /// For how long a mail stays in the mailbox.
    pub mails_kept: Duration,
    /// For how long an event stays in the public log. One that is consumed when it is older than this is passed over,
    /// and nobody is written to because of it.
    pub events_kept: Duration,
    /// Streams of events that may be open at once.
    pub streams_max: usize,
}
impl Default for NotificationsSettings {
    fn default() -> Self {
        NotificationsSettings {
            shop_name: "Ordo".to_owned(),
            site: String::new(),
            emails_per_address_per_hour: 30,
            time_zone: Zone::default(),
            look_up_within: Duration::from_secs(5),
            mails_kept: 90 * DAY,
            events_kept: 90 * DAY,
            streams_max: 1000,
        }
    }
}

/// What the service needs.
pub struct NotificationsDependencies {
    /// The world outside.
    pub env: Env,
    /// Its own database.
    pub db: Db,
    /// Tells who calls, and how much is taken.
    pub shell: ApiContext,
    /// Seals the cursors of lists.
    pub cursors: Cursors,
    /// What can be set.
    pub settings: NotificationsSettings,
    /// For its feed, and the addresses of new users.
    pub auth: Client,
    /// For its feed.
    pub products: Client,
    /// For its feed, and the addresses of those who order.
    pub orders: Client,
    /// For its feed.
    pub payments: Client,
}

/// What handlers share.
#[derive(Clone)]
pub(crate) struct Notifications {
    pub(crate) env: Env,
    pub(crate) db: Db,
    pub(crate) journal: Journal,
    pub(crate) cursors: Cursors,
    pub(crate) settings: Arc<NotificationsSettings>,
    pub(crate) auth: Client,
    pub(crate) orders: Client,
    pub(crate) timers: Timers,
    /// Tells that an event waits for its place in the log.
    pub(crate) placing: Arc<Notify>,
    /// Who listens to the log.
    pub(crate) streams: Streams,
}

/// The service, ready to be started.
pub fn service(needs: NotificationsDependencies) -> Service {
    let NotificationsDependencies { env, db, shell, cursors, settings, auth, products, orders, payments } =
        needs;
    let journal = Journal::new(NAME, env.clone(), db.clone());
    let producers =
        [("auth", auth.clone()), ("products", products), ("orders", orders.clone()), ("payments", payments)];
    let settings = Arc::new(settings);
    let streams = Streams::new(settings.streams_max);
    let s = Notifications {
        env,
        db,
        journal: journal.clone(),
        cursors,
        settings,
        auth,
        orders,
        timers: Timers::default(),
        placing: Arc::default(),
        streams,
    };
    let consumer = |(producer, feed)| {
        let (hearer, keeper) = (s.clone(), s.clone());
        Consumer {
            producer,
            feed,
            handles: EventType::ALL,
            handler: handler(move |event| consumers::all_events::any_event(hearer.clone(), event)),
            on_unknown_event: Some(handler(move |event| {
                consumers::all_events::strange_event(keeper.clone(), event)
            })),
            // so that emails about one order are queued in the order of its events
            lane: Some(email_triggers::lane),
        }
    };
    let api = api::api(s.clone(), shell);
    Service {
        name: NAME,
        routes: api.routes().to_vec(),
        router: api.router(),
        journal,
        consumers: producers.map(consumer).into(),
        timers: s.timers.clone(),
        timer_kinds: timers::kinds(&s),
        tasks: vec![
            ("place_events", Box::pin(tasks::assign_log_positions::place_events(s.clone()))),
            ("set_sweep", Box::pin(timers::set_sweep(s))),
        ],
    }
}

/// The service's schema, in the order of its history.
pub fn migrations() -> Vec<Migration> {
    let own =
        Migration { name: "0001_notifications", sql: include_str!("../migrations/0001_notifications.sql") };
    let gone = Migration { name: "0002_gone", sql: include_str!("../migrations/0002_gone.sql") };
    let folded = Migration { name: "0003_folded", sql: include_str!("../migrations/0003_folded.sql") };
    let email_limit =
        Migration { name: "0004_email_limit", sql: include_str!("../migrations/0004_email_limit.sql") };
    vec![
        flow::MIGRATION,
        own,
        gone,
        flow::MIGRATION_2,
        flow::MIGRATION_3,
        flow::MIGRATION_4,
        folded,
        flow::MIGRATION_5,
        email_limit,
        flow::MIGRATION_6,
        Migration { name: "0005_audit_report", sql: include_str!("../migrations/0005_audit_report.sql") },
    ]
}

/// Every statement that the service runs, for the test that prepares them on both engines.
pub fn statements() -> Vec<(&'static str, Sql)> {
    [store::statements(), flow::store::statements()].concat()
}
