//! Reads the account that is signed in.

use crate::{account, state::Auth, store::accounts};
use contracts::auth::GetMe;
use endpoint::{Common, Fresh};
use ordo_http::{Answered, Call, Who};

pub(crate) async fn get_me(auth: Auth, call: Call, GetMe { known }: GetMe) -> Answered<GetMe> {
    let mut user = accounts::find(&auth.db, call.user()?).await?.ok_or(Common::NotFound)?;
    if let Who::Key { permissions, .. } = call.who {
        // a program knows nothing of its key but the key itself
        user.scopes = Some(permissions);
        return Ok(Fresh::unless_shown(&known, &[user.version], user));
    }
    Ok(Fresh::unless_known(&known, account::etag(&user), user))
}
