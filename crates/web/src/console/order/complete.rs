//! Completing an order of which a parcel came back.

use super::{ConsoleOrderView, look, order_id, page, parcels, place};
use crate::{
    console::components::ActionError,
    session::{page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff},
    texts::console as c,
    ui::{
        components::{banner, post},
        format,
    },
};
use contracts::{
    events::EventType,
    orders::{
        Action, AttentionKind, HistoryItem, Order, OrderStatus, OrderTarget, SetOrderStatus, TargetStatus,
    },
};
use endpoint::{Body, IfMatch, Path, Permission, etag, http::StatusCode};
use maud::{Markup, html};

/// The outcome in the address of the order's page.
const DONE: &str = "completed";

/// Whether the banner about a returned parcel offers a refund.
pub(super) fn offers_refund(staff: &Staff, order: &Order) -> bool {
    order.attention.contains(&AttentionKind::CameBack)
        && order.allowed.contains(&Action::Refund)
        && staff.may(Permission::Payments)
}

/// The banner about a returned parcel, while it is not settled: with a refund, or by staff who complete the order.
pub(super) fn is_back(
    visit: &RequestContext,
    staff: &Staff,
    looked: &ConsoleOrderView,
    trouble: Option<&ActionError>,
) -> Markup {
    let order = &looked.order;
    let can = |action| order.allowed.contains(&action);
    let is_kept = order.attention.contains(&AttentionKind::CameBack);
    let kept = order.kept_of_returned.map(format::money);
    let place = |what: &str| format!("/console/orders/{}/{what}", order.id);
    let more = match (is_kept, can(Action::Complete)) {
        (true, true) => c::KEEP_IT_MORE,
        (true, false) => c::KEEP_IT_LATER,
        (false, true) => c::IS_BACK_MORE,
        (false, false) => return html! {},
    };
    banner(
        if is_kept { "wait" } else { "" },
        c::IS_BACK.text(),
        html! {
            p { @if let Some(kept) = &kept { (c::is_back_kept(kept)) " " } (more) }
            div.ends {
                @if offers_refund(staff, order) { a.btn.btn-primary[!parcels::has_next_step(staff, looked, trouble)] href=(place("refund")) { (c::REFUND) } }
                @if can(Action::Complete) {
                    (post(visit.csrf(), &place("complete"), "", html! {
                        input type="hidden" name="etag" value=(looked.etag);
                        button.btn { @if let Some(kept) = &kept { (c::complete_and_keep(kept)) } @else { (c::COMPLETE) } }
                    }))
                }
            }
        },
    )
}

/// `POST /console/orders/{id}/complete`: based on the version that was shown.
pub(crate) async fn complete(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    let order = order_id(&id)?;
    let target = Body(OrderTarget { status: TargetStatus::Completed, version: None });
    let seen = IfMatch(visit.form.given("etag"));
    let request = SetOrderStatus { id: Path(order), based_on: seen.clone(), target };
    let trouble = match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(_) => return Ok(place(order, DONE)),
        Err(error) => ActionError::of(error)?,
    };
    let looked = look(&visit, &id).await?;
    Ok(match trouble.is_overtaken() && looked.order.status == OrderStatus::Completed {
        true if is_theirs(&staff, &looked, &seen) => place(order, DONE),
        true => page(&visit, &staff, &looked, Some(&completed_already())),
        false => page(&visit, &staff, &looked, Some(&trouble)),
    })
}

/// The conflict after the order was completed.
fn completed_already() -> ActionError {
    ActionError::said(StatusCode::CONFLICT, c::COMPLETED_ALREADY.text(), c::NOTHING_LEFT_TO_DO.text())
}

/// Whether the same user has completed just this version of the order: the form was sent twice.
fn is_theirs(staff: &Staff, looked: &ConsoleOrderView, seen: &IfMatch) -> bool {
    let completed = |item: &&HistoryItem| item.event() == Some(EventType::OrderCompleted);
    let last = looked.history.iter().rfind(completed);
    last.is_some_and(|item| {
        item.actor == staff.user.id.to_string() && seen.allows(&etag::of(&[item.sequence - 1])).is_ok()
    })
}
