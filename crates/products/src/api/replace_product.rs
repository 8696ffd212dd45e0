//! `PUT /v1/products/{id}`: replaces a product's data.

use crate::{
    Products,
    catalogue::replacement,
    workflows::change_product::{VersionBump, change_product},
};
use contracts::products::ReplaceProduct;
use endpoint::{Body, Path};
use flow::Cause;
use ordo_http::{Call, HandlerResult};

pub(super) async fn replace_product(
    s: Products,
    call: Call,
    asked: ReplaceProduct,
) -> HandlerResult<ReplaceProduct> {
    let ReplaceProduct { id: Path(id), based_on, product: Body(data) } = asked;
    let cause = Cause::request(call.user()?, &call.context);
    change_product(&s, &cause, id, (&based_on, &replacement(data)), VersionBump::OnDifference, None).await
}
