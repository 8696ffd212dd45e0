//! Which service an address belongs to, and how many requests are at work behind the gateway.
//!
//! A request is at work once all of it is here: whoever sends slowly takes no place of those who do not. Short
//! bodies are waited for outside; of long ones, which would fill the memory, only some are under way at a time.

use axum::{
    Router,
    body::{Body, HttpBody, to_bytes},
    extract::Request,
    response::Response,
};
use contracts::catalogue;
use endpoint::{Common, Fault};
use ordo_http::meters::{self, AtWork};
use std::{collections::BTreeMap, convert::Infallible, time::Duration};
use tokio::{sync::Semaphore, time::timeout};
use tower::ServiceExt;

/// As what is counted names the gateway.
pub(crate) const NAME: &str = "gateway";
/// Shed load comes back after this.
const COME_BACK_AFTER_S: u32 = 1;
/// Bytes of a body that is waited for outside: more than a common order has. Times the connections that a
/// server takes, this must fit into the memory.
const SHORT_BODY_BYTES: u64 = 16 << 10;
/// One place in so many may be taken by a request with a long body.
const LONG_BODY_SHARE: usize = 4;

/// The services, by the addresses that they answer.
pub(crate) struct Front {
    /// By the first two words of a path: `/v1/orders`.
    services: BTreeMap<&'static str, Router>,
    /// What people use, at all other addresses.
    pages: Option<Router>,
    slots: Semaphore,
    long_bodies: Semaphore,
    body_within: Duration,
}

impl Front {
    /// The catalogue says which addresses a service answers, so that what it does not name is not reached.
    pub(crate) fn new(
        services: Vec<(&'static str, Router)>,
        pages: Option<Router>,
        max_in_flight: usize,
        body_within: Duration,
    ) -> Self {
        let places = max_in_flight.min(Semaphore::MAX_PERMITS);
        let services: BTreeMap<_, _> = services.into_iter().collect();
        let public = catalogue::endpoints().into_iter().filter(|(_, listing)| !listing.route.is_internal());
        let by_address = public
            .filter_map(|(name, listing)| Some((two_words(listing.route.path), services.get(name)?.clone())));
        Front {
            services: by_address.collect(),
            pages,
            slots: Semaphore::new(places),
            long_bodies: Semaphore::new(places.div_ceil(LONG_BODY_SHARE)),
            body_within,
        }
    }

    /// Passes a request on. An address that nobody answers is refused, and so is one request too many, at once;
    /// the request comes back then.
    pub(crate) async fn pass(&self, request: Request) -> Result<Response, (Common, Request)> {
        let path = request.uri().path();
        let pages = || self.pages.as_ref().filter(|_| !is_of_programs(path));
        let Some(service) = self.services.get(two_words(path)).or_else(pages) else {
            return Err((Common::NotFound, request));
        };
        let (request, is_long) = match request.body().size_hint().exact() {
            Some(0) => (request, false),
            Some(1..=SHORT_BODY_BYTES) => (self.whole(request).await?, false),
            _ => (request, true),
        };
        let shed = |request| {
            meters::SHED.count(&[NAME]);
            (Common::Unavailable { retry_after: COME_BACK_AFTER_S }, request)
        };
        let _long = match is_long.then(|| self.long_bodies.try_acquire()) {
            Some(Err(_)) => return Err(shed(request)),
            place => place,
        };
        let Ok(_slot) = self.slots.try_acquire() else { return Err(shed(request)) };
        let _at_work = AtWork::on(NAME);
        let answered: Result<Response, Infallible> = service.clone().oneshot(request).await;
        let Ok(response) = answered;
        Ok(response)
    }

    /// The request with all of its body.
    async fn whole(&self, request: Request) -> Result<Request, (Common, Request)> {
        let (parts, body) = request.into_parts();
        let why = match timeout(self.body_within, to_bytes(body, usize::MAX)).await {
            Ok(Ok(bytes)) => return Ok(Request::from_parts(parts, Body::from(bytes))),
            Ok(Err(_)) => "the body broke off",
            Err(_) => "the body did not come in time",
        };
        let incomplete = Common::InvalidRequest { errors: vec![Fault::body("", why)] };
        Err((incomplete, Request::from_parts(parts, Body::empty())))
    }
}

/// Addresses that only programs ask for: what is not there is told in their language.
fn is_of_programs(path: &str) -> bool {
    let first = path.split('/').nth(1).unwrap_or_default();
    matches!(first, "v1" | "internal" | ".well-known")
}

/// The first two words of a path, as they were sent: nothing is decoded, so nothing can be disguised.
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
