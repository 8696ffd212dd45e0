//! The visitor's basket, which orders stores.

use crate::session::{
    basket_cookie::BasketCookie, page_error::PageError, request::RequestContext, tokens::Session,
};
use contracts::orders::{
    AddToBasket, Basket, BasketLine, BasketProblemCode, BasketStatus, CreateBasket, GetBasket, GetMyBasket,
    MergeBasket, NewBasket, NewBasketItem, UpdateBasketError,
};
use endpoint::{
    ApiError, Body, Context, Created, Json, NoErrors, OptionalIdempotencyKey, Path, WithEtag,
    client::CallError,
};
use kernel::id::BasketId;
use std::time::Duration;

/// Two windows that start a basket within this time start the same one.
const AT_ONCE: Duration = Duration::from_secs(60);
/// The open basket of the visitor.
pub(crate) async fn find(visit: &RequestContext) -> Result<Option<Basket>, PageError> {
    find_all(visit).await.map(|(found, _)| found)
}

/// The open basket, and whether part of the guest's basket did not fit into it at sign-in. That part stays in the guest's
/// basket and is moved once there is room.
pub(crate) async fn find_all(visit: &RequestContext) -> Result<(Option<Basket>, bool), PageError> {
    let (orders, cx) = (&visit.web.needs.orders, &visit.cx);
    let (found, guests) = match (&visit.session, visit.basket.guests) {
        (Some(_), guests) => account_basket(visit, cx, guests).await?,
        (None, Some(id)) => (there(orders.call(cx, GetBasket { id: Path(id) }).await)?, Some(id)),
        (None, None) => (None, None),
    };
    let open = found.filter(|basket| basket.status == BasketStatus::Open);
    update_cookie(visit, guests.filter(|_| open.is_some()), open.as_ref());
    let is_left_out = visit.session.is_some() && guests.is_some() && open.is_some();
    Ok((open, is_left_out))
}

/// Moves the guest's basket into the account's at sign-in. Signing in does not depend on it: a failed move is repeated when the
/// basket is next read.
pub(crate) async fn merge_at_sign_in(visit: &RequestContext, session: &Session) {
    let cx = Context { bearer: session.bearer(), ..visit.cx.clone() };
    match account_basket(visit, &cx, visit.basket.guests).await {
        Ok((mine, guests)) => update_cookie(visit, guests, mine.as_ref()),
        Err(_) => tracing::info!("a basket does not come along yet"),
    }
}

/// The basket of the account after merging the guest's, and the guest's where something is left in it.
async fn account_basket(
    visit: &RequestContext,
    cx: &Context,
    guests: Option<BasketId>,
) -> Result<(Option<Basket>, Option<BasketId>), PageError> {
    let orders = &visit.web.needs.orders;
    if let Some(id) = guests {
        let merge = MergeBasket { id: Path(id) };
        // a guest's basket that was deleted leaves nothing to merge
        if let Some(Json(merged)) = found(orders.call(cx, merge).await)? {
            let left = Some(id).filter(|_| !merged.left_out.is_empty());
            return Ok((Some(merged.basket), left));
        }
    }
    Ok((there(orders.call(cx, GetMyBasket {}).await)?, None))
}

/// Why a product was not added.
pub(crate) enum AddToBasketError {
    /// A line can have at most this many units.
    Full(i64),
    Gone,
    Other(PageError),
}

/// Adds units, once per key, into a new basket where there is none, and returns the basket. The cookie stores the form's number.
pub(crate) async fn put(
    visit: &RequestContext,
    item: NewBasketItem,
    key: Option<String>,
    form: &str,
) -> Result<Basket, AddToBasketError> {
    if visit.session.is_none()
        && let Some(id) = visit.basket.guests
        && let Some(basket) = add(visit, id, item, key.clone()).await?
    {
        store_form(visit, Some(id), &basket, form);
        return Ok(basket);
    }
    let begun = begin(visit).await?;
    let Some(basket) = add(visit, begun, item, key).await? else {
        return Err(AddToBasketError::Other(PageError::Unavailable));
    };
    let guests = if visit.session.is_none() { Some(begun) } else { visit.basket.guests };
    store_form(visit, guests, &basket, form);
    Ok(basket)
}

/// A new open basket. Two windows of a guest that start at the same moment get the same one: neither knows yet what the other
/// will store.
async fn begin(visit: &RequestContext) -> Result<BasketId, AddToBasketError> {
    if visit.session.is_none() {
        let now = visit.web.needs.env.now();
        let id = visit.web.basket_ids.id(&visit.visitor(), now);
        match make(visit, Some(id)).await {
            Ok(made) if made.status == BasketStatus::Open && now.since(made.created_at) < AT_ONCE => {
                return Ok(made.id);
            }
            // an older basket of this visitor: its content is not for the next person at this screen
            Ok(_) => {}
            // version 0.1.0 takes no IDs; and an ID that somebody else has is refused
            Err(CallError::Problem(problem)) if matches!(problem.status, 400 | 422) => {}
            Err(error) => return Err(AddToBasketError::Other(error.into())),
        }
    }
    make(visit, None).await.map(|made| made.id).map_err(|error| AddToBasketError::Other(error.into()))
}

async fn make(visit: &RequestContext, id: Option<BasketId>) -> Result<Basket, CallError<NoErrors>> {
    let request = CreateBasket { basket: Body(NewBasket { id }) };
    visit.web.needs.orders.call(&visit.cx, request).await.map(|Created { body, .. }| body)
}

/// The basket after adding; none where it is closed or deleted.
async fn add(
    visit: &RequestContext,
    id: BasketId,
    item: NewBasketItem,
    key: Option<String>,
) -> Result<Option<Basket>, AddToBasketError> {
    let request = AddToBasket { id: Path(id), key: OptionalIdempotencyKey(key), item: Body(item) };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(WithEtag { body, .. }) => Ok(Some(body)),
        Err(CallError::Refused(UpdateBasketError::BasketClosed { .. })) => Ok(None),
        Err(CallError::Refused(UpdateBasketError::BasketFull { quantity_max, .. })) => {
            Err(AddToBasketError::Full(quantity_max))
        }
        Err(CallError::Refused(UpdateBasketError::NotOnSale { .. })) => Err(AddToBasketError::Gone),
        Err(CallError::Problem(problem)) if problem.status == 404 => Ok(None),
        Err(error) => Err(AddToBasketError::Other(error.into())),
    }
}

/// Stores in the cookie what the basket holds now.
pub(crate) fn update_cookie(visit: &RequestContext, guests: Option<BasketId>, basket: Option<&Basket>) {
    let now = BasketCookie { guests, ..visit.basket.clone() }.counting(basket);
    if now != visit.basket {
        visit.keep(&now);
    }
}

/// The same for the basket that pages show.
pub(crate) fn update_cookie_shown(visit: &RequestContext, basket: Option<&Basket>) {
    update_cookie(visit, visit.basket.guests, basket);
}

/// The same after the form with this number has changed the basket.
pub(crate) fn update_cookie_after(visit: &RequestContext, basket: &Basket, form: &str) {
    store_form(visit, visit.basket.guests, basket, form);
}

fn store_form(visit: &RequestContext, guests: Option<BasketId>, basket: &Basket, form: &str) {
    let now = BasketCookie { guests, ..visit.basket.clone() }.counting(Some(basket));
    visit.keep(&now.with(form));
}

/// Whether the basket has a problem that prevents an order: too few units, or products that are no longer sold.
pub(crate) fn is_blocked(basket: &Basket) -> bool {
    basket.problems.iter().any(|problem| problem.code != BasketProblemCode::PriceChanged)
}

fn there<X: ApiError>(answer: Result<WithEtag<Basket>, CallError<X>>) -> Result<Option<Basket>, PageError> {
    found(answer).map(|found| found.map(|WithEtag { body, .. }| body))
}

/// The response; none for status 404.
fn found<T, X: ApiError>(answer: Result<T, CallError<X>>) -> Result<Option<T>, PageError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(CallError::Problem(problem)) if problem.status == 404 => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The current name of a line's product, or the one that it was added with.
pub(crate) fn name_of(line: &BasketLine) -> &str {
    line.product.as_ref().map_or(&line.title, |product| &product.name)
}
