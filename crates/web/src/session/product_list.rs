//! The products that everybody sees, as lists of them are read.

use super::request::Visit;
use contracts::products::{ListProducts, Product, ProductFilter, ProductSort};
use endpoint::{Page as Listed, PageParams, Query, client::CallError};

/// The products that were added last, of those that can be had.
pub(crate) fn newest() -> ProductFilter {
    ProductFilter { in_stock: Some(true), ..ProductFilter::default() }
}

/// Some products.
pub(crate) async fn list(
    visit: &Visit,
    filter: ProductFilter,
    limit: u16,
    cursor: Option<String>,
) -> Result<Listed<Product>, CallError<endpoint::NoErrors>> {
    let slice = PageParams { limit: Some(limit), cursor };
    // what anybody sees: drafts have no place in the shop, whoever looks
    let cx = visit.as_nobody();
    let list = |filter| ListProducts { filter: Query(filter), slice: slice.clone() };
    let is_by_fit = filter.sort == Some(ProductSort::Relevance);
    match visit.web.needs.products.call(&cx, list(filter.clone())).await {
        // products of version 0.1.0, which may run beside this one while a shop is brought up to date, cannot tell what fits best
        Err(CallError::Problem(problem)) if problem.status == 400 && is_by_fit => {
            let filter = ProductFilter { sort: None, ..filter };
            Ok(visit.web.needs.products.call(&cx, list(filter)).await?.0)
        }
        answer => Ok(answer?.0),
    }
}
