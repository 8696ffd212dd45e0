//! `DELETE /internal/products/{id}`: takes a product off sale, for a user of a façade.

use super::delete_product::delete;
use crate::Products;
use contracts::facades::DeleteProductOnBehalf;
use endpoint::{IfMatch, Path};
use ordo_http::{Call, HandlerResult};

pub(super) async fn delete_product_on_behalf(
    s: Products,
    call: Call,
    DeleteProductOnBehalf { id: Path(id) }: DeleteProductOnBehalf,
) -> HandlerResult<DeleteProductOnBehalf> {
    delete(s, call, id, IfMatch(None)).await
}
