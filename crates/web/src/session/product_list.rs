//! Lists of the products that are on sale.

use super::request::RequestContext;
use contracts::products::{ListProducts, ProductFilter, ProductPage, ProductSort};
use endpoint::{PageParams, Query, client::CallError};

/// The newest products that can be ordered.
pub(crate) fn newest() -> ProductFilter {
    ProductFilter { in_stock: Some(true), ..ProductFilter::default() }
}

/// A page of products.
pub(crate) async fn list(
    visit: &RequestContext,
    filter: ProductFilter,
    limit: u16,
    cursor: Option<String>,
) -> Result<ProductPage, CallError<endpoint::NoErrors>> {
    let slice = PageParams { limit: Some(limit), cursor };
    // drafts are not part of the shop, not even for staff
    let cx = visit.as_nobody();
    let list = |filter| ListProducts { filter: Query(filter), slice: slice.clone() };
    let is_by_fit = filter.sort == Some(ProductSort::Relevance);
    match visit.web.needs.products.call(&cx, list(filter.clone())).await {
        // products of version 0.1.0, which may run beside this version during an upgrade, cannot sort by relevance
        Err(CallError::Problem(problem)) if problem.status == 400 && is_by_fit => {
            let filter = ProductFilter { sort: None, ..filter };
            Ok(visit.web.needs.products.call(&cx, list(filter)).await?.0)
        }
        answer => Ok(answer?.0),
    }
}
