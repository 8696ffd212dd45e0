//! A note of staff about an order.

use super::{again, order_id, place};
use crate::{
    console::parts::Trouble,
    session::{page_error::Stop, request::Visit, response::Shown, staff::Staff},
    texts::console as c,
    ui::form::Faults,
};
use contracts::orders::{AddNote, NewNote};
use endpoint::{Body, OptionalIdempotencyKey, Path, Permission};

/// `POST /console/orders/{id}/notes`.
pub(crate) async fn add(visit: Visit, id: String) -> Result<Shown, Stop> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    let order = order_id(&id)?;
    let mut faults = Faults::default();
    faults.demand(&visit.form, "text", c::ENTER_NOTE.say());
    if !faults.is_empty() {
        return again(&visit, &staff, &id, Trouble::in_fields(faults)).await;
    }
    let note = Body(NewNote { text: visit.form.text("text").to_owned() });
    let request = AddNote { id: Path(order), key: OptionalIdempotencyKey(Some(visit.form_key())), note };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(_) => Ok(place(order, "noted")),
        Err(error) => again(&visit, &staff, &id, Trouble::of(error)?).await,
    }
}
