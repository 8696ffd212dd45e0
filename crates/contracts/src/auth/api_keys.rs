//! API keys, with which programs call the API.

use crate::{LINE, line, not_blank, unchecked};
use endpoint::*;
use garde::Validate;
use kernel::{
    Secret, Timestamp,
    id::{ApiKeyId, UserId},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An API key. Ordo stores only a hash of the key itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApiKey {
    /// The ID of the API key.
    pub id: ApiKeyId,
    /// The name of the API key, which describes its purpose.
    pub name: String,
    /// The secret key, `ordo_sk_…`. Returned only by the request that creates the key, and never again, not even when that
    /// request is retried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Secret>,
    /// The last four characters of the secret key, to identify it.
    pub hint: String,
    /// The permissions of the key. A permission is effective only while the account that created the key holds it, too.
    pub scopes: Vec<Permission>,
    /// The ID of the account that created the key, and as which the key acts.
    pub created_by: UserId,
    /// The time at which the key was created, in UTC.
    pub created_at: Timestamp,
    /// The time at which the key expires, in UTC. Absent for a key that does not expire. An expired key is rejected with
    /// 401 and stays in the list until it is revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// The time at which the key was last used, in UTC, accurate to about a minute. Absent for a key that was never used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
}

/// Creates an API key.
///
/// Set an expiry with `expires_in_days` or `expires_at`: without one, the key is valid until it is revoked. Send the key as
/// `Authorization: Bearer ordo_sk_…` or as `X-Api-Key`. It acts as the account that created it, with the key's scopes, and
/// never with more permissions than that account holds at the time of the request. It cannot sign in, and cannot manage
/// accounts, sessions and API keys.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/api-keys", scope = StaffSession(Settings), reply = CreatedWithoutEtag<ApiKey>, error = CreateApiKeyError)]
pub struct CreateApiKey {
    /// The idempotency key. Requests with the same key create at most one API key; the response to a retry does not contain
    /// the secret key.
    pub key: OptionalIdempotencyKey,
    /// The API key to create.
    pub api_key: Body<NewApiKey>,
}
/// The API key to create.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct NewApiKey {
    /// The name of the API key, which describes its purpose.
    #[serde(deserialize_with = "line::<100, _, _>")]
    #[garde(length(chars, min = 1, max = 100), pattern(LINE), custom(not_blank))]
    pub name: String,
    /// The number of days after which the key expires, such as 90. Use either this or `expires_at`; with neither, the key
    /// does not expire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(range(min = 1, max = Self::DAYS_MAX))]
    #[schemars(range(min = 1, max = Self::DAYS_MAX))]
    pub expires_in_days: Option<u32>,
    /// The time at which the key expires, in the future. Use either this or `expires_in_days`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub expires_at: Option<Timestamp>,
    /// The permissions of the key: a subset of your own. With an empty list, the key has the permissions of a customer.
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
/// The reason why the API key could not be created.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CreateApiKeyError {
    /// A requested scope exceeds your permissions.
    /// Remove these scopes, or ask an administrator to create the key.
    #[status(403)]
    ScopeNotHeld {
        /// The requested scopes that you do not hold.
        scopes: Vec<Permission>,
    },
    /// The API key limit is reached.
    /// Revoke an unused API key.
    #[status(409)]
    TooManyApiKeys {
        /// The maximum number of API keys of an account.
        limit: u32,
    },
}

/// Returns the shop's API keys, newest first.
///
/// The list contains the keys of all staff that have not been revoked, without the secret keys. To get the next page, send
/// `next_cursor` as `cursor`.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/api-keys", scope = StaffSession(Settings), reply = Json<Page<ApiKey>>)]
pub struct ListApiKeys {
    /// The page to return.
    pub slice: PageParams,
}

/// Returns an API key.
///
/// The response contains the scopes and the time of the last use, but not the secret key.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/api-keys/{id}", scope = StaffSession(Settings), reply = Json<ApiKey>)]
pub struct GetApiKey {
    /// The ID of the API key.
    pub id: Path<ApiKeyId>,
}

/// Revokes an API key.
///
/// The key is rejected everywhere within one second. A revocation cannot be undone.
#[derive(Debug, Endpoint)]
#[endpoint(delete = "/v1/api-keys/{id}", scope = StaffSession(Settings), reply = NoContent)]
pub struct RevokeApiKey {
    /// The ID of the API key.
    pub id: Path<ApiKeyId>,
}

/// Returns the owner of an API key. Token verifiers call it and cache the result until they learn of a change.
#[derive(Debug, Endpoint)]
#[endpoint(
    post = "/internal/api-keys/look-up",
    scope = Service(&["gateway", "notifications", "orders", "payments", "products"]),
    repeatable,
    reply = Json<ApiKeyLookup>
)]
pub struct LookUpApiKey {
    /// The API key to look up.
    pub key: Body<ApiKeyCredential>,
}
/// An API key that a caller presented.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApiKeyCredential {
    /// The SHA-256 of the secret key, in hexadecimal digits. Only the service that received the key needs the key itself.
    pub sha256: String,
}
/// The result of an API key lookup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApiKeyLookup {
    /// The owner of the key. Null if the key is unknown, revoked or expired.
    pub holder: Option<ApiKeyOwner>,
    /// The owner of the key, if the key has expired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expired: Option<ApiKeyOwner>,
}
/// The owner of an API key, and the key's current permissions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApiKeyOwner {
    /// The ID of the API key.
    pub id: ApiKeyId,
    /// The ID of the account that created the key.
    pub user: UserId,
    /// The current permissions of the key.
    pub permissions: Vec<Permission>,
    /// The time at which the key expires, in UTC. Absent for a key that does not expire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

unchecked!(ApiKeyCredential);
