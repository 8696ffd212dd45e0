//! Gives an account a role and permissions, or switches it off; its sessions end.

use crate::{
    account,
    state::Auth,
    workflows::changing::{self, Changed},
};
use contracts::auth::{UpdateUser, UpdateUserError};
use endpoint::{Body, Common, Fail, Fault, Path, Tagged};
use flow::Cause;
use ordo_http::{Answered, Call};

pub(crate) async fn update_user(auth: Auth, call: Call, asked: UpdateUser) -> Answered<UpdateUser> {
    let UpdateUser { id: Path(id), based_on, change: Body(change) } = asked;
    let cause = Cause::request(call.user()?, &call.context);
    let now = auth.env.now();
    let user = match changing::change(&auth.journal, &auth.db, id, &based_on, &change, &cause, now).await? {
        Changed::Done { user, ended } => {
            auth.tell(&ended);
            tracing::info!(%user.id, role = ?user.role, active = user.active, by = cause.actor, "account changed");
            user
        }
        Changed::Same(user) => user,
        Changed::Stale(refused) => return Err(refused.into()),
        Changed::LastAdmin => return Err(Fail::Refused(UpdateUserError::LastAdmin)),
        Changed::NotStaff => {
            let why = "only staff have permissions: give the role `staff` with them, or leave them out";
            let errors = vec![Fault::not_allowed("/permissions", why)];
            return Err(Common::Unprocessable { errors }.into());
        }
        Changed::Unknown => return Err(Common::NotFound.into()),
    };
    Ok(Tagged { etag: account::etag(&user), body: user })
}
