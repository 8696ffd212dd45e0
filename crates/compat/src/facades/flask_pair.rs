//! `flask-pair`: users on port 5001, orders on port 5002. The original asks nobody who they are.
//!
//! | request | success | failures |
//! |---|---|---|
//! | `GET /users/ID` | 200 `{name, email}` | 404 |
//! | `POST /users` `{name, email}` | 201 `{user_id}` | 400 |
//! | `GET /orders/ID` | 200 `{user_id, product, user: {name, email}}` | 404 |
//! | `POST /orders` `{user_id, product}` | 201 `{order_id}` | 400; 404 unknown user |
//!
//! Alice (1) and Bob (2) are there from the start, and so are their orders of a Laptop (1) and a Smartphone (2). With
//! the user service down an order still comes, without `user`. Errors are `{"error": …}`.

use super::ERROR;
use crate::{
    Compat,
    accounts::{self, AccountError, SeedUsers},
    operation::{LegacyQuirks, LegacyService, get, post},
    order_placement::{OrderedItem, bought, new_key, place},
    request::FacadeRequest,
    response::{FacadeError, FacadeResponse, refused},
    store::numbers,
    user_service::{self, TokenCheck, ask},
};
use contracts::facades::{EnsuredAccount, LookUpOrder};
use endpoint::{Context, Json, Path};
use kernel::id::{OrderId, UserId};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;

/// As its document's transcripts show its answers.
const HABITS: LegacyQuirks = LegacyQuirks { slashes: false, any_case: false, indents: true };
const USERS: &str = "flask-pair/users";
const ORDERS: &str = "flask-pair/orders";
const NO_USER: &str = "User not found";
const NO_ORDER: &str = "Order not found";
const PEOPLE: [(&str, Option<&str>); 2] =
    [("Alice", Some("alice@example.com")), ("Bob", Some("bob@example.com"))];
/// What they had ordered, in turn.
const PRODUCTS: [&str; 2] = ["Laptop", "Smartphone"];

#[derive(Debug, Serialize, JsonSchema)]
struct User {
    name: Option<String>,
    email: Option<String>,
}
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "UserMade")]
struct FlaskUserCreated {
    user_id: i64,
}
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Order")]
struct FlaskOrder {
    user_id: i64,
    product: String,
    /// What the user service answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<User>")]
    user: Option<Box<RawValue>>,
}
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OrderMade")]
struct FlaskOrderCreated {
    order_id: i64,
}

pub(crate) fn users(compat: Compat) -> LegacyService<Compat> {
    LegacyService::new(compat, "Users.", ERROR)
        .with_habits(HABITS)
        .on(
            get("/users/{id}", "Reads a user.")
                .answers::<User>(200, "The user.")
                .refuses(404, "There is none."),
            read_user,
        )
        .on(
            post("/users", "Adds a user.")
                .hashes()
                .takes(&["name", "email"])
                .answers::<FlaskUserCreated>(201, "The user's id.")
                .refuses(400, "A member is missing, or the email is in use."),
            add_user,
        )
}

pub(crate) fn orders(compat: Compat) -> LegacyService<Compat> {
    LegacyService::new(compat, "Orders of users.", ERROR)
        .with_habits(HABITS)
        .on(
            get("/orders/{id}", "Reads an order.")
                .answers::<FlaskOrder>(200, "The order.")
                .refuses(404, "There is none."),
            read_order,
        )
        .on(
            post("/orders", "Adds an order.")
                .takes(&["user_id#", "product"])
                .answers::<FlaskOrderCreated>(201, "The order's id.")
                .refuses(400, "A member is missing.")
                .refuses(404, "There is no such user."),
            add_order,
        )
}

/// What is there from the start, once for ever.
async fn begun<'a>(compat: &'a Compat, cx: &Context) -> Result<&'a SeedUsers, FacadeError> {
    compat.samples().get_or_try_init(|| samples(compat, cx)).await
}

async fn samples(compat: &Compat, cx: &Context) -> Result<SeedUsers, FacadeError> {
    let users = accounts::from_the_start(compat, cx, USERS, PEOPLE).await?;
    for (user, product) in users.iter().zip(PRODUCTS) {
        // the key is bound forever: however often this is done, there is one such order
        let key = format!("facade:flask-pair/{product}");
        let order = place(compat, cx, *user, key, OrderedItem::Text(product.to_owned()), None).await?;
        numbers::number_of(&compat.db, ORDERS, order.id).await?;
    }
    Ok(SeedUsers { users, ..SeedUsers::default() })
}

async fn user_of(compat: &Compat, number: i64) -> Result<UserId, FacadeError> {
    let id = numbers::id_of(&compat.db, USERS, number).await?;
    id.ok_or_else(|| refused(404, NO_USER))
}

async fn read_user(compat: Compat, asked: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    let samples = begun(&compat, &asked.cx).await?;
    let number = asked.number("id", NO_USER)?;
    let id = user_of(&compat, number).await?;
    let user = accounts::find(&compat, &asked.cx, id).await?;
    // whom this original began with has an address here, be it somebody else's in this shop
    let sample = samples.users.iter().position(|sample| *sample == id).and_then(|at| PEOPLE[at].1);
    let email = user.email.or_else(|| sample.map(str::to_owned));
    Ok(FacadeResponse::ok(&User { name: user.name, email }))
}

/// An account without a password: nobody signs in with it until one is chosen.
async fn add_user(compat: Compat, asked: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    begun(&compat, &asked.cx).await?;
    let form = asked.form()?;
    let (name, email) = (form.line("name")?, form.line("email")?);
    let account = EnsuredAccount { username: None, email: Some(email), name: Some(name), password: None };
    let user =
        accounts::keep(&compat, &asked.cx, compat.env.id(), account).await.map_err(|not| match not {
            AccountError::EmailTaken | AccountError::UsernameTaken => {
                refused(400, "This email is already in use")
            }
            AccountError::Refused(refused) => refused,
        })?;
    Ok(FacadeResponse::created(&FlaskUserCreated {
        user_id: numbers::number_of(&compat.db, USERS, user.id).await?,
    }))
}

async fn read_order(compat: Compat, asked: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    begun(&compat, &asked.cx).await?;
    let number = asked.number("id", NO_ORDER)?;
    let id: Option<OrderId> = numbers::id_of(&compat.db, ORDERS, number).await?;
    let id = id.ok_or_else(|| refused(404, NO_ORDER))?;
    let Json(order) = compat.orders.call(&asked.cx, LookUpOrder { id: Path(id) }).await?;
    let user_id = numbers::number_of(&compat.db, USERS, order.user_id).await?;
    let user = match ask(&compat, &format!("/users/{user_id}")).await {
        TokenCheck::Valid(user) => Some(user),
        // it is there, and may not be asked now: an order without a user would be another answer
        TokenCheck::Busy => return Err(user_service::busy()),
        TokenCheck::Invalid | TokenCheck::Late | TokenCheck::NoResponse => None,
    };
    Ok(FacadeResponse::ok(&FlaskOrder { user_id, product: bought(&order), user }))
}

async fn add_order(compat: Compat, asked: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    begun(&compat, &asked.cx).await?;
    let form = asked.form()?;
    let number = form.whole("user_id")?.ok_or_else(|| refused(400, "user_id is required"))?;
    let product = form.text("product")?;
    let user = user_of(&compat, number).await?;
    let order = place(&compat, &asked.cx, user, new_key(&compat), OrderedItem::Text(product), None).await?;
    Ok(FacadeResponse::created(&FlaskOrderCreated {
        order_id: numbers::number_of(&compat.db, ORDERS, order.id).await?,
    }))
}
