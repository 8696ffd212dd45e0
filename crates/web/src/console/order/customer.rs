//! The customer of an order and its address: the card, and the warning where the address is missing.

use super::{ConsoleOrderView, address};
use crate::{
    console::{components::mails_in, orders::table::whose},
    session::staff::initials,
    texts::{self as t, console as c},
    ui::{components::banner, format},
};
use contracts::orders::{Order, OrderDetails, OrderStatus};
use maud::{Markup, html};

/// Whether something is to be shipped and there is no address. The order may be collected: Ordo does not know.
pub(super) fn is_without_address(order: &Order) -> bool {
    let is_to_send = match order.status {
        OrderStatus::Draft => true,
        OrderStatus::Pending | OrderStatus::Confirmed => order.lines.iter().any(|line| line.open > 0),
        _ => false,
    };
    order.shipping_address.is_none() && is_to_send
}

/// Where the address is entered, while it can be: for a draft in its form.
fn address_form(order: &Order) -> Option<String> {
    match order.status {
        OrderStatus::Draft => Some(format!("/console/orders/{}/draft", order.id)),
        _ => address::can(order).then(|| format!("/console/orders/{}/address", order.id)),
    }
}

/// The warning about a missing address, with a link to enter one.
pub(super) fn without_address(order: &Order) -> Markup {
    let more = match order.status {
        OrderStatus::Draft => c::NO_ADDRESS_OF_DRAFT,
        _ => c::NO_ADDRESS_MORE,
    };
    html! {
        @if is_without_address(order) {
            (banner("wait", c::NO_ADDRESS.text(), html! {
                p { (more) }
                @if let Some(form) = address_form(order) { div.row { a.btn.btn-small href=(form) { (c::ADD_ADDRESS) } } }
            }))
        }
    }
}

pub(super) fn section(looked: &ConsoleOrderView) -> Markup {
    let (order, name) = (&looked.order, whose(&looked.order));
    html! {
        section.card {
            div.card-head {
                h2 { (c::CUSTOMER) }
                @if looked.has_customer() { a.small href={ "/console/customers/" (order.user_id) } { (c::OPEN) } }
            }
            div.card-body.stack.gap-3 {
                div.row.row-tight {
                    span.avatar aria-hidden="true" { (initials(name)) }
                    div.clip {
                        strong.wrap-any { (name) }
                        @if let Some(email) = order.email.as_ref().filter(|email| *email != name) { p.small.quiet.wrap-any { (email) } }
                    }
                }
                dl.facts {
                    @if let Some(to) = &order.shipping_address {
                        div { dt { (c::SHIPS_TO) } dd.wrap-any {
                            (to.name) @for line in format::address(to) { br; (line) }
                        } }
                    } @else if is_without_address(order) {
                        div { dt { (c::SHIPS_TO) } dd {
                            (c::NO_ADDRESS)
                            @if let Some(form) = address_form(order) { br; a href=(form) { (c::ADD_ADDRESS) } }
                        } }
                    }
                    @if let Some(count) = looked.customer_orders.filter(|count| *count > 0) {
                        div { dt { (c::SO_FAR) } dd { (c::orders_so_far(count, count >= OrderDetails::CUSTOMER_ORDERS_MAX)) } }
                    }
                    @if let Some(note) = order.note.as_ref().filter(|note| !note.is_empty()) {
                        div { dt { (c::THEIR_NOTE) } dd.wrap-any { (note) } }
                    }
                    @if let Some(language) = order.language { (mails_in(language)) }
                    @if let Some(code) = order.cancel_code {
                        div { dt { (t::WHY_CANCELLED) } dd.wrap-any {
                            (c::cancel_code(code))
                            @if let Some(reason) = &order.cancel_reason { ": " (reason) }
                        } }
                    }
                }
            }
        }
    }
}
