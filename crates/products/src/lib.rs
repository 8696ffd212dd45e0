//! The service products: the catalogue and stock. Its guarantee: it never oversells.
//!
//! It owns products, the ledger of their stock, and the reservations of placements. It calls orders for the outcome of a
//! placement before it releases its reservation, and consumes the snapshots of all orders.

mod api;
pub mod audit;
pub mod catalogue;
mod consumers;
pub mod product_query;
pub mod product_search;
pub mod reservation;
pub mod stock;
mod store;
mod timers;
pub mod transition;
mod unpaid;
mod workflows;

pub use audit::audit;
pub use unpaid::UnpaidLimits;
pub use workflows::consume_again::{catch_up, consume_again, heard_orders, tell_not_lost, versions_of};
pub use workflows::import::{ImportedProduct, ProductImportError, has_product, import_product};

use contracts::products::StockDisplay;
use db::{Db, Migration, Sql};
use endpoint::client::Client;
use flow::{Consumer, Journal, Service, Timers, handler::handler};
use kernel::{Currency, Env, id::ProductId};
use ordo_http::{ApiContext, Cursors};
use std::{sync::Arc, time::Duration};
use store::search_index::ProductRows;

/// The service's name.
pub const NAME: &str = "products";

/// What can be set.
#[derive(Debug, Clone)]
pub struct ProductsSettings {
    /// The shop's currency: every price is in it.
    pub currency: Currency,
    /// So many units or fewer are little: the event stock.low.
    pub low_stock: i64,
    /// How those who are not staff are told the stock.
    pub show_stock: StockDisplay,
    /// How old a hold is when its fate is first asked about; longer than any request may take.
    pub hold: Duration,
    /// The longest time between two questions about a hold.
    pub ask_hold_within: Duration,
    /// The time between two questions about what a confirmed order has reserved.
    pub ask_committed_every: Duration,
    /// How often it is looked whether a question is due.
    pub look_every: Duration,
    /// How much of a product's stock unpaid orders can reserve.
    pub unpaid: UnpaidLimits,
}
impl Default for ProductsSettings {
    fn default() -> Self {
        ProductsSettings {
            currency: Currency::EUR,
            low_stock: 5,
            show_stock: StockDisplay::default(),
            hold: Duration::from_secs(5 * 60),
            ask_hold_within: Duration::from_secs(60 * 60),
            ask_committed_every: Duration::from_secs(24 * 60 * 60),
            look_every: Duration::from_secs(5),
            unpaid: UnpaidLimits::default(),
        }
    }
}

/// What the service needs.
pub struct ProductsDependencies {
    /// The world outside.
    pub env: Env,
    /// Its own database.
    pub db: Db,
    /// Tells who calls, and how much is taken.
    pub shell: ApiContext,
    /// Seals the cursors of lists.
    pub cursors: Cursors,
    /// What can be set.
    pub settings: ProductsSettings,
    /// For the outcome of placements, and its feed.
    pub orders: Client,
}

/// What handlers share.
#[derive(Clone)]
pub(crate) struct Products {
    pub(crate) warehouse: Warehouse,
    pub(crate) cursors: Cursors,
    pub(crate) orders: Client,
}
impl std::ops::Deref for Products {
    type Target = Warehouse;
    fn deref(&self) -> &Warehouse {
        &self.warehouse
    }
}

/// What a change of stock needs, also where nobody is served.
#[derive(Clone)]
pub(crate) struct Warehouse {
    pub(crate) env: Env,
    pub(crate) db: Db,
    pub(crate) journal: Journal,
    pub(crate) settings: Arc<ProductsSettings>,
}
impl Warehouse {
    pub(crate) fn new(env: Env, db: Db, settings: ProductsSettings) -> Self {
        let journal = Journal::new(NAME, env.clone(), db.clone());
        Warehouse { env, db, journal, settings: Arc::new(settings) }
    }
}

/// The service, ready to be started.
pub fn service(needs: ProductsDependencies) -> Service {
    let ProductsDependencies { env, db, shell, cursors, settings, orders } = needs;
    let s = Products { warehouse: Warehouse::new(env, db, settings), cursors, orders: orders.clone() };
    let journal = s.journal.clone();
    let api = api::api(s.clone(), shell);
    let hearer = s.clone();
    let figures = Consumer {
        producer: "orders",
        feed: orders,
        handles: consumers::order_event::HANDLED,
        handler: handler(move |event| consumers::order_event::order_event(hearer.clone(), event)),
        on_unknown_event: None,
        lane: None,
    };
    Service {
        name: NAME,
        routes: api.routes().to_vec(),
        router: api.router(),
        journal,
        consumers: vec![figures],
        timers: Timers::default(),
        timer_kinds: Vec::new(),
        tasks: vec![
            ("ask_fates", Box::pin(timers::reconcile_reservations::ask_fates(s.clone()))),
            ("refresh_search_index", Box::pin(timers::refresh_search_index::refresh_search_index(s.clone()))),
            ("rebuild_search_index", Box::pin(search::rebuild::<ProductRows>(NAME, s.db.clone()))),
        ],
    }
}

/// The currency that this database's prices are in, and the first product, which has fixed it; none before there is one.
///
/// # Errors
/// When the database cannot be read.
pub async fn currency_in_use(db: &Db) -> db::Result<Option<(ProductId, Currency)>> {
    store::products::currency(db).await
}

/// Whether there are products with a price in this currency; checks all of them.
///
/// # Errors
/// When the database cannot be read.
pub async fn has_prices_in(db: &Db, currency: Currency) -> db::Result<bool> {
    Ok(store::products::currencies(db).await?.contains(&currency))
}

/// The service's schema, in the order of its history.
pub fn migrations() -> Vec<Migration> {
    let own = Migration { name: "0001_products", sql: include_str!("../migrations/0001_products.sql") };
    let by_change =
        Migration { name: "0002_by_change", sql: include_str!("../migrations/0002_by_change.sql") };
    let level =
        Migration { name: "0003_stock_level", sql: include_str!("../migrations/0003_stock_level.sql") };
    let reference =
        Migration { name: "0004_reference", sql: include_str!("../migrations/0004_reference.sql") };
    let saved_by = Migration { name: "0005_saved_by", sql: include_str!("../migrations/0005_saved_by.sql") };
    let unpaid = Migration { name: "0006_unpaid", sql: include_str!("../migrations/0006_unpaid.sql") };
    let search_index =
        Migration { name: "0007_search_index", sql: include_str!("../migrations/0007_search_index.sql") };
    let index_again =
        Migration { name: "0008_index_again", sql: include_str!("../migrations/0008_index_again.sql") };
    let skus_again = Migration {
        name: "0009_index_skus_again",
        sql: include_str!("../migrations/0009_index_skus_again.sql"),
    };
    let full_text = Migration { name: "0010_search", sql: include_str!("../migrations/0010_search.sql") };
    let own_later = [by_change, level, reference, saved_by];
    let later = own_later.into_iter().chain([
        flow::MIGRATION_5,
        unpaid,
        search_index,
        index_again,
        skus_again,
        flow::MIGRATION_6,
        search::MIGRATION,
        full_text,
    ]);
    [flow::MIGRATION, own, flow::MIGRATION_2, flow::MIGRATION_3, flow::MIGRATION_4]
        .into_iter()
        .chain(later)
        .collect()
}

/// Every statement that the service runs, for the test that prepares them on both engines.
pub fn statements() -> Vec<(&'static str, Sql)> {
    [store::statements(), flow::store::statements(), search::statements()].concat()
}
