//! The gateway: the single public entry point to all services.
//!
//! It routes a request to the service that the catalogue names for its path, and to no other: paths under `/internal` do
//! not exist. It assigns request IDs, limits concurrent requests, and adds the headers that protect browsers. It serves
//! `/health`, `/ready`, `/openapi.json`, `/docs`, and the images of a folder at `/pictures/…` itself.

mod compress;
mod concurrency;
mod cors;
mod facade_guard;
mod guard;
mod images;
mod proxies;
mod proxy;
mod rate_limits;
mod readiness;
mod routing;
mod static_content;
mod token_buckets;

pub use cors::BadOrigin;
pub use facade_guard::FacadeGuard;
pub use images::picture_finder;
pub use ordo_http::{BadCidr, Cidr};
pub use proxy::proxy;
pub use rate_limits::SignInForms;
pub use readiness::ReadinessCheck;
pub use routing::NAME;
pub use static_content::{LazyDocument, StaticAsset};

use axum::{
    Extension, Router,
    body::Body,
    extract::Request,
    middleware::from_fn_with_state,
    response::{Redirect, Response},
    routing::get,
};
use cors::Cors;
use endpoint::{
    CommonError,
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
};
use guard::Guard;
use images::ImageFolder;
use kernel::{
    Env,
    metrics::{Counter, Metric},
};
use ordo_http::{
    Admission, ShownSession, ShutdownSignal, Verify,
    admission::is_vital,
    metrics::{self, SHED},
    refuse, request_id,
};
use proxies::Proxies;
use rate_limits::{CountedRequest, RateLimitHeaders, RateLimits};
use routing::ServiceRouter;
use static_content::StaticResponse;
use std::{collections::BTreeSet, fmt, path::PathBuf, sync::Arc, time::Duration};
use tokio::time::Instant;

/// Requests rejected by rate limits.
static LIMITED: Counter =
    Counter::new("ordo_rate_limited_total", "Requests rejected by the rate limits.", &[]);
/// The gateway's metrics, in addition to those of every service.
pub static METERS: [&dyn Metric; 1] = [&LIMITED];

/// Checks that each text is an origin or `*`, as in [`GatewaySettings::origins`].
///
/// # Errors
/// The first invalid one.
pub fn check_origins(origins: &[String]) -> Result<(), BadOrigin> {
    Cors::new(origins).map(drop)
}

/// Number of seconds after which a rejected request can be retried.
const COME_BACK_AFTER_S: u32 = 1;

/// Cost of an error page, in immediate rejections.
const PAGE_WEIGHT: u32 = 4;

/// Cost of a rejected sign-in, in immediate rejections: its account was looked up.
const SIGN_IN_WEIGHT: u32 = 10;

/// The settings of the gateway.
#[derive(Debug, Clone)]
pub struct GatewaySettings {
    /// The origins whose pages can call the API, such as `https://shop.example`; `*` for all of them. None by default.
    /// Credentials of browsers (cookies) are never permitted across origins.
    pub origins: Vec<String>,
    /// Maximum number of concurrent requests; further ones are rejected. Half of them are distributed to the services and
    /// the pages, so that none of these can use all.
    pub max_in_flight: usize,
    /// The process-wide limit, below `max_in_flight`, if there is one.
    pub admission: Option<Admission>,
    /// Maximum time to receive a body.
    pub body_within: Duration,
    /// Timeout of each check of `/ready`.
    pub check_within: Duration,
    /// The proxies in front of the gateway. For a connection from one of these, the client's address is taken from its
    /// headers (`X-Forwarded-For` or `Forwarded`), for any other from the connection.
    pub trusted_proxies: Vec<Cidr>,
    /// Number of requests per minute of one account, or of one client address without a credential. None: unlimited.
    pub requests_per_minute: Option<u32>,
    /// Number of sign-ins, registrations and refreshes of tokens per minute of one client address. None: unlimited.
    pub sign_ins_per_minute: Option<u32>,
    /// Additional static responses.
    pub statics: Vec<StaticAsset>,
    /// The folder of images at `/pictures/…`, if there is one. It need not exist.
    pub pictures: Option<PathBuf>,
    /// The web pages, if there are any.
    pub pages: Option<PageService>,
}

/// The web pages. They serve all paths that belong to no service and no API, including `/`.
#[derive(Clone)]
pub struct PageService {
    /// The router.
    pub router: Router,
    /// Forms that are counted as sign-ins.
    pub sign_ins: SignInForms,
    /// The paths of the program's own assets. Requests for them are not counted, so that an error page about rate limits is
    /// displayed correctly.
    pub parts: Vec<String>,
    /// Returns the session of a browser, if there is one, so that several people behind one address are counted separately.
    pub session: Arc<FindSession>,
    /// Returns the page for an error of the gateway itself. None for API clients, which get a problem document.
    pub refused: Arc<RenderErrorPage>,
}

/// Returns the session in these headers, without verifying it.
pub type FindSession = dyn Fn(&HeaderMap) -> Option<ShownSession> + Send + Sync;
/// Returns the page for an error of this request.
pub type RenderErrorPage = dyn Fn(&CommonError, &Parts) -> Option<Response> + Send + Sync;
impl fmt::Debug for PageService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("sign_ins", &self.sign_ins).finish_non_exhaustive()
    }
}
impl Default for GatewaySettings {
    fn default() -> Self {
        GatewaySettings {
            origins: Vec::new(),
            max_in_flight: 1024,
            admission: None,
            body_within: Duration::from_secs(8),
            check_within: Duration::from_secs(2),
            trusted_proxies: Vec::new(),
            requests_per_minute: Some(3000),
            sign_ins_per_minute: Some(600),
            statics: Vec::new(),
            pictures: None,
            pages: None,
        }
    }
}

/// The parts of a gateway.
pub struct Gateway {
    /// The environment.
    pub env: Env,
    /// The settings.
    pub settings: GatewaySettings,
    /// The services, by their names in the catalogue: routers in this process, or proxies.
    pub services: Vec<(&'static str, Router)>,
    /// Verifies tokens, so that requests are counted by account. Without it, all are counted by address.
    pub verify: Option<Arc<dyn Verify>>,
    /// The OpenAPI document of the public endpoints.
    pub document: LazyDocument,
    /// The checks that must succeed before the gateway reports that it is ready.
    pub checks: Vec<ReadinessCheck>,
}

impl Gateway {
    /// Builds the router.
    ///
    /// # Errors
    /// When a configured origin is invalid.
    pub fn router(self) -> Result<Router, BadOrigin> {
        let Gateway { env, settings, services, verify, document, checks } = self;
        let (requests, sign_ins) = (settings.requests_per_minute, settings.sign_ins_per_minute);
        let throttle = RateLimits::new(&env, verify, requests, sign_ins);
        let (pages, of_pages) = settings.pages.map(PageRoutes::apart).unzip();
        let has_pages = pages.is_some();
        let front = ServiceRouter::new(services, pages, settings.max_in_flight, settings.body_within);
        let (cors, proxies) = (Cors::new(&settings.origins)?, Proxies(settings.trusted_proxies));
        let guard = Guard { env: env.clone(), cors, proxies };
        let ready = move |ending: Option<Extension<ShutdownSignal>>| {
            let is_leaving = ending.is_some_and(|Extension(ending)| ending.has_begun());
            readiness::ready(checks.clone(), settings.check_within, is_leaving)
        };
        let first = match has_pages {
            true => Router::new(),
            false => Router::new().route("/", get(|| async { Redirect::temporary("/docs") })),
        };
        let within = first
            .route(
                "/health",
                get(|| async { readiness::json(format!(r#"{{"status":"ok","service":"{NAME}"}}"#)) }),
            )
            .route("/ready", get(ready));
        let statics = settings.statics.iter().map(|one| (one.path, StaticResponse::of(one)));
        let routes =
            static_content::all(document).into_iter().chain(statics).fold(within, |router, (path, fixed)| {
                let fixed = Arc::new(fixed);
                router.route(path, get(move |request: Request| answer_fixed(fixed.clone(), request)))
            });
        let routes = static_content::PAGES.into_iter().fold(routes, |router, page| {
            router.route(&format!("{page}/"), get(move || async move { Redirect::permanent(page) }))
        });
        let pictures = settings.pictures.map(|folder| ImageFolder::new(&env, &folder));
        let has_pictures = pictures.is_some();
        let door = Arc::new(GatewayContext {
            admission: settings.admission,
            throttle,
            front,
            pictures,
            env: env.clone(),
            of_pages,
        });
        let passing = move |request: Request| {
            let door = door.clone();
            async move { door.pass(request).await }
        };
        let routes = match has_pictures {
            true => routes.route(&format!("{}{{name}}", images::PLACE), get(passing.clone())),
            false => routes,
        };
        let no_such_method = move |request: Request| async move {
            refuse(&CommonError::MethodNotAllowed, &request_id(request.headers(), &env), request.uri().path())
        };
        Ok(routes
            .fallback(passing)
            .method_not_allowed_fallback(no_such_method)
            .layer(compress::layer())
            .layer(from_fn_with_state(Arc::new(guard), guard::guard)))
    }
}

async fn answer_fixed(fixed: Arc<StaticResponse>, request: Request) -> Response {
    fixed.answer(request.headers())
}

/// Counts requests, and passes them to a service, the pages or the images.
struct GatewayContext {
    admission: Option<Admission>,
    throttle: RateLimits,
    front: ServiceRouter,
    pictures: Option<ImageFolder>,
    env: Env,
    of_pages: Option<PageRoutes>,
}

/// The paths of the pages, if there are any.
struct PageRoutes {
    sign_ins: SignInForms,
    /// Paths whose requests are not counted.
    uncounted: BTreeSet<String>,
    session: Arc<FindSession>,
    refused: Arc<RenderErrorPage>,
}

impl PageRoutes {
    fn apart(pages: PageService) -> (Router, Self) {
        let PageService { router, sign_ins, parts, session, refused } = pages;
        (router, PageRoutes { sign_ins, uncounted: parts.into_iter().collect(), session, refused })
    }
}

impl GatewayContext {
    /// Processes a request within the limits. Sign-ins wait in auth, and must not cause the rejection of other requests.
    async fn pass(&self, request: Request) -> Response {
        let begun = Instant::now();
        let Some(admission) = &self.admission else { return self.count_and_pass(request, begun).await };
        if self.asking(&request).signs_in() {
            let response = self.count_and_pass(request, begun).await;
            if response.status() == StatusCode::SERVICE_UNAVAILABLE {
                admission.pace_refusal(SIGN_IN_WEIGHT).await;
            }
            return response;
        }
        match admission.enter(is_vital(request.method(), request.uri().path())).await {
            Some(admitted) => admitted.during(self.count_and_pass(request, begun)).await,
            None => {
                SHED.count(&[routing::NAME]);
                let is_page = !routing::is_of_programs(request.uri().path());
                admission.pace_refusal(if is_page { PAGE_WEIGHT } else { 1 }).await;
                let busy = CommonError::Unavailable { retry_after: COME_BACK_AFTER_S };
                self.refuse(&busy, &request.into_parts().0)
            }
        }
    }

    /// Counts a request, and processes it if it is admitted.
    async fn count_and_pass(&self, request: Request, begun: Instant) -> Response {
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        let is_part = |pages: &PageRoutes| reads && pages.uncounted.contains(request.uri().path());
        let counted = match self.of_pages.as_ref().is_some_and(is_part) {
            true => RateLimitHeaders::nothing(),
            false => self.throttle.count(self.asking(&request)).await,
        };
        let passed = match (counted.let_in(), counted.refusal_of_failure()) {
            (Ok(()), None) => self.answer(request).await,
            (Ok(()), Some(refusal)) => self.answer_unless_failed(request, refusal).await,
            (Err(refusal), _) => {
                LIMITED.count(&[]);
                Err((refusal, request))
            }
        };
        let mut response = match passed {
            Ok(response) => response,
            Err((refusal, request)) => self.refuse(&refusal, &request.into_parts().0),
        };
        counted.mark(&mut response);
        metrics::answered(routing::NAME, "any", response.status().as_u16(), begun.elapsed(), self.env.now());
        response
    }

    /// Processes a request, and rejects it if its credential turns out to be invalid.
    async fn answer_unless_failed(
        &self,
        request: Request,
        refusal: CommonError,
    ) -> Result<Response, (CommonError, Request)> {
        let (parts, body) = request.into_parts();
        let asked = parts.clone();
        let is_form = !routing::is_of_programs(asked.uri.path());
        let response = self.answer(Request::from_parts(parts, body)).await?;
        if !rate_limits::has_failed(&response, is_form) {
            return Ok(response);
        }
        LIMITED.count(&[]);
        if let Some(admission) = &self.admission {
            admission.pace_refusal(SIGN_IN_WEIGHT).await;
        }
        Err((refusal, Request::from_parts(asked, Body::empty())))
    }

    fn asking<'a>(&'a self, request: &'a Request) -> CountedRequest<'a> {
        let sign_ins = self.of_pages.as_ref().map(|pages| pages.sign_ins).unwrap_or_default();
        let session = self.of_pages.as_ref().map(|pages| &*pages.session);
        CountedRequest::of(request, sign_ins, session)
    }

    /// Returns an error: a page for browsers, and a problem document for API clients.
    fn refuse(&self, refusal: &CommonError, parts: &Parts) -> Response {
        let path = parts.uri.path();
        let problem = refuse(refusal, &request_id(&parts.headers, &self.env), path);
        let pages = self.of_pages.as_ref().filter(|_| !routing::is_of_programs(path));
        let Some(mut page) = pages.and_then(|pages| (pages.refused)(refusal, parts)) else { return problem };
        if let Some(seconds) = problem.headers().get(header::RETRY_AFTER) {
            page.headers_mut().insert(header::RETRY_AFTER, seconds.clone());
        }
        page
    }

    /// Returns an image, or passes the request to the service of its path. A missing image is rejected like any other
    /// unknown path.
    async fn answer(&self, request: Request) -> Result<Response, (CommonError, Request)> {
        if let Some(pictures) = &self.pictures {
            match pictures.answer(request.uri().path(), request.headers()).await {
                Ok(Some(picture)) => return Ok(picture),
                Ok(None) => {}
                Err(refusal) => return Err((refusal, request)),
            }
        }
        self.front.pass(request).await
    }
}
