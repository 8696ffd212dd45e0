//! Checkout on one page: the items, the address and the payment.
//!
//! The form contains, sealed, which basket is ordered, in which version and at what total: sending the form twice places the same
//! basket, and there is one order.

mod view;

use super::{addresses, adjust_quantity, register::check_email};
use crate::{
    session::{
        basket, checkout_form_state, cookies::Cookie, page_error::PageError, request::RequestContext,
        response::PageResponse,
    },
    texts as t,
    ui::{
        address::{address, check_address, form_of},
        form::{FieldErrors, Form},
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

/// What is ordered, as the form contains it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Offer {
    basket: BasketId,
    /// The version of the basket that the page shows: what was added since is not ordered unseen.
    etag: String,
    total: Money,
    /// A hash of the price of each line: two prices can change in opposite directions and leave the total as it was. Forms of older
    /// versions have none.
    #[serde(default)]
    prices: String,
}

/// A basket that can be shown: with lines and a total.
struct CheckoutView {
    basket: Basket,
    offer: Offer,
    /// Whether units from before sign-in do not fit into it.
    is_left_out: bool,
}

async fn look(visit: &RequestContext) -> Result<Option<CheckoutView>, PageError> {
    let (found, is_left_out) = basket::find_all(visit).await?;
    Ok(found.filter(|basket| !basket.lines.is_empty()).and_then(|basket| {
        let (etag, prices) = (etag::of(&[basket.version]), prices_of(&basket));
        let offer = Offer { basket: basket.id, etag, total: basket.total?, prices };
        Some(CheckoutView { basket, offer, is_left_out })
    }))
}

fn prices_of(basket: &Basket) -> String {
    let each = basket
        .lines
        .iter()
        .flat_map(|line| [line.quantity, line.product.as_ref().map_or(-1, |of| of.price.minor)]);
    etag::print(etag::of(&each.collect::<Vec<_>>()).as_bytes())
}

/// What is shown above the form when the order was not placed.
enum CheckoutProblem {
    Nothing,
    /// Some of the stored input was lost.
    LeftOut(t::Text),
    /// The errors are at the fields.
    Fields,
    ApiError(&'static str, String),
    /// The basket differs from the one that was shown: nothing is wrong, and the customer has to look at it.
    Changed(&'static str, String),
    /// The outcome is not known: the same form can be sent again.
    Unknown,
}

pub(crate) async fn show(visit: RequestContext) -> Result<PageResponse, PageError> {
    let Some(looked) = look(&visit).await? else { return Ok(PageResponse::redirect("/basket")) };
    let kept = kept(&visit).await;
    let chosen = visit.query.given("address");
    let typed = checkout_form_state::read(&visit);
    let (typed, left_out) = typed.map_or((None, None), |typed| (typed.form, typed.left_out));
    // a customer who signs in before having typed an address may have one in the account
    let has_address = |typed: &Form| visit.session.is_none() || !typed.text("line1").is_empty();
    let form = match typed {
        Some(typed) if chosen.is_none() && has_address(&typed) => typed,
        typed => {
            let note = typed.as_ref().map_or("", |typed| typed.raw("note"));
            begin(&visit, &kept, chosen.as_deref(), note)
        }
    };
    let left_out = left_out.filter(|_| chosen.is_none());
    let trouble = left_out.map_or(CheckoutProblem::Nothing, CheckoutProblem::LeftOut);
    Ok(view::page(&visit, &looked, &form, &FieldErrors::default(), (trouble, &kept)).into())
}

/// The initial fields: the chosen address of the account or its default; without one, the name of the user.
fn begin(visit: &RequestContext, kept: &[SavedAddress], chosen: Option<&str>, note: &str) -> Form {
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

/// The addresses of the account; checkout works without them.
async fn kept(visit: &RequestContext) -> Vec<SavedAddress> {
    match visit.session {
        Some(_) => addresses::kept(visit).await.unwrap_or_default(),
        None => Vec::new(),
    }
}

/// Places the order.
pub(crate) async fn place(visit: RequestContext) -> Result<PageResponse, PageError> {
    let form = &visit.form;
    if let Some(elsewhere) = checkout_form_state::leads_to(form) {
        checkout_form_state::keep(&visit);
        return Ok(PageResponse::redirect(elsewhere));
    }
    let Some(offer) = visit.web.seal.open::<Offer>("offer", form.raw("offer")) else {
        let trouble = CheckoutProblem::Changed(t::INCOMPLETE.text(), t::INCOMPLETE_MORE.text().to_owned());
        return again(&visit, FieldErrors::default(), trouble).await;
    };
    if let Some(item) = adjust_quantity::asked(form) {
        return take(&visit, &offer, item).await;
    }
    let is_guest = visit.session.is_none();
    let mut faults = check(&visit, form, is_guest, &[]);
    if !faults.is_empty() {
        // an address of the account is accepted as it is
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
    // errors that the service would report are shown together with these
    faults.of_request(&placing);
    if !faults.is_empty() {
        return again(&visit, faults, CheckoutProblem::Fields).await;
    }
    // another total or another basket is reported by the service, whenever it changed
    let now = look(&visit).await?.map(|looked| looked.offer);
    let is_same =
        |now: &Offer| (now.basket, &now.etag, now.total) == (offer.basket, &offer.etag, offer.total);
    if now.filter(is_same).is_some_and(|now| !offer.prices.is_empty() && now.prices != offer.prices) {
        let trouble =
            CheckoutProblem::Changed(t::PRICES_CHANGED.text(), t::PRICES_CHANGED_MORE.text().to_owned());
        return again(&visit, FieldErrors::default(), trouble).await;
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
        // the order was placed by a form with other input
        Err(CallError::Refused(PlaceBasketError::BasketClosed {
            order_id: Some(order), order_key, ..
        })) => {
            basket::update_cookie_shown(&visit, None);
            if let Some(key) = order_key {
                visit.store_order_key(order, key);
            }
            Ok(PageResponse::redirect_with_flash(format!("/orders/{order}?before=1")))
        }
        Err(error) => {
            // with an expired access token nobody has this basket: then the session is lost
            let is_lost = matches!(&error, CallError::Problem(problem) if problem.status == 404);
            if visit.session.is_some() && is_lost {
                visit.web.needs.auth.call(&visit.cx, GetMe { known: IfNoneMatch(None) }).await?;
            }
            refused(&visit, error).await
        }
    }
}

/// The page of the order, which is placed even where payments does not respond.
fn placed(visit: &RequestContext, order: Order) -> PageResponse {
    visit.forget(Cookie::CheckoutForm);
    basket::update_cookie_shown(visit, None);
    let page = format!("/orders/{}", order.id);
    let is_unstarted = order.payment.is_none() && order.allowed.contains(&Action::Pay);
    if let Some(key) = order.order_key {
        visit.store_order_key(order.id, key);
    }
    if is_unstarted {
        PageResponse::redirect_with_flash(format!("{page}?payment=unstarted"))
    } else {
        PageResponse::redirect(page)
    }
}

/// Lowers a line to the available quantity, if the basket is the one that was shown; the input stays.
async fn take(visit: &RequestContext, offer: &Offer, item: BasketItem) -> Result<PageResponse, PageError> {
    let change = Body(BasketChange { lines: vec![item] });
    let request =
        UpdateBasket { id: Path(offer.basket), based_on: IfMatch(Some(offer.etag.clone())), change };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        // the basket has changed: the page shows the current one
        Ok(_) | Err(CallError::Refused(_)) => {}
        Err(CallError::Problem(problem)) if matches!(problem.status, 404 | 412) => {}
        Err(error) => return Err(error.into()),
    }
    let Some(looked) = look(visit).await? else { return Ok(PageResponse::redirect("/basket")) };
    let kept = kept(visit).await;
    Ok(view::page(visit, &looked, &visit.form, &FieldErrors::default(), (CheckoutProblem::Nothing, &kept))
        .into())
}

fn check(visit: &RequestContext, form: &Form, is_guest: bool, kept: &[SavedAddress]) -> FieldErrors {
    let mut faults = FieldErrors::default();
    if is_guest {
        check_email(form, &mut faults);
    }
    check_address(form, kept.iter().map(|one| &one.address), &mut faults);
    if !visit.web.needs.settings.payment_methods.offered.contains(&form.text("method")) {
        faults.add("method", t::CHOOSE_CARD);
    }
    faults
}

/// Stores the address for the next order; the order does not depend on it.
async fn keep(visit: &RequestContext, offer: &Offer, address: Address) {
    let address = Body(NewAddress { address, default: false });
    let request =
        AddAddress { key: OptionalIdempotencyKey(Some(format!("checkout-{}", offer.basket))), address };
    if let Err(error) = visit.web.needs.auth.call(&visit.cx, request).await {
        tracing::info!(%error, "an address was not kept");
    }
}

async fn refused(
    visit: &RequestContext,
    error: CallError<PlaceBasketError>,
) -> Result<PageResponse, PageError> {
    if error.outcome_unknown() {
        return again(visit, FieldErrors::default(), CheckoutProblem::Unknown).await;
    }
    let said = |title: &'static str, more: String| CheckoutProblem::ApiError(title, more);
    // shown at the field, like other errors
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
            said(t::UNPAID_LIMIT.text(), t::UNPAID_LIMIT_MORE.text().to_owned())
        }
        CallError::Refused(PlaceBasketError::InsufficientStock { .. }) => {
            said(t::NOT_ENOUGH.text(), t::NOT_ENOUGH_MORE.text().to_owned())
        }
        CallError::Refused(PlaceBasketError::NotOnSale { .. }) => {
            said(t::NOT_ON_SALE.text(), t::NOT_ON_SALE_MORE.text().to_owned())
        }
        CallError::Refused(PlaceBasketError::PriceChanged { expected, actual }) => CheckoutProblem::Changed(
            t::PRICE_CHANGED.text(),
            t::price_changed_more(&format::money(expected), &format::money(actual)),
        ),
        CallError::Refused(PlaceBasketError::TooManyUnpaidOrders { limit }) => {
            said(t::TOO_MANY_UNPAID.text(), t::too_many_unpaid_more(limit))
        }
        CallError::Refused(PlaceBasketError::WornOut) => {
            said(t::ONCE_MORE.text(), t::ONCE_MORE_MORE.text().to_owned())
        }
        // it was emptied, or is part of another one now
        CallError::Refused(PlaceBasketError::BasketEmpty | PlaceBasketError::BasketClosed { .. }) => {
            return Ok(PageResponse::redirect("/basket"));
        }
        CallError::Problem(problem) if problem.code == "precondition_failed" => {
            CheckoutProblem::Changed(t::BASKET_CHANGED.text(), t::BASKET_CHANGED_MORE.text().to_owned())
        }
        CallError::Problem(problem) if problem.status == 404 => return Ok(PageResponse::redirect("/basket")),
        CallError::Problem(problem) => match FieldErrors::read(&problem) {
            Some(faults) => return again(visit, faults, CheckoutProblem::Fields).await,
            None => return Err(PageError::from(CallError::<PlaceBasketError>::Problem(problem))),
        },
        broken => return Err(broken.into()),
    };
    again(visit, FieldErrors::default(), trouble).await
}

/// The page again, with its input and the current basket, which the next attempt orders.
async fn again(
    visit: &RequestContext,
    faults: FieldErrors,
    trouble: CheckoutProblem,
) -> Result<PageResponse, PageError> {
    // without a basket, it has become an order
    let Some(looked) = look(visit).await? else {
        let orders = if visit.session.is_some() { "/account/orders" } else { "/basket" };
        return Ok(PageResponse::redirect(orders));
    };
    checkout_form_state::keep(visit);
    let status = match trouble {
        CheckoutProblem::Nothing | CheckoutProblem::LeftOut(_) => StatusCode::OK,
        CheckoutProblem::Fields => StatusCode::UNPROCESSABLE_ENTITY,
        CheckoutProblem::ApiError(..) | CheckoutProblem::Changed(..) => StatusCode::CONFLICT,
        CheckoutProblem::Unknown => StatusCode::SERVICE_UNAVAILABLE,
    };
    Ok(view::page(visit, &looked, &visit.form, &faults, (trouble, &[])).with_status(status).into())
}
