//! Routing of paths to services, and limits of concurrent requests behind the gateway.
//!
//! A request takes a slot when it has been received completely, so that slow senders take no slots of others. Short bodies
//! are received without a slot; of long ones, which could exhaust the memory, a limited number is in progress at a time,
//! and of each client a few. Each service has reserved slots, and so have the pages.

use crate::{
    COME_BACK_AFTER_S,
    concurrency::{FairSemaphore, PerKeyLimit},
    guard::ClientNetwork,
};
use axum::{
    Router,
    body::{Body, HttpBody, to_bytes},
    extract::Request,
    response::Response,
};
use contracts::catalogue;
use endpoint::{CommonError, FieldError};
use ordo_http::{
    metrics::{self, InFlightRequest},
    step_aside, why_broken,
};
use std::{collections::BTreeMap, convert::Infallible, net::IpAddr, time::Duration};
use tokio::time::timeout;
use tower::ServiceExt;

/// The name of the gateway in metrics.
pub const NAME: &str = "gateway";
/// Maximum size of a body that is received without a slot, larger than a typical order. Multiplied by the maximum number of
/// connections, it must fit into the memory.
const SHORT_BODY_BYTES: u64 = 16 << 10;
/// One in this many slots can be taken by a request with a long body.
const LONG_BODY_SHARE: usize = 4;
/// Maximum number of long bodies of one client in progress, so that slow senders leave slots to others.
const LONG_BODIES_OF_EACH: usize = 16;

/// The services, by their paths.
pub(crate) struct ServiceRouter {
    /// By the first two segments of a path, such as `/v1/orders`.
    services: BTreeMap<&'static str, Backend>,
    /// The web pages, at all other paths.
    pages: Option<Backend>,
    places: FairSemaphore,
    long_bodies: FairSemaphore,
    long_bodies_of_each: PerKeyLimit<IpAddr>,
    body_within: Duration,
}

/// A service or the pages.
#[derive(Clone)]
struct Backend {
    router: Router,
    /// The index of its share of the slots.
    sharer: usize,
}

impl ServiceRouter {
    /// The catalogue determines the paths of each service, so that other paths are not reachable.
    pub(crate) fn new(
        services: Vec<(&'static str, Router)>,
        pages: Option<Router>,
        max_in_flight: usize,
        body_within: Duration,
    ) -> Self {
        let sharers = services.len() + usize::from(pages.is_some());
        let pages = pages.map(|router| Backend { router, sharer: services.len() });
        let services = services.into_iter().enumerate();
        let services: BTreeMap<_, _> =
            services.map(|(sharer, (name, router))| (name, Backend { router, sharer })).collect();
        let public = catalogue::endpoints().into_iter().filter(|(_, listing)| !listing.route.is_internal());
        let by_address = public
            .filter_map(|(name, listing)| Some((two_words(listing.route.path), services.get(name)?.clone())));
        ServiceRouter {
            services: by_address.collect(),
            pages,
            places: FairSemaphore::new(max_in_flight, sharers),
            long_bodies: FairSemaphore::new(max_in_flight.div_ceil(LONG_BODY_SHARE), sharers),
            long_bodies_of_each: PerKeyLimit::new(LONG_BODIES_OF_EACH),
            body_within,
        }
    }

    /// Passes a request on. Unknown paths are rejected, and so are requests beyond the limits, immediately; the request is
    /// then returned.
    pub(crate) async fn pass(&self, request: Request) -> Result<Response, (CommonError, Request)> {
        let path = request.uri().path();
        let pages = || self.pages.as_ref().filter(|_| !is_of_programs(path));
        let Some(behind) = self.services.get(two_words(path)).or_else(pages) else {
            return Err((CommonError::NotFound, request));
        };
        let (request, is_long) = match request.body().size_hint().exact() {
            Some(0) => (request, false),
            Some(1..=SHORT_BODY_BYTES) => (self.whole(request).await?, false),
            _ => (request, true),
        };
        let shed = |request| {
            metrics::SHED.count(&[NAME]);
            (CommonError::Unavailable { retry_after: COME_BACK_AFTER_S }, request)
        };
        // requests without an address are admitted, because they cannot come from outside
        let client = request
            .extensions()
            .get::<ClientNetwork>()
            .filter(|_| is_long)
            .map(|ClientNetwork(client)| *client);
        let _one_of_theirs = match client.map(|client| self.long_bodies_of_each.take(client)) {
            Some(None) => return Err(shed(request)),
            place => place,
        };
        let _long = match is_long.then(|| self.long_bodies.take(behind.sharer)) {
            Some(None) => return Err(shed(request)),
            place => place,
        };
        let Some(_place) = self.places.take(behind.sharer) else { return Err(shed(request)) };
        let _at_work = InFlightRequest::on(NAME);
        let answered: Result<Response, Infallible> = behind.router.clone().oneshot(request).await;
        let Ok(response) = answered;
        Ok(response)
    }

    /// Receives the complete body of the request.
    async fn whole(&self, request: Request) -> Result<Request, (CommonError, Request)> {
        let (parts, body) = request.into_parts();
        let why = match step_aside(timeout(self.body_within, to_bytes(body, usize::MAX))).await {
            Ok(Ok(bytes)) => return Ok(Request::from_parts(parts, Body::from(bytes))),
            Ok(Err(error)) => why_broken(&error),
            Err(_) => "the body was not received in time".to_owned(),
        };
        let incomplete = CommonError::InvalidRequest { errors: vec![FieldError::body("", why)] };
        Err((incomplete, Request::from_parts(parts, Body::empty())))
    }
}

/// Returns whether the path belongs to the API, so that errors are problem documents.
pub(crate) fn is_of_programs(path: &str) -> bool {
    let first = path.split('/').nth(1).unwrap_or_default();
    matches!(first, "v1" | "internal" | ".well-known")
}

/// Returns the first two segments of a path, as sent: nothing is decoded, so that nothing can be disguised.
fn two_words(path: &str) -> &str {
    let third_slash = path.match_indices('/').nth(2);
    third_slash.map_or(path, |(at, _)| &path[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_by_its_first_two_words() {
        for (path, words) in [
            ("/v1/orders", "/v1/orders"),
            ("/v1/orders/", "/v1/orders"),
            ("/v1/orders/ord_1/payments", "/v1/orders"),
            ("/.well-known/jwks.json", "/.well-known/jwks.json"),
            ("/internal/events", "/internal/events"),
            ("//internal/events", "//internal"),
            ("/", "/"),
            ("", ""),
        ] {
            assert_eq!(two_words(path), words, "{path}");
        }
    }

    #[test]
    fn no_two_services_answer_the_same_address() {
        let mut owners = BTreeMap::new();
        for (name, listing) in catalogue::endpoints() {
            if !listing.route.is_internal() {
                let owner = *owners.entry(two_words(listing.route.path)).or_insert(name);
                assert_eq!(owner, name, "{}", listing.route.path);
            }
        }
        assert!(owners.keys().all(|address| !address.starts_with("/internal")));
    }
}
