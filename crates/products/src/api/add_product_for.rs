//! `POST /internal/products`: adds a product, for a user of a façade.

use super::create_product::create;
use crate::Products;
use contracts::facades::AddProductFor;
use endpoint::Body;
use ordo_http::{Answered, Call};

pub(super) async fn add_product_for(
    s: Products,
    call: Call,
    AddProductFor { key, product: Body(new) }: AddProductFor,
) -> Answered<AddProductFor> {
    create(s, call, key, new).await
}
