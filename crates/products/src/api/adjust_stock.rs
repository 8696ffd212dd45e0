//! `POST /v1/products/{id}/stock/adjustments`: adjusts stock by a difference; a deleted product's, too, since its
//! orders may still wait for items.

use crate::{
    Products,
    stock::{Stock, StockChangeError},
    store::{movements, products},
    workflows::{
        TRIES,
        idempotency::{Key, KeyClaim, begin},
        stock_records::{NewMovement, newest_holders, note, tell_stock},
    },
};
use contracts::stock::{AdjustStock, AdjustStockError, Adjustment, Movement};
use endpoint::{Body, CommonError, CreatedWithoutEtag, FieldError, HandlerError, Path, Reply};
use flow::{
    Cause, KeyId,
    idempotency::{body_hash, settle},
};
use kernel::id::ProductId;
use ordo_http::{Call, HandlerResult};

/// More units than any shop has; keeps sums in range.
const ON_HAND_MAX: i64 = 1_000_000_000_000;

pub(super) async fn adjust_stock(s: Products, call: Call, asked: AdjustStock) -> HandlerResult<AdjustStock> {
    let AdjustStock { id: Path(id), key, adjustment: Body(adjustment) } = asked;
    let account = call.user()?;
    let route = format!("POST /v1/products/{id}/stock/adjustments");
    let key = key.0.map(|key| (KeyId::of(account, route, &key), body_hash(&adjustment)));
    let cause = Cause::request(account, &call.context);
    let once = async || adjust_once(&s, &cause, key, id, &adjustment).await;
    let answer = s.db.with_retry(TRIES, once).await?;
    s.journal.wake();
    answer
}

async fn adjust_once(
    s: &Products,
    cause: &Cause,
    key: Option<Key>,
    id: ProductId,
    adjustment: &Adjustment,
) -> db::Result<HandlerResult<AdjustStock>> {
    let mut tx = match begin(s, key).await? {
        KeyClaim::New(tx) => tx,
        KeyClaim::BodyMismatch => return Ok(Err(CommonError::KeyReused.into())),
        KeyClaim::Replay { resource, answer } => {
            return again(s, &resource, answer.and_then(|answer| CreatedWithoutEtag::read(&answer).ok()))
                .await;
        }
    };
    let Some(product) = products::lock(&mut tx, id).await? else {
        tx.rollback().await?;
        return Ok(Err(CommonError::NotFound.into()));
    };
    let booked = match &adjustment.reference {
        Some(reference) => movements::booked(&mut tx, id, reference).await?,
        None => None,
    };
    if let Some(movement_id) = booked {
        tx.rollback().await?;
        return Ok(Err(HandlerError::Declared(AdjustStockError::AlreadyBooked { movement_id })));
    }
    let on_hand = product.stock.on_hand;
    if adjustment.on_hand.is_some_and(|reckoned| reckoned != on_hand) {
        tx.rollback().await?;
        return Ok(Err(HandlerError::Declared(AdjustStockError::StockChanged { on_hand })));
    }
    let after = match adjusted(product.stock, adjustment) {
        Ok(after) => after,
        Err(mut refused) => {
            if let HandlerError::Declared(AdjustStockError::StockReserved { placement_ids, .. }) =
                &mut refused
            {
                *placement_ids = newest_holders(&mut tx, id).await?;
            }
            tx.rollback().await?; // the answer may rest on what is not durable yet (R9)
            return Ok(Err(refused));
        }
    };
    products::set_stock(&mut tx, &product, after).await?;
    let Adjustment { delta, reason, note: words, reference, .. } = adjustment.clone();
    let moved = NewMovement { note: words, reference, ..NewMovement::new(reason, delta, after.on_hand) };
    let movement = note(s, &mut tx, cause, id, moved).await?;
    tell_stock(s, &mut tx, cause, id, (product.stock, after)).await?;
    let reply = created(movement);
    if let Some((key, _)) = key {
        settle(&mut tx, key, reply.body.id, Some(reply.clone())).await?;
    }
    tx.commit("products.adjust_stock").await?;
    Ok(Ok(reply))
}

fn adjusted(stock: Stock, adjustment: &Adjustment) -> Result<Stock, HandlerError<AdjustStockError>> {
    let on_hand = stock.on_hand.saturating_add(adjustment.delta);
    if on_hand > ON_HAND_MAX {
        let too_many = FieldError::range("/delta", "that is more than can be kept");
        return Err(CommonError::Unprocessable { errors: vec![too_many] }.into());
    }
    stock.set(on_hand, stock.backorder, adjustment.accept_shortfall).map_err(|why| {
        HandlerError::Declared(match why {
            StockChangeError::BelowZero => AdjustStockError::StockBelowZero { on_hand: stock.on_hand },
            // who it is reserved for is in the database
            StockChangeError::Reserved => {
                AdjustStockError::StockReserved { reserved: stock.reserved, placement_ids: Vec::new() }
            }
        })
    })
}

/// The answer to a key that has had its effect: the same for a day, and after it, too, since a movement never
/// changes.
async fn again(
    s: &Products,
    resource: &str,
    answer: Option<CreatedWithoutEtag<Movement>>,
) -> db::Result<HandlerResult<AdjustStock>> {
    if let Some(answer) = answer {
        return Ok(Ok(answer));
    }
    let movement = match resource.parse() {
        Ok(id) => movements::find(&s.db, id).await?,
        Err(_) => None,
    };
    Ok(movement.map(created).ok_or(CommonError::NotFound.into()))
}

fn created(movement: Movement) -> CreatedWithoutEtag<Movement> {
    let location = format!("/v1/products/{}/stock", movement.product_id);
    CreatedWithoutEtag { location, body: movement }
}
