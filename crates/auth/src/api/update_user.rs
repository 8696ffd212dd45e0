//! Gives an account a role and permissions, or switches it off; its sessions end.

use crate::{
    account,
    state::Auth,
    workflows::account_update::{self, UpdateOutcome},
};
use contracts::auth::{UpdateUser, UpdateUserError};
use endpoint::{Body, CommonError, FieldError, HandlerError, Path, WithEtag};
use flow::Cause;
use ordo_http::{Call, HandlerResult};

pub(crate) async fn update_user(auth: Auth, call: Call, asked: UpdateUser) -> HandlerResult<UpdateUser> {
    let UpdateUser { id: Path(id), based_on, change: Body(change) } = asked;
    let cause = Cause::request(call.user()?, &call.context);
    let now = auth.env.now();
    let user = match account_update::change(&auth.journal, &auth.db, id, &based_on, &change, &cause, now)
        .await?
    {
        UpdateOutcome::Done { user, ended } => {
            auth.tell(&ended);
            tracing::info!(%user.id, role = ?user.role, active = user.active, by = cause.actor, "account changed");
            user
        }
        UpdateOutcome::Unchanged(user) => user,
        UpdateOutcome::VersionConflict(refused) => return Err(refused.into()),
        UpdateOutcome::LastAdmin => return Err(HandlerError::Declared(UpdateUserError::LastAdmin)),
        UpdateOutcome::NotStaff => {
            let why = "only staff have permissions: give the role `staff` with them, or leave them out";
            let errors = vec![FieldError::not_allowed("/permissions", why)];
            return Err(CommonError::Unprocessable { errors }.into());
        }
        UpdateOutcome::NotFound => return Err(CommonError::NotFound.into()),
    };
    Ok(WithEtag { etag: account::etag(&user), body: user })
}
