//! Paying an order again after a decline, and what the simulator's bank asks.

use super::order;
use crate::{
    format,
    parts::{ends, post},
    shown::{Page, Shown, Stop},
    texts as t,
    visit::Visit,
};
use contracts::{
    orders::{PayOrder, PayOrderError, PaymentMethod},
    payments::{CaptureMode, ChangePaymentError, ConfirmPayment, PaymentStatus},
};
use endpoint::{Body, Key, MaybeKey, Path, client::CallError};
use maud::html;

/// Tries to pay it. What became of that the order's page says.
pub(crate) async fn pay(visit: Visit, id: String) -> Result<Shown, Stop> {
    visit.buyer()?;
    let there = Ok(Shown::there(format!("/orders/{id}")));
    let Some(method) = visit.form.given("method") else { return there };
    let id = Path(id.parse().map_err(|_| Stop::NotFound)?);
    let method = Body(PaymentMethod { method, capture: CaptureMode::Automatic });
    let request = PayOrder { id, key: Key(key(&visit)), method };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(_) => there,
        Err(CallError::Refused(
            PayOrderError::PaymentDeclined { .. }
            | PayOrderError::AlreadyPaid
            | PayOrderError::PaymentInProgress
            | PayOrderError::IllegalTransition { .. },
        )) => there,
        Err(error) if error.outcome_unknown() => there,
        Err(error) => Err(error.into()),
    }
}

/// The key that the form came with; a new one for a form without.
pub(crate) fn key(visit: &Visit) -> String {
    let given =
        visit.form.given("key").filter(|key| key.len() <= 64 && key.bytes().all(|b| b.is_ascii_graphic()));
    given.unwrap_or_else(|| visit.web.needs.env.uuid().to_string())
}

/// The bank's page, as it were: a real provider has its own.
pub(crate) async fn bank(visit: Visit, id: String) -> Result<Shown, Stop> {
    visit.buyer()?;
    let order = order::find(&visit, &id).await?;
    let waits = order.payment.as_ref().filter(|payment| payment.status == PaymentStatus::RequiresAction);
    let Some(payment) = waits else { return Ok(Shown::there(format!("/orders/{}", order.id))) };
    let back = format!("/orders/{}", order.id);
    let deed = html! { button.btn.btn-primary data-once { (t::BANK_CONFIRM) } };
    let form = html! {
        input type="hidden" name="key" value=(visit.web.needs.env.uuid());
        p { (t::bank_question(&format::money(payment.amount), &visit.web.needs.settings.name)) }
        (ends(&deed, &back, t::BANK_BACK.say()))
    };
    let main = html! {
        div.narrow.asks.stack.gap-6 {
            div.stack.gap-2 { h1 { (t::BANK) } p.quiet { (t::BANK_MORE) } }
            div.panel { (post(&visit, &format!("/orders/{}/bank", order.id), "stack", form)) }
        }
    };
    let way = html! { a.push.small href=(back) { (t::BANK_BACK) } };
    Ok(Page::new(t::BANK, main).back_by(way).into())
}

/// The customer has done what the bank asked.
pub(crate) async fn confirm(visit: Visit, id: String) -> Result<Shown, Stop> {
    visit.buyer()?;
    let order = order::find(&visit, &id).await?;
    let there = Ok(Shown::there(format!("/orders/{}", order.id)));
    let Some(payment) = order.payment else { return there };
    let request = ConfirmPayment { id: Path(payment.id), key: MaybeKey(Some(key(&visit))) };
    match visit.web.needs.payments.call(&visit.cx, request).await {
        Ok(_)
        | Err(CallError::Refused(
            ChangePaymentError::PaymentDeclined { .. } | ChangePaymentError::IllegalPaymentTransition { .. },
        )) => there,
        Err(error) if error.outcome_unknown() => there,
        Err(error) => Err(error.into()),
    }
}
