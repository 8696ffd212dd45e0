//! What a mail by which an address is verified says. The code is made here, each time that it is asked for.

use crate::{
    state::Auth,
    store::{accounts, verifications},
};
use contracts::auth::{LookUpVerification, VerificationEmail};
use endpoint::{CommonError, Json, Path};
use ordo_http::{Call, HandlerResult};

pub(crate) async fn look_up_verification(
    auth: Auth,
    _: Call,
    LookUpVerification { id: Path(id) }: LookUpVerification,
) -> HandlerResult<LookUpVerification> {
    let good = verifications::find_good(&auth.db, id, auth.env.now()).await?.ok_or(CommonError::NotFound)?;
    let user = accounts::find(&auth.db, good.account).await?.filter(|user| user.active);
    let user = user.ok_or(CommonError::NotFound)?;
    let token = auth.verification_codes.make(id);
    Ok(Json(VerificationEmail { user, token, expires_at: good.expires_at }))
}
