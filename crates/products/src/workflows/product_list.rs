//! A page of a list. No request checks more than a thousand products, however rare the listed ones are: then the page ends
//! early, and the next one continues there.

use crate::{
    Products,
    catalogue::Product,
    product_query::{ListPosition, PageBuilder, ProductListPage, ProductQuery},
    store::lists,
};
use contracts::products::ProductSort;
use db::Result;
use kernel::id::ProductId;
use search::Candidates;

/// Maximum number of products that a request checks.
const LOOKS_MAX: usize = 1000;
/// Number of products that are read together if those of a page contain too few that are listed.
const BATCH: usize = 200;
/// Maximum size of a page that is shown next to others. It is read in one step of `LOOKS_FOR_FEW` products.
const FEW: usize = 10;
const LOOKS_FOR_FEW: usize = 400;

/// Returns a page of at most `count` products after a position.
pub(crate) async fn list(
    s: &Products,
    list: &ProductQuery,
    after: ListPosition,
    count: usize,
) -> Result<ProductListPage> {
    if list.is_empty() {
        return Ok(ProductListPage::default());
    }
    let few = match (&list.sku, list.few_left()) {
        (Some(sku), _) => Some(lists::with_sku(&s.db, sku, LOOKS_MAX as i64).await?),
        (None, _) if !list.search.is_empty() => return search_page(s, list, after, count).await,
        (None, Some(pieces)) => lists::few_left(&s.db, list, pieces, LOOKS_MAX).await?,
        (None, None) => None,
    };
    let picker = PageBuilder::new(list, after, count);
    match few {
        Some(products) => Ok(pick(list, picker, products)),
        None => walk(s, list, picker, count + 1).await,
    }
}

/// Returns a page of products that match the search words. A list by relevance corrects typing errors if nothing matches. If more
/// products match than are ranked, a list by relevance has the newest of them, those that match by name or SKU first; other lists
/// are read in their own order.
async fn search_page(
    s: &Products,
    list: &ProductQuery,
    after: ListPosition,
    count: usize,
) -> Result<ProductListPage> {
    let mut candidates = search::find(&s.db, &list.search).await?;
    let (mut list, mut corrected) = (list.clone(), None);
    let is_by_relevance = list.sort == ProductSort::Relevance;
    if candidates.ids.is_empty()
        && is_by_relevance
        && let Some((query, found)) = search::correct(&s.db, &list.search).await?
    {
        let text = query.words().collect::<Vec<_>>().join(" ");
        (list.search, list.typed, candidates) = (query, text.clone(), found);
        corrected = Some(text);
    }
    let Candidates { ids, is_partial } = candidates;
    if ids.is_empty() {
        return Ok(ProductListPage::default());
    }
    if is_partial
        && let Some(pieces) = list.few_left()
        && let Some(few) = lists::few_left(&s.db, &list, pieces, LOOKS_MAX).await?
    {
        let page = pick(&list, PageBuilder::new(&list, after, count), few);
        return Ok(ProductListPage { corrected, ..page });
    }
    if is_partial && !is_by_relevance {
        return walk(s, &list, PageBuilder::new(&list, after, count), count + 1).await;
    }
    let ids: Vec<ProductId> = ids.into_iter().map(ProductId::from_uuid).collect();
    let products = match is_partial {
        true => lists::with_best_matches(&s.db, &list, ids).await?,
        false => lists::with_ids(&s.db, ids).await?,
    };
    let page = pick(&list, PageBuilder::of_found(&list, after, count), products);
    Ok(ProductListPage { corrected, is_partial, ..page })
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

/// Reads all products in the order of the list: a page of them, then more and more at once. With search words, which then more
/// than a thousand products have, in two steps, because the first one usually fills the page.
async fn walk(
    s: &Products,
    list: &ProductQuery,
    mut picker: PageBuilder<'_>,
    page: usize,
) -> Result<ProductListPage> {
    let batches: &[usize] = match list.search.is_empty() {
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
