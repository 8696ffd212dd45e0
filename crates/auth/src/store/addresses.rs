//! The addresses that accounts keep. Who changes one holds its account.

use contracts::{Address, auth::SavedAddress};
use db::{Db, Error, ErrorKind, Result, Row, Tx, params, statements};
use kernel::{
    Timestamp,
    id::{AddressId, UserId},
};
use serde_json::Value;

statements! {
    INSERT_ADDRESS = "insert into address (id, account, address, is_default, version, created_at, updated_at)
                      values ($1, $2, $3, $4, $5, $6, $7)";
    FIND_ADDRESS = "select * from address where account = $1 and id = $2";
    LIST_ADDRESSES = "select * from address where account = $1 and id < $2 order by id desc limit $3";
    COUNT_ADDRESSES = "select count(*) as n from address where account = $1";
    UPDATE_ADDRESS = "update address set address = $3, is_default = $4, version = $5, updated_at = $6
                      where account = $1 and id = $2";
    DELETE_ADDRESS = "delete from address where account = $1 and id = $2";
    /// Before another one becomes it: there is one at most.
    NO_DEFAULT = "update address set is_default = false, version = version + 1, updated_at = $2
                  where account = $1 and is_default";
    SET_DEFAULT = "update address set is_default = true, version = version + 1, updated_at = $3
                   where account = $1 and id = $2";
}

/// Adds one.
pub(crate) async fn insert(tx: &mut Tx, account: UserId, new: &SavedAddress) -> Result<()> {
    let values = params![
        new.id,
        account,
        json(&new.address)?,
        new.default,
        new.version,
        new.created_at,
        new.updated_at
    ];
    tx.run(&INSERT_ADDRESS, values).await.map(drop)
}

/// One of an account.
pub(crate) async fn find(db: &Db, account: UserId, id: AddressId) -> Result<Option<SavedAddress>> {
    db.query_opt(&FIND_ADDRESS, params![account, id]).await?.as_ref().map(address).transpose()
}

/// The same within a transaction.
pub(crate) async fn read(tx: &mut Tx, account: UserId, id: AddressId) -> Result<Option<SavedAddress>> {
    tx.query_opt(&FIND_ADDRESS, params![account, id]).await?.as_ref().map(address).transpose()
}

/// Those of an account, newest first, from the one after `before` on.
pub(crate) async fn list(
    db: &Db,
    account: UserId,
    before: AddressId,
    at_most: i64,
) -> Result<Vec<SavedAddress>> {
    db.query(&LIST_ADDRESSES, params![account, before, at_most]).await?.iter().map(address).collect()
}

/// The newest of an account.
pub(crate) async fn newest(tx: &mut Tx, account: UserId) -> Result<Option<SavedAddress>> {
    let last = AddressId::from_uuid(uuid::Uuid::max());
    tx.query_opt(&LIST_ADDRESSES, params![account, last, 1_i64]).await?.as_ref().map(address).transpose()
}

/// How many an account has.
pub(crate) async fn count(tx: &mut Tx, account: UserId) -> Result<i64> {
    tx.query_one(&COUNT_ADDRESSES, params![account]).await?.get("n")
}

/// Writes what a change made of one.
pub(crate) async fn update(tx: &mut Tx, account: UserId, changed: &SavedAddress) -> Result<()> {
    let SavedAddress { id, address, default, version, updated_at, .. } = changed;
    let values = params![account, *id, json(address)?, *default, *version, *updated_at];
    tx.run(&UPDATE_ADDRESS, values).await.map(drop)
}

/// Removes one.
pub(crate) async fn delete(tx: &mut Tx, account: UserId, id: AddressId) -> Result<()> {
    tx.run(&DELETE_ADDRESS, params![account, id]).await.map(drop)
}

/// None is the default any more.
pub(crate) async fn clear_default(tx: &mut Tx, account: UserId, now: Timestamp) -> Result<()> {
    tx.run(&NO_DEFAULT, params![account, now]).await.map(drop)
}

/// This one is the default from now on, where none was.
pub(crate) async fn set_default(tx: &mut Tx, account: UserId, id: AddressId, now: Timestamp) -> Result<()> {
    tx.run(&SET_DEFAULT, params![account, id, now]).await.map(drop)
}

fn address(row: &Row) -> Result<SavedAddress> {
    Ok(SavedAddress {
        id: row.get("id")?,
        address: serde_json::from_value(row.get("address")?).map_err(wrong)?,
        default: row.get("is_default")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

fn json(address: &Address) -> Result<Value> {
    serde_json::to_value(address).map_err(wrong)
}

fn wrong(error: serde_json::Error) -> Error {
    Error::new(ErrorKind::Other, format!("an address's row: {error}"))
}
