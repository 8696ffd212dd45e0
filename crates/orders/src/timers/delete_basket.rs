//! `delete_basket`: nobody has changed a basket for a long time.

use crate::{Orders, store, workflows::kinds};
use endpoint::Context;
use flow::{ConsumeError, DueTimer, timer};
use kernel::id::BasketId;

pub(super) async fn delete_basket(
    s: Orders,
    _: Context,
    id: BasketId,
    _: DueTimer,
) -> Result<(), ConsumeError> {
    let mut tx = s.db.begin().await?;
    let basket = store::baskets::lock(&mut tx, id, s.settings.currency).await?;
    let now = tx.now().await?;
    if let Some(kept_until) = basket.map(|basket| basket.expires_at).filter(|until| *until > now) {
        // it was changed since the timer was set
        timer::set(&mut tx, kinds::FORGET_BASKET, id, kept_until, &()).await?;
        return Ok(tx.commit("orders.keep_basket").await?);
    }
    store::baskets::forget(&mut tx, id).await?;
    timer::clear(&mut tx, kinds::FORGET_BASKET, id).await?;
    Ok(tx.commit("orders.forget_basket").await?)
}
