//! Putting an order on hold, and releasing it.

use super::{again, crumbs, find, order_id, place};
use crate::{
    console::{
        components::{ActionError, Input, faults, once, sent},
        frame::{ConsolePage, ConsoleSection},
    },
    session::{page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff},
    texts::{self as t, console as c},
    ui::{
        components::{ends, post},
        form::FieldErrors,
    },
};
use contracts::orders::{Action, HoldOrder, NewHold, Order, ReleaseOrder};
use endpoint::{Body, IfMatch, Path, Permission, http::StatusCode};
use maud::html;

const DEED: &str = "hold";

/// The label of the link: an order with another hold can be held manually in addition.
pub(super) fn offer(order: &Order) -> &'static str {
    if order.holds.is_empty() { c::HOLD.text() } else { c::HOLD_TOO.text() }
}

/// The consequence for this order: where everything was shipped, only a failed delivery is held.
fn consequence(order: &Order) -> String {
    let is_open = order.lines.iter().any(|line| line.open > 0);
    let waits = if is_open { c::HOLD_CONSEQUENCE } else { c::HOLD_OF_SENT };
    let can = |action| order.allowed.contains(&action);
    let still = match (can(Action::Pay), can(Action::Cancel)) {
        (true, true) => Some(c::STILL_PAID_AND_CANCELLED),
        (true, false) => Some(c::STILL_PAID),
        (false, true) => Some(c::STILL_CANCELLED),
        (false, false) => None,
    };
    std::iter::once(waits).chain(still).map(|text| text.text()).collect::<Vec<_>>().join(" ")
}

/// `GET /console/orders/{id}/hold`.
pub(crate) async fn show_form(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    page(&visit, &staff, &id, None).await
}

async fn page(
    visit: &RequestContext,
    staff: &Staff,
    id: &str,
    trouble: Option<&ActionError>,
) -> Result<PageResponse, PageError> {
    let (etag, order) = find(visit, id).await?;
    if trouble.is_none() && !order.allowed.contains(&Action::Hold) {
        return Ok(PageResponse::redirect(format!("/console/orders/{}", order.id)));
    }
    let deed = html! { button.btn.btn-primary { (c::HOLD_IT) } };
    let form = html! {
        (once(visit, DEED, trouble))
        input type="hidden" name="etag" value=(etag);
        p { (consequence(&order)) }
        (Input { value: sent(&visit.form, DEED, "reason", ""), hint: Some(c::FOR_COLLEAGUES.text()), ..Input::new("reason", t::WHY.text()) }
            .show(&faults(trouble)))
        (ends(&deed, &format!("/console/orders/{}", order.id), c::BACK.text()))
    };
    let title = c::hold_question(order.number);
    let main = html! {
        div.c-head { (crumbs(&order, Some(c::HOLDING.text()))) }
        div.c-head { h1 { (title) } }
        @if let Some(trouble) = trouble { (trouble.banner()) }
        section.card.question { (post(visit.csrf(), &format!("/console/orders/{}/hold", order.id), "card-body stack", form)) }
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(ConsolePage::new(staff, ConsoleSection::Orders, &title).with_status(status).show(visit, &main))
}

/// `POST /console/orders/{id}/hold`.
pub(crate) async fn hold(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    let order = order_id(&id)?;
    let mut wrong = FieldErrors::default();
    wrong.demand(&visit.form, "reason", c::ENTER_REASON.text());
    if !wrong.is_empty() {
        return page(&visit, &staff, &id, Some(&ActionError::in_fields(wrong))).await;
    }
    let hold = Body(NewHold { reason: visit.form.text("reason").to_owned() });
    // based on the version that was shown: a form that is sent again after a release does not hold the order again
    let request = HoldOrder { id: Path(order), based_on: IfMatch(visit.form.given("etag")), hold };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(_) => Ok(place(order, "held")),
        Err(error) => page(&visit, &staff, &id, Some(&ActionError::of(error)?)).await,
    }
}

/// `POST /console/orders/{id}/release`: based on the version that was shown.
pub(crate) async fn release(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    let order = order_id(&id)?;
    let request = ReleaseOrder { id: Path(order), based_on: IfMatch(visit.form.given("etag")) };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(_) => Ok(place(order, "released")),
        Err(error) => again(&visit, &staff, &id, ActionError::of(error)?).await,
    }
}
