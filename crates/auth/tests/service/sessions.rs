//! The sessions of an account, as its owner sees and ends them.

use crate::world::{AuthReplica, AuthTestBed, PASSWORD, code};
use contracts::{
    auth::*,
    events::{EventType, SessionEvent},
};
use endpoint::{
    Json, Page, PageParams, Path,
    http::{Request, StatusCode},
};
use kernel::Secret;
use serde_json::{Value, json};
use std::time::Duration;

on_both!(
    the_owner_sees_where_they_are_signed_in,
    a_session_is_ended_by_its_owner_and_nobody_else,
    all_other_sessions_end_at_once,
    what_has_expired_is_not_there,
    who_refreshes_is_seen_where_they_are_now,
);

const ADA: &str = "ada@example.com";

async fn list(
    auth: &AuthReplica,
    token: &Secret,
    limit: Option<u16>,
    cursor: Option<String>,
) -> Page<ActiveSession> {
    let slice = PageParams { limit, cursor };
    let Json(page) = auth.call(Some(token), ListSessions { slice }).await.unwrap();
    page
}

/// Signs in with this client in this network.
async fn sign_in_from(auth: &AuthReplica, path: &str, body: &Value, network: &str, agent: &str) -> Value {
    let request = Request::post(path)
        .header("content-type", "application/json")
        .header("user-agent", agent)
        .header(ordo_http::CLIENT, network);
    let (status, _, body) = auth.send(request.body(body.to_string().into()).unwrap()).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    body
}

async fn the_owner_sees_where_they_are_signed_in(world: AuthTestBed) {
    let auth = world.replica().await;
    let first = auth.register(ADA).await;
    auth.register("grace@example.com").await;
    world.clock.advance(Duration::from_secs(60));
    let login = json!({"email": ADA, "password": PASSWORD});
    sign_in_from(&auth, "/v1/login", &login, "192.0.2.77", "Firefox").await;
    world.clock.advance(Duration::from_secs(60));
    let third = sign_in_from(&auth, "/v1/login", &login, "2001:db8:1:2::3", &"x".repeat(500)).await;

    let token = Secret::new(third["token"].as_str().unwrap());
    let Page { items, next_cursor } = list(&auth, &token, None, None).await;
    assert_eq!((items.len(), next_cursor), (3, None));
    assert_eq!(items.iter().map(|session| session.current).collect::<Vec<_>>(), [true, false, false]);
    assert_eq!(items[0].network.as_deref(), Some("2001:db8:1::/48"));
    assert_eq!(items[0].user_agent.as_ref().unwrap().len(), 200);
    assert_eq!(items[1].network.as_deref(), Some("192.0.2.0/24"));
    assert_eq!(items[1].user_agent.as_deref(), Some("Firefox"));
    assert_eq!((&items[2].network, items[2].created_at), (&None, items[2].last_used_at));
    assert!(items[1].created_at < items[0].created_at && items[0].expires_at > items[0].created_at);

    let page = list(&auth, &first.access_token, Some(2), None).await;
    assert_eq!(page.items.iter().map(|session| session.current).collect::<Vec<_>>(), [false, false]);
    let cursor = page.next_cursor.clone().unwrap();
    let rest = list(&auth, &first.access_token, Some(2), Some(cursor.clone())).await;
    assert_eq!((rest.items.len(), rest.items[0].current, rest.next_cursor), (1, true, None));
    let grace = auth.login("grace@example.com", PASSWORD).await.unwrap().0.access_token;
    let slice = PageParams { limit: None, cursor: Some(cursor) };
    assert_eq!(code(auth.call(Some(&grace), ListSessions { slice }).await), "invalid_request");
}

async fn a_session_is_ended_by_its_owner_and_nobody_else(world: AuthTestBed) {
    let auth = world.replica().await;
    let here = auth.register(ADA).await;
    let Json(there) = auth.login(ADA, PASSWORD).await.unwrap();
    let grace = auth.register("grace@example.com").await;
    let id = list(&auth, &there.access_token, None, None).await.items[0].id;
    let end = || EndSession { id: Path(id) };
    assert_eq!(code(auth.call(Some(&grace.access_token), end()).await), "not_found");
    assert!(auth.lets_in(&there.access_token).await);
    auth.call(Some(&here.access_token), end()).await.unwrap();
    assert!(!auth.lets_in(&there.access_token).await && auth.lets_in(&here.access_token).await);
    assert_eq!(code(auth.refresh(&there.refresh_token).await), "invalid_refresh_token");
    assert_eq!(code(auth.call(Some(&here.access_token), end()).await), "not_found");
    assert_eq!(list(&auth, &here.access_token, None, None).await.items.len(), 1);
    let page = auth.revocations(0).await;
    assert_eq!((page.revoked.len(), page.revoked[0].session), (1, Some(id)));
    let own = list(&auth, &here.access_token, None, None).await.items[0].id;
    auth.call(Some(&here.access_token), EndSession { id: Path(own) }).await.unwrap();
    assert!(!auth.lets_in(&here.access_token).await, "to end the current one is to sign out");
}

async fn all_other_sessions_end_at_once(world: AuthTestBed) {
    let auth = world.replica().await;
    let here = auth.register(ADA).await;
    let mut others = Vec::new();
    for _ in 0..3 {
        others.push(auth.login(ADA, PASSWORD).await.unwrap().0.access_token);
    }
    let grace = auth.register("grace@example.com").await;
    for _ in 0..2 {
        auth.call(Some(&here.access_token), EndOtherSessions {}).await.unwrap();
    }
    for other in &others {
        assert!(!auth.lets_in(other).await);
    }
    assert!(auth.lets_in(&here.access_token).await && auth.lets_in(&grace.access_token).await);
    assert_eq!(auth.revocations(0).await.revoked.len(), 3);
    let events = auth.journal_of(here.user.id).await;
    let kinds: Vec<_> = events.iter().map(|event| event.kind).collect();
    assert_eq!(
        kinds,
        [EventType::UserRegistered, EventType::SessionRevoked],
        "the second time there were none"
    );
    let kept = events[1].read::<SessionEvent>().unwrap().kept_session_id;
    assert_eq!(kept, Some(list(&auth, &here.access_token, None, None).await.items[0].id));
}

async fn what_has_expired_is_not_there(world: AuthTestBed) {
    let auth = world.replica().await;
    let old = auth.register(ADA).await;
    let id = list(&auth, &old.access_token, None, None).await.items[0].id;
    world.clock.advance(Duration::from_secs(31 * 86_400));
    let Json(new) = auth.login(ADA, PASSWORD).await.unwrap();
    let listed = list(&auth, &new.access_token, None, None).await.items;
    assert_eq!((listed.len(), listed[0].current), (1, true));
    assert_eq!(code(auth.call(Some(&new.access_token), EndSession { id: Path(id) }).await), "not_found");
}

async fn who_refreshes_is_seen_where_they_are_now(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = auth.register(ADA).await;
    world.clock.advance(Duration::from_secs(3600));
    let refresh = json!({"refresh_token": ada.refresh_token.expose()});
    sign_in_from(&auth, "/v1/token/refresh", &refresh, "198.51.100.9", "curl/8").await;
    let session = list(&auth, &ada.access_token, None, None).await.items.remove(0);
    assert_eq!(session.network.as_deref(), Some("198.51.100.0/24"));
    assert_eq!(session.user_agent.as_deref(), Some("curl/8"));
    assert!(session.last_used_at.since(session.created_at) >= Duration::from_secs(3600));
}
