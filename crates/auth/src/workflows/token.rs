//! The tokens of a session: what an access token says, and what a refresh token is.

use crate::AuthSettings;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use contracts::auth::User;
use kernel::{Secret, Timestamp, id::SessionId};
use ordo_http::token::AccessClaims;
use sha2::{Digest, Sha256};

/// What a new access token of this session says.
pub(crate) fn claims(
    settings: &AuthSettings,
    user: &User,
    session: SessionId,
    name: String,
    now: Timestamp,
) -> AccessClaims {
    let iat = now.as_seconds();
    let life = i64::try_from(settings.access_token_ttl.as_secs()).unwrap_or(i64::MAX);
    AccessClaims {
        iss: settings.issuer.clone(),
        aud: settings.audience.clone(),
        sub: user.id,
        sid: session,
        role: user.role,
        perms: user.permissions.clone(),
        iat,
        exp: iat.saturating_add(life),
        nbf: None,
        jti: name,
    }
}

/// When a token ends that has been verified already; `None` for what is no access token.
pub(crate) fn ends_at(verified: &Secret) -> Option<Timestamp> {
    let claims = verified.expose().split('.').nth(1)?;
    let claims: AccessClaims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    Some(Timestamp::from_seconds(claims.exp))
}

/// What refresh tokens begin with, so that people and scanners see what was leaked.
const REFRESH: &str = "ort_";

/// A refresh token: 256 random bits, opaque.
pub(crate) fn refresh(random: [u8; 32]) -> Secret {
    Secret::new(format!("{REFRESH}{}", URL_SAFE_NO_PAD.encode(random)))
}

/// What is kept of an opaque token. It has so much randomness that a fast hash is safe.
pub(crate) fn hash_of(token: &Secret) -> [u8; 32] {
    Sha256::digest(token.expose().as_bytes()).into()
}
