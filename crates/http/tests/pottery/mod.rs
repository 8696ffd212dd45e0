//! A pottery behind the toy API, and how to ask it.

#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test uses its own part of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../../../endpoint/tests/teapots/mod.rs"]
pub mod teapots;
#[path = "../world/mod.rs"]
pub mod world;

use axum::{Router, body::Body as StreamItem};
use endpoint::{
    http::{Request, Response},
    *,
};
use http_body_util::BodyExt;
use kernel::{BoxFuture, Id};
use ordo_http::{Api, ApiContext, Call, HandlerResult, Principal, RequestLimits, Verify, VerifyError};
use serde_json::Value;
use std::{
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
};
use teapots::*;
use tower::ServiceExt;
use world::TestHost;

/// Knows a few words instead of tokens.
pub struct PotteryVerifier;
impl Verify for PotteryVerifier {
    fn verify(&self, word: &str) -> BoxFuture<Result<Principal, VerifyError>> {
        let user = |role, permissions| Principal::User {
            id: user(),
            session: Id::from_uuid(Default::default()),
            role,
            permissions,
        };
        Box::pin(ready(match word {
            "customer" => Ok(user(Role::Customer, vec![])),
            "staff" | "ordo_sk_staff" => Ok(user(Role::Staff, vec![Permission::Products])),
            "admin" => Ok(user(Role::Admin, vec![])),
            "service" => Ok(Principal::Service { name: "orders".into(), act_for: None }),
            "provider" => Ok(Principal::Service { name: "provider".into(), act_for: None }),
            "slow" => Err(VerifyError::Unavailable),
            "over" => Err(VerifyError::Expired),
            "signed-out" => Err(VerifyError::Revoked),
            _ => Err(VerifyError::Invalid),
        }))
    }
}
pub fn user() -> kernel::id::UserId {
    "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap()
}

#[derive(Clone)]
pub struct Pottery;

pub async fn make(
    _: Pottery,
    call: Call,
    MakeTeapot { key, teapot: Body(new) }: MakeTeapot,
) -> HandlerResult<MakeTeapot> {
    assert_eq!(call.user()?, user());
    match (key.0.as_str(), new.name.as_str()) {
        (_, "huge") => Err(MakeTeapotError::NotEnoughClay {
            errors: vec![Lack { pointer: "/name".into(), available: 1 }],
            left: 1,
        })?,
        ("reused", _) => Err(CommonError::KeyReused)?,
        ("panic", _) => panic!("the pot fell"),
        ("broken", _) => Err(HandlerError::internal("the kiln is cold")),
        ("slow", _) => std::future::pending().await,
        ("unknown", _) => Err(CommonError::OutcomeUnknown { retry_after: 3 })?,
        ("full", _) => Err(CommonError::InsufficientStorage)?,
        ("database", _) => Err(LostConnectionError)?,
        ("overtaken", _) if RACES.fetch_add(1, Relaxed) < 2 => Err(overtaken_halfway())?,
        _ => Ok(Created { location: format!("/v1/teapots/{}", id()), etag: "\"1\"".into(), body: teapot() }),
    }
}
/// How often who was overtaken has been asked.
pub static RACES: AtomicU32 = AtomicU32::new(0);
/// The same, of a request without a key.
pub static CHANGES: AtomicU32 = AtomicU32::new(0);

/// Somebody was faster when something had been committed.
fn overtaken_halfway() -> ConflictError {
    drop(kernel::retry_scope::SideEffect::begins());
    ConflictError
}
/// An error as the database layer has them.
#[derive(Debug)]
pub struct ConflictError;
impl std::fmt::Display for ConflictError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("could not serialize access")
    }
}
impl std::error::Error for ConflictError {}
impl kernel::ClassifyFailure for ConflictError {
    fn failure_kind(&self) -> kernel::FailureKind {
        kernel::FailureKind::Conflict
    }
}
/// Another one.
#[derive(Debug)]
pub struct LostConnectionError;
impl std::fmt::Display for LostConnectionError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the connection was lost")
    }
}
impl std::error::Error for LostConnectionError {}
impl kernel::ClassifyFailure for LostConnectionError {
    fn failure_kind(&self) -> kernel::FailureKind {
        kernel::FailureKind::Isolated { retry_after_s: 7 }
    }
}
async fn get(_: Pottery, _: Call, GetTeapot { id: wanted, known }: GetTeapot) -> HandlerResult<GetTeapot> {
    if known.0.as_deref() == Some("lost") {
        return Err(CommonError::OutcomeUnknown { retry_after: 1 }.into());
    }
    if wanted.0 != id() {
        return Err(CommonError::NotFound.into());
    }
    Ok(Conditional::unless_known(&known, "\"1\"".into(), teapot()))
}
async fn list(_: Pottery, _: Call, _: ListTeapots) -> HandlerResult<ListTeapots> {
    Ok(Json(Page { items: vec![teapot()], next_cursor: None }))
}
async fn change(
    _: Pottery,
    _: Call,
    ChangeTeapot { known, .. }: ChangeTeapot,
) -> HandlerResult<ChangeTeapot> {
    if known.0.as_deref() == Some("\"lost\"") {
        return Err(CommonError::OutcomeUnknown { retry_after: 1 }.into());
    }
    if known.0.as_deref() == Some("\"overtaken\"") {
        CHANGES.fetch_add(1, Relaxed);
        return Err(overtaken_halfway().into());
    }
    known.demands("\"1\"")?;
    Ok(WithEtag { etag: "\"2\"".into(), body: teapot() })
}
async fn scrap(_: Pottery, _: Call, _: BreakTeapot) -> HandlerResult<BreakTeapot> {
    Ok(NoContent)
}
async fn count(_: Pottery, _: Call, _: CountTeapots) -> HandlerResult<CountTeapots> {
    Ok(Json(3))
}
async fn way(_: Pottery, _: Call, AskTheWay: AskTheWay) -> HandlerResult<AskTheWay> {
    Ok(Json("down the lane".into()))
}

pub fn api(limits: RequestLimits) -> Api<Pottery> {
    let shell = ApiContext {
        service: "pottery",
        verify: Arc::new(PotteryVerifier),
        env: TestHost::new().env(),
        limits,
    };
    let api = Api::new(Pottery, shell).ready(|_| async { Ok(()) });
    api.on(make).on(get).on(list).on(change).on(scrap).on(count).on(way)
}
pub fn router() -> Router {
    api(RequestLimits::default()).router()
}

pub struct PotteryResponse {
    pub status: u16,
    pub headers: http::HeaderMap,
    pub body: Value,
}
pub async fn ask(router: &Router, request: Request<StreamItem>) -> PotteryResponse {
    let response: Response<StreamItem> = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let body = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() };
    PotteryResponse { status: parts.status.as_u16(), headers: parts.headers, body }
}
/// `METHOD path` with headers and a body.
pub fn request(line: &str, headers: &[(&str, &str)], body: impl Into<StreamItem>) -> Request<StreamItem> {
    let (method, path) = line.split_once(' ').unwrap();
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body.into()).unwrap()
}

pub const STAFF: (&str, &str) = ("authorization", "Bearer staff");
pub const JSON: (&str, &str) = ("content-type", "application/json");
pub const KEY: (&str, &str) = ("idempotency-key", "k");
pub const POT: &str = "/v1/teapots/prd_01h455vb4pex5vsknk084sn02q";
