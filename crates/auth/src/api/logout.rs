//! Ends the session of the token that is shown.

use crate::{state::Auth, workflows::session_end};
use contracts::auth::Logout;
use endpoint::NoContent;
use flow::Cause;
use ordo_http::{Call, HandlerResult};

pub(crate) async fn logout(auth: Auth, call: Call, _: Logout) -> HandlerResult<Logout> {
    let (id, session) = call.person()?;
    let cause = Cause::request(id, &call.context);
    let mut tx = auth.db.begin().await?;
    let ended = session_end::end_session(&auth.journal, &mut tx, session, &cause, auth.env.now()).await?;
    tx.commit("auth.logout").await?;
    auth.tell(&ended);
    tracing::info!(user = %id, %session, "signed out");
    Ok(NoContent)
}
