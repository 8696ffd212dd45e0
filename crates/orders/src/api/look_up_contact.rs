//! `GET /internal/orders/{id}/contact`: where mails about an order go.

use crate::{Orders, store};
use contracts::orders::{Contact, LookUpContact};
use endpoint::{Common, Json, Path};
use ordo_http::{Answered, Call};

pub(super) async fn look_up_contact(s: Orders, _: Call, asked: LookUpContact) -> Answered<LookUpContact> {
    let LookUpContact { id: Path(id) } = asked;
    let (order, person) = store::orders::find(&s.db, id).await?.ok_or(Common::NotFound)?;
    let cancel_reason = order.cancel_reason(&person);
    let order_key = order.guest_id.map(|guest| s.order_keys.of(guest));
    Ok(Json(Contact {
        number: order.number,
        email: person.email,
        name: person.name,
        language: person.language,
        cancel_reason,
        order_key,
    }))
}
