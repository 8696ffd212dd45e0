//! `auth-service`: the auth service of an online order management system, on port 5000.
//!
//! | request | success | failures |
//! |---|---|---|
//! | `GET /health` | 200 `{status, service, timestamp}` | 503 |
//! | `POST /register` `{username, email, password}` | 201 `{message, user}` | 400 |
//! | `POST /login` `{email, password}` | 200 `{message, token, user}` | 400, 401 |
//! | `POST /validate` `{token}` | 200 `{valid, user}` | 400, 401 `{valid, error}` |
//! | `GET /me`, Bearer | 200 `{user}` | 401 |
//!
//! Errors are `{"error": …}`; ids are integers from 1.

use super::{ERROR, ErrorBody};
use crate::{
    Compat,
    accounts::{self, AccountError},
    operation::{LegacyService, get, post},
    request::FacadeRequest,
    response::{FacadeError, FacadeResponse, refused},
    store::numbers,
};
use contracts::{
    auth::{Credentials, LoginError, User as Account},
    facades::EnsuredAccount,
};
use endpoint::client::CallError;
use kernel::{Secret, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

/// The shortest password, and the shortest username.
const PASSWORD_MIN: usize = 6;
const USERNAME_MIN: usize = 3;
/// The space of its users' ids.
pub(crate) const USERS: &str = "auth-service/users";

/// A user, as `/register` and `/login` show one.
#[derive(Debug, Serialize, JsonSchema)]
struct User {
    id: i64,
    username: Option<String>,
    email: Option<String>,
    /// In UTC.
    created_at: String,
    is_active: bool,
}
#[derive(Debug, Serialize, JsonSchema)]
struct Registered {
    message: &'static str,
    user: User,
}
#[derive(Debug, Serialize, JsonSchema)]
struct SignedIn {
    message: &'static str,
    token: Secret,
    user: User,
}
/// A user, as `/validate` and `/me` show one.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Known")]
struct LegacyUser {
    user_id: i64,
    username: Option<String>,
    email: Option<String>,
    /// In UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<String>,
}
#[derive(Debug, Serialize, JsonSchema)]
struct Me {
    user: LegacyUser,
}
#[derive(Debug, Serialize, JsonSchema)]
struct Valid {
    valid: bool,
    user: LegacyUser,
}
#[derive(Debug, Serialize, JsonSchema)]
struct Invalid {
    valid: bool,
    error: String,
}
#[derive(Debug, Serialize, JsonSchema)]
struct Health {
    status: &'static str,
    service: &'static str,
    /// In UTC.
    timestamp: String,
}

pub(crate) fn auth(compat: Compat) -> LegacyService<Compat> {
    LegacyService::new(compat, "Accounts: register, sign in, check a token.", ERROR)
        .on(
            get("/health", "Tells whether the service works.")
                .answers::<Health>(200, "It works.")
                .answers::<Health>(503, "It does not."),
            health,
        )
        .on(
            post("/register", "Registers a user.")
                .hashes()
                .takes(&["username", "email", "password"])
                .answers::<Registered>(201, "The user.")
                .refuses(400, "A member is missing or too short, or username or email are taken."),
            register,
        )
        .on(
            post("/login", "Signs in.")
                .signs_in()
                .takes(&["email", "password"])
                .answers::<SignedIn>(200, "A token for 24 hours.")
                .refuses(400, "A member is missing.")
                .refuses(401, "Invalid credentials, or an account that is deactivated."),
            login,
        )
        .on(
            post("/validate", "Checks a token.")
                .takes(&["token"])
                .answers::<Valid>(200, "Whose it is.")
                .answers::<Invalid>(400, "There is none.")
                .answers::<Invalid>(401, "It is not good."),
            validate,
        )
        .on(
            get("/me", "Reads who is signed in.")
                .signed_in()
                .answers::<Me>(200, "The user.")
                .refuses(401, "Nobody is."),
            me,
        )
}

async fn health(compat: Compat, _: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    let works = (compat.ready)().await;
    if let Err(why) = &works {
        tracing::warn!(%why, "auth is unavailable");
    }
    let (code, status) = if works.is_ok() { (200, "healthy") } else { (503, "unhealthy") };
    let timestamp = isoformat(compat.env.now());
    Ok(FacadeResponse::new(code, &Health { status, service: "auth-service", timestamp }))
}

async fn register(compat: Compat, asked: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    let form = asked.form()?;
    let (username, email) = (form.line("username")?, form.line("email")?);
    if username.chars().count() < USERNAME_MIN {
        return Err(refused(400, format!("Username must be at least {USERNAME_MIN} characters")));
    }
    let password = accounts::password(form.opaque("password")?, PASSWORD_MIN)?;
    let account =
        EnsuredAccount { name: None, username: Some(username), email: Some(email), password: Some(password) };
    let user =
        accounts::keep(&compat, &asked.cx, compat.env.id(), account).await.map_err(|not| match not {
            AccountError::UsernameTaken => refused(400, "Username already exists"),
            AccountError::EmailTaken => refused(400, "Email already exists"),
            AccountError::Refused(refused) => refused,
        })?;
    let user = shown(&compat, user).await?;
    Ok(FacadeResponse::created(&Registered { message: "User registered successfully", user }))
}

async fn login(compat: Compat, asked: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    let form = asked.form()?;
    let (email, password) = (form.opaque("email")?, form.secret("password")?);
    let credentials =
        Credentials { username: None, email: Some(email.trim().to_owned()), password, device_token: None };
    let signed_in = match accounts::sign_in(&compat, &asked.cx, credentials).await {
        Ok(signed_in) => signed_in,
        Err(CallError::Refused(LoginError::InvalidCredentials)) => {
            return Ok(FacadeResponse::new(401, &ErrorBody { error: "Invalid credentials" }));
        }
        Err(CallError::Refused(LoginError::AccountDisabled)) => {
            return Ok(FacadeResponse::new(401, &ErrorBody { error: "Account is deactivated" }));
        }
        Err(error) => return Err(error.into()),
    };
    let user = shown(&compat, signed_in.user).await?;
    Ok(FacadeResponse::ok(&SignedIn { message: "Login successful", token: signed_in.access_token, user }))
}

async fn validate(compat: Compat, asked: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    let invalid =
        |status, error: &str| FacadeResponse::new(status, &Invalid { valid: false, error: error.to_owned() });
    let token = match asked.form().cloned().unwrap_or_default().secret("token") {
        Ok(token) => token,
        Err(why) => return Ok(invalid(400, &why.text.replacen("token", "Token", 1))),
    };
    Ok(match accounts::owner(&compat, &asked.cx, token).await? {
        Some(user) => FacadeResponse::ok(&Valid { valid: true, user: known(&compat, user, false).await? }),
        None => invalid(401, "Invalid or expired token"),
    })
}

async fn me(compat: Compat, asked: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    let user = accounts::bearer(&compat, &asked).await?;
    Ok(FacadeResponse::ok(&Me { user: known(&compat, user, true).await? }))
}

async fn shown(compat: &Compat, user: Account) -> Result<User, FacadeError> {
    let id = numbers::number_of(&compat.db, USERS, user.id).await?;
    let Account { username, email, created_at, active: is_active, .. } = user;
    Ok(User { id, username, email, created_at: isoformat(created_at), is_active })
}

/// As the original's clients read times: UTC without saying so, as Python's `isoformat` writes it. A whole second has no
/// fraction there.
fn isoformat(time: Timestamp) -> String {
    let text = time.to_string();
    let text = text.trim_end_matches('Z');
    text.strip_suffix(".000000").unwrap_or(text).to_owned()
}

async fn known(compat: &Compat, user: Account, with_time: bool) -> Result<LegacyUser, FacadeError> {
    let user_id = numbers::number_of(&compat.db, USERS, user.id).await?;
    let created_at = with_time.then(|| isoformat(user.created_at));
    Ok(LegacyUser { user_id, username: user.username, email: user.email, created_at })
}
