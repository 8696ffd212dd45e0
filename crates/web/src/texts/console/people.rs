//! Customers, emails and staff.

use crate::texts::keys::console::*;
use contracts::auth::Role;
use endpoint::Permission;

pub(crate) fn permission(permission: Permission) -> &'static str {
    let text = match permission {
        Permission::Products => MAY_PRODUCTS,
        Permission::Orders => MAY_ORDERS,
        Permission::Payments => MAY_PAYMENTS,
        Permission::Settings => MAY_SETTINGS,
    };
    text.text()
}
/// The name of a permission in forms.
pub(crate) fn permission_key(permission: Permission) -> &'static str {
    match permission {
        Permission::Products => "may-products",
        Permission::Orders => "may-orders",
        Permission::Payments => "may-payments",
        Permission::Settings => "may-settings",
    }
}
pub(crate) fn role(role: Role) -> &'static str {
    let text = match role {
        Role::Customer => ROLE_CUSTOMER,
        Role::Staff => ROLE_STAFF,
        Role::Admin => ROLE_ADMIN,
    };
    text.text()
}
pub(crate) fn role_more(role: Role) -> &'static str {
    let text = match role {
        Role::Customer => ROLE_CUSTOMER_MORE,
        Role::Staff => ROLE_STAFF_MORE,
        Role::Admin => ROLE_ADMIN_MORE,
    };
    text.text()
}
/// The permissions of an account in one line.
pub(crate) fn may(role: Role, permissions: &[Permission]) -> String {
    let named: Vec<&str> = permissions.iter().map(|one| permission(*one)).collect();
    match role {
        Role::Customer => self::role(role).to_owned(),
        Role::Admin => EVERYTHING.into(),
        Role::Staff if named.is_empty() => WITHOUT_PERMISSIONS.into(),
        Role::Staff => named.join(" · "),
    }
}

/// The reason of an email, by its template; none for a newer one.
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
    Some(text.text())
}
