//! Takes accounts over from another system: with their names, the time at which they began, and the hash of their
//! password as it is. Nobody is signed in, and nobody is written to.

use crate::{
    AuthSettings, NAME, account,
    foreign_hash::{ForeignHashError, check_foreign_hash},
    login_name::{LoginName, email_key, key},
    store::accounts,
};
use contracts::{
    auth::{Role, User},
    events::EventType,
    facades::EnsuredAccount,
    text_patterns::NEW_EMAIL,
};
use db::Db;
use endpoint::ValidateRequest;
use flow::{Cause, Journal};
use kernel::{Env, Secret, Timestamp, canonical_name::is_invisible, id::UserId};
use std::fmt;

/// An account of another system.
#[derive(Debug, Clone)]
pub struct ImportedUser {
    /// Its id here, the same each time that it is imported.
    pub id: UserId,
    /// The name to sign in with.
    pub username: Option<String>,
    /// The e-mail address to sign in with.
    pub email: Option<String>,
    /// What the person is called.
    pub name: Option<String>,
    /// The hash of the password; without one, signing in is impossible until one is chosen.
    pub password_hash: Option<Secret>,
    /// Whether the account may be used.
    pub active: bool,
    /// When it was made there.
    pub created_at: Timestamp,
}

/// Why an account was not taken over.
#[derive(Debug)]
pub enum UserImportError {
    /// It has not the form that an account must have: what is wrong, in sentences.
    Invalid(Vec<String>),
    /// The hash of its password cannot be compared with.
    Hash(ForeignHashError),
    /// Another account has its username.
    UsernameTaken,
    /// Another account has its e-mail address.
    EmailTaken,
    /// What the database says.
    Db(db::Error),
}

impl fmt::Display for UserImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UserImportError::Invalid(faults) => f.write_str(&faults.join("; ")),
            UserImportError::Hash(unusable) => write!(f, "its password: {unusable}"),
            UserImportError::UsernameTaken => f.write_str("another account of this shop has its username"),
            UserImportError::EmailTaken => f.write_str("another account of this shop has its e-mail address"),
            UserImportError::Db(error) => error.fmt(f),
        }
    }
}
impl std::error::Error for UserImportError {}
impl From<db::Error> for UserImportError {
    fn from(error: db::Error) -> Self {
        UserImportError::Db(error)
    }
}

impl ImportedUser {
    /// Whether such an account is valid, regardless of the other accounts.
    ///
    /// # Errors
    /// [`UserImportError::Invalid`] or [`UserImportError::Hash`].
    pub fn check(&self) -> Result<(), UserImportError> {
        let ImportedUser { email, name, .. } = self.clone();
        let mut faults = Vec::new();
        EnsuredAccount { username: None, email, name, password: None }.check(&mut faults);
        let mut wrong: Vec<String> = faults.iter().map(|f| format!("{}: {}", f.pointer, f.detail)).collect();
        if !self.username.as_deref().is_none_or(can_be_kept) {
            wrong.push(format!(
                "/username: a name of 1 to {USERNAME_MAX} characters without @, control characters and invisible ones is expected"
            ));
        }
        if self.username.is_none() && self.email.is_none() {
            wrong.push("it has neither a username nor an e-mail address".to_owned());
        }
        // by the same rule as an address that registers
        let is_address = |email: &str| (NEW_EMAIL.holds)(email) && email_key(email).is_some();
        if wrong.is_empty() && !self.email.as_deref().is_none_or(is_address) {
            wrong.push(format!("/email: {}", NEW_EMAIL.expected));
        }
        if !wrong.is_empty() {
            return Err(UserImportError::Invalid(wrong));
        }
        self.password_hash.as_ref().map_or(Ok(()), check_foreign_hash).map_err(UserImportError::Hash)
    }

    /// What its names are compared by, with what each is called: no two accounts have the same.
    pub fn keys(&self) -> impl Iterator<Item = (&'static str, String)> {
        let names = ["username", "email"].into_iter().zip(self.login_names());
        names.filter_map(|(what, name)| Some((what, name?.text().to_owned())))
    }

    fn login_names(&self) -> [Option<LoginName>; 2] {
        let username = self.username.as_deref().map(|name| LoginName::Username(key(name)));
        [username, self.email.as_deref().and_then(email_key).map(LoginName::Email)]
    }
}

/// Characters of a username of another system.
const USERNAME_MAX: usize = 200;

/// Whether somebody can go on signing in with this username. Other systems allowed more than an account that is made
/// here may have: spaces, umlauts, two letters. What has an `@` would be taken for an address.
fn can_be_kept(username: &str) -> bool {
    let is_odd =
        |c: char| c.is_control() || c == '@' || matches!(c, '\u{2028}' | '\u{2029}') || is_invisible(c);
    let length = username.chars().count();
    (1..=USERNAME_MAX).contains(&length) && !key(username).contains(is_odd) && username.trim() == username
}

/// Takes an account over. False: it is there already, and stays as it is.
///
/// # Errors
/// See [`UserImportError`].
pub async fn import_user(
    db: &Db,
    env: &Env,
    settings: &AuthSettings,
    user: &ImportedUser,
) -> Result<bool, UserImportError> {
    if !may_import(db, user).await? {
        return Ok(false);
    }
    // without one it has the hash of no password
    let hash = user.password_hash.clone().unwrap_or_else(|| settings.password_cost.of_nobody());
    let made = User {
        username: user.username.clone(),
        email: user.email.clone(),
        name: user.name.clone(),
        active: user.active,
        updated_at: env.now(),
        ..account::new(user.id, Role::Customer, user.created_at)
    };
    let mut tx = db.begin().await?;
    accounts::insert(&mut tx, &made, &hash).await?;
    let journal = Journal::new(NAME, env.clone(), db.clone());
    let (kind, event) = (EventType::UserRegistered, account::event(&made));
    journal.record(&mut tx, kind, made.id, made.version, &Cause::import(), &event).await?;
    tx.commit("auth.import_user").await?;
    Ok(true)
}

/// Whether it would be taken over. False: it is there already.
///
/// # Errors
/// See [`UserImportError`].
pub async fn may_import(db: &Db, user: &ImportedUser) -> Result<bool, UserImportError> {
    user.check()?;
    if accounts::find(db, user.id).await?.is_some() {
        return Ok(false);
    }
    let taken = [UserImportError::UsernameTaken, UserImportError::EmailTaken];
    for (name, taken) in user.login_names().into_iter().zip(taken) {
        let Some(name) = name else { continue };
        match accounts::find_by_name(db, &name).await? {
            None => {}
            // another import has brought it since it was looked for
            Some(found) if found.user.id == user.id => return Ok(false),
            Some(_) => return Err(taken),
        }
    }
    Ok(true)
}

/// The account with this id.
///
/// # Errors
/// What the database says.
pub async fn find_user(db: &Db, id: UserId) -> db::Result<Option<User>> {
    accounts::find(db, id).await
}

/// The account with this username.
///
/// # Errors
/// What the database says.
pub async fn user_named(db: &Db, username: &str) -> db::Result<Option<User>> {
    let found = accounts::find_by_name(db, &LoginName::Username(key(username))).await?;
    Ok(found.map(|credential| credential.user))
}

/// An administrator, for what somebody must answer for: the one who has been it for the longest time.
///
/// # Errors
/// What the database says.
pub async fn an_admin(db: &Db) -> db::Result<Option<UserId>> {
    let mut tx = db.begin().await?;
    let admins = accounts::lock_admins(&mut tx).await?;
    tx.rollback().await?;
    Ok(admins.first().copied())
}
