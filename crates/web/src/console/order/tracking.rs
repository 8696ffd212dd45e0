//! Correcting who carries a parcel that has left, and its number there.

use super::{order_id, place};
use crate::{
    console::parts::{Input, Trouble, faults, once, way_back},
    session::{page_error::Stop, request::Visit, response::Shown},
    texts::console as c,
    ui::{carriers, components::post, form::Faults},
};
use contracts::{
    fulfilments::{Fulfilment, FulfilmentChange, UpdateFulfilment},
    orders::UpdateFulfilmentError,
};
use endpoint::{Body, Path, client::CallError};
use kernel::id::FulfilmentId;
use maud::{Markup, html};

/// What the button says that it does.
pub(super) const CORRECT: &str = "correct";
/// What the button says that notes that a parcel was taken apart.
pub(super) const UNPACK: &str = "unpack";
/// The parcel's version that somebody saw as they wrote.
const VERSION: &str = "version";
const CARRIERS: &str = "carriers";

/// The names of the fields: beside them may stand those with which it is sent once more.
fn names(id: FulfilmentId) -> [String; 2] {
    ["carrier", "number"].map(|what| format!("{what}-new-{id}"))
}

/// The carriers that are suggested where one is asked for, once on a page.
pub(super) fn known_carriers() -> Markup {
    html! { datalist id=(CARRIERS) { @for name in carriers::names() { option value=(name) {} } } }
}

/// Who carries a parcel, and its number there: fields of these names, with what stands in them.
pub(super) fn carried_by(names: [&str; 2], values: [&str; 2], faults: &Faults) -> Markup {
    html! {
        div.pair {
            (Input { value: values[0], optional: true, list: Some(CARRIERS), ..Input::new(names[0], c::CARRIER.say()) }.show(faults))
            (Input { value: values[1], optional: true, ..Input::new(names[1], c::TRACKING.say()) }.show(faults))
        }
    }
}

pub(super) fn form(visit: &Visit, action: &str, one: &Fulfilment, trouble: Option<&Trouble>) -> Markup {
    let (deed, faults) = (format!("{CORRECT}-{}", one.id), faults(trouble));
    let [carrier, number] = names(one.id);
    let is_sent = visit.form.text("deed") == deed;
    let value = |name: &str, known: &Option<String>| {
        if is_sent { visit.form.raw(name).to_owned() } else { known.clone().unwrap_or_default() }
    };
    // what comes again because somebody else has changed it is based on what is there now
    let is_overtaken = trouble.is_some_and(Trouble::is_overtaken);
    let sent = visit.form.given(VERSION).filter(|_| is_sent && !is_overtaken);
    let based_on = sent.unwrap_or_else(|| one.version.to_string());
    html! {
        @if one.status.can_be_corrected() {
            // of all that can be asked of a parcel one thing is
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

/// Carrier and number become what the form has; a field that it does not have stays. Or it was taken apart.
pub(super) async fn correct(
    visit: &Visit,
    order: &str,
    known: &Fulfilment,
) -> Result<Result<Shown, Trouble>, Stop> {
    let names = names(known.id);
    let stored = [&known.carrier, &known.tracking_number];
    let typed = |n: usize| {
        let is_sent = visit.form.pairs().any(|(name, _)| name == names[n]);
        is_sent.then(|| visit.form.text_or_stored(&names[n], stored[n].as_deref().unwrap_or_default()))
    };
    let [carrier, tracking_number] = [0, 1].map(typed);
    let is_unpacked = visit.form.text("do") == UNPACK;
    // what is no number is no version either
    let version = visit.form.given(VERSION).map(|version| version.parse().unwrap_or(0));
    let to_unpack = is_unpacked.then_some(false);
    let change = FulfilmentChange { carrier, tracking_number, to_unpack, version };
    let request = UpdateFulfilment { id: Path(known.id), change: Body(change) };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(_) => Ok(Ok(place(order_id(order)?, if is_unpacked { "taken-apart" } else { "renumbered" }))),
        Err(error @ CallError::Refused(UpdateFulfilmentError::VersionConflict { .. })) => {
            Ok(Err(Trouble::of(error)?.overtaken().beside(&as_it_is(known))))
        }
        Err(error) => {
            let [carrier, number] = &names;
            let fields = [("carrier", carrier.as_str()), ("tracking_number", number.as_str())];
            Ok(Err(Trouble::of(error)?.with_names(&fields)))
        }
    }
}

/// Who carries it and its number, in a line.
fn as_it_is(one: &Fulfilment) -> String {
    let said: Vec<&str> =
        [&one.carrier, &one.tracking_number].into_iter().flatten().map(String::as_str).collect();
    if said.is_empty() { c::NEITHER_CARRIER_NOR_NUMBER.into() } else { said.join(", ") }
}
