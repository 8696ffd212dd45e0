//! Who calls is written in the credential: `usr_…;staff;orders,payments`, `usr_…;customer;`,
//! `service;products;`, or `service;front;usr_…` for a service that acts for a user. The keys of guests are as they are made.

use kernel::{BoxFuture, secret::RootSecret};
use ordo_http::{Permission, Principal, Role, Verify, VerifyError, token::OrderKeys};

pub(crate) struct OrdersVerifier;

impl Verify for OrdersVerifier {
    fn verify(&self, credential: &str) -> BoxFuture<Result<Principal, VerifyError>> {
        let who = read(credential).ok_or(VerifyError::Invalid);
        Box::pin(std::future::ready(who))
    }
}

/// Those of the service that is tried.
pub(crate) fn keys() -> OrderKeys {
    OrderKeys::new(&RootSecret::new([7; 32]))
}

fn read(credential: &str) -> Option<Principal> {
    if credential.starts_with("ork_") {
        return keys().guest(credential).map(|id| Principal::Guest { id });
    }
    let parts: Vec<&str> = credential.split(';').collect();
    let [subject, role, permissions] = parts[..] else { return None };
    if subject == "service" {
        return Some(Principal::Service { name: role.to_owned(), act_for: permissions.parse().ok() });
    }
    let role = match role {
        "customer" => Role::Customer,
        "staff" => Role::Staff,
        _ => Role::Admin,
    };
    let held = |p: &Permission| permissions.contains(&format!("{p:?}").to_lowercase());
    let permissions = Permission::ALL.into_iter().filter(held).collect();
    let id: kernel::id::UserId = subject.parse().ok()?;
    Some(Principal::User { id, session: kernel::Id::from_uuid(id.uuid()), role, permissions })
}
