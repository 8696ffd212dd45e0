//! `express-pair`: users on port 3000, orders on port 3001. The original asks nobody who they are.
//!
//! | request | success |
//! |---|---|
//! | `GET /api/user` | 200 `{"id": 1, "name": "John Doe", "email": "john@example.com"}` |
//! | `GET /api/order` | 200 `{"orderId": 101, "user": {…}, "product": {"name": "Sample Product", "price": 100}, "status": "created"}` |
//!
//! Each call of `/api/order` places an order of one *Sample Product* for John Doe; `orderId` counts up from 101. The
//! product is always what the answer says of it: one that staff have changed or deleted is left to them, and another one
//! is made.
//! `user` is what the user service answered. Without it: 500 `{"message": "Failed to create order"}` within 2 s, and
//! no order is placed. Where the shop has too much to do, or takes longer, the same message comes with 503 and `Retry-After`;
//! if it took longer, an order may have been placed.

use super::MESSAGE;
use crate::{
    Compat,
    accounts::{self, SeedUsers},
    operation::{LegacyQuirks, LegacyService, get},
    order_placement::{OrderedItem, new_key, place},
    request::FacadeRequest,
    response::{FacadeError, FacadeResponse, refused},
    store::numbers,
    user_service::{self, TokenCheck, ask},
};
use contracts::{
    facades::CreateProductOnBehalf,
    orders::PlaceOrderError,
    products::{GetProduct, NewProduct, ProductStatus},
};
use endpoint::{Body, Conditional, Context, IfNoneMatch, OptionalIdempotencyKey, Path, client::CallError};
use kernel::{
    Money,
    id::{ProductId, UserId},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;
use std::time::Duration;
use tokio::time::timeout;

/// Express tells paths apart by neither, unless it is told to.
const HABITS: LegacyQuirks = LegacyQuirks { slashes: true, any_case: true, indents: false };
const USERS: &str = "express-pair/users";
const ORDERS: &str = "express-pair/orders";
/// The number that the original gave every order, and the first of ours.
const FIRST_ORDER: i64 = 101;
/// Binds the first sample product for ever: it is made once. Each later one has a key that follows from the one before.
const PRODUCT_KEY: &str = "facade:express-pair/sample-product";
/// It answers within 2 s, whatever its user service and the shop do.
const WITHIN: Duration = Duration::from_millis(1750);
const FAILED: &str = "Failed to create order";
/// So often an order is tried whose product staff change under it.
const TRIES: u32 = 3;

#[derive(Debug, Serialize, JsonSchema)]
struct User {
    id: i64,
    name: &'static str,
    email: &'static str,
}
const JOHN: User = User { id: 1, name: "John Doe", email: "john@example.com" };

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Product")]
struct ExpressProduct {
    name: &'static str,
    price: i64,
}
const SAMPLE: ExpressProduct = ExpressProduct { name: "Sample Product", price: 100 };

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Order")]
struct ExpressOrder {
    #[serde(rename = "orderId")]
    order_id: i64,
    /// What the user service answered.
    #[schemars(with = "User")]
    user: Box<RawValue>,
    product: ExpressProduct,
    status: &'static str,
}

pub(crate) fn users(compat: Compat) -> LegacyService<Compat> {
    LegacyService::new(compat, "The user.", MESSAGE)
        .with_habits(HABITS)
        .on(get("/api/user", "Reads the user.").answers::<User>(200, "John Doe."), read_user)
}

pub(crate) fn orders(compat: Compat) -> LegacyService<Compat> {
    LegacyService::new(compat, "Orders of the sample product, for the user.", MESSAGE).with_habits(HABITS).on(
        get("/api/order", "Places an order.")
            .answers::<ExpressOrder>(200, "The order.")
            .refuses(500, "The user service has not answered, and no order is placed.")
            .refuses(503, "The shop has too much to do, or has not answered in time."),
        place_order,
    )
}

async fn read_user(_: Compat, _: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    Ok(FacadeResponse::ok(&JOHN))
}

async fn place_order(compat: Compat, asked: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    let cx = asked.cx.within(WITHIN);
    timeout(WITHIN, placed(&compat, &cx)).await.unwrap_or_else(|_| {
        tracing::warn!("order placement timed out");
        Err(refused(503, FAILED))
    })
}

async fn placed(compat: &Compat, cx: &Context) -> Result<FacadeResponse, FacadeError> {
    let failed = |why: FacadeError| {
        tracing::warn!(%why, "order placement rejected");
        match why.status {
            429 | 503 => FacadeError { retry_after: why.retry_after, ..refused(503, FAILED) },
            507 => refused(507, FAILED),
            _ => refused(500, FAILED),
        }
    };
    // the order comes last: without a user there is none
    let user = match ask(compat, "/api/user").await {
        TokenCheck::Valid(user) => user,
        TokenCheck::Busy => return Err(user_service::busy()),
        TokenCheck::Late => return Err(refused(503, FAILED)),
        TokenCheck::Invalid | TokenCheck::NoResponse => return Err(refused(500, FAILED)),
    };
    let order_id = order(compat, cx).await.map_err(failed)?;
    Ok(FacadeResponse::ok(&ExpressOrder { order_id, user, product: SAMPLE, status: "created" }))
}

async fn order(compat: &Compat, cx: &Context) -> Result<i64, FacadeError> {
    let samples = compat.samples().get_or_try_init(|| samples(compat, cx)).await?;
    let Some(john) = samples.users.first() else {
        return Err(refused(500, "the samples are not there"));
    };
    let price = Money::parse(&SAMPLE.price.to_string(), compat.currency);
    let price = price.map_err(|error| refused(500, error.to_string()))?;
    for _ in 0..TRIES {
        let product = product(compat, cx, samples, *john, price).await?;
        match place(compat, cx, *john, new_key(compat), OrderedItem::Product(product, 1), Some(price)).await {
            Ok(order) => return Ok(FIRST_ORDER - 1 + numbers::number_of(&compat.db, ORDERS, order.id).await?),
            // staff were faster
            Err(CallError::Refused(
                PlaceOrderError::NotOnSale { .. }
                | PlaceOrderError::PriceChanged { .. }
                | PlaceOrderError::InsufficientStock { .. },
            )) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(refused(503, "the sample product is changing all the time"))
}

/// John Doe, without the address, which may be somebody's.
async fn samples(compat: &Compat, cx: &Context) -> Result<SeedUsers, FacadeError> {
    let users = accounts::from_the_start(compat, cx, USERS, [(JOHN.name, None)]).await?;
    Ok(SeedUsers { users, ..SeedUsers::default() })
}

/// The product that is ordered now.
async fn product(
    compat: &Compat,
    cx: &Context,
    samples: &SeedUsers,
    john: UserId,
    price: Money,
) -> Result<ProductId, FacadeError> {
    let last = *samples.product.lock().await;
    if let Some(id) = last
        && is_sample(compat, cx, id, price).await?
    {
        return Ok(id);
    }
    let mut known = samples.product.lock().await;
    // of many at once the first has found it for all
    if let Some(id) = *known
        && last != *known
    {
        return Ok(id);
    }
    let mut key = PRODUCT_KEY.to_owned();
    loop {
        let id = made(compat, cx, john, price, key).await?;
        if is_sample(compat, cx, id, price).await? {
            *known = Some(id);
            return Ok(id);
        }
        key = format!("{PRODUCT_KEY}/after/{id}");
    }
}

/// Whether the product is still what the answer says, and never out of stock.
async fn is_sample(compat: &Compat, cx: &Context, id: ProductId, price: Money) -> Result<bool, FacadeError> {
    let request = GetProduct { id: Path(id), known: IfNoneMatch(None) };
    match compat.products.call(cx, request).await.map_err(FacadeError::from) {
        Ok(Conditional::New { body, .. }) => Ok(body.name == SAMPLE.name
            && body.price == price
            && body.backorder
            && body.status == ProductStatus::Active),
        Ok(Conditional::NotModified { .. }) | Err(FacadeError { status: 404, .. }) => Ok(false),
        Err(other) => Err(other),
    }
}

/// Makes the product of this key, or tells which one that is.
async fn made(
    compat: &Compat,
    cx: &Context,
    john: UserId,
    price: Money,
    key: String,
) -> Result<ProductId, FacadeError> {
    let product = NewProduct {
        sku: None,
        name: SAMPLE.name.to_owned(),
        description: String::new(),
        images: Vec::new(),
        price: price.into(),
        stock: 0,
        backorder: true,
        status: Default::default(),
        metadata: Default::default(),
    };
    let request = CreateProductOnBehalf { key: OptionalIdempotencyKey(Some(key)), product: Body(product) };
    let created = compat.products.call(&cx.clone().acting_for(john), request).await?;
    Ok(created.body.id)
}
