//! Which service an address belongs to, and how many requests are at work behind the gateway.

use axum::{Router, extract::Request, response::Response};
use contracts::catalogue;
use endpoint::Common;
use std::{collections::BTreeMap, convert::Infallible};
use tokio::sync::Semaphore;
use tower::ServiceExt;

/// Shed load comes back after this.
const COME_BACK_AFTER_S: u32 = 1;

/// The services, by the addresses that they answer.
pub(crate) struct Front {
    /// By the first two words of a path: `/v1/orders`.
    services: BTreeMap<&'static str, Router>,
    slots: Semaphore,
}

impl Front {
    /// The catalogue says which addresses a service answers, so that what it does not name is not reached.
    pub(crate) fn new(services: Vec<(&'static str, Router)>, slots: Semaphore) -> Self {
        let services: BTreeMap<_, _> = services.into_iter().collect();
        let public = catalogue::endpoints().into_iter().filter(|(_, listing)| !listing.route.is_internal());
        let by_address = public
            .filter_map(|(name, listing)| Some((two_words(listing.route.path), services.get(name)?.clone())));
        Front { services: by_address.collect(), slots }
    }

    /// Passes a request on. An address that nobody answers is refused, and so is one request too many, at once;
    /// the request comes back then.
    pub(crate) async fn pass(&self, request: Request) -> Result<Response, (Common, Request)> {
        let Some(service) = self.services.get(two_words(request.uri().path())) else {
            return Err((Common::NotFound, request));
        };
        let Ok(_slot) = self.slots.try_acquire() else {
            return Err((Common::Unavailable { retry_after: COME_BACK_AFTER_S }, request));
        };
        let answered: Result<Response, Infallible> = service.clone().oneshot(request).await;
        let Ok(response) = answered;
        Ok(response)
    }
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
