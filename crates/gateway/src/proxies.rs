//! Trusted proxies in front of the gateway, which report the client's address. Only configured proxies are trusted, because
//! any client can send such a header.
//!
//! Each proxy appends the address of its own client. The client is therefore the right-most address that is not a trusted
//! proxy; the addresses further left are reported by that client itself.

use endpoint::http::{HeaderMap, HeaderName, header};
use ordo_http::Cidr;
use std::net::{IpAddr, SocketAddr};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

#[derive(Debug, Clone)]
pub(crate) struct Proxies(pub(crate) Vec<Cidr>);

impl Proxies {
    /// Returns the client behind a connection from `peer`.
    ///
    /// A proxy writes one of the two headers and passes on the other as the client sent it: if both are present and do not
    /// contain the same address, neither is trusted.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !self.trusts(peer) {
            return peer;
        }
        let by_custom = texts(headers, &X_FORWARDED_FOR);
        let by_standard = texts(headers, &header::FORWARDED);
        let by_custom = by_custom.map(|text| self.right_most(peer, text.split(',').map(address).collect()));
        let by_standard = by_standard.map(|text| self.right_most(peer, hops(&text)));
        match (by_custom, by_standard) {
            (Some(one), Some(other)) if one != other => peer,
            (Some(client), _) | (None, Some(client)) => client,
            (None, None) => peer,
        }
    }

    /// Returns the right-most address that is not a trusted proxy. At an invalid entry, the proxy that reported it is used
    /// instead.
    fn right_most(&self, peer: IpAddr, told: Vec<Option<IpAddr>>) -> IpAddr {
        let mut client = peer;
        for address in told.into_iter().rev() {
            match address {
                Some(address) if self.trusts(client) => client = address,
                _ => break,
            }
        }
        client
    }

    /// Returns whether the addresses reported by this peer are trusted.
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|proxies| proxies.contains(address))
    }
}

/// Joins all lines of a header.
fn texts(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let lines: Vec<&str> = headers.get_all(name).iter().map(|line| line.to_str().unwrap_or("?")).collect();
    if lines.is_empty() { None } else { Some(lines.join(",")) }
}

/// Returns the `for` of each element of `Forwarded` (RFC 7239). Addresses contain no comma or semicolon; quoted ones
/// elsewhere result in an element without an address, and nothing beyond it is trusted.
fn hops(text: &str) -> Vec<Option<IpAddr>> {
    let of = |element: &str| {
        let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
        let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
        address(value.trim().trim_matches('"'))
    };
    text.split(',').map(of).collect()
}

/// Parses `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:4711`.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let with_port = text.parse::<SocketAddr>().ok().map(|with_port| with_port.ip());
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    with_port.or_else(|| bare.parse().ok()).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use endpoint::http::HeaderValue;

    const PROXY: &str = "10.0.0.7";

    fn client(peer: &str, lines: &[(&'static str, &str)]) -> String {
        let trusted = ["10.0.0.0/8", "2001:db8:ffff::/48", "192.0.2.99"];
        let proxies = Proxies(trusted.iter().map(|text| text.parse().unwrap()).collect());
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_str(value).unwrap());
        }
        proxies.client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn only_a_proxy_that_is_set_is_believed() {
        let told = [("x-forwarded-for", "198.51.100.1")];
        assert_eq!(client("203.0.113.5", &told), "203.0.113.5");
        assert_eq!(client(PROXY, &told), "198.51.100.1");
        assert_eq!(client("::ffff:10.0.0.7", &told), "198.51.100.1");
        assert_eq!(client("11.0.0.7", &told), "11.0.0.7");
        assert_eq!(client("192.0.2.99", &told), "198.51.100.1");
        assert_eq!(client("192.0.2.98", &told), "192.0.2.98");
        assert_eq!(client(PROXY, &[]), PROXY);
    }

    #[test]
    fn the_client_is_the_right_most_that_is_no_proxy() {
        for (header, told, expected) in [
            // addresses further left are reported by the client itself
            ("x-forwarded-for", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
            ("x-forwarded-for", "1.1.1.1, 198.51.100.1, 10.1.1.1", "198.51.100.1"),
            ("x-forwarded-for", "198.51.100.1:4711", "198.51.100.1"),
            ("x-forwarded-for", "[2001:db8::1]:4711, 2001:db8:ffff::1", "2001:db8::1"),
            ("x-forwarded-for", "10.1.1.1, 10.1.1.2", "10.1.1.1"),
            ("x-forwarded-for", "198.51.100.1, unknown", PROXY),
            ("x-forwarded-for", "198.51.100.1, unknown, 10.1.1.1", "10.1.1.1"),
            ("x-forwarded-for", "", PROXY),
            ("forwarded", "for=1.1.1.1, For=198.51.100.1;proto=https;by=10.0.0.7", "198.51.100.1"),
            ("forwarded", "for=\"[2001:db8::1]:4711\"", "2001:db8::1"),
            ("forwarded", "for=198.51.100.1;host=\"a,b\"", PROXY),
            ("forwarded", "for=198.51.100.1, for=_hidden", PROXY),
        ] {
            assert_eq!(client(PROXY, &[(header, told)]), expected, "{header}: {told}");
        }
        let lines = [("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "198.51.100.1")];
        assert_eq!(client(PROXY, &lines), "198.51.100.1");
    }

    #[test]
    fn of_two_headers_that_disagree_none_is_believed() {
        let custom = ("x-forwarded-for", "198.51.100.1");
        assert_eq!(client(PROXY, &[custom, ("forwarded", "for=1.1.1.1")]), PROXY);
        assert_eq!(client(PROXY, &[custom, ("forwarded", "for=198.51.100.1")]), "198.51.100.1");
    }
}
