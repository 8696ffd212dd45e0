//! Validation of the host in a request: one host name or IP address. Pages repeat it in every link, so nothing else is
//! permitted.

use hyper::{Request, Version, header::HOST};
use std::net::Ipv6Addr;

/// Maximum length of a DNS name.
const NAME_BYTES_MAX: usize = 253;

/// Returns whether an HTTP/1.1 request contains exactly one host (RFC 9112, 3.2), because several servers on the way could
/// each use another one. The host is a host name or an IP address, with or without a port.
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

/// Returns whether the text is a host name or an IPv4 address. Container names can contain `_`.
fn is_name(host: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let host = host.strip_suffix('.').unwrap_or(host);
    host.len() <= NAME_BYTES_MAX
        && host.split('.').all(|label| !label.is_empty() && label.bytes().all(is_plain))
}
