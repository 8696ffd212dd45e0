//! Finding accounts, for staff: by what their names begin with, by a whole name, by their role.

use crate::world::{AuthReplica, AuthTestBed, PASSWORD, code, new_account, whole};
use contracts::auth::*;
use db::{Engine, Sql, params};
use endpoint::{Body, IfMatch, IfNoneMatch, Json, Page, PageParams, Path, Permission, Query};
use kernel::Secret;
use std::time::Duration;

on_both!(
    accounts_are_found_by_what_their_names_begin_with,
    staff_for_orders_find_customers_only,
    a_list_goes_on_where_it_stopped,
    accounts_are_indexed_again_where_the_tokenizer_was_another_one,
    what_an_older_version_registers_is_found_and_it_finds_what_this_one_does,
    the_migration_numbers_accounts_as_the_index_does,
);

async fn named(
    auth: &AuthReplica,
    username: Option<&str>,
    email: Option<&str>,
    name: Option<&str>,
) -> SignedIn {
    let account = NewAccount { name: name.map(str::to_owned), ..new_account(username, email) };
    auth.call(None, Register { account: Body(account) }).await.unwrap().body
}

fn words(q: &str) -> UserFilter {
    UserFilter { q: Some(q.to_owned()), ..UserFilter::default() }
}

/// Who is found, by their e-mail address or username, page by page.
async fn found(auth: &AuthReplica, by: &Secret, filter: UserFilter, limit: u16) -> Vec<String> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let filter = Query(filter.clone());
        let list = ListUsers { filter, slice: PageParams { limit: Some(limit), cursor } };
        let Json(Page { items, next_cursor }) = auth.call(Some(by), list).await.unwrap();
        assert!(items.len() <= usize::from(limit));
        all.extend(items.into_iter().map(|user| user.email.or(user.username).unwrap()));
        cursor = next_cursor;
        if cursor.is_none() {
            return all;
        }
    }
}

/// A member of staff with this permission, signed in.
async fn staff(auth: &AuthReplica, admin: &Secret, email: &str, permission: Permission) -> Secret {
    let made = auth.register(email).await;
    let (role, permissions) = (Some(Role::Staff), Some(vec![permission]));
    auth.update_user(admin, made.user.id, UserChange { role, permissions, active: None }).await.unwrap();
    auth.login(email, PASSWORD).await.unwrap().0.access_token
}

async fn accounts_are_indexed_again_where_the_tokenizer_was_another_one(world: AuthTestBed) {
    let auth = world.replica().await;
    let admin = auth.admin("admin@example.org").await.access_token;
    named(&auth, Some("lodz_1"), None, Some("Zoë Łódzka")).await;
    let find = async |q: &str| found(&auth, &admin, words(q), 10).await;
    assert_eq!(find("lodzka").await, ["lodz_1"]);
    let mut tx = world.db.begin().await.unwrap();
    for older in [
        "delete from search_entry",
        "insert into search_build (single, tokenizer, pass) values (1, '0 en', 3)",
    ] {
        tx.run(&Sql::both(older), params![]).await.unwrap();
    }
    tx.commit("test.older").await.unwrap();
    assert_eq!(find("lodzka").await, [""; 0]);
    let (_, task) =
        world.tasks().await.into_iter().find(|(name, _)| *name == "rebuild_search_index").unwrap();
    let rebuilt = async {
        // all were indexed, and a second pass follows later
        while world.number("select count(*) as n from search_build where pass = 2").await == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::select! {
        () = task => panic!("the task has ended"),
        () = rebuilt => {}
    }
    assert_eq!(find("łódzka").await, ["lodz_1"]);
}

/// On PostgreSQL, where replicas of both run side by side.
async fn what_an_older_version_registers_is_found_and_it_finds_what_this_one_does(world: AuthTestBed) {
    if world.db.engine() == Engine::Sqlite {
        return;
    }
    let auth = world.replica().await;
    let admin = auth.admin("admin@example.org").await.access_token;
    named(&auth, Some("ada_1"), None, Some("Ada Lovelace")).await;
    assert_eq!(world.number("select count(*) as n from account_word where word = 'lovelace'").await, 1);
    let mut tx = world.db.begin().await.unwrap();
    for older in [
        "delete from account_word where account = (select id from account where username = 'ada_1')",
        "insert into account_word (account, word) select id, unnest(array['ada', '1', 'king']) from account where username = 'ada_1'",
    ] {
        tx.run(&Sql::both(older), params![]).await.unwrap();
    }
    tx.commit("test.older").await.unwrap();
    assert_eq!(found(&auth, &admin, words("king ada"), 10).await, ["ada_1"]);
    assert_eq!(found(&auth, &admin, words("lovelace"), 10).await, [""; 0]);
}

/// On SQLite, whose index needs numbers.
async fn the_migration_numbers_accounts_as_the_index_does(world: AuthTestBed) {
    if world.db.engine() == Engine::Postgres {
        return;
    }
    let auth = world.replica().await;
    for n in 0..5 {
        auth.register(&format!("tester{n}@example.com")).await;
    }
    let migration = include_str!("../../migrations/0008_search.sql");
    let begin = migration.find("with recursive").unwrap();
    let numbered = &migration[begin..begin + migration[begin..].find(';').unwrap()];
    let numbered: &'static str = numbered.to_owned().leak();
    let number = |row: &db::Row, column: &str| row.get::<i64>(column).unwrap();
    let rows = world.db.query(&Sql::both(numbered), &[]).await.unwrap();
    let mut as_migrated: Vec<i64> = rows.iter().map(|row| number(row, "seq")).collect();
    let rows = world.db.query(&Sql::both("select seq from search_entry order by seq"), &[]).await.unwrap();
    as_migrated.sort_unstable();
    assert_eq!(as_migrated, rows.iter().map(|row| number(row, "seq")).collect::<Vec<_>>());
    assert_eq!(as_migrated.len(), 5);
}

async fn accounts_are_found_by_what_their_names_begin_with(world: AuthTestBed) {
    let auth = world.replica().await;
    let admin = auth.admin("admin@example.org").await.access_token;
    let ada = named(&auth, None, Some("Ada.L@example.com"), Some("Ada Lovelace")).await;
    named(&auth, Some("grace_h"), None, Some("Grace Höpper")).await;
    let find = async |filter| found(&auth, &admin, filter, 10).await;
    for q in ["ada", "ADA love", "lovelace", "ada.l@example.com", "ada l example"] {
        assert_eq!(find(words(q)).await, ["Ada.L@example.com"], "{q}");
    }
    for q in ["hopp", "grace", "grace_h", "GRÁCE hop"] {
        assert_eq!(find(words(q)).await, ["grace_h"], "{q}");
    }
    assert_eq!(find(words("ada grace")).await, [""; 0]);
    assert_eq!(find(words("!!!")).await, [""; 0], "there is no word in it");
    let both = UserFilter { email: Some("ada.l@example.com".to_owned()), ..words("!!!") };
    assert_eq!(find(both).await, [""; 0]);
    assert_eq!(find(words("lace")).await, [""; 0], "words are found by their beginning");
    let email = |email: &str| UserFilter { email: Some(email.to_owned()), ..UserFilter::default() };
    assert_eq!(find(email("ADA.l@Example.com")).await, ["Ada.L@example.com"]);
    assert_eq!(find(email("ada.l@example")).await, [""; 0]);
    // of two people, with a word that is not theirs, of another role
    let two = UserFilter { username: Some("grace_h".to_owned()), ..email("ada.l@example.com") };
    assert_eq!(find(two).await, [""; 0]);
    let own = |q: &str| UserFilter { q: Some(q.to_owned()), ..email("ada.l@example.com") };
    assert_eq!(find(own("love")).await, ["Ada.L@example.com"]);
    assert_eq!(find(own("grace")).await, [""; 0]);
    let role = |role| UserFilter { role: Some(role), ..email("ada.l@example.com") };
    assert_eq!(find(role(Role::Customer)).await, ["Ada.L@example.com"]);
    assert_eq!(find(role(Role::Admin)).await, [""; 0]);
    let username = UserFilter { username: Some("Grace_H".to_owned()), ..UserFilter::default() };
    assert_eq!(find(username).await, ["grace_h"]);
    // another name is what it is found by from now on
    let change = Body(MeChange { name: Some("Ada King".to_owned()), ..MeChange::default() });
    auth.call(Some(&ada.access_token), UpdateMe { based_on: IfMatch(None), change }).await.unwrap();
    assert_eq!(find(words("king")).await, ["Ada.L@example.com"]);
    assert_eq!(find(words("lovelace")).await, [""; 0]);
}

async fn staff_for_orders_find_customers_only(world: AuthTestBed) {
    let auth = world.replica().await;
    let admin = auth.admin("admin@example.com").await;
    let ada = auth.register("ada@example.com").await;
    let clerk = staff(&auth, &admin.access_token, "clerk@example.com", Permission::Orders).await;
    let settings = staff(&auth, &admin.access_token, "settings@example.com", Permission::Settings).await;
    let all = UserFilter::default;
    assert_eq!(found(&auth, &clerk, all(), 10).await, ["ada@example.com"]);
    assert_eq!(found(&auth, &clerk, words("example"), 10).await, ["ada@example.com"]);
    let of = |role| UserFilter { role: Some(role), ..UserFilter::default() };
    assert_eq!(found(&auth, &clerk, of(Role::Admin), 10).await, [""; 0]);
    assert_eq!(found(&auth, &settings, of(Role::Admin), 10).await, ["admin@example.com"]);
    assert_eq!(found(&auth, &settings, all(), 10).await.len(), 4);
    let read = |id| GetUser { id: Path(id), known: IfNoneMatch(None) };
    assert_eq!(whole(auth.call(Some(&clerk), read(ada.user.id)).await.unwrap()).id, ada.user.id);
    assert_eq!(code(auth.call(Some(&clerk), read(admin.user.id)).await), "not_found");
    assert_eq!(whole(auth.call(Some(&settings), read(admin.user.id)).await.unwrap()).id, admin.user.id);
    let list = ListUsers { filter: Query::default(), slice: PageParams::default() };
    assert_eq!(code(auth.call(Some(&ada.access_token), list).await), "forbidden");
}

async fn a_list_goes_on_where_it_stopped(world: AuthTestBed) {
    let auth = world.replica().await;
    let admin = auth.admin("admin@example.org").await.access_token;
    let mut expected = Vec::new();
    for n in 0..5 {
        let email = format!("tester{n}@example.com");
        // so that no two are made in the same moment
        tokio::time::sleep(Duration::from_millis(2)).await;
        auth.register(&email).await;
        expected.insert(0, email);
    }
    for filter in [words("tester"), words("com"), UserFilter { role: Some(Role::Customer), ..words("exam") }]
    {
        for limit in [1, 2, 5, 50] {
            assert_eq!(found(&auth, &admin, filter.clone(), limit).await, expected, "{filter:?} by {limit}");
        }
    }
    let of_customers = UserFilter { role: Some(Role::Customer), ..UserFilter::default() };
    assert_eq!(found(&auth, &admin, of_customers, 2).await, expected);
}
