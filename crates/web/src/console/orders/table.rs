//! Orders as a table.

use super::{
    params::{OrderListParams, PATH},
    picks::{pick, pick_all},
};
use crate::{
    console::status_badges,
    texts::console as c,
    ui::{components::moment, format, icons},
};
use contracts::orders::Order;
use kernel::id::OrderId;
use maud::{Markup, html};

/// Orders of several customers.
pub(in super::super) fn table(orders: &[Order]) -> Markup {
    table_with(orders, None, true, &[])
}
/// The orders of one customer, whose name is above them.
pub(in super::super) fn table_of_one(orders: &[Order]) -> Markup {
    table_with(orders, None, false, &[])
}

/// In the list: with links to sort it, and with checkboxes, some of them checked.
pub(super) fn table_with(
    orders: &[Order],
    asked: Option<&OrderListParams<'_>>,
    names: bool,
    picked: &[OrderId],
) -> Markup {
    let is_list = asked.is_some();
    html! {
        div.table-wrap tabindex="0" role="region" aria-label=(c::ORDERS) {
            table.table.table-fold.fold-soon role="table" {
                thead role="rowgroup" {
                    tr role="row" {
                        @if is_list { (pick_all()) }
                        th role="columnheader" scope="col" { (c::ORDER) }
                        (sorted(asked, c::PLACED.text(), "", "created_at", ""))
                        @if names { th role="columnheader" scope="col" { (c::CUSTOMER) } }
                        th role="columnheader" scope="col" { (c::ORDER_STATUS) }
                        th role="columnheader" scope="col" { (c::PAYMENT) }
                        th role="columnheader" scope="col" { (c::FULFILMENT) }
                        (sorted(asked, c::TOTAL.text(), "-total", "total", "n"))
                    }
                }
                tbody role="rowgroup" {
                    @for order in orders {
                        tr role="row" {
                            @if is_list { (pick(order, picked.contains(&order.id))) }
                            (cells(order, names))
                        }
                    }
                 }
            }
        }
    }
}

/// The head of a column that can be sorted, descending first.
fn sorted(asked: Option<&OrderListParams<'_>>, name: &str, down: &str, up: &str, class: &str) -> Markup {
    let now = asked.map(|asked| asked.get("sort"));
    let (direction, other) = match now {
        Some(sort) if sort == down => (Some("descending"), up),
        Some(sort) if sort == up => (Some("ascending"), down),
        _ => (None, down),
    };
    html! {
        th.(class) role="columnheader" scope="col" aria-sort=[direction] {
            @match asked {
                Some(asked) => a href=(asked.address("sort", other)) {
                    (name)
                    @match direction { Some("descending") => (icons::DOWN), Some(_) => (icons::UP), None => {} }
                },
                None => (name),
            }
        }
    }
}

fn cells(order: &Order, names: bool) -> Markup {
    html! {
        th role="rowheader" scope="row" { a.lead.num href={ (PATH) "/" (order.id) } { "#" (order.number) } }
        td.quiet.nowrap.fold-when role="cell" { (moment(order.created_at)) }
        @if names { td.who.fold-2 role="cell" { span.cut title=(whose(order)) { (whose(order)) } } }
        td.fold-3 role="cell" { (status_badges::order(order)) }
        td.fold-3 role="cell" { (status_badges::payment_first(order)) }
        td.fold-3 role="cell" { (status_badges::parcels(order)) }
        td.n.fold-end role="cell" { strong { (format::money(order.total)) } }
    }
}

/// The name for the customer of an order: the account's. A guest has the name on the parcel; an account without a name is shown by its
/// email address, because the parcel may go to somebody else.
pub(in super::super) fn whose(order: &Order) -> &str {
    let named = order.shipping_address.as_ref().map(|to| to.name.as_str());
    let email = order.email.as_deref();
    let known = if order.guest_id.is_some() { named.or(email) } else { email.or(named) };
    order.customer_name.as_deref().or(known).unwrap_or(c::NOBODY_KNOWN.text())
}
