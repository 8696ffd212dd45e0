//! What a mail about a forgotten password says. The code is made here, each time that it is asked for.

use crate::{
    state::Auth,
    store::{accounts, resets},
};
use contracts::auth::{LookUpReset, ResetLetter};
use endpoint::{Common, Json, Path};
use ordo_http::{Answered, Call};

pub(crate) async fn look_up_reset(
    auth: Auth,
    _: Call,
    LookUpReset { id: Path(id) }: LookUpReset,
) -> Answered<LookUpReset> {
    let reset = resets::find_good(&auth.db, id, auth.env.now()).await?.ok_or(Common::NotFound)?;
    let user = accounts::find(&auth.db, reset.account).await?.filter(|user| user.active);
    let user = user.ok_or(Common::NotFound)?;
    Ok(Json(ResetLetter { user, token: auth.reset_codes.make(id), expires_at: reset.expires_at }))
}
