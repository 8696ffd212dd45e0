//! `POST /v1/products`: adds a product.

use crate::{
    Products,
    catalogue::Product,
    store::products,
    workflows::{
        TRIES,
        idempotency::{Key, KeyClaim, begin},
        stock_records::{NewMovement, note, tell_news, tell_product},
    },
};
use contracts::{
    events::EventType,
    products::{self as wire, CreateProduct, CreateProductError, NewProduct},
    stock::Reason,
};
use endpoint::{Body, CommonError, Created, HandlerError, OptionalIdempotencyKey, Reply};
use flow::{
    Cause, KeyId,
    idempotency::{body_hash, settle},
};
use ordo_http::{Call, HandlerResult};

pub(super) async fn create_product(
    s: Products,
    call: Call,
    asked: CreateProduct,
) -> HandlerResult<CreateProduct> {
    let CreateProduct { key, product: Body(new) } = asked;
    create(s, call, key, new).await
}

/// Adds a product, for whoever calls.
pub(super) async fn create(
    s: Products,
    call: Call,
    key: OptionalIdempotencyKey,
    new: NewProduct,
) -> HandlerResult<CreateProduct> {
    let account = call.user()?;
    let key = key.0.map(|key| (KeyId::of(account, "POST /v1/products", &key), body_hash(&new)));
    let cause = Cause::request(account, &call.context);
    let product = Product::new(s.env.id(), new, s.settings.currency, s.env.now())?;
    let product = Product { saved_by: Some(cause.actor.clone()), ..product };
    let once = async || create_once(&s, &cause, key, &product).await;
    match s.db.with_retry(TRIES, once).await {
        Ok(answer) => {
            s.journal.wake();
            answer
        }
        Err(error) if products::is_sku_taken(&error) => {
            // none: it has become free in the meantime
            let owner = products::sku_owner(&s.db, &product.catalogue.sku).await?;
            Err(owner.map_or(CommonError::Unavailable { retry_after: 1 }.into(), |product_id| {
                HandlerError::Declared(CreateProductError::SkuTaken { product_id })
            }))
        }
        Err(error) => Err(error.into()),
    }
}

async fn create_once(
    s: &Products,
    cause: &Cause,
    key: Option<Key>,
    product: &Product,
) -> db::Result<HandlerResult<CreateProduct>> {
    let mut tx = match begin(s, key).await? {
        KeyClaim::New(tx) => tx,
        KeyClaim::BodyMismatch => return Ok(Err(CommonError::KeyReused.into())),
        KeyClaim::Replay { resource, answer } => {
            return again(s, &resource, answer.and_then(|answer| Created::read(&answer).ok())).await;
        }
    };
    products::insert(&mut tx, product).await?;
    tell_product(s, &mut tx, cause, EventType::ProductCreated, product).await?;
    let on_hand = product.stock.on_hand;
    if on_hand != 0 {
        note(s, &mut tx, cause, product.id, NewMovement::new(Reason::Receipt, on_hand, on_hand)).await?;
        tell_news(s, &mut tx, cause, product.id, product.stock, vec![EventType::StockAdjusted]).await?;
    }
    let reply = created(product);
    if let Some((key, _)) = key {
        settle(&mut tx, key, product.id, Some(reply.clone())).await?;
    }
    tx.commit("products.create_product").await?;
    Ok(Ok(reply))
}

/// The answer to a key that has had its effect: the same for a day, then the product as it is.
async fn again(
    s: &Products,
    resource: &str,
    answer: Option<Created<wire::Product>>,
) -> db::Result<HandlerResult<CreateProduct>> {
    if let Some(answer) = answer {
        return Ok(Ok(answer));
    }
    let product = match resource.parse() {
        Ok(id) => products::find(&s.db, id).await?,
        Err(_) => None,
    };
    Ok(product.as_ref().map(created).ok_or(CommonError::NotFound.into()))
}

fn created(product: &Product) -> Created<wire::Product> {
    Created { location: product.location(), etag: product.etag(), body: product.show() }
}
