//! Whatever is read has an ETag, and is not sent to a caller who has it.

use super::Subject;
use endpoint::EVENT_STREAM;
use http::{Method, header};
use testkit::plain::Said;

/// What is wrong with an operation that was read like this, and is read again.
pub async fn again(subject: &Subject<'_>, said: &Said) -> Option<String> {
    let text = |name| said.headers.get(name).and_then(|value: &header::HeaderValue| value.to_str().ok());
    let is_stream = text(header::CONTENT_TYPE) == Some(EVENT_STREAM);
    if subject.asked.operation.route.method != Method::GET || is_stream {
        return None;
    }
    let Some(etag) = said.headers.get(header::ETAG).cloned() else {
        return Some(format!("{}: it has no ETag", subject.name()));
    };
    let mut request = subject.valid();
    request.headers_mut().insert(header::IF_NONE_MATCH, etag.clone());
    let same = subject.client.send(request).await.unwrap();
    let is_same =
        same.code() == 304 && same.bytes.is_empty() && same.headers.get(header::ETAG) == Some(&etag);
    (!is_same).then(|| format!("{}: it is sent again: {} {}", subject.name(), same.status, same.body))
}
