//! Callers and their permissions.

use endpoint::{
    CommonError, Context, Endpoint, ForbiddenReason, HandlerError, Permission, Role, Scope,
    UnauthenticatedReason,
};
use kernel::id::{ApiKeyId, SessionId, UserId};
use std::net::IpAddr;

/// The result of a handler.
pub type HandlerResult<E> = Result<<E as Endpoint>::Reply, HandlerError<<E as Endpoint>::Error>>;

/// The caller of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// An unauthenticated caller.
    Anonymous,
    /// A signed-in user.
    User {
        /// The ID of the account.
        id: UserId,
        /// The session of the access token.
        session: SessionId,
        /// The role of the account.
        role: Role,
        /// The permissions of a staff member.
        permissions: Vec<Permission>,
    },
    /// A program with an API key that a staff member created.
    ApiKey {
        /// The ID of the API key.
        id: ApiKeyId,
        /// The account that created the key, and as which it acts.
        user: UserId,
        /// The current permissions of the key.
        permissions: Vec<Permission>,
    },
    /// A guest with the key of an order that they have placed.
    Guest {
        /// The ID of the guest.
        id: UserId,
    },
    /// Another service of this installation.
    Service {
        /// The name of the service.
        name: String,
        /// The user on whose behalf the service calls.
        act_for: Option<UserId>,
    },
}

impl Principal {
    /// Returns whether the caller is staff with this permission, or an API key with it. Administrators hold every
    /// permission.
    pub fn holds(&self, permission: Permission) -> bool {
        match self {
            Principal::User { role: Role::Admin, .. } => true,
            Principal::User { role: Role::Staff, permissions, .. }
            | Principal::ApiKey { permissions, .. } => permissions.contains(&permission),
            Principal::User { role: Role::Customer, .. }
            | Principal::Guest { .. }
            | Principal::Service { .. }
            | Principal::Anonymous => false,
        }
    }
    /// Returns the calling user, or the user on whose behalf a program or a service calls. Includes guests, who have no
    /// account.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Principal::User { id, .. } | Principal::ApiKey { user: id, .. } | Principal::Guest { id } => {
                Some(*id)
            }
            Principal::Service { act_for, .. } => *act_for,
            Principal::Anonymous => None,
        }
    }
    /// Returns the same for callers with an account.
    pub fn account(&self) -> Option<UserId> {
        self.user().filter(|_| !matches!(self, Principal::Guest { .. }))
    }
}

/// A call of an endpoint: the caller, and the context for the calls that it makes.
#[derive(Debug, Clone)]
pub struct Call {
    /// The caller.
    pub who: Principal,
    /// Deadline, request ID and trace, to be passed to the clients of other services.
    pub context: Context,
    /// The network of the client that called the gateway. None if a service calls on its own.
    pub client: Option<IpAddr>,
    /// The `User-Agent` of the client, limited to one line.
    pub user_agent: Option<String>,
}

impl Call {
    /// Returns the calling user, or the user on whose behalf a service calls.
    ///
    /// # Errors
    /// [`CommonError::Unauthenticated`] for an anonymous caller, [`CommonError::Forbidden`] for a service that calls on its
    /// own.
    pub fn user(&self) -> Result<UserId, CommonError> {
        self.who.user().ok_or(match self.who {
            Principal::Anonymous => CommonError::unproved(UnauthenticatedReason::Missing),
            _ => CommonError::barred(ForbiddenReason::PersonOnly),
        })
    }
    /// Returns the signed-in user and their session.
    ///
    /// # Errors
    /// [`CommonError::Unauthenticated`] for an anonymous caller, [`CommonError::Forbidden`] for an API key or a service.
    pub fn person(&self) -> Result<(UserId, SessionId), CommonError> {
        match self.who {
            Principal::User { id, session, .. } => Ok((id, session)),
            Principal::Guest { .. } => Err(CommonError::barred(ForbiddenReason::OrderKey)),
            Principal::ApiKey { .. } | Principal::Service { .. } => {
                Err(CommonError::barred(ForbiddenReason::PersonOnly))
            }
            Principal::Anonymous => Err(CommonError::unproved(UnauthenticatedReason::Missing)),
        }
    }
    /// Returns whether the caller is staff with this permission.
    pub fn holds(&self, permission: Permission) -> bool {
        self.who.holds(permission)
    }
    /// Permits the owner of a resource, and staff with this permission.
    ///
    /// # Errors
    /// [`CommonError::NotFound`] for all others, from whom the resource is hidden.
    pub fn may_see(&self, owner: UserId, permission: Permission) -> Result<(), CommonError> {
        if self.who.user() == Some(owner) || self.holds(permission) {
            Ok(())
        } else {
            Err(CommonError::NotFound)
        }
    }
}

/// Decides whether a caller can access a scope. The only place for this decision.
///
/// # Errors
/// [`CommonError::Unauthenticated`] for an anonymous caller, [`CommonError::Forbidden`] with the reason for others.
pub fn allow(scope: Scope, who: &Principal) -> Result<(), CommonError> {
    let allowed = match scope {
        Scope::NoCredential | Scope::Public => true,
        Scope::User => who.account().is_some(),
        Scope::Buyer => who.user().is_some(),
        Scope::Session => matches!(who, Principal::User { .. }),
        Scope::Staff(permission) => who.holds(permission),
        Scope::StaffSession(permission) => matches!(who, Principal::User { .. }) && who.holds(permission),
        Scope::StaffWith(permissions) => permissions.iter().any(|permission| who.holds(*permission)),
        Scope::Admin => matches!(who, Principal::User { role: Role::Admin, .. }),
        Scope::Service(callers) => {
            matches!(who, Principal::Service { name, .. } if callers.contains(&name.as_str()))
        }
    };
    match who {
        _ if allowed => Ok(()),
        Principal::Anonymous => Err(CommonError::unproved(UnauthenticatedReason::Missing)),
        Principal::User { .. }
        | Principal::ApiKey { .. }
        | Principal::Guest { .. }
        | Principal::Service { .. } => Err(why_not(scope, who)),
    }
}

/// Returns the reason why the scope does not permit the caller.
fn why_not(scope: Scope, who: &Principal) -> CommonError {
    let reason = match (scope, who) {
        (Scope::Service(_), _) => ForbiddenReason::ServiceOnly,
        (_, Principal::Guest { .. }) => ForbiddenReason::OrderKey,
        // no permission would be sufficient for a program
        (Scope::StaffSession(_), Principal::ApiKey { .. } | Principal::Service { .. }) => {
            ForbiddenReason::PersonOnly
        }
        (Scope::Staff(permission) | Scope::StaffSession(permission), _) => {
            return CommonError::lacks(&[permission]);
        }
        (Scope::StaffWith(permissions), _) => return CommonError::lacks(permissions),
        (Scope::Admin, _) => ForbiddenReason::AdminOnly,
        (Scope::NoCredential | Scope::Public | Scope::User | Scope::Buyer | Scope::Session, _) => {
            ForbiddenReason::PersonOnly
        }
    };
    CommonError::barred(reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Id;

    #[test]
    fn each_scope_lets_its_own_through_and_nobody_else() {
        let user = |role, permissions: &[Permission]| Principal::User {
            id: Id::from_uuid(Default::default()),
            session: Id::from_uuid(Default::default()),
            role,
            permissions: permissions.to_vec(),
        };
        let key = |permissions: &[Permission]| Principal::ApiKey {
            id: Id::from_uuid(Default::default()),
            user: Id::from_uuid(Default::default()),
            permissions: permissions.to_vec(),
        };
        let act_for = Some(Id::from_uuid(Default::default()));
        let people = [
            ("nobody", Principal::Anonymous),
            ("customer", user(Role::Customer, &[])),
            // permissions of former staff have no effect
            ("former staff", user(Role::Customer, &[Permission::Orders])),
            ("staff: products", user(Role::Staff, &[Permission::Products])),
            ("staff: orders", user(Role::Staff, &[Permission::Orders])),
            ("admin", user(Role::Admin, &[])),
            ("key: products", key(&[Permission::Products])),
            ("key: all", key(&Permission::ALL)),
            ("guest", Principal::Guest { id: Id::from_uuid(Default::default()) }),
            ("service", Principal::Service { name: "orders".into(), act_for: None }),
            ("service for a user", Principal::Service { name: "orders".into(), act_for }),
            ("another service", Principal::Service { name: "provider".into(), act_for: None }),
        ];
        let scopes = [
            Scope::Public,
            Scope::User,
            Scope::Buyer,
            Scope::Session,
            Scope::Staff(Permission::Orders),
            Scope::StaffSession(Permission::Orders),
            Scope::StaffWith(&[Permission::Products, Permission::Settings]),
            Scope::Admin,
            Scope::Service(&["orders"]),
        ];
        let matrix: Vec<String> = people
            .iter()
            .map(|(name, who)| {
                let cell = |scope: &Scope| match allow(*scope, who) {
                    Ok(()) => "ok",
                    Err(CommonError::Unauthenticated { .. }) => "401",
                    Err(CommonError::Forbidden { reason: Some(reason), permissions, .. }) => match reason {
                        ForbiddenReason::PermissionMissing if !permissions.is_empty() => "lacks",
                        ForbiddenReason::PermissionMissing => "lacks nothing",
                        ForbiddenReason::AdminOnly => "admin",
                        ForbiddenReason::PersonOnly => "person",
                        ForbiddenReason::OrderKey => "order",
                        ForbiddenReason::ServiceOnly => "service",
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
