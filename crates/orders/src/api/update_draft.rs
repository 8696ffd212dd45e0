//! `PATCH /v1/orders/drafts/{id}`: changes a draft.

use crate::workflows::refusal::told;
use crate::{
    Orders,
    workflows::{drafting::edit, targeting::Based},
};
use contracts::orders::UpdateDraft;
use endpoint::{Body, Path};
use ordo_http::{Answered, Call};

pub(super) async fn update_draft(s: Orders, call: Call, asked: UpdateDraft) -> Answered<UpdateDraft> {
    let UpdateDraft { id: Path(id), based_on, change: Body(change) } = asked;
    let based = Based { etag: based_on, version: change.version };
    edit(&s, &call, id, based, change).await.map_err(told)
}
