//! The rules of API keys: what one may do, and who may make it.

use contracts::auth::{Role, User};
use endpoint::Permission;
use kernel::Timestamp;

/// An account can have so many.
pub(crate) const OF_AN_ACCOUNT_MAX: u32 = 100;
/// So many characters of a key are shown, to know it by.
const HINT_CHARS: usize = 4;

/// What the account may do now.
fn held(user: &User) -> &[Permission] {
    match user.role {
        _ if !user.active => &[],
        Role::Admin => &Permission::ALL,
        Role::Staff => &user.permissions,
        Role::Customer => &[],
    }
}

/// What of these the account may not do itself.
pub(crate) fn not_held(user: &User, scopes: &[Permission]) -> Vec<Permission> {
    scopes.iter().filter(|scope| !held(user).contains(scope)).copied().collect()
}

/// What a key with these scopes may do now; none where its maker does not work for the shop any more: then it is no key.
pub(crate) fn permissions(maker: &User, scopes: &[Permission]) -> Option<Vec<Permission>> {
    let works_here = maker.active && maker.role != Role::Customer;
    works_here.then(|| scopes.iter().filter(|scope| held(maker).contains(scope)).copied().collect())
}

/// Whether a key that expires then is refused now.
pub(crate) fn is_expired(expires_at: Option<Timestamp>, now: Timestamp) -> bool {
    expires_at.is_some_and(|at| at <= now)
}

/// The scopes, each once.
pub(crate) fn tidy(mut scopes: Vec<Permission>) -> Vec<Permission> {
    scopes.sort();
    scopes.dedup();
    scopes
}

/// The end of a key.
pub(crate) fn hint(key: &str) -> String {
    key[key.len().saturating_sub(HINT_CHARS)..].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account;
    use endpoint::Permission::{Orders, Payments, Products, Settings};
    use kernel::Id;

    fn user(role: Role, permissions: &[Permission], active: bool) -> User {
        let user = account::new(Id::from_uuid(Default::default()), role, Timestamp::from_seconds(1));
        User { permissions: permissions.to_vec(), active, ..user }
    }

    #[test]
    fn a_key_may_never_do_more_than_its_maker_may_now() {
        let scopes = [Products, Orders];
        let now = |role, held: &[Permission], active| permissions(&user(role, held, active), &scopes);
        assert_eq!(now(Role::Admin, &[], true), Some(vec![Products, Orders]));
        assert_eq!(now(Role::Staff, &[Orders, Payments, Settings], true), Some(vec![Orders]));
        assert_eq!(now(Role::Staff, &[], true), Some(vec![]));
        assert_eq!(now(Role::Staff, &[Products, Orders], false), None);
        assert_eq!(now(Role::Admin, &[], false), None);
        // permissions of somebody who is no longer staff count for nothing
        assert_eq!(now(Role::Customer, &[Products, Orders], true), None);
    }

    #[test]
    fn nobody_gives_a_key_what_they_do_not_hold() {
        let staff = user(Role::Staff, &[Settings, Orders], true);
        assert_eq!(not_held(&staff, &[Orders, Products, Payments]), [Products, Payments]);
        assert_eq!(not_held(&user(Role::Admin, &[], true), &Permission::ALL), []);
        assert_eq!(not_held(&user(Role::Customer, &[Orders], true), &[Orders]), [Orders]);
    }

    #[test]
    fn a_hint_is_the_end_of_a_key() {
        assert_eq!(hint("ordo_sk_abcdef"), "cdef");
        assert_eq!(tidy(vec![Orders, Products, Orders]), [Products, Orders]);
    }
}
