//! `fetch_contact`: auth was away when the order was placed.

use crate::Orders;
use endpoint::Context;
use flow::{ConsumeError, DueTimer};
use kernel::id::OrderId;

pub(super) async fn fetch_contact(
    s: Orders,
    cx: Context,
    id: OrderId,
    _: DueTimer,
) -> Result<(), ConsumeError> {
    s.fill_contact(&cx, id).await
}
