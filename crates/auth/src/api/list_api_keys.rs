//! Lists the shop's API keys, newest first.

use crate::{state::Auth, store::api_keys};
use contracts::auth::ListApiKeys;
use endpoint::Json;
use kernel::id::ApiKeyId;
use ordo_http::{Call, HandlerResult, page};

pub(crate) async fn list_api_keys(
    auth: Auth,
    call: Call,
    ListApiKeys { slice }: ListApiKeys,
) -> HandlerResult<ListApiKeys> {
    let (user, _) = call.person()?;
    // a cursor is its reader's
    let purpose = ("api-keys", user);
    let before: Option<ApiKeyId> = match &slice.cursor {
        Some(cursor) => Some(auth.cursors.open(&purpose, cursor)?),
        None => None,
    };
    // one more, to see whether there are more
    let at_most = i64::try_from(slice.count()).unwrap_or(i64::MAX - 1) + 1;
    let keys = api_keys::list(&auth.db, before, at_most).await?;
    Ok(Json(page(&slice, keys, |last| auth.cursors.seal(&purpose, &last.id))))
}
