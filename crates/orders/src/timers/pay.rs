//! `pay`: the wish to pay that an order was placed with has no outcome yet.

use crate::{Orders, workflows::wishing::Wish};
use endpoint::Context;
use flow::{Cause, ConsumeError, DueTimer};
use kernel::id::OrderId;

pub(super) async fn pay(s: Orders, cx: Context, id: OrderId, due: DueTimer) -> Result<(), ConsumeError> {
    let wish: Wish = serde_json::from_value(due.payload)?;
    s.carry_out(&cx, id, &wish, &Cause::system()).await
}
