//! Checkout, on one page: what is bought, where it goes, how it is paid.
//!
//! What is bought travels in the form, sealed, together with the idempotency key: whoever sends the form twice sends the
//! same order under the same key, and there is one order.

use super::basket::{self, Looked};
use crate::{
    form::{Faults, Form},
    format, icons,
    parts::{Field, banner, error_line, picture, post, summary},
    shown::{Page, Shown, Stop},
    texts as t,
    visit::Visit,
};
use contracts::{
    Address,
    auth::{AddAddress, ListAddresses, NewAddress},
    orders::{NewLine, NewOrder, PaymentMethod, PlaceOrder, PlaceOrderError},
    payments::CaptureMode,
};
use endpoint::{Body, Created, Json, Key, MaybeKey, Slice, client::CallError, http::StatusCode};
use kernel::{Money, id::ProductId};
use maud::{Markup, html};
use serde::{Deserialize, Serialize};

/// The simulator's cards, with what each does.
pub(crate) const CARDS: [(&str, &str, &str); 7] = [
    ("sim_ok", t::CARD_OK, t::CARD_OK_MORE),
    ("sim_declined", t::CARD_DECLINED, t::CARD_DECLINED_MORE),
    ("sim_insufficient_funds", t::CARD_NO_FUNDS, t::CARD_NO_FUNDS_MORE),
    ("sim_requires_action", t::CARD_ASKS, t::CARD_ASKS_MORE),
    ("sim_slow", t::CARD_SLOW, t::CARD_SLOW_MORE),
    ("sim_webhook_late", t::CARD_LATE, t::CARD_LATE_MORE),
    ("sim_timeout_after_charge", t::CARD_LOST, t::CARD_LOST_MORE),
];

const NAME: Field = Field::new("name", t::FULL_NAME).autocomplete("shipping name");
const LINE1: Field = Field::new("line1", t::STREET).autocomplete("shipping address-line1");
const LINE2: Field = Field::new("line2", t::FLOOR).autocomplete("shipping address-line2").optional();
const POSTAL_CODE: Field =
    Field::new("postal_code", t::POSTAL_CODE).autocomplete("shipping postal-code").width("w2");
const CITY: Field = Field::new("city", t::CITY).autocomplete("shipping address-level2").width("w4");
const COUNTRY: Field = Field::new("country", t::COUNTRY).autocomplete("shipping country");
const NOTE: Field = Field::new("note", t::NOTE).hint(t::NOTE_HINT).optional();

/// What is bought, as the form carries it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Offer {
    key: String,
    lines: Vec<(ProductId, i64)>,
    total: Money,
}

impl Offer {
    fn of(visit: &Visit, looked: &Looked) -> Self {
        let key = visit.web.needs.env.uuid().to_string();
        let lines = looked.lines.iter().map(|line| (line.product.id, line.quantity)).collect();
        Offer { key, lines, total: looked.total }
    }
}

/// What stands above the form when it could not be sent.
enum Trouble {
    Nothing,
    /// The fields say it.
    Fields,
    Said(&'static str, String),
    /// Nobody knows whether it was placed: the same form may be sent again.
    Unknown,
}

pub(crate) async fn show(visit: Visit) -> Result<Shown, Stop> {
    visit.signed_in()?;
    let Some(looked) = basket::look(&visit).await? else { return Ok(Shown::there("/basket")) };
    let form = begin(&visit).await;
    let offer = Offer::of(&visit, &looked);
    Ok(page(&visit, &looked, &offer, &form, &Faults::default(), Trouble::Nothing).into())
}

/// The fields as they are at first: with the address that the account begins with.
async fn begin(visit: &Visit) -> Form {
    let request = ListAddresses { slice: Slice::default() };
    let kept = visit.web.needs.auth.call(&visit.cx, request).await;
    // without it there are empty fields
    let kept = kept.map(|Json(page)| page.items).unwrap_or_default();
    let kept = kept.into_iter().find(|kept| kept.default).map(|kept| kept.address);
    let mut fields = form_urlencoded::Serializer::new(String::new());
    fields.append_pair("method", CARDS[0].0);
    match kept {
        Some(address) => {
            let Address { name, line1, line2, city, postal_code, country, .. } = address;
            let line2 = line2.unwrap_or_default();
            let all = [("name", name), ("line1", line1), ("line2", line2), ("city", city)];
            fields.extend_pairs(all).extend_pairs([("postal_code", postal_code), ("country", country)]);
        }
        None => {
            fields.extend_pairs([("country", t::HOME_COUNTRY), ("keep", "on")]);
        }
    }
    Form::parse(fields.finish().as_bytes())
}

/// Places the order.
pub(crate) async fn place(visit: Visit) -> Result<Shown, Stop> {
    visit.signed_in()?;
    let form = &visit.form;
    let Some(offer) = visit.web.seal.open::<Offer>("offer", form.raw("offer")) else {
        return Ok(Shown::there("/checkout"));
    };
    let faults = check(form);
    if !faults.is_empty() {
        return again(&visit, Some(offer), faults, Trouble::Fields).await;
    }
    let address = address(form);
    let order = NewOrder {
        lines: offer.lines.iter().map(new_line).collect(),
        expected_total: Some(offer.total.into()),
        adjustments: Vec::new(),
        shipping_address: Some(address.clone()),
        note: form.given("note"),
        metadata: Default::default(),
        payment: Some(PaymentMethod {
            method: form.text("method").to_owned(),
            capture: CaptureMode::Automatic,
        }),
    };
    let request = PlaceOrder { key: Key(offer.key.clone()), order: Body(order) };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(Created { body, .. }) => {
            visit.keep(&visit.basket.without(&offer.lines));
            if form.text("keep") == "on" {
                keep(&visit, &offer, address).await;
            }
            Ok(Shown::there(format!("/orders/{}", body.id)))
        }
        Err(error) => refused(&visit, offer, error).await,
    }
}

fn new_line((product, quantity): &(ProductId, i64)) -> NewLine {
    NewLine { product_id: Some(*product), title: None, unit_price: None, quantity: *quantity }
}

fn check(form: &Form) -> Faults {
    let mut faults = Faults::default();
    for (field, what) in [
        ("name", t::ENTER_NAME),
        ("line1", t::ENTER_STREET),
        ("postal_code", t::ENTER_POSTAL_CODE),
        ("city", t::ENTER_CITY),
    ] {
        faults.demand(form, field, what);
    }
    if !t::COUNTRIES.iter().any(|(code, _)| *code == form.text("country")) {
        faults.add("country", t::CHOOSE_COUNTRY);
    }
    if !CARDS.iter().any(|(method, ..)| *method == form.text("method")) {
        faults.add("method", t::CHOOSE_CARD);
    }
    faults
}

fn address(form: &Form) -> Address {
    let text = |name| form.text(name).to_owned();
    Address {
        name: text("name"),
        line1: text("line1"),
        line2: form.given("line2"),
        city: text("city"),
        postal_code: text("postal_code"),
        region: None,
        country: text("country"),
    }
}

/// For the next order; that there is room for it no order depends on.
async fn keep(visit: &Visit, offer: &Offer, address: Address) {
    let address = Body(NewAddress { address, default: false });
    let request = AddAddress { key: MaybeKey(Some(format!("checkout-{}", offer.key))), address };
    if let Err(error) = visit.web.needs.auth.call(&visit.cx, request).await {
        tracing::info!(%error, "an address was not kept");
    }
}

async fn refused(visit: &Visit, offer: Offer, error: CallError<PlaceOrderError>) -> Result<Shown, Stop> {
    if error.outcome_unknown() {
        return again(visit, Some(offer), Faults::default(), Trouble::Unknown).await;
    }
    let said = |title: &'static str, more: String| Trouble::Said(title, more);
    let trouble = match error {
        CallError::Refused(PlaceOrderError::InsufficientStock { .. }) => {
            said(t::NOT_ENOUGH, t::NOT_ENOUGH_MORE.to_owned())
        }
        CallError::Refused(PlaceOrderError::NotOnSale { .. }) => {
            said(t::NOT_ON_SALE, t::NOT_ON_SALE_MORE.to_owned())
        }
        CallError::Refused(PlaceOrderError::PriceChanged { expected, actual }) => {
            said(t::PRICE_CHANGED, t::price_changed_more(&format::money(expected), &format::money(actual)))
        }
        CallError::Refused(PlaceOrderError::TooManyUnpaidOrders { limit }) => {
            said(t::TOO_MANY_UNPAID, t::too_many_unpaid_more(limit))
        }
        CallError::Refused(PlaceOrderError::WornOut) => said(t::ONCE_MORE, t::ONCE_MORE_MORE.to_owned()),
        CallError::Problem(problem) if problem.code == "key_reused" => {
            said(t::WAS_PLACED, t::WAS_PLACED_MORE.to_owned())
        }
        CallError::Problem(problem) => match Faults::read(&problem) {
            Some(faults) => return again(visit, Some(offer), faults, Trouble::Fields).await,
            None => return Err(Stop::from(CallError::<PlaceOrderError>::Problem(problem))),
        },
        broken => return Err(broken.into()),
    };
    again(visit, None, Faults::default(), trouble).await
}

/// The page once more, with what was typed: of the same offer, whatever is in the basket by now. Without an offer it
/// makes a new one of the basket: what was refused is not asked again.
async fn again(visit: &Visit, offer: Option<Offer>, faults: Faults, trouble: Trouble) -> Result<Shown, Stop> {
    let looked = match &offer {
        Some(offer) => {
            basket::look_at(visit, offer.lines.iter().map(|(id, n)| (*id, *n, None)).collect()).await
        }
        None => basket::look(visit).await,
    };
    let Some(looked) = looked? else { return Ok(Shown::there("/account/orders")) };
    let offer = offer.unwrap_or_else(|| Offer::of(visit, &looked));
    let status = match trouble {
        Trouble::Nothing => StatusCode::OK,
        Trouble::Fields => StatusCode::UNPROCESSABLE_ENTITY,
        Trouble::Said(..) => StatusCode::CONFLICT,
        Trouble::Unknown => StatusCode::SERVICE_UNAVAILABLE,
    };
    Ok(page(visit, &looked, &offer, &visit.form, &faults, trouble).with_status(status).into())
}

fn page(
    visit: &Visit,
    looked: &Looked,
    offer: &Offer,
    form: &Form,
    faults: &Faults,
    trouble: Trouble,
) -> Page {
    let fields = html! {
        input type="hidden" name="offer" value=(visit.web.seal.close("offer", offer));
        div.row.spread {
            h1 { (t::CHECKOUT) }
            ol.steps aria-label=(t::STEPS) {
                li { (t::BASKET) } li aria-current="step" { (t::ADDRESS_AND_PAYMENT) } li { (t::DONE) }
            }
        }
        (trouble_shown(&trouble, faults))
        div.split {
            div {
                (address_fields(form, faults))
                (cards(form, faults))
                section.section-form { (NOTE.area(form, faults)) }
            }
            (sum(looked, offer))
        }
    };
    Page::new(t::CHECKOUT, post(visit, "/checkout", "stack gap-6", fields))
        .back_to("/basket", t::BACK_TO_BASKET)
}

fn trouble_shown(trouble: &Trouble, faults: &Faults) -> Markup {
    match trouble {
        Trouble::Nothing => html! {},
        Trouble::Fields => summary(faults, Some(t::NOTHING_ORDERED)),
        Trouble::Said(title, more) => banner(
            "bad",
            title,
            html! {
                p { (more) }
                p { a href="/basket" { (t::SEE_BASKET) } ", " a href="/account/orders" { (t::SEE_ORDERS) } }
            },
        ),
        Trouble::Unknown => banner("wait", t::NOT_KNOWN, html! { p { (t::NOT_KNOWN_MORE) } }),
    }
}

fn address_fields(form: &Form, faults: &Faults) -> Markup {
    html! {
        section.section-form aria-labelledby="h-a" {
            h2 id="h-a" { (t::WHERE_TO) }
            div.fields {
                (NAME.show(form, faults))
                (LINE1.show(form, faults))
                (LINE2.show(form, faults))
                (POSTAL_CODE.show(form, faults))
                (CITY.show(form, faults))
                (COUNTRY.choice(form, faults, t::COUNTRIES))
            }
            label.check {
                input type="checkbox" name="keep" value="on" checked[form.text("keep") == "on"];
                span { (t::KEEP_ADDRESS) }
            }
        }
    }
}

fn cards(form: &Form, faults: &Faults) -> Markup {
    html! {
        section.section-form aria-labelledby="h-p" {
            h2 id="h-p" { (t::HOW_TO_PAY) }
            (card_choice(form.text("method"), faults))
        }
    }
}

/// The simulator's cards to choose from.
pub(crate) fn card_choice(chosen: &str, faults: &Faults) -> Markup {
    let wrong = faults.of("method");
    html! {
        div.banner { (icons::INFO) p { (t::SIMULATOR) } }
        fieldset.stack.gap-2 id="method" aria-describedby=[wrong.map(|_| "method-error")] {
            legend.sr { (t::TEST_CARD) }
            div.choice.bad[wrong.is_some()] {
                @for (method, name, more) in CARDS {
                    label.check {
                        input type="radio" name="method" value=(method) checked[method == chosen];
                        span { (name) span.hint { (more) } }
                        code.small.quiet.wide-only { (method) }
                    }
                }
            }
            @if let Some(text) = wrong { div.field { (error_line(Some("method-error"), text)) } }
        }
    }
}

fn sum(looked: &Looked, offer: &Offer) -> Markup {
    let is_short = looked.lines.iter().any(basket::Seen::is_short);
    html! {
        aside.sum-box.stack.stay aria-label=(t::YOUR_ORDER) {
            h2 { (t::YOUR_ORDER) }
            ul.lines {
                @for line in &looked.lines {
                    li.line.line-s {
                        span.plate.thumb { (picture(&line.product.images, false)) }
                        div { (line.product.name) p.small.quiet.num { (t::times(line.quantity)) } }
                        span.n { (format::money(line.total)) }
                    }
                }
            }
            dl.money { div.sum { dt { (t::TOTAL) } dd { (format::money(offer.total)) } } }
            @if is_short {
                a.btn.btn-wide href="/basket" { (t::SETTLE_IN_BASKET) }
            } @else {
                button.btn.btn-primary.btn-wide data-once { (t::pay(&format::money(offer.total))) }
                p.small.quiet { (t::ONCE_ONLY) }
            }
        }
    }
}
