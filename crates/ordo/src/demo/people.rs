//! Who is in the demo: its administrator, a member of staff who may do less, and three customers.

use contracts::Address;
use endpoint::Permission;

/// Somebody with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
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

pub(super) const CUSTOMERS: [Who; 3] = [Who::Mara, Who::Jonas, Who::Aiko];

/// What the member of staff may do who is no administrator: no money, and nobody's account.
pub(super) const CLERK_MAY: [Permission; 2] = [Permission::Products, Permission::Orders];

impl Who {
    /// What one signs in with.
    pub(super) const fn email(self) -> &'static str {
        match self {
            Who::Staff => "admin@example.com",
            Who::Clerk => "tilda@example.com",
            Who::Mara => "mara@example.com",
            Who::Jonas => "jonas@example.com",
            Who::Aiko => "aiko@example.com",
        }
    }
    /// Printed at each start with `--demo`; a shop that is not a demo has no such account.
    pub(super) const fn password(self) -> &'static str {
        match self {
            Who::Staff => "demo-admin-password",
            Who::Clerk => "demo-staff-password",
            Who::Mara | Who::Jonas | Who::Aiko => "demo-customer-password",
        }
    }
    pub(super) const fn name(self) -> &'static str {
        match self {
            Who::Staff => "Tom Reuter",
            Who::Clerk => "Tilda Brandt",
            Who::Mara => "Mara Lindqvist",
            Who::Jonas => "Jonas Weber",
            Who::Aiko => "Aiko Tanaka",
        }
    }
    /// How many days ago the account was made.
    pub(super) const fn days(self) -> u32 {
        match self {
            Who::Staff | Who::Mara => 30,
            Who::Clerk | Who::Jonas => 29,
            Who::Aiko => 27,
        }
    }
    /// Where parcels go; none to staff.
    pub(super) fn address(self) -> Option<Address> {
        let (line1, line2, city, postal_code, country) = match self {
            Who::Staff | Who::Clerk => return None,
            Who::Mara => ("Könneritzstraße 14", None, "Leipzig", "04229", "DE"),
            Who::Jonas => ("Rua da Boavista 102", Some("Café Weber"), "Lisboa", "1200-068", "PT"),
            Who::Aiko => {
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
