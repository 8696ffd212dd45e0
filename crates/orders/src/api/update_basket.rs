//! `PATCH /v1/baskets/{id}`: sets how many units are in a basket.

use crate::{Orders, workflows::baskets};
use contracts::orders::UpdateBasket;
use endpoint::{Body, CommonError, Path};
use ordo_http::{Call, HandlerResult};

pub(super) async fn update_basket(s: Orders, call: Call, asked: UpdateBasket) -> HandlerResult<UpdateBasket> {
    let UpdateBasket { id: Path(id), based_on, change: Body(change) } = asked;
    let repeated = change.repeated();
    if !repeated.is_empty() {
        return Err(CommonError::Unprocessable { errors: repeated }.into());
    }
    baskets::set(&s, &call, id, based_on, change).await
}
