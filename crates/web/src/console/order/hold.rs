//! Keeping an order from being shipped, and letting it go again.

use super::{again, crumbs, find, order_id, place};
use crate::{
    console::{
        frame::{Page, Room},
        parts::{Input, Trouble, faults, once, sent},
    },
    session::{page_error::Stop, request::Visit, response::Shown, staff::Staff},
    texts::{self as t, console as c},
    ui::{
        components::{ends, post},
        form::Faults,
    },
};
use contracts::orders::{Action, HoldOrder, NewHold, Order, ReleaseOrder};
use endpoint::{Body, IfMatch, Path, Permission, http::StatusCode};
use maud::html;

const DEED: &str = "hold";

/// What the way here is called: an order that waits already can be held by hand besides.
pub(super) fn offer(order: &Order) -> &'static str {
    if order.holds.is_empty() { c::HOLD.say() } else { c::HOLD_TOO.say() }
}

/// What follows, as far as it is so of this order: of one of which all has left nothing but a parcel that did not arrive waits.
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
    std::iter::once(waits).chain(still).map(|text| text.say()).collect::<Vec<_>>().join(" ")
}

/// `GET /console/orders/{id}/hold`.
pub(crate) async fn ask(visit: Visit, id: String) -> Result<Shown, Stop> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    page(&visit, &staff, &id, None).await
}

async fn page(visit: &Visit, staff: &Staff, id: &str, trouble: Option<&Trouble>) -> Result<Shown, Stop> {
    let (etag, order) = find(visit, id).await?;
    if trouble.is_none() && !order.allowed.contains(&Action::Hold) {
        return Ok(Shown::there(format!("/console/orders/{}", order.id)));
    }
    let deed = html! { button.btn.btn-primary { (c::HOLD_IT) } };
    let form = html! {
        (once(visit, DEED, trouble))
        input type="hidden" name="etag" value=(etag);
        p { (consequence(&order)) }
        (Input { value: sent(&visit.form, DEED, "reason", ""), hint: Some(c::FOR_COLLEAGUES.say()), ..Input::new("reason", t::WHY.say()) }
            .show(&faults(trouble)))
        (ends(&deed, &format!("/console/orders/{}", order.id), c::BACK.say()))
    };
    let title = c::hold_question(order.number);
    let main = html! {
        div.c-head { (crumbs(&order, Some(c::HOLDING.say()))) }
        div.c-head { h1 { (title) } }
        @if let Some(trouble) = trouble { (trouble.banner()) }
        section.card.question { (post(visit.csrf(), &format!("/console/orders/{}/hold", order.id), "card-body stack", form)) }
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(Page::new(staff, Room::Orders, &title).with_status(status).show(visit, &main))
}

/// `POST /console/orders/{id}/hold`.
pub(crate) async fn hold(visit: Visit, id: String) -> Result<Shown, Stop> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    let order = order_id(&id)?;
    let mut wrong = Faults::default();
    wrong.demand(&visit.form, "reason", c::ENTER_REASON.say());
    if !wrong.is_empty() {
        return page(&visit, &staff, &id, Some(&Trouble::in_fields(wrong))).await;
    }
    let hold = Body(NewHold { reason: visit.form.text("reason").to_owned() });
    // of the order as it was seen: what is sent once more after it was let go does not hold it again
    let request = HoldOrder { id: Path(order), based_on: IfMatch(visit.form.given("etag")), hold };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(_) => Ok(place(order, "held")),
        Err(error) => page(&visit, &staff, &id, Some(&Trouble::of(error)?)).await,
    }
}

/// `POST /console/orders/{id}/release`: of the order as it was seen.
pub(crate) async fn release(visit: Visit, id: String) -> Result<Shown, Stop> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    let order = order_id(&id)?;
    let request = ReleaseOrder { id: Path(order), based_on: IfMatch(visit.form.given("etag")) };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(_) => Ok(place(order, "released")),
        Err(error) => again(&visit, &staff, &id, Trouble::of(error)?).await,
    }
}
