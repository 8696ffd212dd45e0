//! The declarations of requests, with their timeouts and whether they can be repeated.

use contracts::catalogue;
use endpoint::{Route, http::Method};
use std::time::Duration;

/// The timeout of an undeclared request, which the service rejects immediately.
const UNDECLARED: Duration = Duration::from_millis(Route::WITHIN_MS);

/// The public endpoints of a service.
pub(super) struct Routes(Vec<Route>);

impl Routes {
    pub(super) fn of(service: &str) -> Routes {
        let its = catalogue::endpoints().into_iter().filter(|(name, _)| *name == service);
        let routes = its.map(|(_, listing)| listing.route).filter(|route| !route.is_internal());
        Routes(routes.collect())
    }

    /// Returns the declaration of a request.
    pub(super) fn find(&self, method: &Method, path: &str) -> Option<&Route> {
        // a path without a parameter precedes one with a parameter: `/v1/orders/drafts`
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

/// Returns the timeout of a request.
pub(super) fn within(route: Option<&Route>) -> Duration {
    route.map_or(UNDECLARED, |route| Duration::from_millis(route.within_ms))
}

#[cfg(test)]
mod tests {
    use super::*;
    use endpoint::http::{HeaderMap, HeaderName, HeaderValue, header};

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
        let keyed = HeaderMap::from_iter([(
            HeaderName::from_static("idempotency-key"),
            HeaderValue::from_static("k"),
        )]);
        let conditional = HeaderMap::from_iter([(header::IF_MATCH, HeaderValue::from_static("\"1\""))]);
        assert!(of(Method::POST, "/v1/orders").may_repeat_with(&keyed));
        assert!(of(Method::GET, "/v1/orders").may_repeat_with(&HeaderMap::new()));
        assert!(!of(Method::PUT, "/v1/orders/ord_1").may_repeat_with(&conditional));
        let login = Routes::of("auth");
        let of = |path: &str| login.find(&Method::POST, path).unwrap();
        // an unused session does no harm; an account that was created twice does
        assert!(of("/v1/login").may_repeat_with(&HeaderMap::new()));
        assert!(!of("/v1/register").may_repeat_with(&HeaderMap::new()));
    }
}
