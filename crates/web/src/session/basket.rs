//! The visitor's basket. Orders keeps it; the browser carries, sealed, which one is a guest's, and how much was in it when
//! it was last seen.

use crate::session::{basket_cookie::Carried, page_error::Stop, request::Visit, tokens::Session};
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

/// Windows that begin a basket within this time begin the same one.
const AT_ONCE: Duration = Duration::from_secs(60);
/// The open basket of the visitor, as it is now.
pub(crate) async fn find(visit: &Visit) -> Result<Option<Basket>, Stop> {
    find_all(visit).await.map(|(found, _)| found)
}

/// The same, and whether something that a guest had put in before they signed in found no room in it. That is kept, and comes along
/// once there is.
pub(crate) async fn find_all(visit: &Visit) -> Result<(Option<Basket>, bool), Stop> {
    let (orders, cx) = (&visit.web.needs.orders, &visit.cx);
    let (found, guests) = match (&visit.session, visit.basket.guests) {
        (Some(_), guests) => mine(visit, cx, guests).await?,
        (None, Some(id)) => (there(orders.call(cx, GetBasket { id: Path(id) }).await)?, Some(id)),
        (None, None) => (None, None),
    };
    let open = found.filter(|basket| basket.status == BasketStatus::Open);
    seen(visit, guests.filter(|_| open.is_some()), open.as_ref());
    let is_left_out = visit.session.is_some() && guests.is_some() && open.is_some();
    Ok((open, is_left_out))
}

/// Takes along what a guest has put in before they signed in. Signing in does not depend on it: what could not be taken
/// along now comes with the next look at the basket.
pub(crate) async fn come_along(visit: &Visit, session: &Session) {
    let cx = Context { bearer: session.bearer(), ..visit.cx.clone() };
    match mine(visit, &cx, visit.basket.guests).await {
        Ok((mine, guests)) => seen(visit, guests, mine.as_ref()),
        Err(_) => tracing::info!("a basket does not come along yet"),
    }
}

/// The basket of whoever is signed in, with what was in a guest's; and that one where something is left in it.
async fn mine(
    visit: &Visit,
    cx: &Context,
    guests: Option<BasketId>,
) -> Result<(Option<Basket>, Option<BasketId>), Stop> {
    let orders = &visit.web.needs.orders;
    if let Some(id) = guests {
        let merge = MergeBasket { id: Path(id) };
        // a guest's basket that was forgotten leaves nothing to merge
        if let Some(Json(merged)) = found(orders.call(cx, merge).await)? {
            let left = Some(id).filter(|_| !merged.left_out.is_empty());
            return Ok((Some(merged.basket), left));
        }
    }
    Ok((there(orders.call(cx, GetMyBasket {}).await)?, None))
}

/// Why something was not put in.
pub(crate) enum NotPut {
    /// A line has no more than so many units.
    Full(i64),
    Gone,
    Other(Stop),
}

/// Puts pieces in, once for a key; into a new basket where there is none. The basket then. The browser keeps the number of the form.
pub(crate) async fn put(
    visit: &Visit,
    item: NewBasketItem,
    key: Option<String>,
    form: &str,
) -> Result<Basket, NotPut> {
    if visit.session.is_none()
        && let Some(id) = visit.basket.guests
        && let Some(basket) = add(visit, id, item, key.clone()).await?
    {
        put_in(visit, Some(id), &basket, form);
        return Ok(basket);
    }
    let begun = begin(visit).await?;
    let Some(basket) = add(visit, begun, item, key).await? else {
        return Err(NotPut::Other(Stop::Unavailable));
    };
    let guests = if visit.session.is_none() { Some(begun) } else { visit.basket.guests };
    put_in(visit, guests, &basket, form);
    Ok(basket)
}

/// An open basket for whoever has none. In two windows of a guest who begin at the same moment it is the same one: neither knows
/// yet what the other will carry.
async fn begin(visit: &Visit) -> Result<BasketId, NotPut> {
    if visit.session.is_none() {
        let now = visit.web.needs.env.now();
        let id = visit.web.first_baskets.id(&visit.visitor(), now);
        match make(visit, Some(id)).await {
            Ok(made) if made.status == BasketStatus::Open && now.since(made.created_at) < AT_ONCE => {
                return Ok(made.id);
            }
            // it was begun before: of what somebody had in it then the next one at this screen knows nothing
            Ok(_) => {}
            // an older version takes no ids; and nobody else's is taken
            Err(CallError::Problem(problem)) if matches!(problem.status, 400 | 422) => {}
            Err(error) => return Err(NotPut::Other(error.into())),
        }
    }
    make(visit, None).await.map(|made| made.id).map_err(|error| NotPut::Other(error.into()))
}

async fn make(visit: &Visit, id: Option<BasketId>) -> Result<Basket, CallError<NoErrors>> {
    let request = CreateBasket { basket: Body(NewBasket { id }) };
    visit.web.needs.orders.call(&visit.cx, request).await.map(|Created { body, .. }| body)
}

/// The basket then; nothing where it is none any more.
async fn add(
    visit: &Visit,
    id: BasketId,
    item: NewBasketItem,
    key: Option<String>,
) -> Result<Option<Basket>, NotPut> {
    let request = AddToBasket { id: Path(id), key: OptionalIdempotencyKey(key), item: Body(item) };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(WithEtag { body, .. }) => Ok(Some(body)),
        Err(CallError::Refused(UpdateBasketError::BasketClosed { .. })) => Ok(None),
        Err(CallError::Refused(UpdateBasketError::BasketFull { quantity_max, .. })) => {
            Err(NotPut::Full(quantity_max))
        }
        Err(CallError::Refused(UpdateBasketError::NotOnSale { .. })) => Err(NotPut::Gone),
        Err(CallError::Problem(problem)) if problem.status == 404 => Ok(None),
        Err(error) => Err(NotPut::Other(error.into())),
    }
}

/// From now on the browser carries this.
pub(crate) fn seen(visit: &Visit, guests: Option<BasketId>, basket: Option<&Basket>) {
    let now = Carried { guests, ..visit.basket.clone() }.counting(basket);
    if now != visit.basket {
        visit.keep(&now);
    }
}

/// The same, for the basket that pages show.
pub(crate) fn seen_again(visit: &Visit, basket: Option<&Basket>) {
    seen(visit, visit.basket.guests, basket);
}

/// The same, after the form with this number has changed it.
pub(crate) fn seen_by(visit: &Visit, basket: &Basket, form: &str) {
    put_in(visit, visit.basket.guests, basket, form);
}

fn put_in(visit: &Visit, guests: Option<BasketId>, basket: &Basket, form: &str) {
    let now = Carried { guests, ..visit.basket.clone() }.counting(Some(basket));
    visit.keep(&now.with(form));
}

/// Whether something must be settled before it can be ordered: too few are left of it, or none is sold any more.
pub(crate) fn is_blocked(basket: &Basket) -> bool {
    basket.problems.iter().any(|problem| problem.code != BasketProblemCode::PriceChanged)
}

fn there<X: ApiError>(answer: Result<WithEtag<Basket>, CallError<X>>) -> Result<Option<Basket>, Stop> {
    found(answer).map(|found| found.map(|WithEtag { body, .. }| body))
}

/// The answer; nothing where there is no such thing.
fn found<T, X: ApiError>(answer: Result<T, CallError<X>>) -> Result<Option<T>, Stop> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(CallError::Problem(problem)) if problem.status == 404 => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// What a line's product is called now, or was when it was put in.
pub(crate) fn name_of(line: &BasketLine) -> &str {
    line.product.as_ref().map_or(&line.title, |product| &product.name)
}
