//! `GET /v1/products`: lists products, newest first. Drafts and deleted ones are seen by staff only.

use crate::{
    Products,
    catalogue::{Product, search_words},
    store::products::{self, Wanted},
};
use contracts::products::{ListProducts, ProductStatus};
use endpoint::{Json, Page, Permission, Query};
use kernel::id::ProductId;
use ordo_http::{Answered, Call, page};

pub(super) async fn list_products(s: Products, call: Call, asked: ListProducts) -> Answered<ListProducts> {
    let ListProducts { filter: Query(filter), slice } = asked;
    let purpose = ("list_products", &filter);
    let before = match &slice.cursor {
        Some(cursor) => s.cursors.open(&purpose, cursor)?,
        None => LAST,
    };
    let wanted = Wanted {
        before,
        statuses: statuses(filter.status, call.holds(Permission::Products)),
        words: filter.q.as_deref().map(search_words).unwrap_or_default(),
        sku: filter.sku.clone(),
        // one more than asked for tells whether there is a next page
        at_most: slice.count() as i64 + 1,
    };
    let products = products::list(&s.db, wanted).await?;
    let Page { items, next_cursor } = page(&slice, products, |last| s.cursors.seal(&purpose, &last.id));
    Ok(Json(Page { items: items.iter().map(Product::show).collect(), next_cursor }))
}

/// After every product.
const LAST: ProductId = ProductId::from_uuid(uuid::Uuid::max());

/// What is shown: of what was asked for, what the caller may see.
fn statuses(asked: Option<ProductStatus>, is_staff: bool) -> Vec<ProductStatus> {
    match (asked, is_staff) {
        (Some(asked), true) => vec![asked],
        (None, true) => vec![ProductStatus::Active, ProductStatus::Draft],
        (None | Some(ProductStatus::Active), false) => vec![ProductStatus::Active],
        (Some(_), false) => Vec::new(),
    }
}
