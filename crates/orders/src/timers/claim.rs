//! `claim`: a guest has ordered with the address of an account, perhaps.

use crate::Orders;
use endpoint::Context;
use flow::{Due, HearError};
use kernel::id::OrderId;

pub(super) async fn claim(s: Orders, cx: Context, id: OrderId, due: Due) -> Result<(), HearError> {
    s.claim(&cx, id, &due).await
}
