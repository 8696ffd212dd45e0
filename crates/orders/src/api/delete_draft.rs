//! `DELETE /v1/orders/drafts/{id}`: deletes a draft.

use crate::workflows::errors::told;
use crate::{
    Orders,
    workflows::{base_version::BaseVersion, drafts::delete},
};
use contracts::orders::DeleteDraft;
use endpoint::{NoContent, Path};
use ordo_http::{Call, HandlerResult};

pub(super) async fn delete_draft(s: Orders, call: Call, asked: DeleteDraft) -> HandlerResult<DeleteDraft> {
    let DeleteDraft { id: Path(id), based_on } = asked;
    delete(&s, &call, id, BaseVersion { etag: based_on, version: None })
        .await
        .map(|()| NoContent)
        .map_err(told)
}
