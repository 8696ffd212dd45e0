//! Products' rows.

use super::{one_row, product_document};
use crate::{
    catalogue::{Catalogue, Product},
    stock::Stock,
};
use contracts::products::ProductStatus;
use db::{Db, Error, ErrorKind, Result, Row, Tx, params, statements};
use kernel::{Currency, Money, canonical_name::sku_key, id::ProductId};
use serde::Serialize;
use std::collections::BTreeMap;

statements! {
    INSERT = "insert into product (id, sku, name, description, images, price, currency, status, metadata, name_key,
                                   backorder, on_hand, reserved, short, version, stock_version, told,
                                   created_at, updated_at, saved_by, saved_version, sku_key, indexed_version)
              values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, 0, $14, 1, 0, $13, $13, $15, $14, $16, $14)";
    FIND = "select * from product where id = $1";
    /// Locks a product; updates that leave its key alone do not disturb those who refer to it.
    LOCK = "select * from product where id = $1 for no key update";
    LOCK_ALL = "select * from product where id = any($1) order by id for no key update";
    SKU_OWNER = "select id from product where sku = $1 and status <> 'deleted'
                 union all select id from product where sku_key = $2 and status <> 'deleted' and indexed_version = version
                 limit 1";
    KEY_OWNER = "select id from product where sku_key = $1 and status <> 'deleted' and indexed_version = version";
    /// An SKU that does not change keeps its key. If the previous version was indexed by this program, so is the new one.
    CHANGE = "update product set sku = $4, name = $5, description = $6, images = $7, price = $8, currency = $9,
                                 status = $10, metadata = $11, name_key = $12, backorder = $13, on_hand = $14,
                                 short = $15, version = $16, stock_version = $17, updated_at = $18,
                                 saved_by = $19, saved_version = $16,
                                 sku_key = case when sku = $4 then sku_key else $20 end,
                                 indexed_version = case when indexed_version = version then $16 else indexed_version end
              where id = $1 and version = $2 and stock_version = $3";
    /// The first wall: nothing is reserved that is not available.
    RESERVE = "update product set reserved = reserved + $2, stock_version = stock_version + 1
               where id = $1 and status = 'active' and (backorder or on_hand - reserved >= $2)";
    SET_STOCK = "update product set on_hand = $3, reserved = $4, short = $5, stock_version = stock_version + 1
                 where id = $1 and stock_version = $2";
    /// Deleted products count: orders still name their prices.
    CURRENCY = "select id, currency from product order by id limit 1";
    CURRENCIES = "select currency, count(*) as products from product group by currency order by products desc, currency";
    COUNT_TOLD = "update product set told = told + $2 where id = $1 returning told";
}

/// Adds a product whose versions are 1.
pub(crate) async fn insert(tx: &mut Tx, product: &Product) -> Result<()> {
    let Product { catalogue, stock, .. } = product;
    let values = params![
        product.id,
        &catalogue.sku,
        &catalogue.name,
        &catalogue.description,
        json(&catalogue.images)?,
        catalogue.price.minor,
        catalogue.price.currency,
        status_name(catalogue.status),
        json(&catalogue.metadata)?,
        catalogue.name_key(),
        stock.backorder,
        stock.on_hand,
        product.created_at,
        product.version,
        product.saved_by.as_ref(),
        sku_key(&catalogue.sku),
    ];
    tx.run(&INSERT, values).await?;
    product_document::write(tx, product.id, catalogue).await
}

pub(crate) async fn find(db: &Db, id: ProductId) -> Result<Option<Product>> {
    db.query_opt(&FIND, params![id]).await?.as_ref().map(read).transpose()
}

pub(crate) async fn lock(tx: &mut Tx, id: ProductId) -> Result<Option<Product>> {
    tx.query_opt(&LOCK, params![id]).await?.as_ref().map(read).transpose()
}

/// Locks those of these products that there are, in the order of their ids.
pub(crate) async fn lock_all(tx: &mut Tx, ids: &[ProductId]) -> Result<BTreeMap<ProductId, Product>> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = tx.query(&LOCK_ALL, params![ids]).await?;
    rows.iter().map(|row| read(row).map(|product| (product.id, product))).collect()
}

/// The product on sale, or in preparation, that has this SKU, however it is spelled.
pub(crate) async fn sku_owner(db: &Db, sku: &str) -> Result<Option<ProductId>> {
    db.query_opt(&SKU_OWNER, params![sku, sku_key(sku)]).await?.map(|row| row.get("id")).transpose()
}

/// The product on sale, or in preparation, that has the key of an SKU.
pub(super) async fn sku_owner_now(tx: &mut Tx, key: &str) -> Result<Option<ProductId>> {
    tx.query_opt(&KEY_OWNER, params![key]).await?.map(|row| row.get("id")).transpose()
}

/// Whether a change was refused since another product has the SKU, spelled so or otherwise.
pub(crate) fn is_sku_taken(error: &Error) -> bool {
    error.violates("product_sku") || error.violates("product_sku_key")
}

/// The currency of the prices that there are, one for all, and the product that tells it.
pub(crate) async fn currency(db: &Db) -> Result<Option<(ProductId, Currency)>> {
    let read = |row: Row| {
        let in_row = |error: Error| flow::row_reader::in_row("product", &row.shown("id"), &error);
        Ok((row.get("id").map_err(in_row)?, row.get("currency").map_err(in_row)?))
    };
    db.query_opt(&CURRENCY, &[]).await?.map(read).transpose()
}

/// The currencies of all prices, the one that most are in first. Checks every product.
pub(crate) async fn currencies(db: &Db) -> Result<Vec<Currency>> {
    let rows = db.query(&CURRENCIES, &[]).await?;
    // what cannot be read is none
    Ok(rows.iter().filter_map(|row| row.get("currency").ok()).collect())
}

/// Changes catalogue data and stock on hand together.
pub(crate) async fn change(tx: &mut Tx, before: &Product, after: &Product) -> Result<()> {
    let Product { catalogue, stock, .. } = after;
    let values = params![
        before.id,
        before.version,
        before.stock_version,
        &catalogue.sku,
        &catalogue.name,
        &catalogue.description,
        json(&catalogue.images)?,
        catalogue.price.minor,
        catalogue.price.currency,
        status_name(catalogue.status),
        json(&catalogue.metadata)?,
        catalogue.name_key(),
        stock.backorder,
        stock.on_hand,
        stock.short(),
        after.version,
        after.stock_version,
        after.updated_at,
        after.saved_by.as_ref(),
        sku_key(&catalogue.sku),
    ];
    one_row(tx.run(&CHANGE, values).await?)?;
    if before.catalogue.has_text_of(catalogue) {
        return Ok(());
    }
    product_document::write(tx, before.id, catalogue).await
}

/// Reserves so many of each of these locked products, which are on sale and have them available.
pub(crate) async fn reserve(tx: &mut Tx, lines: &BTreeMap<ProductId, i64>) -> Result<()> {
    let each: Vec<_> = lines.iter().map(|(id, quantity)| params![*id, *quantity].to_vec()).collect();
    tx.run_each(&RESERVE, &each).await?.into_iter().try_for_each(one_row)
}

/// Sets a locked product's stock.
pub(crate) async fn set_stock(tx: &mut Tx, before: &Product, stock: Stock) -> Result<()> {
    let values = params![before.id, before.stock_version, stock.on_hand, stock.reserved, stock.short()];
    one_row(tx.run(&SET_STOCK, values).await?)
}

/// The sequence of the first of so many further events of a product.
pub(crate) async fn next_sequence(tx: &mut Tx, id: ProductId, events: i64) -> Result<i64> {
    let told: i64 = tx.query_one(&COUNT_TOLD, params![id, events]).await?.get("told")?;
    Ok(told - events + 1)
}

pub(super) fn read(row: &Row) -> Result<Product> {
    let (images, metadata) = (row.get("images")?, row.get("metadata")?);
    let catalogue = Catalogue {
        sku: row.get("sku")?,
        name: row.get("name")?,
        description: row.get("description")?,
        images: serde_json::from_value(images).map_err(|e| unreadable(&e))?,
        price: Money::new(row.get("price")?, row.get("currency")?),
        status: status(&row.get::<String>("status")?)?,
        metadata: serde_json::from_value(metadata).map_err(|e| unreadable(&e))?,
    };
    // of the newest version alone: an older program saves without saying who
    let (version, saved_version) = (row.get("version")?, row.get::<Option<i64>>("saved_version")?);
    let saved_by = row.get::<Option<String>>("saved_by")?.filter(|_| saved_version == Some(version));
    Ok(Product {
        id: row.get("id")?,
        catalogue,
        stock: Stock {
            on_hand: row.get("on_hand")?,
            reserved: row.get("reserved")?,
            backorder: row.get("backorder")?,
        },
        version,
        saved_by,
        stock_version: row.get("stock_version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

fn json(value: &impl Serialize) -> Result<serde_json::Value> {
    serde_json::to_value(value).map_err(|e| unreadable(&e))
}

pub(super) fn status_name(status: ProductStatus) -> &'static str {
    match status {
        ProductStatus::Active => "active",
        ProductStatus::Draft => "draft",
        ProductStatus::Deleted => "deleted",
    }
}

fn status(name: &str) -> Result<ProductStatus> {
    let all = [ProductStatus::Active, ProductStatus::Draft, ProductStatus::Deleted];
    let found = all.into_iter().find(|status| status_name(*status) == name);
    found.ok_or_else(|| unreadable(&format!("no product has the status {name}")))
}

fn unreadable(why: &dyn std::fmt::Display) -> Error {
    Error::new(ErrorKind::Other, why.to_string())
}
