//! Recording that an order was paid offline.

use super::{
    super::{
        frame::{Page, Room},
        parts::{Trouble, once},
        staff::Staff,
    },
    crumbs, find, order_id, place,
};
use crate::{
    format,
    pages::paying::key,
    parts::{ends, post},
    refunds::OFFLINE,
    shown::{Shown, Stop},
    texts::console as c,
    visit::Visit,
};
use contracts::{
    orders::{Action, PayOrder, PaymentMethod},
    payments::CaptureMode,
};
use endpoint::{Body, IdempotencyKey, Path, http::StatusCode};
use maud::html;

const DEED: &str = "offline";

/// `GET /console/orders/{id}/offline`.
pub(in super::super) async fn ask(visit: Visit, id: String) -> Result<Shown, Stop> {
    let staff = Staff::cashier(&visit).await?;
    page(&visit, &staff, &id, None).await
}

async fn page(visit: &Visit, staff: &Staff, id: &str, trouble: Option<&Trouble>) -> Result<Shown, Stop> {
    let (_, order) = find(visit, id).await?;
    if trouble.is_none() && !order.allowed.contains(&Action::Pay) {
        return Ok(Shown::there(format!("/console/orders/{}", order.id)));
    }
    let deed = html! { button.btn.btn-primary { (c::record(&format::money(order.owed))) } };
    let form = html! {
        (once(visit, DEED, trouble))
        p { (c::offline_consequence(&format::money(order.owed))) }
        (ends(&deed, &format!("/console/orders/{}", order.id), c::BACK.say()))
    };
    let title = c::offline_question(order.number);
    let main = html! {
        div.c-head { (crumbs(&order, Some(c::PAYING_OFFLINE.say()))) }
        div.c-head { h1 { (title) } }
        @if let Some(trouble) = trouble { (trouble.banner()) }
        section.card.question { (post(visit, &format!("/console/orders/{}/offline", order.id), "card-body stack", form)) }
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(Page::new(staff, Room::Orders, &title).with_status(status).show(visit, &main))
}

/// `POST /console/orders/{id}/offline`.
pub(in super::super) async fn record(visit: Visit, id: String) -> Result<Shown, Stop> {
    let staff = Staff::cashier(&visit).await?;
    let order = order_id(&id)?;
    let method = Body(PaymentMethod { method: OFFLINE.to_owned(), capture: CaptureMode::Automatic });
    let request = PayOrder { id: Path(order), key: IdempotencyKey(key(&visit)), method };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(_) => Ok(place(order, "paid")),
        Err(error) => page(&visit, &staff, &id, Some(&Trouble::of(error)?)).await,
    }
}
