//! `POST /internal/products`: adds a product, for a user of a façade.

use super::create_product::create;
use crate::Products;
use contracts::facades::CreateProductOnBehalf;
use endpoint::Body;
use ordo_http::{Call, HandlerResult};

pub(super) async fn create_product_on_behalf(
    s: Products,
    call: Call,
    CreateProductOnBehalf { key, product: Body(new) }: CreateProductOnBehalf,
) -> HandlerResult<CreateProductOnBehalf> {
    create(s, call, key, new).await
}
