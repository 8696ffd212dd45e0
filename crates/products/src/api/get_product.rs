//! `GET /v1/products/{id}`: reads a product. Drafts are seen by staff only.

use crate::{Products, store::products};
use contracts::products::{GetProduct, ProductStatus};
use endpoint::{CommonError, Conditional, Path, Permission};
use ordo_http::{Call, HandlerResult};

pub(super) async fn get_product(s: Products, call: Call, asked: GetProduct) -> HandlerResult<GetProduct> {
    let GetProduct { id: Path(id), known } = asked;
    let product = products::find(&s.db, id).await?.ok_or(CommonError::NotFound)?;
    let seen = match product.catalogue.status {
        ProductStatus::Active => true,
        ProductStatus::Draft => call.holds(Permission::Products),
        ProductStatus::Deleted => false,
    };
    if !seen {
        return Err(CommonError::NotFound.into());
    }
    let (etag, shown) = match call.holds(Permission::Products) {
        true => (product.etag(), product.show()),
        false => product.show_to_customers(s.settings.show_stock, s.settings.low_stock),
    };
    Ok(Conditional::unless_known(&known, etag, shown))
}
