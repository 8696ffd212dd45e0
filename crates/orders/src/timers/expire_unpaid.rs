//! `expire_unpaid`: an order's time to be paid is over. Payments has the last word.

use crate::{Orders, store, workflows::kinds};
use endpoint::Context;
use flow::{Cause, ConsumeError, DueTimer, timer};
use kernel::id::OrderId;

pub(super) async fn expire_unpaid(
    s: Orders,
    cx: Context,
    id: OrderId,
    _: DueTimer,
) -> Result<(), ConsumeError> {
    let cause = Cause::system();
    let mut tx = s.db.begin().await?;
    let mut order = store::orders::lock(&mut tx, id).await?;
    let mut change = None;
    if let Some(order) = &mut order {
        let mut falling = s.change(&mut tx, order).await?;
        if let Some(due_at) = order.payment_due_at.filter(|due_at| *due_at > falling.now()) {
            // it was given more time since the timer was taken
            timer::set(&mut tx, kinds::DUE, id, due_at, &()).await?;
            return Ok(tx.commit("orders.put_off_due").await?);
        }
        if order.fall_due(&mut falling).is_ok() {
            s.save(&mut tx, order, &falling, &cause).await?;
            change = Some(falling);
        }
    }
    timer::clear(&mut tx, kinds::DUE, id).await?;
    tx.commit("orders.fall_due").await?;
    let Some(change) = change else { return Ok(()) };
    s.wake(&change);
    // its own timer asks again, for as long as it takes
    if let Err(error) = s.close_payment(&cx, id, &cause).await {
        tracing::info!(order = %id, %error, "payment update failed; timer will retry");
    }
    Ok(())
}
