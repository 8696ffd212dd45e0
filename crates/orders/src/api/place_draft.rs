//! `POST /v1/orders/drafts/{id}/place`: makes an order of a draft.

use crate::{
    Orders,
    workflows::{placing, targeting::Based},
};
use contracts::orders::PlaceDraft;
use endpoint::{Body, Path};
use ordo_http::{Answered, Call};

pub(super) async fn place_draft(s: Orders, call: Call, asked: PlaceDraft) -> Answered<PlaceDraft> {
    let PlaceDraft { id: Path(id), based_on, placing: Body(new) } = asked;
    let based = Based { etag: based_on, version: new.version };
    placing::place_draft(&s, &call, id, based, new).await
}
