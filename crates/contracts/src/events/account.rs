//! What events tell of accounts and sessions.

use crate::auth::Role;
use endpoint::Permission;
use kernel::{Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An account, without what names the person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-dataschema" = "urn:ordo:schema:UserEvent"))]
pub struct UserEvent {
    /// Whose account.
    pub user_id: UserId,
    /// What it may do.
    pub role: Role,
    /// What a member of staff may do besides.
    pub permissions: Vec<Permission>,
    /// False: switched off.
    pub active: bool,
}
/// An ended session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-dataschema" = "urn:ordo:schema:SessionEvent"))]
pub struct SessionEvent {
    /// Whose.
    pub user_id: UserId,
    /// Which; none: all of them.
    pub session_id: Option<SessionId>,
    /// Of all of them, this one goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_session_id: Option<SessionId>,
    /// Tokens issued up to this moment are no longer good.
    pub at: Timestamp,
}
/// An API key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-dataschema" = "urn:ordo:schema:ApiKeyEvent"))]
pub struct ApiKeyEvent {
    /// Whose.
    pub user_id: UserId,
    /// Which.
    pub api_key_id: ApiKeyId,
}
/// A wish for a new password. Nothing in it opens an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-dataschema" = "urn:ordo:schema:PasswordResetEvent"))]
pub struct PasswordResetEvent {
    /// Whose password.
    pub user_id: UserId,
    /// The wish: what the mail is written from.
    pub reset_id: ResetId,
}
/// A try to verify an e-mail address. Nothing in it verifies it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-dataschema" = "urn:ordo:schema:EmailVerificationEvent"))]
pub struct EmailVerificationEvent {
    /// Whose address.
    pub user_id: UserId,
    /// The try: what the mail is written from.
    pub verification_id: VerificationId,
}
