//! Refunding an order, in part or in full; and marking a manual refund as paid, or cancelling it.

use super::{ConsoleOrderView, again, crumbs, find, look, order_id, place, place_with};
use crate::{
    console::{
        components::{ActionError, Input, faults, once, sent},
        frame::{ConsolePage, ConsoleSection},
    },
    session::{page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff},
    texts::{self as t, console as c},
    ui::{
        amount,
        components::{ends, post},
        format,
        order::refunds::{self, RefundMethod},
    },
};
use contracts::{
    fulfilments::FulfilmentStatus,
    orders::{Action, RefundOrder},
    payments::{GetPayment, NewRefund, Refund, RefundError, SettleRefund, WithdrawRefund},
};
use endpoint::{Body, IdempotencyKey, Json, Path, client::CallError, http::StatusCode};
use kernel::{AmountInput, Money, MoneyInput, id::OrderId};
use maud::html;
use std::time::Duration;
use tokio::time::sleep;

const DEED: &str = "refund";
/// Orders is notified of a refund shortly: how often, and in which interval, the page checks for it.
const LOOKS: u32 = 30;
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// `GET /console/orders/{id}/refund`.
pub(crate) async fn show_form(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::cashier(&visit).await?;
    let looked = look(&visit, &id).await?;
    if !looked.order.allowed.contains(&Action::Refund) {
        return Ok(PageResponse::redirect(format!("/console/orders/{}", looked.order.id)));
    }
    Ok(page(&visit, &staff, &looked, None))
}

fn page(
    visit: &RequestContext,
    staff: &Staff,
    looked: &ConsoleOrderView,
    trouble: Option<&ActionError>,
) -> PageResponse {
    let (order, faults) = (&looked.order, faults(trouble));
    let left = refunds::left(order, &looked.refunds).unwrap_or(Money { minor: 0, ..order.total });
    let most = format::money(left);
    let at_most = c::at_most(&most);
    // the error of the amount may say the same
    let hint = Some(&at_most[..]).filter(|_| !faults.of("amount").is_some_and(|wrong| wrong.contains(&most)));
    let came_back = order.returned_value.filter(|value| value.minor > 0);
    let begun = begun(looked, left, came_back).filter(|begun| begun.minor > 0);
    let begins = begun.map(|begun| amount::in_field(&begun.decimal())).unwrap_or_default();
    let typed = sent(&visit.form, DEED, "amount", &begins);
    // a script shows the amount while the field has it
    let named = begun.filter(|_| typed == begins).map(|begun| c::refund_so_much(&format::money(begun)));
    let deed = html! {
        button.btn.btn-danger.btn-primary data-names=[named.as_ref().map(|_| "amount")] data-named=[named] { (c::REFUND_IT) }
    };
    let form = html! {
        (once(visit, DEED, trouble))
        p { (how_it_is_refunded(RefundMethod::of(order))) " " (c::REFUND_CANCELS_NOTHING) }
        @if let Some(cost) = came_back { p { (c::came_back_cost(&format::money(cost))) } }
        (Input { value: typed, mode: Some("decimal"), money: Some(left.currency),
            hint, ..Input::new("amount", c::AMOUNT.text()) }.show(&faults))
        (Input { value: sent(&visit.form, DEED, "reason", ""), optional: true, hint: Some(c::REASON_CAN_BE_READ.text()), ..Input::new("reason", t::WHY.text()) }.show(&faults))
        (ends(&deed, &format!("/console/orders/{}", order.id), c::BACK.text()))
    };
    let title = c::refund_question(order.number);
    let main = html! {
        div.c-head { (crumbs(order, Some(c::REFUNDING.text()))) }
        div.c-head { h1 { (title) } }
        @if let Some(trouble) = trouble { (trouble.banner()) }
        section.card.question { (post(visit.csrf(), &format!("/console/orders/{}/refund", order.id), "card-body stack", form)) }
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    ConsolePage::new(staff, ConsoleSection::Orders, &title).with_status(status).show(visit, &main)
}

/// The initial amount: what is still to be refunded of the returned units, otherwise all that is left. Where that price was refunded
/// already, none.
fn begun(looked: &ConsoleOrderView, left: Money, came_back: Option<Money>) -> Option<Money> {
    match came_back {
        Some(_) => {
            looked.order.kept_of_returned.map(|kept| Money { minor: kept.minor.min(left.minor), ..kept })
        }
        // version 0.1.0 has not recorded the value of what came back
        None if looked.fulfilments.iter().any(|one| one.status == FulfilmentStatus::Returned) => None,
        None => Some(left),
    }
}

/// `POST /console/orders/{id}/refund`.
pub(crate) async fn refund(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::cashier(&visit).await?;
    let (order, form) = (order_id(&id)?, &visit.form);
    let typed = amount::from_field(form.text("amount"), visit.web.needs.settings.currency);
    let trouble = match AmountInput::read(&typed, visit.web.needs.settings.currency) {
        Ok(amount) if amount.minor > 0 => {
            let refund = NewRefund { amount: Some(MoneyInput::from(amount)), reason: form.given("reason") };
            let request =
                RefundOrder { id: Path(order), key: IdempotencyKey(visit.form_key()), refund: Body(refund) };
            match visit.web.needs.orders.call(&visit.cx, request).await {
                Ok(_) => return Ok(place_with(order, "refunded", Some(format::money(amount)))),
                Err(CallError::Refused(RefundError::RefundExceedsCaptured { left })) => {
                    ActionError::at("amount", at_most_back(left))
                }
                Err(error) => ActionError::of(error)?,
            }
        }
        _ => ActionError::at(
            "amount",
            amount::wrong_amount(&typed, visit.web.needs.settings.currency, c::enter_amount),
        ),
    };
    let looked = look(&visit, &id).await?;
    Ok(page(&visit, &staff, &looked, Some(&trouble)))
}

/// `POST /console/orders/{id}/refunds/{refund}`: marks the refund as paid, or cancels it.
pub(crate) async fn end(
    visit: RequestContext,
    id: String,
    refund: String,
) -> Result<PageResponse, PageError> {
    let staff = Staff::cashier(&visit).await?;
    let order = order_id(&id)?;
    let refund = Path(refund.parse().map_err(|_| PageError::NotFound)?);
    let payments = &visit.web.needs.payments;
    if visit.form.text("do") == "withdraw" {
        return match payments.call(&visit.cx, WithdrawRefund { id: refund }).await {
            Ok(Json(refund)) => Ok(once_heard(&visit, order, &refund, "withdrawn").await),
            Err(error) => again(&visit, &staff, &id, ActionError::of(error)?).await,
        };
    }
    match payments.call(&visit.cx, SettleRefund { id: refund }).await {
        Ok(Json(refund)) => Ok(once_heard(&visit, order, &refund, "handed-over").await),
        Err(error) => again(&visit, &staff, &id, ActionError::of(error)?).await,
    }
}

/// The order's page, once orders has been notified of the refund: before, the page would show no change. If that takes too long, the
/// page is shown nevertheless.
async fn once_heard(visit: &RequestContext, order: OrderId, refund: &Refund, done: &str) -> PageResponse {
    let (cx, needs) = (&visit.cx, &visit.web.needs);
    let there = place(order, done);
    let Ok(Json(payment)) = needs.payments.call(cx, GetPayment { id: Path(refund.payment_id) }).await else {
        return there;
    };
    for _ in 0..LOOKS {
        let Ok((_, known)) = find(visit, &order.to_string()).await else { break };
        if known.payment.is_none_or(|known| known.version >= payment.version) {
            break;
        }
        sleep(BETWEEN_LOOKS).await;
    }
    there
}

/// What a refund does, by its method.
fn how_it_is_refunded(way: RefundMethod) -> &'static str {
    let text = match way {
        RefundMethod::Original => c::REFUND_CONSEQUENCE,
        RefundMethod::Manual => c::REFUND_BY_HAND,
        RefundMethod::Mixed => c::REFUND_BOTH_WAYS,
    };
    text.text()
}

/// The most that can be refunded.
fn at_most_back(left: Money) -> String {
    match left.minor {
        ..=0 => c::NOTHING_GOES_BACK.into(),
        _ => c::at_most_back(&format::money(left)),
    }
}
