//! Notes of staff about an order: kept beside what names its person, and told to nobody.

use crate::{
    Orders, store,
    workflows::{
        access,
        idempotency::{BoundKey, KeyLookup, claimed},
        or_refuse,
    },
};
use contracts::orders::{AddNoteError, NewNote, Note};
use db::Tx;
use endpoint::{CommonError, CreatedWithoutEtag, HandlerError};
use flow::idempotency::settle;
use kernel::id::{NoteId, OrderId};
use ordo_http::Call;

type Error = HandlerError<AddNoteError>;

/// The most notes about one order.
const OF_ORDER_MAX: u32 = 1000;

/// Adds a note.
pub(crate) async fn add(
    s: &Orders,
    call: &Call,
    id: OrderId,
    key: Option<BoundKey>,
    new: NewNote,
) -> Result<CreatedWithoutEtag<Note>, Error> {
    let author = call.user()?;
    let mut tx = s.db.begin().await?;
    // locked, so that nobody else adds one in the meantime
    let (_, mut tx) = or_refuse(access::locked::<AddNoteError>(&mut tx, call, id).await, tx).await?;
    let (known, mut tx) = or_refuse(claimed(s, &mut tx, key).await, tx).await?;
    if let KeyLookup::Replay { resource, .. } = known {
        tx.rollback().await?;
        let id: NoteId = resource.parse().map_err(HandlerError::internal)?;
        return Ok(made(store::notes::find(&s.db, id).await?.ok_or(CommonError::NotFound)?));
    }
    let ((), mut tx) = or_refuse(room(&mut tx, id).await, tx).await?;
    let note = Note { id: s.env.id(), order_id: id, author, text: new.text, created_at: s.env.now() };
    store::notes::insert(&mut tx, &note).await?;
    if let Some(key) = key {
        // without the answer, which has what somebody wrote
        settle(&mut tx, key.id, note.id, None::<CreatedWithoutEtag<Note>>).await?;
    }
    tx.commit("orders.add_note").await?;
    Ok(made(note))
}

fn made(note: Note) -> CreatedWithoutEtag<Note> {
    CreatedWithoutEtag { location: format!("/v1/orders/{}/notes", note.order_id), body: note }
}

/// Whether one more note fits.
async fn room(tx: &mut Tx, id: OrderId) -> Result<(), Error> {
    match store::notes::count(tx, id).await? < i64::from(OF_ORDER_MAX) {
        true => Ok(()),
        false => Err(AddNoteError::TooManyNotes { limit: OF_ORDER_MAX }.into()),
    }
}
