//! Cursors of lists: the start of the next page, authenticated so that clients cannot forge one.
//!
//! A cursor is bound to its purpose, such as the list, its filters and its reader: it is invalid for another list, another
//! filter or another user. Its content is not encrypted.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use endpoint::{CommonError, FieldError};
use kernel::secret::RootSecret;
use ring::hmac;
use serde::{Serialize, de::DeserializeOwned};

const TAG_BYTES: usize = 16;
const LENGTH_MAX: usize = 2048;

/// Creates and verifies cursors.
#[derive(Clone)]
pub struct Cursors(hmac::Key);

impl Cursors {
    /// Uses the installation's key for cursors.
    pub fn new(secret: &RootSecret) -> Self {
        Cursors(hmac::Key::new(hmac::HMAC_SHA256, &secret.key("cursor")))
    }

    /// Returns a cursor with this position, valid only for `purpose`.
    pub fn seal(&self, purpose: &impl Serialize, place: &impl Serialize) -> String {
        let mut bytes = serde_json::to_vec(place).expect("a place is plain values");
        let tag = self.tag(purpose, &bytes);
        bytes.extend_from_slice(&tag);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Returns the position in a cursor.
    ///
    /// # Errors
    /// [`CommonError::InvalidRequest`] for a cursor that was not created here for this purpose.
    pub fn open<T: DeserializeOwned>(
        &self,
        purpose: &impl Serialize,
        cursor: &str,
    ) -> Result<T, CommonError> {
        self.open_sealed(purpose, cursor).ok_or_else(|| {
            let what = "send a next_cursor of this list, with the same filters";
            CommonError::InvalidRequest { errors: vec![FieldError::invalid("?cursor", what)] }
        })
    }

    fn open_sealed<T: DeserializeOwned>(&self, purpose: &impl Serialize, cursor: &str) -> Option<T> {
        if cursor.len() > LENGTH_MAX {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (place, tag) = bytes.split_at_checked(bytes.len().checked_sub(TAG_BYTES)?)?;
        // compared as MACs of MACs, in constant time
        let known = hmac::sign(&self.0, &self.tag(purpose, place));
        hmac::verify(&self.0, tag, known.as_ref()).ok()?;
        serde_json::from_slice(place).ok()
    }

    fn tag(&self, purpose: &impl Serialize, place: &[u8]) -> [u8; TAG_BYTES] {
        let purpose = serde_json::to_vec(purpose).expect("a purpose is plain values");
        let mut context = hmac::Context::with_key(&self.0);
        context.update(&(purpose.len() as u64).to_be_bytes());
        context.update(&purpose);
        context.update(place);
        let mut tag = [0; TAG_BYTES];
        tag.copy_from_slice(&context.sign().as_ref()[..TAG_BYTES]);
        tag
    }
}

impl std::fmt::Debug for Cursors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cursors")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursors() -> Cursors {
        Cursors::new(&RootSecret::new([7; 32]))
    }

    #[test]
    fn a_cursor_opens_for_its_purpose_only() {
        let cursor = cursors().seal(&("list_orders", "usr_1"), &(1001, "x"));
        assert_eq!(
            cursors().open::<(i32, String)>(&("list_orders", "usr_1"), &cursor).unwrap(),
            (1001, "x".into())
        );
        assert!(cursors().open::<(i32, String)>(&("list_orders", "usr_2"), &cursor).is_err());
        let other = Cursors::new(&RootSecret::new([8; 32]));
        assert!(other.open::<(i32, String)>(&("list_orders", "usr_1"), &cursor).is_err());
    }

    #[test]
    fn a_changed_cursor_does_not_open() {
        let cursor = cursors().seal(&"list", &1001);
        for i in 0..cursor.len() {
            let mut changed = cursor.clone().into_bytes();
            changed[i] = if changed[i] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(cursors().open::<i32>(&"list", &changed).is_err(), "{changed}");
        }
        for text in ["", "AAAA", "*", &"A".repeat(5000)] {
            assert!(cursors().open::<i32>(&"list", text).is_err());
        }
    }
}
