//! Which client asks, as the gateway tells the services behind it.

pub use endpoint::client::CLIENT;
use endpoint::http::{HeaderMap, header};
use std::net::{IpAddr, Ipv6Addr};

/// Whom an address stands for: in IPv6 a client has a whole network (/64) of addresses.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from(u128::from(address) & (u128::MAX << 64))),
        address => address,
    }
}

/// The client's network, where the gateway has told it: what one service asks another comes from no client.
pub(crate) fn client(headers: &HeaderMap) -> Option<IpAddr> {
    headers.get(CLIENT)?.to_str().ok()?.parse().ok().map(network)
}

/// Of what a client calls itself, so many characters are enough for its owner to know it by.
const USER_AGENT_CHARS_MAX: usize = 200;

/// What the client calls itself, in one line.
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
