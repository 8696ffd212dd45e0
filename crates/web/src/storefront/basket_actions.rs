//! The forms of the basket: a product is added, quantities are changed, lines are removed.

use super::{
    adjust_quantity,
    basket::{LESS, MORE, TO, can_be_ordered, field_of, page},
    product,
};
use crate::{
    session::{
        basket::{self, AddToBasketError},
        checkout_form_state,
        page_error::PageError,
        request::RequestContext,
        response::PageResponse,
    },
    texts as t,
    ui::{
        form::{FieldErrors, Form},
        format,
    },
};
use contracts::orders::{
    Basket, BasketChange, BasketItem, BasketLine, BasketProblem, BasketProblemCode, NewBasketItem,
    UpdateBasket, UpdateBasketError,
};
use endpoint::{Body, IfMatch, Path, WithEtag, client::CallError, etag, http::StatusCode};
use kernel::{AmountInput, id::ProductId};
use std::collections::{BTreeMap, BTreeSet};

/// The most characters of a form's number.
const ONCE_MAX: usize = 64;

/// Adds a product. The form has a number of its own: sending it twice adds the product once.
pub(crate) async fn add(visit: RequestContext) -> Result<PageResponse, PageError> {
    let product_id: ProductId = visit.form.text("product").parse().map_err(|_| PageError::NotFound)?;
    let most = visit.web.needs.settings.line_units_max;
    let Some(quantity) = pieces(visit.form.text("quantity"), 1, most) else {
        let mut faults = FieldErrors::default();
        faults.add("quantity", t::pieces_from_to(1, most));
        return product::not_put(&visit, product_id, &faults).await;
    };
    let once = visit.form.text("once");
    let is_number = once.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && once.len() <= ONCE_MAX;
    // another quantity is another request
    let key = (is_number && !once.is_empty()).then(|| format!("{once}-{quantity}"));
    // orders knows the key as long as it has the basket, and the browser stores the number after that
    // (a number begins with the time, and ends with random characters)
    let by_chance: String = once.chars().rev().take(8).collect();
    let number = key.as_ref().map(|_| format!("{quantity}-{by_chance}")).unwrap_or_default();
    if visit.basket.knows(&number) {
        // the product was added, whatever can be read of the basket now
        let basket = basket::find(&visit).await.ok().flatten();
        return Ok(is_put(&visit, basket.as_ref(), product_id));
    }
    match basket::put(&visit, NewBasketItem { product_id, quantity }, key, &number).await {
        // the basket shows how many units are available
        Ok(basket) if is_short_of(&basket, product_id) => {
            let exactly = went_meanwhile(&visit, &basket, product_id).unwrap_or_default();
            Ok(PageResponse::RedirectWithFlash { path: "/basket?put=1".to_owned(), exactly })
        }
        Ok(basket) => Ok(is_put(&visit, Some(&basket), product_id)),
        Err(AddToBasketError::Full(most)) => {
            Ok(PageResponse::redirect_with_flash(format!("/basket?full={most}")))
        }
        Err(AddToBasketError::Gone) => Err(PageError::NotFound),
        Err(AddToBasketError::Other(stop)) => Err(stop),
    }
}

/// Back to the product, whose page confirms the action.
fn is_put(visit: &RequestContext, basket: Option<&Basket>, id: ProductId) -> PageResponse {
    let exactly = basket.and_then(|basket| went_meanwhile(visit, basket, id)).unwrap_or_default();
    PageResponse::RedirectWithFlash { path: format!("/products/{id}?put=1"), exactly }
}

/// The old and the new price, where the price has changed since the page was shown.
fn went_meanwhile(visit: &RequestContext, basket: &Basket, id: ProductId) -> Option<String> {
    let was = AmountInput::read(visit.form.text("price"), visit.web.needs.settings.currency).ok()?;
    let line = basket.lines.iter().find(|line| line.product_id == id)?;
    let is = line.product.as_ref()?.price;
    (was != is).then(|| t::price_went(&format::money(was), &format::money(is)))
}

/// The quantity, if it is valid.
fn pieces(typed: &str, least: i64, most: i64) -> Option<i64> {
    typed.parse().ok().filter(|pieces| (least..=most).contains(pieces))
}

fn is_short_of(basket: &Basket, id: ProductId) -> bool {
    let short = |problem: &BasketProblem| problem.code == BasketProblemCode::InsufficientStock;
    basket.problems.iter().any(|problem| problem.product_id == id && short(problem))
}

/// By how many units the pressed button changes the quantity of a product.
fn step_of(form: &Form, id: ProductId) -> i64 {
    let asks = |name| form.text(name) == id.to_string();
    i64::from(asks(MORE)) - i64::from(asks(LESS))
}

/// The invalid quantities in the fields.
fn wrong(visit: &RequestContext, basket: &Basket) -> FieldErrors {
    let (mut faults, most) = (FieldErrors::default(), visit.web.needs.settings.line_units_max);
    for line in basket.lines.iter().filter(|line| line.product.is_some()) {
        let field = field_of(line.product_id);
        let was_sent = visit.form.pairs().any(|(name, _)| name == field);
        if was_sent && pieces(visit.form.text(&field), 0, most).is_none() {
            faults.add(&field, t::pieces_from_to(0, most));
        }
    }
    faults
}

/// Whether the line has the quantity that the form was based on; more than one number where a response was lost.
fn saw(form: &Form, line: &BasketLine) -> bool {
    let name = format!("was-{}", line.product_id);
    form.pairs().any(|(field, was)| field == name && was.parse() == Ok(line.quantity))
}

/// Whether the form changes a line that another window has changed or removed in the meantime, and not to the same quantity.
fn is_overtaken(form: &Form, basket: &Basket) -> bool {
    let mut known = form.pairs().filter_map(|(name, was)| Some((name.strip_prefix("was-")?, was)));
    let lines: BTreeMap<String, &BasketLine> =
        basket.lines.iter().map(|line| (line.product_id.to_string(), line)).collect();
    let pressed = [LESS, MORE].map(|button| form.text(button));
    known.any(|(id, was)| {
        let typed = form.text(&format!("q-{id}"));
        let is_asked = typed != was || pressed.contains(&id);
        let line = lines.get(id);
        let is_done = line.map_or(typed == "0", |line| saw(form, line) || typed == line.quantity.to_string());
        is_asked && !is_done
    })
}

/// The next page: checkout where the form asks for it, changes nothing else, and has current prices. Otherwise the basket, which
/// shows what has changed and what was not done.
fn next(form: &Form, basket: &Basket, is_overtaken: bool) -> PageResponse {
    match is_overtaken {
        true => PageResponse::redirect_with_flash("/basket?elsewhere=1"),
        false => on_from(form, basket),
    }
}
fn on_from(form: &Form, basket: &Basket) -> PageResponse {
    let is_as_shown = |line: &BasketLine| {
        let (id, price) = (line.product_id, line.product.as_ref().map(|product| product.price.minor));
        let shown = form.text(&format!("price-{id}")).parse().ok();
        price.is_some() && price == shown && form.text(&field_of(id)).parse() == Ok(line.quantity)
    };
    let is_meant = form.text(TO.0) == TO.1 && basket.lines.iter().all(is_as_shown);
    PageResponse::redirect(if is_meant && can_be_ordered(basket) {
        checkout_form_state::PATH
    } else {
        "/basket"
    })
}

/// How often the basket is read again when another window changes it at the same moment.
const TRIES: usize = 4;

/// Applies the quantities of the form and removes lines. The form has a number of its own: sending it again after another change has
/// no effect.
pub(crate) async fn change(visit: RequestContext) -> Result<PageResponse, PageError> {
    for _ in 0..TRIES {
        let Some(basket) = basket::find(&visit).await? else { return Ok(PageResponse::redirect("/basket")) };
        if let Some(shown) = changed(&visit, &basket).await? {
            return Ok(shown);
        }
    }
    Ok(PageResponse::redirect_with_flash("/basket?elsewhere=1"))
}

/// The next page; none where the basket has changed since it was read.
async fn changed(visit: &RequestContext, basket: &Basket) -> Result<Option<PageResponse>, PageError> {
    let (form, once) = (&visit.form, visit.form.text("once"));
    if visit.basket.knows(once) {
        return Ok(Some(next(form, basket, false)));
    }
    let is_overtaken = is_overtaken(form, basket);
    let faults = wrong(visit, basket);
    if removed(form).next().is_none() && adjust_quantity::asked(form).is_none() && !faults.is_empty() {
        let page = page(visit, Some(basket), &faults, &maud::html! {});
        return Ok(Some(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into()));
    }
    let lines = wanted(form, basket, visit.web.needs.settings.line_units_max);
    if lines.is_empty() {
        return Ok(Some(next(form, basket, is_overtaken)));
    }
    let (based_on, change) = (IfMatch(Some(etag::of(&[basket.version]))), Body(BasketChange { lines }));
    match visit.web.needs.orders.call(&visit.cx, UpdateBasket { id: Path(basket.id), based_on, change }).await
    {
        Ok(WithEtag { body, .. }) => {
            basket::update_cookie_after(visit, &body, once);
            Ok(Some(next(form, &body, is_overtaken)))
        }
        // the basket was ordered or deleted in the meantime: the page shows the current state
        Err(CallError::Refused(
            UpdateBasketError::BasketClosed { .. } | UpdateBasketError::NotOnSale { .. },
        )) => Ok(Some(PageResponse::redirect("/basket"))),
        Err(CallError::Refused(UpdateBasketError::BasketFull { quantity_max, .. })) => {
            Ok(Some(PageResponse::redirect_with_flash(format!("/basket?full={quantity_max}"))))
        }
        Err(CallError::Problem(problem)) if problem.status == 412 => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The products to be removed.
fn removed(form: &Form) -> impl Iterator<Item = &str> {
    form.pairs().filter(|(name, value)| *name == "remove" && !value.is_empty()).map(|(_, value)| value)
}

/// The new quantities.
fn wanted(form: &Form, basket: &Basket, most: i64) -> Vec<BasketItem> {
    let taken = adjust_quantity::asked(form);
    let removed: BTreeSet<&str> = removed(form).collect();
    let of = |line: &BasketLine| {
        let taken = taken.as_ref().filter(|taken| taken.product_id == line.product_id);
        let typed = || pieces(form.text(&field_of(line.product_id)), 0, most);
        let step = step_of(form, line.product_id);
        // one unit above the limit is left to orders to refuse, so that the customer is told
        let asked = taken.map(|taken| taken.quantity).or_else(|| Some((typed()? + step).max(0)));
        // a product that is no longer sold is removed by its own button only, so that the customer knows
        let is_out = removed.contains(&*line.product_id.to_string());
        // what another window has added or changed stays as it is
        let is_as_seen = saw(form, line);
        let quantity = if is_out { Some(0) } else { asked.filter(|_| is_as_seen) };
        quantity.map(|quantity| BasketItem { product_id: line.product_id, quantity })
    };
    basket.lines.iter().filter_map(of).collect()
}
