//! API keys: who makes them, what they may do, and how soon they end.

use crate::world::{AuthCallResult, AuthReplica, AuthTestBed, code};
use auth::remote_authority;
use contracts::auth::*;
use endpoint::{
    Body, CreatedWithoutEtag, IfMatch, Json, OptionalIdempotencyKey, Page, PageParams, Path, Permission,
    Query,
    client::{CallError, Client},
    http::{Request, StatusCode},
    transport::InProcess,
};
use kernel::{Secret, Timestamp, id::ApiKeyId};
use ordo_http::{
    Principal, TokenVerifier, Verify, VerifyError,
    token::{ServiceCredential, api_key, is_api_key},
};
use std::{sync::Arc, time::Duration};

on_both!(
    a_key_acts_with_its_scopes_as_its_maker,
    a_key_is_shown_once_and_kept_nowhere,
    a_revoked_key_is_taken_nowhere,
    a_key_never_does_more_than_its_maker_does_now,
    nobody_gives_a_key_what_they_do_not_hold,
    a_key_manages_neither_accounts_nor_keys,
    a_request_that_is_repeated_makes_one_key,
    there_is_an_end_to_the_keys_of_an_account,
    keys_are_listed_page_by_page,
    a_verifier_elsewhere_asks_and_hears,
    the_use_of_a_key_is_noted_now_and_then,
    an_expired_key_is_refused_everywhere_and_shown,
    an_expiry_lies_ahead_and_is_given_once,
);

fn new(name: &str, scopes: &[Permission]) -> CreateApiKey {
    let api_key =
        NewApiKey { name: name.to_owned(), expires_in_days: None, expires_at: None, scopes: scopes.to_vec() };
    CreateApiKey { key: OptionalIdempotencyKey(None), api_key: Body(api_key) }
}

async fn make(auth: &AuthReplica, by: &Secret, scopes: &[Permission]) -> (ApiKeyId, Secret) {
    let CreatedWithoutEtag { body, location, .. } =
        auth.call(Some(by), new("the till", scopes)).await.unwrap();
    assert_eq!(location, format!("/v1/api-keys/{}", body.id));
    (body.id, body.key.unwrap())
}

async fn revoke(auth: &AuthReplica, by: &Secret, id: ApiKeyId) -> AuthCallResult<RevokeApiKey> {
    auth.call(Some(by), RevokeApiKey { id: Path(id) }).await
}

async fn staff(auth: &AuthReplica, admin: &Secret, email: &str, permissions: &[Permission]) -> SignedIn {
    let account = auth.register(email).await;
    change(auth, admin, &account, Role::Staff, permissions).await;
    auth.login(email, crate::world::PASSWORD).await.unwrap().0
}

async fn change(auth: &AuthReplica, admin: &Secret, of: &SignedIn, role: Role, permissions: &[Permission]) {
    let change =
        UserChange { role: Some(role), permissions: Some(permissions.to_vec()), ..UserChange::default() };
    auth.update_user(admin, of.user.id, change).await.unwrap();
}

/// What a key may do, as this service's verifier sees it.
async fn may(auth: &AuthReplica, key: &Secret) -> Option<Vec<Permission>> {
    match auth.verifier.verify(key.expose()).await {
        Ok(Principal::ApiKey { permissions, .. }) => Some(permissions),
        Err(VerifyError::Invalid) => None,
        other => panic!("{other:?}"),
    }
}

async fn list(auth: &AuthReplica, by: &Secret, limit: Option<u16>, cursor: Option<String>) -> Page<ApiKey> {
    let slice = PageParams { limit, cursor };
    let Json(page) = auth.call(Some(by), ListApiKeys { slice }).await.unwrap();
    page
}

async fn a_key_acts_with_its_scopes_as_its_maker(world: AuthTestBed) {
    let auth = world.replica().await;
    let admin = auth.admin("root@example.com").await;
    let (id, key) = make(&auth, &admin.access_token, &[Permission::Orders]).await;
    let who = Principal::ApiKey { id, user: admin.user.id, permissions: vec![Permission::Orders] };
    assert_eq!(auth.verifier.verify(key.expose()).await, Ok(who));
    let me = auth.me(&key).await.unwrap();
    assert_eq!((me.id, me.scopes), (admin.user.id, Some(vec![Permission::Orders])));
    assert_eq!(auth.me(&admin.access_token).await.unwrap().scopes, None);
    let request = || Request::get("/v1/me").header("x-api-key", key.expose());
    assert_eq!(auth.send(request().body(Default::default()).unwrap()).await.0, StatusCode::OK);
    let both = request().header("authorization", format!("Bearer {}", key.expose()));
    assert_eq!(auth.send(both.body(Default::default()).unwrap()).await.0, StatusCode::UNAUTHORIZED);
    // an administrator's key is no administrator
    let listed = ListUsers { filter: Query::default(), slice: PageParams::default() };
    // and sees the customers only
    assert_eq!(auth.call(Some(&key), listed).await.unwrap().0.items, []);
    assert_eq!(code(auth.update_user(&key, admin.user.id, UserChange::default()).await), "forbidden");
    let (_, settings) = make(&auth, &admin.access_token, &[Permission::Settings]).await;
    assert!(
        auth.call(Some(&settings), ListUsers { filter: Query::default(), slice: PageParams::default() })
            .await
            .is_ok()
    );
    // it is no access token
    let Json(state) = auth.call(None, ValidateToken { token: Body(Token { token: key }) }).await.unwrap();
    assert!(!state.valid);
}

async fn a_key_is_shown_once_and_kept_nowhere(world: AuthTestBed) {
    let auth = world.replica().await;
    let admin = auth.admin("root@example.com").await;
    let (id, key) = make(&auth, &admin.access_token, &[Permission::Orders, Permission::Orders]).await;
    let text = key.expose();
    assert!(is_api_key(text), "{text}");
    let Json(read) = auth.call(Some(&admin.access_token), GetApiKey { id: Path(id) }).await.unwrap();
    assert_eq!((read.key.clone(), read.hint.as_str()), (None, &text[text.len() - 4..]));
    assert_eq!((read.name.as_str(), &read.scopes[..]), ("the till", &[Permission::Orders][..]));
    assert_eq!(list(&auth, &admin.access_token, None, None).await.items, [read]);
    let sql = db::Sql::both("select hash from api_key");
    let hash: Vec<u8> = world.db.query_one(&sql, &[]).await.unwrap().get("hash").unwrap();
    assert_eq!(hash.len(), 32);
    // keys that were never made, and what only looks like one
    for bad in [api_key([1; 32]).expose(), "ordo_sk_", &format!("{text}x"), &text.to_lowercase()] {
        assert_eq!(code(auth.me(&Secret::new(bad)).await), "unauthenticated", "{bad}");
    }
}

async fn a_revoked_key_is_taken_nowhere(world: AuthTestBed) {
    let auth = world.replica().await;
    let other_replica = world.replica().await;
    let admin = auth.admin("root@example.com").await;
    let (id, key) = make(&auth, &admin.access_token, &[Permission::Orders]).await;
    let (_, other) = make(&auth, &admin.access_token, &[Permission::Orders]).await;
    for replica in [&auth, &other_replica] {
        assert!(may(replica, &key).await.is_some());
    }
    revoke(&auth, &admin.access_token, id).await.unwrap();
    assert_eq!(may(&auth, &key).await, None);
    other_replica.verifier.read_once().await.unwrap();
    assert_eq!(may(&other_replica, &key).await, None);
    assert!(may(&auth, &other).await.is_some());
    assert_eq!(code(revoke(&auth, &admin.access_token, id).await), "not_found");
    let read = auth.call(Some(&admin.access_token), GetApiKey { id: Path(id) }).await;
    assert_eq!(code(read), "not_found");
    assert_eq!(list(&auth, &admin.access_token, None, None).await.items.len(), 1);
}

async fn a_key_never_does_more_than_its_maker_does_now(world: AuthTestBed) {
    use Permission::{Orders, Products, Settings};
    let auth = world.replica().await;
    let other_replica = world.replica().await;
    let admin = auth.admin("root@example.com").await.access_token;
    let clerk = staff(&auth, &admin, "clerk@example.com", &[Orders, Products, Settings]).await;
    let (_, key) = make(&auth, &clerk.access_token, &[Orders, Products]).await;
    let expected = |permissions: &[Permission]| Some(permissions.to_vec());
    // each change is heard here at once, and elsewhere with the next reading of the feed; more than once, too
    for (role, held, then) in [
        (Role::Staff, &[Orders][..], expected(&[Orders])),
        (Role::Staff, &[], expected(&[])),
        (Role::Customer, &[], None),
        (Role::Admin, &[], expected(&[Products, Orders])),
        (Role::Staff, &[Products, Settings], expected(&[Products])),
    ] {
        assert!(may(&other_replica, &key).await != then, "it is known from before");
        change(&auth, &admin, &clerk, role, held).await;
        assert_eq!(may(&auth, &key).await, then, "{role:?} {held:?}");
        other_replica.verifier.read_once().await.unwrap();
        assert_eq!(may(&other_replica, &key).await, then, "{role:?} {held:?}");
    }
    let off = UserChange { active: Some(false), ..UserChange::default() };
    auth.update_user(&admin, clerk.user.id, off).await.unwrap();
    assert_eq!(may(&auth, &key).await, None);
}

async fn nobody_gives_a_key_what_they_do_not_hold(world: AuthTestBed) {
    use Permission::{Orders, Payments, Products, Settings};
    let auth = world.replica().await;
    let admin = auth.admin("root@example.com").await.access_token;
    let office = staff(&auth, &admin, "office@example.com", &[Settings, Orders]).await.access_token;
    match auth.call(Some(&office), new("more", &[Orders, Payments, Products])).await {
        Err(CallError::Refused(CreateApiKeyError::ScopeNotHeld { scopes })) => {
            assert_eq!(scopes, [Products, Payments]);
        }
        other => panic!("{other:?}"),
    }
    make(&auth, &office, &[Orders, Settings]).await;
    let clerk = staff(&auth, &admin, "clerk@example.com", &[Orders]).await.access_token;
    let ada = auth.register("ada@example.com").await.access_token;
    for forbidden in [&clerk, &ada] {
        assert_eq!(code(auth.call(Some(forbidden), new("mine", &[])).await), "forbidden");
    }
    assert_eq!(code(auth.call(None, new("mine", &[])).await), "unauthenticated");
    assert_eq!(code(auth.call(Some(&admin), new("", &[])).await), "invalid_request");
    assert_eq!(code(auth.call(Some(&admin), new("two\nlines", &[])).await), "invalid_request");
    assert_eq!(world.number("select count(*) as n from api_key").await, 1);
}

async fn a_key_manages_neither_accounts_nor_keys(world: AuthTestBed) {
    let auth = world.replica().await;
    let admin = auth.admin("root@example.com").await.access_token;
    let (id, key) = make(&auth, &admin, &Permission::ALL).await;
    let by = Some(&key);
    assert_eq!(code(auth.call(by, new("another", &[])).await), "forbidden");
    assert_eq!(code(auth.call(by, ListApiKeys { slice: PageParams::default() }).await), "forbidden");
    assert_eq!(code(auth.call(by, GetApiKey { id: Path(id) }).await), "forbidden");
    assert_eq!(code(revoke(&auth, &key, id).await), "forbidden");
    // whatever a key may do, no permission would help it
    let (_, scopeless) = make(&auth, &admin, &[]).await;
    for key in [&key, &scopeless] {
        match auth.call(Some(key), GetApiKey { id: Path(id) }).await {
            Err(CallError::Problem(problem)) => assert_eq!(problem.data["reason"], "person_only"),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(code(auth.call(by, Logout {}).await), "forbidden");
    assert_eq!(code(auth.call(by, ListSessions { slice: PageParams::default() }).await), "forbidden");
    assert_eq!(code(auth.call(by, EndOtherSessions {}).await), "forbidden");
    let rename = UpdateMe {
        based_on: IfMatch(None),
        change: Body(MeChange { name: Some("Eve".into()), ..MeChange::default() }),
    };
    assert_eq!(code(auth.call(by, rename).await), "forbidden");
    let change = PasswordChange {
        current_password: Secret::new(crate::world::PASSWORD),
        new_password: Secret::new("kettle on a tuesday"),
    };
    assert_eq!(code(auth.call(by, ChangePassword { change: Body(change) }).await), "forbidden");
    assert!(auth.lets_in(&admin).await && may(&auth, &key).await.is_some());
}

async fn a_request_that_is_repeated_makes_one_key(world: AuthTestBed) {
    let auth = world.replica().await;
    let admin = auth.admin("root@example.com").await.access_token;
    let ask =
        |name: &str| CreateApiKey { key: OptionalIdempotencyKey(Some("once".into())), ..new(name, &[]) };
    let CreatedWithoutEtag { body: first, .. } = auth.call(Some(&admin), ask("till")).await.unwrap();
    let secret = first.key.clone().unwrap();
    let CreatedWithoutEtag { body: again, .. } = auth.call(Some(&admin), ask("till")).await.unwrap();
    assert_eq!((again.id, again.key), (first.id, None), "it is told once");
    assert_eq!(code(auth.call(Some(&admin), ask("door")).await), "key_reused");
    assert_eq!(world.number("select count(*) as n from api_key").await, 1);
    let stored = "select count(*) as n from idempotency where answer is not null";
    assert_eq!(world.number(stored).await, 0);
    assert!(may(&auth, &secret).await.is_some());
}

async fn there_is_an_end_to_the_keys_of_an_account(world: AuthTestBed) {
    let auth = world.replica().await;
    let admin = auth.admin("root@example.com").await.access_token;
    let mut last = None;
    for _ in 0..100 {
        last = Some(make(&auth, &admin, &[]).await.0);
    }
    assert_eq!(code(auth.call(Some(&admin), new("one more", &[])).await), "too_many_api_keys");
    revoke(&auth, &admin, last.unwrap()).await.unwrap();
    make(&auth, &admin, &[]).await;
}

async fn keys_are_listed_page_by_page(world: AuthTestBed) {
    let auth = world.replica().await;
    let admin = auth.admin("root@example.com").await.access_token;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.insert(0, make(&auth, &admin, &[]).await.0);
        world.clock.advance(Duration::from_millis(5));
    }
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = list(&auth, &admin, Some(2), cursor).await;
        seen.extend(page.items.into_iter().map(|key| key.id));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, made);
}

async fn a_verifier_elsewhere_asks_and_hears(world: AuthTestBed) {
    let auth = world.replica().await;
    let admin = auth.admin("root@example.com").await;
    let (id, key) = make(&auth, &admin.access_token, &[Permission::Orders]).await;
    let needs = world.needs(world.verifier(auth::NAME).await, Vec::new());
    let router = auth::service(needs).router;
    let credential = ServiceCredential::new(&world.secret, "orders", auth::NAME, world.env.clone());
    let client = Client::new(Arc::new(InProcess(router)), &["local:auth"], world.env.clone());
    let client = client.with_credential(Arc::new(credential));
    let authority = remote_authority(world.env.clone(), client);
    let rules = world.settings.token_rules("orders");
    let elsewhere = TokenVerifier::new(rules, &world.secret, authority, world.env.clone());
    elsewhere.read_once().await.unwrap();
    let beside = auth.verifier.verify(key.expose()).await.unwrap();
    assert_eq!(elsewhere.verify(key.expose()).await, Ok(beside));
    assert_eq!(elsewhere.verify(api_key([1; 32]).expose()).await, Err(VerifyError::Invalid));
    revoke(&auth, &admin.access_token, id).await.unwrap();
    elsewhere.read_once().await.unwrap();
    assert_eq!(elsewhere.verify(key.expose()).await, Err(VerifyError::Invalid));
    let shown = || LookUpApiKey { key: Body(ApiKeyCredential { sha256: "no digest".into() }) };
    let Json(held) = auth.call_as_service(shown()).await.unwrap();
    assert_eq!(held.holder, None);
    assert_eq!(code(auth.call(Some(&admin.access_token), shown()).await), "forbidden");
}

async fn the_use_of_a_key_is_noted_now_and_then(world: AuthTestBed) {
    let auth = world.replica().await;
    let admin = auth.admin("root@example.com").await.access_token;
    let (id, key) = make(&auth, &admin, &[]).await;
    let noted = async || {
        let Json(read) = auth.call(Some(&admin), GetApiKey { id: Path(id) }).await.unwrap();
        read.last_used_at
    };
    assert_eq!(noted().await, None);
    assert!(may(&auth, &key).await.is_some());
    let first = noted().await.unwrap();
    world.clock.advance(Duration::from_secs(40));
    assert!(may(&auth, &key).await.is_some());
    assert_eq!(noted().await, Some(first));
    world.clock.advance(Duration::from_secs(40));
    assert!(may(&auth, &key).await.is_some());
    assert!(noted().await > Some(first));
}

fn expiring(days: Option<u32>, at: Option<Timestamp>) -> CreateApiKey {
    let api_key =
        NewApiKey { name: "till".into(), expires_in_days: days, expires_at: at, scopes: Vec::new() };
    CreateApiKey { key: OptionalIdempotencyKey(None), api_key: Body(api_key) }
}

async fn an_expired_key_is_refused_everywhere_and_shown(world: AuthTestBed) {
    const DAY: Duration = Duration::from_secs(24 * 3600);
    let auth = world.replica().await;
    let other_replica = world.replica().await;
    let admin = auth.admin("root@example.com").await.access_token;
    let now = world.env.now();
    let CreatedWithoutEtag { body: by_days, .. } =
        auth.call(Some(&admin), expiring(Some(1), None)).await.unwrap();
    let at = now.plus(DAY);
    // whose id is later
    world.clock.advance(Duration::from_millis(5));
    let CreatedWithoutEtag { body: by_time, .. } =
        auth.call(Some(&admin), expiring(None, Some(at))).await.unwrap();
    assert!(by_days.expires_at.unwrap().since(now) >= DAY);
    assert_eq!(by_time.expires_at, Some(at));
    world.clock.advance(Duration::from_millis(5));
    let (endless, endless_key) = make(&auth, &admin, &[]).await;
    let keys = [by_days.key.clone().unwrap(), by_time.key.clone().unwrap()];
    for replica in [&auth, &other_replica] {
        for key in keys.iter().chain([&endless_key]) {
            assert!(may(replica, key).await.is_some());
        }
    }
    let used = async |id| {
        let Json(read) = auth.call(Some(&admin), GetApiKey { id: Path(id) }).await.unwrap();
        (read.expires_at, read.last_used_at)
    };
    let before = used(by_time.id).await;
    world.clock.advance(DAY);
    auth.verifier.read_once().await.unwrap();
    other_replica.verifier.read_once().await.unwrap();
    for replica in [&auth, &other_replica] {
        for key in &keys {
            assert_eq!(replica.verifier.verify(key.expose()).await, Err(VerifyError::Expired));
        }
        assert!(may(replica, &endless_key).await.is_some());
    }
    match auth.me(&keys[0]).await {
        Err(CallError::Problem(problem)) => {
            assert_eq!((problem.status, &problem.data["reason"]), (401, &"expired".into()));
            assert!(problem.detail.contains("API key has expired"));
        }
        other => panic!("{other:?}"),
    }
    // the token of the administrator has expired, too
    let admin = auth.login("root@example.com", crate::world::PASSWORD).await.unwrap().0.access_token;
    let listed = list(&auth, &admin, None, None).await.items;
    let ids: Vec<_> = listed.iter().map(|key| (key.id, key.expires_at.is_some())).collect();
    assert_eq!(ids, [(endless, false), (by_time.id, true), (by_days.id, true)]);
    let Json(read) = auth.call(Some(&admin), GetApiKey { id: Path(by_time.id) }).await.unwrap();
    assert_eq!((read.expires_at, read.last_used_at), before, "a refused use is none");
    // an older verifier hears that it is not valid, a newer one why
    let shown = |key: &Secret| {
        let sha256 = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(key.expose()));
        LookUpApiKey { key: Body(ApiKeyCredential { sha256 }) }
    };
    let Json(held) = auth.call_as_service(shown(&keys[1])).await.unwrap();
    assert_eq!((held.holder, held.expired.map(|key| key.id)), (None, Some(by_time.id)));
    revoke(&auth, &admin, by_time.id).await.unwrap();
    assert_eq!(may(&auth, &keys[1]).await, None);
}

async fn an_expiry_lies_ahead_and_is_given_once(world: AuthTestBed) {
    let auth = world.replica().await;
    let admin = auth.admin("root@example.com").await.access_token;
    let now = world.env.now();
    let (soon, past) = (now.plus(Duration::from_secs(60)), now.minus(Duration::from_secs(60)));
    for (days, at, pointer) in [
        (Some(0), None, "/expires_in_days"),
        (Some(NewApiKey::DAYS_MAX + 1), None, "/expires_in_days"),
        (Some(u32::MAX), None, "/expires_in_days"),
        (Some(30), Some(soon), "/expires_at"),
        (None, Some(past), "/expires_at"),
        (None, Some(Timestamp::from_seconds(0)), "/expires_at"),
    ] {
        match auth.call(Some(&admin), expiring(days, at)).await {
            Err(CallError::Problem(problem)) => {
                assert!([400, 422].contains(&problem.status), "{problem:?}");
                assert_eq!(problem.data["errors"][0]["pointer"], pointer, "{days:?} {at:?}");
            }
            other => panic!("{days:?} {at:?}: {other:?}"),
        }
    }
    assert_eq!(world.number("select count(*) as n from api_key").await, 0);
    let CreatedWithoutEtag { body: key, .. } =
        auth.call(Some(&admin), expiring(Some(NewApiKey::DAYS_MAX), None)).await.unwrap();
    assert!(key.expires_at > Some(soon));
}
