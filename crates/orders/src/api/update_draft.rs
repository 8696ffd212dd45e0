//! `PATCH /v1/orders/drafts/{id}`: changes a draft.

use crate::workflows::errors::told;
use crate::{
    Orders,
    workflows::{base_version::BaseVersion, drafts::edit},
};
use contracts::orders::UpdateDraft;
use endpoint::{Body, Path};
use ordo_http::{Call, HandlerResult};

pub(super) async fn update_draft(s: Orders, call: Call, asked: UpdateDraft) -> HandlerResult<UpdateDraft> {
    let UpdateDraft { id: Path(id), based_on, change: Body(change) } = asked;
    let based = BaseVersion { etag: based_on, version: change.version };
    edit(&s, &call, id, based, change).await.map_err(told)
}
