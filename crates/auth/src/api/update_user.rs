//! Gives an account a role and permissions, or switches it off; its sessions end.

use crate::{
    state::Auth,
    work::changing::{self, Changed},
};
use contracts::auth::{UpdateUser, UpdateUserError};
use endpoint::{Body, Common, Fail, Json, Path};
use flow::Cause;
use ordo_http::{Answered, Call};

pub(crate) async fn update_user(
    auth: Auth,
    call: Call,
    UpdateUser { id: Path(id), change: Body(change) }: UpdateUser,
) -> Answered<UpdateUser> {
    let cause = Cause::request(call.user()?, &call.context);
    match changing::change(&auth.journal, &auth.db, id, &change, &cause, auth.env.now()).await? {
        Changed::Done { user, ended } => {
            auth.tell(&ended);
            tracing::info!(%user.id, role = ?user.role, active = user.active, by = cause.actor, "account changed");
            Ok(Json(user))
        }
        Changed::Same(user) => Ok(Json(user)),
        Changed::LastAdmin => Err(Fail::Refused(UpdateUserError::LastAdmin)),
        Changed::Unknown => Err(Common::NotFound.into()),
    }
}
