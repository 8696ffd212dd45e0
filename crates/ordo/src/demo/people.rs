//! Who is in the demo: its administrator, a member of staff who may do less, and three customers.

use contracts::Address;
use endpoint::Permission;

/// Somebody with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum DemoActor {
    /// The administrator, who does what staff do.
    Staff,
    /// Packs parcels and keeps the store: [`CLERK_MAY`].
    Clerk,
    /// Buys for herself.
    Mara,
    /// Buys for his café.
    Jonas,
    /// Buys gifts for a firm abroad.
    Aiko,
}

pub(super) const CUSTOMERS: [DemoActor; 3] = [DemoActor::Mara, DemoActor::Jonas, DemoActor::Aiko];

/// The permissions of the member of staff who is no administrator: none for money, and none for accounts.
pub(super) const CLERK_MAY: [Permission; 2] = [Permission::Products, Permission::Orders];

impl DemoActor {
    /// What one signs in with.
    pub(super) const fn email(self) -> &'static str {
        match self {
            DemoActor::Staff => "admin@example.com",
            DemoActor::Clerk => "tilda@example.com",
            DemoActor::Mara => "mara@example.com",
            DemoActor::Jonas => "jonas@example.com",
            DemoActor::Aiko => "aiko@example.com",
        }
    }
    /// Printed at each start with `--demo`; a shop that is not a demo has no such account.
    pub(super) const fn password(self) -> &'static str {
        match self {
            DemoActor::Staff => "demo-admin-password",
            DemoActor::Clerk => "demo-staff-password",
            DemoActor::Mara | DemoActor::Jonas | DemoActor::Aiko => "demo-customer-password",
        }
    }
    pub(super) const fn name(self) -> &'static str {
        match self {
            DemoActor::Staff => "Tom Reuter",
            DemoActor::Clerk => "Tilda Brandt",
            DemoActor::Mara => "Mara Lindqvist",
            DemoActor::Jonas => "Jonas Weber",
            DemoActor::Aiko => "Aiko Tanaka",
        }
    }
    /// How many days ago the account was made.
    pub(super) const fn days(self) -> u32 {
        match self {
            DemoActor::Staff | DemoActor::Mara => 30,
            DemoActor::Clerk | DemoActor::Jonas => 29,
            DemoActor::Aiko => 27,
        }
    }
    /// Where parcels go; none to staff.
    pub(super) fn address(self) -> Option<Address> {
        let (line1, line2, city, postal_code, country) = match self {
            DemoActor::Staff | DemoActor::Clerk => return None,
            DemoActor::Mara => ("Könneritzstraße 14", None, "Leipzig", "04229", "DE"),
            DemoActor::Jonas => ("Rua da Boavista 102", Some("Café Weber"), "Lisboa", "1200-068", "PT"),
            DemoActor::Aiko => {
                ("Keizersgracht 241", Some("Studio Tanaka, 2nd floor"), "Amsterdam", "1016 EA", "NL")
            }
        };
        Some(Address {
            name: self.name().to_owned(),
            line1: line1.to_owned(),
            line2: line2.map(ToOwned::to_owned),
            city: city.to_owned(),
            postal_code: postal_code.to_owned(),
            region: None,
            country: country.to_owned(),
        })
    }
}
