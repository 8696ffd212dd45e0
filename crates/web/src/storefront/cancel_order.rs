//! Cancelling an order: the question, and its answer.

use crate::{
    session::{order_details, page_error::Stop, request::Visit, response::Shown},
    texts as t,
    ui::{
        components::{Field, ends, post, refusal, summary},
        form::Faults,
        format,
        order::{
            money_back::{may_be_charged, taken, was_charged},
            refunds::{self, Way},
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

/// Asks whether it is meant.
pub(crate) async fn ask(visit: Visit, id: String) -> Result<Shown, Stop> {
    visit.buyer()?;
    question(&visit, &id, StatusCode::OK, &Faults::default()).await
}

/// The question, of the order as it is now; with a conflict it is said that it is another one than was answered, and otherwise what is
/// wrong with what was typed.
async fn question(visit: &Visit, id: &str, status: StatusCode, faults: &Faults) -> Result<Shown, Stop> {
    let (etag, order) = order_details::find_tagged(visit, id).await?;
    if !order.allowed.contains(&Action::Cancel) {
        let there = format!("/orders/{}", order.id);
        // by another page, perhaps
        let is_done = matches!(order.status, OrderStatus::Cancelling | OrderStatus::Cancelled);
        return Ok(if status == StatusCode::OK || is_done { Shown::there(there) } else { kept(&there) });
    }
    let left = refunds::left(&order, &order_details::refunds_of(visit, &order).await);
    let deed = html! { button.btn.btn-danger.btn-primary data-once { (deed(&order, left)) } };
    let form = html! {
        input type="hidden" name="key" value=(visit.web.needs.env.uuid());
        input type="hidden" name="etag" value=(etag);
        p { (consequence(&order, left)) }
        (WHY.show(&visit.form, faults))
        (ends(&deed, &format!("/orders/{}", order.id), t::KEEP_ORDER.say()))
    };
    let title = t::cancel_question(order.number);
    let main = html! {
        div.narrow.asks.stack.gap-6 {
            h1 { (title) }
            (summary(faults, None))
            @if status == StatusCode::CONFLICT {
                (refusal("wait", t::ORDER_CHANGED.say(), html! { p { (t::ORDER_CHANGED_MORE) } }))
            }
            div.panel { (post(visit.csrf(), &format!("/orders/{}/cancel", order.id), "stack gap-6", form)) }
        }
    };
    Ok(Page::new(title.clone(), main).with_status(status).into())
}

/// The order's page, which says that it was not cancelled.
fn kept(order: &str) -> Shown {
    Shown::done(format!("{order}?kept=1"))
}

/// What comes of it: what is left of the money, and not on its way back yet, goes back.
fn consequence(order: &Order, left: Option<Money>) -> String {
    match (left, has_shipped(order)) {
        (_, true) => t::CANCEL_THE_REST.say().to_owned(),
        (Some(left), false) => money_goes_back(&format::money(left), Way::of(order)),
        (None, false) if taken(order).is_some() => t::ALL_IS_GOING_BACK.say().to_owned(),
        (None, false) if was_charged(order) => t::ALL_HAS_GONE_BACK.say().to_owned(),
        (None, false) if may_be_charged(order) => t::NOTHING_CHARGED_YET.say().to_owned(),
        (None, false) => t::NOTHING_TO_GIVE_BACK.say().to_owned(),
    }
}

/// What the button does, with the amount where all of it goes back by itself.
fn deed(order: &Order, left: Option<Money>) -> String {
    match (left, has_shipped(order)) {
        (_, true) => t::CANCEL_REST.say().to_owned(),
        (Some(left), false) if Way::of(order) == Way::AsItCame => t::cancel_and_refund(&format::money(left)),
        (_, false) => t::CANCEL_IT.say().to_owned(),
    }
}

/// Cancels it, or what is open of it.
pub(crate) async fn cancel(visit: Visit, id: String) -> Result<Shown, Stop> {
    visit.buyer()?;
    let there = Ok(Shown::there(format!("/orders/{id}")));
    let reason = visit.form.given("reason").map(|reason| {
        // one line, as the API takes it
        reason.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
    });
    let request = CancelOrder {
        id: Path(id.parse().map_err(|_| Stop::NotFound)?),
        key: IdempotencyKey(visit.form_key()),
        // what was answered is what the question said
        based_on: IfMatch(visit.form.given("etag")),
        cancellation: Body(Cancellation { reason, lines: None }),
    };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(_) => there,
        // it is on its way, or over
        Err(CallError::Refused(CancelOrderError::IllegalTransition { .. })) => {
            question(&visit, &id, StatusCode::CONFLICT, &Faults::default()).await
        }
        Err(CallError::Problem(problem)) if problem.code == "precondition_failed" => {
            question(&visit, &id, StatusCode::CONFLICT, &Faults::default()).await
        }
        Err(error) if error.outcome_unknown() => there,
        Err(CallError::Problem(problem)) => match Faults::read(&problem) {
            Some(faults) => question(&visit, &id, StatusCode::UNPROCESSABLE_ENTITY, &faults).await,
            None => Err(CallError::<CancelOrderError>::Problem(problem).into()),
        },
        Err(error) => Err(error.into()),
    }
}

/// How much goes back, and by which way.
fn money_goes_back(amount: &str, way: Way) -> String {
    match way {
        Way::AsItCame => t::money_goes_back(amount),
        Way::ByHand => t::money_handed_back(amount),
        Way::Both => t::money_goes_both_ways(amount),
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
