//! `close_payment`: a payment must be closed; asked until the answer is final.

use crate::Orders;
use endpoint::Context;
use flow::{Cause, ConsumeError, DueTimer};
use kernel::id::OrderId;

pub(super) async fn close_payment(
    s: Orders,
    cx: Context,
    id: OrderId,
    _: DueTimer,
) -> Result<(), ConsumeError> {
    s.close_payment(&cx, id, &Cause::system()).await
}
