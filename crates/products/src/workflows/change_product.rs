//! Changing a product: catalogue data, stock on hand as it was counted, or both, by PUT and by PATCH.

use super::{
    TRIES,
    idempotency::{Key, KeyClaim, begin},
    stock_records::{NewMovement, newest_holders, note, tell_product, tell_stock},
};
use crate::{Products, catalogue::Product, store::products};
use contracts::{
    events::EventType,
    products::{self as wire, ChangeProductError, ProductChange, ProductStatus},
    stock::Reason,
};
use endpoint::{CommonError, HandlerError, IfMatch, WithEtag};
use flow::{Cause, idempotency::settle};
use kernel::id::ProductId;

/// Which changes make the catalogue's version one higher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VersionBump {
    /// Those after which catalogue data is another.
    OnDifference,
    /// All.
    Always,
}

/// Changes a product, once for a key where there is one, and answers with what it is now.
pub(crate) async fn change_product(
    s: &Products,
    cause: &Cause,
    id: ProductId,
    (based_on, change): (&IfMatch, &ProductChange),
    counts: VersionBump,
    key: Option<Key>,
) -> Result<WithEtag<wire::Product>, HandlerError<ChangeProductError>> {
    let once = async || change_once(s, cause, id, (based_on, change), counts, key).await;
    let product = match s.db.with_retry(TRIES, once).await {
        Ok(changed) => changed?,
        Err(error) if products::is_sku_taken(&error) => {
            let sku = change.sku.as_deref().unwrap_or_default();
            // none: it has become free in the meantime
            let owner = products::sku_owner(&s.db, sku).await?;
            return Err(owner.map_or(CommonError::Unavailable { retry_after: 1 }.into(), |product_id| {
                HandlerError::Declared(ChangeProductError::SkuTaken { product_id })
            }));
        }
        Err(error) => return Err(error.into()),
    };
    s.journal.wake();
    Ok(WithEtag { etag: product.etag(), body: product.show() })
}

type ProductResult = Result<Product, HandlerError<ChangeProductError>>;

async fn change_once(
    s: &Products,
    cause: &Cause,
    id: ProductId,
    (based_on, change): (&IfMatch, &ProductChange),
    counts: VersionBump,
    key: Option<Key>,
) -> db::Result<ProductResult> {
    let mut tx = match begin(s, key).await? {
        KeyClaim::New(tx) => tx,
        KeyClaim::BodyMismatch => return Ok(Err(CommonError::KeyReused.into())),
        // it has had its effect, whatever was done since
        KeyClaim::Replay { .. } => {
            let now = products::find(&s.db, id).await?;
            return Ok(now.filter(is_there).ok_or(CommonError::NotFound.into()));
        }
    };
    let before = products::lock(&mut tx, id).await?;
    let before = before.filter(is_there);
    let Some(before) = before else {
        tx.rollback().await?;
        return Ok(Err(CommonError::NotFound.into()));
    };
    let changed = before.changed(change, based_on, s.settings.currency, s.env.now());
    let changed = changed.map(|after| match counts {
        VersionBump::Always => after.counted(&before, s.env.now()),
        VersionBump::OnDifference => after,
    });
    let after = match changed {
        Ok(after) if after.version != before.version => {
            Product { saved_by: Some(cause.actor.clone()), ..after }
        }
        Ok(after) if after != before => after,
        mut as_it_is => {
            if let Err(HandlerError::Declared(ChangeProductError::StockReserved { placement_ids, .. })) =
                &mut as_it_is
            {
                *placement_ids = newest_holders(&mut tx, id).await?;
            }
            tx.rollback().await?; // the answer may rest on what is not durable yet (R9)
            return Ok(as_it_is);
        }
    };
    products::change(&mut tx, &before, &after).await?;
    if after.version != before.version {
        tell_product(s, &mut tx, cause, EventType::ProductUpdated, &after).await?;
    }
    let counted = after.stock.on_hand - before.stock.on_hand;
    if counted != 0 {
        note(s, &mut tx, cause, id, NewMovement::new(Reason::Count, counted, after.stock.on_hand)).await?;
    }
    tell_stock(s, &mut tx, cause, id, (before.stock, after.stock)).await?;
    if let Some((key, _)) = key {
        settle(&mut tx, key, id, None::<WithEtag<wire::Product>>).await?;
    }
    tx.commit("products.change_product").await?;
    Ok(Ok(after))
}

fn is_there(product: &Product) -> bool {
    product.catalogue.status != ProductStatus::Deleted
}
