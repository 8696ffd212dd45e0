//! `POST /internal/orders`: places an order for a user of a façade, with no time by which it must be paid.

use crate::{
    Orders,
    workflows::placing::{self, Terms},
};
use contracts::facades::PlaceOrderFor;
use endpoint::{Body, Key};
use ordo_http::{Answered, Call};

pub(super) async fn place_order_for(s: Orders, call: Call, asked: PlaceOrderFor) -> Answered<PlaceOrderFor> {
    let PlaceOrderFor { key: Key(key), order: Body(new) } = asked;
    placing::place(&s, &call, &key, new, Terms::Open).await
}
