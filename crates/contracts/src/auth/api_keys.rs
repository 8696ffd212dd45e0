//! API keys: with what programs call the API.

use crate::{LINE, line, not_blank, unchecked};
use endpoint::*;
use garde::Validate;
use kernel::{
    Secret, Timestamp,
    id::{ApiKeyId, UserId},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An API key, of which only a hash is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApiKey {
    /// The key's id.
    pub id: ApiKeyId,
    /// What it is for.
    pub name: String,
    /// The key itself, `ordo_sk_…`: in the answer to making it, and never again, not even where that request is
    /// repeated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Secret>,
    /// Its last four characters, to know it by.
    pub hint: String,
    /// What it may do, as long as who made it may do that too.
    pub scopes: Vec<Permission>,
    /// Who made it, and as whom it acts.
    pub created_by: UserId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it expires; absent for a key that does not expire. An expired key is refused with 401 and stays in the list
    /// until it is revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute or so; absent for one that never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
}

/// Creates an API key.
///
/// Give it an expiry, by `expires_in_days` or `expires_at`: without one it stays valid until it is revoked. Send it as `Authorization: Bearer ordo_sk_…` or as `X-Api-IdempotencyKey`. It acts as whoever made it, with its scopes, and never
/// with more than they may do themselves at that moment; it can neither sign in nor manage accounts, sessions and keys.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/api-keys", scope = StaffSession(Settings), reply = CreatedWithoutEtag<ApiKey>, error = CreateApiKeyError)]
pub struct CreateApiKey {
    /// The same key never makes two; a repeat is answered without the API key itself.
    pub key: OptionalIdempotencyKey,
    /// What it is for.
    pub api_key: Body<NewApiKey>,
}
/// An API key to be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct NewApiKey {
    /// What it is for.
    #[serde(deserialize_with = "line::<100, _, _>")]
    #[garde(length(chars, min = 1, max = 100), pattern(LINE), custom(not_blank))]
    pub name: String,
    /// Days until the key expires, such as 90; or give `expires_at`. With neither, the key does not expire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(range(min = 1, max = Self::DAYS_MAX))]
    #[schemars(range(min = 1, max = Self::DAYS_MAX))]
    pub expires_in_days: Option<u32>,
    /// When the key expires, in the future; or give `expires_in_days`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub expires_at: Option<Timestamp>,
    /// What it may do: some of what you may do yourself. With none it may do what a customer may.
    #[garde(length(max = 4))]
    pub scopes: Vec<Permission>,
}
impl NewApiKey {
    /// Ten years.
    pub const DAYS_MAX: u32 = 3650;
}
impl ValidateRequest for NewApiKey {
    fn check(&self, faults: &mut Vec<FieldError>) {
        endpoint::garde(self, faults);
        if self.expires_in_days.is_some() && self.expires_at.is_some() {
            faults.push(FieldError::one_of("/expires_at", "give expires_in_days or expires_at, not both"));
        }
    }
}
/// Why no API key was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CreateApiKeyError {
    /// A requested scope exceeds your permissions.
    /// Remove these scopes, or ask an administrator to create the key.
    #[status(403)]
    ScopeNotHeld {
        /// Those that you do not hold.
        scopes: Vec<Permission>,
    },
    /// The API key limit is reached.
    /// Revoke an unused API key.
    #[status(409)]
    TooManyApiKeys {
        /// So many.
        limit: u32,
    },
}

/// Lists the shop's API keys, newest first.
///
/// Those of all staff that have not been revoked, without the keys themselves. Send `next_cursor` as `cursor` for the
/// next page.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/api-keys", scope = StaffSession(Settings), reply = Json<Page<ApiKey>>)]
pub struct ListApiKeys {
    /// Which page.
    pub slice: PageParams,
}

/// Reads an API key.
///
/// What it may do, and when it was last used; not the key itself.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/api-keys/{id}", scope = StaffSession(Settings), reply = Json<ApiKey>)]
pub struct GetApiKey {
    /// Which one.
    pub id: Path<ApiKeyId>,
}

/// Revokes an API key.
///
/// It is no longer good anywhere within a second, and does not come back.
#[derive(Debug, Endpoint)]
#[endpoint(delete = "/v1/api-keys/{id}", scope = StaffSession(Settings), reply = NoContent)]
pub struct RevokeApiKey {
    /// Which one.
    pub id: Path<ApiKeyId>,
}

/// Who holds an API key? Asked by verifiers of tokens, and remembered by them until they hear that it has changed.
#[derive(Debug, Endpoint)]
#[endpoint(
    post = "/internal/api-keys/look-up",
    scope = Service(&["gateway", "notifications", "orders", "payments", "products"]),
    repeatable,
    reply = Json<ApiKeyLookup>
)]
pub struct LookUpApiKey {
    /// Which one.
    pub key: Body<ApiKeyCredential>,
}
/// An API key that somebody showed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApiKeyCredential {
    /// Its SHA-256, in hexadecimal digits: nobody but who was shown the key needs it.
    pub sha256: String,
}
/// What becomes of an API key that was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApiKeyLookup {
    /// Who holds it; none: it is not good, or no longer.
    pub holder: Option<ApiKeyOwner>,
    /// Who held it, where it has expired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expired: Option<ApiKeyOwner>,
}
/// Who holds an API key, and what it may do now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApiKeyOwner {
    /// The key.
    pub id: ApiKeyId,
    /// Who made it.
    pub user: UserId,
    /// What it may do.
    pub permissions: Vec<Permission>,
    /// When it expires; none: it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

unchecked!(ApiKeyCredential);
