//! `assign_account`: a guest's order has come into an account, and payments is to know.

use crate::Orders;
use endpoint::Context;
use flow::{ConsumeError, DueTimer};
use kernel::id::OrderId;

pub(super) async fn assign_account(
    s: Orders,
    cx: Context,
    id: OrderId,
    due: DueTimer,
) -> Result<(), ConsumeError> {
    s.assign_account(&cx, id, &due).await
}
