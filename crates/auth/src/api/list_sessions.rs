//! Lists the sessions of the account that is signed in, newest first.

use crate::{state::Auth, store::sessions};
use contracts::auth::ListSessions;
use endpoint::Json;
use kernel::id::SessionId;
use ordo_http::{Call, HandlerResult, page};

pub(crate) async fn list_sessions(
    auth: Auth,
    call: Call,
    ListSessions { slice }: ListSessions,
) -> HandlerResult<ListSessions> {
    let (user, current) = call.person()?;
    // a cursor is its reader's
    let purpose = ("sessions", user);
    let before: Option<SessionId> = match &slice.cursor {
        Some(cursor) => Some(auth.cursors.open(&purpose, cursor)?),
        None => None,
    };
    // one more, to see whether there are more
    let at_most = i64::try_from(slice.count()).unwrap_or(i64::MAX - 1) + 1;
    let listed = sessions::list_live(&auth.db, user, current, before, at_most, auth.env.now()).await?;
    Ok(Json(page(&slice, listed, |last| auth.cursors.seal(&purpose, &last.id))))
}
