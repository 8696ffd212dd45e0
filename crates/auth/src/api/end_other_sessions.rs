//! Ends all other sessions of the account that is signed in.

use crate::{state::Auth, store::accounts, workflows::session_end};
use contracts::auth::EndOtherSessions;
use endpoint::{CommonError, NoContent, UnauthenticatedReason};
use flow::Cause;
use ordo_http::{Call, HandlerResult};

pub(crate) async fn end_other_sessions(
    auth: Auth,
    call: Call,
    _: EndOtherSessions,
) -> HandlerResult<EndOtherSessions> {
    let (id, session) = call.person()?;
    let cause = Cause::request(id, &call.context);
    let mut tx = auth.db.begin().await?;
    // locked: none begins in the meantime
    let user = accounts::lock(&mut tx, id)
        .await?
        .ok_or(CommonError::unproved(UnauthenticatedReason::NotAccepted))?;
    let ended =
        session_end::end_all(&auth.journal, &mut tx, &user, Some(session), &cause, auth.env.now()).await?;
    tx.commit("auth.end_other_sessions").await?;
    auth.tell(&ended);
    tracing::info!(user = %id, ended = ended.len(), "all other sessions signed out");
    Ok(NoContent)
}
