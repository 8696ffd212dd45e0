//! `GET /v1/products`: lists products, newest first unless asked otherwise. Drafts and deleted ones are seen by
//! staff only.

use crate::{
    Products, ProductsSettings,
    catalogue::{Product, price_of},
    product_query::{ProductListPage, ProductQuery},
    product_search,
    workflows::product_list::list,
};
use contracts::products::{ListProducts, ProductFilter, ProductPage, ProductSort, ProductStatus};
use endpoint::{CommonError, FieldError, Json, Permission, Query};
use ordo_http::{Call, HandlerResult};

pub(super) async fn list_products(
    mut s: Products,
    call: Call,
    asked: ListProducts,
) -> HandlerResult<ListProducts> {
    let ListProducts { filter: Query(filter), slice } = asked;
    let purpose = ("list_products", &filter);
    let wanted = wanted(&filter, call.holds(Permission::Products), &s.settings)?;
    let after = match &slice.cursor {
        Some(cursor) => s.cursors.open(&purpose, cursor)?,
        None => wanted.start(),
    };
    // who names one thing sees it as it is; a page of the catalogue may be a moment old
    if wanted.sku.is_none() {
        s.warehouse.db = s.db.for_replica_reads();
    }
    let page = list(&s, &wanted, after, slice.count()).await?;
    let ProductListPage { products, next, corrected, is_partial } = page;
    let next_cursor = next.map(|place| s.cursors.seal(&purpose, &place));
    let is_staff = call.holds(Permission::Products);
    let show = |product: &Product| match is_staff {
        true => product.show(),
        false => product.show_to_customers(s.settings.show_stock, s.settings.low_stock).1,
    };
    let items = products.iter().map(show).collect();
    Ok(Json(ProductPage { items, next_cursor, corrected, partial: is_partial }))
}

fn wanted(
    filter: &ProductFilter,
    is_staff: bool,
    settings: &ProductsSettings,
) -> Result<ProductQuery, CommonError> {
    let minor = |name: &str, price: &Option<String>| {
        price
            .as_ref()
            .map(|text| price_of(name, text, settings.currency).map(|price| price.minor))
            .transpose()
    };
    let price_min = minor("?price_min", &filter.price_min)?;
    let price_max = minor("?price_max", &filter.price_max)?;
    if let Some(fault) = FieldError::of_span("?price_max", "price_min", (price_min, price_max)) {
        return Err(CommonError::Unprocessable { errors: vec![fault] });
    }
    let updated = (filter.updated_from, filter.updated_before);
    if let Some(fault) = FieldError::of_span("?updated_before", "updated_from", updated) {
        return Err(CommonError::Unprocessable { errors: vec![fault] });
    }
    let search = filter.q.as_deref().map(search::Query::new).unwrap_or_default();
    Ok(ProductQuery {
        statuses: statuses(filter.status, is_staff),
        has_no_word: product_search::finds_nothing(filter.q.as_deref()),
        sku: filter.sku.clone(),
        price_min,
        price_max,
        in_stock: filter.in_stock,
        low_stock: filter.low_stock.map(|wanted| (wanted, settings.low_stock)),
        updated_from: filter.updated_from,
        updated_before: filter.updated_before,
        // as it was copied there may be more blanks between the words than there are in a name
        typed: product_search::key_of(
            &filter.q.iter().flat_map(|q| q.split_whitespace()).collect::<Vec<_>>().join(" "),
        ),
        sort: match filter.sort.unwrap_or_default() {
            // without words all fit alike
            ProductSort::Relevance if search.is_empty() => ProductSort::CreatedAtDown,
            sort => sort,
        },
        search,
    })
}

/// What is shown: of what was asked for, what the caller may see.
fn statuses(asked: Option<ProductStatus>, is_staff: bool) -> Vec<ProductStatus> {
    match (asked, is_staff) {
        (Some(asked), true) => vec![asked],
        (None, true) => vec![ProductStatus::Active, ProductStatus::Draft],
        (None | Some(ProductStatus::Active), false) => vec![ProductStatus::Active],
        (Some(_), false) => Vec::new(),
    }
}
