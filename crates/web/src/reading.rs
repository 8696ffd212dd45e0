//! The form in a body: what it may be long, how long it may take to come, and in what it is written.

use crate::form::Form;
use axum::body::{Body, to_bytes};
use endpoint::http::{StatusCode, header, request::Parts};
use std::time::Duration;
use tokio::time::timeout;

/// Bytes of a form of somebody who is signed in: what the longest needs, that of a product. It has a description of 10,000
/// characters, a name of 200 and a number of 64 twice, as they were and as they are; a character is up to four bytes, and each
/// of these three in writing (`%F0`). Twenty lines of a draft and eight pictures come to less than half of it.
const BYTES_MAX: usize = 256 << 10;
/// Of somebody who is not: an address and a note of 2,000 characters, written so.
const NOBODYS_BYTES_MAX: usize = 64 << 10;
/// How long a form may take to come.
const WITHIN: Duration = Duration::from_secs(8);

/// The form in a body.
///
/// # Errors
/// The status that says why it is none.
pub(crate) async fn read(parts: &Parts, body: Body, is_somebody: bool) -> Result<Form, StatusCode> {
    let kind =
        parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.split(';').next().unwrap_or_default().trim() != "application/x-www-form-urlencoded" {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let most = if is_somebody { BYTES_MAX } else { NOBODYS_BYTES_MAX };
    match timeout(WITHIN, to_bytes(body, most)).await {
        Ok(Ok(bytes)) => Ok(Form::parse(&bytes)),
        Ok(Err(_)) => Err(StatusCode::PAYLOAD_TOO_LARGE),
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
    }
}
