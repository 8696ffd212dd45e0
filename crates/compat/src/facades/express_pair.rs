//! `express-pair`: users on port 3000, orders on port 3001. The original asks nobody who they are.
//!
//! | request | success |
//! |---|---|
//! | `GET /api/user` | 200 `{"id": 1, "name": "John Doe", "email": "john@example.com"}` |
//! | `GET /api/order` | 200 `{"orderId": 101, "user": {…}, "product": {"name": "Sample Product", "price": 100}, "status": "created"}` |
//!
//! Each call of `/api/order` places an order of one *Sample Product* for John Doe; `orderId` counts up from 101.
//! `user` is what the user service answered. Without it: 500 `{"message": "Failed to create order"}` within 2 s, and
//! no order is placed.

use super::MESSAGE;
use crate::{
    Compat,
    asked::Asked,
    operation::{Habits, Service, get},
    people::{self, Samples},
    placing::{Of, new_key, place},
    said::{Refused, Said, refused},
    store::numbers,
    user_service::{self, Told, ask},
};
use contracts::{facades::AddProductFor, products::NewProduct};
use endpoint::{Body, Context, MaybeKey};
use kernel::Money;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;

/// Express tells paths apart by neither, unless it is told to.
const HABITS: Habits = Habits { slashes: true, any_case: true, indents: false };
const USERS: &str = "express-pair/users";
const ORDERS: &str = "express-pair/orders";
/// The number that the original gave every order, and the first of ours.
const FIRST_ORDER: i64 = 101;
/// Binds the sample product for ever: it is made once.
const PRODUCT_KEY: &str = "facade:express-pair/sample-product";

#[derive(Debug, Serialize, JsonSchema)]
struct User {
    id: i64,
    name: &'static str,
    email: &'static str,
}
const JOHN: User = User { id: 1, name: "John Doe", email: "john@example.com" };

#[derive(Debug, Serialize, JsonSchema)]
struct Product {
    name: &'static str,
    price: i64,
}
const SAMPLE: Product = Product { name: "Sample Product", price: 100 };

#[derive(Debug, Serialize, JsonSchema)]
struct Order {
    #[serde(rename = "orderId")]
    order_id: i64,
    /// What the user service answered.
    #[schemars(with = "User")]
    user: Box<RawValue>,
    product: Product,
    status: &'static str,
}

pub(crate) fn users(compat: Compat) -> Service<Compat> {
    Service::new(compat, "The user.", MESSAGE)
        .with_habits(HABITS)
        .on(get("/api/user", "Reads the user.").answers::<User>(200, "John Doe."), read_user)
}

pub(crate) fn orders(compat: Compat) -> Service<Compat> {
    Service::new(compat, "Orders of the sample product, for the user.", MESSAGE).with_habits(HABITS).on(
        get("/api/order", "Places an order.")
            .answers::<Order>(200, "The order.")
            .refuses(500, "The user service has not answered; no order is placed."),
        place_order,
    )
}

async fn read_user(_: Compat, _: Asked) -> Result<Said, Refused> {
    Ok(Said::ok(&JOHN))
}

async fn place_order(compat: Compat, asked: Asked) -> Result<Said, Refused> {
    let failed = |why: Refused| {
        tracing::warn!(%why, "an order was not placed");
        refused(500, "Failed to create order")
    };
    // the order comes last: without a user there is none
    let user = match ask(&compat, "/api/user").await {
        Told::This(user) => user,
        Told::Busy => return Err(user_service::busy()),
        Told::Not | Told::Silent => return Err(refused(500, "Failed to create order")),
    };
    let order_id = order(&compat, &asked.cx).await.map_err(failed)?;
    Ok(Said::ok(&Order { order_id, user, product: SAMPLE, status: "created" }))
}

async fn order(compat: &Compat, cx: &Context) -> Result<i64, Refused> {
    let samples = compat.samples().get_or_try_init(|| samples(compat, cx)).await?;
    let (Some(john), Some(product)) = (samples.users.first(), samples.product) else {
        return Err(refused(500, "the samples are not there"));
    };
    let order = place(compat, cx, *john, new_key(compat), Of::Product(product, 1), None).await?;
    let number = numbers::number_of(&compat.db, ORDERS, order.id).await?;
    Ok(FIRST_ORDER - 1 + number)
}

/// John Doe, without the address, which may be somebody's; and the product, which is never out of stock.
async fn samples(compat: &Compat, cx: &Context) -> Result<Samples, Refused> {
    let users = people::from_the_start(compat, cx, USERS, [(JOHN.name, None)]).await?;
    let price = Money::parse(&SAMPLE.price.to_string(), compat.currency);
    let price = price.map_err(|error| refused(500, error.to_string()))?;
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
    let request = AddProductFor { key: MaybeKey(Some(PRODUCT_KEY.to_owned())), product: Body(product) };
    let created = compat.products.call(&cx.clone().acting_for(users[0]), request).await?;
    Ok(Samples { product: Some(created.body.id), users })
}
