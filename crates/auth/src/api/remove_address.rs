//! Removes an address of the account that is signed in.

use crate::{state::Auth, workflows::addressing::remove};
use contracts::auth::RemoveAddress;
use endpoint::{Done, Path};
use ordo_http::{Answered, Call};

pub(crate) async fn remove_address(auth: Auth, call: Call, asked: RemoveAddress) -> Answered<RemoveAddress> {
    let RemoveAddress { id: Path(id), based_on } = asked;
    remove(&auth, call.user()?, id, &based_on).await?;
    Ok(Done)
}
