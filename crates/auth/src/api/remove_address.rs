//! Removes an address of the account that is signed in.

use crate::{state::Auth, workflows::addresses::remove};
use contracts::auth::RemoveAddress;
use endpoint::{NoContent, Path};
use ordo_http::{Call, HandlerResult};

pub(crate) async fn remove_address(
    auth: Auth,
    call: Call,
    asked: RemoveAddress,
) -> HandlerResult<RemoveAddress> {
    let RemoveAddress { id: Path(id), based_on } = asked;
    remove(&auth, call.user()?, id, &based_on).await?;
    Ok(NoContent)
}
