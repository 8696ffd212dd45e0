//! `POST /internal/products/look-up`: products on sale, many at a time.

use crate::{Products, store::lists};
use contracts::{
    products::ProductStatus,
    reservations::{LookUpProducts, ProductList},
};
use endpoint::{Body, Json};
use ordo_http::{Call, HandlerResult};

pub(super) async fn look_up_products(
    s: Products,
    _: Call,
    asked: LookUpProducts,
) -> HandlerResult<LookUpProducts> {
    let Body(wanted) = asked.wanted;
    let found = lists::with_ids(&s.db, wanted.ids).await?;
    let on_sale = found.into_iter().filter(|product| product.catalogue.status == ProductStatus::Active);
    Ok(Json(ProductList { items: on_sale.map(|product| product.show()).collect() }))
}
