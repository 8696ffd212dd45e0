//! `claim_guest_orders`: an account has verified its address, with which guests have ordered, perhaps.

use crate::Orders;
use endpoint::Context;
use flow::{ConsumeError, DueTimer};
use kernel::id::UserId;

pub(super) async fn claim_guest_orders(
    s: Orders,
    cx: Context,
    id: UserId,
    due: DueTimer,
) -> Result<(), ConsumeError> {
    s.claim_all(&cx, id, &due).await
}
