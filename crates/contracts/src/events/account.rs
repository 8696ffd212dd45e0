//! What events tell of accounts and sessions.

use crate::auth::Role;
use endpoint::Permission;
use kernel::{Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An account, without what names the person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
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
pub struct SessionEvent {
    /// Whose.
    pub user_id: UserId,
    /// Which; none: all of them.
    pub session_id: Option<SessionId>,
    /// Tokens issued up to this moment are no longer good.
    pub at: Timestamp,
}
