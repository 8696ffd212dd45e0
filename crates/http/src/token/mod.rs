//! Tokens: access tokens of people (EdDSA), credentials of services (HMAC-SHA256), API keys of programs and keys of guests.
//!
//! The first two are JWTs in the strictest reading of RFC 7519 and RFC 8725: one algorithm for each kind, told apart
//! by `typ`; a header with anything but `alg`, `typ` and `kid` is refused, and so are `crit`, `jwk`, `jku`
//! and `x5u`; one spelling of base64url; no member twice; whole numbers only. That strictness is most of
//! the code, and no library has all of it, so the little that is left is ours too, over `ring`.

mod access;
mod api_key;
mod api_key_cache;
mod authority;
mod cache;
mod jwt;
mod order_key;
mod revocations;
mod service;
mod verifier;

pub use access::{AccessClaims, PublicKey, SigningKey};
pub use api_key::{API_KEY_PREFIX, api_key, is_api_key};
pub use authority::{ApiKeyOwner, Authority, AuthorityError, Revocation, RevocationPage};
pub use order_key::{ORDER_KEY_PREFIX, OrderKeys};
pub use revocations::RevokedSessions;
pub use service::{ServiceClaims, ServiceCredential};
pub use verifier::{TokenRules, TokenVerifier};

/// Clocks of two machines may differ by this: five minutes, and one for what lies between making a token and looking at it.
/// Why so much: `docs/decisions/0027-clock-skew-tolerance.md`.
pub const LEEWAY_S: i64 = 360;

/// Whether a token's times hold now: whole seconds, in order, for no longer than it may.
fn times_hold(now: i64, issued: i64, not_before: Option<i64>, expires: i64, longest: i64) -> bool {
    // 2^53: beyond it JSON numbers are not exact everywhere
    let whole = |t: i64| (0..=1 << 53).contains(&t);
    whole(issued)
        && whole(expires)
        && not_before.is_none_or(|t| whole(t) && t <= now + LEEWAY_S)
        && issued <= now + LEEWAY_S
        && issued < expires
        && expires - issued <= longest
        && now < expires + LEEWAY_S
}
