//! Lists the charges that the provider has made and Ordo has forgotten, oldest first.

use crate::{Payments, store::unknown_charges, unknown_charge::UnknownCharge};
use contracts::payments::ListUnknownCharges;
use endpoint::{Json, Page};
use kernel::{Timestamp, id::UnknownChargeId};
use ordo_http::{Call, HandlerResult, page};
use uuid::Uuid;

const PURPOSE: &str = "list_unknown_charges";

pub(crate) async fn list_unknown_charges(
    s: Payments,
    _: Call,
    ListUnknownCharges { slice }: ListUnknownCharges,
) -> HandlerResult<ListUnknownCharges> {
    let after = slice.cursor.as_ref().map(|cursor| s.cursors.open(&PURPOSE, cursor)).transpose()?;
    let after: (Timestamp, UnknownChargeId) =
        after.unwrap_or((Timestamp::from_micros(0), UnknownChargeId::from_uuid(Uuid::nil())));
    // one more than asked for tells whether there is a next page
    let charges = unknown_charges::list(&s.db, after, slice.count() as i64 + 1).await?;
    let Page { items, next_cursor } =
        page(&slice, charges, |last| s.cursors.seal(&PURPOSE, &(last.created_at, last.id)));
    Ok(Json(Page { items: items.iter().map(UnknownCharge::view).collect(), next_cursor }))
}
