//! Changes the name of the account that is signed in.

use crate::{account, state::Auth, store::accounts};
use contracts::{
    auth::{UpdateMe, User},
    events::EventType,
};
use endpoint::{Body, Common, Fail, Json, Nothing};
use flow::Cause;
use kernel::id::UserId;
use ordo_http::{Answered, Call};

pub(crate) async fn update_me(
    auth: Auth,
    call: Call,
    UpdateMe { change: Body(change) }: UpdateMe,
) -> Answered<UpdateMe> {
    let id = call.user()?;
    Ok(Json(rename(&auth, &call, id, &change.name).await?))
}

async fn rename(auth: &Auth, call: &Call, id: UserId, name: &str) -> Result<User, Fail<Nothing>> {
    let mut tx = auth.db.begin().await?;
    let before = accounts::lock(&mut tx, id).await?.ok_or(Common::NotFound)?;
    let Some(after) = account::rename(&before, name, auth.env.now()) else {
        tx.rollback().await?;
        return Ok(before);
    };
    accounts::update(&mut tx, &after).await?;
    let (kind, cause) = (EventType::UserUpdated, Cause::request(id, &call.context));
    auth.journal.record(&mut tx, kind, id, after.version, &cause, &account::event(&after)).await?;
    tx.commit("auth.update_me").await?;
    auth.journal.wake();
    Ok(after)
}
