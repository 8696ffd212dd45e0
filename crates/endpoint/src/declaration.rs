//! The declaration of an endpoint, and how a list of endpoints is traversed.

use crate::{
    ApiError, ErrorSpec, FieldError, Incoming, Outgoing, ProblemSet, Reply, Scope, openapi,
    request_parts::IDEMPOTENCY_KEY,
};
use http::{HeaderMap, Method, header};

/// A request that declares an endpoint. Implemented by `#[derive(Endpoint)]`.
pub trait Endpoint: Sized + Send + 'static {
    /// The route and the call properties of the endpoint.
    const ROUTE: Route;
    /// The reply if the request succeeds.
    type Reply: Reply;
    /// The endpoint's own errors, in addition to the common ones ([`crate::CommonError`]).
    type Error: ApiError;
    /// Writes the request, on the client side.
    fn write(&self, out: &mut Outgoing);
    /// Reads the request, on the server side.
    ///
    /// # Errors
    /// All invalid parts of the request.
    fn read(incoming: &Incoming<'_>) -> Result<Self, Vec<FieldError>>;
    /// Describes the request in the OpenAPI document.
    fn describe(operation: &mut openapi::OperationBuilder<'_>);
}

/// The route and the call properties of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The operation ID, such as `place_order`.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path, with `{names}` as placeholders.
    pub path: &'static str,
    /// The callers that are permitted.
    pub scope: Scope,
    /// The default timeout of a call, in milliseconds.
    pub within_ms: u64,
    /// Whether the endpoint is declared safe to repeat.
    pub repeatable: bool,
    /// Whether some changes must name the version on which they are based. Without it, they are rejected with 428.
    pub guarded: bool,
    /// Whether an Idempotency-Key is required.
    pub keyed: bool,
    /// Whether an Idempotency-Key is used, required or not.
    pub takes_key: bool,
    /// Whether If-Match is used.
    pub takes_etag: bool,
    /// Whether the request has a body.
    pub has_body: bool,
    /// Whether the body is read as raw bytes, regardless of its content type.
    pub is_raw: bool,
    /// The doc comment of the type: summary, empty line, description.
    pub doc: &'static str,
}

impl Route {
    /// The timeout of a call if the declaration does not set one, in milliseconds.
    pub const WITHIN_MS: u64 = 10_000;

    /// Rejects contradictory declarations. Evaluated by the compiler for each declaration.
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

    /// Returns whether a client can resend the request when it does not know whether the first one arrived.
    pub fn may_repeat(&self) -> bool {
        self.repeatable || self.keyed || matches!(self.method, Method::GET | Method::PUT | Method::DELETE)
    }

    /// Returns whether a request with these headers can be resent.
    pub fn may_repeat_with(&self, headers: &HeaderMap) -> bool {
        let has_key = self.has_key(headers);
        // the second of two requests would be rejected with 412 because of the first
        let is_conditional = self.takes_etag && headers.contains_key(header::IF_MATCH) && !has_key;
        has_key || (self.may_repeat() && !is_conditional)
    }

    /// Returns whether the request has an idempotency key that the endpoint uses.
    pub fn has_key(&self, headers: &HeaderMap) -> bool {
        // an endpoint that does not use the header ignores the key
        self.takes_key && headers.contains_key(IDEMPOTENCY_KEY)
    }

    /// Returns whether only services of this installation can call the endpoint.
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

/// An endpoint without its types, so that documents and tests can iterate over all endpoints:
///
/// ```
/// # use endpoint::*;
/// # #[derive(Endpoint)] #[endpoint(get = "/v1/ping", scope = Public, reply = NoContent)] pub struct Ping;
/// pub static ENDPOINTS: &[EndpointInfo] = &[EndpointInfo::of::<Ping>()];
/// assert_eq!(ENDPOINTS[0].route.path, "/v1/ping");
/// ```
#[derive(Debug, Clone)]
pub struct EndpointInfo {
    /// The route and the call properties of the endpoint.
    pub route: Route,
    /// The endpoint's own errors.
    pub errors: &'static [ErrorSpec],
    type_path: fn() -> &'static str,
    pub(crate) add: fn(&mut openapi::DocumentBuilder),
}

impl EndpointInfo {
    /// Returns the information about one endpoint.
    pub const fn of<E: Endpoint>() -> EndpointInfo {
        EndpointInfo {
            route: E::ROUTE,
            errors: <E::Error as ProblemSet>::ROWS,
            type_path: std::any::type_name::<E>,
            add: openapi::DocumentBuilder::add::<E>,
        }
    }

    /// The name of the request's type, which can differ from the published name of the operation.
    pub fn request_type(&self) -> &'static str {
        let path = (self.type_path)();
        path.rsplit("::").next().unwrap_or(path)
    }
}
