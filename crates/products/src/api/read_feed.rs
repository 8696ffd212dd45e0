//! `GET /internal/events`: this service's journal, for those who hear its events.

use crate::Products;
use contracts::feed::ReadFeed;
use endpoint::{Json, Query};
use ordo_http::{Call, HandlerResult};

pub(super) async fn read_feed(s: Products, _: Call, asked: ReadFeed) -> HandlerResult<ReadFeed> {
    let ReadFeed { query: Query(after) } = asked;
    Ok(Json(flow::feed::read(&s.journal, &after).await?))
}
