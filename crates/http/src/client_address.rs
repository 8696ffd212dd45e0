//! The network of the client, as passed on by the gateway.

pub use endpoint::client::CLIENT;
use endpoint::http::{HeaderMap, header};
use std::net::{IpAddr, Ipv6Addr};

/// Returns the network that is counted as one client: the address for IPv4, the /64 network for IPv6.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from(u128::from(address) & (u128::MAX << 64))),
        address => address,
    }
}

/// Returns the client's network, if the gateway has passed it on. Calls that a service makes on its own have none.
pub(crate) fn client(headers: &HeaderMap) -> Option<IpAddr> {
    headers.get(CLIENT)?.to_str().ok()?.parse().ok().map(network)
}

/// Maximum number of stored characters of a `User-Agent`, sufficient for its owner to recognize it.
const USER_AGENT_CHARS_MAX: usize = 200;

/// Returns the `User-Agent` of the client as one line.
pub(crate) fn user_agent(headers: &HeaderMap) -> Option<String> {
    let text = String::from_utf8_lossy(headers.get(header::USER_AGENT)?.as_bytes()).into_owned();
    let shown: String = text.chars().filter(|c| !c.is_control()).take(USER_AGENT_CHARS_MAX).collect();
    (!shown.trim().is_empty()).then_some(shown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use endpoint::http::HeaderValue;

    #[test]
    fn what_a_client_calls_itself_is_one_short_line() {
        let of = |value: HeaderValue| user_agent(&[(header::USER_AGENT, value)].into_iter().collect());
        assert_eq!(of(HeaderValue::from_static("curl/8.5.0")).as_deref(), Some("curl/8.5.0"));
        assert_eq!(of(HeaderValue::from_static(" ")), None);
        assert_eq!(of(HeaderValue::from_bytes(b"a\tb\xff").unwrap()).as_deref(), Some("ab\u{fffd}"));
        let long = HeaderValue::from_str(&"x".repeat(5000)).unwrap();
        assert_eq!(of(long).map(|text| text.len()), Some(USER_AGENT_CHARS_MAX));
        assert_eq!(user_agent(&HeaderMap::new()), None);
    }

    #[test]
    fn neighbours_in_a_network_are_one_client() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
