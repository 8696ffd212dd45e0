//! Compression of long answers: gzip, for whoever says that they take it.
//!
//! An answer with a strong `ETag` goes out as it is. Such a tag stands for these very bytes (RFC 9110, 8.8.1), and
//! callers send it back in `If-Match`: compressed, the answer would need a tag of its own. What is long has none
//! (lists), or a weak one (the document, the pages).

use endpoint::http::{Extensions, HeaderMap, HeaderValue, StatusCode, Version, header};
use tower_http::compression::{
    CompressionLayer, CompressionLevel, Predicate,
    predicate::{And, SizeAbove},
};

/// Shorter answers fit into one packet anyhow.
const WORTH_IT_BYTES: u64 = 1024;

/// Whoever refuses every form of an answer gets it as it is (RFC 9110, 12.5.3), instead of a refusal of what has been
/// done by then.
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

/// The layer that compresses.
pub(crate) fn layer() -> CompressionLayer<And<SizeAbove, Suits>> {
    let which = SizeAbove::new(WORTH_IT_BYTES).and(suits as Suits);
    // most of the gain for the least of the time: the processor is needed for orders
    CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(which)
}

type Suits = fn(StatusCode, Version, &HeaderMap, &Extensions) -> bool;

fn suits(status: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // whoever comes too often, or while there is no room, costs as little as can be
    if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
        return false;
    }
    let kind = text(header::CONTENT_TYPE).split(';').next().unwrap_or_default();
    // a stream of events is not among them: each is sent at once
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
