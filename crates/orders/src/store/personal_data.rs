//! The persons of orders: all that names somebody, and all that people wrote, in one table that can be erased.

use super::{
    orders::json,
    row,
    words::{self, PERSON},
};
use crate::order::{PersonalData, Remark, joined};
use db::{Db, Result, Tx, params, statements};
use kernel::{Language, id::OrderId};

statements! {
    INSERT = "insert into person (order_id, email, name, address, note, remarks, language)
              values ($1, $2, $3, $4, $5, $6, $7)";
    FIND = "select email, name, address, note, remarks, language from person where order_id = $1";
    /// What the order was placed in stays.
    SET_CONTACT = "update person set email = $2, name = $3, language = coalesce(language, $4) where order_id = $1";
    SET_LANGUAGE = "update person set language = $2 where order_id = $1";
    SET_LETTER = "insert into person (order_id, address, note, remarks) values ($1, $2, $3, $4)
                  on conflict (order_id) do update set address = excluded.address, note = excluded.note";
    DELETE = "delete from person where order_id = $1";
    SET_REMARKS = "update person set remarks = $2 where order_id = $1";
}

pub(crate) async fn insert(tx: &mut Tx, order: OrderId, person: &PersonalData) -> Result<()> {
    let address = person.address.as_ref().map(json).transpose()?;
    let values = params![
        order,
        person.email.clone(),
        person.name.clone(),
        address,
        person.note.clone(),
        json(&person.remarks)?,
        person.language,
    ];
    tx.run(&INSERT, values).await?;
    words::insert(tx, &PERSON, order, person.words()).await
}

/// The person of an order; nobody where they were erased.
pub(crate) async fn get(db: &Db, order: OrderId) -> Result<PersonalData> {
    db.query_opt(&FIND, params![order])
        .await?
        .map_or_else(|| Ok(PersonalData::default()), |found| row::person(&found))
}

/// The same within a transaction.
pub(crate) async fn read(tx: &mut Tx, order: OrderId) -> Result<PersonalData> {
    tx.query_opt(&FIND, params![order])
        .await?
        .map_or_else(|| Ok(PersonalData::default()), |found| row::person(&found))
}

/// Corrects where it goes and what was noted; also where the person was erased, for the parcel must go somewhere.
pub(crate) async fn set_letter(tx: &mut Tx, order: OrderId, person: &PersonalData) -> Result<()> {
    let address = person.address.as_ref().map(json).transpose()?;
    let values = params![order, address, person.note.clone(), json(&person.remarks)?];
    tx.run(&SET_LETTER, values).await?;
    words::set(tx, &PERSON, order, person.words()).await
}

/// Fills in who it is, where the person was not erased.
pub(crate) async fn set_contact(tx: &mut Tx, order: OrderId, person: &PersonalData) -> Result<()> {
    let values = params![order, person.email.clone(), person.name.clone(), person.language];
    if tx.run(&SET_CONTACT, values).await? == 0 {
        return Ok(());
    }
    // who is asked for later may have given an address before
    let person = PersonalData { address: read(tx, order).await?.address, ..person.clone() };
    words::set(tx, &PERSON, order, person.words()).await
}

/// Writes the words of an order's person in place of what an older version has written.
pub(super) async fn refresh_words(tx: &mut Tx, order: OrderId) -> Result<()> {
    let person = read(tx, order).await?;
    words::set(tx, &PERSON, order, person.words()).await
}

/// In which language they are written to from now on, where the person was not erased.
pub(crate) async fn set_language(tx: &mut Tx, order: OrderId, language: Language) -> Result<()> {
    tx.run(&SET_LANGUAGE, params![order, language]).await.map(drop)
}

/// Adds what somebody wrote, where the person was not erased. The order is locked, so nobody else adds to it.
pub(crate) async fn remark(tx: &mut Tx, order: OrderId, new: &[Remark]) -> Result<()> {
    let Some(found) = tx.query_opt(&FIND, params![order]).await? else { return Ok(()) };
    let remarks = joined(row::person(&found)?.remarks, new);
    tx.run(&SET_REMARKS, params![order, json(&remarks)?]).await.map(drop)
}

/// Forgets the person of a draft that is deleted.
pub(crate) async fn delete(tx: &mut Tx, order: OrderId) -> Result<()> {
    tx.run(&DELETE, params![order]).await.map(drop)
}
