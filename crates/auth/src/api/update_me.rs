//! Changes the name of the account that is signed in, or its language.

use crate::{account, state::Auth, store::accounts};
use contracts::{
    auth::{MeChange, UpdateMe, User},
    events::EventType,
};
use endpoint::{Body, CommonError, HandlerError, IfMatch, NoErrors, WithEtag};
use flow::Cause;
use kernel::id::UserId;
use ordo_http::{Call, HandlerResult};

pub(crate) async fn update_me(auth: Auth, call: Call, asked: UpdateMe) -> HandlerResult<UpdateMe> {
    let UpdateMe { based_on, change: Body(change) } = asked;
    let user = make(&auth, &call, call.user()?, &based_on, &change).await?;
    Ok(WithEtag { etag: account::etag(&user), body: user })
}

async fn make(
    auth: &Auth,
    call: &Call,
    id: UserId,
    based_on: &IfMatch,
    change: &MeChange,
) -> Result<User, HandlerError<NoErrors>> {
    let mut tx = auth.db.begin().await?;
    let before = accounts::lock(&mut tx, id).await?.ok_or(CommonError::NotFound)?;
    if let Err(refused) = based_on.allows(&account::etag(&before)) {
        tx.rollback().await?;
        return Err(refused.into());
    }
    let Some(after) = account::change_own(&before, change, auth.env.now()) else {
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
