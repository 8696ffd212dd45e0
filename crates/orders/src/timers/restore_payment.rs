//! `restore_payment`: payments has lost what was consumed of an order's payment.

use crate::Orders;
use endpoint::Context;
use flow::{Cause, ConsumeError, DueTimer};
use kernel::id::OrderId;

pub(super) async fn restore_payment(
    s: Orders,
    cx: Context,
    id: OrderId,
    due: DueTimer,
) -> Result<(), ConsumeError> {
    s.restore_payment(&cx, id, &due, &Cause::system()).await
}
