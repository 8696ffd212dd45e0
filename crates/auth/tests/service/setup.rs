//! The token that makes the first administrator, once.

use crate::world::{AuthReplica, AuthTestBed, PASSWORD};
use auth::make_setup_token;
use contracts::auth::Role;
use futures_util::future::join_all;
use kernel::Secret;
use serde_json::{Value, json};

on_both!(
    the_token_makes_one_administrator_who_is_signed_in,
    of_many_who_use_it_at_once_one_becomes_administrator,
    each_start_makes_another_token_until_there_is_an_administrator,
    an_administrator_who_was_made_otherwise_ends_it,
    an_address_that_somebody_has_is_not_taken_over,
);

async fn set_up(auth: &AuthReplica, token: &Secret, email: &str, password: &str) -> (u16, Value) {
    let body = json!({"setup_token": token.expose(), "email": email, "password": password});
    let (status, _, said) = auth.post("/v1/setup", &body).await;
    (status.as_u16(), said)
}

async fn token(world: &AuthTestBed) -> Option<Secret> {
    make_setup_token(&world.db, &world.env).await.unwrap()
}

async fn the_token_makes_one_administrator_who_is_signed_in(world: AuthTestBed) {
    let auth = world.replica().await;
    let wrong = Secret::new("wrong");
    let refused = set_up(&auth, &wrong, "ada@example.com", PASSWORD).await;
    assert_eq!((refused.0, &refused.1["code"]), (410, &json!("set_up_already")), "nobody made a token");
    let token = token(&world).await.unwrap();
    let hashes = world.clock.hashes();
    for (given, password, status, code) in [
        (&wrong, PASSWORD, 403, "invalid_setup_token"),
        (&Secret::new(""), PASSWORD, 403, "invalid_setup_token"),
        (&token, "password123", 422, "common_password"),
        (&token, "short", 400, "invalid_request"),
    ] {
        let refused = set_up(&auth, given, "ada@example.com", password).await;
        assert_eq!((refused.0, &refused.1["code"]), (status, &json!(code)));
    }
    assert_eq!(world.clock.hashes(), hashes, "what is refused costs no hash");
    let (status, said) = set_up(&auth, &token, "ada@example.com", PASSWORD).await;
    assert_eq!((status, &said["user"]["role"]), (201, &json!("admin")), "{said}");
    assert!(auth.lets_in(&Secret::new(said["token"].as_str().unwrap())).await);
    assert_eq!(auth.login("ada@example.com", PASSWORD).await.unwrap().0.user.role, Role::Admin);
    for given in [&token, &wrong] {
        let again = set_up(&auth, given, "eve@example.com", PASSWORD).await;
        assert_eq!((again.0, &again.1["code"]), (410, &json!("set_up_already")));
    }
    assert_eq!(auth.journal_of(said["user"]["id"].as_str().unwrap()).await.len(), 1);
}

async fn of_many_who_use_it_at_once_one_becomes_administrator(world: AuthTestBed) {
    let auth = world.replica().await;
    let token = token(&world).await.unwrap();
    let all = (0..8).map(|n| {
        let (auth, token) = (&auth, &token);
        async move { set_up(auth, token, &format!("user{n}@example.com"), PASSWORD).await.0 }
    });
    let mut statuses = join_all(all).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 410, 410, 410, 410, 410, 410, 410]);
    assert_eq!(world.number("select count(*) as n from account").await, 1);
}

async fn each_start_makes_another_token_until_there_is_an_administrator(world: AuthTestBed) {
    let auth = world.replica().await;
    let (first, second) = (token(&world).await.unwrap(), token(&world).await.unwrap());
    assert_eq!(set_up(&auth, &first, "ada@example.com", PASSWORD).await.0, 403);
    assert_eq!(set_up(&auth, &second, "ada@example.com", PASSWORD).await.0, 201);
    assert!(token(&world).await.is_none());
}

async fn an_administrator_who_was_made_otherwise_ends_it(world: AuthTestBed) {
    let auth = world.replica().await;
    let token = token(&world).await.unwrap();
    auth.admin("root@example.com").await;
    assert_eq!(set_up(&auth, &token, "ada@example.com", PASSWORD).await.0, 410);
}

async fn an_address_that_somebody_has_is_not_taken_over(world: AuthTestBed) {
    let auth = world.replica().await;
    auth.register("ada@example.com").await;
    let token = token(&world).await.unwrap();
    let refused = set_up(&auth, &token, "Ada@example.com", PASSWORD).await;
    assert_eq!((refused.0, &refused.1["code"]), (409, &json!("email_taken")));
    assert_eq!(auth.login("ada@example.com", PASSWORD).await.unwrap().0.user.role, Role::Customer);
    // the token is still good
    assert_eq!(set_up(&auth, &token, "root@example.com", PASSWORD).await.0, 201);
}
