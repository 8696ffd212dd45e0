//! `GET /v1/products/{id}/stock`: a product's ledger, newest first; a deleted product's, too.

use crate::{
    Products,
    store::{movements, products},
};
use contracts::stock::ListMovements;
use endpoint::{CommonError, Json, Page, Path};
use ordo_http::{Call, HandlerResult, page};

pub(super) async fn list_movements(
    s: Products,
    _: Call,
    asked: ListMovements,
) -> HandlerResult<ListMovements> {
    let ListMovements { id: Path(id), slice } = asked;
    let purpose = ("list_movements", id);
    let before = slice.cursor.as_ref().map(|cursor| s.cursors.open(&purpose, cursor)).transpose()?;
    products::find(&s.db, id).await?.ok_or(CommonError::NotFound)?;
    // one more than asked for tells whether there is a next page
    let movements = movements::list(&s.db, id, before, slice.count() as i64 + 1).await?;
    let page = page(&slice, movements, |(place, _)| s.cursors.seal(&purpose, place));
    let items = page.items.into_iter().map(|(_, movement)| movement).collect();
    Ok(Json(Page { items, next_cursor: page.next_cursor }))
}
