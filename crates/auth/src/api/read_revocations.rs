//! The feed of ended sessions, as far as their access tokens may still be alive.

use crate::{state::Auth, store::revocations};
use contracts::auth::ReadRevocations;
use endpoint::{Json, Query};
use ordo_http::{Call, HandlerResult};

pub(crate) async fn read_revocations(
    auth: Auth,
    _: Call,
    ReadRevocations { query: Query(asked) }: ReadRevocations,
) -> HandlerResult<ReadRevocations> {
    let since = auth.env.now().minus(auth.settings.token_matters());
    Ok(Json(revocations::after(&auth.db, asked.after, since).await?))
}
