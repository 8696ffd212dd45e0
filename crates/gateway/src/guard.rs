//! Processing common to all requests and responses: request ID and trace, the client's address, CORS, and the headers that
//! protect browsers.

use crate::{compress, cors::Cors, proxies::Proxies};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use endpoint::{
    client::{CUT_OFF, DEADLINE, REQUEST_ID, TRACE},
    http::{HeaderMap, HeaderName, HeaderValue, header, uri::Authority},
};
use kernel::Env;
use ordo_http::{CLIENT, Peer, network, request_id, traceparent};
use std::{net::IpAddr, sync::Arc};

/// The dependencies of the guard.
pub(crate) struct Guard {
    pub(crate) env: Env,
    pub(crate) cors: Cors,
    pub(crate) proxies: Proxies,
}

/// The header that tells pages that a browser used TLS, which ends at a trusted proxy. Removed from external requests, so
/// that clients cannot set it.
pub(crate) const SCHEME: HeaderName = HeaderName::from_static("x-ordo-scheme");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The network of the client, in the extensions of a request. Absent for requests without an address, which cannot come
/// from outside.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClientNetwork(pub(crate) IpAddr);

/// Headers for all responses: a response of the API is not a page, and must not be executed, framed or interpreted as
/// another type. No page uses a device or an interface for which a browser asks for permission.
const PROTECTION: [(HeaderName, &str); 5] = [
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
];

/// Prevents other sites from keeping a reference to a window of this site. Browsers honour it only over TLS and at loopback
/// names, and log a warning elsewhere.
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

const PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
    hid=(), magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), \
    usb=()";

/// Prepares the request and completes its response.
pub(crate) async fn guard(State(guard): State<Arc<Guard>>, mut request: Request, next: Next) -> Response {
    let id = request_id(request.headers(), &guard.env);
    let trace = traceparent(request.headers(), &guard.env);
    let named = [(REQUEST_ID, id), (TRACE, trace)];
    let named = named.map(|(name, text)| HeaderValue::from_str(&text).ok().map(|value| (name, value)));
    // the services use the same values
    for (name, value) in named.iter().flatten() {
        request.headers_mut().insert(name, value.clone());
    }
    // deadlines are set only by services for one another
    request.headers_mut().remove(DEADLINE);
    compress::ask_for_gzip_or_nothing(request.headers_mut());
    tell_client(&guard.proxies, &mut request);
    let honours_opener_policy = request.headers().contains_key(SCHEME) || came_to_loopback(request.headers());
    let origin = request.headers().get(header::ORIGIN).cloned();
    let mut response = match guard.cors.preflight(&request) {
        Some(answer) => answer,
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    // the state of replicas is not disclosed
    headers.remove(CUT_OFF);
    guard.cors.mark(origin.as_ref(), headers);
    protect(headers);
    if honours_opener_policy {
        headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
    }
    for (name, value) in named.into_iter().flatten() {
        headers.entry(name).or_insert(value);
    }
    response
}

/// Passes the client's network to the services, in a header that clients cannot set.
fn tell_client(proxies: &Proxies, request: &mut Request) {
    request.headers_mut().remove(CLIENT);
    request.headers_mut().remove(SCHEME);
    let Some(Peer(peer)) = request.extensions().get::<Peer>().copied() else { return };
    if proxies.trusts(peer.ip()) && came_over_tls(request.headers()) {
        request.headers_mut().insert(SCHEME, HeaderValue::from_static("https"));
    }
    let client = network(proxies.client(peer.ip(), request.headers()));
    if let Ok(told) = HeaderValue::from_str(&client.to_string()) {
        request.headers_mut().insert(CLIENT, told);
    }
    request.extensions_mut().insert(ClientNetwork(client));
}

/// Returns whether the first proxy was reached over TLS, according to `X-Forwarded-Proto` or `Forwarded` (RFC 7239).
fn came_over_tls(headers: &HeaderMap) -> bool {
    let first = |name| Some(headers.get(name)?.to_str().ok()?.split(',').next()?.trim());
    let is_https = |scheme: &str| scheme.trim_matches('"').eq_ignore_ascii_case("https");
    let pairs = first(header::FORWARDED).into_iter().flat_map(|element| element.split(';'));
    let mut told = pairs.filter_map(|pair| pair.split_once('='));
    first(FORWARDED_PROTO).is_some_and(is_https)
        || told.any(|(name, scheme)| name.trim().eq_ignore_ascii_case("proto") && is_https(scheme.trim()))
}

/// Returns whether the browser used a name that browsers resolve to this machine.
fn came_to_loopback(headers: &HeaderMap) -> bool {
    let authority = headers.get(header::HOST).and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
    authority.is_some_and(|authority| {
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        match host.parse::<IpAddr>() {
            Ok(ip) => ip.is_loopback(),
            Err(_) => host == "localhost" || host.ends_with(".localhost"),
        }
    })
}

fn protect(headers: &mut HeaderMap) {
    for (name, value) in PROTECTION {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    // cacheable responses set the header themselves; all others may contain personal data
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
