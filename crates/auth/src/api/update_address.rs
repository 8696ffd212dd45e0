//! Changes an address of the account that is signed in.

use crate::{
    state::Auth,
    workflows::addresses::{etag, update},
};
use contracts::auth::UpdateAddress;
use endpoint::{Body, Path, WithEtag};
use ordo_http::{Call, HandlerResult};

pub(crate) async fn update_address(
    auth: Auth,
    call: Call,
    asked: UpdateAddress,
) -> HandlerResult<UpdateAddress> {
    let UpdateAddress { id: Path(id), based_on, change: Body(change) } = asked;
    let body = update(&auth, call.user()?, id, &based_on, change).await?;
    Ok(WithEtag { etag: etag(&body), body })
}
