//! The words by which products are found.

use crate::catalogue::Catalogue;
use db::{Result, Tx, params, statements};
use kernel::id::ProductId;
use std::collections::BTreeSet;

statements! {
    INSERT = {
        sqlite: "insert into product_word (product_id, word) select $1, value from rarray($2)",
        postgres: "insert into product_word (product_id, word)
                   select cast($1 as uuid), unnest(cast($2 as text[]))",
    };
    DELETE = "delete from product_word where product_id = $1 and word = any($2)";
    OF_PRODUCT = "select word from product_word where product_id = $1";
}

/// Brings a product's words from what they were, where it was there, to what they are.
pub(super) async fn change(
    tx: &mut Tx,
    id: ProductId,
    old: Option<&Catalogue>,
    new: &Catalogue,
) -> Result<()> {
    let has_same_text =
        |old: &Catalogue| old.name == new.name && old.sku == new.sku && old.description == new.description;
    if old.is_some_and(has_same_text) {
        return Ok(());
    }
    let stored = if old.is_some() { stored(tx, id).await? } else { BTreeSet::new() };
    set(tx, id, &stored, &new.words()).await
}

/// Writes a product's words in place of what an older program has written.
pub(super) async fn replace(tx: &mut Tx, id: ProductId, catalogue: &Catalogue) -> Result<()> {
    let stored = stored(tx, id).await?;
    set(tx, id, &stored, &catalogue.words()).await
}

async fn stored(tx: &mut Tx, id: ProductId) -> Result<BTreeSet<String>> {
    tx.query(&OF_PRODUCT, params![id]).await?.iter().map(|row| row.get("word")).collect()
}

async fn set(tx: &mut Tx, id: ProductId, old: &BTreeSet<String>, new: &BTreeSet<String>) -> Result<()> {
    let only_in =
        |a: &BTreeSet<String>, b: &BTreeSet<String>| -> Vec<String> { a.difference(b).cloned().collect() };
    let (gone, come) = (only_in(old, new), only_in(new, old));
    if !gone.is_empty() {
        tx.run(&DELETE, params![id, gone]).await?;
    }
    if !come.is_empty() {
        tx.run(&INSERT, params![id, come]).await?;
    }
    Ok(())
}
