//! Seals secrets that lie in the database, with a key made from the installation's secret (AES-256-GCM).

use kernel::secret::RootSecret;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

/// Seals and opens; what is sealed for one purpose does not open for another.
pub(crate) struct Seal(LessSafeKey);

/// A seal needs so many random bytes, never the same twice.
pub(crate) const NONCE_BYTES: usize = NONCE_LEN;

impl Seal {
    /// With the installation's key for `usage`.
    pub(crate) fn new(secret: &RootSecret, usage: &str) -> Self {
        let key = Zeroizing::new(secret.key(usage));
        let key = UnboundKey::new(&AES_256_GCM, &*key).expect("32 bytes are a key of AES-256");
        Seal(LessSafeKey::new(key))
    }

    /// Seals `secret` for `purpose`. The nonce is random and in front.
    pub(crate) fn close(&self, nonce: [u8; NONCE_BYTES], purpose: &str, secret: &[u8]) -> Vec<u8> {
        let mut text = secret.to_vec();
        let sealed = self.0.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(purpose),
            &mut text,
        );
        sealed.expect("AES-GCM refuses only what is longer than 64 GiB");
        [&nonce[..], &text].concat()
    }

    /// What was sealed; `None` when it was changed, or sealed by another key or for another purpose.
    pub(crate) fn open(&self, purpose: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, text) = sealed.split_at_checked(NONCE_BYTES)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = Zeroizing::new(text.to_vec());
        let length = self.0.open_in_place(nonce, Aad::from(purpose), &mut text).ok()?.len();
        text.truncate(length);
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_and_purpose_open_what_was_sealed() {
        let seal = Seal::new(&RootSecret::new([7; 32]), "signing-keys");
        let sealed = seal.close([1; NONCE_BYTES], "key 1", b"a secret");
        assert_eq!(seal.open("key 1", &sealed).as_deref().map(Vec::as_slice), Some(&b"a secret"[..]));
        assert!(!sealed.windows(8).any(|part| part == b"a secret"));
        assert_eq!(seal.open("key 2", &sealed), None);
        assert_eq!(Seal::new(&RootSecret::new([8; 32]), "signing-keys").open("key 1", &sealed), None);
        assert_eq!(Seal::new(&RootSecret::new([7; 32]), "other").open("key 1", &sealed), None);
        for bit in 0..sealed.len() * 8 {
            let mut flipped = sealed.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(seal.open("key 1", &flipped), None, "bit {bit}");
        }
        assert_eq!(seal.open("key 1", &sealed[..5]), None);
    }
}
