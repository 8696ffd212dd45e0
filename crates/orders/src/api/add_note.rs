//! `POST /v1/orders/{id}/notes`: a note of staff about an order.

use crate::{
    Orders,
    workflows::{idempotency::bind, notes},
};
use contracts::orders::AddNote;
use endpoint::{Body, Path};
use ordo_http::{Call, HandlerResult};

pub(super) async fn add_note(s: Orders, call: Call, asked: AddNote) -> HandlerResult<AddNote> {
    let AddNote { id: Path(id), key, note: Body(new) } = asked;
    let route = format!("POST /v1/orders/{id}/notes");
    let key = key.0.map(|key| bind(&s, &call, &route, &key, &new)).transpose()?;
    notes::add(&s, &call, id, key, new).await
}
