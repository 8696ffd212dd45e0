//! `POST /v1/baskets/{id}/merge`: moves a guest's basket into the user's.

use crate::{Orders, workflows::filling};
use contracts::orders::MergeBasket;
use endpoint::Path;
use ordo_http::{Answered, Call};

pub(super) async fn merge_basket(s: Orders, call: Call, asked: MergeBasket) -> Answered<MergeBasket> {
    let MergeBasket { id: Path(id) } = asked;
    filling::merge(&s, &call, id).await
}
