//! `DELETE /v1/products/{id}`: takes a product off sale for good. What is reserved of it stays reserved.

use crate::{
    Products,
    catalogue::{Catalogue, Product},
    store::products,
    workflows::{TRIES, stock_records::tell_product},
};
use contracts::{
    events::EventType,
    products::{DeleteProduct, ProductStatus},
};
use endpoint::{CommonError, IfMatch, NoContent, Path};
use flow::Cause;
use kernel::id::ProductId;
use ordo_http::{Call, HandlerResult};

pub(super) async fn delete_product(
    s: Products,
    call: Call,
    asked: DeleteProduct,
) -> HandlerResult<DeleteProduct> {
    let DeleteProduct { id: Path(id), based_on } = asked;
    delete(s, call, id, based_on).await
}

/// Takes a product off sale, for whoever calls.
pub(super) async fn delete(
    s: Products,
    call: Call,
    id: ProductId,
    based_on: IfMatch,
) -> HandlerResult<DeleteProduct> {
    let cause = Cause::request(call.user()?, &call.context);
    s.db.with_retry(TRIES, async || delete_once(&s, &cause, id, &based_on).await).await??;
    s.journal.wake();
    Ok(NoContent)
}

async fn delete_once(
    s: &Products,
    cause: &Cause,
    id: ProductId,
    based_on: &IfMatch,
) -> db::Result<Result<(), CommonError>> {
    let mut tx = s.db.begin().await?;
    let before = products::lock(&mut tx, id).await?;
    let before = before.filter(|product| product.catalogue.status != ProductStatus::Deleted);
    let Some(before) = before else {
        tx.rollback().await?;
        return Ok(Err(CommonError::NotFound));
    };
    if let Err(changed) = before.may_edit(based_on) {
        tx.rollback().await?;
        return Ok(Err(changed));
    }
    let after = Product {
        catalogue: Catalogue { status: ProductStatus::Deleted, ..before.catalogue.clone() },
        version: before.version + 1,
        updated_at: s.env.now(),
        saved_by: Some(cause.actor.clone()),
        ..before
    };
    products::change(&mut tx, &before, &after).await?;
    tell_product(s, &mut tx, cause, EventType::ProductDeleted, &after).await?;
    tx.commit("products.delete_product").await?;
    Ok(Ok(()))
}
