//! Changes an address of the account that is signed in.

use crate::{
    state::Auth,
    workflows::addressing::{etag, update},
};
use contracts::auth::UpdateAddress;
use endpoint::{Body, Path, Tagged};
use ordo_http::{Answered, Call};

pub(crate) async fn update_address(auth: Auth, call: Call, asked: UpdateAddress) -> Answered<UpdateAddress> {
    let UpdateAddress { id: Path(id), based_on, change: Body(change) } = asked;
    let body = update(&auth, call.user()?, id, &based_on, change).await?;
    Ok(Tagged { etag: etag(&body), body })
}
