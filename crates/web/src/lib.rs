//! The shop that people use: pages made by the server, which work without JavaScript and better with it.
//!
//! It asks the services through the same typed clients as everybody, as the person whose session it is, and has no
//! database: what it must remember of a visitor lies in sealed cookies. A request becomes a [`visit::Visit`]; a file under
//! `pages` says what it leads to.

mod amount;
mod api;
mod assets;
mod basket;
mod carriers;
mod console;
#[cfg(test)]
mod contrast;
mod cookies;
mod csrf;
mod done;
mod form;
mod format;
mod guest;
mod icons;
mod kept;
mod layout;
mod metadata;
mod owner;
mod pages;
mod paper;
mod parcels;
mod parts;
mod presentation;
mod reading;
mod refunds;
mod remembered;
mod session;
mod shown;
mod sitemap;
mod standing;
mod texts;
mod told;
mod visit;
mod whole;

pub use told::tells_the_client;

use assets::Assets;
use axum::{
    Router,
    extract::{FromRequest, MatchedPath, Path, Request, State},
    middleware::{Next, from_fn_with_state},
    response::Response,
    routing::{get, post},
};
use basket::FirstBaskets;
use console::{colleagues::Colleagues, system::Watch};
use contracts::{audit::Finding, payments::PaymentMethods, products::StockDisplay};
use cookies::Seal;
use csrf::Csrf;
use endpoint::{
    CommonError,
    client::Client,
    http::{HeaderMap, StatusCode, request::Parts},
};
use kernel::{BoxFuture, Currency, Env, Timestamp, recent_stats::RequestStats, secret::RootSecret};
use languages::Zone;
use ordo_http::ShownSession;
use pages::{
    account, addresses, appearance, basket as basket_page, cancelling, checkout, developer, error, filling,
    home, invoice, live, order, password, paying, product, register, search, sessions, setup, sign_in,
    verifying,
};
use session::Refreshing;
use shown::{Shown, Stop};
use std::sync::Arc;
use tokio::time::Instant;
use tracing::Instrument;
use visit::{Visit, run};

/// Forms that carry a password or a code, by their paths: the gateway counts them as sign-ins.
pub const SIGN_INS: [&str; 5] = ["/sign-in", "/setup", "/reset", "/account/password", "/verify"];
/// Forms that ask for an account or an email, which are counted likewise.
pub const SIGN_UPS: [&str; 3] = ["/register", "/forgot", "/account/verify"];
/// The form that places an order, which the gateway counts likewise where a guest sends it.
pub const PLACING: [&str; 1] = ["/checkout"];

/// How the shop presents itself.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What the shop is called.
    pub name: String,
    /// Where a link leads by which customers ask; none: there is no such link.
    pub contact: Option<String>,
    /// Who sells, as it stands at the foot of papers; none: there stand name and contact.
    pub imprint: Option<String>,
    /// The address by which customers find the shop, such as `https://shop.example`; none: that by which a browser came.
    pub public_url: Option<String>,
    /// Whether its first page is the demo's: a drawing of a teapot, beside words that go with it.
    pub shows_teapot: bool,
    /// In what the shop reckons.
    pub currency: Currency,
    /// The local time of the pages.
    pub time_zone: Zone,
    /// How customers are shown stock, as products has it.
    pub show_stock: StockDisplay,
    /// Up to so many pieces a product counts as low, as products has it.
    pub low_stock: i64,
    /// The most pieces of a line, as orders has it.
    pub line_units_max: i64,
    /// What a checkout offers.
    pub payment_methods: PaymentMethods,
}
impl Default for Settings {
    fn default() -> Self {
        let name = texts::SHOP.to_owned();
        let (contact, imprint, public_url) = (None, None, None);
        Settings {
            name,
            contact,
            imprint,
            public_url,
            shows_teapot: false,
            currency: Currency::EUR,
            time_zone: Zone::default(),
            show_stock: StockDisplay::default(),
            low_stock: 5,
            line_units_max: 1_000,
            payment_methods: PaymentMethods::ANY,
        }
    }
}

/// Asks everything that must be well whether it is.
pub type Health = Arc<dyn Fn() -> BoxFuture<Vec<(&'static str, bool)>> + Send + Sync>;

/// What is known of the backups of an embedded shop.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Backups {
    /// Of what moment the newest one is, and how many bytes it has; none where there is none.
    pub last: Option<(Timestamp, u64)>,
    /// Why the last automatic one was not written, where it was not.
    pub failed: Option<String>,
    /// Whether they are written automatically.
    pub is_automatic: bool,
}

/// Looks at the backups.
pub type BackupsKnown = Arc<dyn Fn() -> BoxFuture<Backups> + Send + Sync>;

/// Audits the whole shop once: what is broken, or why it could not be looked at.
pub type Auditor = Arc<dyn Fn() -> BoxFuture<Result<Vec<Finding>, String>> + Send + Sync>;

/// Whether there is a picture at an address of the shop's own, such as `/pictures/teapot.jpg`; true where nobody can tell.
pub type HasPicture = Arc<dyn Fn(String) -> BoxFuture<bool> + Send + Sync>;

/// What the pages need.
pub struct Needs {
    /// The world outside.
    pub env: Env,
    /// The root of the keys that seal cookies and forms.
    pub secret: RootSecret,
    /// How the shop presents itself.
    pub settings: Settings,
    /// Auth, as whoever's token the call carries, through [`tells_the_client`].
    pub auth: Client,
    /// Products, as whoever's token the call carries.
    pub products: Client,
    /// Orders, as whoever's token the call carries.
    pub orders: Client,
    /// Payments, as whoever's token the call carries.
    pub payments: Client,
    /// Notifications, as whoever's token the call carries: its mails.
    pub mails: Client,
    /// Whether each service answers, by its name, and what else must be well.
    pub health: Health,
    /// Of these what is no service: the disk.
    pub around: Health,
    /// What the gateway, whose process this is, answered of late.
    pub gateway: fn(Timestamp) -> RequestStats,
    /// Products, as the door that these pages are behind: many at a time.
    pub shelves: Client,
    /// Each service at each of its addresses, as the door that these pages are behind: how it does, and what to do with
    /// events that it put aside.
    pub states: Vec<(&'static str, Vec<Client>)>,
    /// Whether there is such a picture.
    pub has_picture: HasPicture,
    /// The backups of an embedded shop; none elsewhere.
    pub backups: Option<BackupsKnown>,
    /// Audits the whole shop, out of its databases or by asking its services.
    pub audit: Auditor,
    /// What answers for notifications: an order's page follows its stream of events.
    pub notifications: Router,
}

impl Needs {
    /// A service as the door asks it, at the first of its addresses. What is asked there carries nobody's token.
    pub(crate) fn at_the_door(&self, service: &str) -> Option<&Client> {
        self.states.iter().find(|(name, _)| *name == service)?.1.first()
    }
}

/// What all requests share; cheap to clone.
#[derive(Clone)]
pub(crate) struct Web(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) needs: Needs,
    pub(crate) assets: Assets,
    pub(crate) seal: Seal,
    pub(crate) csrf: Csrf,
    pub(crate) first_baskets: FirstBaskets,
    pub(crate) refreshing: Refreshing,
    pub(crate) system: Watch,
    pub(crate) colleagues: Colleagues,
    pub(crate) api: api::Known,
    pub(crate) sitemap: sitemap::Sitemap,
}
impl std::ops::Deref for Web {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// The pages, and what the door that they are behind says to people whom it does not let in.
pub struct Pages {
    /// What answers.
    pub router: Router,
    /// The addresses of the stylesheet, the scripts and the drawings: they lie in the program, and asking for them asks nobody.
    pub parts: Vec<String>,
    /// The session that a browser shows.
    pub session: Arc<FindSession>,
    /// The page about a refusal of the door's own, made without asking anybody; none where programs ask, or there is none.
    pub refused: Arc<Refused>,
}
/// Finds the session that these headers show, without asking anybody.
pub type FindSession = dyn Fn(&HeaderMap) -> Option<ShownSession> + Send + Sync;
/// Shows a refusal to who sent this request.
pub type Refused = dyn Fn(&CommonError, &Parts) -> Option<Response> + Send + Sync;

/// The pages.
pub fn pages(needs: Needs) -> Pages {
    let shared = Shared {
        assets: Assets::new(),
        seal: Seal::new(&needs.secret, needs.env.clone()),
        csrf: Csrf::new(&needs.secret),
        first_baskets: FirstBaskets::new(&needs.secret),
        refreshing: Refreshing::default(),
        system: Watch::default(),
        colleagues: Colleagues::default(),
        api: api::Known::default(),
        sitemap: sitemap::Sitemap::default(),
        needs,
    };
    let all = shop()
        .merge(people())
        .merge(console::routes())
        .fallback(nothing_here)
        .method_not_allowed_fallback(no_such_method);
    let web = Web(Arc::new(shared));
    let router = all.layer(from_fn_with_state(web.clone(), only_text)).with_state(web.clone());
    let parts = web.assets.paths();
    let of_sessions = web.clone();
    Pages {
        router,
        parts,
        session: Arc::new(move |headers| visit::session_in(&of_sessions, headers)?.shown()),
        refused: Arc::new(move |refusal, parts| error::at_the_door(&web, refusal, parts)),
    }
}

/// What anybody may see, and what becomes an order.
fn shop() -> Router<Web> {
    type Id = Path<String>;
    Router::new()
        .route("/", get(|v: Visit| run(v.clone(), home::show(v))))
        .route("/search", get(|v: Visit| run(v.clone(), search::show(v))))
        .route("/search/suggest", get(|v: Visit| run(v.clone(), search::suggest(v))))
        .route("/products/{id}", get(|Path(id): Id, v: Visit| run(v.clone(), product::show(v, id))))
        .route("/products/{id}/stock", get(|Path(id): Id, v: Visit| run(v.clone(), product::stock(v, id))))
        .route(
            "/basket",
            get(|v: Visit| run(v.clone(), basket_page::show(v)))
                .post(|v: Visit| run(v.clone(), filling::put(v))),
        )
        .route("/basket/change", post(|v: Visit| run(v.clone(), filling::change(v))))
        .route(
            "/checkout",
            get(|v: Visit| run(v.clone(), checkout::show(v)))
                .post(|v: Visit| run(v.clone(), checkout::place(v))),
        )
        .route("/orders/{id}", get(|Path(id): Id, v: Visit| run(v.clone(), order::show(v, id))))
        .route("/orders/{id}/live", get(|Path(id): Id, v: Visit| run(v.clone(), live::follow(v, id))))
        .route("/orders/{id}/pay", post(|Path(id): Id, v: Visit| run(v.clone(), paying::pay(v, id))))
        .route(
            "/orders/{id}/bank",
            get(|Path(id): Id, v: Visit| run(v.clone(), paying::bank(v, id)))
                .post(|Path(id): Id, v: Visit| run(v.clone(), paying::confirm(v, id))),
        )
        .route("/orders/{id}/invoice", get(|Path(id): Id, v: Visit| run(v.clone(), invoice::show(v, id))))
        .route(
            "/orders/{id}/cancel",
            get(|Path(id): Id, v: Visit| run(v.clone(), cancelling::ask(v, id)))
                .post(|Path(id): Id, v: Visit| run(v.clone(), cancelling::cancel(v, id))),
        )
        .route("/appearance", post(|v: Visit| run(v.clone(), appearance::choose(v))))
        .route("/language", post(|v: Visit| run(v.clone(), appearance::speak(v))))
        .route("/assets/{name}", get(assets::answer))
        .route("/favicon.ico", get(assets::favicon))
        .route("/robots.txt", get(|v: Visit| run(v.clone(), sitemap::robots(v))))
        .route("/sitemap.xml", get(|v: Visit| run(v.clone(), sitemap::show(v))))
}

/// Accounts and sessions.
fn people() -> Router<Web> {
    Router::new()
        .route(
            "/sign-in",
            get(|v: Visit| run(v.clone(), sign_in::show(v)))
                .post(|v: Visit| run(v.clone(), sign_in::enter(v))),
        )
        .route(kept::PATH, get(|v: Visit| run(v.clone(), kept::show(v))))
        .route("/sign-out", post(|v: Visit| run(v.clone(), sign_in::leave(v))))
        .route(
            "/setup",
            get(|v: Visit| run(v.clone(), setup::show(v))).post(|v: Visit| run(v.clone(), setup::make(v))),
        )
        .route(
            "/register",
            get(|v: Visit| run(v.clone(), register::show(v)))
                .post(|v: Visit| run(v.clone(), register::register(v))),
        )
        .route(
            "/forgot",
            get(|v: Visit| run(v.clone(), password::forgot(v)))
                .post(|v: Visit| run(v.clone(), password::send(v))),
        )
        .route(
            "/reset",
            get(|v: Visit| run(v.clone(), password::reset(v)))
                .post(|v: Visit| run(v.clone(), password::choose(v))),
        )
        .route(
            "/verify",
            get(|v: Visit| run(v.clone(), verifying::show(v)))
                .post(|v: Visit| run(v.clone(), verifying::verify(v))),
        )
        .route("/account/verify", post(|v: Visit| run(v.clone(), verifying::ask(v))))
        .route("/account", get(|v: Visit| run(v.clone(), account::show(v))))
        .route("/account/orders", get(|v: Visit| run(v.clone(), account::orders(v))))
        .route(
            "/account/profile",
            get(|v: Visit| run(v.clone(), account::profile(v)))
                .post(|v: Visit| run(v.clone(), account::rename(v))),
        )
        .route("/account/password", post(|v: Visit| run(v.clone(), account::change_password(v))))
        .route("/account/addresses", get(|v: Visit| run(v.clone(), addresses::show(v))))
        .route(
            "/account/addresses/new",
            get(|v: Visit| run(v.clone(), addresses::begin(v)))
                .post(|v: Visit| run(v.clone(), addresses::add(v))),
        )
        .route(
            "/account/addresses/{id}",
            get(|Path(id): Path<String>, v: Visit| run(v.clone(), addresses::edit(v, id)))
                .post(|Path(id): Path<String>, v: Visit| run(v.clone(), addresses::change(v, id))),
        )
        .route(
            "/account/addresses/{id}/remove",
            get(|Path(id): Path<String>, v: Visit| run(v.clone(), addresses::ask_to_remove(v, id)))
                .post(|Path(id): Path<String>, v: Visit| run(v.clone(), addresses::remove(v, id))),
        )
        .route(
            "/account/developer",
            get(|v: Visit| run(v.clone(), developer::show(v)))
                .post(|v: Visit| run(v.clone(), developer::reveal(v))),
        )
        .route("/account/developer/state", get(|v: Visit| run(v.clone(), developer::state(v))))
        .route("/account/sessions", get(|v: Visit| run(v.clone(), sessions::show(v))))
        .route("/account/sessions/end", post(|v: Visit| run(v.clone(), sessions::end(v))))
}

/// What is at no address: a page for people, a problem document for programs.
async fn nothing_here(State(web): State<Web>, request: Request) -> Response {
    if !error::is_for_people(request.method(), request.headers()) {
        return error::problem(&web, &CommonError::NotFound, &request);
    }
    match Visit::from_request(request, &web).await {
        Ok(visit) if error::is_console(&visit.path) => {
            console::run(visit.clone(), async { Err(Stop::NotFound) }).await
        }
        Ok(visit) => run(visit.clone(), async { Err(Stop::NotFound) }).await,
        Err(refusal) => refusal,
    }
}

/// An address whose path is no text is one of nothing.
async fn only_text(state: State<Web>, request: Request, next: Next) -> Response {
    match is_text(request.uri().path()) {
        true => {
            // what is logged on the way names the request, as the services that are called do
            let request_id = ordo_http::request_id(request.headers(), &state.0.needs.env);
            let span = tracing::error_span!("page", request_id);
            answered(request, next).instrument(span).await
        }
        false => nothing_here(state, request).await,
    }
}

/// The response; logged where it changed something or failed.
async fn answered(request: Request, next: Next) -> Response {
    let (begun, method) = (Instant::now(), request.method().clone());
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let response = next.run(request).await;
    let status = response.status().as_u16();
    if status >= 500 || !method.is_safe() {
        let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        let route = route.unwrap_or_default();
        tracing::info!(%method, route, status, micros, "page answered");
    }
    response
}

/// Whether what is written with percent signs is UTF-8.
fn is_text(path: &str) -> bool {
    // decoded as a form's value, whose plus signs are blanks: these make no difference here
    let decoded = form_urlencoded::parse(path.as_bytes()).next();
    !path.contains('%') || decoded.is_none_or(|(path, _)| !path.contains(char::REPLACEMENT_CHARACTER))
}

/// What is only sent to is led to the page that it belongs to, where somebody looks; for programs a problem document.
async fn no_such_method(State(web): State<Web>, request: Request) -> Response {
    if !error::is_for_people(request.method(), request.headers()) {
        return error::problem(&web, &CommonError::MethodNotAllowed, &request);
    }
    match Visit::from_request(request, &web).await {
        Ok(visit) => match owner::page_of(&visit.path) {
            Some(page) => run(visit, async { Ok(Shown::there(page)) }).await,
            None => visit::unread(visit, StatusCode::METHOD_NOT_ALLOWED).await,
        },
        Err(refusal) => refusal,
    }
}
