//! A note of staff about an order.

use super::{again, order_id, place};
use crate::{
    console::components::ActionError,
    session::{page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff},
    texts::console as c,
    ui::form::FieldErrors,
};
use contracts::orders::{AddNote, NewNote};
use endpoint::{Body, OptionalIdempotencyKey, Path, Permission};

/// `POST /console/orders/{id}/notes`.
pub(crate) async fn add(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    let order = order_id(&id)?;
    let mut faults = FieldErrors::default();
    faults.demand(&visit.form, "text", c::ENTER_NOTE.text());
    if !faults.is_empty() {
        return again(&visit, &staff, &id, ActionError::in_fields(faults)).await;
    }
    let note = Body(NewNote { text: visit.form.text("text").to_owned() });
    let request = AddNote { id: Path(order), key: OptionalIdempotencyKey(Some(visit.form_key())), note };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(_) => Ok(place(order, "noted")),
        Err(error) => again(&visit, &staff, &id, ActionError::of(error)?).await,
    }
}
