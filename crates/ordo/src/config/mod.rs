//! The configuration: flags over environment over `.env` over file over defaults; an unknown name is an error.

mod check;
mod env_file;
mod explain;
mod injected;
mod list;
mod load;
mod origin;
mod secret_file;
mod show;
mod values;

pub(crate) use check::{contact_address, proxies};
pub(crate) use explain::quoted;
pub use list::List;
pub use load::{load, read_all};
pub use origin::{SettingOrigin, Sources};
pub(crate) use origin::{in_order, locate};
pub(crate) use secret_file::check as check_secret_file;
pub(crate) use show::without_credentials;
pub use show::{names, show};

use contracts::products::StockDisplay;
use kernel::{Currency, Secret};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Every setting. The name in `ordo.toml` is the member's, in the environment `ORDO_` and the name in capitals.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The folder of an embedded shop.
    pub data: PathBuf,
    /// Where it listens: `[NAME=]ADDRESS` for each listener, see [`crate::topology`].
    #[serde(default)]
    pub listen: List,
    /// The port of the first listener: the gateway's, or that of the only service. 0 takes any free one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// The PostgreSQL server of the services without a separate address; embedded databases when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database_url: Option<Secret>,
    /// The database of auth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_database_url: Option<Secret>,
    /// The database of products.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub products_database_url: Option<Secret>,
    /// The database of orders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orders_database_url: Option<Secret>,
    /// The database of payments, and of the simulated provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payments_database_url: Option<Secret>,
    /// The database of notifications.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notifications_database_url: Option<Secret>,
    /// A standby of that server, on which lists are read that may be a moment old.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database_read_url: Option<Secret>,
    /// The same of the database of auth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_database_read_url: Option<Secret>,
    /// The same of the database of products.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub products_database_read_url: Option<Secret>,
    /// The same of the database of orders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orders_database_read_url: Option<Secret>,
    /// The same of the database of notifications.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notifications_database_read_url: Option<Secret>,
    /// Milliseconds by which what is read there may be behind.
    pub database_read_lag_ms: u64,
    /// The most connections of each service to its database.
    pub database_pool: u32,
    /// Seconds for making a connection to a database, and for one of the pool to become free.
    pub database_connect_timeout: u64,
    /// Seconds for a statement.
    pub database_statement_timeout: u64,
    /// Seconds for a lock that another transaction holds.
    pub database_lock_timeout: u64,
    /// What carries events from service to service: `memory` within one process, or the address of a NATS server.
    pub bus: String,
    /// What the names on the NATS server begin with: another one for each shop there.
    pub bus_prefix: String,
    /// On how many servers of its cluster NATS keeps what is on its way.
    pub bus_replicas: u32,
    /// A file with the certificates that NATS is believed by, instead of the system's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bus_ca: Option<PathBuf>,
    /// A file with credentials for NATS (`….creds`), or with the seed of an nkey (`SU…`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bus_credentials: Option<PathBuf>,
    /// A file with the certificate that NATS is shown, where it wants one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bus_certificate: Option<PathBuf>,
    /// A file with its key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bus_key: Option<PathBuf>,
    /// A file with the certificates that services are believed by when they ask one another: with it, and with the next
    /// two, they do so over TLS, and show who they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub services_ca: Option<PathBuf>,
    /// A file with this process's own certificate, for the name `ordo`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub services_certificate: Option<PathBuf>,
    /// A file with its key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub services_key: Option<PathBuf>,
    /// Where auth answers, in other processes.
    #[serde(default)]
    pub auth_url: List,
    /// Where products answers.
    #[serde(default)]
    pub products_url: List,
    /// Where orders answers.
    #[serde(default)]
    pub orders_url: List,
    /// Where payments answers.
    #[serde(default)]
    pub payments_url: List,
    /// Where notifications answers.
    #[serde(default)]
    pub notifications_url: List,
    /// The shop's currency (ISO 4217), fixed once a product has a price.
    pub currency: Currency,
    /// What is logged, in the words of `tracing` (`info`, `orders=debug`).
    pub log: String,
    /// How it is logged.
    pub log_format: LogFormat,
    /// 64 hexadecimal digits from which keys are derived. Made and kept in the data folder when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<Secret>,
    /// The e-mail address of the administrator to make at the start, with `admin_password`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admin_email: Option<String>,
    /// That administrator's password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admin_password: Option<Secret>,
    /// Seconds for which an access token is good.
    pub access_token_ttl: u64,
    /// Seconds for which a refresh token is good.
    pub refresh_token_ttl: u64,
    /// Seconds until an unpaid order expires.
    pub payment_due: u64,
    /// Seconds until an unpaid order of a guest expires, where that is sooner.
    pub guest_payment_due: u64,
    /// Where customers find the shop, such as `https://shop.example`: links in mails begin with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// What the shop is called, on its pages and in its mails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shop_name: Option<String>,
    /// Where customers ask: an e-mail address, or the address of a page. It stands at the foot of each page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shop_contact: Option<String>,
    /// Who sells, in one line: name, address, number for taxes. It stands at the foot of invoices and packing slips.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shop_imprint: Option<String>,
    /// The time zone of times, days and months on pages, documents and in emails: an IANA name such as `Europe/Berlin`.
    pub time_zone: String,
    /// The folder whose pictures the gateway shows at `/pictures/NAME`; in an embedded shop that of this name in its data
    /// folder when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pictures: Option<PathBuf>,
    /// Days for which an unchanged basket is kept.
    pub baskets_kept_days: u32,
    /// Seconds after which a reservation without an order is asked about.
    pub hold: u64,
    /// Unpaid orders that one account may have.
    pub unpaid_orders_max: u32,
    /// The most units of one line of an order that a customer places.
    pub order_line_units_max: u32,
    /// The most units of one order that a customer places.
    pub order_units_max: u32,
    /// Percent of a product's free stock that all unpaid orders together can reserve; 100: no limit.
    pub unpaid_stock_percent: u32,
    /// Percent that the unpaid orders of all guests together can reserve.
    pub unpaid_stock_percent_guests: u32,
    /// Percent that the unpaid orders of one guest or account can reserve.
    pub unpaid_stock_percent_customer: u32,
    /// Units that the first two of these limits leave at least.
    pub unpaid_stock_units_min: u32,
    /// Units that the last one leaves at least; more than `unpaid_stock_units_min` has no effect.
    pub unpaid_stock_units_min_customer: u32,
    /// Up to so many pieces a product counts as low.
    pub low_stock: i64,
    /// How customers see the stock: `exact` counts, or the `level` alone (in stock, low, sold out). Staff see counts.
    pub show_stock: StockDisplay,
    /// Seconds that a payment provider has for an answer.
    pub provider_timeout: u64,
    /// Milliseconds after which a payment with a lost answer is checked.
    pub reconcile_after_ms: u64,
    /// Milliseconds that the simulator's slow card takes.
    pub simulator_slow_ms: u64,
    /// Milliseconds after which the simulator's late webhook comes.
    pub simulator_webhook_delay_ms: u64,
    /// Milliseconds after which the simulator gets a request that it did not answer.
    pub simulator_late_ms: u64,
    /// Seconds for which an authorization holds, before the provider is asked whether it is over.
    pub authorization_life: u64,
    /// Seconds that running requests have when the process is asked to stop.
    pub drain: u64,
    /// Seconds for which a process of a shop on PostgreSQL continues to take requests before that, and reports that it is
    /// about to end, so that callers use another one.
    pub leave: u64,
    /// The origins whose pages may call the API from a browser, such as `https://shop.example`; `*` for all.
    pub cors_origins: Vec<String>,
    /// The proxies in front of the gateway, as networks: they are believed when they say for whom they ask.
    pub trusted_proxies: Vec<String>,
    /// Bytes of a request's body.
    pub body_bytes_max: u32,
    /// Requests at work at a time, at the gateway and at each service; further ones are refused with a time to retry. Half of
    /// the gateway's places are divided evenly between the services and the pages.
    pub in_flight_max: u32,
    /// Requests at work at a time in this process, below that; 0: as many as it can answer fast, by what it measures.
    pub requests_at_work: u32,
    /// Connections that one client address (an IPv6 /64) may hold at the gateway and at each façade; 0: all there are.
    pub connections_per_client: u32,
    /// Requests of one client address that may be arriving for more than a second at a time; 0: any number.
    pub slow_requests_per_client: u32,
    /// Requests that one account, or one client address that shows none, may send in a minute.
    pub requests_per_minute: u32,
    /// Sign-ins, registrations and exchanges of refresh tokens that one client address may ask for in a minute.
    pub sign_ins_per_minute: u32,
    /// `off` switches the two rate limits off, for tests. Wrong passwords slow down all the same.
    pub rate_limit: Switch,
    /// Emails that strangers can have sent to one address in an hour; 0: no limit.
    pub emails_per_address_per_hour: u32,
    /// Days for which a mail stays in the mailbox.
    pub mails_kept_days: u32,
    /// Days for which an event stays in the public log.
    pub events_kept_days: u32,
    /// Streams of events that notifications keeps open at a time, a tenth of them for staff alone.
    pub streams_max: u32,
    /// The folder into which backups of an embedded shop are written automatically; none when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup_to: Option<PathBuf>,
    /// Seconds from one of these backups to the next.
    pub backup_every: u64,
    /// How many of them are kept.
    pub backup_keep: u32,
    /// The interfaces of other systems to serve: `NAME` or `NAME.SERVICE`.
    pub compat: Vec<String>,
    /// Their ports that are not the originals': `NAME.SERVICE=PORT`.
    pub compat_port: Vec<String>,
    /// The address on which they listen.
    pub compat_host: String,
    /// The origins whose pages may call them; all where there are none.
    pub compat_origin: Vec<String>,
    /// Where their order services find their user service; in this process when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compat_user_url: Option<String>,
    /// Whether any registered user may write products and order statuses in `ecommerce`.
    pub compat_open_writes: Switch,
    /// For tests: the point at which the process ends, `NAME@N`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failpoint: Option<String>,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    Auto,
    /// Text for people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Default for Config {
    // settings without a value share lines
    #[rustfmt::skip]
    fn default() -> Self {
        Config {
            data: "ordo-data".into(),
            listen: List::default(), port: None, database_url: None, auth_database_url: None,
            products_database_url: None, orders_database_url: None, payments_database_url: None,
            notifications_database_url: None, database_read_url: None, auth_database_read_url: None,
            products_database_read_url: None, orders_database_read_url: None,
            notifications_database_read_url: None,
            database_read_lag_ms: 1000,
            database_pool: 8,
            database_connect_timeout: 5,
            database_statement_timeout: 10,
            database_lock_timeout: 5,
            bus: MEMORY.to_owned(),
            bus_prefix: "ordo".to_owned(),
            bus_replicas: 1,
            bus_ca: None, bus_credentials: None, bus_certificate: None, bus_key: None, services_ca: None,
            services_certificate: None, services_key: None, auth_url: List::default(),
            products_url: List::default(), orders_url: List::default(), payments_url: List::default(),
            notifications_url: List::default(),
            currency: Currency::EUR,
            log: "info".to_owned(),
            log_format: LogFormat::Auto,
            secret: None, admin_email: None, admin_password: None,
            access_token_ttl: 24 * 60 * 60,
            refresh_token_ttl: 30 * 24 * 60 * 60,
            payment_due: 30 * 60,
            guest_payment_due: 15 * 60,
            public_url: None, shop_name: None, shop_contact: None, shop_imprint: None, pictures: None,
            time_zone: "UTC".to_owned(),
            baskets_kept_days: 30,
            hold: 5 * 60,
            unpaid_orders_max: 20,
            order_line_units_max: 1_000,
            order_units_max: 5_000,
            unpaid_stock_percent: 80,
            unpaid_stock_percent_guests: 60,
            unpaid_stock_percent_customer: 30,
            unpaid_stock_units_min: 10,
            unpaid_stock_units_min_customer: 5,
            low_stock: 5,
            show_stock: StockDisplay::Exact,
            provider_timeout: 5,
            reconcile_after_ms: 1000,
            simulator_slow_ms: 2000,
            simulator_webhook_delay_ms: 3000,
            simulator_late_ms: 120_000,
            authorization_life: 7 * 24 * 60 * 60,
            drain: 25,
            leave: 3,
            cors_origins: Vec::new(), trusted_proxies: Vec::new(),
            body_bytes_max: 1 << 20,
            in_flight_max: 1024,
            requests_at_work: 0, connections_per_client: 256, slow_requests_per_client: 16,
            requests_per_minute: 3000,
            sign_ins_per_minute: 600,
            rate_limit: Switch::On,
            emails_per_address_per_hour: 30,
            mails_kept_days: 90,
            events_kept_days: 90,
            streams_max: 1000,
            backup_to: None,
            backup_every: 24 * 60 * 60,
            backup_keep: 7,
            compat: Vec::new(), compat_port: Vec::new(),
            compat_host: "127.0.0.1".to_owned(),
            compat_origin: Vec::new(), compat_user_url: None,
            compat_open_writes: Switch::Off,
            failpoint: None,
        }
    }
}

/// The bus of one process.
pub const MEMORY: &str = "memory";

/// What is never shown. An address of a database may have a password in it.
const SECRETS: &[&str] = &[
    "secret",
    "admin_password",
    "database_url",
    "auth_database_url",
    "products_database_url",
    "orders_database_url",
    "payments_database_url",
    "notifications_database_url",
    "database_read_url",
    "auth_database_read_url",
    "products_database_read_url",
    "orders_database_read_url",
    "notifications_database_read_url",
];
/// Settings that are no secrets, and may contain one.
const WITH_SECRETS: &[&str] = &["bus"];
/// Settings without a default, besides the secrets.
const OPTIONAL: &[&str] = &[
    "admin_email",
    "backup_to",
    "bus_ca",
    "bus_certificate",
    "bus_credentials",
    "bus_key",
    "compat_user_url",
    "failpoint",
    "pictures",
    "port",
    "public_url",
    "services_ca",
    "services_certificate",
    "services_key",
    "shop_contact",
    "shop_imprint",
    "shop_name",
];
