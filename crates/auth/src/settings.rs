//! What an operator can set.

use crate::{key_plan::KeyPlan, password::Cost, throttle::Throttle};
use ordo_http::token::{LEEWAY_S, TokenRules};
use std::time::Duration;

/// What an operator can set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Who issues the access tokens (`iss`).
    pub issuer: String,
    /// For whom the access tokens are (`aud`).
    pub audience: String,
    /// For how long an access token is good; whole seconds.
    pub access_token_ttl: Duration,
    /// For how long a refresh token is good that nobody uses.
    pub refresh_ttl: Duration,
    /// For how long a key signs access tokens.
    pub key_life: Duration,
    /// How long before its use a key is published.
    pub key_ahead: Duration,
    /// What hashing a password costs.
    pub password_cost: Cost,
    /// Passwords hashed at a time; each takes the memory that its cost says.
    pub hashes_at_once: usize,
    /// How failed sign-ins slow down further ones.
    pub throttle: Throttle,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            issuer: "ordo".to_owned(),
            audience: "ordo".to_owned(),
            access_token_ttl: Duration::from_secs(24 * 3600),
            refresh_ttl: Duration::from_secs(30 * 24 * 3600),
            key_life: Duration::from_secs(30 * 24 * 3600),
            key_ahead: Duration::from_secs(24 * 3600),
            password_cost: Cost::default(),
            hashes_at_once: 4,
            throttle: Throttle::default(),
        }
    }
}

impl Settings {
    /// What a token must say to be good at `service`.
    pub fn token_rules(&self, service: &str) -> TokenRules {
        TokenRules {
            issuer: self.issuer.clone(),
            audience: self.audience.clone(),
            service: service.to_owned(),
            longest_life: self.access_token_ttl,
        }
    }

    /// The rotation of signing keys.
    pub(crate) fn key_plan(&self) -> KeyPlan {
        KeyPlan { life: self.key_life, ahead: self.key_ahead, verifies_on: self.token_matters() }
    }

    /// For how long after it was issued a token can be taken anywhere, clocks that differ included.
    pub(crate) fn token_matters(&self) -> Duration {
        self.access_token_ttl + Duration::from_secs(2 * LEEWAY_S.unsigned_abs())
    }
}
