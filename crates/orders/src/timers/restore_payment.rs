//! `restore_payment`: payments has lost what was heard of an order's payment.

use crate::Orders;
use endpoint::Context;
use flow::{Cause, Due, HearError};
use kernel::id::OrderId;

pub(super) async fn restore_payment(s: Orders, cx: Context, id: OrderId, due: Due) -> Result<(), HearError> {
    s.restore_payment(&cx, id, &due, &Cause::system()).await
}
