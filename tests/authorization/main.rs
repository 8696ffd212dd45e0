//! Who may do what, tried out on a running shop.
//!
//! For each public operation the [`table`] says what each kind of person gets; [`matrix`] tries every cell. Refused
//! calls must change nothing, and what belongs to others must look as if it were not there. [`tokens`] holds the
//! tokens that nobody must be taken by.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]
#![allow(unreachable_pub, reason = "modules of one test")]

mod forge;
mod matrix;
#[path = "../operations/mod.rs"]
mod operations;
mod people;
#[path = "../shop/mod.rs"]
mod shop;
mod table;
mod tokens;

use endpoint::{Permission, Scope};
use forge::ShopKeys;
use http::Method;
use operations::PASSWORD;
use people::{TOKENS_END_WITHIN, TestAccount, TestAccounts};
use serde_json::json;
use shop::Shop;
use std::{collections::BTreeSet, time::Duration};
use table::{Cell, GUEST, PEOPLE, PROGRAMS, PermissionRow, rows};
use testkit::{http_client::HttpClient, part::Shard};
use tokens::EndedSessionTokens;
use tokio::time::sleep;

/// Sixty-four digits that this test knows.
const SECRET: &str = "5ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2";

#[track_caller]
fn assert_none(findings: &[String], what: &str) {
    assert!(findings.is_empty(), "{}: {} findings\n{}", what, findings.len(), findings.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_gets_from_each_operation_what_the_table_says() {
    let shop = Shop::open(&[("ORDO_SECRET", SECRET)]);
    let people = TestAccounts::gather(&shop).await;
    let product = shop.stock_up(&people.admin, &[(1999, 1_000_000)]).await[0].id.clone();
    let findings = matrix::try_out(&shop, &people, &product).await;
    assert_none(&findings, "the table is not kept");
    assert_none(&matrix::internal_is_not_there(&people.admin).await, "internal endpoints");
    shop.assert_audit_is_clean("after the table was tried out");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_bad_token_is_taken_anywhere() {
    let (every, first) = Shard::of_run().step();
    none_is_taken(Shop::embedded(&[("ORDO_SECRET", SECRET)]), (every, first)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_processes_too_no_bad_token_is_taken_anywhere() {
    // a request takes longer there
    let (every, first) = Shard::of_run().step();
    none_is_taken(Shop::split(&[("ORDO_SECRET", SECRET)]), (7 * every, first)).await;
}

/// Each bad token is shown to some operations, the `first` one and every so many, and the next one to those beside them: each
/// operation is shown some of them.
async fn none_is_taken(mut shop: Shop, (every, first): (usize, usize)) {
    shop.stop();
    let keys = ShopKeys::new(SECRET);
    keys.plant(&shop.database("auth").await).await;
    shop.start_again();
    let people = TestAccounts::gather(&shop).await;
    let (good, ended) = (people.person("admin").signed_in.clone(), ended(&people).await);
    let token = good["token"].as_str().unwrap();
    let plain = HttpClient::new(&shop.url());
    // what the test mints is good where nothing is wrong with it: so each bad one is refused for what is wrong
    let minted = keys.own.mint(&forge::claims(token));
    plain.with_token(&minted).get("/v1/users").await.expect(200);

    let before = operations::stage::events_at_rest(&people.admin).await;
    let bad = tokens::all(&keys, token, good["refresh_token"].as_str().unwrap(), ended);
    let mut findings = Vec::new();
    for (n, bad) in bad.iter().enumerate() {
        findings.extend(matrix::taken_anywhere(&plain, bad, (n + first, every)).await);
    }
    println!("{} bad tokens", bad.len());
    assert_none(&findings, "bad tokens");
    let after = operations::stage::events_at_rest(&people.admin).await;
    assert_eq!(before, after, "a bad token has changed something");
    for good in [token, &minted] {
        plain.with_token(good).get("/v1/users").await.expect(200);
    }
}

/// A token of each kind of session that has ended.
async fn ended(people: &TestAccounts) -> EndedSessionTokens {
    let plain = people.client("nobody");
    let token = |signed_in: &serde_json::Value| signed_in["token"].as_str().unwrap().to_owned();
    let mut ended = vec![("switched off", token(&people.person("disabled").signed_in))];
    let out = people.sign_in("admin").await;
    out.client.post("/v1/logout", "", &json!(null)).await.expect(204);
    ended.push(("signed out", token(&out.signed_in)));
    let changed = people.register("changed").await;
    let path = format!("/v1/users/{}", changed.id);
    people.admin.try_call(Method::PATCH, &path, "", &json!({"role": "admin"})).await.unwrap().expect(200);
    ended.push(("a role has changed", token(&changed.signed_in)));
    let thief = people.sign_in("admin").await.signed_in;
    let refresh = json!({"refresh_token": thief["refresh_token"]});
    let second = plain.post("/v1/token/refresh", "", &refresh).await.expect(200);
    let used = json!({"refresh_token": second.body["refresh_token"]});
    let third = plain.post("/v1/token/refresh", "", &used).await.expect(200);
    // its successor has been used, so this is no answer that was lost
    plain.post("/v1/token/refresh", "", &refresh).await.expect(401);
    ended.push(("a refresh token was used twice", token(&thief)));
    ended.push(("a refresh token was used twice, refreshed", token(&second.body)));
    ended.push(("a refresh token was used twice, refreshed again", token(&third.body)));
    ended.push(("an API key that was revoked", token(&people.person("revoked").signed_in)));
    ended.extend(ended_by_their_owners(people).await);
    sleep(TOKENS_END_WITHIN).await;
    EndedSessionTokens(ended)
}

/// Tokens whose session was ended by its owner, and those of the time before another password.
async fn ended_by_their_owners(people: &TestAccounts) -> Vec<(&'static str, String)> {
    let plain = people.client("nobody");
    let token = |signed_in: &serde_json::Value| signed_in["token"].as_str().unwrap().to_owned();
    let again = async |of: &TestAccount, password: &str| {
        let body = json!({"email": of.email, "password": password});
        plain.post("/v1/login", "", &body).await.expect(200).body
    };
    let owner = people.register("owner-of-sessions").await;
    let lost = again(&owner, PASSWORD).await;
    let sessions = owner.client.get("/v1/me/sessions").await.expect(200).body;
    let mut sessions = sessions["items"].as_array().unwrap().iter();
    let other = sessions.find(|session| session["current"] == false).unwrap();
    let path = format!("/v1/me/sessions/{}", other["id"].as_str().unwrap());
    owner.client.try_call(Method::DELETE, &path, "", &json!(null)).await.unwrap().expect(204);
    owner.client.get("/v1/me").await.expect(200);

    let elsewhere = again(&owner, PASSWORD).await;
    let change = json!({"current_password": PASSWORD, "new_password": "kettle on a tuesday"});
    owner.client.post("/v1/password/change", "", &change).await.expect(204);
    owner.client.get("/v1/me").await.expect(200);
    // the one that changed it goes on, until a code of a mail stands for the password
    plain.post("/v1/password/forgot", "", &json!({"email": owner.email})).await.expect(202);
    let reset = json!({"token": code_of_mail(people, &owner.id).await, "new_password": "teapot on a friday"});
    plain.post("/v1/password/reset", "", &reset).await.expect(204);
    again(&owner, "teapot on a friday").await;
    vec![
        ("its owner has ended the session", token(&lost)),
        ("the password was changed elsewhere", token(&elsewhere)),
        ("a new password was chosen with a mail's code", token(&owner.signed_in)),
    ]
}

/// The code of the mail about a forgotten password, as an administrator reads it.
async fn code_of_mail(people: &TestAccounts, user: &str) -> String {
    const PATIENCE: u32 = 200;
    for _ in 0..PATIENCE {
        let mails = people.admin.get(&format!("/v1/mails?about={user}")).await.expect(200).body;
        let mut mails = mails["items"].as_array().unwrap().iter();
        if let Some(mail) = mails.find(|mail| mail["template"] == "password_reset") {
            let path = format!("/v1/mails/{}", mail["id"].as_str().unwrap());
            let text = people.admin.get(&path).await.expect(200).text("text").to_owned();
            return text.split_whitespace().find(|word| word.starts_with("orr_")).unwrap().to_owned();
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("there is no mail about a forgotten password")
}

#[test]
fn every_public_operation_has_its_row() {
    let operations: BTreeSet<&str> = operations::public().iter().map(|o| o.route.name).collect();
    let rows = rows();
    let plain: BTreeSet<&str> = rows.iter().filter(|row| row.is_plain()).map(|row| row.name).collect();
    let missing: Vec<_> = operations.difference(&plain).collect();
    assert!(missing.is_empty(), "the table has no row for {missing:?}: who may do that?");
    let gone: Vec<_> = plain.difference(&operations).collect();
    assert!(gone.is_empty(), "the table has rows for {gone:?}, which are no operations");
    let names: BTreeSet<&str> = rows.iter().map(|row| row.name).collect();
    assert_eq!(names.len(), rows.len(), "a row is there twice");
}

/// What the code declares is the first of two locks, and the table must know it.
#[test]
fn the_table_and_the_declared_scopes_agree() {
    let findings: Vec<String> = rows()
        .iter()
        .flat_map(|row| {
            let scope = operations::named(row.operation()).route.scope;
            let wrong = PEOPLE.into_iter().filter(move |name| !agrees(scope, row, name));
            wrong.map(move |name| format!("{}: {name} under {scope:?}", row.name)).collect::<Vec<_>>()
        })
        .collect();
    assert_none(&findings, "cells that the declared scope does not allow");
}

/// Whether this cell can be so, where the operation is declared for such people.
fn agrees(scope: Scope, row: &PermissionRow, name: &str) -> bool {
    let cell = row.cells[name];
    let signed_in = !matches!(name, "nobody" | "disabled" | "revoked");
    let passes = match scope {
        Scope::NoCredential => true,
        // each credential that is sent is valid
        Scope::Public => signed_in || name == "nobody",
        Scope::User => signed_in && name != GUEST,
        Scope::Buyer => signed_in,
        Scope::Session => signed_in && !PROGRAMS.contains(&name) && name != GUEST,
        Scope::StaffWith(permissions) => return agrees_with_one(permissions, row, name),
        Scope::Staff(permission) => {
            let program = match permission {
                Permission::Orders => "key",
                Permission::Products => "keyless",
                Permission::Payments | Permission::Settings => "",
            };
            name == "admin" || name == column(permission) || name == program
        }
        Scope::StaffSession(permission) => name == "admin" || name == column(permission),
        Scope::Admin => name == "admin",
        Scope::Service(_) => false,
    };
    if !passes {
        return cell == if signed_in { Cell::Forbidden } else { Cell::Unauthenticated };
    }
    // a caller that passes the first check is never asked to sign in; special cases may be for fewer people
    let is_staff = matches!(scope, Scope::Staff(_) | Scope::StaffSession(_) | Scope::Admin);
    let is_for_them = is_staff || name == "owner";
    // what is over is over for everybody
    let is_granted = matches!(cell, Cell::Done | Cell::Over | Cell::Unsigned);
    cell != Cell::Unauthenticated && (is_granted || !row.is_plain() || !is_for_them)
}

/// The same, where each of several permissions will do.
fn agrees_with_one(permissions: &[Permission], row: &PermissionRow, name: &str) -> bool {
    let under = |permission: &Permission| agrees(Scope::Staff(*permission), row, name);
    match row.cells[name] {
        Cell::Forbidden | Cell::Unauthenticated => permissions.iter().all(under),
        _ => permissions.iter().any(under),
    }
}

fn column(permission: Permission) -> &'static str {
    match permission {
        Permission::Products => "products",
        Permission::Orders => "orders",
        Permission::Payments => "payments",
        Permission::Settings => "settings",
    }
}
