//! What an endpoint declares, and how a list of endpoints is walked.

use crate::{
    ApiError, ErrorSpec, FieldError, Incoming, Outgoing, ProblemSet, Reply, Scope, openapi,
    request_parts::IDEMPOTENCY_KEY,
};
use http::{HeaderMap, Method, header};

/// A request that is an endpoint; made by `#[derive(Endpoint)]`.
pub trait Endpoint: Sized + Send + 'static {
    /// Where it is and how it is called.
    const ROUTE: Route;
    /// What comes back when it goes well.
    type Reply: Reply;
    /// Its own refusals; the common ones ([`crate::CommonError`]) come on top.
    type Error: ApiError;
    /// Writes the request, as a client does.
    fn write(&self, out: &mut Outgoing);
    /// Reads the request, as a server does.
    ///
    /// # Errors
    /// All that is wrong with it.
    fn read(incoming: &Incoming<'_>) -> Result<Self, Vec<FieldError>>;
    /// Describes the request for the OpenAPI document.
    fn describe(operation: &mut openapi::Operation<'_>);
}

/// Where an endpoint is and how it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The operation: `place_order`.
    pub name: &'static str,
    /// The method.
    pub method: Method,
    /// The path, with `{names}`.
    pub path: &'static str,
    /// Who may call.
    pub scope: Scope,
    /// How long a caller waits, in milliseconds, unless it says otherwise.
    pub within_ms: u64,
    /// Declared to be harmless when it is sent twice.
    pub repeatable: bool,
    /// Some of what it changes must say which version it changes: without one it is refused with 428.
    pub guarded: bool,
    /// An Idempotency-Key is required.
    pub keyed: bool,
    /// An Idempotency-Key means something: it is required, or may be sent.
    pub takes_key: bool,
    /// An If-Match means something.
    pub takes_etag: bool,
    /// It has a body.
    pub has_body: bool,
    /// The body is read as it came, whatever its content type.
    pub is_raw: bool,
    /// The comment on the type: summary, empty line, description.
    pub doc: &'static str,
}

impl Route {
    /// How long a caller waits where the declaration does not say it.
    pub const WITHIN_MS: u64 = 10_000;

    /// What a declaration must never say. The compiler evaluates it for each one.
    ///
    /// # Panics
    /// At compile time, with the reason.
    #[must_use]
    pub const fn checked(self, bodies: usize) -> Self {
        let get = matches!(self.method, Method::GET);
        assert!(bodies <= 1, "an endpoint has at most one body");
        assert!(!(get && bodies > 0), "a GET has no body");
        assert!(!(get && self.keyed), "a GET needs no Idempotency-Key");
        assert!(self.within_ms > 0, "an answer takes some time");
        let internal = starts_with(self.path.as_bytes(), b"/internal/");
        assert!(
            internal == matches!(self.scope, Scope::Service(_)),
            "scope = Service and /internal/ go together"
        );
        self
    }

    /// Whether a client may send it again when it does not know if the first one arrived.
    pub fn may_repeat(&self) -> bool {
        self.repeatable || self.keyed || matches!(self.method, Method::GET | Method::PUT | Method::DELETE)
    }

    /// The same, of one with these headers.
    pub fn may_repeat_with(&self, headers: &HeaderMap) -> bool {
        let has_key = self.has_key(headers);
        // the second of two would be told 412 because of the first
        let is_conditional = self.takes_etag && headers.contains_key(header::IF_MATCH) && !has_key;
        has_key || (self.may_repeat() && !is_conditional)
    }

    /// Whether an idempotency key holds it together with another one like it.
    pub fn has_key(&self, headers: &HeaderMap) -> bool {
        // where none is taken, one that came along holds nothing together
        self.takes_key && headers.contains_key(IDEMPOTENCY_KEY)
    }

    /// Whether only services of this installation call it.
    pub const fn is_internal(&self) -> bool {
        matches!(self.scope, Scope::Service(_))
    }
}

const fn starts_with(text: &[u8], start: &[u8]) -> bool {
    if text.len() < start.len() {
        return false;
    }
    let mut i = 0;
    while i < start.len() {
        if text[i] != start[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// An endpoint without its types, so that documents and tests can walk over all of them:
///
/// ```
/// # use endpoint::*;
/// # #[derive(Endpoint)] #[endpoint(get = "/v1/ping", scope = Public, reply = NoContent)] pub struct Ping;
/// pub static ENDPOINTS: &[EndpointInfo] = &[EndpointInfo::of::<Ping>()];
/// assert_eq!(ENDPOINTS[0].route.path, "/v1/ping");
/// ```
#[derive(Debug, Clone)]
pub struct EndpointInfo {
    /// Where it is and how it is called.
    pub route: Route,
    /// Its own refusals.
    pub errors: &'static [ErrorSpec],
    pub(crate) add: fn(&mut openapi::Document),
}

impl EndpointInfo {
    /// The listing of one endpoint.
    pub const fn of<E: Endpoint>() -> EndpointInfo {
        EndpointInfo {
            route: E::ROUTE,
            errors: <E::Error as ProblemSet>::ROWS,
            add: openapi::Document::add::<E>,
        }
    }
}
