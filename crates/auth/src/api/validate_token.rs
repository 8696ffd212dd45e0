//! Tells whether an access token is good, by the same verifier that lets it in.

use crate::{state::Auth, store::accounts, workflows::token};
use contracts::auth::{TokenState, User, ValidateToken};
use endpoint::{Body, CommonError, HandlerError, Json, NoErrors};
use kernel::Secret;
use ordo_http::{Call, HandlerResult, Principal, Verify, VerifyError};

/// Seconds after which to retry if the token cannot be checked now.
const ASK_AGAIN_AFTER_S: u32 = 1;

pub(crate) async fn validate_token(
    auth: Auth,
    _: Call,
    ValidateToken { token: Body(given) }: ValidateToken,
) -> HandlerResult<ValidateToken> {
    let user = user_of(&auth, &given.token).await?;
    let expires_at = user.as_ref().and_then(|_| token::ends_at(&given.token));
    Ok(Json(TokenState { valid: user.is_some(), user, expires_at }))
}

async fn user_of(auth: &Auth, token: &Secret) -> Result<Option<User>, HandlerError<NoErrors>> {
    let id = match auth.verifier.verify(token.expose()).await {
        Ok(Principal::User { id, .. }) => id,
        Ok(
            Principal::ApiKey { .. }
            | Principal::Guest { .. }
            | Principal::Service { .. }
            | Principal::Anonymous,
        )
        | Err(VerifyError::Invalid | VerifyError::Expired | VerifyError::Revoked) => return Ok(None),
        Err(VerifyError::Unavailable) => {
            return Err(CommonError::Unavailable { retry_after: ASK_AGAIN_AFTER_S }.into());
        }
    };
    Ok(accounts::find(&auth.db, id).await?.filter(|user| user.active))
}
