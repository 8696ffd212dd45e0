//! Values that must not be displayed, and keys derived from the installation's secret.

use ring::hkdf;
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroize;

/// A text that is never displayed in logs, errors or `{:?}`. It can be serialized, because responses contain tokens.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Secret(text.into())
    }
    /// Returns the text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
impl schemars::JsonSchema for Secret {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Secret".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string"})
    }
}

/// The 32 secret bytes of the installation (`ORDO_SECRET`, or the file `secret` of an embedded deployment).
///
/// They are never used directly: each purpose has its own key, derived with HKDF-SHA-256 (RFC 5869).
#[derive(Clone)]
pub struct RootSecret([u8; 32]);

impl RootSecret {
    /// Creates the secret from 32 bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        RootSecret(bytes)
    }
    /// Returns the key for one purpose, such as `"cursor"` or `"service-credential"`.
    pub fn key(&self, usage: &str) -> [u8; 32] {
        let mut key = [0; 32];
        let info = [b"ordo:", usage.as_bytes()];
        let salted = hkdf::Salt::new(hkdf::HKDF_SHA256, b"ordo").extract(&self.0);
        let done = salted.expand(&info, hkdf::HKDF_SHA256).and_then(|okm| okm.fill(&mut key));
        done.expect("32 bytes are one block of HKDF-SHA-256, which never refuses it");
        key
    }
}
impl fmt::Debug for RootSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RootSecret(…)")
    }
}
impl Drop for RootSecret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_shown() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret(…)");
        assert_eq!(format!("{:?}", RootSecret::new([7; 32])), "RootSecret(…)");
    }

    #[test]
    fn each_use_has_its_own_key() {
        let root = RootSecret::new([7; 32]);
        assert_eq!(root.key("a"), root.key("a"));
        assert_ne!(root.key("a"), root.key("b"));
        assert_ne!(root.key("a"), RootSecret::new([8; 32]).key("a"));
    }
}
