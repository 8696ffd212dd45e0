//! Whatever is read has an ETag, and is not sent to a caller who has it.

use super::Subject;
use endpoint::EVENT_STREAM;
use http::{Method, header};
use std::time::Duration;
use testkit::http_client::HttpResponse;
use tokio::time::sleep;

/// So often something may happen between two reads.
const TURNS: usize = 10;

/// What is wrong with an operation that was read like this, and is read again.
pub async fn again(subject: &Subject<'_>, said: &HttpResponse) -> Option<String> {
    let text = |name| said.headers.get(name).and_then(|value: &header::HeaderValue| value.to_str().ok());
    let is_stream = text(header::CONTENT_TYPE) == Some(EVENT_STREAM);
    if subject.asked.operation.route.method != Method::GET || is_stream {
        return None;
    }
    let Some(mut etag) = said.headers.get(header::ETAG).cloned() else {
        return Some(format!("{}: it has no ETag", subject.name()));
    };
    // what was done before may still be heard of in between: then it is another answer, with an ETag of its own
    let mut turns = 0;
    loop {
        let mut request = subject.valid();
        request.headers_mut().insert(header::IF_NONE_MATCH, etag.clone());
        let same = subject.client.send(request).await.unwrap();
        let now = same.headers.get(header::ETAG).cloned();
        if same.code() == 304 && same.bytes.is_empty() && now.as_ref() == Some(&etag) {
            return None;
        }
        turns += 1;
        match now.filter(|now| *now != etag && same.code() == 200 && turns < TURNS) {
            Some(now) => etag = now,
            None => {
                let (status, body) = (same.status, same.body);
                return Some(format!("{}: it is sent again: {status} {body}", subject.name()));
            }
        }
        sleep(Duration::from_millis(100)).await;
    }
}
