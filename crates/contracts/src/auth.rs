//! Accounts: registering, signing in, sessions, roles.

use crate::{checked, given, plain, unchecked};
use endpoint::*;
use garde::Validate;
use kernel::{Secret, Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use endpoint::Role;

/// A user's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct User {
    /// The account's id.
    pub id: UserId,
    /// The name to sign in with, if there is one.
    pub username: Option<String>,
    /// The e-mail address, if there is one.
    pub email: Option<String>,
    /// What the person is called.
    pub name: Option<String>,
    /// What the account may do.
    pub role: Role,
    /// What a member of staff may do besides; empty for customers, and of no matter for admins.
    pub permissions: Vec<Permission>,
    /// False for an account that has been switched off.
    pub active: bool,
    /// Counts the changes of the account.
    pub version: i64,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A user who has just signed in, with the tokens of the new session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SignedIn {
    /// The account.
    pub user: User,
    /// The access token; the same as `access_token`.
    pub token: Secret,
    /// A JWT to send as `Authorization: Bearer …`.
    pub access_token: Secret,
    /// Always `Bearer`.
    pub token_type: String,
    /// Seconds for which the access token is good.
    pub expires_in: u64,
    /// Exchanges once for new tokens, at `POST /v1/token/refresh`.
    pub refresh_token: Secret,
}

/// Registers an account.
///
/// A username, an e-mail address or both. The account is signed in at once.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/register", scope = Stranger, reply = Created<SignedIn>, error = RegisterError)]
pub struct Register {
    /// Who registers.
    pub account: Body<NewAccount>,
}
/// Who registers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct NewAccount {
    /// 3 to 64 letters, digits, dots, hyphens and underscores; compared without regard to case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(inner(length(chars, min = 3, max = 64), custom(username_form)))]
    #[schemars(regex(pattern = r"^[A-Za-z0-9._-]{3,64}$"))]
    pub username: Option<String>,
    /// An e-mail address; compared without regard to case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(inner(length(chars, min = 3, max = 254), custom(email_form)))]
    #[schemars(email)]
    pub email: Option<String>,
    /// 8 to 128 characters, not one of the common ones.
    #[garde(skip)]
    #[schemars(length(min = 8, max = 128))]
    pub password: Secret,
    /// What the person is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(inner(length(chars, min = 1, max = 200), custom(plain)))]
    pub name: Option<String>,
}
impl Check for NewAccount {
    fn check(&self, faults: &mut Vec<Fault>) {
        endpoint::garde(self, faults);
        check_password(&self.password, faults);
        if self.username.is_none() && self.email.is_none() {
            faults.push(Fault::new("/email", "required", "give a username, an email or both"));
        }
    }
}
fn check_password(password: &Secret, faults: &mut Vec<Fault>) {
    if !(8..=128).contains(&password.expose().chars().count()) {
        faults.push(Fault::new("/password", "length", "a password has 8 to 128 characters"));
    }
}
/// Why registering was refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum RegisterError {
    /// The username is taken.
    /// Choose another one.
    #[status(409)]
    UsernameTaken,
    /// The e-mail address belongs to an account.
    /// Sign in, or ask for a new password.
    #[status(409)]
    EmailTaken,
    /// The password is too common.
    /// Choose one that is not on the lists which attackers try first.
    #[status(400)]
    CommonPassword,
}

/// Makes the first administrator.
///
/// With the token that a shop without an administrator prints at each of its starts. It works once, and there is nothing
/// to set up any more as soon as there is an administrator, however that was made. The new one is signed in at once.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/setup", scope = Stranger, reply = Created<SignedIn>, error = SetUpError)]
pub struct SetUp {
    /// Who becomes the administrator.
    pub admin: Body<FirstAdmin>,
}
/// Who becomes the first administrator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct FirstAdmin {
    /// What the shop printed at its start, behind the `#`.
    #[garde(skip)]
    pub setup_token: Secret,
    /// An e-mail address; compared without regard to case.
    #[garde(length(chars, min = 3, max = 254), custom(email_form))]
    #[schemars(email)]
    pub email: String,
    /// 8 to 128 characters, not one of the common ones.
    #[garde(skip)]
    #[schemars(length(min = 8, max = 128))]
    pub password: Secret,
    /// What the person is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(inner(length(chars, min = 1, max = 200), custom(plain)))]
    pub name: Option<String>,
}
impl Check for FirstAdmin {
    fn check(&self, faults: &mut Vec<Fault>) {
        endpoint::garde(self, faults);
        check_password(&self.password, faults);
    }
}
/// Why setting up was refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum SetUpError {
    /// The shop has been set up: it has an administrator.
    /// Ask that one for what you need.
    #[status(410)]
    SetUpAlready,
    /// The token is not the one of this start.
    /// Take the newest link that the shop printed; each start makes a new one.
    #[status(403)]
    InvalidSetupToken,
    /// The e-mail address belongs to an account.
    /// Choose another one. Or, on the shop's own machine, make that account an administrator's with `ordo admin create`.
    #[status(409)]
    AddressTaken,
    /// The password is too common for an administrator.
    /// Choose one that is not on the lists which attackers try first.
    #[status(400)]
    TooCommonPassword,
}

/// Signs in.
///
/// By username or e-mail address. A wrong password and an unknown account give the same answer in the same time.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/login", scope = Stranger, reply = Json<SignedIn>, error = LoginError)]
pub struct Login {
    /// Who signs in.
    pub credentials: Body<Credentials>,
}
/// Who signs in, and with what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Credentials {
    /// The username; or give `email`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The e-mail address; or give `username`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The password.
    pub password: Secret,
}
impl Check for Credentials {
    fn check(&self, faults: &mut Vec<Fault>) {
        if self.username.is_some() == self.email.is_some() {
            faults.push(Fault::new("/email", "one_of", "give username or email, one of them"));
        }
        if self.password.expose().len() > 1024 {
            faults.push(Fault::new("/password", "length", "a password has at most 128 characters"));
        }
    }
}
/// Why signing in was refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum LoginError {
    /// No account has this name and password.
    /// Check both; after several failures the account waits a little before each further try.
    #[status(401)]
    InvalidCredentials,
    /// The account has been switched off.
    /// Ask the shop why.
    #[status(403)]
    AccountDisabled,
    /// Too many failures.
    /// Wait for as long as Retry-After says.
    #[status(429)]
    TooManyFailures {
        /// Seconds to wait.
        retry_after: u32,
    },
}

/// Exchanges a refresh token for new tokens.
///
/// Each refresh token works once. Using an old one again ends the whole session: one of the two users is a thief.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/token/refresh", scope = Stranger, reply = Json<SignedIn>, error = RefreshError)]
pub struct RefreshToken {
    /// The token.
    pub token: Body<Refresh>,
}
/// A refresh token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Refresh {
    /// The refresh token of the last answer.
    pub refresh_token: Secret,
}
/// Why a refresh was refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum RefreshError {
    /// The refresh token is not good, or no longer.
    /// Sign in again.
    #[status(401)]
    InvalidRefreshToken,
}

/// Tells whether an access token is good, and whose it is.
///
/// For programs that are shown a token and have no verifier of their own. A token that has ended, was revoked or was
/// never ours is `valid: false`, and never a refusal.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/token/validate", scope = Stranger, repeatable, reply = Json<TokenState>)]
pub struct ValidateToken {
    /// The token.
    pub token: Body<Token>,
}
/// An access token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Token {
    /// The access token.
    pub token: Secret,
}
/// What became of a token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TokenState {
    /// Whether it would be accepted now.
    pub valid: bool,
    /// Whose it is, if it is valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<User>,
    /// When it ends, if it is valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// Signs out.
///
/// Ends this session everywhere within a second: its access token and its refresh token are no longer good. Other
/// sessions of the account go on.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/logout", scope = User, repeatable, reply = Done)]
pub struct Logout {}

/// Reads the account that is signed in.
///
/// Tells who the access token belongs to, and what that account may do.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/me", scope = User, reply = Json<User>)]
pub struct GetMe {}

/// Changes the name of the account that is signed in.
///
/// Username, e-mail address and role stay as they are. The same name again changes nothing.
#[derive(Debug, Endpoint)]
#[endpoint(patch = "/v1/me", scope = User, repeatable, reply = Json<User>)]
pub struct UpdateMe {
    /// What changes.
    pub change: Body<MeChange>,
}
/// What of an account its owner can change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct MeChange {
    /// What the person is called.
    #[garde(length(chars, min = 1, max = 200), custom(plain))]
    pub name: String,
}

/// Lists accounts, newest first.
///
/// One page at a time: send `next_cursor` as `cursor` for the next one.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/users", scope = Staff(Settings), reply = Json<Page<User>>)]
pub struct ListUsers {
    /// Which page.
    pub slice: Slice,
}
/// Reads an account.
///
/// Also one that has been switched off.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/users/{id}", scope = Staff(Settings), reply = Json<User>)]
pub struct GetUser {
    /// Which account.
    pub id: Path<UserId>,
}
/// Gives an account a role and permissions, or switches it off.
///
/// Ends all its sessions within a second.
#[derive(Debug, Endpoint)]
#[endpoint(patch = "/v1/users/{id}", scope = Admin, repeatable, reply = Json<User>, error = UpdateUserError)]
pub struct UpdateUser {
    /// Which account.
    pub id: Path<UserId>,
    /// What changes.
    pub change: Body<UserChange>,
}
/// What of an account an admin can change.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UserChange {
    /// The new role.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "Role")]
    pub role: Option<Role>,
    /// The new permissions of a member of staff.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "Vec<Permission>")]
    pub permissions: Option<Vec<Permission>>,
    /// False switches the account off.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "bool")]
    pub active: Option<bool>,
}
/// Why an account was not changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum UpdateUserError {
    /// This is the last admin.
    /// Make another account an admin first.
    #[status(409)]
    LastAdmin,
}

/// Reads the public keys of access tokens.
///
/// A JSON Web Key Set (RFC 7517) with the key in use, those that still verify, and the next one. Programs that verify
/// tokens themselves read it again when a token names a key that they do not know.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/.well-known/jwks.json", scope = Stranger, reply = Json<Jwks>)]
pub struct GetJwks {}
/// A set of public keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Jwks {
    /// The keys: the one in use, those that still verify, and the next.
    pub keys: Vec<Jwk>,
}
/// A public key of Ed25519 (RFC 8037).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Jwk {
    /// Always `OKP`.
    pub kty: String,
    /// Always `Ed25519`.
    pub crv: String,
    /// Always `EdDSA`.
    pub alg: String,
    /// Always `sig`.
    #[serde(rename = "use")]
    pub usage: String,
    /// The key's name.
    pub kid: String,
    /// The key, base64url.
    pub x: String,
}

/// Which sessions have ended since? Asked every half second, so that no token outlives its session by more.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/revocations", scope = Service(&["notifications", "orders", "payments", "products"]), reply = Json<Revocations>)]
pub struct ReadRevocations {
    /// From where on.
    pub query: Query<RevocationsAfter>,
}
/// From where on to read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RevocationsAfter {
    /// The `position` of the last answer; 0 for all that still matter.
    #[serde(default)]
    pub after: i64,
}
/// Ended sessions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Revocations {
    /// Those after the given position.
    pub revoked: Vec<Revoked>,
    /// The newest position.
    pub position: i64,
}
/// An ended session, or all sessions of a user that began before a moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Revoked {
    /// This session; none: all of the user's.
    pub session: Option<SessionId>,
    /// Whose.
    pub user: UserId,
    /// Tokens issued up to this moment are no longer good.
    pub at: Timestamp,
}

/// Reads who a user is, for another service.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/users/{id}", scope = Service(&["notifications", "orders"]), reply = Json<User>)]
pub struct LookUpUser {
    /// Which account.
    pub id: Path<UserId>,
}

checked!(MeChange);
unchecked!(Refresh, Token, UserChange, RevocationsAfter);

fn username_form(name: &str, (): &()) -> garde::Result {
    if name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-')) {
        return Ok(());
    }
    Err(garde::Error::new("letters, digits, dots, hyphens and underscores are allowed"))
}

/// The form of an address, not whether it exists: that is what a verification mail is for.
fn email_form(address: &str, (): &()) -> garde::Result {
    let good = |s: &str| !s.is_empty() && !s.chars().any(|c| c.is_control() || c.is_whitespace() || c == '@');
    let dotted = |d: &str| d.split('.').all(|l| !l.is_empty()) && d.contains('.');
    match address.split_once('@') {
        Some((local, domain)) if good(local) && good(domain) && dotted(domain) && local.len() <= 64 => Ok(()),
        _ => Err(garde::Error::new("an e-mail address such as ada@example.com is expected")),
    }
}
