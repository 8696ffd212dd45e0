//! Lists the addresses of the account that is signed in, newest first.

use crate::{state::Auth, store::addresses};
use contracts::auth::ListAddresses;
use endpoint::Json;
use kernel::id::AddressId;
use ordo_http::{Call, HandlerResult, page};
use uuid::Uuid;

pub(crate) async fn list_addresses(
    auth: Auth,
    call: Call,
    ListAddresses { slice }: ListAddresses,
) -> HandlerResult<ListAddresses> {
    let user = call.user()?;
    let purpose = ("addresses", user);
    let before: AddressId = match &slice.cursor {
        Some(cursor) => auth.cursors.open(&purpose, cursor)?,
        None => AddressId::from_uuid(Uuid::max()),
    };
    // one more, to see whether there are more
    let at_most = i64::try_from(slice.count()).unwrap_or(i64::MAX - 1) + 1;
    let found = addresses::list(&auth.db, user, before, at_most).await?;
    Ok(Json(page(&slice, found, |last| auth.cursors.seal(&purpose, &last.id))))
}
