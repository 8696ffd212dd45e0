//! `PATCH /v1/products/{id}`: changes some of a product's data.

use crate::{
    Products,
    work::change_product::{Counts, change_product, change_product_once},
};
use contracts::products::{ProductChange, UpdateProduct};
use endpoint::{Body, Path};
use flow::{Cause, KeyId, idempotency::body_hash};
use ordo_http::{Answered, Call};

pub(super) async fn update_product(s: Products, call: Call, asked: UpdateProduct) -> Answered<UpdateProduct> {
    let UpdateProduct { id: Path(id), key, based_on, change: Body(change) } = asked;
    let account = call.user()?;
    let cause = Cause::request(account, &call.context);
    match key.0 {
        None => change_product(&s, &cause, id, &based_on, &change, Counts::WhatDiffers).await,
        Some(key) => {
            // the same wish, on whatever version
            let wish = ProductChange { version: None, stock_version: None, ..change.clone() };
            let key = (KeyId::of(account, format!("PATCH /v1/products/{id}"), &key), body_hash(&wish));
            change_product_once(&s, &cause, id, &based_on, &change, key).await
        }
    }
}
