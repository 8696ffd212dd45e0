//! The sessions of the account that is signed in.

use endpoint::*;
use kernel::{Timestamp, id::SessionId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A session that goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ActiveSession {
    /// The session's id.
    pub id: SessionId,
    /// Whether it is the one that asks.
    pub current: bool,
    /// When somebody signed in.
    pub created_at: Timestamp,
    /// When its tokens were last given out: at the sign-in, or when it was refreshed.
    pub last_used_at: Timestamp,
    /// When it ends by itself, unless it is refreshed.
    pub expires_at: Timestamp,
    /// What the client called itself when its tokens were last given out.
    pub user_agent: Option<String>,
    /// The network from which that was, without the last part of the address: `192.0.2.0/24`.
    pub network: Option<String>,
}

/// Lists the sessions of the account that is signed in, newest first.
///
/// Those that have neither ended nor expired. Send `next_cursor` as `cursor` for the next page.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/me/sessions", scope = Session, reply = Json<Page<ActiveSession>>)]
pub struct ListSessions {
    /// Which page.
    pub slice: PageParams,
}

/// Ends a session of the account that is signed in.
///
/// Its tokens are no longer good anywhere within a second. To end the current one is to sign out.
#[derive(Debug, Endpoint)]
#[endpoint(delete = "/v1/me/sessions/{id}", scope = Session, reply = NoContent)]
pub struct EndSession {
    /// Which one.
    pub id: Path<SessionId>,
}

/// Ends all other sessions of the account that is signed in.
///
/// Signs out everywhere but here, within a second.
#[derive(Debug, Endpoint)]
#[endpoint(delete = "/v1/me/sessions", scope = Session, repeatable, reply = NoContent)]
pub struct EndOtherSessions {}
