//! Lists accounts, newest first, for staff.

use crate::{
    state::Auth,
    workflows::account_list::{AccountListPage, AccountQuery},
};
use contracts::auth::{ListUsers, Role};
use endpoint::{Json, Page, Permission, Query};
use kernel::id::UserId;
use ordo_http::{Call, HandlerResult};
use uuid::Uuid;

pub(crate) async fn list_users(auth: Auth, call: Call, asked: ListUsers) -> HandlerResult<ListUsers> {
    let ListUsers { filter: Query(mut filter), slice } = asked;
    // who works with orders works with customers
    if !call.holds(Permission::Settings) {
        if filter.role.is_some_and(|role| role != Role::Customer) {
            return Ok(Json(Page { items: Vec::new(), next_cursor: None }));
        }
        filter.role = Some(Role::Customer);
    }
    // a cursor is its reader's
    let purpose = ("users", call.user()?, &filter);
    let before: UserId = match &slice.cursor {
        Some(cursor) => auth.cursors.open(&purpose, cursor)?,
        None => UserId::from_uuid(Uuid::max()),
    };
    // who names an account sees it as it is; a page of many may be a moment old
    let is_named = filter.email.is_some() || filter.username.is_some();
    let db = if is_named { auth.db.clone() } else { auth.db.for_replica_reads() };
    let AccountListPage { users, next } = AccountQuery::new(&filter).part(&db, before, slice.count()).await?;
    Ok(Json(Page { items: users, next_cursor: next.map(|last| auth.cursors.seal(&purpose, &last)) }))
}
