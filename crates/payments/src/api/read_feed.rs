//! Gives consumers the events that they missed.

use crate::Payments;
use contracts::feed::ReadFeed;
use endpoint::{Json, Query};
use ordo_http::{Call, HandlerResult};

pub(crate) async fn read_feed(
    s: Payments,
    _: Call,
    ReadFeed { query: Query(after) }: ReadFeed,
) -> HandlerResult<ReadFeed> {
    Ok(Json(flow::feed::read(&s.journal, &after).await?))
}
