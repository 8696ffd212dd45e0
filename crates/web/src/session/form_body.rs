//! The form in a body: what it may be long, how long it may take to come, and in what it is written.

use crate::ui::form::Form;
use axum::body::{Body, to_bytes};
use endpoint::http::{StatusCode, header, request::Parts};
use ordo_http::step_aside;
use std::time::Duration;
use tokio::time::timeout;

/// Bytes of a form of somebody who is signed in: what the longest needs, that of a product. It has a description of 10,000
/// characters, a name of 200 and a number of 64 twice, as they were and as they are; a character is up to four bytes, and each
/// of these three in writing (`%F0`). Twenty lines of a draft and eight pictures come to less than half of it.
const BYTES_MAX: usize = 256 << 10;
/// Of somebody who is not: an address and a note of 2,000 characters, written so.
const NOBODYS_BYTES_MAX: usize = 64 << 10;
/// Fields of a form: the longest is that of a basket, where each of 100 lines has what was wanted of it, what it costs, and a few
/// times what it may have had, where answers did not come.
const FIELDS_MAX: usize = 2_000;
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
    match step_aside(timeout(WITHIN, to_bytes(body, most))).await {
        Ok(Ok(bytes)) if bytes.iter().filter(|byte| **byte == b'&').count() >= FIELDS_MAX => {
            Err(StatusCode::PAYLOAD_TOO_LARGE)
        }
        // a letter that cannot be read would be kept as another one
        Ok(Ok(bytes)) if is_utf8(kind, &bytes) => Ok(Form::parse(&bytes)),
        Ok(Ok(_)) => Err(StatusCode::BAD_REQUEST),
        Ok(Err(_)) => Err(StatusCode::PAYLOAD_TOO_LARGE),
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
    }
}

/// Whether a form says nothing else of itself, and what is written in it, with percent signs or without, is UTF-8. Between two
/// fields stands a sign of ASCII, so that all of them are where each of them is.
fn is_utf8(kind: &str, body: &[u8]) -> bool {
    let charset = |part: &str| {
        let (name, value) = part.trim().split_once('=')?;
        name.eq_ignore_ascii_case("charset").then(|| value.trim_matches('"').to_ascii_lowercase())
    };
    let is_said =
        kind.split(';').filter_map(charset).all(|set| ["utf-8", "utf8", "us-ascii"].contains(&&*set));
    let digit = |at: usize| body.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let (mut read, mut at) = (Vec::with_capacity(body.len()), 0);
    while let Some(byte) = body.get(at) {
        let written = digit(at + 1).zip(digit(at + 2)).filter(|_| *byte == b'%');
        let written = written.and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
        at += if written.is_some() { 3 } else { 1 };
        read.push(written.unwrap_or(*byte));
    }
    is_said && std::str::from_utf8(&read).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_written_in_utf_8() {
        let plain = "application/x-www-form-urlencoded";
        for sound in ["", "a=%C3%A4&b=%F0%9F%AB%96", "a=ä", "a=%&b=%4&c=100%25&d=%zz", "a=%00"] {
            assert!(is_utf8(plain, sound.as_bytes()), "{sound}");
        }
        for broken in ["a=%FF", "a=%C3&b=%A4", "a=%e4", "%F0%9F=1"] {
            assert!(!is_utf8(plain, broken.as_bytes()), "{broken}");
        }
        assert!(!is_utf8(plain, b"a=\xff"));
        for (charset, is_ours) in
            [("UTF-8", true), ("\"utf-8\"", true), ("iso-8859-1", false), ("utf-16", false)]
        {
            assert_eq!(is_utf8(&format!("{plain}; Charset={charset}"), b"a=b"), is_ours, "{charset}");
        }
    }
}
