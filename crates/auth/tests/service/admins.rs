//! Admins: how one comes to be, what they change, and that there is always one.

use crate::world::{AuthReplica, AuthTestBed, PASSWORD, code, whole};
use auth::{AdminError, EnsureAdminOutcome, Existing, ensure_admin};
use contracts::{
    auth::*,
    events::{EventType, SessionEvent},
};
use endpoint::{
    Conditional, IfNoneMatch, Json, Page, PageParams, Path, Permission, Query, client::CallError,
};
use futures_util::future::join_all;
use kernel::{Id, Secret};
use ordo_http::{Principal, Verify};

on_both!(
    permissions_belong_to_staff_and_are_refused_to_others,
    ensuring_an_admin_again_changes_nothing,
    an_account_that_is_there_is_promoted_only_where_that_is_said,
    eight_processes_that_ensure_one_admin_make_one,
    what_is_no_address_or_no_password_makes_no_admin,
    a_new_role_ends_the_sessions_and_comes_with_the_next,
    the_last_admin_stays,
    two_admins_who_depose_each_other_do_not_both_succeed,
    a_session_that_races_a_change_has_the_new_role_or_ends,
    a_list_of_users_is_read_page_by_page,
    only_those_who_may_see_accounts,
);

async fn ensure(world: &AuthTestBed, email: &str, password: &str) -> Result<EnsureAdminOutcome, AdminError> {
    let password = Secret::new(password);
    ensure_admin(&world.db, &world.env, &world.settings, email, &password, Existing::Refuse).await
}

fn role(role: Role, permissions: &[Permission]) -> UserChange {
    UserChange { role: Some(role), permissions: Some(permissions.to_vec()), active: None }
}

async fn permissions_belong_to_staff_and_are_refused_to_others(world: AuthTestBed) {
    let auth = world.replica().await;
    let admin = auth.admin("admin@example.org").await.access_token;
    let ada = auth.register("ada@example.com").await.user;
    let give = |role| UserChange { role, permissions: Some(vec![Permission::Orders]), active: Some(false) };
    for role in [None, Some(Role::Customer), Some(Role::Admin)] {
        let refused = auth.update_user(&admin, ada.id, give(role)).await.unwrap_err();
        let CallError::Problem(problem) = refused else { panic!("{refused}") };
        assert_eq!((problem.status, problem.code.as_str()), (422, "unprocessable"), "{role:?}");
        assert_eq!(problem.data["errors"][0]["pointer"], "/permissions");
        assert_eq!(problem.data["errors"][0]["code"], "not_allowed");
    }
    let Conditional::New { body, .. } =
        auth.call(Some(&admin), GetUser { id: Path(ada.id), known: IfNoneMatch(None) }).await.unwrap()
    else {
        panic!("nothing was known")
    };
    assert_eq!(body, ada, "nothing has changed");
    // no permissions are what a customer has, and staff who become customers lose theirs unasked
    auth.update_user(&admin, ada.id, role(Role::Customer, &[])).await.unwrap();
    let staff = auth.update_user(&admin, ada.id, role(Role::Staff, &[Permission::Orders])).await.unwrap();
    assert_eq!(staff.body.permissions, [Permission::Orders]);
    let back = UserChange { role: Some(Role::Customer), ..UserChange::default() };
    assert_eq!(auth.update_user(&admin, ada.id, back).await.unwrap().body.permissions, []);
}

async fn ensuring_an_admin_again_changes_nothing(world: AuthTestBed) {
    let EnsureAdminOutcome::Created(id) = ensure(&world, "root@example.com", PASSWORD).await.unwrap() else {
        panic!()
    };
    let auth = world.replica().await;
    let Json(signed_in) = auth.login("root@example.com", PASSWORD).await.unwrap();
    assert_eq!((signed_in.user.id, signed_in.user.role), (id, Role::Admin));
    assert_eq!(
        ensure(&world, "ROOT@example.com", PASSWORD).await.unwrap(),
        EnsureAdminOutcome::Unchanged(id)
    );
    // an older password in the environment must not undo a newer one
    assert_eq!(
        ensure(&world, "root@example.com", "quite another one").await.unwrap(),
        EnsureAdminOutcome::Unchanged(id)
    );
    assert!(auth.login("root@example.com", PASSWORD).await.is_ok());
    assert!(auth.lets_in(&signed_in.access_token).await);
    let events = auth.journal_of(id).await;
    assert_eq!(events.iter().map(|event| event.kind).collect::<Vec<_>>(), [EventType::UserRegistered]);
}

async fn an_account_that_is_there_is_promoted_only_where_that_is_said(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = auth.register("ada@example.com").await;
    let refused = ensure(&world, "ada@example.com", "quite another one").await.unwrap_err();
    assert!(matches!(refused, AdminError::NotAnAdmin), "{refused}");
    let Json(still) = auth.login("ada@example.com", PASSWORD).await.unwrap();
    assert_eq!(still.user.role, Role::Customer);
    let password = Secret::new("quite another one");
    let ensured =
        ensure_admin(&world.db, &world.env, &world.settings, "ada@example.com", &password, Existing::Promote);
    let ensured = ensured.await.unwrap();
    assert_eq!(ensured, EnsureAdminOutcome::Promoted(ada.user.id));
    let Json(signed_in) = auth.login("ada@example.com", PASSWORD).await.unwrap();
    assert_eq!(signed_in.user.role, Role::Admin);
    // the sessions of the customer end as soon as the feed is read
    auth.verifier.read_once().await.unwrap();
    assert!(!auth.lets_in(&ada.access_token).await);
    assert!(auth.lets_in(&signed_in.access_token).await);
}

async fn eight_processes_that_ensure_one_admin_make_one(world: AuthTestBed) {
    let all = join_all((0..8).map(|_| ensure(&world, "root@example.com", PASSWORD))).await;
    let made =
        all.into_iter().filter(|ensured| matches!(ensured.as_ref().unwrap(), EnsureAdminOutcome::Created(_)));
    assert_eq!(made.count(), 1);
    assert_eq!(world.number("select count(*) as n from account").await, 1);
}

async fn what_is_no_address_or_no_password_makes_no_admin(world: AuthTestBed) {
    for (email, password) in
        [("root", PASSWORD), ("root@example.com", "short"), ("a\u{ff20}b@example.com", PASSWORD)]
    {
        let refused = ensure(&world, email, password).await.unwrap_err();
        assert!(matches!(refused, AdminError::Invalid(_)), "{email}: {refused}");
        assert!(!refused.to_string().is_empty());
    }
    let refused = ensure(&world, "root@example.com", "Password123").await.unwrap_err();
    assert!(matches!(refused, AdminError::CommonPassword), "{refused}");
    assert_eq!(world.number("select count(*) as n from account").await, 0);
}

async fn a_new_role_ends_the_sessions_and_comes_with_the_next(world: AuthTestBed) {
    let auth = world.replica().await;
    let root = auth.admin("root@example.com").await;
    let ada = auth.register("ada@example.com").await;
    let Json(again) = auth.login("ada@example.com", PASSWORD).await.unwrap();
    let staff = role(Role::Staff, &[Permission::Settings, Permission::Orders]);
    let changed = auth.update_user(&root.access_token, ada.user.id, staff.clone()).await.unwrap().body;
    assert_eq!((changed.role, changed.version), (Role::Staff, 2));
    assert_eq!(changed.permissions, [Permission::Orders, Permission::Settings]);
    for old in [&ada, &again] {
        assert!(!auth.lets_in(&old.access_token).await);
        assert_eq!(code(auth.refresh(&old.refresh_token).await), "invalid_refresh_token");
    }
    // at once, within the same second
    let Json(signed_in) = auth.login("ada@example.com", PASSWORD).await.unwrap();
    assert_eq!(signed_in.user, changed);
    let get = GetUser { id: Path(root.user.id), known: IfNoneMatch(None) };
    let seen = whole(auth.call(Some(&signed_in.access_token), get).await.unwrap());
    assert_eq!(seen.role, Role::Admin);

    let same = auth.update_user(&root.access_token, ada.user.id, staff).await.unwrap().body;
    assert_eq!(same.version, 2);
    assert!(auth.lets_in(&signed_in.access_token).await, "what changes nothing ends nothing");
    let events = auth.journal_of(ada.user.id).await;
    let kinds: Vec<_> = events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventType::UserRegistered, EventType::UserUpdated, EventType::SessionRevoked]);
    let ended: SessionEvent = events[2].read().unwrap();
    assert_eq!((ended.user_id, ended.session_id), (ada.user.id, None));
    assert_eq!(events[2].actor, root.user.id.to_string());
    assert_eq!(auth.revocations(0).await.revoked.len(), 2);
}

async fn the_last_admin_stays(world: AuthTestBed) {
    let auth = world.replica().await;
    let root = auth.admin("root@example.com").await;
    let off = UserChange { active: Some(false), ..UserChange::default() };
    for change in [role(Role::Customer, &[]), role(Role::Staff, &[]), off.clone()] {
        assert_eq!(code(auth.update_user(&root.access_token, root.user.id, change).await), "last_admin");
    }
    // one who is switched off does not count
    let second = auth.admin("second@example.com").await;
    auth.update_user(&root.access_token, second.user.id, off.clone()).await.unwrap();
    assert_eq!(code(auth.update_user(&root.access_token, root.user.id, off).await), "last_admin");
    let nobody = Id::from_uuid(world.env.uuid());
    let refused = auth.update_user(&root.access_token, nobody, role(Role::Admin, &[])).await;
    assert_eq!(code(refused), "not_found");
}

async fn two_admins_who_depose_each_other_do_not_both_succeed(world: AuthTestBed) {
    let auth = world.replica().await;
    for _ in 0..8 {
        // the admin that was demoted in the last round is promoted again
        let (a, b) = (auth.admin("a@example.com").await, auth.admin("b@example.com").await);
        let depose = |by: &SignedIn, whom: &SignedIn| {
            let (auth, by, whom) = (auth.clone(), by.access_token.clone(), whom.user.id);
            async move { auth.update_user(&by, whom, role(Role::Customer, &[])).await }
        };
        let (one, other) = tokio::join!(depose(&a, &b), depose(&b, &a));
        assert!(one.is_ok() != other.is_ok());
        assert_eq!(world.number("select count(*) as n from account where role = 'admin'").await, 1);
    }
}

async fn a_session_that_races_a_change_has_the_new_role_or_ends(world: AuthTestBed) {
    let auth = world.replica().await;
    let root = auth.admin("root@example.com").await;
    let ada = auth.register("ada@example.com").await;
    for round in 0..8 {
        let new = if round % 2 == 0 { Role::Staff } else { Role::Customer };
        let before = join_all((0..4).map(|_| auth.login("ada@example.com", PASSWORD))).await;
        let before: Vec<SignedIn> = before.into_iter().map(|signed_in| signed_in.unwrap().0).collect();
        let (changed, logins, refreshes) = tokio::join!(
            auth.update_user(&root.access_token, ada.user.id, role(new, &[])),
            join_all((0..4).map(|_| auth.login("ada@example.com", PASSWORD))),
            join_all(before.iter().map(|session| auth.refresh(&session.refresh_token))),
        );
        assert_eq!(changed.unwrap().body.role, new);
        let logins = logins.into_iter().map(|signed_in| signed_in.unwrap().0);
        for Json(signed_in) in refreshes.into_iter().flatten().chain(logins.map(Json)) {
            let Ok(who) = auth.verifier.verify(signed_in.access_token.expose()).await else { continue };
            assert!(matches!(who, Principal::User { role, .. } if role == new), "{who:?}");
            assert_eq!(signed_in.user.role, new);
        }
    }
}

async fn a_list_of_users_is_read_page_by_page(world: AuthTestBed) {
    let auth = world.replica().await;
    let root = auth.admin("root@example.com").await;
    let mut expected = vec![root.user.id];
    for n in 0..6 {
        expected.push(auth.register(&format!("u{n}@example.com")).await.user.id);
    }
    expected.sort();
    expected.reverse();
    let list = |token: &Secret, cursor: Option<String>| {
        let (auth, token) = (auth.clone(), token.clone());
        async move {
            auth.call(
                Some(&token),
                ListUsers { filter: Query::default(), slice: PageParams { limit: Some(3), cursor } },
            )
            .await
        }
    };
    let (mut seen, mut cursor, mut pages) = (Vec::new(), None, 0);
    loop {
        let Json(Page { items, next_cursor }) = list(&root.access_token, cursor).await.unwrap();
        seen.extend(items.iter().map(|user| user.id));
        pages += 1;
        cursor = next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!((seen, pages), (expected, 3));
    let Json(first) = list(&root.access_token, None).await.unwrap();
    let second = auth.admin("second@example.com").await;
    let stolen = list(&second.access_token, first.next_cursor.clone()).await;
    assert_eq!(code(stolen), "invalid_request");
    let made_up = list(&root.access_token, Some("bWFkZSB1cA".into())).await;
    assert_eq!(code(made_up), "invalid_request");
}

async fn only_those_who_may_see_accounts(world: AuthTestBed) {
    let auth = world.replica().await;
    let root = auth.admin("root@example.com").await;
    let ada = auth.register("ada@example.com").await;
    let clerk = staff(&auth, &root, "clerk@example.com", &[Permission::Orders]).await;
    let office = staff(&auth, &root, "office@example.com", &[Permission::Settings]).await;
    let get = |token: Option<Secret>| {
        let (auth, id) = (auth.clone(), ada.user.id);
        async move { auth.call(token.as_ref(), GetUser { id: Path(id), known: IfNoneMatch(None) }).await }
    };
    assert_eq!(code(get(None).await), "unauthenticated");
    assert_eq!(code(get(Some(ada.access_token.clone())).await), "forbidden");
    // a customer's, to those who work with orders
    assert!(get(Some(clerk.access_token.clone())).await.is_ok());
    let packer = staff(&auth, &root, "packer@example.com", &[Permission::Products]).await;
    assert_eq!(code(get(Some(packer.access_token.clone())).await), "forbidden");
    assert!(get(Some(office.access_token.clone())).await.is_ok());
    for token in [&ada, &clerk, &office].map(|who| &who.access_token) {
        let refused = auth.update_user(token, ada.user.id, role(Role::Admin, &[])).await;
        assert_eq!(code(refused), "forbidden");
    }
    let nobody = GetUser { id: Path(Id::from_uuid(world.env.uuid())), known: IfNoneMatch(None) };
    assert_eq!(code(auth.call(Some(&office.access_token), nobody).await), "not_found");
}

async fn staff(auth: &AuthReplica, root: &SignedIn, email: &str, permissions: &[Permission]) -> SignedIn {
    let user = auth.register(email).await.user;
    auth.update_user(&root.access_token, user.id, role(Role::Staff, permissions)).await.unwrap();
    let Json(signed_in) = auth.login(email, PASSWORD).await.unwrap();
    signed_in
}
