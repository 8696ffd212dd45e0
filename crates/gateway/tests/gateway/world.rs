//! A gateway with two small services behind it.

use axum::{
    Router,
    body::{Body, Bytes, HttpBody},
    extract::Request,
    response::Response,
};
use contracts::{
    auth::{
        Login, LoginError, RefreshError, RefreshToken, Register, RegisterError, VerifyEmail, VerifyEmailError,
    },
    orders::{GetOrder, PayOrder},
    placements::ResolvePlacements,
    products::{ListProducts, ProductPage},
};
use endpoint::{
    CommonError, HandlerError, Json, NoContent, ProblemSet,
    http::{HeaderMap, StatusCode},
};
use gateway::{FindSession, Gateway, GatewaySettings, ReadinessCheck, RenderErrorPage};
use http_body::{Frame, SizeHint};
use kernel::{BoxFuture, Env, Id, Secret};
use ordo_http::{
    Api, ApiContext, Call, HandlerResult, Principal, RequestLimits, Role, ShownSession, Verify, VerifyError,
};
use serde_json::Value;
use std::{convert::Infallible, pin::Pin, sync::Arc, task::Poll};
use tokio::sync::Semaphore;
use tower::ServiceExt;

/// Everybody is another service, so that what is internal would answer if it could be reached; but for one user, and
/// for who shows what is good nowhere.
struct GatewayVerifier;
impl Verify for GatewayVerifier {
    fn verify(&self, credential: &str) -> BoxFuture<Result<Principal, VerifyError>> {
        let id = "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let who = match credential {
            "user" => Ok(Principal::User {
                id,
                session: Id::from_uuid(Default::default()),
                role: Role::Customer,
                permissions: Vec::new(),
            }),
            "ordo_sk_good" => Ok(Principal::ApiKey {
                id: Id::from_uuid(Default::default()),
                user: id,
                permissions: Vec::new(),
            }),
            "ork_good" => Ok(Principal::Guest { id }),
            "over" => Err(VerifyError::Expired),
            "bad" | "worse" | "ordo_sk_guessed" | "ork_guessed" => Err(VerifyError::Invalid),
            _ => Ok(Principal::Service { name: "somebody".into(), act_for: Some(id) }),
        };
        Box::pin(std::future::ready(who))
    }
}

pub(crate) fn shell(service: &'static str) -> ApiContext {
    ApiContext {
        service,
        verify: Arc::new(GatewayVerifier),
        env: testkit::real_env::env(),
        limits: RequestLimits::default(),
    }
}

/// Answers only while the gate is open.
pub(crate) fn products(gate: Arc<Semaphore>) -> Router {
    Api::new(gate, shell("products")).ready(async |_| Ok(())).on(list_products).router()
}
async fn list_products(gate: Arc<Semaphore>, _: Call, _: ListProducts) -> HandlerResult<ListProducts> {
    let _open = gate.acquire().await.unwrap();
    let (items, next_cursor) = (Vec::new(), None);
    Ok(Json(ProductPage { items, next_cursor, corrected: None, partial: false }))
}

pub(crate) fn orders() -> Router {
    Api::new((), shell("orders"))
        .ready(async |()| Err("its database is away".into()))
        .on(get_order)
        .on(pay_order)
        .on(ask_fate)
        .router()
}
async fn get_order((): (), _: Call, _: GetOrder) -> HandlerResult<GetOrder> {
    Err(CommonError::NotFound.into())
}
async fn pay_order((): (), _: Call, _: PayOrder) -> HandlerResult<PayOrder> {
    Err(CommonError::NotFound.into())
}
async fn ask_fate((): (), _: Call, _: ResolvePlacements) -> HandlerResult<ResolvePlacements> {
    panic!("nobody outside reaches what is internal")
}

/// Whose sign-ins are refused in another way than everybody else's.
pub(crate) const NAMED_CLIENT: &str = "198.51.100.1";

/// Lets nobody in.
pub(crate) fn auth() -> Router {
    Api::new((), shell("auth"))
        .ready(async |()| Ok(()))
        .on(login)
        .on(register)
        .on(refresh_token)
        .on(verify_email)
        .router()
}
async fn login((): (), call: Call, _: Login) -> HandlerResult<Login> {
    match call.client {
        // for the tests that look at whom the gateway names
        Some(client) if client.to_string() == NAMED_CLIENT => {
            Err(HandlerError::Declared(LoginError::AccountDisabled))
        }
        _ => Err(HandlerError::Declared(LoginError::InvalidCredentials)),
    }
}
async fn verify_email(
    (): (),
    _: Call,
    VerifyEmail { verification: endpoint::Body(given) }: VerifyEmail,
) -> HandlerResult<VerifyEmail> {
    match given.token.expose() {
        "good" => Ok(NoContent),
        _ => Err(HandlerError::Declared(VerifyEmailError::InvalidVerificationToken)),
    }
}
async fn register((): (), _: Call, _: Register) -> HandlerResult<Register> {
    Err(HandlerError::Declared(RegisterError::CommonPassword))
}
async fn refresh_token((): (), _: Call, _: RefreshToken) -> HandlerResult<RefreshToken> {
    Err(HandlerError::Declared(RefreshError::InvalidRefreshToken))
}

pub(crate) fn gateway(
    settings: GatewaySettings,
    gate: Arc<Semaphore>,
    checks: Vec<ReadinessCheck>,
) -> Router {
    gateway_of(testkit::real_env::env(), settings, gate, checks)
}

pub(crate) fn gateway_of(
    env: Env,
    settings: GatewaySettings,
    gate: Arc<Semaphore>,
    checks: Vec<ReadinessCheck>,
) -> Router {
    let gateway = Gateway {
        env,
        settings,
        verify: Some(Arc::new(GatewayVerifier)),
        services: vec![("products", products(gate)), ("orders", orders()), ("auth", auth())],
        document: Box::new(|| contracts::catalogue::document("1.2.3").finish()),
        checks,
    };
    gateway.router().unwrap()
}

/// As a browser asks.
pub(crate) const BROWSES: (&str, &str) = ("accept", "text/html,*/*;q=0.8");

/// Says to browsers what is refused, by its code.
pub(crate) fn refused() -> Arc<RenderErrorPage> {
    Arc::new(|refusal, parts| {
        parts.headers.get("accept").filter(|kinds| kinds.as_bytes().starts_with(b"text/html"))?;
        let row = refusal.row();
        let mut page = Response::new(Body::from(format!("a page: {}", row.code)));
        *page.status_mut() = StatusCode::from_u16(row.status).unwrap();
        Some(page)
    })
}

/// A cookie is the access token of a session and its number.
pub(crate) fn session() -> Arc<FindSession> {
    Arc::new(|headers| {
        let (access, id) = headers.get("cookie")?.to_str().ok()?.split_once(' ')?;
        Some(ShownSession { access: Secret::new(access), id: id.parse().ok()? })
    })
}

/// One where nothing is special.
pub(crate) fn ordinary() -> Router {
    gateway(GatewaySettings::default(), open_gate(), Vec::new())
}

pub(crate) fn open_gate() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(100))
}

pub(crate) struct GatewayResponse {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl GatewayResponse {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }
    /// Asserts that it is a whole problem document, and gives its code.
    pub(crate) fn code(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text);
        let problem = self.json();
        assert_eq!(problem["status"], self.status);
        assert_eq!(problem["request_id"], self.header("x-request-id"));
        assert!(!problem["detail"].as_str().unwrap().is_empty());
        problem["code"].as_str().unwrap().to_owned()
    }
}

/// `ask(&router, "GET /v1/products", &[("origin", "https://shop.example")])`
pub(crate) async fn ask(router: &Router, line: &str, headers: &[(&str, &str)]) -> GatewayResponse {
    send(router, line, headers, Body::empty()).await
}

/// The same, with a body.
pub(crate) async fn send(
    router: &Router,
    line: &str,
    headers: &[(&str, &str)],
    body: Body,
) -> GatewayResponse {
    let (method, path) = line.split_once(' ').unwrap();
    let mut request = axum::http::Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    got(router, request.body(body).unwrap()).await
}

/// A request as a server hands it over.
pub(crate) async fn got(router: &Router, request: Request) -> GatewayResponse {
    let response: Response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, 8 << 20).await.unwrap();
    GatewayResponse {
        status: parts.status.as_u16(),
        headers: parts.headers,
        text: String::from_utf8(bytes.into()).unwrap(),
    }
}

/// A body of so many bytes, stated or not, that never comes.
pub(crate) struct PendingBody(pub(crate) Option<u64>);
impl HttpBody for PendingBody {
    type Data = Bytes;
    type Error = Infallible;
    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
    fn size_hint(&self) -> SizeHint {
        self.0.map_or_else(SizeHint::new, SizeHint::with_exact)
    }
}
