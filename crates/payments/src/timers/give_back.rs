//! Refunds an unknown charge, if the request for the refund ended before it was sent, or if it failed.

use super::subject;
use crate::Payments;
use flow::{ConsumeError, DueTimer};

pub(super) async fn give_back(s: Payments, due: DueTimer) -> Result<(), ConsumeError> {
    Ok(s.give_back(subject(&due.key)?).await?)
}
