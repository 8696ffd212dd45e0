//! Recording that an order was paid offline.

use super::{crumbs, find, order_id, place};
use crate::{
    console::{
        components::{ActionError, once},
        frame::{ConsolePage, ConsoleSection},
    },
    session::{page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff},
    texts::console as c,
    ui::{
        components::{ends, post},
        format,
        order::refunds::OFFLINE,
    },
};
use contracts::{
    orders::{Action, PayOrder, PaymentMethod},
    payments::CaptureMode,
};
use endpoint::{Body, IdempotencyKey, Path, http::StatusCode};
use maud::html;

const DEED: &str = "offline";

/// `GET /console/orders/{id}/offline`.
pub(crate) async fn show_form(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::cashier(&visit).await?;
    page(&visit, &staff, &id, None).await
}

async fn page(
    visit: &RequestContext,
    staff: &Staff,
    id: &str,
    trouble: Option<&ActionError>,
) -> Result<PageResponse, PageError> {
    let (_, order) = find(visit, id).await?;
    if trouble.is_none() && !order.allowed.contains(&Action::Pay) {
        return Ok(PageResponse::redirect(format!("/console/orders/{}", order.id)));
    }
    let deed = html! { button.btn.btn-primary { (c::record(&format::money(order.owed))) } };
    let form = html! {
        (once(visit, DEED, trouble))
        p { (c::offline_consequence(&format::money(order.owed))) }
        (ends(&deed, &format!("/console/orders/{}", order.id), c::BACK.text()))
    };
    let title = c::offline_question(order.number);
    let main = html! {
        div.c-head { (crumbs(&order, Some(c::PAYING_OFFLINE.text()))) }
        div.c-head { h1 { (title) } }
        @if let Some(trouble) = trouble { (trouble.banner()) }
        section.card.question { (post(visit.csrf(), &format!("/console/orders/{}/offline", order.id), "card-body stack", form)) }
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(ConsolePage::new(staff, ConsoleSection::Orders, &title).with_status(status).show(visit, &main))
}

/// `POST /console/orders/{id}/offline`.
pub(crate) async fn record(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::cashier(&visit).await?;
    let order = order_id(&id)?;
    let method = Body(PaymentMethod { method: OFFLINE.to_owned(), capture: CaptureMode::Automatic });
    let request = PayOrder { id: Path(order), key: IdempotencyKey(visit.form_key()), method };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(_) => Ok(place(order, "paid")),
        Err(error) => page(&visit, &staff, &id, Some(&ActionError::of(error)?)).await,
    }
}
