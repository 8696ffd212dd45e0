//! What an order that is held for its stock waits for: articles of which less is on hand than orders have reserved.

use super::super::{
    product::{short_by, short_mark},
    staff::Staff,
};
use crate::visit::Visit;
use contracts::{
    orders::{Hold, Line, Order},
    products::{ListProducts, Product, ProductFilter, ProductStatus},
};
use endpoint::{Json, Permission, Query, Slice};
use kernel::id::ProductId;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// So many pieces of each product are missing.
pub(super) type Short = BTreeMap<ProductId, i64>;

/// One question, and only about an order that waits: what is short is among what is on sale and little is left of. Where nobody
/// answers, or there is more of that than one answer holds, the page does without.
pub(super) async fn ask(visit: &Visit, order: &Order) -> Short {
    let waits = order.holds.iter().any(|hold| matches!(hold, Hold::StockShort | Hold::StockMissing));
    if !waits {
        return Short::new();
    }
    let status = Some(ProductStatus::Active);
    let filter = Query(ProductFilter { status, low_stock: Some(true), ..ProductFilter::default() });
    let slice = Slice { limit: Some(Slice::MOST), cursor: None };
    let found = visit.web.needs.products.call(&visit.cx, ListProducts { filter, slice }).await;
    let Ok(Json(found)) = found else { return Short::new() };
    let missing = found.items.iter().map(|product| (product.id, missing(order, product)));
    missing.filter(|(_, pieces)| *pieces > 0).collect()
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
    short.get(&product).map(|pieces| (product, *pieces))
}

/// That a line waits, beside its article.
pub(super) fn mark(short: &Short, line: &Line) -> Markup {
    html! { @if let Some((_, pieces)) = of_line(short, line) { br; (short_mark(pieces)) } }
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
