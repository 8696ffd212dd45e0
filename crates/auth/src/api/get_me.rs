//! Reads the account that is signed in.

use crate::{account, state::Auth, store::accounts};
use contracts::auth::GetMe;
use endpoint::{Common, Fresh};
use ordo_http::{Answered, Call};

pub(crate) async fn get_me(auth: Auth, call: Call, GetMe { known }: GetMe) -> Answered<GetMe> {
    let user = accounts::find(&auth.db, call.user()?).await?.ok_or(Common::NotFound)?;
    Ok(Fresh::unless_known(&known, account::etag(&user), user))
}
