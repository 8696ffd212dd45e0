//! Notes of staff about orders, beside the person's row, with which they go.

use super::orders::json;
use crate::order::Remark;
use contracts::orders::Note;
use db::{Db, Result, Row, Tx, params, statements};
use kernel::id::{NoteId, OrderId};

statements! {
    INSERT_NOTE = "insert into order_note (id, order_id, author, text, created_at) values ($1, $2, $3, $4, $5)";
    /// Where the person was erased: what is noted from now on can be erased again.
    KEEP_PERSON = "insert into person (order_id, remarks) values ($1, $2) on conflict (order_id) do nothing";
    FIND_NOTE = "select * from order_note where id = $1";
    NOTES_OF_ORDER = "select * from order_note where order_id = $1 and id > $2 order by id limit $3";
    COUNT_NOTES = "select count(*) as n from order_note where order_id = $1";
}

/// Adds a note.
pub(crate) async fn insert(tx: &mut Tx, note: &Note) -> Result<()> {
    tx.run(&KEEP_PERSON, params![note.order_id, json(&Vec::<Remark>::new())?]).await?;
    let values = params![note.id, note.order_id, note.author, note.text.clone(), note.created_at];
    tx.run(&INSERT_NOTE, values).await.map(drop)
}

/// How many there are about an order.
pub(crate) async fn count(tx: &mut Tx, order: OrderId) -> Result<i64> {
    tx.query_one(&COUNT_NOTES, params![order]).await?.get("n")
}

/// One note.
pub(crate) async fn find(db: &Db, id: NoteId) -> Result<Option<Note>> {
    db.query_opt(&FIND_NOTE, params![id]).await?.as_ref().map(note).transpose()
}

/// Those about an order, oldest first, after one of them.
pub(crate) async fn of_order(db: &Db, order: OrderId, after: NoteId, at_most: i64) -> Result<Vec<Note>> {
    db.query(&NOTES_OF_ORDER, params![order, after, at_most]).await?.iter().map(note).collect()
}

pub(super) fn note(row: &Row) -> Result<Note> {
    Ok(Note {
        id: row.get("id")?,
        order_id: row.get("order_id")?,
        author: row.get("author")?,
        text: row.get("text")?,
        created_at: row.get("created_at")?,
    })
}
