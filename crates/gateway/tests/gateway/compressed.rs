//! Long answers are compressed for those who say that they take it.

use crate::world::{ask, ordinary};
use axum::body::{Body, to_bytes};
use std::io::Read;
use tower::ServiceExt;

const TAKES_GZIP: (&str, &str) = ("accept-encoding", "br;q=1, gzip;q=0.8");

#[tokio::test]
async fn a_long_answer_is_compressed_and_is_the_same() {
    let gateway = ordinary();
    let plain = ask(&gateway, "GET /openapi.json", &[]).await;
    assert_eq!(plain.header("content-encoding"), "");
    assert_eq!(plain.header("vary"), "accept-encoding", "a cache must know that there is another form");
    let request = axum::http::Request::get("/openapi.json").header(TAKES_GZIP.0, TAKES_GZIP.1);
    let response = gateway.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (headers, body) = (response.headers().clone(), response.into_body());
    assert_eq!(headers["content-encoding"], "gzip");
    assert_eq!(headers["vary"], "accept-encoding");
    assert!(headers.get("content-length").is_none(), "that would be the length of another body");
    assert_eq!(headers["etag"].to_str().unwrap(), plain.header("etag"), "a weak tag stands for both forms");
    let sent = to_bytes(body, 8 << 20).await.unwrap();
    assert!(sent.len() * 4 < plain.text.len(), "{} of {} bytes", sent.len(), plain.text.len());
    let mut text = String::new();
    flate2::read::GzDecoder::new(&sent[..]).read_to_string(&mut text).unwrap();
    assert_eq!(text, plain.text);
}

#[tokio::test]
async fn what_is_short_or_empty_or_not_asked_for_goes_out_as_it_is() {
    let gateway = ordinary();
    let etag = ask(&gateway, "GET /openapi.json", &[]).await.header("etag").to_owned();
    let known: &[_] = &[TAKES_GZIP, ("if-none-match", &etag)];
    let refused: &[_] = &[("accept-encoding", "gzip;q=0, identity")];
    for (line, headers, status) in [
        ("GET /health", &[TAKES_GZIP][..], 200),
        ("GET /v1/nothing", &[TAKES_GZIP], 404),
        ("GET /openapi.json", known, 304),
        ("GET /openapi.json", refused, 200),
        ("GET /openapi.json", &[("accept-encoding", "br")], 200),
        // nobody is refused an answer to what has been done
        ("GET /openapi.json", &[("accept-encoding", "identity;q=0")], 200),
        ("GET /openapi.json", &[("accept-encoding", "gzip;q=0,*;q=0")], 200),
        ("GET /openapi.json", &[("accept-encoding", "*;q=0")], 200),
        ("GET /openapi.json", &[("accept-encoding", "gzip;q=x")], 200),
    ] {
        let got = ask(&gateway, line, headers).await;
        assert_eq!((got.status, got.header("content-encoding")), (status, ""), "{line} {headers:?}");
    }
}
