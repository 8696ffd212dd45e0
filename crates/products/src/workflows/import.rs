//! Takes a product over from another system, with what was on hand there.

use super::stock_records::NewMovement;
use crate::{
    NAME,
    catalogue::{Product, stock_event},
    store::{movements, products},
};
use contracts::{
    events::EventType,
    products::NewProduct,
    stock::{Movement, Reason},
};
use db::{Db, Tx};
use endpoint::ValidateRequest;
use flow::{Cause, Journal};
use kernel::{Currency, Env, Timestamp, id::ProductId};
use std::fmt;

/// A product of another system.
#[derive(Debug, Clone)]
pub struct ImportedProduct {
    /// Its id here, the same each time that it is imported.
    pub id: ProductId,
    /// What it is, and how much of it is on hand.
    pub product: NewProduct,
    /// When it was made there.
    pub created_at: Timestamp,
    /// How often it was changed there: its versions go on from there.
    pub changes: u32,
}

/// Why a product was not taken over.
#[derive(Debug)]
pub enum ProductImportError {
    /// It has not the form that a product must have: what is wrong, in sentences.
    Invalid(Vec<String>),
    /// Another product has its SKU.
    SkuTaken,
    /// What the database says.
    Db(db::Error),
}

impl fmt::Display for ProductImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProductImportError::Invalid(faults) => f.write_str(&faults.join("; ")),
            ProductImportError::SkuTaken => f.write_str("another product of this shop has its SKU"),
            ProductImportError::Db(error) => error.fmt(f),
        }
    }
}
impl std::error::Error for ProductImportError {}
impl From<db::Error> for ProductImportError {
    fn from(error: db::Error) -> Self {
        ProductImportError::Db(error)
    }
}

impl ImportedProduct {
    /// The product, if there can be such a one in a shop of this currency.
    ///
    /// # Errors
    /// [`ProductImportError::Invalid`].
    pub fn check(&self, currency: Currency) -> Result<(), ProductImportError> {
        self.made(currency).map(drop)
    }

    fn made(&self, currency: Currency) -> Result<Product, ProductImportError> {
        let mut faults = Vec::new();
        self.product.check(&mut faults);
        if !faults.is_empty() {
            let told = faults.iter().map(|fault| format!("{}: {}", fault.pointer, fault.detail));
            return Err(ProductImportError::Invalid(told.collect()));
        }
        let price = self.product.price.read(currency);
        price.map_err(|error| ProductImportError::Invalid(vec![format!("/price: {error}")]))?;
        let new = Product::new(self.id, self.product.clone(), currency, self.created_at)
            .map_err(|_| ProductImportError::Invalid(vec!["/price: it is none of this shop's".to_owned()]))?;
        let saved_by = Some(Cause::import().actor);
        Ok(Product { version: new.version + i64::from(self.changes), saved_by, ..new })
    }
}

/// Takes a product over. False: it is there already, and stays as it is.
///
/// # Errors
/// See [`ProductImportError`].
pub async fn import_product(
    db: &Db,
    env: &Env,
    currency: Currency,
    imported: &ImportedProduct,
) -> Result<bool, ProductImportError> {
    // whoever asks for what has changed since a moment is told of what has come in since
    let product = Product { updated_at: env.now(), ..imported.made(currency)? };
    if has_product(db, product.id).await? {
        return Ok(false);
    }
    let mut tx = db.begin().await?;
    let written = write(&mut tx, env, db, &product).await;
    match written {
        Ok(()) => {}
        Err(error) if products::is_sku_taken(&error) => {
            tx.rollback().await?;
            return Err(ProductImportError::SkuTaken);
        }
        Err(error) => return Err(error.into()),
    }
    tx.commit("products.import_product").await?;
    Ok(true)
}

async fn write(tx: &mut Tx, env: &Env, db: &Db, product: &Product) -> db::Result<()> {
    let journal = Journal::new(NAME, env.clone(), db.clone());
    let cause = Cause::import();
    products::insert(tx, product).await?;
    let sequence = products::next_sequence(tx, product.id, 1).await?;
    let created = EventType::ProductCreated;
    journal.record(tx, created, product.id, sequence, &cause, &product.event()).await?;
    let on_hand = product.stock.on_hand;
    if on_hand == 0 {
        return Ok(());
    }
    let NewMovement { delta, on_hand, reason, .. } = NewMovement::new(Reason::Receipt, on_hand, on_hand);
    let movement = Movement {
        id: env.id(),
        product_id: product.id,
        delta,
        on_hand,
        reason,
        placement_id: None,
        actor: cause.actor.clone(),
        note: Some("on hand in the system that it was imported from".to_owned()),
        reference: None,
        at: env.now(),
    };
    movements::insert(tx, &movement, None).await?;
    let sequence = products::next_sequence(tx, product.id, 1).await?;
    let data = stock_event(product.id, product.stock, Vec::new());
    journal.record(tx, EventType::StockAdjusted, product.id, sequence, &cause, &data).await?;
    Ok(())
}

/// Whether there is, or was, a product with this id.
///
/// # Errors
/// What the database says.
pub async fn has_product(db: &Db, id: ProductId) -> db::Result<bool> {
    Ok(products::find(db, id).await?.is_some())
}
