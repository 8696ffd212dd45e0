//! The host that a request names: one name or IP address. Pages repeat it in each link, so it has no room for anything else.

use hyper::{Request, Version, header::HOST};
use std::net::Ipv6Addr;

/// As many bytes as a name in the DNS has.
const NAME_BYTES_MAX: usize = 253;

/// Whether a request names one host, as one of HTTP/1.1 does (RFC 9112, 3.2): of two, each server on its way may believe
/// another. What it names is a host's name or an IP address, with a port or without.
pub fn names_one_host<B>(request: &Request<B>) -> bool {
    if request.uri().authority().is_some_and(|authority| !is_host(authority.as_str())) {
        return false;
    }
    let mut hosts = request.headers().get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) => request.version() < Version::HTTP_11,
        (Some(host), None) => host.to_str().is_ok_and(is_host),
        (Some(_), Some(_)) => false,
    }
}

fn is_host(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (text, ""),
    };
    let is_port = port.len() <= 5 && port.bytes().all(|b| b.is_ascii_digit());
    let in_brackets = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    is_port && in_brackets.map_or_else(|| is_name(host), |host| host.parse::<Ipv6Addr>().is_ok())
}

/// A name, or an IPv4 address. Names of containers have `_`, too.
fn is_name(host: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let host = host.strip_suffix('.').unwrap_or(host);
    host.len() <= NAME_BYTES_MAX
        && host.split('.').all(|label| !label.is_empty() && label.bytes().all(is_plain))
}
