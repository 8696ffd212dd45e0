//! Baskets' rows and their lines'.

use crate::{
    basket::{Basket, BasketLine, QuotedPrice},
    words::{parse, word},
};
use db::{Db, Error, ErrorKind, Result, Row, Tx, params, statements};
use kernel::{Currency, Money, id::*};

statements! {
    INSERT_BASKET = "insert into basket (id, user_id, status, version, created_at, updated_at, expires_at)
                     values ($1, $2, $3, $4, $5, $5, $6) on conflict do nothing";
    // in one statement, so that lines and version belong together
    READ_BASKET = "select b.*, l.product_id, l.quantity, l.title, l.unit_price, l.place
                   from basket b left join basket_line l on l.basket_id = b.id
                   where b.id = $1 order by l.place";
    OPEN_OF_USER = "select id from basket where user_id = $1 and status = 'open'";
    LOCK_BASKET = "select id from basket where id = $1 for update";
    UPDATE_BASKET = "update basket set user_id = $3, status = $4, order_id = $5, version = $6, updated_at = $7,
                         expires_at = $8
                     where id = $1 and version = $2";
    PUT_LINE = "insert into basket_line (basket_id, product_id, place, quantity, title, unit_price)
                values ($1, $2, $3, $4, $5, $6)
                on conflict (basket_id, product_id)
                do update set quantity = excluded.quantity, title = excluded.title,
                    unit_price = excluded.unit_price";
    TAKE_LINE = "delete from basket_line where basket_id = $1 and product_id = $2";
    FORGET_BASKET = "delete from basket where id = $1";
}

/// Adds an empty basket; false where its user has an open one already, or there is one by its id.
pub(crate) async fn insert(tx: &mut Tx, basket: &Basket) -> Result<bool> {
    let Basket { id, owner, status, version, created_at, expires_at, .. } = basket;
    let values = params![*id, *owner, word(status), *version, *created_at, *expires_at];
    Ok(tx.run(&INSERT_BASKET, values).await? == 1)
}

/// The basket, as it was committed.
pub(crate) async fn find(db: &Db, id: BasketId, currency: Currency) -> Result<Option<Basket>> {
    read(&db.query(&READ_BASKET, params![id]).await?, currency)
}

/// The user's open basket.
pub(crate) async fn open_of(db: &Db, user: UserId) -> Result<Option<BasketId>> {
    db.query_opt(&OPEN_OF_USER, params![user]).await?.map(|row| row.get("id")).transpose()
}

/// The basket, locked for a change.
pub(crate) async fn lock(tx: &mut Tx, id: BasketId, currency: Currency) -> Result<Option<Basket>> {
    tx.query_opt(&LOCK_BASKET, params![id]).await?;
    read(&tx.query(&READ_BASKET, params![id]).await?, currency)
}

/// Brings a basket that was locked from what it was to what it is.
///
/// # Errors
/// `Retry` when somebody else was faster (R2).
pub(crate) async fn update(tx: &mut Tx, before: &Basket, after: &Basket) -> Result<()> {
    let values = params![
        after.id,
        before.version,
        after.owner,
        word(&after.status),
        after.order_id,
        after.version,
        after.updated_at,
        after.expires_at,
    ];
    if tx.run(&UPDATE_BASKET, values).await? != 1 {
        return Err(Error::new(ErrorKind::Retry, "a basket has changed meanwhile"));
    }
    for gone in before.lines.iter().filter(|line| after.line(line.product_id).is_none()) {
        tx.run(&TAKE_LINE, params![after.id, gone.product_id]).await?;
    }
    for line in after.lines.iter().filter(|line| before.line(line.product_id) != Some(line)) {
        let BasketLine { product_id, quantity, offer, place } = line;
        let values = params![after.id, *product_id, *place, *quantity, &offer.title, offer.price.minor];
        tx.run(&PUT_LINE, values).await?;
    }
    Ok(())
}

/// Forgets a basket and its lines.
pub(crate) async fn forget(tx: &mut Tx, id: BasketId) -> Result<()> {
    tx.run(&FORGET_BASKET, params![id]).await.map(drop)
}

/// A row for each line, or one without a line.
fn read(rows: &[Row], currency: Currency) -> Result<Option<Basket>> {
    let Some(first) = rows.first() else { return Ok(None) };
    let lines = rows.iter().filter_map(|row| line(row, currency).transpose()).collect::<Result<_>>()?;
    let unreadable = || Error::other("a basket's status has no such word");
    Ok(Some(Basket {
        id: first.get("id")?,
        owner: first.get("user_id")?,
        status: parse(first.get("status")?).ok_or_else(unreadable)?,
        order_id: first.get("order_id")?,
        lines,
        version: first.get("version")?,
        created_at: first.get("created_at")?,
        updated_at: first.get("updated_at")?,
        expires_at: first.get("expires_at")?,
    }))
}

fn line(row: &Row, currency: Currency) -> Result<Option<BasketLine>> {
    let Some(product_id) = row.get("product_id")? else { return Ok(None) };
    Ok(Some(BasketLine {
        product_id,
        quantity: row.get("quantity")?,
        offer: QuotedPrice { title: row.get("title")?, price: Money::new(row.get("unit_price")?, currency) },
        place: row.get("place")?,
    }))
}
