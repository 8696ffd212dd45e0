//! What façades ask for the users of the originals.

use crate::world::{AuthCallResult, AuthReplica, AuthTestBed, code};
use contracts::{
    auth::{Role, User},
    facades::{EnsureAccount, EnsuredAccount, FindUser, FoundUser, UserNameQuery},
};
use endpoint::{Body, Json, Path, Query};
use futures_util::future::join_all;
use kernel::{Secret, id::UserId};

on_both!(
    an_account_is_made_once_for_its_id,
    an_account_is_found_by_what_it_signs_in_with,
    nobody_but_a_facade_makes_accounts_like_this,
);

fn account(username: Option<&str>, email: Option<&str>, password: Option<&str>) -> EnsuredAccount {
    let own = |text: Option<&str>| text.map(str::to_owned);
    let (name, password) = (Some("Ada".to_owned()), password.map(Secret::new));
    EnsuredAccount { username: own(username), email: own(email), name, password }
}

async fn keep(auth: &AuthReplica, id: UserId, account: EnsuredAccount) -> AuthCallResult<EnsureAccount> {
    auth.call_as("compat", EnsureAccount { id: Path(id), account: Body(account) }).await
}

async fn an_account_is_made_once_for_its_id(world: AuthTestBed) {
    let auth = world.replica().await;
    let id = world.env.id();
    let ada = || account(None, Some("ada@example.com"), None);
    let kept: Vec<User> = join_all((0..5).map(async |_| keep(&auth, id, ada()).await.unwrap().0)).await;
    assert!(kept.iter().all(|user| *user == kept[0]));
    assert_eq!((kept[0].id, kept[0].role, kept[0].name.as_deref()), (id, Role::Customer, Some("Ada")));
    assert_eq!(world.number("select count(*) as n from account").await, 1);
    assert_eq!(world.number("select count(*) as n from event").await, 1);
    assert_eq!(world.number("select count(*) as n from session").await, 0);
    // the names are taken, for everybody else
    let other = account(None, Some("ADA@example.com"), Some("x"));
    assert_eq!(code(keep(&auth, world.env.id(), other).await), "email_taken");
    keep(&auth, world.env.id(), account(Some("ada"), None, Some("x"))).await.unwrap();
    assert_eq!(code(keep(&auth, world.env.id(), account(Some("ADA"), None, None)).await), "username_taken");
    for bad in [account(Some("a"), None, None), account(None, Some("x"), None), account(None, None, Some(""))]
    {
        assert_eq!(code(keep(&auth, world.env.id(), bad).await), "invalid_request");
    }
    // several without any name are not in each other's way
    for _ in 0..2 {
        keep(&auth, world.env.id(), account(None, None, None)).await.unwrap();
    }
}

async fn an_account_is_found_by_what_it_signs_in_with(world: AuthTestBed) {
    let auth = world.replica().await;
    let Json(ada) = keep(&auth, world.env.id(), account(Some("Ada"), None, Some("x"))).await.unwrap();
    let address = account(None, Some("bob@example.com"), None);
    let Json(bob) = keep(&auth, world.env.id(), address).await.unwrap();
    for (username, found) in [
        ("ada", Some(&ada)),
        ("ADA", Some(&ada)),
        ("bob@example.com", Some(&bob)),
        ("Bob@Example.COM", Some(&bob)),
        ("adam", None),
        ("bob", None),
        ("bob@example.co", None),
        ("", None),
        ("a\u{1}", None),
    ] {
        let named = Query(UserNameQuery { username: username.to_owned() });
        let Json(FoundUser { user }) = auth.call_as("compat", FindUser { named }).await.unwrap();
        assert_eq!(user.as_ref(), found, "{username}");
    }
}

async fn nobody_but_a_facade_makes_accounts_like_this(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = auth.register("ada@example.com").await;
    let keep = || EnsureAccount { id: Path(world.env.id()), account: Body(account(None, None, None)) };
    let find = || FindUser { named: Query(UserNameQuery { username: "ada".to_owned() }) };
    for token in [None, Some(&ada.access_token)] {
        let told = if token.is_none() { "unauthenticated" } else { "forbidden" };
        assert_eq!(code(auth.call(token, keep()).await), told);
        assert_eq!(code(auth.call(token, find()).await), told);
    }
    assert_eq!(code(auth.call_as("orders", keep()).await), "forbidden");
    assert_eq!(code(auth.call_as("orders", find()).await), "forbidden");
}
