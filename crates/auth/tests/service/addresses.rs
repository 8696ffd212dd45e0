//! Addresses of an account: one of them is the default, there are fifty at most, and those of others cannot be seen.

use crate::world::{AuthReplica, AuthTestBed, code, whole};
use contracts::{Address, auth::*};
use db::{Engine, Sql, params};
use endpoint::{
    Body, Created, IfMatch, IfNoneMatch, Json, OptionalIdempotencyKey, Page, PageParams, Path, WithEtag,
};
use kernel::{Secret, id::AddressId};
use std::time::Duration;

on_both!(
    one_address_is_the_default_as_long_as_there_are_any,
    a_change_holds_to_what_was_read,
    a_repeat_adds_no_other_address,
    fifty_addresses_are_enough,
    nobody_elses_addresses_are_there,
    addresses_go_with_their_account_and_are_in_no_event,
);

fn address(line1: &str) -> Address {
    Address {
        name: "Ada Lovelace".to_owned(),
        line1: line1.to_owned(),
        line2: None,
        city: "London".to_owned(),
        postal_code: "SW1Y 4JH".to_owned(),
        region: None,
        country: "GB".to_owned(),
    }
}

fn adding(line1: &str, default: bool, key: Option<&str>) -> AddAddress {
    let address = Body(NewAddress { address: address(line1), default });
    AddAddress { key: OptionalIdempotencyKey(key.map(str::to_owned)), address }
}

async fn added(auth: &AuthReplica, by: &Secret, line1: &str, default: bool) -> SavedAddress {
    // so that no two are made in the same moment
    tokio::time::sleep(Duration::from_millis(2)).await;
    auth.call(Some(by), adding(line1, default, None)).await.unwrap().body
}

fn changing(id: AddressId, etag: Option<&str>, change: AddressChange) -> UpdateAddress {
    UpdateAddress { id: Path(id), based_on: IfMatch(etag.map(str::to_owned)), change: Body(change) }
}

/// What each says in its first line, and whether it is the default; newest first, one page after the other.
async fn listed(auth: &AuthReplica, by: &Secret) -> Vec<(String, bool)> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let slice = PageParams { limit: Some(2), cursor };
        let Json(Page { items, next_cursor }) = auth.call(Some(by), ListAddresses { slice }).await.unwrap();
        all.extend(items.into_iter().map(|kept| (kept.address.line1, kept.default)));
        cursor = next_cursor;
        if cursor.is_none() {
            return all;
        }
    }
}

fn lines(of: &[(&str, bool)]) -> Vec<(String, bool)> {
    of.iter().map(|(line, default)| ((*line).to_owned(), *default)).collect()
}

async fn one_address_is_the_default_as_long_as_there_are_any(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = auth.register("ada@example.com").await.access_token;
    let first = added(&auth, &ada, "1 First Street", false).await;
    assert!(first.default, "the first one is");
    let second = added(&auth, &ada, "2 Second Street", false).await;
    added(&auth, &ada, "3 Third Street", true).await;
    let third_is = [("3 Third Street", true), ("2 Second Street", false), ("1 First Street", false)];
    assert_eq!(listed(&auth, &ada).await, lines(&third_is));
    let default = |default| AddressChange { default: Some(default), ..AddressChange::default() };
    let changed = auth.call(Some(&ada), changing(second.id, None, default(true))).await.unwrap();
    assert!(changed.body.default && changed.body.version == 2);
    assert_eq!(code(auth.call(Some(&ada), changing(second.id, None, default(false))).await), "unprocessable");
    auth.call(Some(&ada), changing(first.id, None, default(false))).await.unwrap();
    let remove = |id| RemoveAddress { id: Path(id), based_on: IfMatch(None) };
    auth.call(Some(&ada), remove(second.id)).await.unwrap();
    assert_eq!(listed(&auth, &ada).await, lines(&[("3 Third Street", true), ("1 First Street", false)]));
    assert_eq!(code(auth.call(Some(&ada), remove(second.id)).await), "not_found");
}

async fn a_change_holds_to_what_was_read(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = auth.register("ada@example.com").await.access_token;
    let Created { location, etag, body } = auth.call(Some(&ada), adding("1 Way", false, None)).await.unwrap();
    assert_eq!((location, etag.as_str()), (format!("/v1/me/addresses/{}", body.id), "\"1\""));
    let moved = |line| AddressChange { address: Some(address(line)), ..AddressChange::default() };
    let WithEtag { etag, body } =
        auth.call(Some(&ada), changing(body.id, Some(&etag), moved("2 Way"))).await.unwrap();
    assert_eq!((etag.as_str(), body.address.line1.as_str()), ("\"2\"", "2 Way"));
    let stale = changing(body.id, Some("\"1\""), moved("3 Way"));
    assert_eq!(code(auth.call(Some(&ada), stale).await), "precondition_failed");
    let same = auth.call(Some(&ada), changing(body.id, None, moved("2 Way"))).await.unwrap();
    assert_eq!(same.etag, etag, "the same again changes nothing");
    let read =
        |known: Option<&str>| GetAddress { id: Path(body.id), known: IfNoneMatch(known.map(str::to_owned)) };
    assert_eq!(whole(auth.call(Some(&ada), read(None)).await.unwrap()), same.body);
    let stale = RemoveAddress { id: Path(body.id), based_on: IfMatch(Some("\"1\"".to_owned())) };
    assert_eq!(code(auth.call(Some(&ada), stale).await), "precondition_failed");
}

async fn a_repeat_adds_no_other_address(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = auth.register("ada@example.com").await.access_token;
    let first = auth.call(Some(&ada), adding("1 Way", false, Some("home"))).await.unwrap();
    let again = auth.call(Some(&ada), adding("1 Way", false, Some("home"))).await.unwrap();
    assert_eq!(again, first);
    assert_eq!(code(auth.call(Some(&ada), adding("2 Way", false, Some("home"))).await), "key_reused");
    assert_eq!(world.number("select count(*) as n from address").await, 1);
}

async fn fifty_addresses_are_enough(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = auth.register("ada@example.com").await.access_token;
    for n in 0..50 {
        added(&auth, &ada, &format!("{n} Way"), false).await;
    }
    assert_eq!(code(auth.call(Some(&ada), adding("51 Way", true, None)).await), "too_many_addresses");
    assert_eq!(world.number("select count(*) as n from address").await, 50);
    assert_eq!(world.number("select count(*) as n from address where is_default").await, 1);
}

async fn nobody_elses_addresses_are_there(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = auth.register("ada@example.com").await.access_token;
    let eve = auth.register("eve@example.com").await.access_token;
    let home = added(&auth, &ada, "1 Way", false).await;
    let read = GetAddress { id: Path(home.id), known: IfNoneMatch(None) };
    assert_eq!(code(auth.call(Some(&eve), read).await), "not_found");
    let change = changing(home.id, None, AddressChange { default: Some(true), ..AddressChange::default() });
    assert_eq!(code(auth.call(Some(&eve), change).await), "not_found");
    let remove = RemoveAddress { id: Path(home.id), based_on: IfMatch(None) };
    assert_eq!(code(auth.call(Some(&eve), remove).await), "not_found");
    assert_eq!(listed(&auth, &eve).await, []);
}

async fn addresses_go_with_their_account_and_are_in_no_event(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = auth.register("ada@example.com").await;
    let before = world.number("select count(*) as n from event").await;
    added(&auth, &ada.access_token, "1 Way", false).await;
    assert_eq!(world.number("select count(*) as n from event").await, before);
    let mut tx = world.db.begin().await.unwrap();
    for text in [
        "delete from refresh_token where session in (select id from session where account = $1)",
        "delete from session where account = $1",
        "delete from account where id = $1",
    ] {
        tx.run(&Sql::both(text), params![ada.user.id]).await.unwrap();
    }
    tx.commit("test.erase").await.unwrap();
    assert_eq!(world.number("select count(*) as n from address").await, 0);
    if world.db.engine() == Engine::Postgres {
        assert_eq!(world.number("select count(*) as n from search_entry").await, 0);
        assert_eq!(world.number("select count(*) as n from account_word").await, 0);
    }
}
