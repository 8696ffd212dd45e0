//! Cancelling an order, or some of its open units: the confirmation page and its form.

use super::{
    ConsoleOrderView, by_article, crumbs, find, look, order_id, parcels, pieces_of, place_with, too_many,
};
use crate::{
    console::{
        components::{ActionError, Input, faults, once, sent},
        frame::{ConsolePage, ConsoleSection},
    },
    session::{page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff},
    texts::{self as t, console as c},
    ui::{
        components::{ends, post},
        form::{FieldErrors, Form},
        format,
        order::{
            money_back::{has_pending_payment, taken, was_charged},
            refunds::{self, RefundMethod},
            status::has_shipped,
        },
    },
};
use contracts::orders::{
    Action, CancelOrder, CancelOrderError, Cancellation, Line, LineQuantity, Order, OrderStatus,
};
use endpoint::{Body, IdempotencyKey, IfMatch, Path, Permission, client::CallError, http::StatusCode};
use kernel::Money;
use maud::html;

const DEED: &str = "cancel";

/// `GET /console/orders/{id}/cancel`.
pub(crate) async fn show_form(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    page(&visit, &staff, &id, None).await
}

async fn page(
    visit: &RequestContext,
    staff: &Staff,
    id: &str,
    trouble: Option<&ActionError>,
) -> Result<PageResponse, PageError> {
    let looked = look(visit, id).await?;
    let order = &looked.order;
    if trouble.is_none() && !order.allowed.contains(&Action::Cancel) {
        return Ok(PageResponse::redirect(format!("/console/orders/{}", order.id)));
    }
    let title = c::cancel_question(order.number, has_shipped(order));
    let faults = faults(trouble);
    let is_asked = |line: &&Line| line.open > 0 || faults.of(&pieces_of(line.id)).is_some();
    let open = order.lines.iter().filter(is_asked);
    let form = html! {
        (once(visit, DEED, trouble))
        p { (consequence(&looked)) }
        @if most_back(&looked).is_some() && let Some(how) = what_to_hand_back(RefundMethod::of(order)) { p { (how) } }
        @if !is_whole_only(order) {
            fieldset.stack.gap-3 {
                legend { h2 { (c::WHAT_TO_CANCEL) } }
                @if order.lines.iter().any(|line| parcels::in_parcels(&looked, line) > 0) { p.hint { (c::PACKED_ONLY_WITH_ALL) } }
                div.pieces {
                    @for line in open {
                        @let name = pieces_of(line.id);
                        @let (all, packed) = (line.open.to_string(), parcels::in_parcels(&looked, line));
                        (Input {
                            value: sent(&visit.form, DEED, &name, &all),
                            hint: Some(&c::so_many_open(line.open, packed)), ..Input::pieces(&name, &line.title, line.open)
                        }.show(&faults))
                    }
                }
            }
        }
        (Input { value: sent(&visit.form, DEED, "reason", ""), optional: true, hint: Some(c::REASON_IS_READ.text()),
            ..Input::new("reason", t::WHY.text()) }.show(&faults))
        (ends(&html! { button.btn.btn-danger.btn-primary { (deed(&looked)) } }, &format!("/console/orders/{}", order.id), t::KEEP_ORDER.text()))
    };
    let main = html! {
        div.c-head { (crumbs(order, Some(c::CANCELLING_IT.text()))) }
        div.c-head { h1 { (title) } }
        @if let Some(trouble) = trouble { (by_article(order, trouble)) }
        section.card.question { (post(visit.csrf(), &format!("/console/orders/{}/cancel", order.id), "card-body stack", form)) }
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(ConsolePage::new(staff, ConsoleSection::Orders, &title).with_status(status).show(visit, &main))
}

fn consequence(looked: &ConsoleOrderView) -> String {
    let order = &looked.order;
    match (taken(order), most_back(looked)) {
        (Some(taken), Some(most)) if most.minor < taken.minor => {
            c::part_goes_back(&format::money(taken), &format::money(most))
        }
        (Some(_), None) if refunds::left(order, &looked.refunds).is_none() => t::ALL_IS_GOING_BACK.into(),
        (Some(taken), _) => c::money_goes_back(&format::money(taken)),
        (None, _) if was_charged(order) => t::ALL_HAS_GONE_BACK.into(),
        (None, _) if has_pending_payment(order) => t::NOTHING_CHARGED_YET.into(),
        (None, _) => c::NOTHING_WAS_TAKEN.into(),
    }
}
fn deed(looked: &ConsoleOrderView) -> String {
    match most_back(looked) {
        Some(most) => c::cancel_and_refund(&format::money(most)),
        None if is_whole_only(&looked.order) => t::CANCEL_IT.into(),
        None => c::CANCEL_IT.into(),
    }
}

/// The most that the cancellation can refund: all that was captured and is not being refunded, and once something was shipped no
/// more than the price of the open units.
fn most_back(looked: &ConsoleOrderView) -> Option<Money> {
    let order = &looked.order;
    let left = refunds::left(order, &looked.refunds)?;
    let open = order.open_total.filter(|_| has_shipped(order));
    let minor = open.map_or(left.minor, |open| left.minor.min(open.minor));
    Some(Money { minor, ..left }).filter(|most| most.minor > 0)
}

/// Whether the order can only be cancelled in full, because it is unpaid.
fn is_whole_only(order: &Order) -> bool {
    matches!(order.status, OrderStatus::Pending | OrderStatus::Cancelling)
}

/// `POST /console/orders/{id}/cancel`.
pub(crate) async fn cancel(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    let (order, form) = (order_id(&id)?, &visit.form);
    let (_, now) = find(&visit, &id).await?;
    let lines = match chosen(form, &now) {
        Ok(lines) => lines,
        Err(faults) => return page(&visit, &staff, &id, Some(&ActionError::in_fields(faults))).await,
    };
    let cancellation = Body(Cancellation { reason: form.given("reason"), lines: lines.clone() });
    let request = CancelOrder {
        id: Path(order),
        key: IdempotencyKey(visit.form_key()),
        based_on: IfMatch(None),
        cancellation,
    };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(_) => {
            let pieces = lines.iter().flatten().map(|line| line.quantity).sum::<i64>();
            let way = taken(&now).map_or(RefundMethod::Original, |_| RefundMethod::of(&now));
            Ok(place_with(order, "cancelled", lines.map(|_| pieces_are_cancelled(pieces, way))))
        }
        Err(CallError::Refused(CancelOrderError::NotOpen { errors })) => {
            let trouble = too_many(&errors, &lines.unwrap_or_default(), c::only_left_to_cancel);
            page(&visit, &staff, &id, Some(&trouble)).await
        }
        Err(error) => page(&visit, &staff, &id, Some(&ActionError::of(error)?)).await,
    }
}

/// The units to cancel; none for all open units.
fn chosen(form: &Form, order: &Order) -> Result<Option<Vec<LineQuantity>>, FieldErrors> {
    if is_whole_only(order) {
        return Ok(None);
    }
    let (mut lines, mut faults, mut is_all) = (Vec::new(), FieldErrors::default(), true);
    for line in order.lines.iter().filter(|line| line.open > 0) {
        let name = pieces_of(line.id);
        match form.text(&name).parse::<i64>() {
            Ok(0) => is_all = false,
            Ok(quantity) if quantity > 0 => {
                is_all &= quantity == line.open;
                lines.push(LineQuantity { line_id: line.id, quantity });
            }
            _ => faults.add(&name, c::ENTER_PIECES.text()),
        }
    }
    match (faults.is_empty(), is_all, lines.is_empty()) {
        (false, ..) => Err(faults),
        (_, true, _) => Ok(None),
        (_, _, true) => {
            faults.add("reason", c::NOTHING_CHOSEN.text());
            Err(faults)
        }
        _ => Ok(Some(lines)),
    }
}

/// How many units are cancelled, and what staff have to refund manually.
fn pieces_are_cancelled(pieces: i64, way: RefundMethod) -> String {
    let said = c::pieces_are_cancelled(pieces);
    what_to_hand_back(way).map_or_else(|| said.clone(), |more| format!("{said} {more}"))
}

/// What staff have to refund manually.
fn what_to_hand_back(way: RefundMethod) -> Option<&'static str> {
    match way {
        RefundMethod::Original => None,
        RefundMethod::Manual => Some(c::HAND_ALL_BACK.text()),
        RefundMethod::Mixed => Some(c::HAND_SOME_BACK.text()),
    }
}
