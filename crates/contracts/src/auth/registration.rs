//! Making accounts: registering, and the first administrator.

use super::{SignedIn, password_pattern::*};
use crate::{LINE, NEW_EMAIL, USERNAME, line, not_blank, trimmed};
use endpoint::*;
use garde::Validate;
use kernel::{Language, Secret};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Registers an account.
///
/// A username, an e-mail address or both. The account is signed in at once; `Location` is where it reads itself.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/register", scope = NoCredential, reply = CreatedWithoutEtag<SignedIn>, error = RegisterError)]
pub struct Register {
    /// Who registers.
    pub account: Body<NewAccount>,
}
/// Who registers: with a `username`, an `email` or both; a request with neither is refused (400, `required`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct NewAccount {
    /// 3 to 64 letters, digits, dots, hyphens and underscores; compared without regard to case. Blanks around it are
    /// removed.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "trimmed::<64, _, _>")]
    #[garde(length(chars, min = 3, max = 64), pattern(USERNAME))]
    pub username: Option<String>,
    /// An e-mail address; compared without regard to case. Blanks around it are removed.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "trimmed::<254, _, _>")]
    #[garde(length(chars, min = 3, max = 254), pattern(NEW_EMAIL))]
    pub email: Option<String>,
    /// 8 to 128 characters, not one of the common ones.
    #[garde(skip)]
    #[schemars(length(min = 8, max = 128))]
    pub password: Secret,
    /// What the person is called.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "line::<200, _, _>")]
    #[garde(length(chars, min = 1, max = 200), pattern(LINE), inner(custom(not_blank)))]
    pub name: Option<String>,
    /// In which language mails to this person are written; absent, in the shop's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub language: Option<Language>,
}
impl ValidateRequest for NewAccount {
    fn check(&self, faults: &mut Vec<FieldError>) {
        endpoint::garde(self, faults);
        check_password("/password", &self.password, faults);
        if self.username.is_none() && self.email.is_none() {
            faults.push(FieldError::required("/email", "give a username, an email or both"));
        }
    }
}
/// Why registering was refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum RegisterError {
    /// The username is already in use.
    /// Choose another username.
    #[status(409)]
    UsernameTaken,
    /// The email address is already in use.
    /// Sign in, or reset the password.
    #[status(409)]
    EmailTaken,
    /// The password is too common.
    /// Choose a password that is not on lists of common passwords.
    #[status(422)]
    CommonPassword,
}

/// Makes the first administrator.
///
/// With the token that a shop without an administrator prints at each of its starts. It works once, and there is nothing
/// to set up any more as soon as there is an administrator, however that was made. The new one is signed in at once.
#[derive(Debug, Endpoint)]
#[endpoint(name = "set_up", post = "/v1/setup", scope = NoCredential, reply = CreatedWithoutEtag<SignedIn>, error = SetUpError)]
pub struct CompleteSetup {
    /// Who becomes the administrator.
    pub admin: Body<FirstAdmin>,
}
/// Tells whether the shop can be set up, for the page on which that is done.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/setup", scope = Service(&["gateway"]), reply = Json<SetupStatus>)]
pub struct GetSetupStatus {}
/// Whether a shop can be set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SetupStatus {
    /// Whether it has an administrator, so that there is nothing to set up any more.
    pub is_over: bool,
}
/// Who becomes the first administrator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct FirstAdmin {
    /// What the shop printed at its start, behind the `#`.
    #[serde(deserialize_with = "trimmed::<200, _, _>")]
    #[garde(skip)]
    pub setup_token: Secret,
    /// An e-mail address; compared without regard to case. Blanks around it are removed.
    #[serde(deserialize_with = "trimmed::<254, _, _>")]
    #[garde(length(chars, min = 3, max = 254), pattern(NEW_EMAIL))]
    pub email: String,
    /// 8 to 128 characters, not one of the common ones.
    #[garde(skip)]
    #[schemars(length(min = 8, max = 128))]
    pub password: Secret,
    /// What the person is called.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "line::<200, _, _>")]
    #[garde(length(chars, min = 1, max = 200), pattern(LINE), inner(custom(not_blank)))]
    pub name: Option<String>,
}
impl ValidateRequest for FirstAdmin {
    fn check(&self, faults: &mut Vec<FieldError>) {
        endpoint::garde(self, faults);
        check_password("/password", &self.password, faults);
    }
}
/// Why setting up was refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum SetUpError {
    /// Setup is already complete.
    /// Contact the shop's administrator.
    #[status(410)]
    SetUpAlready,
    /// The setup token is invalid.
    /// Use the most recent link in the shop's output; each start creates a new one.
    #[status(403)]
    InvalidSetupToken,
    /// The email address is already in use.
    /// Choose another address, or make that account an administrator with `ordo admin create` on the shop's machine.
    #[status(409)]
    EmailTaken,
    /// The password is too common.
    /// Choose a password that is not on lists of common passwords.
    #[status(422)]
    CommonPassword,
}
