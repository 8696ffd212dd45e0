//! Façades of the five older systems that Ordo replaces: their clients work unchanged.
//!
//! Each façade is one small file under [`facades`], next to the table of what the legacy system promised. It calls the
//! real services through the typed clients, on behalf of the user whose token it received. What only façades need is in a
//! small database of their own: the integers by which the legacy systems name things, and the addresses of users of
//! `two-vm`.
//!
//! The rest is shared by all five: from a request to its response ([`dispatch`], [`operation`], [`request`], [`response`]),
//! request bodies ([`form`]), the documents ([`document`]), accounts and their tokens ([`accounts`]), and the names of
//! order statuses ([`status_names`]).

mod accounts;
mod amount;
mod cors;
mod dispatch;
mod document;
mod facades;
mod form;
mod operation;
mod order_placement;
mod request;
mod response;
mod status_names;
mod store;
mod user_service;

pub use amount::meant;

use axum::Router;
use bytes::Bytes;
use contracts::products::StockDisplay;
use db::{Db, Migration, Sql};
use endpoint::{client::Client, http::HeaderMap, transport::Transport};
use kernel::{BoxFuture, Currency, Env, Secret, id::UserId};
use operation::LegacyService;
use ordo_http::Admission;
use std::{net::IpAddr, ops::Deref, sync::Arc};

/// The name under which the façades call services, and of their database.
pub const NAME: &str = "compat";

/// The title of the adjustment that takes off what was settled in the system that an order was imported from.
pub const SETTLED: &str = "Settled before the import";

/// A service of one of the originals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FacadeService {
    /// The façade: `two-vm`.
    pub facade: &'static str,
    /// Its service: `users`.
    pub service: &'static str,
    /// Where the original listened.
    pub port: u16,
    /// Whether the original asks nobody who they are.
    pub is_open: bool,
}

const fn part(facade: &'static str, service: &'static str, port: u16, is_open: bool) -> FacadeService {
    FacadeService { facade, service, port, is_open }
}

/// Every service of the originals.
pub const PARTS: [FacadeService; 10] = [
    part("two-vm", "users", 5001, false),
    part("two-vm", "orders", 5002, false),
    part("express-pair", "users", 3000, true),
    part("express-pair", "orders", 3001, true),
    part("flask-pair", "users", 5001, true),
    part("flask-pair", "orders", 5002, true),
    part("auth-service", "auth", 5000, false),
    part("ecommerce", "auth", 5000, false),
    part("ecommerce", "products", 5001, false),
    part("ecommerce", "orders", 5002, false),
];

impl FacadeService {
    /// `two-vm.users`.
    pub fn name(&self) -> String {
        format!("{}.{}", self.facade, self.service)
    }
}

/// The parts that a name stands for: a façade's, or one of them.
pub fn named(name: &str) -> Vec<FacadeService> {
    PARTS.into_iter().filter(|part| part.facade == name || part.name() == name).collect()
}

/// Tells whether what stands behind a façade can work.
pub type Ready = Arc<dyn Fn() -> BoxFuture<Result<(), String>> + Send + Sync>;

/// Who stands at a façade's door, and how often they may come in.
pub trait AccessPolicy: Send + Sync {
    /// The network of the client behind a connection from `peer`.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr;
    /// Counts a request, and says how many seconds to wait before it may come.
    fn wait_s(&self, client: IpAddr, is_sign_in: bool) -> Option<u32>;
    /// Counts a request that shows a password, and says how many seconds to wait before the next failure.
    fn failure_wait_s(&self, client: IpAddr) -> Option<u32>;
}

/// What the façades need.
#[derive(Clone)]
pub struct CompatDependencies {
    /// The world outside.
    pub env: Env,
    /// Their own database, migrated.
    pub db: Db,
    /// Auth, as this service.
    pub auth: Client,
    /// Products, as this service.
    pub products: Client,
    /// Orders, as this service.
    pub orders: Client,
    /// Auth, as whoever's token the call carries.
    pub auth_as_user: Client,
    /// Orders, as whoever's token the call carries.
    pub orders_as_user: Client,
    /// The way to user services.
    pub http: Arc<dyn Transport>,
    /// Whether auth can do its work.
    pub ready: Ready,
    /// The currency of the shop.
    pub currency: Currency,
    /// How customers are told the stock.
    pub show_stock: StockDisplay,
    /// The origins whose pages may call; all where there are none.
    pub origins: Vec<String>,
    /// Whether any registered user may write products and order statuses in `ecommerce`.
    pub open_writes: bool,
    /// What the gateway knows of its visitors, of theirs.
    pub door: Arc<dyn AccessPolicy>,
    /// The limit of requests at work in this process, where there is one.
    pub admission: Option<Admission>,
    /// The user service elsewhere that order services ask, where one is set.
    pub user_url: Option<String>,
    /// What nobody else knows: by it a user service sees that its own order service asks, which is nobody's request.
    pub own_call: Secret,
}

/// What the handlers of a service share.
#[derive(Clone)]
pub(crate) struct Compat(Arc<CompatInner>);

pub(crate) struct CompatInner {
    needs: CompatDependencies,
    /// The user service that this order service asks.
    user_url: String,
    /// The data that was there from the start, once it is known to be there.
    samples: tokio::sync::OnceCell<accounts::SeedUsers>,
}
impl Deref for Compat {
    type Target = CompatDependencies;
    fn deref(&self) -> &CompatDependencies {
        &self.0.needs
    }
}
impl Compat {
    pub(crate) fn user_url(&self) -> &str {
        &self.0.user_url
    }
    pub(crate) fn samples(&self) -> &tokio::sync::OnceCell<accounts::SeedUsers> {
        &self.0.samples
    }
}

/// The router of a part, and the JSON that its refused connections are answered with. `user_url` is where an order service
/// finds its user service.
pub fn router(part: FacadeService, needs: &CompatDependencies, user_url: &str) -> (Router, Bytes) {
    let user_url = needs.user_url.clone().unwrap_or_else(|| user_url.to_owned());
    let shared = CompatInner { needs: needs.clone(), user_url, samples: tokio::sync::OnceCell::new() };
    let service = service(part, Compat(Arc::new(shared)));
    let document = document::document(&part.name(), &service);
    let refusal = dispatch::refused_connection(&service);
    (dispatch::router(needs, part.name(), service, document), refusal)
}

fn service(part: FacadeService, compat: Compat) -> LegacyService<Compat> {
    use facades::{auth_service, ecommerce, express_pair, flask_pair, two_vm};
    match (part.facade, part.service) {
        ("two-vm", "users") => two_vm::users(compat),
        ("two-vm", _) => two_vm::orders(compat),
        ("express-pair", "users") => express_pair::users(compat),
        ("express-pair", _) => express_pair::orders(compat),
        ("flask-pair", "users") => flask_pair::users(compat),
        ("flask-pair", _) => flask_pair::orders(compat),
        ("auth-service", _) => auth_service::auth(compat),
        (_, "auth") => ecommerce::auth(compat),
        (_, "products") => ecommerce::products(compat),
        (_, _) => ecommerce::orders(compat),
    }
}

/// The façades' schema, in the order of its history.
pub fn migrations() -> Vec<Migration> {
    vec![Migration { name: "0001_compat", sql: include_str!("../migrations/0001_compat.sql") }]
}

/// Gives this account its number in the façade `auth-service`: the one that it had in another system, where that is free
/// here. One that has a number keeps it.
///
/// # Errors
/// What the database says.
pub async fn number_user(db: &Db, user: UserId, had: Option<i64>) -> db::Result<i64> {
    let space = facades::auth_service::USERS;
    match had {
        Some(had) => store::numbers::kept_number_of(db, space, user, had).await,
        None => store::numbers::number_of(db, space, user).await,
    }
}

/// Every statement that the façades run, for the test that prepares them on both engines.
pub fn statements() -> Vec<(&'static str, Sql)> {
    store::statements()
}
