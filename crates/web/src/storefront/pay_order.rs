//! Paying an order again after a declined payment, and the confirmation page of the simulator's bank.

use crate::{
    session::{order_details, page_error::PageError, request::RequestContext, response::PageResponse},
    texts as t,
    ui::{
        components::{ends, post},
        format,
        order::{money_back::was_charged, status},
        page::Page,
    },
};
use contracts::{
    orders::{Order, OrderStatus, PayOrder, PayOrderError, PaymentMethod},
    payments::{CaptureMode, ChangePaymentError, ConfirmPayment, PaymentStatus},
};
use endpoint::{Body, IdempotencyKey, OptionalIdempotencyKey, Path, client::CallError, http::StatusCode};
use kernel::id::OrderId;
use maud::html;

/// Starts a payment; the order's page shows its outcome.
pub(crate) async fn pay(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    visit.require_order_access()?;
    let id: OrderId = id.parse().map_err(|_| PageError::NotFound)?;
    let there = Ok(PageResponse::redirect(format!("/orders/{id}")));
    let Some(method) = visit.form.given("method") else {
        return Ok(PageResponse::redirect_with_flash(format!("/orders/{id}?payment=unchosen")));
    };
    let method = Body(PaymentMethod { method, capture: CaptureMode::Automatic });
    let request = PayOrder { id: Path(id), key: IdempotencyKey(visit.form_key()), method };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(_) => there,
        Err(CallError::Refused(
            PayOrderError::PaymentDeclined { .. }
            | PayOrderError::ProviderUnavailable { .. }
            | PayOrderError::AlreadyPaid
            | PayOrderError::PaymentInProgress
            | PayOrderError::IllegalTransition { .. },
        )) => there,
        Err(error) if error.outcome_unknown() => there,
        Err(error) => Err(error.into()),
    }
}

/// The page of the simulated bank; a real provider has its own.
pub(crate) async fn bank(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    visit.require_order_access()?;
    let order = order_details::find(&visit, &id).await?;
    if let Some(over) = over(&order) {
        return Ok(over.into());
    }
    let waits = order.payment.as_ref().filter(|payment| payment.status == PaymentStatus::RequiresAction);
    let Some(payment) = waits else { return Ok(PageResponse::redirect(format!("/orders/{}", order.id))) };
    let back = format!("/orders/{}", order.id);
    let deed = html! { button.btn.btn-primary data-once { (t::BANK_CONFIRM) } };
    let form = html! {
        input type="hidden" name="key" value=(visit.web.needs.env.uuid());
        p { (t::bank_question(&format::money(payment.amount), &visit.web.needs.settings.name)) }
        (ends(&deed, &back, t::BANK_BACK.text()))
    };
    let main = html! {
        div.narrow.asks.stack.gap-6 {
            div.stack.gap-2 { h1 { (t::BANK) } p.quiet { (t::BANK_MORE) } }
            div.panel { (post(visit.csrf(), &format!("/orders/{}/bank", order.id), "stack", form)) }
        }
    };
    let way = html! { a.push.small href=(back) { (t::BANK_BACK) } };
    Ok(Page::new(t::BANK, main).back_by(way).into())
}

/// The bank's page for an order that was cancelled in the meantime, or has expired: nothing is charged.
fn over(order: &Order) -> Option<Page> {
    // where money was captured, the order's page has the details
    if !status::has_ended(order) || was_charged(order) {
        return None;
    }
    let title = if order.status == OrderStatus::Expired { t::BANK_EXPIRED } else { t::BANK_CANCELLED };
    let main = html! {
        div.narrow.asks.stack.gap-6 {
            h1 { (title) }
            p { (t::BANK_CHARGES_NOTHING) }
            div.row { a.btn.btn-primary href={ "/orders/" (order.id) } { (t::BANK_BACK) } }
        }
    };
    Some(Page::new(title, main))
}

/// Confirms the payment.
pub(crate) async fn confirm(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    visit.require_order_access()?;
    let order = order_details::find(&visit, &id).await?;
    if let Some(over) = over(&order) {
        return Ok(over.with_status(StatusCode::CONFLICT).into());
    }
    let there = Ok(PageResponse::redirect(format!("/orders/{}", order.id)));
    let Some(payment) = order.payment else { return there };
    let request =
        ConfirmPayment { id: Path(payment.id), key: OptionalIdempotencyKey(Some(visit.form_key())) };
    match visit.web.needs.payments.call(&visit.cx, request).await {
        Ok(_) | Err(CallError::Refused(ChangePaymentError::PaymentDeclined { .. })) => there,
        // it may have been cancelled just now
        Err(CallError::Refused(ChangePaymentError::IllegalPaymentTransition { .. })) => {
            let over = over(&order_details::find(&visit, &id).await?);
            over.map_or(there, |over| Ok(over.with_status(StatusCode::CONFLICT).into()))
        }
        Err(error) if error.outcome_unknown() => there,
        Err(error) => Err(error.into()),
    }
}
