//! The codes of mails: with one a forgotten password is replaced, with another an address is verified. Each is made from the
//! id of what was asked for and the installation's secret.
//!
//! So they need to be kept nowhere: neither the database, nor an event, nor a mail that waits has one.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{
    Id, Secret,
    id::{ResetKind, VerificationKind},
    secret::RootSecret,
};
use ring::hmac;
use std::marker::PhantomData;

const ID_BYTES: usize = 16;

/// Makes codes of one kind, and knows them again.
pub(crate) struct EmailCodes<K> {
    key: hmac::Key,
    /// What codes begin with, so that people and scanners see what was leaked.
    prefix: &'static str,
    of: PhantomData<fn() -> K>,
}

impl EmailCodes<ResetKind> {
    /// Those with which forgotten passwords are replaced.
    pub(crate) fn of_resets(secret: &RootSecret) -> Self {
        EmailCodes::new(secret, "password-resets", "orr_")
    }
}

impl EmailCodes<VerificationKind> {
    /// Those with which addresses are verified.
    pub(crate) fn of_verifications(secret: &RootSecret) -> Self {
        EmailCodes::new(secret, "email-verifications", "oev_")
    }
}

impl<K> EmailCodes<K> {
    /// With a key that is derived for `usage`.
    fn new(secret: &RootSecret, usage: &str, prefix: &'static str) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &secret.key(usage));
        EmailCodes { key, prefix, of: PhantomData }
    }

    /// The code of this one.
    pub(crate) fn make(&self, id: Id<K>) -> Secret {
        let id = id.uuid().into_bytes();
        let tag = hmac::sign(&self.key, &id);
        Secret::new(format!("{}{}", self.prefix, URL_SAFE_NO_PAD.encode([&id[..], tag.as_ref()].concat())))
    }

    /// Of which one it is the code; `None` for what was not made here. Compared in constant time.
    pub(crate) fn open(&self, code: &Secret) -> Option<Id<K>> {
        let bytes = URL_SAFE_NO_PAD.decode(code.expose().strip_prefix(self.prefix)?).ok()?;
        let (id, tag) = bytes.split_at_checked(ID_BYTES)?;
        hmac::verify(&self.key, id, tag).ok()?;
        Some(Id::from_uuid(uuid::Uuid::from_slice(id).ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::id::ResetId;

    #[test]
    fn a_code_is_good_for_its_own_wish_and_installation_only() {
        let codes = EmailCodes::of_resets(&RootSecret::new([7; 32]));
        let id: ResetId = "rst_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let code = codes.make(id);
        assert_eq!(codes.open(&code), Some(id));
        assert_eq!(EmailCodes::of_resets(&RootSecret::new([8; 32])).open(&code), None);
        let text = code.expose();
        // nor is it a code of another kind
        let others = EmailCodes::of_verifications(&RootSecret::new([7; 32]));
        assert_eq!(others.open(&code), None);
        assert_eq!(others.open(&Secret::new(text.replace("orr_", "oev_"))), None);
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
