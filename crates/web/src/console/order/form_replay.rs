//! What is said of a deed, where it is still so: a form that comes once more is answered as it was the first time, whatever has been
//! done since.

use super::Looked;
use crate::{console::parts::done, session::request::Visit, texts::console as c};
use contracts::{
    fulfilments::FulfilmentStatus,
    orders::{Hold, OrderStatus},
    payments::{Refund, RefundStatus},
};
use maud::{Markup, html};

/// What was done, in the words that the page has for how far that is.
pub(super) fn said(visit: &Visit, looked: &Looked) -> Markup {
    let deed = visit.query.text("done");
    let Some(exactly) = visit.done_to("done").filter(|_| is_so(deed, looked)) else { return html! {} };
    let last = last_refund(looked);
    let is_refunded = last.is_some_and(|refund| refund.status == RefundStatus::Succeeded);
    let is_by_hand = last.is_some_and(|refund| refund.offline && !is_refunded);
    match (deed, exactly) {
        // it is not done: what is left to do stands below
        ("refunded", _) if is_by_hand => html! {},
        ("refunded", amount) if !amount.is_empty() => {
            let so_far = done(Some(&c::refund_of(&amount, is_refunded)));
            // a script that takes up what follows lets go of what is over by then
            html! { @if is_refunded { (so_far) } @else { div data-passes { (so_far) } } }
        }
        ("cancelled", pieces) if !pieces.is_empty() => done(Some(&pieces)),
        _ => done(c::done(deed)),
    }
}

fn last_refund(looked: &Looked) -> Option<&Refund> {
    looked.refunds.iter().max_by_key(|refund| refund.created_at)
}

/// Whether the order may be as it became by that, as far as it tells: of what leaves no trace it is taken to be.
fn is_so(done: &str, looked: &Looked) -> bool {
    use FulfilmentStatus as S;
    let order = &looked.order;
    let has = |status: S| looked.fulfilments.iter().any(|one| one.status == status);
    let is_held = order.holds.contains(&Hold::Manual);
    let is_over = matches!(order.status, OrderStatus::Cancelling | OrderStatus::Cancelled);
    match done {
        "packed" => has(S::Packed),
        "shipped" => has(S::Shipped),
        "delivered" => has(S::Delivered),
        "failed" => has(S::Failed),
        "returned" => has(S::Returned),
        "unpacked" => has(S::Cancelled),
        "refunded" => last_refund(looked).is_none_or(|refund| refund.status != RefundStatus::Withdrawn),
        "cancelled" => is_over || order.lines.iter().any(|line| line.cancelled > 0),
        "held" => is_held,
        "released" => !is_held,
        "completed" => order.status == OrderStatus::Completed,
        "placed" => order.status != OrderStatus::Draft,
        _ => true,
    }
}
