//! Event data about accounts and sessions.

use crate::auth::Role;
use endpoint::Permission;
use kernel::{Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The state of an account, without personal data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-dataschema" = "urn:ordo:schema:UserEvent"))]
pub struct UserEvent {
    /// The ID of the account.
    pub user_id: UserId,
    /// The role of the account.
    pub role: Role,
    /// The additional permissions of a staff member.
    pub permissions: Vec<Permission>,
    /// Whether the account is active. `false` for a disabled account.
    pub active: bool,
}
/// An ended session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-dataschema" = "urn:ordo:schema:SessionEvent"))]
pub struct SessionEvent {
    /// The ID of the account.
    pub user_id: UserId,
    /// The ID of the session. Null: all sessions of the account.
    pub session_id: Option<SessionId>,
    /// The session that continues when all others of the account end. Absent if none does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_session_id: Option<SessionId>,
    /// The time of the revocation, in UTC. Tokens that were issued up to this time are invalid.
    pub at: Timestamp,
}
/// A revoked API key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-dataschema" = "urn:ordo:schema:ApiKeyEvent"))]
pub struct ApiKeyEvent {
    /// The ID of the account that created the API key.
    pub user_id: UserId,
    /// The ID of the API key.
    pub api_key_id: ApiKeyId,
}
/// A password reset request. The event contains nothing that grants access to the account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-dataschema" = "urn:ordo:schema:PasswordResetEvent"))]
pub struct PasswordResetEvent {
    /// The ID of the account whose password is reset.
    pub user_id: UserId,
    /// The ID of the password reset, from which the email is rendered.
    pub reset_id: ResetId,
}
/// An email verification request. The event contains nothing that verifies the address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-dataschema" = "urn:ordo:schema:EmailVerificationEvent"))]
pub struct EmailVerificationEvent {
    /// The ID of the account whose address is verified.
    pub user_id: UserId,
    /// The ID of the verification, from which the email is rendered.
    pub verification_id: VerificationId,
}
