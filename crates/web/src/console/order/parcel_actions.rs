//! The actions for a parcel, with a confirmation for those that are final.

use crate::{
    console::components::asked,
    texts::{Text, console as c},
    ui::icons,
};
use contracts::{
    fulfilments::{Fulfilment, FulfilmentStatus},
    orders::Order,
};
use maud::{Markup, html};

/// The statuses that can follow, by the table that orders uses: while the order is on hold, nothing is packed or shipped.
pub(super) fn following(order: &Order, status: FulfilmentStatus) -> Vec<FulfilmentStatus> {
    let waits = |next: FulfilmentStatus| matches!(next, FulfilmentStatus::Packed | FulfilmentStatus::Shipped);
    let is_legal = |next: &FulfilmentStatus| order.holds.is_empty() || !waits(*next);
    status.next().iter().copied().filter(is_legal).collect()
}

/// A button for each of them; the next step is emphasized.
pub(super) fn buttons(one: &Fulfilment, follows: &[FulfilmentStatus], is_next: bool) -> Markup {
    use FulfilmentStatus as S;
    let (status, can) = (one.status, |next: S| follows.contains(&next));
    let order = format!("/console/orders/{}", one.order_id);
    let ask = |is_loud: bool, what: Text, more: Text, deed: Markup| {
        asked(&one.id.to_string(), is_loud, &html! { (what) }, more, &deed, &order)
    };
    html! {
        @if can(S::Shipped) {
            button.btn.btn-primary[is_next] name="do" value="ship" { (icons::TRUCK) (if status == S::Failed { c::SHIP_AGAIN.text() } else { c::SHIP.text() }) }
        }
        @if can(S::Packed) { button.btn name="do" value="pack" { (c::MARK_PACKED) } }
        // both are final and need a confirmation
        @if can(S::Delivered) { (ask(is_next, c::MARK_DELIVERED, c::DELIVERED_MORE, html! { button.btn.btn-primary name="do" value="deliver" { (c::IT_ARRIVED) } })) }
        @if can(S::Failed) { (ask(false, c::MARK_FAILED, c::FAILED_MORE, html! { button.btn.btn-danger.btn-primary name="do" value="fail" { (c::IT_FAILED) } })) }
        @if can(S::Returned) { (ask(false, c::MARK_RETURNED, c::RETURNED_MORE, html! { button.btn.btn-danger.btn-primary name="do" value="return" { (c::IT_RETURNED) } })) }
        @if can(S::Cancelled) { button.btn name="do" value="cancel" { (c::UNDO_PARCEL) } }
    }
}
