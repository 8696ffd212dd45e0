//! Gives a charge back that Ordo has forgotten: for whoever asked for it and did not get to it, or tried in vain.

use super::subject;
use crate::Payments;
use flow::{Due, HearError};

pub(super) async fn give_back(s: Payments, due: Due) -> Result<(), HearError> {
    Ok(s.give_back(subject(&due.key)?).await?)
}
