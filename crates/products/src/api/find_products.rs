//! `GET /internal/products`: tells a façade which products on sale have a name. A search would not: it looks for words,
//! and there are names without any.

use crate::{Products, catalogue::Product, store::lists};
use contracts::{facades::FindProducts, reservations::ProductList};
use endpoint::{Json, Query};
use ordo_http::{Call, HandlerResult};

/// More of them say nothing more.
const AT_MOST: i64 = 2;

pub(super) async fn find_products(
    s: Products,
    _: Call,
    FindProducts { named: Query(named) }: FindProducts,
) -> HandlerResult<FindProducts> {
    let found = lists::with_name(&s.db, &named.name, AT_MOST).await?;
    Ok(Json(ProductList { items: found.iter().map(Product::show).collect() }))
}
