//! Which declaration a request is of: it says how long to wait, and whether it may be sent again.

use contracts::catalogue;
use endpoint::{
    Route,
    http::{HeaderMap, HeaderName, Method, header},
};
use std::time::Duration;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// For what no declaration is of: the service says so at once.
const UNDECLARED: Duration = Duration::from_millis(Route::WITHIN_MS);

/// The public endpoints of a service.
pub(super) struct Routes(Vec<Route>);

impl Routes {
    pub(super) fn of(service: &str) -> Routes {
        let its = catalogue::endpoints().into_iter().filter(|(name, _)| *name == service);
        let routes = its.map(|(_, listing)| listing.route).filter(|route| !route.is_internal());
        Routes(routes.collect())
    }

    /// The declaration of a request.
    pub(super) fn find(&self, method: &Method, path: &str) -> Option<&Route> {
        // a path without a parameter comes before one with: `/v1/orders/drafts`
        let of = |route: &&Route| route.method == *method && matches(route.path, path);
        self.0.iter().filter(of).min_by_key(|route| route.path.matches('{').count())
    }
}

fn matches(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(expected), Some(word)) if expected == word => {}
            (Some(expected), Some(word)) if expected.starts_with('{') && !word.is_empty() => {}
            _ => return false,
        }
    }
}

/// How long the service has for it.
pub(super) fn within(route: Option<&Route>) -> Duration {
    route.map_or(UNDECLARED, |route| Duration::from_millis(route.within_ms))
}

/// Whether it may be sent again where nobody knows whether it arrived.
pub(super) fn may_repeat(route: &Route, headers: &HeaderMap) -> bool {
    let has_key = headers.contains_key(IDEMPOTENCY_KEY);
    // the second of two would be told 412 because of the first
    let is_conditional = headers.contains_key(header::IF_MATCH) && !has_key;
    route.repeatable || has_key || (route.may_repeat() && !is_conditional)
}

#[cfg(test)]
mod tests {
    use super::*;
    use endpoint::http::HeaderValue;

    #[test]
    fn a_request_is_known_by_its_method_and_path() {
        let routes = Routes::of("orders");
        let name = |method: Method, path: &str| routes.find(&method, path).map(|route| route.name);
        assert_eq!(name(Method::POST, "/v1/orders"), Some("place_order"));
        assert_eq!(name(Method::GET, "/v1/orders/ord_1"), Some("get_order"));
        assert_eq!(name(Method::GET, "/v1/orders/user/usr_1"), Some("list_orders_of_user"));
        assert_eq!(name(Method::GET, "/v1/orders/"), None);
        assert_eq!(name(Method::POST, "/internal/placements/fate"), None);
    }

    #[test]
    fn what_may_be_repeated_is_what_its_declaration_allows() {
        let routes = Routes::of("orders");
        let of = |method: Method, path: &str| routes.find(&method, path).unwrap();
        let keyed = HeaderMap::from_iter([(IDEMPOTENCY_KEY, HeaderValue::from_static("k"))]);
        let conditional = HeaderMap::from_iter([(header::IF_MATCH, HeaderValue::from_static("\"1\""))]);
        assert!(may_repeat(of(Method::POST, "/v1/orders"), &keyed));
        assert!(may_repeat(of(Method::GET, "/v1/orders"), &HeaderMap::new()));
        assert!(!may_repeat(of(Method::PUT, "/v1/orders/ord_1"), &conditional));
        let login = Routes::of("auth");
        let login = login.find(&Method::POST, "/v1/login").unwrap();
        assert!(!may_repeat(login, &HeaderMap::new()));
    }
}
