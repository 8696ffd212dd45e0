//! Compression of long responses with gzip, for clients that accept it.
//!
//! Responses with a strong `ETag` are not compressed. Such a tag stands for exactly these bytes (RFC 9110, 8.8.1), and
//! clients send it back in `If-Match`; a compressed response would need a separate tag. Long responses have none (lists),
//! or a weak one (the OpenAPI document, the pages).

use endpoint::http::{Extensions, HeaderMap, HeaderValue, StatusCode, Version, header};
use tower_http::compression::{
    CompressionLayer, CompressionLevel, Predicate,
    predicate::{And, SizeAbove},
};

/// Minimum size of a compressed response. Shorter ones fit into one packet.
const WORTH_IT_BYTES: u64 = 1024;

/// Returns the response uncompressed to a client that accepts no encoding (RFC 9110, 12.5.3), instead of rejecting a
/// request that has already been processed.
pub(crate) fn ask_for_gzip_or_nothing(headers: &mut HeaderMap) {
    let asked = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let takes = |choice: &str| {
        let (name, rest) = choice.split_once(';').unwrap_or((choice, ""));
        let weight =
            rest.trim().strip_prefix("q=").map_or(Some(1.0), |weight| weight.trim().parse::<f32>().ok());
        let is_gzip = matches!(name.trim().to_ascii_lowercase().as_str(), "gzip" | "x-gzip");
        is_gzip && weight.is_some_and(|weight| weight > 0.0)
    };
    let takes_gzip = asked.flat_map(|value| value.split(',')).any(takes);
    headers.remove(header::ACCEPT_ENCODING);
    if takes_gzip {
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    }
}

pub(crate) fn layer() -> CompressionLayer<And<SizeAbove, CompressCondition>> {
    let which = SizeAbove::new(WORTH_IT_BYTES).and(suits as CompressCondition);
    // most of the compression at the lowest cost, because the processor is needed for orders
    CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(which)
}

type CompressCondition = fn(StatusCode, Version, &HeaderMap, &Extensions) -> bool;

fn suits(status: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // overload and rate limit errors must be as cheap as possible
    if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
        return false;
    }
    let kind = text(header::CONTENT_TYPE).split(';').next().unwrap_or_default();
    // streams of events are excluded, because each event is sent immediately
    let is_text = kind.ends_with("json")
        || matches!(kind, "text/html" | "text/css" | "text/javascript" | "text/plain" | "image/svg+xml");
    is_text && !text(header::ETAG).starts_with('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_compressed(kind: &'static str, etag: Option<&'static str>) -> bool {
        is_compressed_with(StatusCode::OK, kind, etag)
    }

    fn is_compressed_with(status: StatusCode, kind: &'static str, etag: Option<&'static str>) -> bool {
        let etag = etag.map(|etag| (header::ETAG, HeaderValue::from_static(etag)));
        let kind = (header::CONTENT_TYPE, HeaderValue::from_static(kind));
        let headers: HeaderMap = [kind].into_iter().chain(etag).collect();
        suits(status, Version::HTTP_11, &headers, &Extensions::new())
    }

    #[test]
    fn texts_are_compressed_unless_their_tag_stands_for_these_very_bytes() {
        for kind in
            ["application/json", "application/problem+json", "text/html; charset=utf-8", "image/svg+xml"]
        {
            assert!(is_compressed(kind, None), "{kind}");
            assert!(is_compressed(kind, Some("W/\"1\"")), "{kind}");
            assert!(!is_compressed(kind, Some("\"1\"")), "{kind}");
        }
        for status in [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE] {
            assert!(
                !is_compressed_with(status, "text/html", None),
                "{status}: who overloads it costs little"
            );
        }
        for kind in ["text/event-stream", "image/png", "application/octet-stream", ""] {
            assert!(!is_compressed(kind, None), "{kind}");
        }
    }
}
