//! `tell_account`: a guest's order has come into an account, and payments is to know.

use crate::Orders;
use endpoint::Context;
use flow::{Due, HearError};
use kernel::id::OrderId;

pub(super) async fn tell_account(s: Orders, cx: Context, id: OrderId, due: Due) -> Result<(), HearError> {
    s.tell_account(&cx, id, &due).await
}
