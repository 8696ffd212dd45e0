//! An authorization should be over already: the provider is asked. Only its word ends an authorization (R5).

use super::subject;
use crate::{Payments, store::payments, timer_plan};
use flow::{ConsumeError, DueTimer, timer};
use std::time::Duration;

/// A provider that holds an authorization for longer is asked again after this.
const AGAIN_AFTER: Duration = Duration::from_secs(60 * 60);

pub(super) async fn lapse(s: Payments, due: DueTimer) -> Result<(), ConsumeError> {
    let id = subject(&due.key)?;
    // a process that ends in between leaves the timer where it is: the question is asked again
    s.look(id).await?;
    let mut tx = s.db.begin().await?;
    let book = payments::lock_by_attempt(&mut tx, id).await?;
    if book.as_ref().and_then(|book| book.attempt(id)).is_some_and(|attempt| attempt.state.is_held()) {
        let again_at = tx.now().await?.plus(AGAIN_AFTER);
        timer::set(&mut tx, timer_plan::LAPSE, id, again_at, &()).await?;
    } else {
        timer::clear(&mut tx, timer_plan::LAPSE, id).await?;
    }
    tx.commit("payments.lapse").await?;
    Ok(())
}
