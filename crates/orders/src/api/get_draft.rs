//! `GET /v1/orders/drafts/{id}`: a draft, to staff.

use crate::{Orders, transition::order::OrderState, workflows::access};
use contracts::orders::GetDraft;
use endpoint::{CommonError, Conditional, Path};
use ordo_http::{Call, HandlerResult};

pub(super) async fn get_draft(s: Orders, call: Call, asked: GetDraft) -> HandlerResult<GetDraft> {
    let GetDraft { id: Path(id), known } = asked;
    let (draft, person) = access::visible(&s, &call, id).await?;
    if draft.state != OrderState::Draft {
        return Err(CommonError::NotFound.into());
    }
    let view = access::shown(&call, &draft, &person);
    // the same as at its other address
    Ok(Conditional::unless_shown(&known, &[draft.version], view))
}
