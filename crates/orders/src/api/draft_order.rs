//! `POST /v1/orders/drafts`: makes a draft, by staff.

use crate::workflows::errors::told;
use crate::{
    Orders,
    workflows::{drafts::make, idempotency::bind},
};
use contracts::orders::DraftOrder;
use endpoint::Body;
use ordo_http::{Call, HandlerResult};

pub(super) async fn draft_order(s: Orders, call: Call, asked: DraftOrder) -> HandlerResult<DraftOrder> {
    let DraftOrder { key, draft: Body(new) } = asked;
    let key = key.0.map(|key| bind(&s, &call, "POST /v1/orders/drafts", &key, &new)).transpose()?;
    make(&s, &call, key, new).await.map_err(told)
}
