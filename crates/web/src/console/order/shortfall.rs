//! The shortfall of an order that is on hold for its stock: products with less stock than is reserved. And of a draft, which has no
//! reservation yet, what is missing to place it.

use crate::{
    console::product::{short_by, short_mark},
    session::staff::Staff,
    texts::console as c,
};
use contracts::{
    orders::{Hold, Line, Order, OrderStatus},
    products::Product,
};
use endpoint::Permission;
use kernel::id::ProductId;
use maud::{Markup, html};
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub(super) struct OrderShortfall {
    /// The missing units of each product.
    missing: BTreeMap<ProductId, i64>,
    /// The available units of each product of which a draft needs more.
    left: BTreeMap<ProductId, i64>,
}
impl OrderShortfall {
    /// The shortfall of a waiting order, or of a draft, for the products that are on sale.
    pub(super) fn of(order: &Order, products: &BTreeMap<ProductId, Product>) -> OrderShortfall {
        let waits = order.holds.iter().any(|hold| matches!(hold, Hold::StockShort | Hold::StockMissing));
        match order.status {
            OrderStatus::Draft => OrderShortfall { left: left(order, products), ..OrderShortfall::default() },
            _ if waits => {
                let missing = products.values().map(|product| (product.id, missing(order, product)));
                OrderShortfall {
                    missing: missing.filter(|(_, pieces)| *pieces > 0).collect(),
                    ..OrderShortfall::default()
                }
            }
            _ => OrderShortfall::default(),
        }
    }
}

/// The products of which a draft needs more than is available.
fn left(order: &Order, products: &BTreeMap<ProductId, Product>) -> BTreeMap<ProductId, i64> {
    let wants = |product: &Product| {
        let lines = order.lines.iter().filter(|line| line.product_id == Some(product.id));
        lines.fold(0_i64, |sum, line| sum.saturating_add(line.quantity))
    };
    let few = products.values().filter(|product| !product.backorder && wants(product) > product.available);
    few.map(|product| (product.id, product.available.max(0))).collect()
}

/// The units that this order lacks of a product. A lost reservation is not part of the reserved units.
fn missing(order: &Order, product: &Product) -> i64 {
    let lines = order.lines.iter().filter(|line| line.product_id == Some(product.id));
    let open: i64 = lines.map(|line| line.open).sum();
    let is_lost = order.holds.contains(&Hold::StockMissing);
    match open {
        0 => 0,
        _ if is_lost => short_by(product) + (open - product.available).max(0),
        _ => short_by(product),
    }
}

/// The missing units of a line.
fn of_line(short: &OrderShortfall, line: &Line) -> Option<(ProductId, i64)> {
    let product = line.product_id.filter(|_| line.open > 0)?;
    short.missing.get(&product).map(|pieces| (product, *pieces))
}

/// The mark next to a line's product.
pub(super) fn mark(short: &OrderShortfall, line: &Line) -> Markup {
    let left = line.product_id.and_then(|product| short.left.get(&product));
    html! {
        @if let Some((_, pieces)) = of_line(short, line) { br; (short_mark(pieces)) }
        @if let Some(left) = left { br; span.small { (c::only_left_now(*left)) } }
    }
}

/// Each missing product, with a link to its stock.
pub(super) fn ways(staff: &Staff, short: &OrderShortfall, order: &Order) -> Markup {
    let waited: BTreeMap<ProductId, (&str, i64)> = order
        .lines
        .iter()
        .filter_map(|line| {
            of_line(short, line).map(|(product, pieces)| (product, (line.title.as_str(), pieces)))
        })
        .collect();
    let may_look = staff.may(Permission::Products);
    html! {
        @for (product, (title, pieces)) in waited {
            p.row.gap-2.wrap-any {
                @if may_look { a href={ "/console/products/" (product) "/stock" } { (title) } } @else { (title) }
                (short_mark(pieces))
            }
        }
    }
}
