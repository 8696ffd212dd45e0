//! Correcting the carrier and the tracking number of a shipped parcel.

use super::{order_id, place};
use crate::{
    console::components::{ActionError, Input, faults, once, way_back},
    session::{page_error::PageError, request::RequestContext, response::PageResponse},
    texts::console as c,
    ui::{carriers, components::post, form::FieldErrors},
};
use contracts::{
    fulfilments::{Fulfilment, FulfilmentChange, UpdateFulfilment},
    orders::UpdateFulfilmentError,
};
use endpoint::{Body, Path, client::CallError};
use kernel::id::FulfilmentId;
use maud::{Markup, html};

/// The value of the button that corrects.
pub(super) const CORRECT: &str = "correct";
/// The value of the button that marks a parcel as unpacked.
pub(super) const UNPACK: &str = "unpack";
/// The field with the version of the parcel that the page showed.
const VERSION: &str = "version";
const CARRIERS: &str = "carriers";

/// The names of the fields, distinct from those of another shipment on the same page.
fn names(id: FulfilmentId) -> [String; 2] {
    ["carrier", "number"].map(|what| format!("{what}-new-{id}"))
}

/// The suggested carriers, once on a page.
pub(super) fn known_carriers() -> Markup {
    html! { datalist id=(CARRIERS) { @for name in carriers::names() { option value=(name) {} } } }
}

/// The fields of carrier and tracking number.
pub(super) fn carried_by(names: [&str; 2], values: [&str; 2], faults: &FieldErrors) -> Markup {
    html! {
        div.pair {
            (Input { value: values[0], optional: true, list: Some(CARRIERS), ..Input::new(names[0], c::CARRIER.text()) }.show(faults))
            (Input { value: values[1], optional: true, ..Input::new(names[1], c::TRACKING.text()) }.show(faults))
        }
    }
}

pub(super) fn form(
    visit: &RequestContext,
    action: &str,
    one: &Fulfilment,
    trouble: Option<&ActionError>,
) -> Markup {
    let (deed, faults) = (format!("{CORRECT}-{}", one.id), faults(trouble));
    let [carrier, number] = names(one.id);
    let is_sent = visit.form.text("deed") == deed;
    let value = |name: &str, known: &Option<String>| {
        if is_sent { visit.form.raw(name).to_owned() } else { known.clone().unwrap_or_default() }
    };
    // after a conflict, the form is based on the current values
    let is_overtaken = trouble.is_some_and(ActionError::is_overtaken);
    let sent = visit.form.given(VERSION).filter(|_| is_sent && !is_overtaken);
    let based_on = sent.unwrap_or_else(|| one.version.to_string());
    html! {
        @if one.status.can_be_corrected() {
            // of all actions for a parcel, one is open
            details.asked name=(one.id) open[is_sent && trouble.is_some()] {
                summary.link { (c::CORRECT_TRACKING) }
                div.below {
                    (post(visit.csrf(), action, "stack gap-3", html! {
                        (once(visit, &deed, trouble))
                        input type="hidden" name=(VERSION) value=(based_on);
                        p.small { (c::CORRECT_TRACKING_MORE) }
                        (carried_by([&carrier, &number], [&value(&carrier, &one.carrier), &value(&number, &one.tracking_number)], &faults))
                        (way_back(&html! { button.btn.btn-primary name="do" value=(CORRECT) { (c::SAVE_TRACKING) } }, &format!("/console/orders/{}", one.order_id)))
                    }))
                }
            }
        }
    }
}

/// Sets carrier and tracking number to the form's; a missing field does not change. Or marks the parcel as unpacked.
pub(super) async fn correct(
    visit: &RequestContext,
    order: &str,
    known: &Fulfilment,
) -> Result<Result<PageResponse, ActionError>, PageError> {
    let names = names(known.id);
    let stored = [&known.carrier, &known.tracking_number];
    let typed = |n: usize| {
        let is_sent = visit.form.pairs().any(|(name, _)| name == names[n]);
        is_sent.then(|| visit.form.text_or_stored(&names[n], stored[n].as_deref().unwrap_or_default()))
    };
    let [carrier, tracking_number] = [0, 1].map(typed);
    let is_unpacked = visit.form.text("do") == UNPACK;
    // an invalid number is an invalid version
    let version = visit.form.given(VERSION).map(|version| version.parse().unwrap_or(0));
    let to_unpack = is_unpacked.then_some(false);
    let change = FulfilmentChange { carrier, tracking_number, to_unpack, version };
    let request = UpdateFulfilment { id: Path(known.id), change: Body(change) };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(_) => Ok(Ok(place(order_id(order)?, if is_unpacked { "taken-apart" } else { "renumbered" }))),
        Err(error @ CallError::Refused(UpdateFulfilmentError::VersionConflict { .. })) => {
            Ok(Err(ActionError::of(error)?.overtaken().beside(&as_it_is(known))))
        }
        Err(error) => {
            let [carrier, number] = &names;
            let fields = [("carrier", carrier.as_str()), ("tracking_number", number.as_str())];
            Ok(Err(ActionError::of(error)?.with_names(&fields)))
        }
    }
}

/// Carrier and tracking number in one line.
fn as_it_is(one: &Fulfilment) -> String {
    let said: Vec<&str> =
        [&one.carrier, &one.tracking_number].into_iter().flatten().map(String::as_str).collect();
    if said.is_empty() { c::NEITHER_CARRIER_NOR_NUMBER.into() } else { said.join(", ") }
}
