//! Tells whether an access token is good, by the same verifier that lets it in.

use crate::{state::Auth, store::accounts, workflows::token};
use contracts::auth::{TokenState, User, ValidateToken};
use endpoint::{Body, Common, Fail, Json, Nothing};
use kernel::Secret;
use ordo_http::{Answered, Call, Unverified, Verify, Who};

/// Ask again so soon where it cannot be told.
const ASK_AGAIN_AFTER_S: u32 = 1;

pub(crate) async fn validate_token(
    auth: Auth,
    _: Call,
    ValidateToken { token: Body(given) }: ValidateToken,
) -> Answered<ValidateToken> {
    let user = user_of(&auth, &given.token).await?;
    let expires_at = user.as_ref().and_then(|_| token::ends_at(&given.token));
    Ok(Json(TokenState { valid: user.is_some(), user, expires_at }))
}

async fn user_of(auth: &Auth, token: &Secret) -> Result<Option<User>, Fail<Nothing>> {
    let id = match auth.verifier.verify(token.expose()).await {
        Ok(Who::User { id, .. }) => id,
        Ok(Who::Key { .. } | Who::Guest { .. } | Who::Service { .. } | Who::Nobody)
        | Err(Unverified::Bad | Unverified::Expired | Unverified::Ended) => return Ok(None),
        Err(Unverified::NotNow) => return Err(Common::Unavailable { retry_after: ASK_AGAIN_AFTER_S }.into()),
    };
    Ok(accounts::find(&auth.db, id).await?.filter(|user| user.active))
}
