//! What lists and searches read. Each statement reads a range of one index, and no more of it than it is told.

use super::products::{read, status_name};
use crate::{
    catalogue::Product,
    product_query::{ListPosition, ProductQuery, SortKey},
    product_search::{end_of, key_of},
    stock::Stock,
};
use contracts::products::ProductStatus;
use db::{Db, Param, Result, params, statements};
use kernel::{canonical_name::sku_key, id::ProductId};

/// Products of one status or of two, each as a range of an index, at most `$3` of each.
macro_rules! of_statuses {
    ($after:literal, $order:literal) => {
        concat!(of_statuses!(@one "$1" $after, $order), " union all ", of_statuses!(@one "$2" $after, $order))
    };
    (@one $status:literal $after:literal, $order:literal) => {
        concat!(
            "select * from (select * from product where status = ",
            $status,
            " and ",
            $after,
            " order by ",
            $order,
            " limit $3) as few"
        )
    };
}

statements! {
    BY_AGE = (of_statuses!("id > $4", "id"));
    BY_AGE_DOWN = (of_statuses!("id < $4", "id desc"));
    BY_NAME = (of_statuses!("(name_key, id) > ($4, $5)", "name_key, id"));
    BY_NAME_DOWN = (of_statuses!("(name_key, id) < ($4, $5)", "name_key desc, id desc"));
    BY_PRICE = (of_statuses!("(price, id) > ($4, $5)", "price, id"));
    BY_PRICE_DOWN = (of_statuses!("(price, id) < ($4, $5)", "price desc, id desc"));
    BY_CHANGE = (of_statuses!("(updated_at, id) > ($4, $5)", "updated_at, id"));
    BY_CHANGE_DOWN = (of_statuses!("(updated_at, id) < ($4, $5)", "updated_at desc, id desc"));
    /// Products of which roughly this few units are left.
    FEW_LEFT = "select * from (select * from product where status = $1 and stock_level <= $4 limit $3) as few
                union all select * from (select * from product where status = $2 and stock_level <= $4 limit $3) as few";
    /// As it is spelled, or like it. A row that an older program has saved last has no key yet.
    BY_SKU = "select * from (select * from product where sku = $1 order by id desc limit $3) as spelled
              union all select * from (select * from product where sku_key = $2 order by id desc limit $3) as alike";
    NAMED = "select * from product where status = $1 and name_key = $2 and name = $3 order by id limit $4";
    BY_IDS = "select * from product where id = any($1)";
    /// Products with these IDs, and the best matches of all: with an SKU, and with names that begin with a text.
    WITH_BEST_MATCHES = "select * from product where id = any($1)
                    union all select * from (select * from product where sku_key = $2 order by id desc limit $7) as few
                    union all select * from (select * from product where status = $5 and name_key >= $3 and name_key < $4
                                             order by name_key, id limit $7) as few
                    union all select * from (select * from product where status = $6 and name_key >= $3 and name_key < $4
                                             order by name_key, id limit $7) as few";
}

/// The products of a range.
pub(crate) struct RangeScan {
    /// In the order of the list, without regard to its filters.
    pub(crate) products: Vec<Product>,
    pub(crate) is_end: bool,
}

/// The next products after a place, in the order of the list.
pub(crate) async fn after(
    db: &Db,
    list: &ProductQuery,
    place: &ListPosition,
    at_most: i64,
) -> Result<RangeScan> {
    let (up, down, key): (_, _, Option<Param>) = match &place.key {
        // by how far they are no index has them
        SortKey::Age | SortKey::Far(_) => (&BY_AGE, &BY_AGE_DOWN, None),
        SortKey::Name(name) => (&BY_NAME, &BY_NAME_DOWN, Some(name.into())),
        SortKey::Price(minor) => (&BY_PRICE, &BY_PRICE_DOWN, Some((*minor).into())),
        SortKey::Updated(at) => (&BY_CHANGE, &BY_CHANGE_DOWN, Some((*at).into())),
    };
    let [first, second] = statuses(list);
    let mut values = vec![first, second, at_most.into()];
    values.extend(key);
    values.push(place.id.into());
    let rows = db.query(if list.goes_down() { down } else { up }, &values).await?;
    let products = rows.iter().map(read).collect::<Result<Vec<Product>>>()?;
    let mut found: Vec<_> = products.into_iter().map(|product| (list.place(&product), product)).collect();
    // after the last product of a status there may be more of it; products of the other status after that one must wait
    let ends = list.statuses.iter().filter_map(|status| {
        let of_status = || found.iter().filter(|(_, product)| product.catalogue.status == *status);
        let is_full = i64::try_from(of_status().count()).is_ok_and(|count| count >= at_most);
        of_status().map(|(place, _)| place).max_by(|a, b| list.order(a, b)).filter(|_| is_full)
    });
    let end = ends.min_by(|a, b| list.order(a, b)).cloned();
    found.retain(|(place, _)| end.as_ref().is_none_or(|end| list.order(place, end).is_le()));
    // merges the products of both statuses
    found.sort_by(|(a, _), (b, _)| list.order(a, b));
    Ok(RangeScan { products: found.into_iter().map(|(_, product)| product).collect(), is_end: end.is_none() })
}

fn statuses(list: &ProductQuery) -> [Param; 2] {
    [0, 1].map(|nth| list.statuses.get(nth).map(|status| status_name(*status)).into())
}

/// Those of which so few are left or fewer, and some of which a little more are (up to the next power of two); none where they
/// are more than so many.
pub(crate) async fn few_left(
    db: &Db,
    list: &ProductQuery,
    pieces: i64,
    at_most: usize,
) -> Result<Option<Vec<Product>>> {
    let [first, second] = statuses(list);
    let limit = i64::try_from(at_most).unwrap_or(i64::MAX).saturating_add(1);
    let values = [first, second, limit.into(), Stock::level(pieces).into()];
    let rows = db.query(&FEW_LEFT, &values).await?;
    if rows.len() > at_most {
        return Ok(None);
    }
    rows.iter().map(read).collect::<Result<_>>().map(Some)
}

/// Products with an SKU, however it is spelled: one that is on sale or in preparation, and those that were deleted. Where
/// an older version has taken several spellings for several products, those with just this one.
pub(crate) async fn with_sku(db: &Db, sku: &str, at_most: i64) -> Result<Vec<Product>> {
    let rows = db.query(&BY_SKU, params![sku, sku_key(sku), at_most]).await?;
    let mut found = rows.iter().map(read).collect::<Result<Vec<Product>>>()?;
    found.sort_by_key(|product| product.id);
    found.dedup_by_key(|product| product.id);
    let is_it = |product: &Product| product.catalogue.sku == sku;
    if found.iter().any(|product| is_it(product) && product.catalogue.status != ProductStatus::Deleted) {
        found.retain(is_it);
    }
    Ok(found)
}

/// Products on sale with just this name.
pub(crate) async fn with_name(db: &Db, name: &str, at_most: i64) -> Result<Vec<Product>> {
    let status = status_name(ProductStatus::Active);
    let rows = db.query(&NAMED, params![status, key_of(name), name, at_most]).await?;
    rows.iter().map(read).collect()
}

pub(crate) async fn with_ids(db: &Db, ids: Vec<ProductId>) -> Result<Vec<Product>> {
    db.query(&BY_IDS, params![ids]).await?.iter().map(read).collect()
}

/// Returns products with these IDs, and the best matches of all: those whose SKU equals the search text, and those whose name
/// begins with it.
pub(crate) async fn with_best_matches(
    db: &Db,
    list: &ProductQuery,
    ids: Vec<ProductId>,
) -> Result<Vec<Product>> {
    let (typed, [first, second]) = (&list.typed, statuses(list));
    let values = [
        ids.into(),
        sku_key(typed).into(),
        typed.into(),
        end_of(typed).into(),
        first,
        second,
        BEST_MAX.into(),
    ];
    let rows = db.query(&WITH_BEST_MATCHES, &values).await?;
    let mut found = rows.iter().map(read).collect::<Result<Vec<Product>>>()?;
    found.sort_by_key(|product| product.id);
    found.dedup_by_key(|product| product.id);
    Ok(found)
}

/// Maximum number of best matches of each kind.
const BEST_MAX: i64 = 100;
