//! | request | success | failures |
//! |---|---|---|
//! | `POST /orders`, JWT `{product_id, quantity, total_price}` | 201 `{_id, user_id, product_id, quantity, total_price, status}` | 400 another total; 404 no such product; 409 not enough stock |
//! | `GET /orders/ID`, JWT | 200 one: the caller's own, or any for staff | 401, 404 |
//! | `GET /orders/user/USER_ID`, JWT (`USER_ID` is the username) | 200 a list | 401, 403 another user's |
//! | `PUT /orders/ID` `{status}`, JWT | 200 the order | 400 unknown status; 403; 409 not a legal next status |

use super::{HABITS, SHAPE, pending_restock::PendingRestock, writer};
use crate::{
    Compat, SETTLED, accounts,
    form::number,
    operation::{LegacyService, get, post, put},
    order_placement::{OrderedItem, new_key, place},
    request::FacadeRequest,
    response::{FacadeError, FacadeResponse, refused},
    status_names::status as shown_status,
};
use contracts::{
    auth::User,
    facades::{FindUser, LookUpOrder, SetOrderStatusOnBehalf, TargetStatusRequest, UserNameQuery},
    orders::{
        GetOrder, ListOrders, Order as Kept, OrderFilter, OrderSelection, OrderSort, OrderStatus,
        PlaceOrderError, SetOrderStatusError, TargetStatus,
    },
    products::StockDisplay,
};
use endpoint::{
    Body, Conditional, IfNoneMatch, Json, PageParams, Path, Permission, Query, WithEtag, client::CallError,
};
use kernel::{
    Money,
    canonical_name::key,
    id::{OrderId, ProductId, UserId},
};
use schemars::JsonSchema;
use serde::Serialize;

const NOT_FOUND: &str = "Order not found";
const PAGE: u16 = PageParams::MOST;
/// Pieces of an order.
const QUANTITY_MAX: i64 = 1_000_000;
/// How an order begins.
const PENDING: &str = "pending";
/// The statuses that an order can be given, in the words of the original.
const STATUSES: [(&str, TargetStatus); 5] = [
    ("confirmed", TargetStatus::Confirmed),
    ("shipped", TargetStatus::Shipped),
    ("delivered", TargetStatus::Delivered),
    ("completed", TargetStatus::Completed),
    ("cancelled", TargetStatus::Cancelled),
];

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Order")]
struct EcommerceOrder {
    #[serde(rename = "_id")]
    id: OrderId,
    user_id: String,
    product_id: Option<ProductId>,
    quantity: i64,
    #[schemars(with = "f64")]
    total_price: serde_json::Number,
    status: &'static str,
}

pub(crate) fn orders(compat: Compat) -> LegacyService<Compat> {
    LegacyService::new(compat, "Orders of products.", SHAPE)
        .with_habits(HABITS)
        .on(
            post("/orders", "Places an order.")
                .takes(&["product_id", "quantity#", "total_price#?"])
                .signed_in()
                .answers::<EcommerceOrder>(201, "The order; its stock is reserved.")
                .refuses(400, "Something is missing, or the total is another.")
                .refuses(401, "Nobody is signed in.")
                .refuses(404, "There is no such product.")
                .refuses(409, "There is not enough stock."),
            add,
        )
        .on(
            get("/orders/{id}", "Reads an order: one's own, or any for staff.")
                .signed_in()
                .answers::<EcommerceOrder>(200, "It.")
                .refuses(401, "Nobody is signed in.")
                .refuses(404, "There is none."),
            read,
        )
        .on(
            put("/orders/{id}", "Gives an order a status.")
                .takes(&["status"])
                .signed_in()
                .answers::<EcommerceOrder>(200, "As it is now.")
                .refuses(400, "There is no such status.")
                .refuses(401, "Nobody is signed in.")
                .refuses(403, "Only staff may.")
                .refuses(404, "There is none.")
                .refuses(409, "It cannot have this status next."),
            change,
        )
        .on(
            get("/orders/user/{user_id}", "Lists a user's orders, by the username.")
                .signed_in()
                .answers::<Vec<EcommerceOrder>>(200, "The orders.")
                .refuses(401, "Nobody is signed in.")
                .refuses(403, "They are another user's."),
            list,
        )
}

/// The name by which this original knows a user: whatever they sign in with.
fn name_of(user: &User) -> String {
    user.username.clone().or_else(|| user.email.clone()).unwrap_or_else(|| user.id.to_string())
}

fn shown(order: Kept, user_id: String) -> EcommerceOrder {
    let line = order.lines.first();
    let product = line.and_then(|line| line.product_id);
    // of what was imported the line has no product, and what was settled before is taken off
    let product_then = || order.metadata.get("imported_product").and_then(|id| id.parse().ok());
    let settled = order.adjustments.iter().filter(|adjustment| adjustment.title == SETTLED);
    let total = order.total.minor - settled.map(|adjustment| adjustment.amount.minor).sum::<i64>();
    EcommerceOrder {
        id: order.id,
        user_id,
        product_id: product.or_else(product_then),
        // one that came by another way may have several lines: so many pieces came to this total
        quantity: order.lines.iter().map(|line| line.quantity).sum(),
        total_price: number(Money::new(total, order.total.currency)),
        status: shown_status(&order),
    }
}

/// An order of whoever it is, for somebody who may see it.
async fn shown_to(
    compat: &Compat,
    asked: &FacadeRequest,
    viewer: &User,
    order: Kept,
) -> Result<EcommerceOrder, FacadeError> {
    let owner = match order.user_id == viewer.id {
        true => name_of(viewer),
        false => name_of(&accounts::find(compat, &asked.cx, order.user_id).await?),
    };
    Ok(shown(order, owner))
}

async fn add(compat: Compat, asked: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    let user = accounts::bearer(&compat, &asked).await?;
    let form = asked.form()?;
    let product = form.opaque("product_id")?;
    let quantity = form.whole("quantity")?.ok_or_else(|| refused(400, "quantity is required"))?;
    if quantity < 1 {
        return Err(refused(400, "quantity: a number from 1 is expected"));
    }
    let total = form.money("total_price", compat.currency)?;
    let product = product.trim().parse().map_err(|_| refused(404, "Product not found"))?;
    if quantity > QUANTITY_MAX {
        return Err(too_many(&compat, &asked, product, quantity).await?);
    }
    let placed =
        place(&compat, &asked.cx, user.id, new_key(&compat), OrderedItem::Product(product, quantity), total)
            .await;
    let order = placed.map_err(|error| match error {
        CallError::Refused(PlaceOrderError::NotOnSale { .. }) => refused(404, "Product not found"),
        CallError::Refused(PlaceOrderError::InsufficientStock { errors }) => {
            let left = errors.first().map_or(0, |short| short.available);
            not_enough(&compat, left)
        }
        CallError::Refused(PlaceOrderError::PriceChanged { actual, .. }) => {
            refused(400, format!("total_price is not price × quantity, which is {}", actual.decimal()))
        }
        error => error.into(),
    })?;
    Ok(FacadeResponse::created(&shown(order, name_of(&user))))
}

/// That there are fewer: how many, where the shop shows counts.
fn not_enough(compat: &Compat, left: i64) -> FacadeError {
    let left = match compat.show_stock {
        StockDisplay::Level if left > 0 => "fewer than that are".to_owned(),
        _ => left.to_string(),
    };
    refused(409, format!("Not enough stock: {left} left"))
}

/// Why more pieces than any order can have are refused: as any other number that is not there.
async fn too_many(
    compat: &Compat,
    asked: &FacadeRequest,
    id: ProductId,
    quantity: i64,
) -> Result<FacadeError, FacadeError> {
    let product = super::products::find(compat, &asked.cx, id).await?;
    let left = product.available;
    Ok(match left < quantity && !product.backorder {
        true => not_enough(compat, left),
        false => refused(400, format!("quantity: a number up to {QUANTITY_MAX} is expected")),
    })
}

async fn read(compat: Compat, asked: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    let user = accounts::bearer(&compat, &asked).await?;
    let id: OrderId = asked.named("id", NOT_FOUND)?;
    let cx = asked.with_token(&asked.bearer().unwrap_or_else(|| kernel::Secret::new("")));
    let request = GetOrder { id: Path(id), known: IfNoneMatch(None) };
    let found = compat.orders_as_user.call(&cx, request).await.map_err(not_found)?;
    let Conditional::New { body: order, .. } = found else {
        return Err(refused(500, "The service is not available"));
    };
    // a draft is nothing that this original has
    if order.status == OrderStatus::Draft {
        return Err(refused(404, NOT_FOUND));
    }
    Ok(FacadeResponse::ok(&shown_to(&compat, &asked, &user, order).await?))
}

fn not_found<X: endpoint::ApiError>(error: CallError<X>) -> FacadeError {
    match FacadeError::from(error) {
        FacadeError { status: 404, .. } => refused(404, NOT_FOUND),
        other => other,
    }
}

async fn list(compat: Compat, asked: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    let user = accounts::bearer(&compat, &asked).await?;
    let wanted = asked.part("user_id");
    let is_own = key(&name_of(&user)) == key(wanted) || user.id.to_string() == wanted;
    if !is_own && !accounts::holds(&user, Permission::Orders) {
        return Err(refused(403, "These are another user's orders"));
    }
    let owner = if is_own { Some(user) } else { named(&compat, &asked, wanted).await? };
    let Some(owner) = owner else { return Ok(FacadeResponse::ok(&Vec::<EcommerceOrder>::new())) };
    Ok(FacadeResponse::ok(&all_of(&compat, &asked, &owner).await?))
}

async fn named(compat: &Compat, asked: &FacadeRequest, wanted: &str) -> Result<Option<User>, FacadeError> {
    if let Ok(id) = wanted.parse::<UserId>() {
        return match accounts::find(compat, &asked.cx, id).await {
            Err(FacadeError { status: 404, .. }) => Ok(None),
            found => found.map(Some),
        };
    }
    // nobody has such a name, and no database can be asked for it
    if wanted.contains(char::is_control) {
        return Ok(None);
    }
    let named = Query(UserNameQuery { username: wanted.to_owned() });
    let Json(found) = compat.auth.call(&asked.cx, FindUser { named }).await?;
    Ok(found.user)
}

/// Oldest first, as the original's database gave them.
async fn all_of(
    compat: &Compat,
    asked: &FacadeRequest,
    owner: &User,
) -> Result<Vec<EcommerceOrder>, FacadeError> {
    let cx = asked.cx.clone().acting_for(owner.id);
    let mut all = Vec::new();
    let mut slice = PageParams { limit: Some(PAGE), ..PageParams::default() };
    loop {
        let request = ListOrders {
            filter: Query(OrderFilter { sort: Some(OrderSort::CreatedAt), ..OrderFilter::default() }),
            selection: Query(OrderSelection::default()),
            slice: slice.clone(),
        };
        let Json(page) = compat.orders.call(&cx, request).await?;
        all.extend(page.items.into_iter().map(|order| shown(order, name_of(owner))));
        match page.next_cursor {
            Some(next) => slice.cursor = Some(next),
            None => return Ok(all),
        }
    }
}

async fn change(compat: Compat, asked: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    let user = writer(&compat, &asked, Permission::Orders).await?;
    let id: OrderId = asked.named("id", NOT_FOUND)?;
    let wanted = asked.form()?.text("status")?.to_lowercase();
    let status = STATUSES.iter().find(|(word, _)| *word == wanted).map(|(_, target)| *target);
    if status.is_none() && wanted != PENDING {
        let known = STATUSES.map(|(word, _)| word).join(", ");
        return Err(refused(400, format!("Unknown status; known are: {PENDING}, {known}")));
    }
    let is_money = status == Some(TargetStatus::Confirmed);
    if is_money && !compat.open_writes && !accounts::holds(&user, Permission::Payments) {
        return Err(refused(403, "Only staff for payments may do this"));
    }
    let cx = asked.cx.clone().acting_for(user.id);
    let Json(now) = compat.orders.call(&cx, LookUpOrder { id: Path(id) }).await.map_err(not_found)?;
    // nothing goes back: whoever wants that is told as one is who wants it pending again
    let goes_back =
        matches!((rank(shown_status(&now)), rank(&wanted)), (Some(now), Some(then)) if now > then);
    let status = status.filter(|_| !goes_back);
    let held = match status {
        Some(TargetStatus::Cancelled) => PendingRestock::by(&compat, &cx, &now).await,
        _ => None,
    };
    let request = SetOrderStatusOnBehalf { id: Path(id), target: Body(TargetStatusRequest { status }) };
    let WithEtag { body: order, .. } =
        compat.orders.call(&cx, request).await.map_err(|error| match error {
            CallError::Refused(SetOrderStatusError::IllegalTransition { targets, .. }) => {
                illegal(&wanted, &targets)
            }
            error => not_found(error),
        })?;
    if let Some(held) = held {
        held.until_back(&compat, &cx).await;
    }
    Ok(FacadeResponse::ok(&shown_to(&compat, &asked, &user, order).await?))
}

/// How far an order has come with this status. One that is cancelled is on another way.
fn rank(status: &str) -> Option<usize> {
    [PENDING, "confirmed", "shipped", "delivered", "completed"].iter().position(|word| *word == status)
}

fn illegal(wanted: &str, legal: &[TargetStatus]) -> FacadeError {
    let words = STATUSES.iter().filter(|(_, target)| legal.contains(target)).map(|(word, _)| *word);
    let legal: Vec<&str> = words.collect();
    let legal = if legal.is_empty() { "none".to_owned() } else { legal.join(", ") };
    refused(409, format!("The order cannot become {wanted} now; legal are: {legal}"))
}
