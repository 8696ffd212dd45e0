//! Lists accounts, newest first, for staff.

use crate::{state::Auth, store::accounts};
use contracts::auth::ListUsers;
use endpoint::Json;
use kernel::id::UserId;
use ordo_http::{Answered, Call, page};

pub(crate) async fn list_users(
    auth: Auth,
    call: Call,
    ListUsers { slice }: ListUsers,
) -> Answered<ListUsers> {
    // a cursor is its reader's
    let purpose = ("users", call.user()?);
    let after: Option<UserId> = match &slice.cursor {
        Some(cursor) => Some(auth.cursors.open(&purpose, cursor)?),
        None => None,
    };
    // one more, to see whether there are more
    let at_most = i64::try_from(slice.count()).unwrap_or(i64::MAX - 1) + 1;
    let users = accounts::list(&auth.db, after, at_most).await?;
    Ok(Json(page(&slice, users, |last| auth.cursors.seal(&purpose, &last.id))))
}
