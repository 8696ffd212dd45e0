//! Editors beside one another: what an account was when it was read, and what it is now.

use crate::world::{AuthReplica, AuthTestBed, code, new_account, whole};
use contracts::{auth::*, events::EventType};
use endpoint::{
    Body, Conditional, IfMatch, IfNoneMatch, Path, Permission, WithEtag,
    http::{Request, StatusCode},
};
use futures_util::future::join;
use kernel::{
    Id,
    Language::{English, German},
    Secret,
    id::UserId,
};

on_both!(
    an_account_that_is_known_is_not_sent_again,
    of_two_who_change_a_role_one_wins,
    of_two_who_change_a_name_one_wins,
    a_language_is_kept_beside_the_name,
    a_change_of_nothing_changes_nothing,
    a_change_is_made_only_to_what_was_read,
    a_stale_change_is_refused_before_anything_else,
    what_is_no_etag_changes_nothing,
);

fn known(etag: &str) -> IfNoneMatch {
    IfNoneMatch(Some(etag.to_owned()))
}

fn rename(etag: Option<&str>, name: &str) -> UpdateMe {
    UpdateMe {
        based_on: IfMatch(etag.map(str::to_owned)),
        change: Body(MeChange { name: Some(name.to_owned()), ..MeChange::default() }),
    }
}

fn update(id: UserId, etag: &str, change: UserChange) -> UpdateUser {
    UpdateUser { id: Path(id), based_on: IfMatch(Some(etag.to_owned())), change: Body(change) }
}

fn staff(permission: Permission) -> UserChange {
    UserChange { role: Some(Role::Staff), permissions: Some(vec![permission]), active: None }
}

/// An account as an admin sees it, with its ETag.
async fn read(auth: &AuthReplica, by: &Secret, id: UserId) -> (String, User) {
    match auth.call(Some(by), GetUser { id: Path(id), known: IfNoneMatch(None) }).await.unwrap() {
        Conditional::New { etag, body } => (etag, body),
        Conditional::NotModified { .. } => panic!("nothing was known"),
    }
}

async fn an_account_that_is_known_is_not_sent_again(world: AuthTestBed) {
    let auth = world.replica().await;
    let root = auth.admin("root@example.com").await.access_token;
    let ada = auth.register("ada@example.com").await;
    let (id, token) = (ada.user.id, &ada.access_token);
    let not_modified = |etag: &str| Conditional::NotModified { etag: etag.to_owned() };
    let first = "\"1\"";
    assert_eq!(read(&auth, &root, id).await, (first.to_owned(), ada.user));
    assert_eq!(auth.call(Some(token), GetMe { known: known(first) }).await.unwrap(), not_modified(first));
    let get = |etag: &str| GetUser { id: Path(id), known: known(etag) };
    assert_eq!(auth.call(Some(&root), get(first)).await.unwrap(), not_modified(first));

    let WithEtag { etag, body } = auth.call(Some(token), rename(None, "Ada")).await.unwrap();
    assert_eq!((etag.as_str(), body.version), ("\"2\"", 2));
    let me = auth.call(Some(token), GetMe { known: known(first) }).await.unwrap();
    assert_eq!(me, Conditional::New { etag: etag.clone(), body: body.clone() });
    assert_eq!(whole(auth.call(Some(&root), get(first)).await.unwrap()), body);
    assert_eq!(auth.call(Some(&root), get(&etag)).await.unwrap(), not_modified(&etag));
}

async fn a_language_is_kept_beside_the_name(world: AuthTestBed) {
    let auth = world.replica().await;
    let root = auth.admin("root@example.com").await.access_token;
    let silent = auth.register("bea@example.com").await;
    assert_eq!(silent.user.language, None);
    let german = NewAccount { language: Some(German), ..new_account(None, Some("ada@example.com")) };
    let ada = auth.call(None, Register { account: Body(german) }).await.unwrap().body;
    assert_eq!(ada.user.language, Some(German));
    assert_eq!(read(&auth, &root, ada.user.id).await.1, ada.user);
    let token = &ada.access_token;
    let renamed = auth.call(Some(token), rename(None, "Ada")).await.unwrap().body;
    assert_eq!((renamed.language, renamed.version), (Some(German), 2));
    let speak = |language| UpdateMe {
        based_on: IfMatch(None),
        change: Body(MeChange { language: Some(language), ..MeChange::default() }),
    };
    let same = auth.call(Some(token), speak(German)).await.unwrap().body;
    assert_eq!(same, renamed, "it is so already");
    let english = auth.call(Some(token), speak(English)).await.unwrap().body;
    assert_eq!((english.language, english.name.as_deref(), english.version), (Some(English), Some("Ada"), 3));
    let off = UserChange { active: Some(false), ..UserChange::default() };
    auth.call(Some(&root), update(ada.user.id, "\"3\"", off)).await.unwrap();
    assert_eq!(read(&auth, &root, ada.user.id).await.1.language, Some(English));
}

async fn a_change_of_nothing_changes_nothing(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = auth.register("ada@example.com").await;
    let nothing = |etag: Option<&str>| UpdateMe {
        based_on: IfMatch(etag.map(str::to_owned)),
        change: Body(MeChange::default()),
    };
    let WithEtag { etag, body } = auth.call(Some(&ada.access_token), nothing(None)).await.unwrap();
    assert_eq!((etag.as_str(), body), ("\"1\"", ada.user));
    // what was read before is checked all the same
    let refused = auth.call(Some(&ada.access_token), nothing(Some("\"7\""))).await;
    assert_eq!(code(refused), "precondition_failed");
}

async fn of_two_who_change_a_role_one_wins(world: AuthTestBed) {
    let auth = world.replica().await;
    let (root, second) = (auth.admin("root@example.com").await, auth.admin("second@example.com").await);
    let id = auth.register("ada@example.com").await.user.id;
    for _ in 0..6 {
        let (etag, before) = read(&auth, &root.access_token, id).await;
        let given = |permission| match before.permissions == [permission] {
            true => staff(Permission::Settings),
            false => staff(permission),
        };
        let (one, other) = join(
            auth.call(Some(&root.access_token), update(id, &etag, given(Permission::Orders))),
            auth.call(Some(&second.access_token), update(id, &etag, given(Permission::Products))),
        )
        .await;
        let (won, lost) = if one.is_ok() { (one, other) } else { (other, one) };
        assert_eq!(code(lost), "precondition_failed");
        let WithEtag { etag, body } = won.unwrap();
        assert_eq!(body.version, before.version + 1);
        assert_eq!(read(&auth, &root.access_token, id).await, (etag, body));
    }
}

async fn of_two_who_change_a_name_one_wins(world: AuthTestBed) {
    let auth = world.replica().await;
    let token = auth.register("ada@example.com").await.access_token;
    for round in 1..6 {
        let etag = format!("\"{round}\"");
        let names = [format!("One {round}"), format!("Other {round}")];
        let (one, other) = join(
            auth.call(Some(&token), rename(Some(&etag), &names[0])),
            auth.call(Some(&token), rename(Some(&etag), &names[1])),
        )
        .await;
        let (won, lost) = if one.is_ok() { (one, other) } else { (other, one) };
        assert_eq!(code(lost), "precondition_failed");
        assert_eq!(auth.me(&token).await.unwrap(), won.unwrap().body);
    }
}

async fn a_change_is_made_only_to_what_was_read(world: AuthTestBed) {
    let auth = world.replica().await;
    let root = auth.admin("root@example.com").await.access_token;
    let ada = auth.register("ada@example.com").await;
    let id = ada.user.id;
    let (read_first, _) = read(&auth, &root, id).await;
    // the owner comes between
    let named = auth.call(Some(&ada.access_token), rename(Some(&read_first), "Ada")).await.unwrap();
    let stale = auth.call(Some(&root), update(id, &read_first, staff(Permission::Orders))).await;
    assert_eq!(code(stale), "precondition_failed");
    assert_eq!(read(&auth, &root, id).await, (named.etag.clone(), named.body));
    assert!(auth.lets_in(&ada.access_token).await, "what was refused ended no session");
    let either = format!("{read_first}, {}", named.etag);
    let made = auth.call(Some(&root), update(id, &either, staff(Permission::Orders))).await.unwrap();
    assert_eq!((made.etag.as_str(), made.body.role), ("\"3\"", Role::Staff));
    let any = UserChange { active: Some(false), ..UserChange::default() };
    assert_eq!(auth.call(Some(&root), update(id, "*", any)).await.unwrap().etag, "\"4\"");
    let kinds = auth.journal_of(id).await.into_iter().map(|event| event.kind);
    let changes = kinds.filter(|kind| *kind == EventType::UserUpdated).count();
    assert_eq!(changes, 3, "nobody hears of what was refused");
}

async fn a_stale_change_is_refused_before_anything_else(world: AuthTestBed) {
    let auth = world.replica().await;
    let root = auth.admin("root@example.com").await;
    let (by, id) = (Some(&root.access_token), root.user.id);
    let stale = "\"7\"";
    let (now, user) = read(&auth, &root.access_token, id).await;
    let admin = || UserChange { role: Some(Role::Admin), ..UserChange::default() };
    assert_eq!(
        code(auth.call(by, update(id, stale, admin())).await),
        "precondition_failed",
        "a change to the same"
    );
    let same = auth.call(by, update(id, &now, admin())).await.unwrap();
    assert_eq!(same, WithEtag { etag: now.clone(), body: user });
    let weak = format!("W/{now}");
    assert_eq!(code(auth.call(by, update(id, &weak, admin())).await), "precondition_failed");
    let deposed = || staff(Permission::Orders);
    assert_eq!(code(auth.call(by, update(id, stale, deposed())).await), "precondition_failed");
    assert_eq!(code(auth.call(by, update(id, &now, deposed())).await), "last_admin");
    let nobody = Id::from_uuid(world.env.uuid());
    assert_eq!(code(auth.call(by, update(nobody, stale, admin())).await), "not_found");

    let named = auth.call(by, rename(Some(&now), "Root")).await.unwrap();
    assert_eq!(code(auth.call(by, rename(Some(&now), "Root")).await), "precondition_failed");
    let again = auth.call(by, rename(Some(&named.etag), "Root")).await.unwrap();
    assert_eq!(again, named);
}

async fn what_is_no_etag_changes_nothing(world: AuthTestBed) {
    let auth = world.replica().await;
    let root = auth.admin("root@example.com").await;
    let before = read(&auth, &root.access_token, root.user.id).await;
    let account = format!("/v1/users/{}", root.user.id);
    for (path, body) in [("/v1/me", r#"{"name": "Root"}"#), (account.as_str(), r#"{"role": "customer"}"#)] {
        let patch = |etag: &str| {
            let request = Request::patch(path).header("content-type", "application/json");
            let request = request.header("authorization", format!("Bearer {}", root.access_token.expose()));
            request.header("if-match", etag).body(body.into()).unwrap()
        };
        for malformed in ["1", "\"1", ""] {
            let (status, _, problem) = auth.send(patch(malformed)).await;
            assert_eq!((status, &problem["code"]), (StatusCode::BAD_REQUEST, &"invalid_request".into()));
            assert_eq!(problem["errors"][0]["pointer"], "#If-Match", "{problem}");
        }
        let (status, headers, problem) = auth.send(patch("\"7\"")).await;
        assert_eq!(
            (status, &problem["code"]),
            (StatusCode::PRECONDITION_FAILED, &"precondition_failed".into())
        );
        assert_eq!(headers["etag"].to_str().unwrap(), before.0);
    }
    assert_eq!(read(&auth, &root.access_token, root.user.id).await, before);
}
