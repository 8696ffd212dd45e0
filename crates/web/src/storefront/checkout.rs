//! Checkout, on one page: what is bought, where it goes, how it is paid.
//!
//! Which basket is bought, as it was seen and at what total, travels in the form, sealed: whoever sends the form twice
//! places the same basket, and there is one order.

mod view;

use super::{addresses, adjust_quantity, register::check_email};
use crate::{
    session::{
        basket, checkout_form_state, cookies::Cookie, page_error::Stop, request::Visit, response::Shown,
    },
    texts as t,
    ui::{
        address::{address, check_address, form_of},
        form::{Faults, Form},
        format, test_cards,
    },
};
use contracts::{
    Address,
    auth::{AddAddress, GetMe, NewAddress, SavedAddress},
    orders::{
        Action, Basket, BasketChange, BasketItem, Order, PaymentMethod, PlaceBasket, PlaceBasketError,
        PlaceBasketRequest, UpdateBasket,
    },
    payments::CaptureMode,
};
use endpoint::{
    Body, Created, IfMatch, IfNoneMatch, OptionalIdempotencyKey, Path, Problem, client::CallError, etag,
    http::StatusCode,
};
use kernel::{Money, id::BasketId};
use serde::{Deserialize, Serialize};

/// What is bought, as the form carries it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Offer {
    basket: BasketId,
    /// Of the basket as the page shows it: what was put in since is not bought unseen.
    etag: String,
    total: Money,
    /// A print of what each of its lines costs: two prices can change against one another and leave the total as it was.
    /// A form of an older version has none.
    #[serde(default)]
    prices: String,
}

/// A basket that can be shown: with something in it, and a total.
struct Looked {
    basket: Basket,
    offer: Offer,
    /// Something that was put in before signing in has no room in it.
    is_left_out: bool,
}

async fn look(visit: &Visit) -> Result<Option<Looked>, Stop> {
    let (found, is_left_out) = basket::find_all(visit).await?;
    Ok(found.filter(|basket| !basket.lines.is_empty()).and_then(|basket| {
        let (etag, prices) = (etag::of(&[basket.version]), prices_of(&basket));
        let offer = Offer { basket: basket.id, etag, total: basket.total?, prices };
        Some(Looked { basket, offer, is_left_out })
    }))
}

fn prices_of(basket: &Basket) -> String {
    let each = basket
        .lines
        .iter()
        .flat_map(|line| [line.quantity, line.product.as_ref().map_or(-1, |of| of.price.minor)]);
    etag::print(etag::of(&each.collect::<Vec<_>>()).as_bytes())
}

/// What stands above the form when it could not be sent.
enum Trouble {
    Nothing,
    /// Some of what was typed before is not there any more.
    LeftOut(t::Text),
    /// The fields say it.
    Fields,
    Said(&'static str, String),
    /// What is bought is not what was shown: nothing is wrong, and somebody has to look at it.
    News(&'static str, String),
    /// Nobody knows whether it was placed: the same form may be sent again.
    Unknown,
}

pub(crate) async fn show(visit: Visit) -> Result<Shown, Stop> {
    let Some(looked) = look(&visit).await? else { return Ok(Shown::there("/basket")) };
    let kept = kept(&visit).await;
    let chosen = visit.query.given("address");
    let typed = checkout_form_state::read(&visit);
    let (typed, left_out) = typed.map_or((None, None), |typed| (typed.form, typed.left_out));
    // who signs in before having typed where it goes has an address perhaps
    let has_address = |typed: &Form| visit.session.is_none() || !typed.text("line1").is_empty();
    let form = match typed {
        Some(typed) if chosen.is_none() && has_address(&typed) => typed,
        typed => {
            let note = typed.as_ref().map_or("", |typed| typed.raw("note"));
            begin(&visit, &kept, chosen.as_deref(), note)
        }
    };
    let left_out = left_out.filter(|_| chosen.is_none());
    let trouble = left_out.map_or(Trouble::Nothing, Trouble::LeftOut);
    Ok(view::page(&visit, &looked, &form, &Faults::default(), (trouble, &kept)).into())
}

/// The fields as they are at first: with the address that was chosen among those of the account, or that it begins with;
/// where there is none, with the name of who is signed in.
fn begin(visit: &Visit, kept: &[SavedAddress], chosen: Option<&str>, note: &str) -> Form {
    let is_chosen = |one: &&SavedAddress| chosen.is_some_and(|id| id == one.id.to_string());
    let address = kept.iter().find(is_chosen).or_else(|| kept.iter().find(|one| one.default));
    let mut fields = form_urlencoded::Serializer::new(String::new());
    fields.append_pair("method", test_cards::first(visit.web.needs.settings.payment_methods));
    fields.append_pair("note", note);
    match address.map(|one| form_of(&one.address)) {
        Some(form) => fields.extend_pairs(form.pairs()),
        None => {
            let name = visit.session.as_ref().and_then(|session| session.own_name()).unwrap_or_default();
            fields.extend_pairs([("name", name), ("country", t::HOME_COUNTRY), ("keep", "on")])
        }
    };
    Form::parse(fields.finish().as_bytes())
}

/// Those that the account keeps; checkout does not depend on them.
async fn kept(visit: &Visit) -> Vec<SavedAddress> {
    match visit.session {
        Some(_) => addresses::kept(visit).await.unwrap_or_default(),
        None => Vec::new(),
    }
}

/// Places the order.
pub(crate) async fn place(visit: Visit) -> Result<Shown, Stop> {
    let form = &visit.form;
    if let Some(elsewhere) = checkout_form_state::leads_to(form) {
        checkout_form_state::keep(&visit);
        return Ok(Shown::there(elsewhere));
    }
    let Some(offer) = visit.web.seal.open::<Offer>("offer", form.raw("offer")) else {
        let trouble = Trouble::News(t::INCOMPLETE.say(), t::INCOMPLETE_MORE.say().to_owned());
        return again(&visit, Faults::default(), trouble).await;
    };
    if let Some(item) = adjust_quantity::asked(form) {
        return take(&visit, &offer, item).await;
    }
    let is_guest = visit.session.is_none();
    let mut faults = check(&visit, form, is_guest, &[]);
    if !faults.is_empty() {
        // one that the account has is good as it is
        faults = check(&visit, form, is_guest, &kept(&visit).await);
    }
    let address = address(form);
    let placing = PlaceBasketRequest {
        email: form.given("email").filter(|_| is_guest),
        expected_total: Some(offer.total.into()),
        shipping_address: Some(address.clone()),
        note: form.given("note"),
        metadata: Default::default(),
        payment: Some(PaymentMethod {
            method: form.text("method").to_owned(),
            capture: CaptureMode::Automatic,
        }),
        language: Some(visit.language),
    };
    // what the service would say as well is said with the rest
    faults.of_request(&placing);
    if !faults.is_empty() {
        return again(&visit, faults, Trouble::Fields).await;
    }
    // another total or another basket is told by who places it, whenever it became so
    let now = look(&visit).await?.map(|looked| looked.offer);
    let is_same =
        |now: &Offer| (now.basket, &now.etag, now.total) == (offer.basket, &offer.etag, offer.total);
    if now.filter(is_same).is_some_and(|now| !offer.prices.is_empty() && now.prices != offer.prices) {
        let trouble = Trouble::News(t::PRICES_CHANGED.say(), t::PRICES_CHANGED_MORE.say().to_owned());
        return again(&visit, Faults::default(), trouble).await;
    }
    let id = Path(offer.basket);
    let request = PlaceBasket { id, based_on: IfMatch(Some(offer.etag.clone())), placing: Body(placing) };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(Created { body, .. }) => {
            if !is_guest && form.text("keep") == "on" {
                keep(&visit, &offer, address).await;
            }
            Ok(placed(&visit, body))
        }
        // it was placed by a form in which something else stood
        Err(CallError::Refused(PlaceBasketError::BasketClosed {
            order_id: Some(order), order_key, ..
        })) => {
            basket::seen_again(&visit, None);
            if let Some(key) = order_key {
                visit.keep_key(order, key);
            }
            Ok(Shown::done(format!("/orders/{order}?before=1")))
        }
        Err(error) => {
            // an access token that has ended is nobody's, and nobody has this basket: then it is the session that is lost
            let is_lost = matches!(&error, CallError::Problem(problem) if problem.status == 404);
            if visit.session.is_some() && is_lost {
                visit.web.needs.auth.call(&visit.cx, GetMe { known: IfNoneMatch(None) }).await?;
            }
            refused(&visit, error).await
        }
    }
}

/// The page of the order. Without payments it is placed all the same.
fn placed(visit: &Visit, order: Order) -> Shown {
    visit.forget(Cookie::Typed);
    basket::seen_again(visit, None);
    let page = format!("/orders/{}", order.id);
    let is_unstarted = order.payment.is_none() && order.allowed.contains(&Action::Pay);
    if let Some(key) = order.order_key {
        visit.keep_key(order.id, key);
    }
    if is_unstarted { Shown::done(format!("{page}?payment=unstarted")) } else { Shown::there(page) }
}

/// Lowers a line of the basket to what there is, if it is as the page showed it; what was typed stays.
async fn take(visit: &Visit, offer: &Offer, item: BasketItem) -> Result<Shown, Stop> {
    let change = Body(BasketChange { lines: vec![item] });
    let request =
        UpdateBasket { id: Path(offer.basket), based_on: IfMatch(Some(offer.etag.clone())), change };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        // it is another one by now: the page says what is so
        Ok(_) | Err(CallError::Refused(_)) => {}
        Err(CallError::Problem(problem)) if matches!(problem.status, 404 | 412) => {}
        Err(error) => return Err(error.into()),
    }
    let Some(looked) = look(visit).await? else { return Ok(Shown::there("/basket")) };
    let kept = kept(visit).await;
    Ok(view::page(visit, &looked, &visit.form, &Faults::default(), (Trouble::Nothing, &kept)).into())
}

fn check(visit: &Visit, form: &Form, is_guest: bool, kept: &[SavedAddress]) -> Faults {
    let mut faults = Faults::default();
    if is_guest {
        check_email(form, &mut faults);
    }
    check_address(form, kept.iter().map(|one| &one.address), &mut faults);
    if !visit.web.needs.settings.payment_methods.offered.contains(&form.text("method")) {
        faults.add("method", t::CHOOSE_CARD);
    }
    faults
}

/// For the next order; that there is room for it no order depends on.
async fn keep(visit: &Visit, offer: &Offer, address: Address) {
    let address = Body(NewAddress { address, default: false });
    let request =
        AddAddress { key: OptionalIdempotencyKey(Some(format!("checkout-{}", offer.basket))), address };
    if let Err(error) = visit.web.needs.auth.call(&visit.cx, request).await {
        tracing::info!(%error, "an address was not kept");
    }
}

async fn refused(visit: &Visit, error: CallError<PlaceBasketError>) -> Result<Shown, Stop> {
    if error.outcome_unknown() {
        return again(visit, Faults::default(), Trouble::Unknown).await;
    }
    let said = |title: &'static str, more: String| Trouble::Said(title, more);
    // it is said at the field, as what else does not fit
    let error = match error {
        CallError::Refused(method @ PlaceBasketError::UnknownPaymentMethod { .. }) => {
            CallError::Problem(Box::new(Problem::of(&method)))
        }
        error => error,
    };
    let trouble = match error {
        CallError::Refused(PlaceBasketError::InsufficientStock { errors })
            if errors.iter().any(|short| short.limited) =>
        {
            said(t::UNPAID_LIMIT.say(), t::UNPAID_LIMIT_MORE.say().to_owned())
        }
        CallError::Refused(PlaceBasketError::InsufficientStock { .. }) => {
            said(t::NOT_ENOUGH.say(), t::NOT_ENOUGH_MORE.say().to_owned())
        }
        CallError::Refused(PlaceBasketError::NotOnSale { .. }) => {
            said(t::NOT_ON_SALE.say(), t::NOT_ON_SALE_MORE.say().to_owned())
        }
        CallError::Refused(PlaceBasketError::PriceChanged { expected, actual }) => Trouble::News(
            t::PRICE_CHANGED.say(),
            t::price_changed_more(&format::money(expected), &format::money(actual)),
        ),
        CallError::Refused(PlaceBasketError::TooManyUnpaidOrders { limit }) => {
            said(t::TOO_MANY_UNPAID.say(), t::too_many_unpaid_more(limit))
        }
        CallError::Refused(PlaceBasketError::WornOut) => {
            said(t::ONCE_MORE.say(), t::ONCE_MORE_MORE.say().to_owned())
        }
        // it was emptied, or is in another one by now
        CallError::Refused(PlaceBasketError::BasketEmpty | PlaceBasketError::BasketClosed { .. }) => {
            return Ok(Shown::there("/basket"));
        }
        CallError::Problem(problem) if problem.code == "precondition_failed" => {
            Trouble::News(t::BASKET_CHANGED.say(), t::BASKET_CHANGED_MORE.say().to_owned())
        }
        CallError::Problem(problem) if problem.status == 404 => return Ok(Shown::there("/basket")),
        CallError::Problem(problem) => match Faults::read(&problem) {
            Some(faults) => return again(visit, faults, Trouble::Fields).await,
            None => return Err(Stop::from(CallError::<PlaceBasketError>::Problem(problem))),
        },
        broken => return Err(broken.into()),
    };
    again(visit, Faults::default(), trouble).await
}

/// The page once more, with what was typed, and with the basket as it is now: what it shows is what the next try buys.
async fn again(visit: &Visit, faults: Faults, trouble: Trouble) -> Result<Shown, Stop> {
    // where there is none any more it has become an order
    let Some(looked) = look(visit).await? else {
        let orders = if visit.session.is_some() { "/account/orders" } else { "/basket" };
        return Ok(Shown::there(orders));
    };
    checkout_form_state::keep(visit);
    let status = match trouble {
        Trouble::Nothing | Trouble::LeftOut(_) => StatusCode::OK,
        Trouble::Fields => StatusCode::UNPROCESSABLE_ENTITY,
        Trouble::Said(..) | Trouble::News(..) => StatusCode::CONFLICT,
        Trouble::Unknown => StatusCode::SERVICE_UNAVAILABLE,
    };
    Ok(view::page(visit, &looked, &visit.form, &faults, (trouble, &[])).with_status(status).into())
}
