//! `initial_payment`: the initial payment that an order was placed with has no outcome yet.

use crate::{Orders, workflows::initial_payment::InitialPayment};
use endpoint::Context;
use flow::{Cause, ConsumeError, DueTimer};
use kernel::id::OrderId;

pub(super) async fn initial_payment(
    s: Orders,
    cx: Context,
    id: OrderId,
    due: DueTimer,
) -> Result<(), ConsumeError> {
    let wish: InitialPayment = serde_json::from_value(due.payload)?;
    s.execute_initial_payment(&cx, id, &wish, &Cause::system()).await
}
