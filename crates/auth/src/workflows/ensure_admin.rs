//! Makes sure that there is an admin: from the command line, the environment, or for a demonstration.

use super::account_update::{self, UpdateOutcome};
use crate::{
    AuthSettings, NAME, account,
    common_password::is_common,
    login_name::{LoginName, email_key},
    state::hasher::{Hasher, NameHistory},
    store::accounts,
};
use contracts::{
    auth::{NewAccount, Role, User, UserChange},
    events::EventType,
};
use db::Db;
use endpoint::{CommonError, FieldError, IfMatch, ValidateRequest};
use flow::{Cause, Journal};
use kernel::{Env, Secret, id::UserId};
use std::fmt;

/// What was done so that there is this admin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnsureAdminOutcome {
    /// The account was made.
    Created(UserId),
    /// It was there, and was made an active admin. Its password is what it was.
    Promoted(UserId),
    /// It was there, and was an admin. Its password is what it was.
    Unchanged(UserId),
}

/// What to do with an account that has the address already. The person who registered it has its password, and registering
/// does not verify an address: only an operator can decide to promote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It is an admin's already, or stays what it is.
    Refuse,
    /// It is made an active admin's.
    Promote,
}

/// Why there is no such admin.
#[derive(Debug)]
pub enum AdminError {
    /// The e-mail address or the password has not the form that it must have.
    Invalid(Vec<FieldError>),
    /// The password is one that attackers try first.
    CommonPassword,
    /// Somebody has an account with this address that is not an active admin's.
    NotAnAdmin,
    /// The process is ending.
    Ending,
    /// What the database says.
    Db(db::Error),
}

impl fmt::Display for AdminError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AdminError::Invalid(faults) => {
                let faults: Vec<String> =
                    faults.iter().map(|fault| format!("{}: {}", fault.pointer.trim_start_matches('/'), fault.detail)).collect();
                f.write_str(&faults.join("; "))
            }
            AdminError::CommonPassword => f.write_str("the password is one that attackers try first"),
            AdminError::NotAnAdmin => f.write_str(
                "an account with this address is there already, and is not an active administrator's; whoever \
                 registered it knows its password",
            ),
            AdminError::Ending => f.write_str("the process is ending"),
            AdminError::Db(error) => error.fmt(f),
        }
    }
}
impl std::error::Error for AdminError {}
impl From<db::Error> for AdminError {
    fn from(error: db::Error) -> Self {
        AdminError::Db(error)
    }
}
impl From<CommonError> for AdminError {
    fn from(_: CommonError) -> Self {
        AdminError::Ending
    }
}

/// Makes an admin's account with this e-mail address. Doing it again changes nothing; the password of an account
/// that is there stays what it is, and it becomes an admin's only where `existing` says so.
///
/// # Errors
/// See [`AdminError`].
pub async fn ensure_admin(
    db: &Db,
    env: &Env,
    settings: &AuthSettings,
    email: &str,
    password: &Secret,
    existing: Existing,
) -> Result<EnsureAdminOutcome, AdminError> {
    let key = check(email, password)?;
    let journal = Journal::new(NAME, env.clone(), db.clone());
    let name = LoginName::Email(key);
    if let Some(found) = accounts::find_by_name(db, &name).await? {
        return take_over(&journal, db, env, &found.user, existing).await;
    }
    let hash =
        Hasher::new(env.clone(), settings).turn(None, NameHistory::OWNER).await?.hash(password).await?;
    match create(&journal, db, env, email, &hash).await {
        // another process was faster
        Err(e) if e.violates(accounts::EMAIL) => match accounts::find_by_name(db, &name).await? {
            Some(found) => take_over(&journal, db, env, &found.user, existing).await,
            None => Err(e.into()),
        },
        created => Ok(EnsureAdminOutcome::Created(created?)),
    }
}

/// Checks, without a database, that this address and this password can be an admin's.
///
/// # Errors
/// [`AdminError::Invalid`] and [`AdminError::CommonPassword`].
pub fn check_admin(email: &str, password: &Secret) -> Result<(), AdminError> {
    check(email, password).map(drop)
}

/// The key of the address, if address and password are as registering asks.
fn check(email: &str, password: &Secret) -> Result<String, AdminError> {
    let account = NewAccount {
        username: None,
        email: Some(email.to_owned()),
        password: password.clone(),
        name: None,
        language: None,
    };
    let mut faults = Vec::new();
    account.check(&mut faults);
    let key = email_key(email);
    if key.is_none() && faults.is_empty() {
        faults.push(FieldError::invalid("/email", "an e-mail address such as ada@example.com is expected"));
    }
    match key {
        Some(_) if is_common(password.expose()) && faults.is_empty() => Err(AdminError::CommonPassword),
        Some(key) if faults.is_empty() => Ok(key),
        _ => Err(AdminError::Invalid(faults)),
    }
}

async fn take_over(
    journal: &Journal,
    db: &Db,
    env: &Env,
    found: &User,
    existing: Existing,
) -> Result<EnsureAdminOutcome, AdminError> {
    let id = found.id;
    match (found.role == Role::Admin && found.active, existing) {
        (true, _) => return Ok(EnsureAdminOutcome::Unchanged(id)),
        (false, Existing::Refuse) => return Err(AdminError::NotAnAdmin),
        (false, Existing::Promote) => {}
    }
    let admin = UserChange { role: Some(Role::Admin), permissions: None, active: Some(true) };
    match account_update::change(journal, db, id, &IfMatch(None), &admin, &Cause::system(), env.now()).await?
    {
        UpdateOutcome::Done { .. } => Ok(EnsureAdminOutcome::Promoted(id)),
        // an account is never deleted, promoting takes the role from nobody and gives no permissions, and this is
        // based on nothing
        UpdateOutcome::Unchanged(_)
        | UpdateOutcome::VersionConflict(_)
        | UpdateOutcome::LastAdmin
        | UpdateOutcome::NotStaff
        | UpdateOutcome::NotFound => Ok(EnsureAdminOutcome::Unchanged(id)),
    }
}

async fn create(journal: &Journal, db: &Db, env: &Env, email: &str, hash: &Secret) -> db::Result<UserId> {
    let user = User { email: Some(email.to_owned()), ..account::new(env.id(), Role::Admin, env.now()) };
    let mut tx = db.begin().await?;
    accounts::insert(&mut tx, &user, hash).await?;
    let event = account::event(&user);
    journal
        .record(&mut tx, EventType::UserRegistered, user.id, user.version, &Cause::system(), &event)
        .await?;
    tx.commit("auth.create_admin").await?;
    Ok(user.id)
}
