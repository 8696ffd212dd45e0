//! Who may call: scopes of endpoints, roles and permissions of people.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who may call an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Everybody, and nobody is asked who they are: people must be able to sign in whatever else they show.
    NoCredential,
    /// Everybody, signed in or not; who is signed in may be shown more.
    Public,
    /// Whoever is signed in, programs with an API key, and services that act for a user.
    User,
    /// The same, and guests who show the key of the order that they have placed.
    Buyer,
    /// Whoever is signed in in person: no API key and no service, whoever they act for.
    Session,
    /// Staff who hold this permission, and admins.
    Staff(Permission),
    /// The same in person: no API key, whatever it may do.
    StaffSession(Permission),
    /// Staff who hold one of these permissions, and admins; what they see may differ.
    StaffWith(&'static [Permission]),
    /// Admins only.
    Admin,
    /// These services of this installation, by name, and no others. Such a route is under `/internal/`.
    Service(&'static [&'static str]),
}

/// What a member of staff may do. Admins may do all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// The catalogue and its stock.
    Products,
    /// Orders, fulfilments and returns, the mails, and the customers.
    Orders,
    /// Payments and refunds.
    Payments,
    /// Accounts of everybody, API keys, and the console's page of the system.
    Settings,
}
impl Permission {
    /// All of them.
    pub const ALL: [Permission; 4] =
        [Permission::Products, Permission::Orders, Permission::Payments, Permission::Settings];

    /// As it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Permission::Products => "products",
            Permission::Orders => "orders",
            Permission::Payments => "payments",
            Permission::Settings => "settings",
        }
    }
}

/// What an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Buys.
    Customer,
    /// Works for the shop, with the permissions that were given.
    Staff,
    /// Owns the shop: holds every permission and gives them to others.
    Admin,
}
