//! Accounts, for staff and for other services.

use super::{Role, User};
use crate::{checked, given, trimmed, unchecked};
use endpoint::*;
use garde::Validate;
use kernel::id::UserId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Lists accounts, newest first: all of them for staff with `settings`, those of customers for staff with `orders`.
///
/// One page at a time: send `next_cursor` as `cursor` for the next one, with the same filters. Where what is looked for is
/// rare, a page can hold fewer than `limit`, and there is more all the same.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/users", scope = StaffWith(&[Orders, Settings]), reply = Json<Page<User>>)]
pub struct ListUsers {
    /// Which accounts.
    pub filter: Query<UserFilter>,
    /// Which page.
    pub slice: PageParams,
}
/// Which accounts to list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct UserFilter {
    /// What words of it begin with: the person's name, the username, the e-mail address. All of them, in any order,
    /// whatever their case and accents. Eight words count.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(length(chars, max = 254))]
    pub q: Option<String>,
    /// Only the one with just this e-mail address, whatever its case.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "trimmed::<254, _, _>")]
    #[garde(length(chars, max = 254))]
    pub email: Option<String>,
    /// Only the one with just this username, whatever its case.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "trimmed::<64, _, _>")]
    #[garde(length(chars, max = 64))]
    pub username: Option<String>,
    /// Only those of this role.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub role: Option<Role>,
}
/// Reads an account: any for staff with `settings`, a customer's for staff with `orders`.
///
/// Also one that has been switched off. With `If-None-Match` an account that has not changed is answered 304, without a
/// body.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/users/{id}", scope = StaffWith(&[Orders, Settings]), reply = Conditional<User>)]
pub struct GetUser {
    /// Which account.
    pub id: Path<UserId>,
    /// An ETag that you have.
    pub known: IfNoneMatch,
}
/// Gives an account a role and permissions, or switches it off.
///
/// Ends all its sessions within a second. With `If-Match` it is made only to what you have read, also where it would
/// change nothing.
#[derive(Debug, Endpoint)]
#[endpoint(patch = "/v1/users/{id}", scope = Admin, reply = WithEtag<User>, error = UpdateUserError)]
pub struct UpdateUser {
    /// Which account.
    pub id: Path<UserId>,
    /// The ETag that the change is based on.
    pub based_on: IfMatch,
    /// What changes.
    pub change: Body<UserChange>,
}
/// What of an account an admin can change.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UserChange {
    /// The new role.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "Role")]
    pub role: Option<Role>,
    /// The new permissions of a member of staff; nobody else has any: with another role they are refused (422).
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "Vec<Permission>")]
    pub permissions: Option<Vec<Permission>>,
    /// False switches the account off.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "bool")]
    pub active: Option<bool>,
}
/// Why an account was not changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum UpdateUserError {
    /// The last administrator cannot be removed.
    /// Make another account an administrator first.
    #[status(409)]
    LastAdmin,
}

/// Reads who a user is, for another service.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/users/{id}", scope = Service(&["compat", "notifications", "orders"]), reply = Json<User>)]
pub struct LookUpUser {
    /// Which account.
    pub id: Path<UserId>,
}

/// Reads who several users are, for another service.
///
/// Who has no account is left out of the answer.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/users/look-up", scope = Service(&["gateway"]), repeatable, reply = Json<FoundUsers>)]
pub struct LookUpUsers {
    /// Which accounts.
    pub wanted: Body<WantedUsers>,
}
/// Which accounts to read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct WantedUsers {
    /// As many as a page of a list has: who has more of them asks more than once.
    #[garde(length(max = Self::MOST))]
    pub ids: Vec<UserId>,
}
impl WantedUsers {
    /// So many are read at once.
    pub const MOST: usize = PageParams::MOST as usize;
}
/// Accounts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FoundUsers {
    /// In no particular order.
    pub items: Vec<User>,
}

checked!(UserFilter, WantedUsers);
unchecked!(UserChange);
