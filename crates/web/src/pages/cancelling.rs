//! Cancelling an order: the question, and its answer.

use super::{order, paying::key};
use crate::{
    form::Faults,
    format,
    parts::{Field, post},
    shown::{Page, Shown, Stop},
    texts as t,
    visit::Visit,
};
use contracts::orders::{Action, CancelOrder, CancelOrderError, Cancellation, Order};
use endpoint::{Body, IfMatch, Key, Path, client::CallError};
use maud::html;

const WHY: Field = Field::new("reason", t::WHY).optional();
const REASON_MAX: usize = 500;

/// Asks whether it is meant.
pub(crate) async fn ask(visit: Visit, id: String) -> Result<Shown, Stop> {
    visit.buyer()?;
    let order = order::find(&visit, &id).await?;
    if !order.allowed.contains(&Action::Cancel) {
        return Ok(Shown::there(format!("/orders/{}", order.id)));
    }
    let form = html! {
        input type="hidden" name="key" value=(visit.web.needs.env.uuid());
        p { (consequence(&order)) }
        (WHY.show(&visit.form, &Faults::default()))
        div.row {
            a.btn href={ "/orders/" (order.id) } { (t::KEEP_ORDER) }
            button.btn.btn-danger.btn-primary data-once { (t::CANCEL_IT) }
        }
    };
    let title = t::cancel_question(order.number);
    let main = html! {
        div.narrow.stack.gap-6 {
            h1 { (title) }
            div.panel { (post(&visit, &format!("/orders/{}/cancel", order.id), "stack gap-6", form)) }
        }
    };
    Ok(Page::new(title.clone(), main).into())
}

fn consequence(order: &Order) -> String {
    let taken = order.payment.as_ref().map(|payment| payment.captured).filter(|taken| taken.minor > 0);
    match (taken, order.lines.iter().any(|line| line.shipped > 0)) {
        (_, true) => t::CANCEL_THE_REST.say().to_owned(),
        (Some(taken), false) => t::money_goes_back(&format::money(taken)),
        (None, false) => t::NOTHING_TO_GIVE_BACK.say().to_owned(),
    }
}

/// Cancels it, or what is open of it.
pub(crate) async fn cancel(visit: Visit, id: String) -> Result<Shown, Stop> {
    visit.buyer()?;
    let there = Ok(Shown::there(format!("/orders/{id}")));
    let reason = visit.form.given("reason").map(|reason| {
        // one line, as the API takes it
        let line: String = reason.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        line.chars().take(REASON_MAX).collect()
    });
    let request = CancelOrder {
        id: Path(id.parse().map_err(|_| Stop::NotFound)?),
        key: Key(key(&visit)),
        based_on: IfMatch(None),
        cancellation: Body(Cancellation { reason, lines: None }),
    };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(_) | Err(CallError::Refused(CancelOrderError::IllegalTransition { .. })) => there,
        Err(error) if error.outcome_unknown() => there,
        Err(error) => Err(error.into()),
    }
}
