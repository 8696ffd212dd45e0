//! The codes with which forgotten passwords are replaced: made from the id of a wish and the installation's secret.
//!
//! So they need to be kept nowhere: neither the database, nor an event, nor a mail that waits has one.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Secret, id::ResetId, secret::RootSecret};
use ring::hmac;

/// What the key is derived for.
const USAGE: &str = "password-resets";
/// What codes begin with, so that people and scanners see what was leaked.
const PREFIX: &str = "orr_";
const ID_BYTES: usize = 16;

/// Makes codes, and knows them again.
pub(crate) struct ResetCodes(hmac::Key);

impl ResetCodes {
    pub(crate) fn new(secret: &RootSecret) -> Self {
        ResetCodes(hmac::Key::new(hmac::HMAC_SHA256, &secret.key(USAGE)))
    }

    /// The code of this wish.
    pub(crate) fn make(&self, id: ResetId) -> Secret {
        let id = id.uuid().into_bytes();
        let tag = hmac::sign(&self.0, &id);
        Secret::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode([&id[..], tag.as_ref()].concat())))
    }

    /// Of which wish it is the code; `None` for what was not made here. Compared in a time that tells nothing.
    pub(crate) fn open(&self, code: &Secret) -> Option<ResetId> {
        let bytes = URL_SAFE_NO_PAD.decode(code.expose().strip_prefix(PREFIX)?).ok()?;
        let (id, tag) = bytes.split_at_checked(ID_BYTES)?;
        hmac::verify(&self.0, id, tag).ok()?;
        Some(ResetId::from_uuid(uuid::Uuid::from_slice(id).ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_good_for_its_own_wish_and_installation_only() {
        let codes = ResetCodes::new(&RootSecret::new([7; 32]));
        let id: ResetId = "rst_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let code = codes.make(id);
        assert_eq!(codes.open(&code), Some(id));
        assert_eq!(ResetCodes::new(&RootSecret::new([8; 32])).open(&code), None);
        let text = code.expose();
        for at in 0..text.len() {
            let other = if text.as_bytes()[at] == b'A' { "B" } else { "A" };
            let other = format!("{}{other}{}", &text[..at], &text[at + 1..]);
            assert_eq!(codes.open(&Secret::new(&other)), None, "{other}");
        }
        for other in ["", "orr_", &text[..text.len() - 2], &format!("{text}AA"), &text[4..]] {
            assert_eq!(codes.open(&Secret::new(other)), None, "{other}");
        }
    }
}
