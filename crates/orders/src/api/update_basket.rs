//! `PATCH /v1/baskets/{id}`: sets how many pieces are in a basket.

use crate::{Orders, workflows::filling};
use contracts::orders::UpdateBasket;
use endpoint::{Body, Common, Path};
use ordo_http::{Answered, Call};

pub(super) async fn update_basket(s: Orders, call: Call, asked: UpdateBasket) -> Answered<UpdateBasket> {
    let UpdateBasket { id: Path(id), based_on, change: Body(change) } = asked;
    let repeated = change.repeated();
    if !repeated.is_empty() {
        return Err(Common::Unprocessable { errors: repeated }.into());
    }
    filling::set(&s, &call, id, based_on, change).await
}
