//! Looks for charges that the provider has made and Ordo has forgotten, a page at a time.

use crate::Payments;
use flow::{ConsumeError, DueTimer};

pub(super) async fn find_charges(s: Payments, due: DueTimer) -> Result<(), ConsumeError> {
    let search =
        serde_json::from_value(due.payload).map_err(|error| ConsumeError::Permanent(error.to_string()))?;
    s.find_charges(search).await
}
