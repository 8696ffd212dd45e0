//! The visitor's basket. Orders keeps it; the browser carries, sealed, which one is a guest's, and how much was in it when
//! it was last seen.

use crate::{session::Session, shown::Stop, visit::Visit};
use contracts::orders::{
    AddToBasket, Basket, BasketProblemCode, BasketStatus, CreateBasket, GetBasket, GetMyBasket, MergeBasket,
    NewBasket, NewBasketItem, UpdateBasketError,
};
use endpoint::{
    ApiError, Body, Context, Created, Json, NoErrors, OptionalIdempotencyKey, Path, WithEtag,
    client::CallError,
};
use kernel::{Timestamp, id::BasketId, secret::RootSecret};
use ring::hmac;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What the browser carries of its basket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Carried {
    /// A guest's basket. Whoever knows its id has it.
    #[serde(rename = "g", default, skip_serializing_if = "Option::is_none")]
    guests: Option<BasketId>,
    /// Pieces in the basket when it was last seen, of what is sold: what stands beside its name on each page.
    #[serde(rename = "n")]
    pub(crate) pieces: i64,
    /// Whether there were only others, which are no longer sold.
    #[serde(rename = "u", default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_unsold: bool,
    /// The numbers of the forms that changed it last.
    #[serde(rename = "f", default, skip_serializing_if = "Vec::is_empty")]
    forms: Vec<String>,
}

/// Numbers of so many forms are kept,
const FORMS_KEPT: usize = 8;
/// and so much of each.
const FORM_CHARS: usize = 13;

impl Carried {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Carried::default()
    }
    /// Whether the form with this number has changed it before.
    pub(crate) fn knows(&self, form: &str) -> bool {
        let kept: String = form.chars().take(FORM_CHARS).collect();
        !kept.is_empty() && self.forms.contains(&kept)
    }
    fn counting(self, basket: Option<&Basket>) -> Self {
        let pieces = basket.map_or(0, pieces_on_sale);
        let is_unsold = pieces == 0 && basket.is_some_and(|basket| !basket.lines.is_empty());
        Carried { pieces, is_unsold, ..self }
    }
    fn with(mut self, form: &str) -> Self {
        if form.is_empty() {
            return self;
        }
        self.forms.push(form.chars().take(FORM_CHARS).collect());
        let surplus = self.forms.len().saturating_sub(FORMS_KEPT);
        self.forms.drain(..surplus);
        self
    }
}

/// Windows that begin a basket within this time begin the same one.
const AT_ONCE: Duration = Duration::from_secs(60);
/// In each of these a visitor can begin one so.
const STRETCH: Duration = Duration::from_secs(3600);

/// Which basket a guest begins who has none: in every window the same, as long as no answer has told them of one.
pub(crate) struct FirstBaskets(hmac::Key);

impl FirstBaskets {
    pub(crate) fn new(secret: &RootSecret) -> Self {
        FirstBaskets(hmac::Key::new(hmac::HMAC_SHA256, &secret.key("web-first-baskets")))
    }
    /// Nobody can guess it. Whoever has the visitor's cookie is the visitor, as whoever has the basket's has the basket.
    fn id(&self, visitor: &str, now: Timestamp) -> BasketId {
        let stretch = now.as_micros().div_euclid(STRETCH.as_micros().try_into().unwrap_or(i64::MAX));
        let code = hmac::sign(&self.0, format!("{stretch}:{visitor}").as_bytes());
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(code.as_ref()).for_each(|(byte, of_code)| *byte = *of_code);
        BasketId::random(bytes)
    }
}

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

/// As many as are summed up: what is no longer sold costs nothing.
pub(crate) fn pieces_on_sale(basket: &Basket) -> i64 {
    basket.lines.iter().filter(|line| line.product.is_some()).map(|line| line.quantity).sum()
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
