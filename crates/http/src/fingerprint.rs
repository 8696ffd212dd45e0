//! The fingerprint of a request, to which an idempotency key is bound: its content regardless of white space and the order
//! of members.

use ring::digest;
use serde::Serialize;

/// The SHA-256 of a request's content.
pub type Fingerprint = [u8; 32];

/// Returns the fingerprint of the content of a request, such as a tuple of its path values and body.
pub fn fingerprint(content: &impl Serialize) -> Fingerprint {
    let bytes = serde_json::to_vec(content).expect("the types of contracts have text as keys");
    let mut fingerprint = Fingerprint::default();
    fingerprint.copy_from_slice(digest::digest(&digest::SHA256, &bytes).as_ref());
    fingerprint
}
