//! What lists and searches read. Each statement reads a range of one index, and no more of it than it is told.

use super::products::{read, status_name};
use crate::{
    catalogue::Product,
    listing::{Key, Listing, Place},
    words,
};
use contracts::products::ProductStatus;
use db::{Db, Result, params, statements};
use kernel::id::ProductId;
use std::collections::BTreeSet;

statements! {
    BY_AGE = "select * from product where status = $1 and id > $2 order by id limit $3";
    BY_AGE_DOWN = "select * from product where status = $1 and id < $2 order by id desc limit $3";
    BY_NAME = "select * from product where status = $1 and (name_key, id) > ($2, $3)
               order by name_key, id limit $4";
    BY_NAME_DOWN = "select * from product where status = $1 and (name_key, id) < ($2, $3)
                    order by name_key desc, id desc limit $4";
    BY_PRICE = "select * from product where status = $1 and (price, id) > ($2, $3)
                order by price, id limit $4";
    BY_PRICE_DOWN = "select * from product where status = $1 and (price, id) < ($2, $3)
                     order by price desc, id desc limit $4";
    BY_CHANGE = "select * from product where status = $1 and (updated_at, id) > ($2, $3)
                 order by updated_at, id limit $4";
    BY_CHANGE_DOWN = "select * from product where status = $1 and (updated_at, id) < ($2, $3)
                      order by updated_at desc, id desc limit $4";
    BY_SKU = "select * from product where sku = $1 order by id desc limit $2";
    NAMED = "select * from product where status = $1 and name_key = $2 and name = $3 order by id limit $4";
    BY_IDS = "select * from product where id = any($1)";
    WITH_WORD = "select product_id from product_word where word >= $1 and word < $2 order by word limit $3";
}

/// The next products after a place, in the order of the list, whether they are listed or not.
pub(crate) async fn after(db: &Db, list: &Listing, place: &Place, at_most: i64) -> Result<Vec<Product>> {
    let mut found = Vec::new();
    let down = list.goes_down();
    for status in list.statuses.iter().map(|status| status_name(*status)) {
        let rows = match &place.key {
            Key::Age => {
                let by_age = if down { &BY_AGE_DOWN } else { &BY_AGE };
                db.query(by_age, params![status, place.id, at_most]).await?
            }
            Key::Name(name) => {
                let by_name = if down { &BY_NAME_DOWN } else { &BY_NAME };
                db.query(by_name, params![status, name, place.id, at_most]).await?
            }
            Key::Price(minor) => {
                let by_price = if down { &BY_PRICE_DOWN } else { &BY_PRICE };
                db.query(by_price, params![status, *minor, place.id, at_most]).await?
            }
            Key::Updated(at) => {
                let by_change = if down { &BY_CHANGE_DOWN } else { &BY_CHANGE };
                db.query(by_change, params![status, *at, place.id, at_most]).await?
            }
        };
        for row in rows {
            let product = read(&row)?;
            found.push((list.place(&product), product));
        }
    }
    // those of several statuses among one another; behind the last one there may be more of another status
    found.sort_by(|(a, _), (b, _)| list.order(a, b));
    Ok(found.into_iter().map(|(_, product)| product).take(usize::try_from(at_most).unwrap_or(0)).collect())
}

/// Products with an SKU: one that is on sale or in preparation, and those that were deleted.
pub(crate) async fn with_sku(db: &Db, sku: &str, at_most: i64) -> Result<Vec<Product>> {
    db.query(&BY_SKU, params![sku, at_most]).await?.iter().map(read).collect()
}

/// Products on sale with just this name.
pub(crate) async fn with_name(db: &Db, name: &str, at_most: i64) -> Result<Vec<Product>> {
    let status = status_name(ProductStatus::Active);
    let rows = db.query(&NAMED, params![status, words::key_of(name), name, at_most]).await?;
    rows.iter().map(read).collect()
}

pub(crate) async fn with_ids(db: &Db, ids: Vec<ProductId>) -> Result<Vec<Product>> {
    db.query(&BY_IDS, params![ids]).await?.iter().map(read).collect()
}

/// Products with a word that begins like this; none where that are more than so many words.
pub(crate) async fn with_word(db: &Db, word: &str, at_most: usize) -> Result<Option<BTreeSet<ProductId>>> {
    let limit = i64::try_from(at_most).unwrap_or(i64::MAX).saturating_add(1);
    let rows = db.query(&WITH_WORD, params![word, words::end_of(word), limit]).await?;
    if rows.len() > at_most {
        return Ok(None);
    }
    rows.iter().map(|row| row.get("product_id")).collect::<Result<_>>().map(Some)
}
