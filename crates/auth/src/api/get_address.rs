//! Reads an address of the account that is signed in.

use crate::{state::Auth, store::addresses, workflows::addresses::etag};
use contracts::auth::GetAddress;
use endpoint::{CommonError, Conditional, Path};
use ordo_http::{Call, HandlerResult};

pub(crate) async fn get_address(auth: Auth, call: Call, asked: GetAddress) -> HandlerResult<GetAddress> {
    let GetAddress { id: Path(id), known } = asked;
    let address = addresses::find(&auth.db, call.user()?, id).await?.ok_or(CommonError::NotFound)?;
    Ok(Conditional::unless_known(&known, etag(&address), address))
}
