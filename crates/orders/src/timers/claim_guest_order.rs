//! `claim_guest_order`: a guest has ordered with the address of an account, perhaps.

use crate::Orders;
use endpoint::Context;
use flow::{ConsumeError, DueTimer};
use kernel::id::OrderId;

pub(super) async fn claim_guest_order(
    s: Orders,
    cx: Context,
    id: OrderId,
    due: DueTimer,
) -> Result<(), ConsumeError> {
    s.claim(&cx, id, &due).await
}
