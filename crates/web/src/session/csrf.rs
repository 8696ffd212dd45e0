//! Forms that only our own pages can send: each has a token that is bound to the visitor's cookie, and the origin that the browser
//! reports is checked.
//!
//! A token is random bytes and their HMAC under a key of the installation. It differs on each page, so that the length of a compressed
//! page reveals nothing about it. A second HMAC in it is bound to the user: it identifies a form that an earlier session of the same
//! user was shown, which changes nothing and can be sent again.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use endpoint::http::{HeaderMap, header};
use kernel::{Env, secret::RootSecret};
use ring::hmac;

const SALT_BYTES: usize = 12;
const CODE_BYTES: usize = 32;
/// The prefix of what the second HMAC is bound to, so that a session is never taken for a user.
const OWNER: &str = "owner:";

pub(crate) struct Csrf(hmac::Key);

impl Csrf {
    pub(crate) fn new(secret: &RootSecret) -> Self {
        Csrf(hmac::Key::new(hmac::HMAC_SHA256, &secret.key("web-csrf")))
    }
    /// A token for the visitor `bound` and the user `owner`.
    pub(crate) fn token(&self, env: &Env, bound: &str, owner: &str) -> String {
        let salt: [u8; SALT_BYTES] = env.random();
        let code = |of: &[&str]| hmac::sign(&self.0, &[&salt, of.concat().as_bytes()].concat());
        URL_SAFE_NO_PAD.encode([&salt[..], code(&[bound]).as_ref(), code(&[OWNER, owner]).as_ref()].concat())
    }
    /// Whether it is a token of that visitor.
    pub(crate) fn accepts(&self, token: &str, bound: &str) -> bool {
        self.is_code(token, 0, bound)
    }
    /// Whether it was a token of that user, in any session.
    pub(crate) fn was_for(&self, token: &str, owner: &str) -> bool {
        self.is_code(token, 1, &[OWNER, owner].concat())
    }
    /// Whether the HMAC with this number in the token is the one of `what`.
    fn is_code(&self, token: &str, number: usize, what: &str) -> bool {
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else { return false };
        let Some((salt, codes)) = bytes.split_at_checked(SALT_BYTES) else { return false };
        let Some(code) = codes.chunks_exact(CODE_BYTES).nth(number) else { return false };
        hmac::verify(&self.0, &[salt, what.as_bytes()].concat(), code).is_ok()
    }
}

/// Whether the browser reports that a page of this origin sent the form, or does not report the origin.
pub(crate) fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value: &header::HeaderValue| value.to_str().unwrap_or("?"));
    match text(header::HeaderName::from_static("sec-fetch-site")) {
        Some(site) => site == "same-origin",
        None => match text(header::ORIGIN) {
            Some(origin) => origin.split_once("://").map(|(_, host)| host) == text(header::HOST),
            // an old browser; the token alone decides
            None => true,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use endpoint::http::HeaderValue;

    fn said(pairs: &[(&'static str, &'static str)]) -> bool {
        let pairs = pairs
            .iter()
            .map(|(name, value)| (header::HeaderName::from_static(name), HeaderValue::from_static(value)));
        is_from_here(&pairs.collect())
    }

    #[test]
    fn a_form_of_another_origin_is_told_by_what_the_browser_says() {
        assert!(said(&[("host", "shop.example"), ("origin", "https://shop.example")]));
        assert!(said(&[("host", "shop.example")]));
        assert!(said(&[
            ("host", "inner:8080"),
            ("sec-fetch-site", "same-origin"),
            ("origin", "https://shop.example")
        ]));
        for foreign in [
            &[("host", "shop.example"), ("origin", "https://evil.example")][..],
            &[("host", "shop.example"), ("origin", "https://evil.shop.example")],
            &[("host", "shop.example"), ("origin", "null")],
            &[("host", "shop.example"), ("sec-fetch-site", "cross-site")],
            &[("host", "shop.example"), ("sec-fetch-site", "same-site"), ("origin", "https://shop.example")],
            &[("host", "shop.example"), ("sec-fetch-site", "none")],
        ] {
            assert!(!said(foreign), "{foreign:?}");
        }
    }
}
