//! Who calls, and what they may do.

use endpoint::{Barred, Common, Context, Endpoint, Fail, Permission, Role, Scope, Unproved};
use kernel::id::{ApiKeyId, SessionId, UserId};
use std::net::IpAddr;

/// What a handler answers.
pub type Answered<E> = Result<<E as Endpoint>::Reply, Fail<<E as Endpoint>::Error>>;

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Nobody who is known.
    Nobody,
    /// A person.
    User {
        /// The account.
        id: UserId,
        /// The session that the token belongs to.
        session: SessionId,
        /// What the account is.
        role: Role,
        /// What a member of staff may do.
        permissions: Vec<Permission>,
    },
    /// A program, with the key that a member of staff made for it.
    Key {
        /// The key.
        id: ApiKeyId,
        /// Who made it, and for whom it acts.
        user: UserId,
        /// What it may do.
        permissions: Vec<Permission>,
    },
    /// Somebody without an account, with the key of the order that they have placed.
    Guest {
        /// As whom they have placed it.
        id: UserId,
    },
    /// Another service of this installation.
    Service {
        /// Which one.
        name: String,
        /// The user for whom it calls.
        act_for: Option<UserId>,
    },
}

impl Who {
    /// Whether it is staff with this permission, or a program with a key to it; admins hold every one.
    pub fn holds(&self, permission: Permission) -> bool {
        match self {
            Who::User { role: Role::Admin, .. } => true,
            Who::User { role: Role::Staff, permissions, .. } | Who::Key { permissions, .. } => {
                permissions.contains(&permission)
            }
            Who::User { role: Role::Customer, .. }
            | Who::Guest { .. }
            | Who::Service { .. }
            | Who::Nobody => false,
        }
    }
    /// The user who calls, or for whom a program or a service calls; a guest too, who has no account.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Who::User { id, .. } | Who::Key { user: id, .. } | Who::Guest { id } => Some(*id),
            Who::Service { act_for, .. } => *act_for,
            Who::Nobody => None,
        }
    }
    /// The same, of those who have an account.
    pub fn account(&self) -> Option<UserId> {
        self.user().filter(|_| !matches!(self, Who::Guest { .. }))
    }
}

/// One call of an endpoint: who, and what travels on to the calls that it makes.
#[derive(Debug, Clone)]
pub struct Call {
    /// Who calls.
    pub who: Who,
    /// Deadline, request id and trace; give it to the clients of other services.
    pub context: Context,
    /// The network of the client that asked the gateway; none where a service asks on its own.
    pub client: Option<IpAddr>,
    /// What the client calls itself (`User-Agent`), not for longer than a line.
    pub user_agent: Option<String>,
}

impl Call {
    /// The user who calls, or for whom a service calls.
    ///
    /// # Errors
    /// [`Common::Unauthenticated`] when nobody is signed in, [`Common::Forbidden`] for a service on its own account.
    pub fn user(&self) -> Result<UserId, Common> {
        self.who.user().ok_or(match self.who {
            Who::Nobody => Common::unproved(Unproved::Missing),
            _ => Common::barred(Barred::PersonOnly),
        })
    }
    /// The person who calls, and their session.
    ///
    /// # Errors
    /// [`Common::Unauthenticated`] when nobody is signed in, [`Common::Forbidden`] for a program or a service.
    pub fn person(&self) -> Result<(UserId, SessionId), Common> {
        match self.who {
            Who::User { id, session, .. } => Ok((id, session)),
            Who::Guest { .. } => Err(Common::barred(Barred::OrderKey)),
            Who::Key { .. } | Who::Service { .. } => Err(Common::barred(Barred::PersonOnly)),
            Who::Nobody => Err(Common::unproved(Unproved::Missing)),
        }
    }
    /// Whether it is staff with this permission.
    pub fn holds(&self, permission: Permission) -> bool {
        self.who.holds(permission)
    }
    /// Lets the owner through, and staff with this permission.
    ///
    /// # Errors
    /// [`Common::NotFound`] for everybody else: what belongs to others is not there.
    pub fn may_see(&self, owner: UserId, permission: Permission) -> Result<(), Common> {
        if self.who.user() == Some(owner) || self.holds(permission) { Ok(()) } else { Err(Common::NotFound) }
    }
}

/// The one place that decides who may call what.
///
/// # Errors
/// [`Common::Unauthenticated`] to nobody, [`Common::Forbidden`] to somebody else, which says why.
pub fn allow(scope: Scope, who: &Who) -> Result<(), Common> {
    let allowed = match scope {
        Scope::Stranger | Scope::Anyone => true,
        Scope::User => who.account().is_some(),
        Scope::Buyer => who.user().is_some(),
        Scope::Session => matches!(who, Who::User { .. }),
        Scope::Staff(permission) => who.holds(permission),
        Scope::StaffInPerson(permission) => matches!(who, Who::User { .. }) && who.holds(permission),
        Scope::StaffOf(permissions) => permissions.iter().any(|permission| who.holds(*permission)),
        Scope::Admin => matches!(who, Who::User { role: Role::Admin, .. }),
        Scope::Service(callers) => {
            matches!(who, Who::Service { name, .. } if callers.contains(&name.as_str()))
        }
    };
    match who {
        _ if allowed => Ok(()),
        Who::Nobody => Err(Common::unproved(Unproved::Missing)),
        Who::User { .. } | Who::Key { .. } | Who::Guest { .. } | Who::Service { .. } => {
            Err(why_not(scope, who))
        }
    }
}

/// What is to be said to somebody whom the scope does not let through.
fn why_not(scope: Scope, who: &Who) -> Common {
    let reason = match (scope, who) {
        (Scope::Service(_), _) => Barred::ServiceOnly,
        (_, Who::Guest { .. }) => Barred::OrderKey,
        // no permission would help a program
        (Scope::StaffInPerson(_), Who::Key { .. } | Who::Service { .. }) => Barred::PersonOnly,
        (Scope::Staff(permission) | Scope::StaffInPerson(permission), _) => {
            return Common::lacks(&[permission]);
        }
        (Scope::StaffOf(permissions), _) => return Common::lacks(permissions),
        (Scope::Admin, _) => Barred::AdminOnly,
        (Scope::Stranger | Scope::Anyone | Scope::User | Scope::Buyer | Scope::Session, _) => {
            Barred::PersonOnly
        }
    };
    Common::barred(reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Id;

    #[test]
    fn each_scope_lets_its_own_through_and_nobody_else() {
        let user = |role, permissions: &[Permission]| Who::User {
            id: Id::from_uuid(Default::default()),
            session: Id::from_uuid(Default::default()),
            role,
            permissions: permissions.to_vec(),
        };
        let key = |permissions: &[Permission]| Who::Key {
            id: Id::from_uuid(Default::default()),
            user: Id::from_uuid(Default::default()),
            permissions: permissions.to_vec(),
        };
        let act_for = Some(Id::from_uuid(Default::default()));
        let people = [
            ("nobody", Who::Nobody),
            ("customer", user(Role::Customer, &[])),
            // permissions of somebody who is no longer staff count for nothing
            ("former staff", user(Role::Customer, &[Permission::Orders])),
            ("staff: products", user(Role::Staff, &[Permission::Products])),
            ("staff: orders", user(Role::Staff, &[Permission::Orders])),
            ("admin", user(Role::Admin, &[])),
            ("key: products", key(&[Permission::Products])),
            ("key: all", key(&Permission::ALL)),
            ("guest", Who::Guest { id: Id::from_uuid(Default::default()) }),
            ("service", Who::Service { name: "orders".into(), act_for: None }),
            ("service for a user", Who::Service { name: "orders".into(), act_for }),
            ("another service", Who::Service { name: "provider".into(), act_for: None }),
        ];
        let scopes = [
            Scope::Anyone,
            Scope::User,
            Scope::Buyer,
            Scope::Session,
            Scope::Staff(Permission::Orders),
            Scope::StaffInPerson(Permission::Orders),
            Scope::StaffOf(&[Permission::Products, Permission::Settings]),
            Scope::Admin,
            Scope::Service(&["orders"]),
        ];
        let matrix: Vec<String> = people
            .iter()
            .map(|(name, who)| {
                let cell = |scope: &Scope| match allow(*scope, who) {
                    Ok(()) => "ok",
                    Err(Common::Unauthenticated { .. }) => "401",
                    Err(Common::Forbidden { reason: Some(reason), permissions, .. }) => match reason {
                        Barred::PermissionMissing if !permissions.is_empty() => "lacks",
                        Barred::PermissionMissing => "lacks nothing",
                        Barred::AdminOnly => "admin",
                        Barred::PersonOnly => "person",
                        Barred::OrderKey => "order",
                        Barred::ServiceOnly => "service",
                    },
                    Err(_) => "403",
                };
                format!("{name}: {}", scopes.iter().map(cell).collect::<Vec<_>>().join(" "))
            })
            .collect();
        assert_eq!(
            matrix,
            [
                "nobody: ok 401 401 401 401 401 401 401 401",
                "customer: ok ok ok ok lacks lacks lacks admin service",
                "former staff: ok ok ok ok lacks lacks lacks admin service",
                "staff: products: ok ok ok ok lacks lacks ok admin service",
                "staff: orders: ok ok ok ok ok ok lacks admin service",
                "admin: ok ok ok ok ok ok ok ok service",
                "key: products: ok ok ok person lacks person ok admin service",
                "key: all: ok ok ok person ok person ok admin service",
                "guest: ok order ok order order order order order service",
                "service: ok person person person lacks person lacks admin ok",
                "service for a user: ok ok ok person lacks person lacks admin ok",
                "another service: ok person person person lacks person lacks admin service",
            ]
        );
    }
}
