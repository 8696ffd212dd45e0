//! Registering: what is accepted, what is refused, and what a client cannot set.

use crate::world::{AuthReplica, AuthTestBed, PASSWORD, code, new_account};
use contracts::auth::*;
use db::{Sql, params};
use endpoint::{Body, http::StatusCode};
use futures_util::future::join_all;
use kernel::Secret;
use serde_json::json;

on_both!(
    of_twenty_who_register_one_address_at_once_one_wins,
    of_twenty_who_register_one_username_at_once_one_wins,
    addresses_that_look_alike_are_one,
    a_domain_that_an_older_version_has_stored_in_ascii_is_the_one_in_letters,
    a_common_or_short_password_is_refused,
    members_that_are_not_ours_to_set_are_refused,
);

async fn codes(auth: &AuthReplica, accounts: Vec<NewAccount>) -> Vec<String> {
    let calls = accounts.into_iter().map(|account| auth.call(None, Register { account: Body(account) }));
    let mut codes: Vec<String> = join_all(calls)
        .await
        .into_iter()
        .map(|c| if c.is_ok() { "made".to_owned() } else { code(c) })
        .collect();
    codes.sort();
    codes
}

async fn of_twenty_who_register_one_address_at_once_one_wins(world: AuthTestBed) {
    let auth = world.replica().await;
    let spelled = |n: usize| if n.is_multiple_of(2) { "Ada@Example.com" } else { "aDA@exaMple.COM" };
    let accounts = (0..20).map(|n| new_account(Some(&format!("ada{n}")), Some(spelled(n)))).collect();
    let codes = codes(&auth, accounts).await;
    assert_eq!(codes[..19], vec!["email_taken"; 19]);
    assert_eq!(codes[19], "made");
    assert_eq!(world.number("select count(*) as n from account").await, 1);
    // it is registered, and its address must be verified
    assert_eq!(world.number("select count(*) as n from event").await, 2);
}

async fn of_twenty_who_register_one_username_at_once_one_wins(world: AuthTestBed) {
    let auth = world.replica().await;
    let spelled = |n: usize| if n.is_multiple_of(2) { "Ada" } else { "aDA" };
    let accounts =
        (0..20).map(|n| new_account(Some(spelled(n)), Some(&format!("ada{n}@example.com")))).collect();
    let codes = codes(&auth, accounts).await;
    assert_eq!(codes[0], "made");
    assert_eq!(codes[1..], vec!["username_taken"; 19]);
}

async fn addresses_that_look_alike_are_one(world: AuthTestBed) {
    let auth = world.replica().await;
    auth.register("kay@example.com").await;
    for alike in ["KAY@example.com", "\u{212a}ay@example.com", "ｋａｙ@example.com"] {
        let register = Register { account: Body(new_account(None, Some(alike))) };
        assert_eq!(code(auth.call(None, register).await), "email_taken", "{alike}");
        assert!(auth.login(alike, PASSWORD).await.is_ok(), "{alike}");
    }
    for (hiding, refusal) in [
        ("a\u{ff20}b@example.com", "unprocessable"),
        ("a\u{202e}b@example.com", "unprocessable"),
        ("kay@exam ple.com", "invalid_request"),
        // blanks around it are none of it
        ("\t kay@example.com\u{a0}\r\n", "email_taken"),
        ("kay\u{ad}@example.com", "unprocessable"),
        ("kay\u{3164}@example.com", "unprocessable"),
        ("kay\u{fe0f}@example.com", "unprocessable"),
        ("kay\u{e0061}@example.com", "unprocessable"),
        ("kay@exam\u{ad}ple.com", "unprocessable"),
        ("kay", "invalid_request"),
    ] {
        let register = Register { account: Body(new_account(None, Some(hiding))) };
        assert_eq!(code(auth.call(None, register).await), refusal, "{hiding:?}");
    }
}

async fn a_domain_that_an_older_version_has_stored_in_ascii_is_the_one_in_letters(world: AuthTestBed) {
    let auth = world.replica().await;
    let (letters, ascii) = ("kay@exámple.example", "kay@xn--exmple-qta.example");
    let older = auth.register(ascii).await.user.id;
    let as_it_was = async || {
        let mut tx = world.db.begin().await.unwrap();
        let sql = Sql::both("update account set email_key = $1 where email = $1");
        tx.run(&sql, params![ascii]).await.unwrap();
        tx.commit("test.older").await.unwrap();
    };
    as_it_was().await;
    for spelled in [letters, ascii] {
        let register = Register { account: Body(new_account(None, Some(spelled))) };
        assert_eq!(code(auth.call(None, register).await), "email_taken", "{spelled}");
        assert_eq!(auth.login(spelled, PASSWORD).await.unwrap().0.user.id, older, "{spelled}");
    }
    // an older version has taken the two for two accounts: each signs in as it is spelled
    let mut tx = world.db.begin().await.unwrap();
    tx.run(&Sql::both("update account set email_key = 'away' where email = $1"), params![ascii])
        .await
        .unwrap();
    tx.commit("test.away").await.unwrap();
    let other = auth.register(letters).await.user.id;
    as_it_was().await;
    for (spelled, id) in [(letters, other), (ascii, older)] {
        assert_eq!(auth.login(spelled, PASSWORD).await.unwrap().0.user.id, id, "{spelled}");
    }
}

async fn a_common_or_short_password_is_refused(world: AuthTestBed) {
    let auth = world.replica().await;
    let with = |password: &str| {
        let password = Secret::new(password);
        Register { account: Body(NewAccount { password, ..new_account(None, Some("ada@example.com")) }) }
    };
    for common in ["Password123", "qwertyuiop", "iloveyou!"] {
        assert_eq!(code(auth.call(None, with(common)).await), "common_password", "{common}");
    }
    for length in [0, 7, 129] {
        let password: String = "abcdefg0".chars().cycle().take(length).collect();
        assert_eq!(code(auth.call(None, with(&password)).await), "invalid_request", "{length}");
    }
    let longest = "überraschend lang ".repeat(8).chars().take(128).collect::<String>();
    auth.call(None, with(&longest)).await.unwrap();
    assert!(auth.login("ada@example.com", &longest).await.is_ok());
    let nearly = longest.chars().take(127).collect::<String>();
    assert_eq!(code(auth.login("ada@example.com", &nearly).await), "invalid_credentials");
}

async fn members_that_are_not_ours_to_set_are_refused(world: AuthTestBed) {
    let auth = world.replica().await;
    let members = ["role", "is_admin", "id", "permissions", "active", "version", "created_at", "__proto__"];
    for member in members {
        let mut body = json!({"email": "eve@example.com", "password": PASSWORD});
        body[member] = json!("admin");
        let (status, _, problem) = auth.post("/v1/register", &body).await;
        assert_eq!(
            (status, &problem["code"]),
            (StatusCode::BAD_REQUEST, &json!("invalid_request")),
            "{member}"
        );
    }
    assert_eq!(world.number("select count(*) as n from account").await, 0);
}
