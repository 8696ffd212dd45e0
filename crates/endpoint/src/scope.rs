//! Access control: scopes of endpoints, and roles and permissions of accounts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The callers that an endpoint permits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Everyone. Credentials are ignored, so that users can sign in even with an invalid one.
    NoCredential,
    /// Everyone, signed in or not. Signed-in callers may see more.
    Public,
    /// Signed-in accounts, API keys, and services that act on behalf of a user.
    User,
    /// The same, and guests with the key of an order that they have placed.
    Buyer,
    /// Signed-in accounts only: no API keys, and no services that act on behalf of a user.
    Session,
    /// Staff with this permission, and administrators.
    Staff(Permission),
    /// The same, but signed-in accounts only: no API keys, whatever their permissions.
    StaffSession(Permission),
    /// Staff with one of these permissions, and administrators. What they see may differ.
    StaffWith(&'static [Permission]),
    /// Administrators only.
    Admin,
    /// The named services of this installation only. Such a route is under `/internal/`.
    Service(&'static [&'static str]),
}

/// A permission of a staff member. Administrators hold all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Access to the catalogue and its stock.
    Products,
    /// Access to orders, fulfilments, returns, emails and customers.
    Orders,
    /// Access to payments and refunds.
    Payments,
    /// Access to all accounts, API keys and the system page of the console.
    Settings,
}
impl Permission {
    /// All permissions.
    pub const ALL: [Permission; 4] =
        [Permission::Products, Permission::Orders, Permission::Payments, Permission::Settings];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Permission::Products => "products",
            Permission::Orders => "orders",
            Permission::Payments => "payments",
            Permission::Settings => "settings",
        }
    }
}

/// The role of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A customer, who can place orders.
    Customer,
    /// A staff member, with the permissions that were granted.
    Staff,
    /// An administrator, who holds every permission and can grant permissions to others.
    Admin,
}
