//! What of a product is in the search index.

use crate::catalogue::Catalogue;
use db::{Result, Tx};
use kernel::id::ProductId;

/// Indexes a product in the transaction that writes it.
pub(super) async fn write(tx: &mut Tx, id: ProductId, catalogue: &Catalogue) -> Result<()> {
    search::write(tx, id.uuid(), &catalogue.document()).await
}
