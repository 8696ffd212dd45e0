//! `POST /v1/orders/{id}/cancel`: cancels an order, or some of its units.

use crate::workflows::errors::told;
use crate::{
    Orders,
    workflows::{access::tag, base_version::BaseVersion, cancellation::cancel, idempotency::bind},
};
use contracts::orders::CancelOrder;
use endpoint::{Body, IdempotencyKey, Path, WithEtag};
use ordo_http::{Call, HandlerResult};

pub(super) async fn cancel_order(s: Orders, call: Call, asked: CancelOrder) -> HandlerResult<CancelOrder> {
    let CancelOrder { id: Path(id), key: IdempotencyKey(key), based_on, cancellation: Body(cancellation) } =
        asked;
    let based = BaseVersion { etag: based_on, version: None };
    let key = bind(&s, &call, &format!("POST /v1/orders/{id}/cancel"), &key, &cancellation)?;
    let body = cancel(&s, &call, id, Some(key), &based, cancellation).await.map_err(told)?;
    Ok(WithEtag { etag: tag(&body), body })
}
