//! Giving money of an order back, in part or all that is left; and noting that staff handed it over.

use super::{
    super::{
        frame::{Page, Room},
        parts::{Input, Trouble, faults, once, sent},
        staff::Staff,
    },
    Looked, again, crumbs, look, order_id, place, place_with,
};
use crate::{
    amount, format,
    pages::paying::key,
    parts::{ends, post},
    refunds::{self, Way},
    shown::{Shown, Stop},
    texts::{self as t, console as c},
    visit::Visit,
};
use contracts::{
    orders::{Action, RefundOrder},
    payments::{NewRefund, RefundError, SettleRefund},
};
use endpoint::{Body, Key, Path, Permission, client::CallError, http::StatusCode};
use kernel::{AmountIn, Money, MoneyIn};
use maud::html;

const DEED: &str = "refund";

/// Who may give money back: they must see the order, too.
async fn cashier(visit: &Visit) -> Result<Staff, Stop> {
    let staff = Staff::with(visit, Permission::Orders).await?;
    if staff.may(Permission::Payments) { Ok(staff) } else { Err(Stop::Forbidden) }
}

/// `GET /console/orders/{id}/refund`.
pub(in super::super) async fn ask(visit: Visit, id: String) -> Result<Shown, Stop> {
    let staff = cashier(&visit).await?;
    let looked = look(&visit, &id).await?;
    if !looked.order.allowed.contains(&Action::Refund) {
        return Ok(Shown::there(format!("/console/orders/{}", looked.order.id)));
    }
    Ok(page(&visit, &staff, &looked, None))
}

fn page(visit: &Visit, staff: &Staff, looked: &Looked, trouble: Option<&Trouble>) -> Shown {
    let (order, faults) = (&looked.order, faults(trouble));
    let left = refunds::left(order, &looked.refunds).unwrap_or(Money { minor: 0, ..order.total });
    let at_most = c::at_most(&format::money(left));
    // all that is left, unless somebody wants less
    let all = if left.minor > 0 { amount::in_field(&left.decimal()) } else { String::new() };
    let typed = sent(&visit.form, DEED, "amount", &all);
    // as long as the field has this amount, a script names it
    let named = (typed == all && left.minor > 0).then(|| c::refund_so_much(&format::money(left)));
    let deed = html! {
        button.btn.btn-danger.btn-primary data-names=[named.as_ref().map(|_| "amount")] data-named=[named] { (c::REFUND_IT) }
    };
    let form = html! {
        (once(visit, DEED, trouble))
        p { (c::how_it_is_refunded(Way::of(order))) " " (c::REFUND_CANCELS_NOTHING) }
        (Input { value: typed, mode: Some("decimal"), money: Some(left.currency),
            hint: Some(&at_most), ..Input::new("amount", c::AMOUNT.say()) }.show(&faults))
        (Input { value: sent(&visit.form, DEED, "reason", ""), optional: true, hint: Some(c::FOR_COLLEAGUES.say()), ..Input::new("reason", t::WHY.say()) }.show(&faults))
        (ends(&deed, &format!("/console/orders/{}", order.id), c::BACK.say()))
    };
    let title = c::refund_question(order.number);
    let main = html! {
        div.c-head { (crumbs(order, Some(c::REFUNDING.say()))) }
        div.c-head { h1 { (title) } }
        @if let Some(trouble) = trouble { (trouble.banner()) }
        section.card.question { (post(visit, &format!("/console/orders/{}/refund", order.id), "card-body stack", form)) }
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Page::new(staff, Room::Orders, &title).with_status(status).show(visit, &main)
}

/// `POST /console/orders/{id}/refund`.
pub(in super::super) async fn refund(visit: Visit, id: String) -> Result<Shown, Stop> {
    let staff = cashier(&visit).await?;
    let (order, form) = (order_id(&id)?, &visit.form);
    let typed = amount::from_field(form.text("amount"), visit.web.needs.settings.currency);
    let trouble = match AmountIn::read(&typed, visit.web.needs.settings.currency) {
        Ok(amount) if amount.minor > 0 => {
            let refund = NewRefund { amount: Some(MoneyIn::from(amount)), reason: form.given("reason") };
            let request = RefundOrder { id: Path(order), key: Key(key(&visit)), refund: Body(refund) };
            match visit.web.needs.orders.call(&visit.cx, request).await {
                Ok(_) => return Ok(place_with(order, "refunded", Some(format::money(amount)))),
                Err(CallError::Refused(RefundError::RefundExceedsCaptured { left })) => {
                    Trouble::at("amount", c::at_most_back(left))
                }
                Err(error) => Trouble::of(error)?,
            }
        }
        _ => {
            Trouble::at("amount", c::wrong_amount(&typed, visit.web.needs.settings.currency, c::enter_amount))
        }
    };
    let looked = look(&visit, &id).await?;
    Ok(page(&visit, &staff, &looked, Some(&trouble)))
}

/// `POST /console/orders/{id}/refunds/{refund}`: staff handed the money over.
pub(in super::super) async fn hand_over(visit: Visit, id: String, refund: String) -> Result<Shown, Stop> {
    let staff = cashier(&visit).await?;
    let order = order_id(&id)?;
    let request = SettleRefund { id: Path(refund.parse().map_err(|_| Stop::NotFound)?) };
    match visit.web.needs.payments.call(&visit.cx, request).await {
        Ok(_) => Ok(place(order, "handed-over")),
        Err(error) => again(&visit, &staff, &id, Trouble::of(error)?).await,
    }
}
