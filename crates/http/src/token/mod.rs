//! Tokens: access tokens of users (EdDSA), credentials of services (HMAC-SHA256), API keys of programs and order keys of
//! guests.
//!
//! The first two are JWTs under the strictest reading of RFC 7519 and RFC 8725: one algorithm for each kind, distinguished
//! by `typ`; headers with members other than `alg`, `typ` and `kid` are rejected, including `crit`, `jwk`, `jku` and `x5u`;
//! one encoding of base64url; no duplicate members; whole numbers only. These checks are most of the code, and no library
//! implements all of them, so that the small rest is implemented here, too, on top of `ring`.

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

/// Permitted clock difference between two machines: five minutes, and one minute between the creation of a token and its
/// check. For the reasons, see `docs/decisions/0027-clocks-five-minutes-apart.md`.
pub const LEEWAY_S: i64 = 360;

/// Returns whether the times of a token are currently valid: whole seconds, in order, and within the maximum lifetime.
fn times_hold(now: i64, issued: i64, not_before: Option<i64>, expires: i64, longest: i64) -> bool {
    // 2^53: larger JSON numbers are not exact in every implementation
    let whole = |t: i64| (0..=1 << 53).contains(&t);
    whole(issued)
        && whole(expires)
        && not_before.is_none_or(|t| whole(t) && t <= now + LEEWAY_S)
        && issued <= now + LEEWAY_S
        && issued < expires
        && expires - issued <= longest
        && now < expires + LEEWAY_S
}
