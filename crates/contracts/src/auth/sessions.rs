//! The sessions of the signed-in account.

use endpoint::*;
use kernel::{Timestamp, id::SessionId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An active session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ActiveSession {
    /// The ID of the session.
    pub id: SessionId,
    /// Whether this is the session of the current request.
    pub current: bool,
    /// The time of the sign-in, in UTC.
    pub created_at: Timestamp,
    /// The time at which tokens were last issued for the session, in UTC: at sign-in, or at the last refresh.
    pub last_used_at: Timestamp,
    /// The time at which the session expires unless it is refreshed, in UTC.
    pub expires_at: Timestamp,
    /// The `User-Agent` of the client to which tokens were last issued. Null if it sent none.
    pub user_agent: Option<String>,
    /// The network of that client: its address without the last part, such as `192.0.2.0/24`. Null if it is not known.
    pub network: Option<String>,
}

/// Returns the active sessions of the signed-in account, newest first.
///
/// Sessions that have ended or expired are not returned. To get the next page, send `next_cursor` as `cursor`.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/me/sessions", scope = Session, reply = Json<Page<ActiveSession>>)]
pub struct ListSessions {
    /// The page to return.
    pub slice: PageParams,
}

/// Ends a session of the signed-in account.
///
/// Its tokens are rejected everywhere within one second. Ending the current session signs the user out.
#[derive(Debug, Endpoint)]
#[endpoint(delete = "/v1/me/sessions/{id}", scope = Session, reply = NoContent)]
pub struct EndSession {
    /// The ID of the session.
    pub id: Path<SessionId>,
}

/// Ends all other sessions of the signed-in account.
///
/// The user is signed out everywhere else within one second.
#[derive(Debug, Endpoint)]
#[endpoint(delete = "/v1/me/sessions", scope = Session, repeatable, reply = NoContent)]
pub struct EndOtherSessions {}
