//! `GET /v1/products/{id}`: reads a product. Drafts are seen by staff only.

use crate::{Products, store::products};
use contracts::products::{GetProduct, ProductStatus};
use endpoint::{Common, Fresh, Path, Permission};
use ordo_http::{Answered, Call};

pub(super) async fn get_product(s: Products, call: Call, asked: GetProduct) -> Answered<GetProduct> {
    let GetProduct { id: Path(id), known } = asked;
    let product = products::find(&s.db, id).await?.ok_or(Common::NotFound)?;
    let seen = match product.catalogue.status {
        ProductStatus::Active => true,
        ProductStatus::Draft => call.holds(Permission::Products),
        ProductStatus::Deleted => false,
    };
    if !seen {
        return Err(Common::NotFound.into());
    }
    let (etag, shown) = match call.holds(Permission::Products) {
        true => (product.etag(), product.show()),
        false => product.show_to_customers(s.settings.show_stock, s.settings.low_stock),
    };
    Ok(Fresh::unless_known(&known, etag, shown))
}
