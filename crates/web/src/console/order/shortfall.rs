//! What an order that is held for its stock waits for: articles of which less is on hand than orders have reserved. And of a
//! draft, which reserves nothing yet, what there is too little of to place it.

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
pub(super) struct Short {
    /// So many pieces of each product are missing.
    missing: BTreeMap<ProductId, i64>,
    /// So many are left of each product of which a draft wants more.
    left: BTreeMap<ProductId, i64>,
}
impl Short {
    /// Of an order that waits, or a draft, by those of its products that are on sale.
    pub(super) fn of(order: &Order, products: &BTreeMap<ProductId, Product>) -> Short {
        let waits = order.holds.iter().any(|hold| matches!(hold, Hold::StockShort | Hold::StockMissing));
        match order.status {
            OrderStatus::Draft => Short { left: left(order, products), ..Short::default() },
            _ if waits => {
                let missing = products.values().map(|product| (product.id, missing(order, product)));
                Short { missing: missing.filter(|(_, pieces)| *pieces > 0).collect(), ..Short::default() }
            }
            _ => Short::default(),
        }
    }
}

/// Of what there is less than a draft wants.
fn left(order: &Order, products: &BTreeMap<ProductId, Product>) -> BTreeMap<ProductId, i64> {
    let wants = |product: &Product| {
        let lines = order.lines.iter().filter(|line| line.product_id == Some(product.id));
        lines.fold(0_i64, |sum, line| sum.saturating_add(line.quantity))
    };
    let few = products.values().filter(|product| !product.backorder && wants(product) > product.available);
    few.map(|product| (product.id, product.available.max(0))).collect()
}

/// What this order lacks of a product. One whose reservation is lost is not counted among what is reserved.
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

/// The pieces that are missing of what a line still needs.
fn of_line(short: &Short, line: &Line) -> Option<(ProductId, i64)> {
    let product = line.product_id.filter(|_| line.open > 0)?;
    short.missing.get(&product).map(|pieces| (product, *pieces))
}

/// That a line waits, beside its article.
pub(super) fn mark(short: &Short, line: &Line) -> Markup {
    let left = line.product_id.and_then(|product| short.left.get(&product));
    html! {
        @if let Some((_, pieces)) = of_line(short, line) { br; (short_mark(pieces)) }
        @if let Some(left) = left { br; span.small { (c::only_left_now(*left)) } }
    }
}

/// Each article that is waited for, with the way to its stock.
pub(super) fn ways(staff: &Staff, short: &Short, order: &Order) -> Markup {
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
