//! Who calls is written in the credential: `usr_…;staff;orders,payments`, `usr_…;customer;`,
//! `service;products;`, or `service;front;usr_…` for a service that acts for a user.

use kernel::BoxFuture;
use ordo_http::{Permission, Role, Unverified, Verify, Who};

pub(crate) struct Written;

impl Verify for Written {
    fn verify(&self, credential: &str) -> BoxFuture<Result<Who, Unverified>> {
        let who = read(credential).ok_or(Unverified::Bad);
        Box::pin(std::future::ready(who))
    }
}

fn read(credential: &str) -> Option<Who> {
    let parts: Vec<&str> = credential.split(';').collect();
    let [subject, role, permissions] = parts[..] else { return None };
    if subject == "service" {
        return Some(Who::Service { name: role.to_owned(), act_for: permissions.parse().ok() });
    }
    let role = match role {
        "customer" => Role::Customer,
        "staff" => Role::Staff,
        _ => Role::Admin,
    };
    let held = |p: &Permission| permissions.contains(&format!("{p:?}").to_lowercase());
    let permissions = Permission::ALL.into_iter().filter(held).collect();
    let id: kernel::id::UserId = subject.parse().ok()?;
    Some(Who::User { id, session: kernel::Id::from_uuid(id.uuid()), role, permissions })
}
