//! A page of a list. However few of however many orders are listed, no request looks at more than a thousand: then the
//! page ends early, and the next one goes on from there.

use crate::{
    listing::{Candidate, Listing, Part, Picker, Place},
    store::{lists, words as store_words},
};
use db::{Db, Result};
use std::collections::BTreeSet;

/// The most orders that one request looks at.
const LOOKS_MAX: usize = 1000;
/// Orders that are read together, once the first look was not enough.
const BATCH: usize = 200;

/// So many orders of a list after a place.
pub(crate) async fn list(db: &Db, list: &Listing, after: Place, count: usize) -> Result<Part> {
    let mut picker = Picker::new(list, after, count);
    match some(db, list).await? {
        Some((orders, words)) => pick(db, list, picker, orders, words).await,
        None => walk(db, list, &mut picker, count + 1).await,
    }
}

/// What is known of orders that the words of a list are looked for in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Words {
    /// They have them all, as the index says.
    Had,
    /// They are still to be looked for.
    Unknown,
}

/// All that can be listed, where a look into an index tells that they are few.
async fn some(db: &Db, list: &Listing) -> Result<Option<(Vec<Candidate>, Words)>> {
    if list.has_no_word {
        return Ok(Some((Vec::new(), Words::Had)));
    }
    let unknown = |orders| Some((orders, Words::Unknown));
    if let Some(number) = list.selection.number {
        return lists::with_number(db, number).await.map(unknown);
    }
    if let Some(placement) = list.selection.placement_id {
        return lists::of_placement(db, placement).await.map(unknown);
    }
    let (mut few, mut words): (Option<BTreeSet<_>>, _) = (None, Words::Had);
    for word in &list.words {
        let Some(found) = store_words::with_word(db, word, LOOKS_MAX).await? else {
            words = Words::Unknown;
            continue;
        };
        let both = few.map_or(found.clone(), |few| few.intersection(&found).copied().collect());
        if both.is_empty() {
            return Ok(Some((Vec::new(), Words::Had)));
        }
        few = Some(both);
    }
    match few {
        Some(ids) => {
            let ids: Vec<_> = ids.into_iter().collect();
            Ok(Some((lists::with_ids(db, &ids).await?, words)))
        }
        None => Ok(None),
    }
}

async fn pick(
    db: &Db,
    list: &Listing,
    mut picker: Picker<'_>,
    orders: Vec<Candidate>,
    words: Words,
) -> Result<Part> {
    let after = picker.place().clone();
    let place = |order: Candidate| (list.place(&order), order);
    let mut placed: Vec<_> =
        orders.into_iter().map(place).filter(|(place, _)| list.order(place, &after).is_gt()).collect();
    placed.sort_by(|(a, _), (b, _)| list.order(a, b));
    let orders: Vec<Candidate> = placed.into_iter().map(|(_, order)| order).collect();
    Ok(look(db, list, &mut picker, &orders, words).await?.unwrap_or_else(|| picker.complete()))
}

/// Goes through all orders in the order of the list.
async fn walk(db: &Db, list: &Listing, picker: &mut Picker<'_>, first: usize) -> Result<Part> {
    let (mut batch, mut looks) = (first, 0);
    while looks < LOOKS_MAX {
        let orders = lists::after(db, list, picker.place(), batch as i64).await?;
        looks += orders.len();
        if let Some(part) = look(db, list, picker, &orders, Words::Unknown).await? {
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
    words: Words,
) -> Result<Option<Part>> {
    let ids: Vec<_> = orders.iter().map(|order| order.id).collect();
    let has_all = list.words.is_empty() || words == Words::Had;
    let found = match has_all {
        true => Default::default(),
        false => store_words::of_many(db, &ids).await?,
    };
    let has_words = |order: &Candidate| {
        let of_order = found.get(&order.id);
        has_all || of_order.is_some_and(|own| kernel::words::has_all(own, &list.words))
    };
    Ok(orders.iter().find_map(|order| picker.look_at(order, has_words(order))))
}
