//! People: whose a token is, accounts that an original's rules make, and those that an original had from the start.

use crate::{
    Compat,
    request::FacadeRequest,
    response::{FacadeError, refused},
    store::numbers,
};
use contracts::{
    auth::{Credentials, Login, LoginError, LookUpUser, RegisterError, SignedIn, Token, User, ValidateToken},
    facades::{EnsureAccount, EnsuredAccount},
};
use endpoint::{Body, Context, Json, Path, Permission, Role, client::CallError};
use kernel::{
    Secret,
    id::{ProductId, UserId},
};
use tokio::sync::Mutex;

/// Characters of any password.
const PASSWORD_MAX: usize = 128;
/// Bytes of any token.
const TOKEN_MAX: usize = 8192;

/// What an original had from the start.
#[derive(Debug, Default)]
pub(crate) struct SeedUsers {
    pub(crate) users: Vec<UserId>,
    /// The product that was ordered last.
    pub(crate) product: Mutex<Option<ProductId>>,
}

/// Whose token this is; nobody where it is not good.
pub(crate) async fn owner(compat: &Compat, cx: &Context, token: Secret) -> Result<Option<User>, FacadeError> {
    // nobody was given such a token, and not everything can be looked up
    let text = token.expose();
    if text.len() > TOKEN_MAX || !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(None);
    }
    let Json(state) = compat.auth.call(cx, ValidateToken { token: Body(Token { token }) }).await?;
    Ok(state.user.filter(|_| state.valid))
}

/// Who shows a token in `Authorization`.
pub(crate) async fn bearer(compat: &Compat, asked: &FacadeRequest) -> Result<User, FacadeError> {
    let Some(token) = asked.bearer() else { return Err(refused(401, "Missing Authorization header")) };
    let owner = owner(compat, &asked.cx, token).await?;
    owner.ok_or_else(|| refused(401, "The token is not valid or has expired"))
}

/// Whether this is staff with that permission.
pub(crate) fn holds(user: &User, permission: Permission) -> bool {
    match user.role {
        Role::Admin => true,
        Role::Staff => user.permissions.contains(&permission),
        Role::Customer => false,
    }
}

/// Signs somebody in. Nobody has a name or a password that auth does not even read: it has a character that no text
/// keeps, or is longer than any.
pub(crate) async fn sign_in(
    compat: &Compat,
    cx: &Context,
    credentials: Credentials,
) -> Result<SignedIn, CallError<LoginError>> {
    match compat.auth.call(cx, Login { credentials: Body(credentials) }).await {
        Ok(Json(signed_in)) => Ok(signed_in),
        Err(CallError::Problem(problem)) if matches!(problem.status, 400 | 413 | 422) => {
            Err(CallError::Refused(LoginError::InvalidCredentials))
        }
        Err(error) => Err(error),
    }
}

/// The account with this id.
pub(crate) async fn find(compat: &Compat, cx: &Context, id: UserId) -> Result<User, FacadeError> {
    let Json(user) = compat.auth.call(cx, LookUpUser { id: Path(id) }).await?;
    Ok(user)
}

/// Why an account was not made.
pub(crate) enum AccountError {
    UsernameTaken,
    EmailTaken,
    /// Anything else, such as what is no e-mail address.
    Refused(FacadeError),
}

/// Makes an account with this id, once.
pub(crate) async fn keep(
    compat: &Compat,
    cx: &Context,
    id: UserId,
    account: EnsuredAccount,
) -> Result<User, AccountError> {
    match compat.auth.call(cx, EnsureAccount { id: Path(id), account: Body(account) }).await {
        Ok(Json(user)) => Ok(user),
        Err(CallError::Refused(RegisterError::UsernameTaken)) => Err(AccountError::UsernameTaken),
        Err(CallError::Refused(RegisterError::EmailTaken)) => Err(AccountError::EmailTaken),
        Err(error) => Err(AccountError::Refused(error.into())),
    }
}

/// A password that is as long as the original wants it.
pub(crate) fn password(given: String, least: usize) -> Result<Secret, FacadeError> {
    let length = given.chars().count();
    if length < least {
        return Err(refused(400, format!("Password must be at least {least} characters")));
    }
    if length > PASSWORD_MAX {
        return Err(refused(400, format!("Password must be at most {PASSWORD_MAX} characters")));
    }
    Ok(Secret::new(given))
}

/// The people whom an original had from the start, with the first numbers of `space`. They have no password. One whose
/// address belongs to somebody in this shop is without it: nobody's account is taken for them.
pub(crate) async fn from_the_start<const N: usize>(
    compat: &Compat,
    cx: &Context,
    space: &str,
    people: [(&str, Option<&str>); N],
) -> Result<Vec<UserId>, FacadeError> {
    let ids: [UserId; N] = numbers::first_ones(&compat.db, space, || compat.env.id()).await?;
    for (id, (name, email)) in ids.into_iter().zip(people) {
        let account = EnsuredAccount {
            username: None,
            email: email.map(str::to_owned),
            name: Some(name.to_owned()),
            password: None,
        };
        let kept = match keep(compat, cx, id, account.clone()).await {
            Err(AccountError::EmailTaken) => {
                keep(compat, cx, id, EnsuredAccount { email: None, ..account }).await
            }
            kept => kept,
        };
        kept.map_err(|not| match not {
            AccountError::Refused(refused) => refused,
            AccountError::UsernameTaken | AccountError::EmailTaken => {
                refused(500, "The service is not available")
            }
        })?;
    }
    Ok(ids.into())
}
