//! A page of a list. However few of however many products are listed, no request checks more than a thousand: then the page ends
//! early, and the next one goes on from there. (A page in which one order of a list ends and another one begins, [`named_first`],
//! checks as many again.)

use crate::{
    Products,
    catalogue::Product,
    product_query::{ListPosition, PageBuilder, ProductListPage, ProductQuery, SortKey},
    store::lists,
};
use contracts::products::ProductSort;
use db::Result;

/// The most products that one request checks.
const LOOKS_MAX: usize = 1000;
/// What is listed as it fits goes on so up to so many: beyond that the rest of it is listed as where many fit.
const LOOKS_TO_GO_ON: usize = 3 * LOOKS_MAX;
/// Products that are read together, where a page of them held too few that are listed.
const BATCH: usize = 200;
/// A page of so few is beside others: words are looked for once, among so many, and who wants to looks further.
const FEW: usize = 10;
const LOOKS_FOR_FEW: usize = 400;

/// So many products of a list after a place.
pub(crate) async fn list(
    s: &Products,
    list: &ProductQuery,
    after: ListPosition,
    count: usize,
) -> Result<ProductListPage> {
    let mut picker = PageBuilder::new(list, after.clone(), count);
    if list.is_empty() {
        return Ok(picker.complete());
    }
    // a list goes on as it was begun, however many have the words by then
    let is_by_name = list.sort == ProductSort::Relevance && !matches!(after.key, SortKey::Far(_));
    let is_by_fit = matches!(after.key, SortKey::Far(_)) && after != list.start();
    let looks = if is_by_fit { LOOKS_TO_GO_ON } else { LOOKS_MAX };
    match some(s, list, looks).await? {
        Some(products) if !is_by_name => Ok(pick(list, picker, products)),
        _ if list.sort == ProductSort::Relevance => {
            let behind = match after.key {
                SortKey::Far(far) if is_by_fit => Some((far, after.id)),
                _ => after.behind,
            };
            named_first(s, &ProductQuery { behind, ..list.clone() }, after, count).await
        }
        _ => walk(s, list, &mut picker, count + 1).await,
    }
}

/// What fits best, where more have the words than are compared with one another: first those whose name begins with them, by name, then
/// all others, newest first. The place tells which of both goes on.
async fn named_first(
    s: &Products,
    list: &ProductQuery,
    after: ListPosition,
    count: usize,
) -> Result<ProductListPage> {
    let (named, others) = (list.named(), list.not_named());
    let (mut products, from) = match after.key {
        SortKey::Age => (Vec::new(), after),
        key => {
            let from =
                if matches!(key, SortKey::Name(_)) { ListPosition { key, ..after } } else { named.start() };
            let part = walk(s, &named, &mut PageBuilder::new(&named, from, count), count + 1).await?;
            if part.next.is_some() {
                return Ok(part);
            }
            (part.products, others.start())
        }
    };
    let left = count - products.len();
    // checked are as many as for a page, however few are left of it
    let part = walk(s, &others, &mut PageBuilder::new(&others, from, left), count + 1).await?;
    products.extend(part.products);
    Ok(ProductListPage { products, next: part.next })
}

/// All that can be listed, where a look into an index tells that they are few.
async fn some(s: &Products, list: &ProductQuery, looks: usize) -> Result<Option<Vec<Product>>> {
    if let Some(sku) = &list.sku {
        return lists::with_sku(&s.db, sku, LOOKS_MAX as i64).await.map(Some);
    }
    if let Some(ids) = lists::with_words(&s.db, &list.words, looks).await? {
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

fn pick(list: &ProductQuery, mut picker: PageBuilder<'_>, products: Vec<Product>) -> ProductListPage {
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
async fn walk(
    s: &Products,
    list: &ProductQuery,
    picker: &mut PageBuilder<'_>,
    page: usize,
) -> Result<ProductListPage> {
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
