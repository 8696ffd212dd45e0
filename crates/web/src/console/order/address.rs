//! Changing the address and the customer's note of an order, while anything of it is still to be shipped.

use super::{ConsoleOrderView, crumbs, find, look, order_id, place};
use crate::{
    console::{
        components::{ActionError, Input, based_on, faults, prose, sent},
        frame::{ConsolePage, ConsoleSection},
    },
    session::{page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff},
    texts::{self as t, console as c},
    ui::{
        address::{address, address_over, check_address, has_address},
        components::{ends, error_line, post},
        form::{FieldErrors, Form},
        format,
        order::parcel_steps::sent_to,
    },
};
use contracts::{
    Address,
    countries::{PostalCodeRule, postal_code_rule, region_is_needed},
    fulfilments::{Fulfilment, FulfilmentStatus, FulfilmentStep},
    orders::{Action, Order, OrderChange, OrderStatus, UpdateOrder},
};
use endpoint::{Body, IfMatch, Path, Permission, etag, http::StatusCode};
use maud::{Markup, html};

const DEED: &str = "address";

/// Whether both can be changed here; a draft is edited as a whole.
pub(super) fn can(order: &Order) -> bool {
    order.allowed.contains(&Action::Edit) && order.status != OrderStatus::Draft
}

/// The label of the link: an order without an address gets one.
pub(super) fn offer(order: &Order) -> &'static str {
    if order.shipping_address.is_some() { c::CORRECT.text() } else { c::ADD_ADDRESS.text() }
}

/// `GET /console/orders/{id}/address`.
pub(crate) async fn show_form(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    page(&visit, &staff, &id, None).await
}

async fn page(
    visit: &RequestContext,
    staff: &Staff,
    id: &str,
    trouble: Option<&ActionError>,
) -> Result<PageResponse, PageError> {
    let (etag, order) = find(visit, id).await?;
    match trouble {
        None if !can(&order) => return Ok(PageResponse::redirect(format!("/console/orders/{}", order.id))),
        Some(trouble) if !can(&order) => {
            let looked = look(visit, id).await?;
            let trouble = if trouble.is_overtaken() { too_late(visit, &looked) } else { trouble.clone() };
            return Ok(super::page(visit, staff, &looked, Some(&trouble)));
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
        (ends(&html! { button.btn.btn-primary { (t::SAVE_ADDRESS) } }, &format!("/console/orders/{}", order.id), c::BACK.text()))
    };
    let title = c::address_of(order.number, order.shipping_address.is_some());
    let main = html! {
        div.c-head { (crumbs(&order, Some(c::CORRECTING.text()))) }
        div.c-head { h1 { (title) } }
        @if let Some(trouble) = trouble { (trouble.banner()) }
        section.card.form-wide { (post(visit.csrf(), &format!("/console/orders/{}/address", order.id), "card-body stack", form)) }
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(ConsolePage::new(staff, ConsoleSection::Orders, &title).with_status(status).show(visit, &main))
}

/// The conflict after the order was shipped or has ended in the meantime.
fn too_late(visit: &RequestContext, looked: &ConsoleOrderView) -> ActionError {
    let gone = left_since(looked, &IfMatch(visit.form.given("etag")));
    let to = gone.and_then(|one| sent_to(&looked.order, &looked.history, &looked.fulfilments, one));
    let more = to.map_or(c::NOTHING_TO_CORRECT.into(), |to| c::has_left_for(&format::whole_address(to)));
    let to = has_address(&visit.form).then(|| address(&visit.form));
    let wanted = told(to.as_ref(), Some(visit.form.text("note")));
    ActionError::said(StatusCode::CONFLICT, c::NOT_CORRECTED.text(), &more).with(c::you_wanted(&wanted))
}

/// The parcel that was shipped since the page was shown.
fn left_since<'a>(looked: &'a ConsoleOrderView, seen: &IfMatch) -> Option<&'a Fulfilment> {
    let is_seen = |version: &i64| seen.allows(&etag::of(&[*version])).is_ok();
    let seen = looked.history.iter().map(|item| item.sequence).find(is_seen)?;
    let has_left = |step: &FulfilmentStep| {
        step.status == FulfilmentStatus::Shipped && step.order_version.is_some_and(|version| version > seen)
    };
    looked.fulfilments.iter().find(|one| one.steps.iter().any(has_left))
}

/// Address and note in one line.
pub(super) fn as_it_is(order: &Order) -> String {
    told(order.shipping_address.as_ref(), order.note.as_deref())
}
fn told(to: Option<&Address>, note: Option<&str>) -> String {
    let note = note.filter(|note| !note.is_empty()).map(c::quoted);
    to.map(format::whole_address).into_iter().chain(note).collect::<Vec<_>>().join(", ")
}

/// The fields of address and note, as stored or as submitted.
pub(crate) fn fields(
    form: &Form,
    deed: &str,
    to: Option<&Address>,
    note: Option<&str>,
    faults: &FieldErrors,
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
    let has_code = postal_code_rule(country) == PostalCodeRule::Required;
    html! {
        div.fields {
            (input("name", t::FULL_NAME.text(), "", false))
            (input("line1", t::STREET.text(), "", false))
            (input("line2", t::FLOOR.text(), "", true))
            (input("postal_code", t::POSTAL_CODE.text(), "w2", !has_code))
            (input("city", t::CITY.text(), "w4", false))
            (input("region", t::REGION.text(), "w3", !region_is_needed(country)))
            @let wrong = faults.of("country");
            div.field.w3.bad[wrong.is_some()] {
                label for="country" { (t::COUNTRY) }
                select.select id="country" name="country" aria-invalid=[wrong.map(|_| "true")]
                    aria-describedby=[wrong.map(|_| "country-error")] {
                    @if !t::is_country(country) { option value=(country) selected { (country) } }
                    @for (code, name) in t::countries() { option value=(code) selected[code == country] { (name) } }
                }
                @if let Some(text) = wrong { (error_line(Some("country-error"), text)) }
            }
            (prose("note", c::THEIR_NOTE.text(), sent(form, deed, "note", note.unwrap_or_default()), faults))
        }
    }
}

/// `POST /console/orders/{id}/address`: based on the version that was shown. An order without an address can get a note alone.
pub(crate) async fn save(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    let (_, order) = find(&visit, &id).await?;
    let (stored, mut wrong) = (order.shipping_address.as_ref(), FieldErrors::default());
    let sent = || stored.map_or_else(|| address(&visit.form), |stored| address_over(&visit.form, stored));
    let to = (stored.is_some() || has_address(&visit.form)).then(sent);
    if to.is_some() {
        check_address(&visit.form, stored, &mut wrong);
    }
    let change = OrderChange {
        shipping_address: to.map(Some),
        note: Some(visit.form.text_or_stored("note", order.note.as_deref().unwrap_or_default())),
        ..OrderChange::default()
    };
    // errors that the service would report are shown together with these
    wrong.of_request(&change);
    if !wrong.is_empty() {
        return page(&visit, &staff, &id, Some(&ActionError::in_fields(wrong))).await;
    }
    let based_on = IfMatch(visit.form.given("etag"));
    let request = UpdateOrder { id: Path(order_id(&id)?), based_on, change: Body(change) };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(_) => Ok(place(order.id, "corrected")),
        Err(error) => page(&visit, &staff, &id, Some(&ActionError::of(error)?)).await,
    }
}
