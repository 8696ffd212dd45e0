//! A page of a list. However few of however many orders are listed, no request looks at more than a thousand: then the
//! page ends early, and the next one goes on from there.

use crate::{
    listing::{Candidate, Listing, Part, Picker, Place},
    store::{lists, words as store_words},
};
use db::{Db, Result};
use kernel::words;
use std::collections::BTreeSet;

/// The most orders that one request looks at.
const LOOKS_MAX: usize = 1000;
/// Orders that are read together, once the first look was not enough.
const BATCH: usize = 200;

/// So many orders of a list after a place.
pub(crate) async fn list(db: &Db, list: &Listing, after: Place, count: usize) -> Result<Part> {
    let mut picker = Picker::new(list, after, count);
    match some(db, list).await? {
        Some(orders) => pick(db, list, picker, orders).await,
        None => walk(db, list, &mut picker, count + 1).await,
    }
}

/// All that can be listed, where a look into an index tells that they are few.
async fn some(db: &Db, list: &Listing) -> Result<Option<Vec<Candidate>>> {
    if list.has_no_word {
        return Ok(Some(Vec::new()));
    }
    if let Some(number) = list.selection.number {
        return lists::with_number(db, number).await.map(Some);
    }
    if let Some(placement) = list.selection.placement_id {
        return lists::of_placement(db, placement).await.map(Some);
    }
    let mut few: Option<BTreeSet<_>> = None;
    for word in &list.words {
        let Some(found) = store_words::with_word(db, word, LOOKS_MAX).await? else { continue };
        let both = few.map_or(found.clone(), |few| few.intersection(&found).copied().collect());
        if both.is_empty() {
            return Ok(Some(Vec::new()));
        }
        few = Some(both);
    }
    match few {
        Some(ids) => {
            let ids: Vec<_> = ids.into_iter().collect();
            lists::with_ids(db, &ids).await.map(Some)
        }
        None => Ok(None),
    }
}

async fn pick(db: &Db, list: &Listing, mut picker: Picker<'_>, orders: Vec<Candidate>) -> Result<Part> {
    let after = picker.place().clone();
    let place = |order: Candidate| (list.place(&order), order);
    let mut placed: Vec<_> =
        orders.into_iter().map(place).filter(|(place, _)| list.order(place, &after).is_gt()).collect();
    placed.sort_by(|(a, _), (b, _)| list.order(a, b));
    let orders: Vec<Candidate> = placed.into_iter().map(|(_, order)| order).collect();
    Ok(look(db, list, &mut picker, &orders).await?.unwrap_or_else(|| picker.complete()))
}

/// Goes through all orders in the order of the list.
async fn walk(db: &Db, list: &Listing, picker: &mut Picker<'_>, first: usize) -> Result<Part> {
    let (mut batch, mut looks) = (first, 0);
    while looks < LOOKS_MAX {
        let orders = lists::after(db, list, picker.place(), batch as i64).await?;
        looks += orders.len();
        if let Some(part) = look(db, list, picker, &orders).await? {
            return Ok(part);
        }
        if orders.len() < batch {
            return Ok(picker.complete());
        }
        batch = BATCH;
    }
    Ok(picker.goes_on())
}

/// Looks at one after the other; the page, where it is complete with that.
async fn look(
    db: &Db,
    list: &Listing,
    picker: &mut Picker<'_>,
    orders: &[Candidate],
) -> Result<Option<Part>> {
    let ids: Vec<_> = orders.iter().map(|order| order.id).collect();
    let found = match list.words.is_empty() {
        true => Default::default(),
        false => store_words::of_many(db, &ids).await?,
    };
    let has_words = |order: &Candidate| {
        let of_order = found.get(&order.id);
        list.words.is_empty() || of_order.is_some_and(|own| words::has_all(own, &list.words))
    };
    Ok(orders.iter().find_map(|order| picker.look_at(order, has_words(order))))
}
