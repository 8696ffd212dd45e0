//! `DELETE /v1/orders/drafts/{id}`: deletes a draft.

use crate::workflows::refusal::told;
use crate::{
    Orders,
    workflows::{drafting::delete, targeting::Based},
};
use contracts::orders::DeleteDraft;
use endpoint::{Done, Path};
use ordo_http::{Answered, Call};

pub(super) async fn delete_draft(s: Orders, call: Call, asked: DeleteDraft) -> Answered<DeleteDraft> {
    let DeleteDraft { id: Path(id), based_on } = asked;
    delete(&s, &call, id, Based { etag: based_on, version: None }).await.map(|()| Done).map_err(told)
}
