//! Gives a charge back that Ordo has forgotten: for whoever asked for it and did not get to it, or tried without
//! success.

use super::subject;
use crate::Payments;
use flow::{ConsumeError, DueTimer};

pub(super) async fn give_back(s: Payments, due: DueTimer) -> Result<(), ConsumeError> {
    Ok(s.give_back(subject(&due.key)?).await?)
}
