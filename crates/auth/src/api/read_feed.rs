//! The feed of this service's events.

use crate::state::Auth;
use contracts::feed::ReadFeed;
use endpoint::{Json, Query};
use ordo_http::{Call, HandlerResult};

pub(crate) async fn read_feed(
    auth: Auth,
    _: Call,
    ReadFeed { query: Query(asked) }: ReadFeed,
) -> HandlerResult<ReadFeed> {
    Ok(Json(flow::feed::read(&auth.journal, &asked).await?))
}
