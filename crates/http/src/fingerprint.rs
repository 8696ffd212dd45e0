//! What an idempotency key is bound to: the content of a request, whatever its white space and order of members.

use ring::digest;
use serde::Serialize;

/// SHA-256 of a request's content.
pub type Fingerprint = [u8; 32];

/// The fingerprint of what a request asks for: its path's values and its body, say, as one tuple.
pub fn fingerprint(content: &impl Serialize) -> Fingerprint {
    let bytes = serde_json::to_vec(content).expect("the types of contracts have text as keys");
    let mut fingerprint = Fingerprint::default();
    fingerprint.copy_from_slice(digest::digest(&digest::SHA256, &bytes).as_ref());
    fingerprint
}
