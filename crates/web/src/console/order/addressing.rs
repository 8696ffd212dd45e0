//! Correcting where an order goes, and what the customer notes, as long as nothing was sent.

use super::{
    super::{
        frame::{Page, Room},
        parts::{Input, Trouble, based_on, faults, sent},
        staff::Staff,
    },
    again, crumbs, find, has_shipped, order_id, place,
};
use crate::{
    form::{Faults, Form},
    format,
    pages::postcode,
    parts::{ends, error_line, post},
    shown::{Shown, Stop},
    texts::{self as t, console as c},
    visit::Visit,
};
use contracts::{
    Address,
    orders::{Action, Order, OrderChange, OrderStatus, UpdateOrder},
};
use endpoint::{Body, IfMatch, Path, Permission, http::StatusCode};
use maud::{Markup, html};

const DEED: &str = "address";

/// Whether it can be corrected here; a draft is edited as a whole.
pub(super) fn can(order: &Order) -> bool {
    order.allowed.contains(&Action::Edit) && order.status != OrderStatus::Draft
}

/// What the way here is called: where there is no address yet, one is entered.
pub(super) fn offer(order: &Order) -> &'static str {
    if order.shipping_address.is_some() { c::CORRECT.say() } else { c::ADD_ADDRESS.say() }
}

/// `GET /console/orders/{id}/address`.
pub(in super::super) async fn ask(visit: Visit, id: String) -> Result<Shown, Stop> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    page(&visit, &staff, &id, None).await
}

async fn page(visit: &Visit, staff: &Staff, id: &str, trouble: Option<&Trouble>) -> Result<Shown, Stop> {
    let (etag, order) = find(visit, id).await?;
    match trouble {
        None if !can(&order) => return Ok(Shown::there(format!("/console/orders/{}", order.id))),
        Some(trouble) if !can(&order) => {
            let trouble = if trouble.is_overtaken() { too_late(visit, &order) } else { trouble.clone() };
            return again(visit, staff, id, trouble).await;
        }
        _ => {}
    }
    let trouble = trouble.map(|trouble| trouble.clone().beside(&as_it_is(&order)));
    let trouble = trouble.as_ref();
    let was = based_on(&visit.form, trouble, etag);
    let form = html! {
        input type="hidden" name="deed" value=(DEED);
        input type="hidden" name="etag" value=(was);
        (fields(&visit.form, DEED, order.shipping_address.as_ref(), order.note.as_deref(), &faults(trouble)))
        (ends(&html! { button.btn.btn-primary { (t::SAVE_ADDRESS) } }, &format!("/console/orders/{}", order.id), c::BACK.say()))
    };
    let title = c::address_of(order.number, order.shipping_address.is_some());
    let main = html! {
        div.c-head { (crumbs(&order, Some(c::CORRECTING.say()))) }
        div.c-head { h1 { (title) } }
        @if let Some(trouble) = trouble { (trouble.banner()) }
        section.card.form-wide { (post(visit, &format!("/console/orders/{}/address", order.id), "card-body stack", form)) }
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(Page::new(staff, Room::Orders, &title).with_status(status).show(visit, &main))
}

/// It has left meanwhile, or is not to be sent any more: nothing can be corrected.
fn too_late(visit: &Visit, order: &Order) -> Trouble {
    let to = order.shipping_address.as_ref().filter(|_| has_shipped(order));
    let more = to.map_or(c::NOTHING_TO_CORRECT.into(), |to| c::has_left_for(&format::whole_address(to)));
    let wanted = c::you_wanted(&format::whole_address(&address(&visit.form)));
    Trouble::said(StatusCode::CONFLICT, c::NOT_CORRECTED.say(), &more).with(wanted)
}

/// Where it goes and what is noted, in a line.
pub(super) fn as_it_is(order: &Order) -> String {
    let to = order.shipping_address.iter().map(format::whole_address);
    let note = order.note.iter().filter(|note| !note.is_empty()).map(|note| format!("“{note}”"));
    to.chain(note).collect::<Vec<_>>().join(", ")
}

/// The fields of an address and a note, as they are or as they were sent.
pub(in super::super) fn fields(
    form: &Form,
    deed: &str,
    to: Option<&Address>,
    note: Option<&str>,
    faults: &Faults,
) -> Markup {
    let now = |name: &str| match (name, to) {
        ("name", Some(to)) => to.name.as_str(),
        ("line1", Some(to)) => to.line1.as_str(),
        ("line2", Some(to)) => to.line2.as_deref().unwrap_or_default(),
        ("region", Some(to)) => to.region.as_deref().unwrap_or_default(),
        ("postal_code", Some(to)) => to.postal_code.as_str(),
        ("city", Some(to)) => to.city.as_str(),
        ("country", to) => to.map_or(t::HOME_COUNTRY, |to| to.country.as_str()),
        _ => "",
    };
    let input = |name: &'static str, label: &'static str, width: &'static str, optional: bool| {
        Input { value: sent(form, deed, name, now(name)), width, optional, ..Input::new(name, label) }
            .show(faults)
    };
    let country = sent(form, deed, "country", now("country"));
    let is_known = t::COUNTRIES.contains(&country);
    html! {
        div.fields {
            (input("name", t::FULL_NAME.say(), "", false))
            (input("line1", t::STREET.say(), "", false))
            (input("line2", t::FLOOR.say(), "", true))
            (input("postal_code", t::POSTAL_CODE.say(), "w2", false))
            (input("city", t::CITY.say(), "w4", false))
            (input("region", t::REGION.say(), "w3", true))
            div.field.w3.bad[faults.of("country").is_some()] {
                label for="country" { (t::COUNTRY) }
                select.select id="country" name="country" {
                    @if !is_known { option value=(country) selected { (country) } }
                    @for (code, name) in t::countries() { option value=(code) selected[code == country] { (name) } }
                }
                @if let Some(text) = faults.of("country") { (error_line(None, text)) }
            }
            (Input { value: sent(form, deed, "note", note.unwrap_or_default()), optional: true, ..Input::new("note", c::THEIR_NOTE.say()) }.show(faults))
        }
    }
}

/// What is wrong with an address. The code that it has already may stay: the API takes every one.
pub(in super::super) fn check(form: &Form, was: Option<&Address>) -> Faults {
    let mut faults = Faults::default();
    faults.demand(form, "name", &t::ENTER_NAME);
    faults.demand(form, "line1", &t::ENTER_STREET);
    let is_same =
        |was: &Address| was.postal_code == form.text("postal_code") && was.country == form.text("country");
    if !was.is_some_and(is_same) {
        postcode::check(form, &mut faults);
    }
    faults.demand(form, "city", &t::ENTER_CITY);
    faults.demand(form, "country", t::CHOOSE_COUNTRY.say());
    faults
}

/// The address that was sent.
pub(in super::super) fn address(form: &Form) -> Address {
    let text = |name| form.text(name).to_owned();
    Address {
        name: text("name"),
        line1: text("line1"),
        line2: form.given("line2"),
        city: text("city"),
        postal_code: text("postal_code"),
        region: form.given("region"),
        country: text("country"),
    }
}

/// `POST /console/orders/{id}/address`: of the order as it was seen.
pub(in super::super) async fn save(visit: Visit, id: String) -> Result<Shown, Stop> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    let (_, order) = find(&visit, &id).await?;
    let mut wrong = check(&visit.form, order.shipping_address.as_ref());
    let change = OrderChange {
        shipping_address: Some(Some(address(&visit.form))),
        note: Some(visit.form.text("note").to_owned()),
        ..OrderChange::default()
    };
    // what the service would say as well is said with the rest
    wrong.of_request(&change);
    if !wrong.is_empty() {
        return page(&visit, &staff, &id, Some(&Trouble::in_fields(wrong))).await;
    }
    let based_on = IfMatch(visit.form.given("etag"));
    let request = UpdateOrder { id: Path(order_id(&id)?), based_on, change: Body(change) };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(_) => Ok(place(order.id, "corrected")),
        Err(error) => page(&visit, &staff, &id, Some(&Trouble::of(error)?)).await,
    }
}
