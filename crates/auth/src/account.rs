//! The rules of accounts: what a change makes of one, and who must not lose what.

use contracts::{
    auth::{MeChange, Role, User, UserChange},
    events::UserEvent,
};
use endpoint::etag;
use kernel::{Timestamp, id::UserId};

/// An account that begins now, with nothing but a role.
pub(crate) fn new(id: UserId, role: Role, now: Timestamp) -> User {
    User {
        id,
        username: None,
        email: None,
        email_verified: false,
        name: None,
        language: None,
        role,
        permissions: Vec::new(),
        scopes: None,
        active: true,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

/// What an admin's change makes of an account; `None` when it changes nothing.
pub(crate) fn change(user: &User, change: &UserChange, now: Timestamp) -> Option<User> {
    let role = change.role.unwrap_or(user.role);
    // only staff have permissions: a customer has none, an admin needs none
    let permissions = match role {
        Role::Staff => {
            let mut given = change.permissions.clone().unwrap_or_else(|| user.permissions.clone());
            given.sort();
            given.dedup();
            given
        }
        Role::Customer | Role::Admin => Vec::new(),
    };
    let active = change.active.unwrap_or(user.active);
    let same = role == user.role && permissions == user.permissions && active == user.active;
    (!same).then(|| changed(User { role, permissions, active, ..user.clone() }, now))
}

/// Whether a change gives permissions to somebody who is no member of staff, and would stay without them.
pub(crate) fn gives_to_no_staff(user: &User, change: &UserChange) -> bool {
    let is_staff = change.role.unwrap_or(user.role) == Role::Staff;
    !is_staff && change.permissions.as_ref().is_some_and(|given| !given.is_empty())
}

/// What its owner's change makes of an account; `None` when it changes nothing.
pub(crate) fn change_own(user: &User, change: &MeChange, now: Timestamp) -> Option<User> {
    let name = change.name.clone().or_else(|| user.name.clone());
    let language = change.language.or(user.language);
    let same = name == user.name && language == user.language;
    (!same).then(|| changed(User { name, language, ..user.clone() }, now))
}

/// What it makes of an account that its address is its owner's; `None` where that is known.
pub(crate) fn verified(user: &User, now: Timestamp) -> Option<User> {
    (!user.email_verified).then(|| changed(User { email_verified: true, ..user.clone() }, now))
}

/// What another password makes of an account.
pub(crate) fn with_new_password(user: &User, now: Timestamp) -> User {
    changed(user.clone(), now)
}

fn changed(user: User, now: Timestamp) -> User {
    User { version: user.version + 1, updated_at: now, ..user }
}

/// Whether the account can do what only admins can.
pub(crate) fn is_admin(user: &User) -> bool {
    user.role == Role::Admin && user.active
}

/// The ETag of what is shown of an account: each change that can be seen counts its version up.
pub(crate) fn etag(user: &User) -> String {
    etag::of(&[user.version])
}

/// What others hear of it: nothing that names the person.
pub(crate) fn event(user: &User) -> UserEvent {
    UserEvent {
        user_id: user.id,
        role: user.role,
        permissions: user.permissions.clone(),
        active: user.active,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use endpoint::Permission::{Orders, Products};
    use kernel::{Id, Language};

    fn user(role: Role, permissions: &[endpoint::Permission]) -> User {
        User {
            id: Id::from_uuid(Default::default()),
            username: Some("ada".into()),
            email: None,
            email_verified: false,
            name: None,
            language: None,
            role,
            permissions: permissions.to_vec(),
            scopes: None,
            active: true,
            version: 3,
            created_at: Timestamp::from_seconds(1),
            updated_at: Timestamp::from_seconds(1),
        }
    }

    fn role(role: Role) -> UserChange {
        UserChange { role: Some(role), ..UserChange::default() }
    }

    #[test]
    fn only_staff_have_permissions() {
        let now = Timestamp::from_seconds(9);
        let staff = user(Role::Staff, &[Products]);
        for other in [Role::Customer, Role::Admin] {
            // the new role takes away what staff had
            assert_eq!(change(&staff, &role(other), now).unwrap().permissions, []);
            let given = UserChange { permissions: Some(vec![Orders]), ..role(other) };
            assert!(gives_to_no_staff(&staff, &given));
            let unsaid = UserChange { role: None, ..given.clone() };
            assert!(gives_to_no_staff(&user(other, &[]), &unsaid) && !gives_to_no_staff(&staff, &unsaid));
            // what nobody has can be said
            assert!(!gives_to_no_staff(&staff, &UserChange { permissions: Some(vec![]), ..role(other) }));
        }
        let given = UserChange { permissions: Some(vec![Orders, Products, Orders]), ..UserChange::default() };
        let changed = change(&staff, &given, now).unwrap();
        assert_eq!(changed.permissions, [Products, Orders]);
        assert_eq!((changed.version, changed.updated_at), (4, now));
    }

    #[test]
    fn a_change_to_what_it_is_already_is_none() {
        let now = Timestamp::from_seconds(9);
        let customer = user(Role::Customer, &[]);
        let given = UserChange { permissions: Some(vec![]), active: Some(true), ..role(Role::Customer) };
        assert_eq!(change(&customer, &given, now), None);
        assert_eq!(change(&customer, &UserChange::default(), now), None);
        assert_eq!(change_own(&customer, &MeChange::default(), now), None);
        let name = MeChange { name: Some("Ada".to_owned()), ..MeChange::default() };
        let named = change_own(&customer, &name, now).unwrap();
        assert_eq!(change_own(&named, &name, now), None);
        let german = MeChange { language: Some(Language::German), ..MeChange::default() };
        let spoken = change_own(&named, &german, now).unwrap();
        assert_eq!((spoken.name.as_deref(), spoken.version), (Some("Ada"), named.version + 1));
        assert_eq!(change_own(&spoken, &german, now), None);
    }

    #[test]
    fn an_admin_who_is_switched_off_is_none() {
        let now = Timestamp::from_seconds(9);
        let off = UserChange { active: Some(false), ..UserChange::default() };
        let admin = user(Role::Admin, &[]);
        assert!(is_admin(&admin));
        assert!(!is_admin(&change(&admin, &off, now).unwrap()));
        assert!(!is_admin(&change(&admin, &role(Role::Staff), now).unwrap()));
    }
}
