//! Forms that only our own pages can send: a token in each, bound to the visitor's own cookie, and what the browser says
//! of where a form came from.
//!
//! A token is random bytes and their code under a key of the installation. It is another one each time, so that a
//! compressed page tells nothing about it by its length.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use endpoint::http::{HeaderMap, header};
use kernel::{Env, secret::RootSecret};
use ring::hmac;

/// The name of the field.
pub(crate) const FIELD: &str = "csrf";
const SALT_BYTES: usize = 12;

pub(crate) struct Csrf(hmac::Key);

impl Csrf {
    pub(crate) fn new(secret: &RootSecret) -> Self {
        Csrf(hmac::Key::new(hmac::HMAC_SHA256, &secret.key("web-csrf")))
    }
    /// A token for the visitor whom `bound` names.
    pub(crate) fn token(&self, env: &Env, bound: &str) -> String {
        let salt: [u8; SALT_BYTES] = env.random();
        let code = hmac::sign(&self.0, &[&salt, bound.as_bytes()].concat());
        URL_SAFE_NO_PAD.encode([&salt[..], code.as_ref()].concat())
    }
    /// Whether it is one for that visitor.
    pub(crate) fn accepts(&self, token: &str, bound: &str) -> bool {
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else { return false };
        let Some((salt, code)) = bytes.split_at_checked(SALT_BYTES) else { return false };
        hmac::verify(&self.0, &[salt, bound.as_bytes()].concat(), code).is_ok()
    }
}

/// Whether the browser says, or does not deny, that a page of this very origin sent the form.
pub(crate) fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value: &header::HeaderValue| value.to_str().unwrap_or("?"));
    match text(header::HeaderName::from_static("sec-fetch-site")) {
        Some(site) => site == "same-origin",
        None => match text(header::ORIGIN) {
            Some(origin) => origin.split_once("://").map(|(_, host)| host) == text(header::HOST),
            // a browser of old; the token alone decides
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
