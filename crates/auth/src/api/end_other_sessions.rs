//! Ends all other sessions of the account that is signed in.

use crate::{state::Auth, store::accounts, workflows::ending};
use contracts::auth::EndOtherSessions;
use endpoint::{Common, Done, Unproved};
use flow::Cause;
use ordo_http::{Answered, Call};

pub(crate) async fn end_other_sessions(
    auth: Auth,
    call: Call,
    _: EndOtherSessions,
) -> Answered<EndOtherSessions> {
    let (id, session) = call.person()?;
    let cause = Cause::request(id, &call.context);
    let mut tx = auth.db.begin().await?;
    // locked: none begins meanwhile
    let user = accounts::lock(&mut tx, id).await?.ok_or(Common::unproved(Unproved::NotAccepted))?;
    let ended = ending::end_all(&auth.journal, &mut tx, &user, Some(session), &cause, auth.env.now()).await?;
    tx.commit("auth.end_other_sessions").await?;
    auth.tell(&ended);
    tracing::info!(user = %id, ended = ended.len(), "signed out everywhere else");
    Ok(Done)
}
