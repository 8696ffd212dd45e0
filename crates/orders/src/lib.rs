//! The service orders: orders, their fulfilments, their history.
//!
//! It decides whether an order exists (R5 of `docs/lifecycle.md`), and its status. It calls products to reserve and
//! release stock, payments to pay, close, capture and refund, and auth for contact details; it consumes the events
//! of payments and of products' stock. Its rules are data in [`transition`], and functions without I/O in `order` and
//! `pricing`; `workflows` holds what endpoints, events and timers do with them.

mod api;
mod attention;
pub mod audit;
mod basket;
mod consumers;
mod fulfilment;
mod order;
mod order_query;
mod pricing;
mod store;
mod timers;
mod transition;
mod word_intersection;
mod words;
mod workflows;

pub use audit::audit;
pub use transition::markdown as machine;
pub use workflows::order_import::{ImportedOrder, OrderImportError, import_order, may_import};
pub use workflows::replay::{
    consume_reservations_again, consume_stock_again, figures, heard_reservations, heard_stock,
    lost_reservations, payment_copies, placed_versions, restore_payments, versions_of_placements,
};

use contracts::{payments::PaymentMethods, products::StockDisplay};
use db::{Db, Migration, Sql};
use endpoint::client::Client;
use flow::{Consumer, Journal, Service, Timers, handler::handler};
use kernel::{Currency, Env};
use ordo_http::{ApiContext, Cursors, token::OrderKeys};
use std::{sync::Arc, time::Duration};

/// The service's name.
pub const NAME: &str = "orders";

/// What can be set.
#[derive(Debug, Clone)]
pub struct OrdersSettings {
    /// The currency of the shop.
    pub currency: Currency,
    /// How long an order waits for its payment.
    pub payment_due: Duration,
    /// The same of an order that a guest has placed, where that is shorter.
    pub guest_payment_due: Duration,
    /// The most units of one line of an order; staff may order more.
    pub line_units_max: i64,
    /// The most units of one order; staff may order more.
    pub order_units_max: i64,
    /// Up to so many units a product counts as low, as products has it.
    pub low_stock: i64,
    /// How those who are not staff are told the stock.
    pub show_stock: StockDisplay,
    /// How many unpaid orders an account may have at once.
    pub unpaid_orders_max: u32,
    /// How long a new order waits for auth to name the person; it is placed without, too.
    pub look_up_within: Duration,
    /// How long a basket is kept that nobody changes.
    pub basket_kept: Duration,
    /// How long an answer to placing waits for what becomes of its payment; it is answered without, too.
    pub pay_within: Duration,
    /// What the payment provider knows: another method is refused before there is an order.
    pub payment_methods: PaymentMethods,
}
impl Default for OrdersSettings {
    fn default() -> Self {
        OrdersSettings {
            currency: Currency::EUR,
            payment_due: Duration::from_secs(30 * 60),
            guest_payment_due: Duration::from_secs(15 * 60),
            line_units_max: 1_000,
            order_units_max: 5_000,
            low_stock: 5,
            show_stock: StockDisplay::default(),
            unpaid_orders_max: 20,
            look_up_within: Duration::from_millis(300),
            basket_kept: Duration::from_secs(30 * 24 * 60 * 60),
            pay_within: Duration::from_secs(3),
            payment_methods: PaymentMethods::ANY,
        }
    }
}

/// What the service needs.
pub struct OrdersDependencies {
    /// The world outside.
    pub env: Env,
    /// Its own database.
    pub db: Db,
    /// Tells who calls, and how much is taken.
    pub shell: ApiContext,
    /// Seals the cursors of lists.
    pub cursors: Cursors,
    /// Makes the keys of guests' orders.
    pub order_keys: OrderKeys,
    /// What can be set.
    pub settings: OrdersSettings,
    /// Names who orders; its feed tells of verified addresses.
    pub auth: Client,
    /// Reserves and releases; its feed tells of stock that is short or lost.
    pub products: Client,
    /// Decides about money; its feed tells of payments.
    pub payments: Client,
}

/// What handlers share.
#[derive(Clone)]
pub(crate) struct Orders(Arc<OrdersInner>);

pub(crate) struct OrdersInner {
    pub(crate) env: Env,
    pub(crate) db: Db,
    pub(crate) journal: Journal,
    pub(crate) timers: Timers,
    pub(crate) cursors: Cursors,
    pub(crate) order_keys: OrderKeys,
    pub(crate) settings: OrdersSettings,
    /// The longest that a caller can have us work on one request.
    pub(crate) longest_request: Duration,
    pub(crate) auth: Client,
    pub(crate) products: Client,
    pub(crate) payments: Client,
}
impl std::ops::Deref for Orders {
    type Target = OrdersInner;
    fn deref(&self) -> &OrdersInner {
        &self.0
    }
}

/// The service, ready to be started.
pub fn service(needs: OrdersDependencies) -> Service {
    let OrdersDependencies { env, db, shell, cursors, order_keys, settings, auth, products, payments } =
        needs;
    let journal = Journal::new(NAME, env.clone(), db.clone());
    let (auth_feed, products_feed, payments_feed) = (auth.clone(), products.clone(), payments.clone());
    let timers = Timers::default();
    let longest_request = shell.limits.longest;
    let shared = OrdersInner {
        env,
        db,
        journal,
        timers,
        cursors,
        order_keys,
        settings,
        longest_request,
        auth,
        products,
        payments,
    };
    let s = Orders(Arc::new(shared));
    let api = api::api(s.clone(), shell);
    Service {
        name: NAME,
        routes: api.routes().to_vec(),
        router: api.router(),
        journal: s.journal.clone(),
        consumers: vec![
            Consumer {
                producer: "auth",
                feed: auth_feed,
                handles: consumers::account::HANDLED,
                handler: {
                    let s = s.clone();
                    handler(move |event| consumers::account::account(s.clone(), event))
                },
                on_unknown_event: None,
                lane: None,
            },
            Consumer {
                producer: "payments",
                feed: payments_feed,
                handles: consumers::payment::HANDLED,
                handler: {
                    let s = s.clone();
                    handler(move |event| consumers::payment::payment(s.clone(), event))
                },
                on_unknown_event: None,
                lane: None,
            },
            Consumer {
                producer: "products",
                feed: products_feed,
                handles: consumers::stock::HANDLED,
                handler: {
                    let s = s.clone();
                    handler(move |event| consumers::stock::stock(s.clone(), event))
                },
                on_unknown_event: None,
                lane: None,
            },
        ],
        timers: s.timers.clone(),
        timer_kinds: timers::kinds(&s),
        tasks: vec![("refresh_words", Box::pin(workflows::refresh_words::refresh_words(s)))],
    }
}

/// The service's schema, in the order of its history.
pub fn migrations() -> Vec<Migration> {
    let own = Migration { name: "0001_orders", sql: include_str!("../migrations/0001_orders.sql") };
    let baskets = Migration { name: "0002_baskets", sql: include_str!("../migrations/0002_baskets.sql") };
    let guests = Migration { name: "0004_guests", sql: include_str!("../migrations/0004_guests.sql") };
    let lines_hash =
        Migration { name: "0003_lines_hash", sql: include_str!("../migrations/0003_lines_hash.sql") };
    let sums = Migration { name: "0005_sums", sql: include_str!("../migrations/0005_sums.sql") };
    let surplus = Migration { name: "0006_surplus", sql: include_str!("../migrations/0006_surplus.sql") };
    let parcels = Migration { name: "0007_parcels", sql: include_str!("../migrations/0007_parcels.sql") };
    let given_back =
        Migration { name: "0008_given_back", sql: include_str!("../migrations/0008_given_back.sql") };
    let waiting = Migration { name: "0009_waiting", sql: include_str!("../migrations/0009_waiting.sql") };
    let parcel_words =
        Migration { name: "0010_parcel_words", sql: include_str!("../migrations/0010_parcel_words.sql") };
    let undelivered =
        Migration { name: "0011_undelivered", sql: include_str!("../migrations/0011_undelivered.sql") };
    let language = Migration { name: "0012_language", sql: include_str!("../migrations/0012_language.sql") };
    let word_times =
        Migration { name: "0013_word_times", sql: include_str!("../migrations/0013_word_times.sql") };
    let audit_report =
        Migration { name: "0014_audit_report", sql: include_str!("../migrations/0014_audit_report.sql") };
    let to_hand_back =
        Migration { name: "0015_to_hand_back", sql: include_str!("../migrations/0015_to_hand_back.sql") };
    let corrections =
        Migration { name: "0016_corrections", sql: include_str!("../migrations/0016_corrections.sql") };
    let parcel_address =
        Migration { name: "0017_parcel_address", sql: include_str!("../migrations/0017_parcel_address.sql") };
    let steps = Migration { name: "0018_steps", sql: include_str!("../migrations/0018_steps.sql") };
    let unsettled =
        Migration { name: "0019_unsettled", sql: include_str!("../migrations/0019_unsettled.sql") };
    let corrected =
        Migration { name: "0020_corrected", sql: include_str!("../migrations/0020_corrected.sql") };
    let states = Migration { name: "0021_states", sql: include_str!("../migrations/0021_states.sql") };
    let replaced = Migration { name: "0022_replaced", sql: include_str!("../migrations/0022_replaced.sql") };
    let word_refresh =
        Migration { name: "0023_word_refresh", sql: include_str!("../migrations/0023_word_refresh.sql") };
    vec![
        flow::MIGRATION,
        own,
        baskets,
        flow::MIGRATION_2,
        flow::MIGRATION_3,
        lines_hash,
        guests,
        sums,
        surplus,
        parcels,
        flow::MIGRATION_4,
        given_back,
        waiting,
        parcel_words,
        undelivered,
        language,
        word_times,
        audit_report,
        to_hand_back,
        corrections,
        parcel_address,
        steps,
        unsettled,
        corrected,
        flow::MIGRATION_5,
        states,
        replaced,
        word_refresh,
        Migration {
            name: "0024_word_refresh_again",
            sql: include_str!("../migrations/0024_word_refresh_again.sql"),
        },
        flow::MIGRATION_6,
        Migration { name: "0025_attention", sql: include_str!("../migrations/0025_attention.sql") },
        Migration { name: "0026_fewer_indexes", sql: include_str!("../migrations/0026_fewer_indexes.sql") },
        Migration {
            name: "0027_audit_report_moved",
            sql: include_str!("../migrations/0027_audit_report_moved.sql"),
        },
    ]
}

/// Every statement that the service runs, for the test that prepares them on both engines.
pub fn statements() -> Vec<(&'static str, Sql)> {
    [store::statements(), flow::store::statements()].concat()
}
