//! `sync_amount_due`: payments does not know yet what an order owes.

use crate::Orders;
use endpoint::Context;
use flow::{Cause, ConsumeError, DueTimer};
use kernel::id::OrderId;

pub(super) async fn sync_amount_due(
    s: Orders,
    cx: Context,
    id: OrderId,
    _: DueTimer,
) -> Result<(), ConsumeError> {
    s.sync_amount_due(&cx, id, &Cause::system()).await
}
