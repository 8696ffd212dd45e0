//! `GET /internal/products/{id}/editor`: who saved a product's catalogue data last.

use crate::{Products, store::products};
use contracts::products::{Editor, ReadEditor};
use endpoint::{Common, Json, Path};
use ordo_http::{Answered, Call};

pub(super) async fn read_editor(s: Products, _: Call, asked: ReadEditor) -> Answered<ReadEditor> {
    let ReadEditor { id: Path(id) } = asked;
    let product = products::find(&s.db, id).await?.ok_or(Common::NotFound)?;
    Ok(Json(Editor { version: product.version, saved_by: product.saved_by }))
}
