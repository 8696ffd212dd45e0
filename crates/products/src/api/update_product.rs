//! `PATCH /v1/products/{id}`: changes some of a product's data.

use crate::{
    Products,
    workflows::change_product::{VersionBump, change_product},
};
use contracts::products::{ProductChange, UpdateProduct};
use endpoint::{Body, Path};
use flow::{Cause, KeyId, idempotency::body_hash};
use ordo_http::{Call, HandlerResult};

pub(super) async fn update_product(
    s: Products,
    call: Call,
    asked: UpdateProduct,
) -> HandlerResult<UpdateProduct> {
    let UpdateProduct { id: Path(id), key, based_on, change: Body(change) } = asked;
    let account = call.user()?;
    let cause = Cause::request(account, &call.context);
    let key = key.0.map(|key| {
        // the same wish, on whatever version
        let wish = ProductChange { version: None, stock_version: None, ..change.clone() };
        (KeyId::of(account, format!("PATCH /v1/products/{id}"), &key), body_hash(&wish))
    });
    change_product(&s, &cause, id, (&based_on, &change), VersionBump::OnDifference, key).await
}
