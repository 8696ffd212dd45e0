//! A page of a list. However few of however many products are listed, no request looks at more than a thousand:
//! then the page ends early, and the next one goes on from there.

use crate::{
    Products,
    catalogue::Product,
    listing::{Listing, Part, Picker, Place},
    store::lists,
};
use db::Result;

/// The most products that one request looks at.
const LOOKS_MAX: usize = 1000;
/// Products that are read together, where a page of them held too few that are listed.
const BATCH: usize = 200;
/// A page of so few is beside others: words are looked for once, among so many, and who wants to looks further.
const FEW: usize = 10;
const LOOKS_FOR_FEW: usize = 400;

/// So many products of a list after a place.
pub(crate) async fn list(s: &Products, list: &Listing, after: Place, count: usize) -> Result<Part> {
    let mut picker = Picker::new(list, after, count);
    if list.is_empty() {
        return Ok(picker.complete());
    }
    match some(s, list).await? {
        Some(products) => Ok(pick(list, picker, products)),
        None => walk(s, list, &mut picker, count + 1).await,
    }
}

/// All that can be listed, where a look into an index tells that they are few.
async fn some(s: &Products, list: &Listing) -> Result<Option<Vec<Product>>> {
    if let Some(sku) = &list.sku {
        return lists::with_sku(&s.db, sku, LOOKS_MAX as i64).await.map(Some);
    }
    if let Some(ids) = lists::with_words(&s.db, &list.words, LOOKS_MAX).await? {
        return match ids.is_empty() {
            true => Ok(Some(Vec::new())),
            false => lists::with_ids(&s.db, ids.into_iter().collect()).await.map(Some),
        };
    }
    match list.few_left() {
        Some(pieces) => lists::few_left(&s.db, list, pieces, LOOKS_MAX).await,
        None => Ok(None),
    }
}

fn pick(list: &Listing, mut picker: Picker<'_>, products: Vec<Product>) -> Part {
    let mut placed: Vec<_> = products.into_iter().map(|product| (list.place(&product), product)).collect();
    placed.sort_by(|(a, _), (b, _)| list.order(a, b));
    let after = picker.place().clone();
    for (_, product) in placed.into_iter().filter(|(place, _)| list.order(place, &after).is_gt()) {
        if let Some(part) = picker.look_at(product) {
            return part;
        }
    }
    picker.complete()
}

/// Goes through all products in the order of the list: a page of them, then more and more at once. For words, which more than a
/// thousand have, in two steps: a page of them is seldom further away than the first.
async fn walk(s: &Products, list: &Listing, picker: &mut Picker<'_>, page: usize) -> Result<Part> {
    let batches: &[usize] = match list.words.is_empty() {
        true => &[page, BATCH, LOOKS_MAX],
        false if page <= FEW => &[LOOKS_FOR_FEW],
        false => &[BATCH.max(page), LOOKS_MAX],
    };
    let mut left = LOOKS_MAX;
    for batch in batches {
        let batch = left.min(*batch);
        let walked = lists::after(&s.db, list, picker.place(), batch as i64).await?;
        if let Some(part) = walked.products.into_iter().find_map(|product| picker.look_at(product)) {
            return Ok(part);
        }
        if walked.is_end {
            return Ok(picker.complete());
        }
        left -= batch;
        if left == 0 {
            break;
        }
    }
    Ok(picker.goes_on())
}
