//! `GET /internal/orders/{id}/contact`: where mails about an order go.

use crate::{
    Orders,
    order::{Order, PaymentCopy},
    store,
    workflows::kinds,
};
use contracts::orders::{Contact, GetContact};
use endpoint::{CommonError, Json, Path};
use flow::timer;
use kernel::Timestamp;
use ordo_http::{Call, HandlerResult};

pub(super) async fn get_contact(s: Orders, _: Call, asked: GetContact) -> HandlerResult<GetContact> {
    let GetContact { id: Path(id) } = asked;
    let (order, person) = store::orders::find(&s.db, id).await?.ok_or(CommonError::NotFound)?;
    let cancel_reason = order.cancel_reason(&person);
    let order_key = order.guest_id.map(|guest| s.order_keys.of(guest));
    Ok(Json(Contact {
        number: order.number,
        email: person.email,
        name: person.name,
        language: person.language,
        cancel_reason,
        order_key,
        pay_by: pay_by(&s, &order).await?,
        user_id: order.guest_id.is_none().then_some(order.user_id),
        cancel_code: order.cancel_code,
        provider_unavailable: order.payment.as_ref().is_some_and(PaymentCopy::provider_was_unavailable),
        version: order.version,
    }))
}

/// Until when whoever ordered is to pay it; nothing while a payment that was begun with it, or since, has no outcome.
async fn pay_by(s: &Orders, order: &Order) -> db::Result<Option<Timestamp>> {
    let Some(due) = order.payment_due_at else { return Ok(None) };
    let takes_none = order.payment.as_ref().is_some_and(PaymentCopy::takes_no_money);
    let is_begun = takes_none || timer::is_set(&s.db, kinds::PAY, order.id).await?;
    Ok((!is_begun).then_some(due))
}
