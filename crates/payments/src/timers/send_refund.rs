//! Sends a refund, sends it again, or finds out what became of it.

use super::subject;
use crate::Payments;
use flow::{Cause, ConsumeError, DueTimer};

pub(super) async fn send_refund(s: Payments, due: DueTimer) -> Result<(), ConsumeError> {
    Ok(s.send_refund(subject(&due.key)?, &Cause::system()).await?)
}
