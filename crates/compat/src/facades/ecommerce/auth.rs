//! | request | success | failures |
//! |---|---|---|
//! | `POST /register` `{username, password}` | 201 `{message}` | 400 weak password or bad username; 409 |
//! | `POST /login` `{username, password}` | 200 `{access_token}` | 401, also where one of them is missing |

use super::{HABITS, SHAPE};
use crate::{
    Compat, accounts,
    facades::{Message, message},
    operation::{LegacyService, post},
    request::FacadeRequest,
    response::{FacadeError, FacadeResponse, refused},
};
use contracts::auth::{Credentials, LoginError, NewAccount, Register, RegisterError};
use endpoint::{Body, client::CallError};
use kernel::Secret;
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Debug, Serialize, JsonSchema)]
struct SignedIn {
    access_token: Secret,
}

pub(crate) fn auth(compat: Compat) -> LegacyService<Compat> {
    LegacyService::new(compat, "Accounts: register and sign in.", SHAPE)
        .with_habits(HABITS)
        .on(
            post("/register", "Registers a user.")
                .hashes()
                .takes(&["username", "password"])
                .answers::<Message>(201, "It is done.")
                .refuses(400, "The password is weak or the username bad.")
                .refuses(409, "There is such a user."),
            register,
        )
        .on(
            post("/login", "Signs in.")
                .signs_in()
                .takes(&["username", "password"])
                .answers::<SignedIn>(200, "A token.")
                .refuses(400, "The body is no JSON object.")
                .answers::<Message>(401, "Username or password are wrong, or missing."),
            login,
        )
}

/// By Ordo's own rules: they are what this original called weak and bad.
async fn register(compat: Compat, asked: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    let form = asked.form()?;
    let (username, password) = (form.line("username")?, form.secret("password")?);
    let account = NewAccount { username: Some(username), email: None, password, name: None, language: None };
    match compat.auth.call(&asked.cx, Register { account: Body(account) }).await {
        Ok(_) => Ok(FacadeResponse::created(&message("User registered successfully"))),
        Err(CallError::Refused(RegisterError::UsernameTaken | RegisterError::EmailTaken)) => {
            Err(refused(409, "User already exists"))
        }
        Err(CallError::Refused(RegisterError::CommonPassword)) => {
            Err(refused(400, "The password is too common"))
        }
        Err(error) => Err(error.into()),
    }
}

async fn login(compat: Compat, asked: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    let form = asked.form()?;
    let wrong = || Ok(FacadeResponse::new(401, &message("Invalid credentials")));
    let (Ok(username), Ok(password)) = (form.opaque("username"), form.secret("password")) else {
        return wrong();
    };
    let credentials =
        Credentials { username: Some(username.trim().to_owned()), email: None, password, device_token: None };
    match accounts::sign_in(&compat, &asked.cx, credentials).await {
        Ok(signed_in) => Ok(FacadeResponse::ok(&SignedIn { access_token: signed_in.access_token })),
        Err(CallError::Refused(LoginError::InvalidCredentials | LoginError::AccountDisabled)) => wrong(),
        Err(error) => Err(error.into()),
    }
}
