//! Reads an address of the account that is signed in.

use crate::{state::Auth, store::addresses, workflows::addressing::etag};
use contracts::auth::GetAddress;
use endpoint::{Common, Fresh, Path};
use ordo_http::{Answered, Call};

pub(crate) async fn get_address(auth: Auth, call: Call, asked: GetAddress) -> Answered<GetAddress> {
    let GetAddress { id: Path(id), known } = asked;
    let address = addresses::find(&auth.db, call.user()?, id).await?.ok_or(Common::NotFound)?;
    Ok(Fresh::unless_known(&known, etag(&address), address))
}
