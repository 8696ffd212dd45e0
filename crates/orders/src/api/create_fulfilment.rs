//! `POST /v1/orders/{id}/fulfilments`: makes a fulfilment.

use crate::workflows::errors::told;
use crate::{
    Orders,
    workflows::{fulfilments::make, idempotency::bind},
};
use contracts::fulfilments::CreateFulfilment;
use endpoint::{Body, IdempotencyKey, Path};
use ordo_http::{Call, HandlerResult};

pub(super) async fn create_fulfilment(
    s: Orders,
    call: Call,
    asked: CreateFulfilment,
) -> HandlerResult<CreateFulfilment> {
    let CreateFulfilment { id: Path(id), key: IdempotencyKey(key), fulfilment: Body(new) } = asked;
    let key = bind(&s, &call, &format!("POST /v1/orders/{id}/fulfilments"), &key, &new)?;
    make(&s, &call, id, key, new).await.map_err(told)
}
