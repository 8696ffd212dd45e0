//! Cancelling an order: the confirmation page and its form.

use crate::{
    session::{order_details, page_error::PageError, request::RequestContext, response::PageResponse},
    texts as t,
    ui::{
        components::{Field, ends, post, refusal, summary},
        form::FieldErrors,
        format,
        order::{
            money_back::{has_pending_payment, taken, was_charged},
            refunds::{self, RefundMethod},
            status::has_shipped,
        },
        page::Page,
    },
};
use contracts::orders::{Action, CancelOrder, CancelOrderError, Cancellation, Order, OrderStatus};
use endpoint::{Body, IdempotencyKey, IfMatch, Path, client::CallError, http::StatusCode};
use kernel::Money;
use maud::html;

const WHY: Field = Field::new("reason", t::WHY).optional();

/// The confirmation page.
pub(crate) async fn show_form(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    visit.require_order_access()?;
    question(&visit, &id, StatusCode::OK, &FieldErrors::default()).await
}

/// The confirmation page with the current order; after a conflict it says that the order has changed, otherwise it shows the errors
/// of the form.
async fn question(
    visit: &RequestContext,
    id: &str,
    status: StatusCode,
    faults: &FieldErrors,
) -> Result<PageResponse, PageError> {
    let (etag, order) = order_details::find_tagged(visit, id).await?;
    if !order.allowed.contains(&Action::Cancel) {
        let there = format!("/orders/{}", order.id);
        // by another request, perhaps
        let is_done = matches!(order.status, OrderStatus::Cancelling | OrderStatus::Cancelled);
        return Ok(if status == StatusCode::OK || is_done {
            PageResponse::redirect(there)
        } else {
            kept(&there)
        });
    }
    let left = refunds::left(&order, &order_details::refunds_of(visit, &order).await);
    let deed = html! { button.btn.btn-danger.btn-primary data-once { (deed(&order, left)) } };
    let form = html! {
        input type="hidden" name="key" value=(visit.web.needs.env.uuid());
        input type="hidden" name="etag" value=(etag);
        p { (consequence(&order, left)) }
        (WHY.show(&visit.form, faults))
        (ends(&deed, &format!("/orders/{}", order.id), t::KEEP_ORDER.text()))
    };
    let title = t::cancel_question(order.number);
    let main = html! {
        div.narrow.asks.stack.gap-6 {
            h1 { (title) }
            (summary(faults, None))
            @if status == StatusCode::CONFLICT {
                (refusal("wait", t::ORDER_CHANGED.text(), html! { p { (t::ORDER_CHANGED_MORE) } }))
            }
            div.panel { (post(visit.csrf(), &format!("/orders/{}/cancel", order.id), "stack gap-6", form)) }
        }
    };
    Ok(Page::new(title.clone(), main).with_status(status).into())
}

/// The order's page, which says that the order was not cancelled.
fn kept(order: &str) -> PageResponse {
    PageResponse::redirect_with_flash(format!("{order}?kept=1"))
}

/// The consequence: what was captured and is not being refunded yet will be refunded.
fn consequence(order: &Order, left: Option<Money>) -> String {
    match (left, has_shipped(order)) {
        (_, true) => t::CANCEL_THE_REST.text().to_owned(),
        (Some(left), false) => money_goes_back(&format::money(left), RefundMethod::of(order)),
        (None, false) if taken(order).is_some() => t::ALL_IS_GOING_BACK.text().to_owned(),
        (None, false) if was_charged(order) => t::ALL_HAS_GONE_BACK.text().to_owned(),
        (None, false) if has_pending_payment(order) => t::NOTHING_CHARGED_YET.text().to_owned(),
        (None, false) => t::NOTHING_TO_GIVE_BACK.text().to_owned(),
    }
}

/// The label of the button, with the amount where all of it is refunded automatically.
fn deed(order: &Order, left: Option<Money>) -> String {
    match (left, has_shipped(order)) {
        (_, true) => t::CANCEL_REST.text().to_owned(),
        (Some(left), false) if RefundMethod::of(order) == RefundMethod::Original => {
            t::cancel_and_refund(&format::money(left))
        }
        (_, false) => t::CANCEL_IT.text().to_owned(),
    }
}

/// Cancels the order, or its open units.
pub(crate) async fn cancel(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    visit.require_order_access()?;
    let there = Ok(PageResponse::redirect(format!("/orders/{id}")));
    let reason = visit.form.given("reason").map(|reason| {
        // one line, as the API requires
        reason.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
    });
    let request = CancelOrder {
        id: Path(id.parse().map_err(|_| PageError::NotFound)?),
        key: IdempotencyKey(visit.form_key()),
        // the version that the confirmation page showed
        based_on: IfMatch(visit.form.given("etag")),
        cancellation: Body(Cancellation { reason, lines: None }),
    };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(_) => there,
        // shipped, or already cancelled
        Err(CallError::Refused(CancelOrderError::IllegalTransition { .. })) => {
            question(&visit, &id, StatusCode::CONFLICT, &FieldErrors::default()).await
        }
        Err(CallError::Problem(problem)) if problem.code == "precondition_failed" => {
            question(&visit, &id, StatusCode::CONFLICT, &FieldErrors::default()).await
        }
        Err(error) if error.outcome_unknown() => there,
        Err(CallError::Problem(problem)) => match FieldErrors::read(&problem) {
            Some(faults) => question(&visit, &id, StatusCode::UNPROCESSABLE_ENTITY, &faults).await,
            None => Err(CallError::<CancelOrderError>::Problem(problem).into()),
        },
        Err(error) => Err(error.into()),
    }
}

/// How much is refunded, and by which method.
fn money_goes_back(amount: &str, way: RefundMethod) -> String {
    match way {
        RefundMethod::Original => t::money_goes_back(amount),
        RefundMethod::Manual => t::money_handed_back(amount),
        RefundMethod::Mixed => t::money_goes_both_ways(amount),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::order::money_back::tests::order;

    #[test]
    fn what_was_paid_by_hand_is_handed_back() {
        let asked = |methods: &[&str]| {
            let order = order("confirmed", 2470, 0, methods);
            (consequence(&order, taken(&order)), deed(&order, taken(&order)))
        };
        let (by_hand, deed) = asked(&["offline"]);
        assert!(by_hand.contains("€24.70 will be refunded in cash or by transfer"), "{by_hand}");
        assert_eq!(deed, "Cancel order");
        let (by_card, deed) = asked(&["sim_ok"]);
        assert!(by_card.contains("€24.70 will be refunded to your original payment method"), "{by_card}");
        assert_eq!(deed, "Cancel and refund €24.70");
    }
}
