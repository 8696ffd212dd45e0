//! Accounts.

use super::account_document;
use crate::login_name::{self, LoginName};
use contracts::auth::{Role, User};
use db::{Db, Error, ErrorKind, Result, Row, Tx, params, statements};
use flow::row_reader::{self, RowReader};
use kernel::{Secret, Timestamp, canonical_name::stored_email_keys, id::UserId};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeSet;

/// The constraint that keeps usernames apart.
pub(crate) const USERNAME: &str = "account_username";
/// The constraint that keeps e-mail addresses apart.
pub(crate) const EMAIL: &str = "account_email";

statements! {
    INSERT = "insert into account (id, username, username_key, email, email_key, name, password_hash, role,
                  permissions, active, version, created_at, updated_at, language)
              values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    FIND = "select * from account where id = $1";
    FIND_BY_USERNAME = "select * from account where username_key = $1";
    FIND_BY_EMAIL = "select * from account where email_key = $1";
    /// Holds off changes of the account until the transaction ends; others may read it the same way.
    HOLD = "select * from account where id = $1 for share";
    LOCK = "select * from account where id = $1 for no key update";
    /// In one order, so that two who do this at once wait for one another and do not deadlock.
    LOCK_ADMINS = "select id from account where role = 'admin' and active order by id for no key update";
    ANY_ADMIN = "select 1 as one from account where role = 'admin' limit 1";
    UPDATE = "update account set name = $3, role = $4, permissions = $5, active = $6, version = version + 1,
                  updated_at = $7, language = $8
              where id = $1 and version = $2";
    UPDATE_PASSWORD_HASH = "update account set password_hash = $3 where id = $1 and password_hash = $2";
    /// With the hash that it replaces, or without, if that is not needed.
    SET_PASSWORD = "update account set password_hash = $3, version = version + 1, updated_at = $4
                    where id = $1 and version = $2 and (cast($5 as text) is null or password_hash = $5)";
    SET_VERIFIED = "update account set email_verified_at = $3, version = version + 1, updated_at = $3
                    where id = $1 and version = $2";
    LIST = "select * from account where id < $1 order by id desc limit $2";
    LIST_OF_ROLE = "select * from account where role = $3 and id < $1 order by id desc limit $2";
    AFTER = "select * from account where id > $1 order by id limit $2";
    STRANGERS = "select id from account where id <= $1 order by id limit 100";
    SUBJECTS = "select subject from event where subject > $1 group by subject order by subject limit $2";
    THERE = "select id from account where id = any($1)";
    WITH_IDS = "select * from account where id = any($1)";
}

/// An account and what its password is compared with.
pub(crate) struct Credential {
    /// The account.
    pub(crate) user: User,
    /// The hash of its password.
    pub(crate) password_hash: Secret,
}

/// Inserts a new account. A name that is taken violates [`USERNAME`] or [`EMAIL`].
pub(crate) async fn insert(tx: &mut Tx, user: &User, password_hash: &Secret) -> Result<()> {
    let username_key = user.username.as_deref().map(login_name::key);
    let email_key = user.email.as_deref().map(login_name::stored_key);
    let values = params![
        user.id,
        user.username.clone(),
        username_key,
        user.email.clone(),
        email_key,
        user.name.clone(),
        password_hash.expose(),
        word(&user.role)?,
        permissions(user)?,
        user.active,
        user.version,
        user.created_at,
        user.updated_at,
        user.language,
    ];
    tx.run(&INSERT, values).await?;
    account_document::write(tx, user).await
}

/// The account with this id.
pub(crate) async fn find(db: &Db, id: UserId) -> Result<Option<User>> {
    db.query_opt(&FIND, params![id]).await?.as_ref().map(user).transpose()
}

/// The account with this id, and what its password is compared with.
pub(crate) async fn find_credential(db: &Db, id: UserId) -> Result<Option<Credential>> {
    db.query_opt(&FIND, params![id]).await?.as_ref().map(credential).transpose()
}

/// The account with this name.
pub(crate) async fn find_by_name(db: &Db, name: &LoginName) -> Result<Option<Credential>> {
    let row = match name {
        LoginName::Username(key) => db.query_opt(&FIND_BY_USERNAME, params![key]).await?,
        LoginName::Email(key) => find_by_email(db, key).await?,
        LoginName::Invalid(_) => None,
    };
    row.as_ref().map(credential).transpose()
}

async fn find_by_email(db: &Db, key: &str) -> Result<Option<Row>> {
    for key in stored_email_keys(key) {
        let row = db.query_opt(&FIND_BY_EMAIL, params![key]).await?;
        if row.is_some() {
            return Ok(row);
        }
    }
    Ok(None)
}

/// The account, locked until the transaction ends.
pub(crate) async fn hold(tx: &mut Tx, id: UserId) -> Result<Option<User>> {
    tx.query_opt(&HOLD, params![id]).await?.as_ref().map(user).transpose()
}

/// The same, and what its password is compared with now.
pub(crate) async fn hold_credential(tx: &mut Tx, id: UserId) -> Result<Option<Credential>> {
    tx.query_opt(&HOLD, params![id]).await?.as_ref().map(credential).transpose()
}

/// The account, which only this transaction changes until it ends.
pub(crate) async fn lock(tx: &mut Tx, id: UserId) -> Result<Option<User>> {
    tx.query_opt(&LOCK, params![id]).await?.as_ref().map(user).transpose()
}

/// The active admins, none of whom ceases to be one until the transaction ends.
pub(crate) async fn lock_admins(tx: &mut Tx) -> Result<Vec<UserId>> {
    tx.query(&LOCK_ADMINS, params![]).await?.iter().map(|row| row.get("id")).collect()
}

/// Whether there is an admin, active or not.
pub(crate) async fn has_admin(db: &Db) -> Result<bool> {
    Ok(db.query_opt(&ANY_ADMIN, params![]).await?.is_some())
}

/// The same, as the transaction sees it.
pub(crate) async fn has_admin_now(tx: &mut Tx) -> Result<bool> {
    Ok(tx.query_opt(&ANY_ADMIN, params![]).await?.is_some())
}

/// Writes what a change made of an account that is locked.
pub(crate) async fn update(tx: &mut Tx, changed: &User) -> Result<()> {
    let values = params![
        changed.id,
        changed.version - 1,
        changed.name.clone(),
        word(&changed.role)?,
        permissions(changed)?,
        changed.active,
        changed.updated_at,
        changed.language,
    ];
    match tx.run(&UPDATE, values).await? {
        1 => account_document::write(tx, changed).await,
        _ => Err(Error::new(ErrorKind::Retry, "the account has changed meanwhile")),
    }
}

/// Replaces a hash by one of the same password; false: the password has changed.
pub(crate) async fn update_password_hash(
    tx: &mut Tx,
    id: UserId,
    old: &Secret,
    new: &Secret,
) -> Result<bool> {
    Ok(tx.run(&UPDATE_PASSWORD_HASH, params![id, old.expose(), new.expose()]).await? == 1)
}

/// Writes the hash of another password of an account that is locked, instead of the one that was compared with.
pub(crate) async fn set_password(
    tx: &mut Tx,
    changed: &User,
    compared: Option<&Secret>,
    new: &Secret,
) -> Result<()> {
    let compared = compared.map(|hash| hash.expose().to_owned());
    let values = params![changed.id, changed.version - 1, new.expose(), changed.updated_at, compared];
    match tx.run(&SET_PASSWORD, values).await? {
        1 => Ok(()),
        _ => Err(Error::new(ErrorKind::Retry, "the password has changed meanwhile")),
    }
}

/// Notes that the address of an account that is locked is its owner's.
pub(crate) async fn set_verified(tx: &mut Tx, changed: &User) -> Result<()> {
    match tx.run(&SET_VERIFIED, params![changed.id, changed.version - 1, changed.updated_at]).await? {
        1 => Ok(()),
        _ => Err(Error::new(ErrorKind::Retry, "the account has changed meanwhile")),
    }
}

/// Returns at most `at_most` accounts older than `before`, newest first.
pub(crate) async fn list(db: &Db, role: Option<Role>, before: UserId, at_most: i64) -> Result<Vec<User>> {
    let rows = match role {
        Some(role) => db.query(&LIST_OF_ROLE, params![before, at_most, word(&role)?]).await?,
        None => db.query(&LIST, params![before, at_most]).await?,
    };
    rows.iter().map(user).collect()
}

/// Reads so many accounts after this one, and gives the last one; none at the end. What cannot be read is named.
pub(crate) async fn audit(
    db: &Db,
    after: UserId,
    at_most: i64,
    reading: &mut RowReader,
) -> Result<Option<UserId>> {
    if row_reader::is_last(after) {
        return Ok(None);
    }
    let rows = db.query(&AFTER, params![after, at_most]).await?;
    let Some(last) = rows.last() else { return Ok(None) };
    reading.rows(("account", "id"), &rows, |row| [row_reader::id::<UserId>(row, "id")], credential);
    Ok(Some(row_reader::mark(last, "id")))
}

/// Names accounts whose id is none.
pub(crate) async fn strangers(db: &Db, reading: &mut RowReader) -> Result<()> {
    let rows = db.query(&STRANGERS, params![UserId::from_uuid(uuid::Uuid::nil())]).await?;
    reading.strangers::<UserId, 1>(("account", "id"), &rows, |row| [row_reader::id::<UserId>(row, "id")]);
    Ok(())
}

/// The missing accounts among those that so many events after `after` name, and where to continue; none at the end.
pub(crate) async fn vanished(db: &Db, after: &str, at_most: i64) -> Result<Option<(String, Vec<UserId>)>> {
    let rows = db.query(&SUBJECTS, params![after, at_most]).await?;
    let Some(last) = row_reader::last_word(&rows, "subject") else { return Ok(None) };
    let subjects = rows.iter().filter_map(|row| row.get::<String>("subject").ok());
    let told: Vec<UserId> = subjects.filter_map(|subject| subject.parse().ok()).collect();
    let there = db.query(&THERE, params![told.as_slice()]).await?;
    let there: BTreeSet<UserId> = there.iter().map(|row| row.get("id")).collect::<Result<_>>()?;
    Ok(Some((last, told.into_iter().filter(|id| !there.contains(id)).collect())))
}

/// These accounts, as far as they are there, in any order.
pub(crate) async fn with_ids(db: &Db, ids: &[UserId]) -> Result<Vec<User>> {
    db.query(&WITH_IDS, params![ids]).await?.iter().map(user).collect()
}

fn credential(row: &Row) -> Result<Credential> {
    Ok(Credential { user: user(row)?, password_hash: Secret::new(row.get::<String>("password_hash")?) })
}

fn user(row: &Row) -> Result<User> {
    Ok(User {
        id: row.get("id")?,
        username: row.get("username")?,
        email: row.get("email")?,
        email_verified: row.get::<Option<Timestamp>>("email_verified_at")?.is_some(),
        name: row.get("name")?,
        language: row.get("language")?,
        role: read(Value::String(row.get("role")?))?,
        permissions: read(row.get("permissions")?)?,
        scopes: None,
        active: row.get("active")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

fn word(role: &endpoint::Role) -> Result<String> {
    serde_json::to_value(role).and_then(serde_json::from_value).map_err(wrong)
}

fn permissions(user: &User) -> Result<Value> {
    serde_json::to_value(&user.permissions).map_err(wrong)
}

fn read<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(wrong)
}

fn wrong(error: serde_json::Error) -> Error {
    Error::new(ErrorKind::Other, format!("an account's row: {error}"))
}
