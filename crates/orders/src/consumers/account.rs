//! `user.email_verified`: what guests have ordered with that address is the account's. The event has no address: auth is asked,
//! by a timer, which nobody waits for.

use crate::{Orders, workflows::kinds};
use contracts::events::{Event, EventType, UserEvent};
use flow::{ConsumeError, timer};

pub(crate) const HANDLED: &[EventType] = &[EventType::EmailVerified];

pub(crate) async fn account(s: Orders, event: Event) -> Result<(), ConsumeError> {
    let UserEvent { user_id, .. } = event.read()?;
    let mut tx = s.db.begin().await?;
    let now = tx.now().await?;
    timer::set(&mut tx, kinds::CLAIM_ALL, user_id, now, &()).await?;
    tx.commit("orders.hear_account").await?;
    s.timers.wake();
    Ok(())
}
