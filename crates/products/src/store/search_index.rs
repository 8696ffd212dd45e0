//! Products in the search index. A product that a replica of an older version has saved is indexed again.

use super::{
    product_document::write,
    products::{lock_all, sku_owner_now},
};
use crate::catalogue::Product;
use db::{Db, Result, Sql, Tx, params, statements};
use kernel::{canonical_name::sku_key, id::ProductId};
use uuid::Uuid;

statements! {
    NEXT = "select id from product where id > $1 order by id limit $2";
    TO_INDEX = {
        sqlite: "select id from product where indexed_version is not version order by id limit $1",
        postgres: "select id from product where indexed_version is distinct from version order by id limit $1",
    };
    SET_INDEX = "update product set sku_key = $2, name_key = $3, indexed_version = version where id = $1 and version = $4";
}

/// All products, in any status.
pub(crate) struct ProductRows;
impl search::Searchable for ProductRows {
    const NEXT: Sql = NEXT;
    async fn index(tx: &mut Tx, id: Uuid) -> Result<()> {
        refresh(tx, &[ProductId::from_uuid(id)]).await
    }
}

/// Returns products that must be indexed again.
pub(crate) async fn to_index(db: &Db, at_most: i64) -> Result<Vec<ProductId>> {
    db.query(&TO_INDEX, params![at_most]).await?.iter().map(|row| row.get("id")).collect()
}

/// Indexes these products again.
pub(crate) async fn refresh(tx: &mut Tx, ids: &[ProductId]) -> Result<()> {
    for product in lock_all(tx, ids).await?.values() {
        write(tx, product.id, &product.catalogue).await?;
        let key = free_key(tx, product).await?;
        let values = params![product.id, key, product.catalogue.name_key(), product.version];
        tx.run(&SET_INDEX, values).await?;
    }
    Ok(())
}

/// The key of a product's SKU. An older version has taken several spellings for several products: the first one that is
/// indexed has the key, and the others are found as they are spelled.
async fn free_key(tx: &mut Tx, product: &Product) -> Result<String> {
    let key = sku_key(&product.catalogue.sku);
    Ok(match sku_owner_now(tx, &key).await? {
        Some(owner) if owner != product.id => format!("{key}\n{}", product.id),
        _ => key,
    })
}
