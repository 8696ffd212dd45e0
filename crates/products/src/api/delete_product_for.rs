//! `DELETE /internal/products/{id}`: takes a product off sale, for a user of a façade.

use super::delete_product::delete;
use crate::Products;
use contracts::facades::DeleteProductFor;
use endpoint::{IfMatch, Path};
use ordo_http::{Answered, Call};

pub(super) async fn delete_product_for(
    s: Products,
    call: Call,
    DeleteProductFor { id: Path(id) }: DeleteProductFor,
) -> Answered<DeleteProductFor> {
    delete(s, call, id, IfMatch(None)).await
}
