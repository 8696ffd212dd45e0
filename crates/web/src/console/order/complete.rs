//! Saying that nothing is left to do of an order of which a parcel came back.

use super::{Looked, look, order_id, page, parcels, place};
use crate::{
    console::parts::Trouble,
    session::{page_error::Stop, request::Visit, response::Shown, staff::Staff},
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

/// What was done, as the page of the order says it.
const DONE: &str = "completed";

/// Whether what is said of a parcel that came back offers to give its money back.
pub(super) fn offers_refund(staff: &Staff, order: &Order) -> bool {
    order.attention.contains(&AttentionKind::CameBack)
        && order.allowed.contains(&Action::Refund)
        && staff.may(Permission::Payments)
}

/// That a parcel came back, as long as something is left to do about it: its money goes back, or staff say that it is kept.
pub(super) fn is_back(visit: &Visit, staff: &Staff, looked: &Looked, trouble: Option<&Trouble>) -> Markup {
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
        c::IS_BACK.say(),
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

/// `POST /console/orders/{id}/complete`: of the order as it was seen.
pub(crate) async fn complete(visit: Visit, id: String) -> Result<Shown, Stop> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    let order = order_id(&id)?;
    let target = Body(OrderTarget { status: TargetStatus::Completed, version: None });
    let seen = IfMatch(visit.form.given("etag"));
    let request = SetOrderStatus { id: Path(order), based_on: seen.clone(), target };
    let trouble = match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(_) => return Ok(place(order, DONE)),
        Err(error) => Trouble::of(error)?,
    };
    let looked = look(&visit, &id).await?;
    Ok(match trouble.is_overtaken() && looked.order.status == OrderStatus::Completed {
        true if is_theirs(&staff, &looked, &seen) => place(order, DONE),
        true => page(&visit, &staff, &looked, Some(&completed_already())),
        false => page(&visit, &staff, &looked, Some(&trouble)),
    })
}

/// Nothing is left to do.
fn completed_already() -> Trouble {
    Trouble::said(StatusCode::CONFLICT, c::COMPLETED_ALREADY.say(), c::NOTHING_LEFT_TO_DO.say())
}

/// Whether it was they who completed the order, of just that version: the form came twice.
fn is_theirs(staff: &Staff, looked: &Looked, seen: &IfMatch) -> bool {
    let completed = |item: &&HistoryItem| item.event() == Some(EventType::OrderCompleted);
    let last = looked.history.iter().rfind(completed);
    last.is_some_and(|item| {
        item.actor == staff.user.id.to_string() && seen.allows(&etag::of(&[item.sequence - 1])).is_ok()
    })
}
