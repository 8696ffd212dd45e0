//! Which client asks, as the gateway tells the services behind it.

use endpoint::http::{HeaderMap, HeaderName};
use std::net::{IpAddr, Ipv6Addr};

/// By this header the gateway tells a service the client's network. From outside nobody sets it: the gateway takes
/// away what comes by that name.
pub const CLIENT: HeaderName = HeaderName::from_static("x-ordo-client");

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_a_network_are_one_client() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
