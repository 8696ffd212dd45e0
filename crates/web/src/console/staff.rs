//! Who works here: what the account may do, as auth says it now.

use crate::{api::Api, session, shown::Stop, visit::Visit};
use contracts::auth::{GetMe, Role, User};
use endpoint::{Conditional, IfNoneMatch, Permission};

/// A member of staff.
pub(super) struct Staff {
    pub(super) user: User,
    pub(super) name: String,
    /// What the lamp above their pages says.
    pub(super) api: Api,
    /// Whether that is so old that it is being asked again.
    pub(super) is_api_stale: bool,
}

impl Staff {
    /// Who asks.
    ///
    /// # Errors
    /// [`Stop::SignIn`] where nobody is signed in, and [`Stop::Forbidden`] for a customer.
    pub(super) async fn of(visit: &Visit) -> Result<Staff, Stop> {
        visit.signed_in()?;
        let is_api_stale = Api::is_stale(&visit.web);
        let api = Api::lately(&visit.web);
        let user = match visit.web.needs.auth.call(&visit.cx, GetMe { known: IfNoneMatch(None) }).await? {
            Conditional::New { body, .. } => body,
            Conditional::NotModified { .. } => return Err(Stop::Unavailable),
        };
        match user.role {
            Role::Customer => Err(Stop::Forbidden),
            Role::Staff | Role::Admin => Ok(Staff { name: session::name_of(&user), user, api, is_api_stale }),
        }
    }
    /// The same, of somebody with a permission.
    ///
    /// # Errors
    /// Also [`Stop::Forbidden`] without it.
    pub(super) async fn with(visit: &Visit, permission: Permission) -> Result<Staff, Stop> {
        let staff = Staff::of(visit).await?;
        if staff.may(permission) { Ok(staff) } else { Err(Stop::Forbidden) }
    }
    /// The same, of somebody who may take money for orders and give it back: they must see the order, too.
    ///
    /// # Errors
    /// Those of [`Staff::with`].
    pub(super) async fn cashier(visit: &Visit) -> Result<Staff, Stop> {
        let staff = Staff::with(visit, Permission::Orders).await?;
        if staff.may(Permission::Payments) { Ok(staff) } else { Err(Stop::Forbidden) }
    }
    /// Whether an action of this permission is for them.
    pub(super) fn may(&self, permission: Permission) -> bool {
        self.is_admin() || self.user.permissions.contains(&permission)
    }
    /// Whether they give permissions to others.
    pub(super) fn is_admin(&self) -> bool {
        self.user.role == Role::Admin
    }
    /// Two letters for a round sign.
    pub(super) fn initials(&self) -> String {
        initials(&self.name)
    }
}

/// The first letters of a name's first and last word.
pub(super) fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let (first, last) = (words.next(), words.next_back());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}
