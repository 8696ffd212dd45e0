//! Reads the account that is signed in.

use crate::{account, state::Auth, store::accounts};
use contracts::auth::GetMe;
use endpoint::{CommonError, Conditional};
use ordo_http::{Call, HandlerResult, Principal};

pub(crate) async fn get_me(auth: Auth, call: Call, GetMe { known }: GetMe) -> HandlerResult<GetMe> {
    let mut user = accounts::find(&auth.db, call.user()?).await?.ok_or(CommonError::NotFound)?;
    if let Principal::ApiKey { permissions, .. } = call.who {
        // a program knows nothing of its key but the key itself
        user.scopes = Some(permissions);
        return Ok(Conditional::unless_shown(&known, &[user.version], user));
    }
    Ok(Conditional::unless_known(&known, account::etag(&user), user))
}
