//! `PATCH /v1/products/{id}`: changes some of a product's data.

use crate::{
    Products,
    work::change_product::{Counts, change_product},
};
use contracts::products::UpdateProduct;
use endpoint::{Body, Path};
use flow::Cause;
use ordo_http::{Answered, Call};

pub(super) async fn update_product(s: Products, call: Call, asked: UpdateProduct) -> Answered<UpdateProduct> {
    let UpdateProduct { id: Path(id), based_on, change: Body(change) } = asked;
    let cause = Cause::request(call.user()?, &call.context);
    change_product(&s, &cause, id, &based_on, &change, Counts::WhatDiffers).await
}
