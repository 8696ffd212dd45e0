//! `GET /internal/products/{id}/editor`: who saved a product's catalogue data last.

use crate::{Products, store::products};
use contracts::products::{Editor, GetLastEditor};
use endpoint::{CommonError, Json, Path};
use ordo_http::{Call, HandlerResult};

pub(super) async fn get_last_editor(
    s: Products,
    _: Call,
    asked: GetLastEditor,
) -> HandlerResult<GetLastEditor> {
    let GetLastEditor { id: Path(id) } = asked;
    let product = products::find(&s.db, id).await?.ok_or(CommonError::NotFound)?;
    Ok(Json(Editor { version: product.version, saved_by: product.saved_by }))
}
