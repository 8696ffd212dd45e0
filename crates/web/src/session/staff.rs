//! Who works here: what the account may do, as auth says it now.

use crate::session::{api_status::Api, page_error::Stop, request::Visit, tokens};
use contracts::auth::{GetMe, Role, User};
use endpoint::{Conditional, IfNoneMatch, Permission};

/// A member of staff.
pub(crate) struct Staff {
    pub(crate) user: User,
    pub(crate) name: String,
    /// What the lamp above their pages says.
    pub(crate) api: Api,
    /// Whether that is so old that it is being asked again.
    pub(crate) is_api_stale: bool,
}

impl Staff {
    /// Who asks.
    ///
    /// # Errors
    /// [`Stop::SignIn`] where nobody is signed in, and [`Stop::Forbidden`] for a customer.
    pub(crate) async fn of(visit: &Visit) -> Result<Staff, Stop> {
        visit.signed_in()?;
        let is_api_stale = Api::is_stale(&visit.web);
        let api = Api::lately(&visit.web);
        let user = match visit.web.needs.auth.call(&visit.cx, GetMe { known: IfNoneMatch(None) }).await? {
            Conditional::New { body, .. } => body,
            Conditional::NotModified { .. } => return Err(Stop::Unavailable),
        };
        match user.role {
            Role::Customer => Err(Stop::Forbidden),
            Role::Staff | Role::Admin => Ok(Staff { name: tokens::name_of(&user), user, api, is_api_stale }),
        }
    }
    /// The same, of somebody with a permission.
    ///
    /// # Errors
    /// Also [`Stop::Forbidden`] without it.
    pub(crate) async fn with(visit: &Visit, permission: Permission) -> Result<Staff, Stop> {
        let staff = Staff::of(visit).await?;
        if staff.may(permission) { Ok(staff) } else { Err(Stop::Forbidden) }
    }
    /// The same, of somebody who may take money for orders and give it back: they must see the order, too.
    ///
    /// # Errors
    /// Those of [`Staff::with`].
    pub(crate) async fn cashier(visit: &Visit) -> Result<Staff, Stop> {
        let staff = Staff::with(visit, Permission::Orders).await?;
        if staff.may(Permission::Payments) { Ok(staff) } else { Err(Stop::Forbidden) }
    }
    /// Whether an action of this permission is for them.
    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.is_admin() || self.user.permissions.contains(&permission)
    }
    /// Whether they give permissions to others.
    pub(crate) fn is_admin(&self) -> bool {
        self.user.role == Role::Admin
    }
    /// Two letters for a round sign.
    pub(crate) fn initials(&self) -> String {
        initials(&self.name)
    }
}

/// The first letters of a name's first and last word.
pub(crate) fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let (first, last) = (words.next(), words.next_back());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// Whether whoever asks may do what needs this permission. A page of the shop does without what cannot be known just now.
pub(crate) async fn may(visit: &Visit, permission: Permission) -> bool {
    let is_staff = visit.session.as_ref().is_some_and(|session| session.is_staff);
    is_staff && Staff::with(visit, permission).await.is_ok()
}
