//! A page of a list. However few of however many orders are listed, no request looks at more than a thousand: then the
//! page ends early, and the next one goes on from there.

use crate::{
    listing::{Candidate, Listing, Part, Picker, Place},
    store::{lists, words},
};
use db::{Db, Result, words::Found};

/// The most orders that one request looks at.
const LOOKS_MAX: usize = 1000;
/// Orders that are read together, where a page of them held too few that are listed.
const BATCH: usize = 200;

/// So many orders of a list after a place.
pub(crate) async fn list(db: &Db, list: &Listing, after: Place, count: usize) -> Result<Part> {
    let mut picker = Picker::new(list, after, count);
    match some(db, list).await? {
        Some(orders) => Ok(pick(list, picker, orders)),
        None => walk(db, list, &mut picker, count + 1).await,
    }
}

/// All that can be listed, where a look into an index tells that they are few.
async fn some(db: &Db, list: &Listing) -> Result<Option<Vec<Candidate>>> {
    if list.has_no_word {
        return Ok(Some(Vec::new()));
    }
    if let Some(number) = list.selection.number {
        return lists::with_number(db, number, list.has_words()).await.map(Some);
    }
    if let Some(placement) = list.selection.placement_id {
        return lists::of_placement(db, placement, list.has_words()).await.map(Some);
    }
    let Found { few, is_all } = words::with_words(db, &list.words, LOOKS_MAX).await?;
    match few {
        Some(ids) if ids.is_empty() => Ok(Some(Vec::new())),
        Some(ids) => {
            let ids: Vec<_> = ids.into_iter().collect();
            lists::with_ids(db, &ids, !is_all).await.map(Some)
        }
        None => Ok(None),
    }
}

fn pick(list: &Listing, mut picker: Picker<'_>, orders: Vec<Candidate>) -> Part {
    let mut placed: Vec<_> = orders.into_iter().map(|order| (list.place(&order), order)).collect();
    placed.sort_by(|(a, _), (b, _)| list.order(a, b));
    let after = picker.place().clone();
    let mut rest = placed.iter().filter(|(place, _)| list.order(place, &after).is_gt());
    rest.find_map(|(_, order)| picker.look_at(order)).unwrap_or_else(|| picker.complete())
}

/// Goes through all orders in the order of the list: a page of them, then more and more at once. For words, which may be as
/// rare as a thousand in all orders, at once.
async fn walk(db: &Db, list: &Listing, picker: &mut Picker<'_>, page: usize) -> Result<Part> {
    let first = if list.has_words() { LOOKS_MAX } else { page };
    let mut left = LOOKS_MAX;
    for batch in [first, BATCH, LOOKS_MAX] {
        let batch = batch.min(left);
        let orders = lists::after(db, list, picker.place(), batch as i64).await?;
        if let Some(part) = orders.iter().find_map(|order| picker.look_at(order)) {
            return Ok(part);
        }
        if orders.len() < batch {
            return Ok(picker.complete());
        }
        left -= batch;
        if left == 0 {
            break;
        }
    }
    Ok(picker.goes_on())
}
