//! Customers, mails, staff.

use contracts::auth::Role;
use endpoint::Permission;

pub(crate) const CUSTOMERS: &str = "Customers";
pub(crate) const FILTER_CUSTOMERS: &str = "Filter customers";
pub(crate) const SEARCH_CUSTOMERS: &str = "Name, e-mail, username";
pub(crate) const NO_CUSTOMERS: &str = "No customers yet";
pub(crate) const NO_CUSTOMERS_MORE: &str = "They appear here with their first account.";
pub(crate) const NOBODY_FITS: &str = "Nobody fits";
pub(crate) const NOBODY_FITS_MORE: &str = "Look for the beginning of a name or an address.";
pub(crate) const ACCOUNTS: &str = "Accounts";
pub(crate) const ACCOUNT: &str = "Account";
pub(crate) const YOUR_ACCOUNT: &str = "Your account";
pub(crate) const ABOUT_THE_ACCOUNT: &str = "About the account";
pub(crate) const SINCE: &str = "Since";
pub(crate) const MAY: &str = "May";
pub(crate) const SWITCHED_OFF: &str = "Switched off";
pub(crate) const LATEST_ORDERS: &str = "Latest orders";
pub(crate) const ORDERED_NOTHING: &str = "Nothing ordered yet.";
pub(crate) const ROLE_AND_PERMISSIONS: &str = "Role and permissions…";

pub(crate) const MAILS: &str = "Mails";
pub(crate) const FILTER_MAILS: &str = "Filter mails";
pub(crate) const SEARCH_MAILS: &str = "The whole address, such as ada@example.com";
pub(crate) const NO_MAILS: &str = "No mails yet";
pub(crate) const NO_MAILS_MORE: &str = "What customers are written stands here, sent or not.";
pub(crate) const NO_SUCH_MAILS: &str = "No mails to this address";
pub(crate) const NO_SUCH_MAILS_MORE: &str = "Mails are found by the whole address.";
pub(crate) const SUBJECT: &str = "Subject";
pub(crate) const TO_WHOM: &str = "To";
pub(crate) const WRITTEN: &str = "Written";
pub(crate) const TEMPLATE: &str = "Template";
pub(crate) const TO_THE_ORDER: &str = "To the order";

pub(crate) const STAFF: &str = "Staff";
pub(crate) const HOW_STAFF_ARE_MADE: &str = "Whoever is to work here makes an account in the shop; an administrator opens it among the customers and gives it a role.";
pub(crate) const NOT_ALL: &str = "There are more than are shown.";
pub(crate) const ROLE: &str = "Role";
pub(crate) const PERMISSIONS: &str = "Permissions";
pub(crate) const PERMISSIONS_MORE: &str = "Of staff; administrators have all of them, customers none.";
pub(crate) const MAY_SIGN_IN: &str = "May sign in";
pub(crate) const SESSIONS_END: &str = "A change ends all sessions of this account within a second.";
pub(crate) const ROLE_SAVED: &str = "Saved.";
pub(crate) const ADMINS_ONLY: &str = "Administrators change this.";

pub(crate) fn to(address: &str) -> String {
    format!("To {address}")
}
pub(crate) fn permission(permission: Permission) -> &'static str {
    match permission {
        Permission::Products => "Products and stock",
        Permission::Orders => "Orders, parcels, mails",
        Permission::Payments => "Payments and refunds",
        Permission::Settings => "Accounts and staff",
    }
}
/// By this name a form sends it.
pub(crate) fn permission_key(permission: Permission) -> &'static str {
    match permission {
        Permission::Products => "may-products",
        Permission::Orders => "may-orders",
        Permission::Payments => "may-payments",
        Permission::Settings => "may-settings",
    }
}
pub(crate) fn role_more(role: Role) -> &'static str {
    match role {
        Role::Customer => "Buys; has no console.",
        Role::Staff => "Works in the console, as far as the permissions go.",
        Role::Admin => "May do everything, and gives roles to others.",
    }
}
/// What an account may do, in a line.
pub(crate) fn may(role: Role, permissions: &[Permission]) -> String {
    let named: Vec<&str> = permissions.iter().map(|one| permission(*one)).collect();
    match role {
        Role::Customer => "Buys".to_owned(),
        Role::Admin => "Administrator: everything".to_owned(),
        Role::Staff if named.is_empty() => "Staff, without permissions".to_owned(),
        Role::Staff => named.join(" · "),
    }
}
