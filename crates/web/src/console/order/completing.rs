//! Saying that nothing is left to do of an order of which a parcel came back.

use super::{
    super::{parts::Trouble, staff::Staff},
    Looked, again, order_id, place,
};
use crate::{
    format,
    parts::{banner, post},
    shown::{Shown, Stop},
    texts::console as c,
    visit::Visit,
};
use contracts::orders::{Action, AttentionKind, OrderTarget, SetOrderStatus, TargetStatus};
use endpoint::{Body, IfMatch, Path, Permission};
use maud::{Markup, html};

/// That a parcel came back, as long as something is left to do about it: its money goes back, or staff say that it is kept.
pub(super) fn is_back(visit: &Visit, staff: &Staff, looked: &Looked) -> Markup {
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
                @if is_kept && can(Action::Refund) && staff.may(Permission::Payments) { a.btn.btn-primary href=(place("refund")) { (c::REFUND) } }
                @if can(Action::Complete) {
                    (post(visit, &place("complete"), "", html! {
                        input type="hidden" name="etag" value=(looked.etag);
                        button.btn { @if let Some(kept) = &kept { (c::complete_and_keep(kept)) } @else { (c::COMPLETE) } }
                    }))
                }
            }
        },
    )
}

/// `POST /console/orders/{id}/complete`: of the order as it was seen.
pub(in super::super) async fn complete(visit: Visit, id: String) -> Result<Shown, Stop> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    let order = order_id(&id)?;
    let target = Body(OrderTarget { status: TargetStatus::Completed, version: None });
    let request = SetOrderStatus { id: Path(order), based_on: IfMatch(visit.form.given("etag")), target };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(_) => Ok(place(order, "completed")),
        Err(error) => again(&visit, &staff, &id, Trouble::of(error)?).await,
    }
}
