//! Finds out what became of an attempt of which nobody has heard: a lost answer, a process that ended in
//! the middle of a call, a webhook that told of it.

use super::subject;
use crate::Payments;
use flow::{ConsumeError, DueTimer};

pub(super) async fn reconcile(s: Payments, due: DueTimer) -> Result<(), ConsumeError> {
    Ok(s.look(subject(&due.key)?).await?)
}
