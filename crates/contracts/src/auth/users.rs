//! Accounts, for staff and for other services.

use super::{Role, User};
use crate::{checked, given, trimmed, unchecked};
use endpoint::*;
use garde::Validate;
use kernel::id::UserId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Returns accounts, newest first.
///
/// Staff with `settings` see all accounts, staff with `orders` only those of customers. To get the next page, send
/// `next_cursor` as `cursor` with the same filters. If matches are rare, a page can contain fewer than `limit` items
/// although more follow.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/users", scope = StaffWith(&[Orders, Settings]), reply = Json<Page<User>>)]
pub struct ListUsers {
    /// The filters of the list.
    pub filter: Query<UserFilter>,
    /// The page to return.
    pub slice: PageParams,
}
/// The filters of the account list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct UserFilter {
    /// Search words. An account matches if each of them is the beginning of a word in the person's name, the username or
    /// the email address, in any order and regardless of case and accents. In scripts without spaces, such as Chinese,
    /// Japanese and Thai, a word begins at each character. The first eight words are used.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(length(chars, max = 254))]
    pub q: Option<String>,
    /// Returns only the account with exactly this email address, compared case-insensitively.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "trimmed::<254, _, _>")]
    #[garde(length(chars, max = 254))]
    pub email: Option<String>,
    /// Returns only the account with exactly this username, compared case-insensitively.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "trimmed::<64, _, _>")]
    #[garde(length(chars, max = 64))]
    pub username: Option<String>,
    /// Returns only accounts with this role.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub role: Option<Role>,
}
/// Returns an account.
///
/// Staff with `settings` can retrieve any account, staff with `orders` only those of customers. Disabled accounts are
/// returned, too. If `If-None-Match` contains the current ETag, the response is 304 without a body.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/users/{id}", scope = StaffWith(&[Orders, Settings]), reply = Conditional<User>)]
pub struct GetUser {
    /// The ID of the account.
    pub id: Path<UserId>,
    /// The ETag that the client already has.
    pub known: IfNoneMatch,
}
/// Updates the role, the permissions or the status of an account.
///
/// A change ends all sessions of the account within one second. With `If-Match`, the change applies only to the version
/// that you have read, and fails otherwise even if it would change nothing.
#[derive(Debug, Endpoint)]
#[endpoint(patch = "/v1/users/{id}", scope = Admin, reply = WithEtag<User>, error = UpdateUserError)]
pub struct UpdateUser {
    /// The ID of the account.
    pub id: Path<UserId>,
    /// The ETag of the version on which the change is based.
    pub based_on: IfMatch,
    /// The members to change.
    pub change: Body<UserChange>,
}
/// The members of an account that an administrator can change.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UserChange {
    /// The new role.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "Role")]
    pub role: Option<Role>,
    /// The new permissions of a staff member. Other roles have no permissions of their own: with one of them, this member
    /// is rejected (422).
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "Vec<Permission>")]
    pub permissions: Option<Vec<Permission>>,
    /// Whether the account is active. `false` disables it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "bool")]
    pub active: Option<bool>,
}
/// The reason why the account could not be updated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum UpdateUserError {
    /// The last administrator cannot be removed.
    /// Make another account an administrator first.
    #[status(409)]
    LastAdmin,
}

/// Returns an account, for another service.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/users/{id}", scope = Service(&["compat", "notifications", "orders"]), reply = Json<User>)]
pub struct LookUpUser {
    /// The ID of the account.
    pub id: Path<UserId>,
}

/// Returns several accounts, for another service.
///
/// Accounts that do not exist are omitted from the response.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/users/look-up", scope = Service(&["gateway"]), repeatable, reply = Json<FoundUsers>)]
pub struct LookUpUsers {
    /// The IDs of the accounts.
    pub wanted: Body<WantedUsers>,
}
/// The IDs of the accounts to return.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct WantedUsers {
    /// The account IDs, at most as many as a list page has. For more, send several requests.
    #[garde(length(max = Self::MOST))]
    pub ids: Vec<UserId>,
}
impl WantedUsers {
    /// The maximum number of IDs in one request.
    pub const MOST: usize = PageParams::MOST as usize;
}
/// The accounts that were found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FoundUsers {
    /// The accounts, in no particular order.
    pub items: Vec<User>,
}

checked!(UserFilter, WantedUsers);
unchecked!(UserChange);
