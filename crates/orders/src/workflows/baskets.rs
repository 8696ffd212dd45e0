//! Baskets: made, filled and merged by whoever they belong to.
//!
//! Products is asked outside of transactions for what it has now: names and prices are for show, and for the list of
//! problems. What an order costs is worked out when it is placed.

use crate::{
    Orders,
    basket::{Basket, BasketFull, CurrentProducts, LINES_MAX, QuotedPrice},
    store,
    workflows::{
        idempotency::{BoundKey, KeyLookup, bind_for, claimed, peek},
        kinds, or_refuse,
    },
};
use contracts::{
    orders::{
        Basket as View, BasketChange, BasketItem, BasketStatus, MergedBasket, NewBasketItem,
        UpdateBasketError,
    },
    products::Product,
    reservations::{LookUpProducts, ProductIds},
};
use db::{Error, ErrorKind, Tx};
use endpoint::{Body, CommonError, Created, FieldError, HandlerError, IfMatch, Json, WithEtag, etag};
use flow::{idempotency::settle, timer};
use kernel::id::{BasketId, Id, ProductId, UserId};
use ordo_http::Call;

type BasketError = HandlerError<UpdateBasketError>;

/// Makes a basket, or answers the open one of the user, or the one that a guest names.
pub(crate) async fn make<X>(
    s: &Orders,
    call: &Call,
    named: Option<BasketId>,
) -> Result<Created<View>, HandlerError<X>> {
    let basket = match (call.who.account(), named) {
        (None, Some(id)) => with_id(s, call, id).await?,
        (owner, _) => open(s, owner).await?,
    };
    let WithEtag { etag, body } = shown(show(s, call, &basket).await?);
    Ok(Created { location: format!("/v1/baskets/{}", basket.id), etag, body })
}

/// The open basket of whoever calls.
pub(crate) async fn mine<X>(s: &Orders, call: &Call) -> Result<WithEtag<View>, HandlerError<X>> {
    let basket = open_of(s, call.user()?).await?.ok_or(CommonError::NotFound)?;
    tagged(s, call, &basket).await
}

/// A basket, if it is there for the caller.
pub(crate) async fn read<X>(
    s: &Orders,
    call: &Call,
    id: BasketId,
) -> Result<WithEtag<View>, HandlerError<X>> {
    let basket = visible(s, call, id).await?;
    tagged(s, call, &basket).await
}

/// Puts units of a product in.
pub(crate) async fn add(
    s: &Orders,
    call: &Call,
    id: BasketId,
    key: Option<String>,
    item: NewBasketItem,
) -> Result<WithEtag<View>, BasketError> {
    let NewBasketItem { product_id, quantity } = item;
    let key = key.map(|key| bind_for(s, id, "POST /v1/baskets/{id}/lines", &key, &item));
    let basket = visible(s, call, id).await?;
    if let KeyLookup::Replay { .. } = peek(s, key).await? {
        // read again: the key may have had its effect since
        return read(s, call, id).await;
    }
    is_open(&basket)?;
    let shown = look_up(s, call, [basket.products(), vec![product_id]].concat()).await?;
    let gone = || FieldError::not_on_sale("/product_id", "this is not on sale");
    let offer = offered(&shown, product_id).ok_or_else(|| not_on_sale(vec![gone()]))?;
    let most = s.settings.line_units_max;
    let add = |basket: &mut Basket| basket.add(product_id, quantity, offer.clone(), most);
    let changed = change(s, call, id, key, &IfMatch(None), add);
    tagged_with(s, call, &changed.await?, shown).await
}

/// Sets how many units are in it.
pub(crate) async fn set(
    s: &Orders,
    call: &Call,
    id: BasketId,
    based_on: IfMatch,
    BasketChange { lines }: BasketChange,
) -> Result<WithEtag<View>, BasketError> {
    let basket = visible(s, call, id).await?;
    is_open(&basket)?;
    let named: Vec<ProductId> = lines.iter().map(|item| item.product_id).collect();
    let shown = look_up(s, call, [basket.products(), named].concat()).await?;
    // what is in it and has gone since is a problem of the basket; what has gone is not put in
    let is_gone = |id: ProductId| basket.line(id).is_none() && !shown.contains_key(&id);
    let wrong = lines.iter().enumerate().filter(|(_, item)| item.quantity > 0 && is_gone(item.product_id));
    let fault =
        |(index, _)| FieldError::not_on_sale(format!("/lines/{index}/product_id"), "this is not on sale");
    let errors: Vec<FieldError> = wrong.map(fault).collect();
    if !errors.is_empty() {
        return Err(not_on_sale(errors));
    }
    let most = s.settings.line_units_max;
    let edit = |basket: &mut Basket| {
        // what is taken out makes room for what is put in
        let (out, others): (Vec<&BasketItem>, Vec<&BasketItem>) =
            lines.iter().partition(|item| item.quantity == 0);
        out.into_iter().chain(others).try_for_each(|item| {
            basket.set(item.product_id, item.quantity, offered(&shown, item.product_id), most)
        })
    };
    let changed = change(s, call, id, None, &based_on, edit).await?;
    tagged_with(s, call, &changed, shown).await
}

/// Moves a guest's basket into that of whoever calls.
pub(crate) async fn merge<X>(
    s: &Orders,
    call: &Call,
    from: BasketId,
) -> Result<Json<MergedBasket>, HandlerError<X>> {
    let user = call.user()?;
    visible(s, call, from).await?;
    let mine = open(s, Some(user)).await?;
    let (mine, left_out) = if mine.id == from { (mine, Vec::new()) } else { join(s, from, mine.id).await? };
    let basket = show(s, call, &mine).await?;
    Ok(Json(MergedBasket { basket, left_out }))
}

/// What is in the user's basket then, and what is left in the guest's.
async fn join<X>(
    s: &Orders,
    from: BasketId,
    into: BasketId,
) -> Result<(Basket, Vec<BasketItem>), HandlerError<X>> {
    let (currency, kept) = (s.settings.currency, s.settings.basket_kept);
    let mut tx = s.db.begin().await?;
    // in one order, so that nobody waits in a circle
    let first = store::baskets::lock(&mut tx, from.min(into), currency).await?;
    let second = store::baskets::lock(&mut tx, from.max(into), currency).await?;
    let (guests, mine) = if from < into { (first, second) } else { (second, first) };
    let is_open = |basket: &Basket| basket.status == BasketStatus::Open;
    let Some(before) = mine.filter(is_open) else {
        // it was placed a moment ago: there is room for another one
        tx.rollback().await?;
        return Err(Error::new(ErrorKind::Retry, "a basket was placed meanwhile").into());
    };
    let Some(theirs) = guests.filter(|basket| is_open(basket) && basket.owner.is_none()) else {
        tx.rollback().await?;
        return Ok((before, Vec::new()));
    };
    let (mut mine, mut guests) = (before.clone(), theirs.clone());
    mine.merge(&mut guests, s.settings.line_units_max);
    if guests == theirs {
        tx.rollback().await?;
        return Ok((before, theirs.items()));
    }
    let now = tx.now().await?;
    for (before, after) in [(&before, &mut mine), (&theirs, &mut guests)] {
        after.changed(now, kept);
        store::baskets::update(&mut tx, before, after).await?;
    }
    tx.commit("orders.merge_baskets").await?;
    Ok((mine, guests.items()))
}

/// The user's open basket, made where there is none; a new one for a guest.
async fn open<X>(s: &Orders, owner: Option<UserId>) -> Result<Basket, HandlerError<X>> {
    if let Some(user) = owner
        && let Some(found) = open_of(s, user).await?
    {
        return Ok(found);
    }
    let id = Id::random(s.env.random());
    // at the same moment somebody was faster; what they have made is seen from the next try on
    let faster = || Error::new(ErrorKind::Retry, "a basket was made meanwhile");
    Ok(begin(s, id, owner).await?.ok_or_else(faster)?)
}

/// A guest's with this id, made where there is none.
async fn with_id<X>(s: &Orders, call: &Call, id: BasketId) -> Result<Basket, HandlerError<X>> {
    if store::baskets::find(&s.db, id, s.settings.currency).await?.is_none()
        && let Some(begun) = begin(s, id, None).await?
    {
        return Ok(begun);
    }
    let basket = store::baskets::find(&s.db, id, s.settings.currency).await?.ok_or(CommonError::NotFound)?;
    let not_theirs = || FieldError::invalid("/id", "this basket is an account's: make one with another id");
    may_have(call, &basket).map_err(|_| CommonError::Unprocessable { errors: vec![not_theirs()] })?;
    Ok(basket)
}

/// A new one; none where there is one by that id, or its user has an open one already.
async fn begin(s: &Orders, id: BasketId, owner: Option<UserId>) -> db::Result<Option<Basket>> {
    let mut tx = s.db.begin().await?;
    let basket = Basket::new(id, owner, tx.now().await?, s.settings.basket_kept);
    if !store::baskets::insert(&mut tx, &basket).await? {
        tx.rollback().await?;
        return Ok(None);
    }
    timer::set(&mut tx, kinds::FORGET_BASKET, id, basket.expires_at, &()).await?;
    tx.commit("orders.make_basket").await?;
    Ok(Some(basket))
}

async fn open_of<X>(s: &Orders, user: UserId) -> Result<Option<Basket>, HandlerError<X>> {
    match store::baskets::open_of(&s.db, user).await? {
        Some(id) => Ok(store::baskets::find(&s.db, id, s.settings.currency).await?),
        None => Ok(None),
    }
}

/// The basket, if it is there for the caller.
///
/// # Errors
/// 404 where it is not.
pub(crate) async fn visible<X>(s: &Orders, call: &Call, id: BasketId) -> Result<Basket, HandlerError<X>> {
    let basket = store::baskets::find(&s.db, id, s.settings.currency).await?.ok_or(CommonError::NotFound)?;
    may_have(call, &basket)?;
    Ok(basket)
}

/// A guest's basket is there for whoever knows its id, a user's for that user: staff look at orders.
fn may_have(call: &Call, basket: &Basket) -> Result<(), CommonError> {
    match basket.owner {
        None => Ok(()),
        Some(owner) if call.who.account() == Some(owner) => Ok(()),
        Some(_) => Err(CommonError::NotFound),
    }
}

fn is_open(basket: &Basket) -> Result<(), BasketError> {
    match basket.status {
        BasketStatus::Open => Ok(()),
        status => Err(UpdateBasketError::BasketClosed { status }.into()),
    }
}

/// What is shown of a product, where it is on sale.
fn offered(shown: &CurrentProducts, id: ProductId) -> Option<QuotedPrice> {
    shown.get(&id).map(|product| QuotedPrice { title: product.name.clone(), price: product.price })
}

fn not_on_sale(errors: Vec<FieldError>) -> BasketError {
    UpdateBasketError::NotOnSale { errors }.into()
}

/// Changes an open basket; all at the same time come one after the other, and each finds what the last has left.
async fn change(
    s: &Orders,
    call: &Call,
    id: BasketId,
    key: Option<BoundKey>,
    based_on: &IfMatch,
    edit: impl Fn(&mut Basket) -> Result<(), BasketFull>,
) -> Result<Basket, BasketError> {
    let mut tx = s.db.begin().await?;
    let (before, mut tx) = or_refuse(locked(s, &mut tx, call, id).await, tx).await?;
    let (known, tx) = or_refuse(claimed(s, &mut tx, key).await, tx).await?;
    if let KeyLookup::Replay { .. } = known {
        // the same key at the same moment, and it was faster
        tx.rollback().await?;
        return visible(s, call, id).await;
    }
    let (mut after, mut tx) = or_refuse(edited(s, &before, based_on, edit), tx).await?;
    if after == before {
        tx.rollback().await?;
        return Ok(before);
    }
    after.changed(tx.now().await?, s.settings.basket_kept);
    store::baskets::update(&mut tx, &before, &after).await?;
    if let Some(key) = key {
        // without the answer: a repeat is shown the basket as it is
        settle(&mut tx, key.id, id, None::<WithEtag<View>>).await?;
    }
    tx.commit("orders.change_basket").await?;
    Ok(after)
}

async fn locked(s: &Orders, tx: &mut Tx, call: &Call, id: BasketId) -> Result<Basket, BasketError> {
    let basket = store::baskets::lock(tx, id, s.settings.currency).await?.ok_or(CommonError::NotFound)?;
    may_have(call, &basket)?;
    Ok(basket)
}

fn edited(
    s: &Orders,
    before: &Basket,
    based_on: &IfMatch,
    edit: impl Fn(&mut Basket) -> Result<(), BasketFull>,
) -> Result<Basket, BasketError> {
    is_open(before)?;
    based_on.allows(&etag::of(&[before.version]))?;
    let mut after = before.clone();
    let full = UpdateBasketError::BasketFull {
        lines_max: u32::try_from(LINES_MAX).unwrap_or(u32::MAX),
        quantity_max: s.settings.line_units_max,
    };
    edit(&mut after).map_err(|BasketFull| full)?;
    Ok(after)
}

async fn tagged<X>(s: &Orders, call: &Call, basket: &Basket) -> Result<WithEtag<View>, HandlerError<X>> {
    Ok(shown(show(s, call, basket).await?))
}

/// A basket shows prices and stock that no version of its own counts.
fn shown(body: View) -> WithEtag<View> {
    WithEtag { etag: etag::of_shown(&[body.version], &body), body }
}

/// The same, where most of its products were looked up a moment ago.
async fn tagged_with<X>(
    s: &Orders,
    call: &Call,
    basket: &Basket,
    mut shown: CurrentProducts,
) -> Result<WithEtag<View>, HandlerError<X>> {
    let others: Vec<ProductId> =
        basket.products().into_iter().filter(|product| !shown.contains_key(product)).collect();
    shown.extend(look_up(s, call, others).await?);
    Ok(self::shown(basket.view(&shown, &s.settings)))
}

async fn show<X>(s: &Orders, call: &Call, basket: &Basket) -> Result<View, HandlerError<X>> {
    let shown = look_up(s, call, basket.products()).await?;
    Ok(basket.view(&shown, &s.settings))
}

/// Those of the products that are on sale, as they are now.
async fn look_up<X>(
    s: &Orders,
    call: &Call,
    ids: Vec<ProductId>,
) -> Result<CurrentProducts, HandlerError<X>> {
    if ids.is_empty() {
        return Ok(CurrentProducts::new());
    }
    let wanted = Body(ProductIds { ids });
    let Json(found) = s.products.call(&call.context, LookUpProducts { wanted }).await?;
    Ok(found.items.into_iter().map(|product: Product| (product.id, product)).collect())
}
