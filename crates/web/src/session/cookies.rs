//! Cookies, sealed where it matters.
//!
//! Nobody else can read or forge them: they are encrypted and authenticated with a key of the installation, each bound to its name.
//! Scripts cannot read any of them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use endpoint::http::{HeaderMap, HeaderValue, header};
use kernel::{Env, secret::RootSecret};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use serde::{Serialize, de::DeserializeOwned};
use std::time::Duration;

/// A cookie of the pages. The names on the wire are those of version 0.1.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// The session.
    Session,
    /// That an account has signed in with this browser before; kept at sign-out.
    Device,
    /// A random number of the visitor, to which form tokens are bound.
    Visitor,
    /// The ID of a guest's basket, and its number of units.
    Basket,
    /// The keys of the orders that were placed here without an account.
    Keys,
    /// Light or dark, where chosen.
    Theme,
    /// Whether single-key shortcuts are off.
    Shortcuts,
    /// The language of the pages, where chosen.
    Language,
    /// A form that was sent after its session had ended.
    PendingForm,
    /// What was typed at checkout and not sent.
    CheckoutForm,
    /// What was typed into a refused form while language or theme is switched.
    SettingsReturn,
    /// The page that can show the outcome of the last action.
    Flash,
}

impl Cookie {
    /// Its name without the prefix that it has over TLS.
    pub(crate) const fn plain_name(self) -> &'static str {
        match self {
            Cookie::Session => "ordo_session",
            Cookie::Device => "ordo_device",
            Cookie::Visitor => "ordo_visitor",
            Cookie::Basket => "ordo_basket",
            Cookie::Keys => "ordo_keys",
            Cookie::Theme => "ordo_theme",
            Cookie::Shortcuts => "ordo_shortcuts",
            Cookie::Language => "ordo_language",
            Cookie::PendingForm => "ordo_kept",
            Cookie::CheckoutForm => "ordo_typed",
            Cookie::SettingsReturn => "ordo_switched",
            Cookie::Flash => "ordo_done",
        }
    }
    /// Over TLS the prefix promises that no other host or path has set it.
    fn name(self, over_tls: bool) -> String {
        let prefix = if over_tls { "__Host-" } else { "" };
        format!("{prefix}{}", self.plain_name())
    }
    /// Its value in the request.
    pub(crate) fn read(self, headers: &HeaderMap, over_tls: bool) -> Option<String> {
        let name = self.name(over_tls);
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.into_iter().find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
    }
    /// The `Set-Cookie` header: for the browser session, or for the duration `kept`.
    pub(crate) fn set(self, value: &str, kept: Option<Duration>, over_tls: bool) -> Option<HeaderValue> {
        let name = self.name(over_tls);
        let kept = kept.map_or(String::new(), |kept| format!("; Max-Age={}", kept.as_secs()));
        let secure = if over_tls { "; Secure" } else { "" };
        HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{kept}{secure}")).ok()
    }
    /// The header that takes it away.
    pub(crate) fn remove(self, over_tls: bool) -> Option<HeaderValue> {
        self.set("", Some(Duration::ZERO), over_tls)
    }
}

/// Encrypts the content of cookies.
pub(crate) struct Seal {
    key: LessSafeKey,
    env: Env,
}

impl Seal {
    pub(crate) fn new(secret: &RootSecret, env: Env) -> Self {
        let key = UnboundKey::new(&CHACHA20_POLY1305, &secret.key("web-cookies"));
        let key = key.expect("ChaCha20-Poly1305 takes every key of 32 bytes");
        Seal { key: LessSafeKey::new(key), env }
    }

    /// The encrypted `value`, in characters of a URL; `what` is its purpose, and nothing else opens it.
    pub(crate) fn close<T: Serialize>(&self, what: &str, value: &T) -> String {
        let mut bytes = serde_json::to_vec(value).expect("what is sealed has text as keys");
        let nonce: [u8; NONCE_LEN] = self.env.random();
        let sealed = self.key.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(what.as_bytes()),
            &mut bytes,
        );
        sealed.expect("what is sealed is far shorter than the cipher's limit");
        URL_SAFE_NO_PAD.encode([&nonce[..], &bytes].concat())
    }

    /// The decrypted value; none where it was not encrypted here, or for another purpose.
    pub(crate) fn open<T: DeserializeOwned>(&self, what: &str, sealed: &str) -> Option<T> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut sealed = sealed.to_vec();
        let opened = self.key.open_in_place(nonce, Aad::from(what.as_bytes()), &mut sealed).ok()?;
        serde_json::from_slice(opened).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_tls_a_cookie_is_bound_to_its_host() {
        let set = |over_tls| Cookie::Session.set("x", None, over_tls).unwrap();
        assert_eq!(set(false), "ordo_session=x; Path=/; HttpOnly; SameSite=Lax");
        assert_eq!(set(true), "__Host-ordo_session=x; Path=/; HttpOnly; SameSite=Lax; Secure");
        let sent = "a=b; ordo_session=plain; __Host-ordo_session=bound";
        let headers: HeaderMap = [(header::COOKIE, HeaderValue::from_static(sent))].into_iter().collect();
        assert_eq!(Cookie::Session.read(&headers, false).as_deref(), Some("plain"));
        assert_eq!(Cookie::Session.read(&headers, true).as_deref(), Some("bound"));
        assert_eq!(Cookie::Basket.read(&headers, true), None);
    }
}
