//! `POST /v1/orders/{id}/fulfilments`: makes a fulfilment.

use crate::workflows::refusal::told;
use crate::{
    Orders,
    workflows::{fulfilling::make, keys::bind},
};
use contracts::fulfilments::CreateFulfilment;
use endpoint::{Body, Key, Path};
use ordo_http::{Answered, Call};

pub(super) async fn create_fulfilment(
    s: Orders,
    call: Call,
    asked: CreateFulfilment,
) -> Answered<CreateFulfilment> {
    let CreateFulfilment { id: Path(id), key: Key(key), fulfilment: Body(new) } = asked;
    let key = bind(&s, &call, &format!("POST /v1/orders/{id}/fulfilments"), &key, &new)?;
    make(&s, &call, id, key, new).await.map_err(told)
}
