//! The outcome of an action, shown while it is still the current state: a form that is sent again gets the response of the first time,
//! whatever was done since.

use super::ConsoleOrderView;
use crate::{console::components::done, session::request::RequestContext, texts::console as c};
use contracts::{
    fulfilments::FulfilmentStatus,
    orders::{Hold, OrderStatus},
    payments::{Refund, RefundStatus},
};
use maud::{Markup, html};

/// The outcome, in words that fit its progress.
pub(super) fn said(visit: &RequestContext, looked: &ConsoleOrderView) -> Markup {
    let deed = visit.query.text("done");
    let Some(exactly) = visit.done_to("done").filter(|_| is_so(deed, looked)) else { return html! {} };
    let last = last_refund(looked);
    let is_refunded = last.is_some_and(|refund| refund.status == RefundStatus::Succeeded);
    let is_by_hand = last.is_some_and(|refund| refund.offline && !is_refunded);
    match (deed, exactly) {
        // not done yet: what is left to do is shown below
        ("refunded", _) if is_by_hand => html! {},
        ("refunded", amount) if !amount.is_empty() => {
            let so_far = done(Some(&c::refund_of(&amount, is_refunded)));
            // a script that follows the order hides the outcome once it has passed
            html! { @if is_refunded { (so_far) } @else { div data-passes { (so_far) } } }
        }
        ("cancelled", pieces) if !pieces.is_empty() => done(Some(&pieces)),
        _ => done(c::done(deed)),
    }
}

fn last_refund(looked: &ConsoleOrderView) -> Option<&Refund> {
    looked.refunds.iter().max_by_key(|refund| refund.created_at)
}

/// Whether the order may still be in the state after the action; actions that leave no trace are taken to be current.
fn is_so(done: &str, looked: &ConsoleOrderView) -> bool {
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
