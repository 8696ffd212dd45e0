//! `POST /v1/baskets/{id}/merge`: moves a guest's basket into the user's.

use crate::{Orders, workflows::baskets};
use contracts::orders::MergeBasket;
use endpoint::Path;
use ordo_http::{Call, HandlerResult};

pub(super) async fn merge_basket(s: Orders, call: Call, asked: MergeBasket) -> HandlerResult<MergeBasket> {
    let MergeBasket { id: Path(id) } = asked;
    baskets::merge(&s, &call, id).await
}
