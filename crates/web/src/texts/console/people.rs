//! Customers, mails, staff.

use super::super::said::{say, texts};
use contracts::auth::Role;
use endpoint::Permission;

texts! {
    in CONSOLE;
    CUSTOMERS, FILTER_CUSTOMERS, SEARCH_CUSTOMERS, WHO_IS_IT_FOR, WHO_IS_IT_FOR_MORE, NO_CUSTOMERS, NO_CUSTOMERS_MORE, NOBODY_FITS,
    NOBODY_FITS_MORE, NOBODY_TO_DRAFT_FOR, ACCOUNTS, ACCOUNT, YOUR_ACCOUNT, ABOUT_THE_ACCOUNT, MAILS_IN, SINCE, SWITCHED_OFF,
    LATEST_ORDERS, ORDERED_NOTHING, ROLE_AND_PERMISSIONS, ROLE_AND_PERMISSIONS_OF, MAILS, MAILS_GO_NOWHERE, FILTER_MAILS, SEARCH_MAILS, SEARCH_MAILS_HINT, NO_MAILS,
    NO_MAILS_MORE, NO_SUCH_MAILS, NO_SUCH_MAILS_MORE, EMAILS_SENT, EMAILS_SUPPRESSED, EMAILS_SUPPRESSED_MORE, EMAIL_SUPPRESSED, NO_EMAILS_SUPPRESSED, NO_EMAILS_SUPPRESSED_MORE, SUBJECT, TO_WHOM, WRITTEN, WHAT_ABOUT,
    MAIL_WELCOME, MAIL_VERIFY_EMAIL, MAIL_PASSWORD_RESET, MAIL_PASSWORD_CHANGED, MAIL_ORDER_PLACED, MAIL_ORDER_CONFIRMED,
    MAIL_PAYMENT_FAILED, MAIL_PAYMENT_LAPSED, MAIL_ORDER_ITEMS_CANCELLED, MAIL_ORDER_CANCELLED, MAIL_ORDER_EXPIRED,
    MAIL_ORDER_SHIPPED, MAIL_ORDER_DELIVERED, MAIL_ORDER_COMPLETED, MAIL_ORDER_REOPENED, MAIL_ORDER_REFUNDED, TO_THE_ORDER,
    API_KEYS, API_KEYS_MORE, CREATE_API_KEY, CREATE_KEY, KEY_NAME_HINT, KEY_EXPIRES, IN_30_DAYS, IN_90_DAYS, IN_365_DAYS, NEVER,
    KEY_PERMISSIONS_MORE, KEY_WITHOUT_PERMISSIONS, NO_API_KEYS, NO_API_KEYS_MORE, KEY_EXPIRED, NO_EXPIRY, LAST_USED, NEVER_USED, CREATED,
    REVOKE, REVOKE_KEY, REVOKE_MORE, KEY_REVOKED, KEY_CREATED, COPY_KEY_NOW, KEY_SHOWN_BEFORE, ENTER_KEY_NAME, CHOOSE_EXPIRY,
    STAFF, HOW_STAFF_ARE_MADE, NOT_ALL, ROLE, PERMISSIONS, PERMISSIONS_MORE, MAY_SIGN_IN, SESSIONS_END,
    ROLE_SAVED, ADMINS_ONLY, MAY_PRODUCTS, MAY_ORDERS, MAY_PAYMENTS, MAY_SETTINGS, ROLE_CUSTOMER_MORE,
    ROLE_STAFF_MORE, ROLE_ADMIN_MORE, EVERYTHING, WITHOUT_PERMISSIONS,
}

pub(crate) fn to(address: &str) -> String {
    say("console-to-address", [("address", address.into())])
}
pub(crate) fn role_of(name: &str) -> String {
    say("console-role-of", [("name", name.into())])
}
pub(crate) fn permission(permission: Permission) -> &'static str {
    let text = match permission {
        Permission::Products => MAY_PRODUCTS,
        Permission::Orders => MAY_ORDERS,
        Permission::Payments => MAY_PAYMENTS,
        Permission::Settings => MAY_SETTINGS,
    };
    text.say()
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
    let text = match role {
        Role::Customer => ROLE_CUSTOMER_MORE,
        Role::Staff => ROLE_STAFF_MORE,
        Role::Admin => ROLE_ADMIN_MORE,
    };
    text.say()
}
/// What an account may do, in a line.
pub(crate) fn may(role: Role, permissions: &[Permission]) -> String {
    let named: Vec<&str> = permissions.iter().map(|one| permission(*one)).collect();
    match role {
        Role::Customer => super::role(role).to_owned(),
        Role::Admin => EVERYTHING.into(),
        Role::Staff if named.is_empty() => WITHOUT_PERMISSIONS.into(),
        Role::Staff => named.join(" · "),
    }
}

/// Why a mail was written, by the name of its template; of a newer one nothing is known.
pub(crate) fn mail_about(template: &str) -> Option<&'static str> {
    let text = match template {
        "welcome" => MAIL_WELCOME,
        "verify_email" => MAIL_VERIFY_EMAIL,
        "password_reset" => MAIL_PASSWORD_RESET,
        "password_changed" => MAIL_PASSWORD_CHANGED,
        "order_placed" => MAIL_ORDER_PLACED,
        "order_confirmed" => MAIL_ORDER_CONFIRMED,
        "payment_failed" => MAIL_PAYMENT_FAILED,
        "payment_lapsed" => MAIL_PAYMENT_LAPSED,
        "order_items_cancelled" => MAIL_ORDER_ITEMS_CANCELLED,
        "order_cancelled" => MAIL_ORDER_CANCELLED,
        "order_expired" => MAIL_ORDER_EXPIRED,
        "order_shipped" => MAIL_ORDER_SHIPPED,
        "order_delivered" => MAIL_ORDER_DELIVERED,
        "order_completed" => MAIL_ORDER_COMPLETED,
        "order_reopened" => MAIL_ORDER_REOPENED,
        "order_refunded" => MAIL_ORDER_REFUNDED,
        _ => return None,
    };
    Some(text.say())
}
