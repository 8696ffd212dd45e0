//! `GET /internal/events`: this service's events, for consumers that missed some.

use crate::Orders;
use contracts::feed::ReadFeed;
use endpoint::{Json, Query};
use ordo_http::{Call, HandlerResult};

pub(super) async fn read_feed(s: Orders, _: Call, asked: ReadFeed) -> HandlerResult<ReadFeed> {
    let ReadFeed { query: Query(after) } = asked;
    Ok(Json(flow::feed::read(&s.journal, &after).await?))
}
