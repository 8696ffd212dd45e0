//! The form in a request body: its limits of size and time, and its encoding.

use crate::ui::form::Form;
use axum::body::{Body, to_bytes};
use endpoint::http::{StatusCode, header, request::Parts};
use ordo_http::step_aside;
use std::time::Duration;
use tokio::time::timeout;

/// Bytes of a form of a signed-in user. The longest is that of a product: a description of 10,000 characters, a name of 200 and an
/// SKU of 64, each twice, before and after; a character has up to four bytes, and each of them three when encoded (`%F0`). Twenty
/// lines of a draft and eight pictures need less than half of it.
const BYTES_MAX: usize = 256 << 10;
/// Bytes of a form of a visitor: an address and a note of 2,000 characters, encoded likewise.
const NOBODYS_BYTES_MAX: usize = 64 << 10;
/// Fields of a form. The longest is the basket's: each of 100 lines has its quantity, its price, and a few quantities that it may have
/// had where responses were lost.
const FIELDS_MAX: usize = 2_000;
/// How long a body may take to arrive.
const WITHIN: Duration = Duration::from_secs(8);

/// Reads the form.
///
/// # Errors
/// The status that refuses the body.
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
        // a character that cannot be decoded would be stored as another one
        Ok(Ok(bytes)) if is_utf8(kind, &bytes) => Ok(Form::parse(&bytes)),
        Ok(Ok(_)) => Err(StatusCode::BAD_REQUEST),
        Ok(Err(_)) => Err(StatusCode::PAYLOAD_TOO_LARGE),
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
    }
}

/// Whether a form names no other charset, and is UTF-8 once decoded. Fields are separated by ASCII characters, so the whole body is
/// UTF-8 where each field is.
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
