//! Correcting who carries a parcel that has left, and its number there.

use super::{
    super::parts::{Input, Trouble, faults, once, way_back},
    order_id, place,
};
use crate::{
    parts::post,
    shown::{Shown, Stop},
    texts::console as c,
    visit::Visit,
};
use contracts::fulfilments::{Fulfilment, FulfilmentChange, UpdateFulfilment};
use endpoint::{Body, Path};
use kernel::id::FulfilmentId;
use maud::{Markup, html};

/// What the button says that it does.
pub(super) const CORRECT: &str = "correct";

/// The names of the fields: beside them may stand those with which it is sent once more.
fn names(id: FulfilmentId) -> [String; 2] {
    ["carrier", "number"].map(|what| format!("{what}-new-{id}"))
}

pub(super) fn form(visit: &Visit, action: &str, one: &Fulfilment, trouble: Option<&Trouble>) -> Markup {
    let (deed, faults) = (format!("{CORRECT}-{}", one.id), faults(trouble));
    let [carrier, number] = names(one.id);
    let is_sent = visit.form.text("deed") == deed;
    let value = |name: &str, known: &Option<String>| {
        if is_sent { visit.form.raw(name).to_owned() } else { known.clone().unwrap_or_default() }
    };
    html! {
        @if one.status.can_be_corrected() {
            // of all that can be asked of a parcel one thing is
            details.asked name=(one.id) open[is_sent && trouble.is_some()] {
                summary.btn { (c::CORRECT_TRACKING) }
                div.below {
                    (post(visit, action, "stack gap-3", html! {
                        (once(visit, &deed, trouble))
                        p.small { (c::CORRECT_TRACKING_MORE) }
                        div.fields {
                            (Input { width: "w3", value: &value(&carrier, &one.carrier), optional: true, ..Input::new(&carrier, c::CARRIER.say()) }.show(&faults))
                            (Input { width: "w3", value: &value(&number, &one.tracking_number), optional: true, ..Input::new(&number, c::TRACKING.say()) }.show(&faults))
                        }
                        (way_back(&html! { button.btn.btn-primary name="do" value=(CORRECT) { (c::SAVE_TRACKING) } }, &format!("/console/orders/{}", one.order_id)))
                    }))
                }
            }
        }
    }
}

/// Carrier and number become what the form has; a field that it does not have stays.
pub(super) async fn correct(
    visit: &Visit,
    order: &str,
    id: FulfilmentId,
) -> Result<Result<Shown, Trouble>, Stop> {
    let names = names(id);
    let typed = |field: &str| {
        let found = visit.form.pairs().find(|(name, _)| *name == field);
        found.map(|(_, value)| value.trim().to_owned())
    };
    let [carrier, tracking_number] = [0, 1].map(|n: usize| typed(&names[n]));
    let change = FulfilmentChange { carrier, tracking_number };
    let request = UpdateFulfilment { id: Path(id), change: Body(change) };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(_) => Ok(Ok(place(order_id(order)?, "renumbered"))),
        Err(error) => {
            let [carrier, number] = &names;
            let fields = [("carrier", carrier.as_str()), ("tracking_number", number.as_str())];
            Ok(Err(Trouble::of(error)?.with_names(&fields)))
        }
    }
}
