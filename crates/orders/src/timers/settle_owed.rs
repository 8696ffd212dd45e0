//! `settle_owed`: payments does not know yet what an order owes.

use crate::Orders;
use endpoint::Context;
use flow::{Cause, ConsumeError, DueTimer};
use kernel::id::OrderId;

pub(super) async fn settle_owed(
    s: Orders,
    cx: Context,
    id: OrderId,
    _: DueTimer,
) -> Result<(), ConsumeError> {
    s.settle_owed(&cx, id, &Cause::system()).await
}
