//! `POST /v1/orders/drafts/{id}/place`: makes an order of a draft.

use crate::{
    Orders,
    workflows::{base_version::BaseVersion, placement},
};
use contracts::orders::PlaceDraft;
use endpoint::{Body, Path};
use ordo_http::{Call, HandlerResult};

pub(super) async fn place_draft(s: Orders, call: Call, asked: PlaceDraft) -> HandlerResult<PlaceDraft> {
    let PlaceDraft { id: Path(id), based_on, placing: Body(new) } = asked;
    let based = BaseVersion { etag: based_on, version: new.version };
    placement::place_draft(&s, &call, id, based, new).await
}
