//! The member of staff who makes a request, with the permissions that auth returns now.

use crate::session::{api_status::ApiStatus, page_error::PageError, request::RequestContext, tokens};
use contracts::auth::{GetMe, Role, User};
use endpoint::{Conditional, IfNoneMatch, Permission};

/// A member of staff.
pub(crate) struct Staff {
    pub(crate) user: User,
    pub(crate) name: String,
    /// The status that the lamp of the console shows.
    pub(crate) api: ApiStatus,
    /// Whether that status is old and being read again.
    pub(crate) is_api_stale: bool,
}

impl Staff {
    /// The member of staff.
    ///
    /// # Errors
    /// [`PageError::SignIn`] without a session, [`PageError::Forbidden`] for a customer.
    pub(crate) async fn of(visit: &RequestContext) -> Result<Staff, PageError> {
        visit.signed_in()?;
        let is_api_stale = ApiStatus::is_stale(&visit.web);
        let api = ApiStatus::recent(&visit.web);
        let user = match visit.web.needs.auth.call(&visit.cx, GetMe { known: IfNoneMatch(None) }).await? {
            Conditional::New { body, .. } => body,
            Conditional::NotModified { .. } => return Err(PageError::Unavailable),
        };
        match user.role {
            Role::Customer => Err(PageError::Forbidden),
            Role::Staff | Role::Admin => Ok(Staff { name: tokens::name_of(&user), user, api, is_api_stale }),
        }
    }
    /// The member of staff, who has a permission.
    ///
    /// # Errors
    /// Also [`PageError::Forbidden`] without it.
    pub(crate) async fn with(visit: &RequestContext, permission: Permission) -> Result<Staff, PageError> {
        let staff = Staff::of(visit).await?;
        if staff.may(permission) { Ok(staff) } else { Err(PageError::Forbidden) }
    }
    /// The member of staff, who can take payments for orders and refund them, and therefore can see orders.
    ///
    /// # Errors
    /// Those of [`Staff::with`].
    pub(crate) async fn cashier(visit: &RequestContext) -> Result<Staff, PageError> {
        let staff = Staff::with(visit, Permission::Orders).await?;
        if staff.may(Permission::Payments) { Ok(staff) } else { Err(PageError::Forbidden) }
    }
    /// Whether they have a permission.
    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.is_admin() || self.user.permissions.contains(&permission)
    }
    /// Whether they can grant permissions.
    pub(crate) fn is_admin(&self) -> bool {
        self.user.role == Role::Admin
    }
    /// Two letters for the avatar.
    pub(crate) fn initials(&self) -> String {
        initials(&self.name)
    }
}

/// The first letters of the first and the last word of a name.
pub(crate) fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let (first, last) = (words.next(), words.next_back());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// Whether the signed-in account has a permission; false where that cannot be read now.
pub(crate) async fn may(visit: &RequestContext, permission: Permission) -> bool {
    let is_staff = visit.session.as_ref().is_some_and(|session| session.is_staff);
    is_staff && Staff::with(visit, permission).await.is_ok()
}
