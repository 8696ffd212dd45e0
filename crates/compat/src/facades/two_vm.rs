//! `two-vm`: users on port 5001, orders on port 5002.
//!
//! | request | success | failures |
//! |---|---|---|
//! | `POST /users` `{name, email, password, address?}` | 201 `{message}` | 400 |
//! | `GET /users`, staff | 200 `{users: [{id, name, email, address}]}` | 403 |
//! | `POST /users/login` `{email, password}` | 200 `{token}` | 401 |
//! | `GET /users/token/TOKEN` | 200 `{valid}` | 401 |
//! | `POST /orders` `{item, token}` | 201 `{message}` | 401; 400 no item; 409 none left |
//! | `GET /orders?token=TOKEN` | 200 `{orders: [{order_id, item, status, …}]}` | 401 |
//! | `GET /orders/ID?token=TOKEN` | 200 one, flat | 401; 404 |
//!
//! Errors are `{"error": …}` and never have a `message`, by which the page knows success. The token is checked before
//! the rest; it may also come as `Authorization: Bearer`. `order_id` counts from 1 for each user.

use super::{ERROR, ErrorBody, Message, message};
use crate::{
    Compat,
    accounts::{self, AccountError},
    form::number,
    operation::{LegacyService, get, post},
    order_placement::{OrderedItem, bought, new_key, place, title_of},
    request::FacadeRequest,
    response::{FacadeError, FacadeResponse, refused},
    status_names::plain_status,
    store::{addresses, numbers},
    user_service::{self, TokenCheck, ask},
};
use contracts::{
    auth::{Credentials, ListUsers, LoginError, User as Account, UserFilter},
    facades::{EnsuredAccount, FindProducts, ProductNameQuery},
    orders::{GetOrder, ListOrders, Order as Kept, OrderFilter, OrderSelection, PlaceOrderError},
};
use endpoint::{Conditional, IfNoneMatch, Json, PageParams, Path, Query, client::CallError};
use kernel::{
    Secret,
    id::{OrderId, ProductId, UserId},
};
use schemars::JsonSchema;
use serde::Serialize;

/// The space of its users' ids. Each user's orders count in one of their own.
const USERS: &str = "two-vm/users";
const PAGE: u16 = PageParams::MOST;
const NO_TOKEN: &str = "Invalid or missing token";
const NO_ORDER: &str = "Order not found";
const ELSEWHERE: &str = "The user service elsewhere does not answer.";

fn orders_of(user: UserId) -> String {
    format!("two-vm/orders/{user}")
}

#[derive(Debug, Serialize, JsonSchema)]
struct User {
    id: i64,
    name: String,
    email: String,
    address: Option<String>,
}
#[derive(Debug, Serialize, JsonSchema)]
struct Users {
    users: Vec<User>,
}
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Token")]
struct TwoVmToken {
    token: Secret,
}
#[derive(Debug, Serialize, JsonSchema)]
struct Valid {
    valid: bool,
}
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Order")]
struct TwoVmOrder {
    order_id: i64,
    /// The same order at `/v1`.
    v1_id: OrderId,
    item: String,
    status: &'static str,
    quantity: i64,
    #[schemars(with = "f64")]
    total: serde_json::Number,
}
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Orders")]
struct TwoVmOrders {
    orders: Vec<TwoVmOrder>,
}

pub(crate) fn users(compat: Compat) -> LegacyService<Compat> {
    LegacyService::new(compat, "Users: register, sign in, check a token.", ERROR)
        .on(
            post("/users", "Adds a user.")
                .hashes()
                .takes(&["name", "email", "password", "address?"])
                .answers::<Message>(201, "It is done.")
                .refuses(400, "A member is missing, or the email is in use."),
            add_user,
        )
        .on(
            get("/users", "Lists all users, for staff.")
                .query(&["token"])
                .signed_in()
                .or_another_way()
                .answers::<Users>(200, "The users.")
                .refuses(403, "Only staff may."),
            list_users,
        )
        .on(
            post("/users/login", "Signs in.")
                .signs_in()
                .takes(&["email", "password"])
                .answers::<TwoVmToken>(200, "A token.")
                .refuses(401, "Email or password are wrong."),
            login,
        )
        .on(
            get("/users/token/{token}", "Checks a token.")
                .answers::<Valid>(200, "It is good.")
                .refuses(401, "It is not."),
            check,
        )
}

pub(crate) fn orders(compat: Compat) -> LegacyService<Compat> {
    LegacyService::new(compat, "Orders of items by a user with a token.", ERROR)
        .on(
            post("/orders", "Places an order.")
                .takes(&["item", "token?"])
                .signed_in()
                .or_another_way()
                .answers::<Message>(201, "It is placed.")
                .refuses(400, "There is no item.")
                .refuses(401, "The token is missing or not good.")
                .refuses(409, "There is none left of it.")
                .refuses(503, ELSEWHERE),
            add_order,
        )
        .on(
            get("/orders", "Lists the user's orders.")
                .query(&["token"])
                .signed_in()
                .or_another_way()
                .answers::<TwoVmOrders>(200, "The orders.")
                .refuses(401, "The token is missing or not good.")
                .refuses(503, ELSEWHERE),
            list_orders,
        )
        .on(
            get("/orders/{id}", "Reads an order.")
                .query(&["token"])
                .signed_in()
                .or_another_way()
                .answers::<TwoVmOrder>(200, "It.")
                .refuses(401, "The token is missing or not good.")
                .refuses(404, "The user has no such order.")
                .refuses(503, ELSEWHERE),
            read_order,
        )
}

async fn add_user(compat: Compat, asked: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    let form = asked.form()?;
    let (name, email, address) = (form.line("name")?, form.line("email")?, form.prose("address")?);
    let password = accounts::password(form.opaque("password")?, 1)?;
    let account = EnsuredAccount {
        username: None,
        email: Some(email),
        name: Some(name.clone()),
        password: Some(password),
    };
    let user =
        accounts::keep(&compat, &asked.cx, compat.env.id(), account).await.map_err(|not| match not {
            AccountError::EmailTaken | AccountError::UsernameTaken => {
                refused(400, "This email is already in use")
            }
            AccountError::Refused(refused) => refused,
        })?;
    if let Some(address) = address.filter(|address| !address.is_empty()) {
        addresses::put(&compat.db, user.id, &address).await?;
    }
    numbers::number_of(&compat.db, USERS, user.id).await?;
    Ok(FacadeResponse::created(&message(format!("User {name} added successfully!"))))
}

async fn list_users(compat: Compat, asked: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    let forbidden = || refused(403, "Only staff may list users");
    let cx = asked.with_token(&token(&asked).ok_or_else(forbidden)?);
    let mut all = Vec::new();
    let mut slice = PageParams { limit: Some(PAGE), ..PageParams::default() };
    loop {
        let request = ListUsers { filter: Query(UserFilter::default()), slice: slice.clone() };
        let page = compat.auth_as_user.call(&cx, request).await;
        let Json(page) = page.map_err(|error| match FacadeError::from(error) {
            FacadeError { status: 401 | 403, .. } => forbidden(),
            other => other,
        })?;
        all.extend(page.items);
        match page.next_cursor {
            Some(next) => slice.cursor = Some(next),
            None => break,
        }
    }
    let mut users = Vec::new();
    // the oldest first, so that numbers rise with age
    for Account { id, name, username, email, .. } in all.into_iter().rev() {
        // its users all had both
        let email = email.unwrap_or_default();
        let name = name.or(username).unwrap_or_else(|| email.clone());
        let address = addresses::find(&compat.db, id).await?;
        let id = numbers::number_of(&compat.db, USERS, id).await?;
        users.push(User { id, name, email, address });
    }
    Ok(FacadeResponse::ok(&Users { users }))
}

async fn login(compat: Compat, asked: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    let wrong = || Ok(FacadeResponse::new(401, &ErrorBody { error: "Invalid email or password" }));
    let form = asked.form().cloned().unwrap_or_default();
    let (Ok(email), Ok(password)) = (form.opaque("email"), form.secret("password")) else { return wrong() };
    let email = Some(email.trim().to_owned());
    let credentials = Credentials { username: None, email, password, device_token: None };
    match accounts::sign_in(&compat, &asked.cx, credentials).await {
        Ok(signed_in) => Ok(FacadeResponse::ok(&TwoVmToken { token: signed_in.access_token })),
        Err(CallError::Refused(LoginError::InvalidCredentials | LoginError::AccountDisabled)) => wrong(),
        Err(error) => Err(error.into()),
    }
}

async fn check(compat: Compat, asked: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    match accounts::owner(&compat, &asked.cx, Secret::new(asked.part("token"))).await? {
        Some(_) => Ok(FacadeResponse::ok(&Valid { valid: true })),
        None => Err(refused(401, "Invalid token")),
    }
}

/// The token of a request, wherever it is.
fn token(asked: &FacadeRequest) -> Option<Secret> {
    let in_body = || asked.form().ok()?.secret("token").ok();
    asked.bearer().or_else(|| asked.parameter("token").map(Secret::new)).or_else(in_body)
}

/// Whose token it is. A user service elsewhere has to know it too.
async fn user(compat: &Compat, asked: &FacadeRequest) -> Result<Account, FacadeError> {
    let token = token(asked).ok_or_else(|| refused(401, NO_TOKEN))?;
    if compat.user_url.is_some() {
        let shown = percent_encoding::utf8_percent_encode(token.expose(), percent_encoding::NON_ALPHANUMERIC);
        match ask(compat, &format!("/users/token/{shown}")).await {
            TokenCheck::Valid(_) => {}
            TokenCheck::Invalid => return Err(refused(401, NO_TOKEN)),
            TokenCheck::Busy => return Err(user_service::busy()),
            TokenCheck::Late | TokenCheck::NoResponse => {
                return Err(refused(503, "The user service is not available"));
            }
        }
    }
    let owner = accounts::owner(compat, &asked.cx, token).await?;
    if owner.is_none() && compat.user_url.is_some() {
        tracing::warn!(
            url = compat.user_url(),
            "user service accepted a token of another shop; both must belong to one shop (docs/moving.md)"
        );
    }
    owner.ok_or_else(|| refused(401, NO_TOKEN))
}

async fn add_order(compat: Compat, asked: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    let user = user(&compat, &asked).await?;
    let item = asked.form()?.text("item")?;
    // what is longer than any name, or has several lines, is no product's
    let called = if title_of(&item) == item { product_called(&compat, &asked, &item).await? } else { None };
    let of = match called {
        Some(product) => OrderedItem::Product(product, 1),
        None => OrderedItem::Text(item),
    };
    let placed = place(&compat, &asked.cx, user.id, new_key(&compat), of, None).await;
    let order = placed.map_err(|error| match error {
        CallError::Refused(PlaceOrderError::InsufficientStock { .. } | PlaceOrderError::NotOnSale { .. }) => {
            refused(409, "There is none left of this item")
        }
        error => error.into(),
    })?;
    numbers::number_of(&compat.db, &orders_of(user.id), order.id).await?;
    Ok(FacadeResponse::created(&message("Order placed successfully!")))
}

/// The product on sale that is called just this, if there is exactly one.
async fn product_called(
    compat: &Compat,
    asked: &FacadeRequest,
    item: &str,
) -> Result<Option<ProductId>, FacadeError> {
    let named = Query(ProductNameQuery { name: item.to_owned() });
    let Json(found) = compat.products.call(&asked.cx, FindProducts { named }).await?;
    Ok(if let [only] = &found.items[..] { Some(only.id) } else { None })
}

fn shown(order_id: i64, order: Kept) -> TwoVmOrder {
    let status = plain_status(&order);
    let quantity = order.lines.iter().map(|line| line.quantity).sum();
    TwoVmOrder {
        order_id,
        v1_id: order.id,
        item: bought(&order),
        status,
        quantity,
        total: number(order.total),
    }
}

async fn list_orders(compat: Compat, asked: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    let user = user(&compat, &asked).await?;
    let cx = asked.cx.acting_for(user.id);
    let mut all: Vec<Kept> = Vec::new();
    let mut slice = PageParams { limit: Some(PAGE), ..PageParams::default() };
    loop {
        let request = ListOrders {
            filter: Query(OrderFilter::default()),
            selection: Query(OrderSelection::default()),
            slice: slice.clone(),
        };
        let Json(page) = compat.orders.call(&cx, request).await?;
        all.extend(page.items);
        match page.next_cursor {
            Some(next) => slice.cursor = Some(next),
            None => break,
        }
    }
    let mut orders = Vec::new();
    // the oldest first: one that was placed elsewhere gets its number now
    for order in all.into_iter().rev() {
        let number = numbers::number_of(&compat.db, &orders_of(user.id), order.id).await?;
        orders.push(shown(number, order));
    }
    orders.sort_by_key(|order| order.order_id);
    Ok(FacadeResponse::ok(&TwoVmOrders { orders }))
}

async fn read_order(compat: Compat, asked: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    let user = user(&compat, &asked).await?;
    let number = asked.number("id", NO_ORDER)?;
    let id: Option<OrderId> = numbers::id_of(&compat.db, &orders_of(user.id), number).await?;
    let id = id.ok_or_else(|| refused(404, NO_ORDER))?;
    let cx = asked.cx.acting_for(user.id);
    match compat.orders.call(&cx, GetOrder { id: Path(id), known: IfNoneMatch(None) }).await? {
        Conditional::New { body, .. } => Ok(FacadeResponse::ok(&shown(number, body))),
        Conditional::NotModified { .. } => Err(refused(500, "The service is not available")),
    }
}
