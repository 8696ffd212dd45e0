//! Ends a session of the account that is signed in.

use crate::{state::Auth, store::sessions, workflows::session_end};
use contracts::auth::EndSession;
use endpoint::{CommonError, NoContent, Path};
use flow::Cause;
use ordo_http::{Call, HandlerResult};

pub(crate) async fn end_session(
    auth: Auth,
    call: Call,
    EndSession { id: Path(session) }: EndSession,
) -> HandlerResult<EndSession> {
    let (user, _) = call.person()?;
    let (cause, now) = (Cause::request(user, &call.context), auth.env.now());
    let mut tx = auth.db.begin().await?;
    // what is somebody else's is not there
    if !sessions::is_live_of(&mut tx, session, user, now).await? {
        tx.rollback().await?;
        return Err(CommonError::NotFound.into());
    }
    let ended = session_end::end_session(&auth.journal, &mut tx, session, &cause, now).await?;
    tx.commit("auth.end_session").await?;
    auth.tell(&ended);
    tracing::info!(%user, %session, "session revoked");
    Ok(NoContent)
}
