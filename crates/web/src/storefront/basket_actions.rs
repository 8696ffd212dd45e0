//! Filling the basket: a product is put in, pieces are changed, and what is not wanted is taken out.

use super::{
    adjust_quantity,
    basket::{LESS, MORE, TO, can_be_ordered, field_of, page},
    product,
};
use crate::{
    session::{
        basket::{self, NotPut},
        checkout_form_state,
        page_error::Stop,
        request::Visit,
        response::Shown,
    },
    texts as t,
    ui::{
        form::{Faults, Form},
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

/// What a form's own number may be long.
const ONCE_MAX: usize = 64;

/// Puts a product in. The form has a number of its own: whoever sends it twice puts it in once.
pub(crate) async fn put(visit: Visit) -> Result<Shown, Stop> {
    let product_id: ProductId = visit.form.text("product").parse().map_err(|_| Stop::NotFound)?;
    let most = visit.web.needs.settings.line_units_max;
    let Some(quantity) = pieces(visit.form.text("quantity"), 1, most) else {
        let mut faults = Faults::default();
        faults.add("quantity", t::pieces_from_to(1, most));
        return product::not_put(&visit, product_id, &faults).await;
    };
    let once = visit.form.text("once");
    let is_number = once.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && once.len() <= ONCE_MAX;
    // another quantity is another wish
    let key = (is_number && !once.is_empty()).then(|| format!("{once}-{quantity}"));
    // orders knows the key as long as it knows the basket, and the browser knows it after that
    // (a number begins with the time, and ends by chance)
    let by_chance: String = once.chars().rev().take(8).collect();
    let number = key.as_ref().map(|_| format!("{quantity}-{by_chance}")).unwrap_or_default();
    if visit.basket.knows(&number) {
        // it is done, whatever is known of it now
        let basket = basket::find(&visit).await.ok().flatten();
        return Ok(is_put(&visit, basket.as_ref(), product_id));
    }
    match basket::put(&visit, NewBasketItem { product_id, quantity }, key, &number).await {
        // there the line says how many there are
        Ok(basket) if is_short_of(&basket, product_id) => {
            let exactly = went_meanwhile(&visit, &basket, product_id).unwrap_or_default();
            Ok(Shown::Done { path: "/basket?put=1".to_owned(), exactly })
        }
        Ok(basket) => Ok(is_put(&visit, Some(&basket), product_id)),
        Err(NotPut::Full(most)) => Ok(Shown::done(format!("/basket?full={most}"))),
        Err(NotPut::Gone) => Err(Stop::NotFound),
        Err(NotPut::Other(stop)) => Err(stop),
    }
}

/// Back to the product, whose page says that it is in the basket.
fn is_put(visit: &Visit, basket: Option<&Basket>, id: ProductId) -> Shown {
    let exactly = basket.and_then(|basket| went_meanwhile(visit, basket, id)).unwrap_or_default();
    Shown::Done { path: format!("/products/{id}?put=1"), exactly }
}

/// What its price was on the page from which it was put in, and is, where that is another one.
fn went_meanwhile(visit: &Visit, basket: &Basket, id: ProductId) -> Option<String> {
    let was = AmountInput::read(visit.form.text("price"), visit.web.needs.settings.currency).ok()?;
    let line = basket.lines.iter().find(|line| line.product_id == id)?;
    let is = line.product.as_ref()?.price;
    (was != is).then(|| t::price_went(&format::money(was), &format::money(is)))
}

/// How many pieces were asked for, if that can be.
fn pieces(typed: &str, least: i64, most: i64) -> Option<i64> {
    typed.parse().ok().filter(|pieces| (least..=most).contains(pieces))
}

fn is_short_of(basket: &Basket, id: ProductId) -> bool {
    let short = |problem: &BasketProblem| problem.code == BasketProblemCode::InsufficientStock;
    basket.problems.iter().any(|problem| problem.product_id == id && short(problem))
}

/// How many pieces more of a product the pressed button asks for.
fn step_of(form: &Form, id: ProductId) -> i64 {
    let asks = |name| form.text(name) == id.to_string();
    i64::from(asks(MORE)) - i64::from(asks(LESS))
}

/// What stands in the fields of the basket's lines, and cannot be a number of pieces.
fn wrong(visit: &Visit, basket: &Basket) -> Faults {
    let (mut faults, most) = (Faults::default(), visit.web.needs.settings.line_units_max);
    for line in basket.lines.iter().filter(|line| line.product.is_some()) {
        let field = field_of(line.product_id);
        let was_sent = visit.form.pairs().any(|(name, _)| name == field);
        if was_sent && pieces(visit.form.text(&field), 0, most).is_none() {
            faults.add(&field, t::pieces_from_to(0, most));
        }
    }
    faults
}

/// Whether the line has the pieces that the form knows it with; more than one number where an answer did not come.
fn saw(form: &Form, line: &BasketLine) -> bool {
    let name = format!("was-{}", line.product_id);
    form.pairs().any(|(field, was)| field == name && was.parse() == Ok(line.quantity))
}

/// Whether the form asks for other pieces of a line than it knows it with, which another window has changed or taken out
/// meanwhile, and not to the same.
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

/// Where it goes on: to checkout where that was asked for, with nothing but what stood in the fields, at the prices that the
/// page showed. What has changed since is told by the basket first, and what was not done because of it.
fn next(form: &Form, basket: &Basket, is_overtaken: bool) -> Shown {
    match is_overtaken {
        true => Shown::done("/basket?elsewhere=1"),
        false => on_from(form, basket),
    }
}
fn on_from(form: &Form, basket: &Basket) -> Shown {
    let is_as_shown = |line: &BasketLine| {
        let (id, price) = (line.product_id, line.product.as_ref().map(|product| product.price.minor));
        let shown = form.text(&format!("price-{id}")).parse().ok();
        price.is_some() && price == shown && form.text(&field_of(id)).parse() == Ok(line.quantity)
    };
    let is_meant = form.text(TO.0) == TO.1 && basket.lines.iter().all(is_as_shown);
    Shown::there(if is_meant && can_be_ordered(basket) { checkout_form_state::PATH } else { "/basket" })
}

/// So often a basket is read again that another window changes at the same moment.
const TRIES: usize = 4;

/// Takes over the quantities of the form, and takes out what shall be taken out. The form has a number of its own: whoever
/// sends it once more, when something else was done, does nothing.
pub(crate) async fn change(visit: Visit) -> Result<Shown, Stop> {
    for _ in 0..TRIES {
        let Some(basket) = basket::find(&visit).await? else { return Ok(Shown::there("/basket")) };
        if let Some(shown) = changed(&visit, &basket).await? {
            return Ok(shown);
        }
    }
    Ok(Shown::done("/basket?elsewhere=1"))
}

/// Where it goes on; nowhere where the basket has changed since it was read.
async fn changed(visit: &Visit, basket: &Basket) -> Result<Option<Shown>, Stop> {
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
            basket::seen_by(visit, &body, once);
            Ok(Some(next(form, &body, is_overtaken)))
        }
        // it was placed or has gone meanwhile: the page says what is so now
        Err(CallError::Refused(
            UpdateBasketError::BasketClosed { .. } | UpdateBasketError::NotOnSale { .. },
        )) => Ok(Some(Shown::there("/basket"))),
        Err(CallError::Refused(UpdateBasketError::BasketFull { quantity_max, .. })) => {
            Ok(Some(Shown::done(format!("/basket?full={quantity_max}"))))
        }
        Err(CallError::Problem(problem)) if problem.status == 412 => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The products that are to be taken out.
fn removed(form: &Form) -> impl Iterator<Item = &str> {
    form.pairs().filter(|(name, value)| *name == "remove" && !value.is_empty()).map(|(_, value)| value)
}

/// How many pieces of what there are to be.
fn wanted(form: &Form, basket: &Basket, most: i64) -> Vec<BasketItem> {
    let taken = adjust_quantity::asked(form);
    let removed: BTreeSet<&str> = removed(form).collect();
    let of = |line: &BasketLine| {
        let taken = taken.as_ref().filter(|taken| taken.product_id == line.product_id);
        let typed = || pieces(form.text(&field_of(line.product_id)), 0, most);
        let step = step_of(form, line.product_id);
        // one more than the most is for orders to refuse, so that it is said
        let asked = taken.map(|taken| taken.quantity).or_else(|| Some((typed()? + step).max(0)));
        // what is no longer sold leaves like everything else by its own button: nobody misses it unsaid
        let is_out = removed.contains(&*line.product_id.to_string());
        // what another window has put in, or has changed since, stays as it is
        let is_as_seen = saw(form, line);
        let quantity = if is_out { Some(0) } else { asked.filter(|_| is_as_seen) };
        quantity.map(|quantity| BasketItem { product_id: line.product_id, quantity })
    };
    basket.lines.iter().filter_map(of).collect()
}
