//! Hop-by-hop headers (RFC 9110, 7.6.1), and headers for the gateway only.

use crate::guard::SCHEME;
use endpoint::{
    client::{REQUEST_ID, TRACE},
    http::{HeaderMap, HeaderName, header},
};
use ordo_http::CLIENT;

/// Headers that are hop-by-hop without being named in `Connection`.
const HOP_BY_HOP: [HeaderName; 7] = [
    header::CONNECTION,
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];
const KEEP_ALIVE: [HeaderName; 2] =
    [HeaderName::from_static("keep-alive"), HeaderName::from_static("proxy-connection")];

/// Headers with which the gateway determines the client; services get its result in a separate header.
const FOR_THIS_DOOR: [HeaderName; 6] = [
    header::HOST,
    header::EXPECT,
    header::FORWARDED,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-proto"),
];

/// Headers that the gateway sets for the services. Clients cannot remove them by naming them in `Connection`.
const OURS: [HeaderName; 4] = [CLIENT, REQUEST_ID, SCHEME, TRACE];

pub(super) fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .filter(|name| !OURS.contains(name))
        .collect();
    for name in named.iter().chain(&HOP_BY_HOP).chain(&KEEP_ALIVE) {
        headers.remove(name);
    }
}

/// Removes headers that a service must not interpret.
pub(super) fn remove_what_is_for_this_door(headers: &mut HeaderMap) {
    for name in &FOR_THIS_DOOR {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use endpoint::http::HeaderValue;

    #[test]
    fn what_is_between_two_neighbours_goes_no_further() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "X-Own, close"),
            ("keep-alive", "timeout=5"),
            ("x-own", "1"),
            ("transfer-encoding", "chunked"),
            ("te", "trailers"),
            ("upgrade", "h2c"),
            ("authorization", "Bearer x"),
            ("content-type", "application/json"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        remove_hop_by_hop(&mut headers);
        let mut left: Vec<&str> = headers.keys().map(HeaderName::as_str).collect();
        left.sort();
        assert_eq!(left, ["authorization", "content-type"]);
    }

    #[test]
    fn what_the_gateway_tells_of_a_client_is_not_taken_away_by_the_client() {
        let mut headers = HeaderMap::new();
        headers.insert("connection", HeaderValue::from_static("X-Ordo-Client, x-request-id,x-ordo-scheme"));
        for name in [CLIENT, REQUEST_ID, SCHEME] {
            headers.insert(name, HeaderValue::from_static("1"));
        }
        remove_hop_by_hop(&mut headers);
        assert_eq!(headers.len(), 3, "{headers:?}");
        assert!(headers.contains_key(CLIENT));
    }
}
