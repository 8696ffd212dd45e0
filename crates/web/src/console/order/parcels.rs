//! The parcels of an order, each with its actions, and the form for the next one.

use super::{
    ConsoleOrderView, PIECES, again, customer, documents, order_id,
    parcel_actions::{buttons, following},
    pieces_of, place,
    ship::{PACK, SHIP, goes_to, is_made, step, still_there},
    timeline, too_many,
    tracking::{self, carried_by},
};
use crate::{
    console::{
        components::{ActionError, Input, faults, once, sent},
        product::restock::ReturnedUnits,
        status_badges,
    },
    session::{page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff},
    texts::{self as t, console as c},
    ui::{
        carriers,
        components::{Badge, brief, moment, post},
        form::{FieldErrors, Form},
        format, icons,
        order::{parcel_steps, parcels},
    },
};
use contracts::{
    fulfilments::{CreateFulfilment, Fulfilment, FulfilmentStatus, GetFulfilment, NewFulfilment, Shipment},
    orders::{Action, CreateFulfilmentError, Line, LineQuantity, Order, OrderStatus},
};
use endpoint::{Body, IdempotencyKey, Json, Path, Permission, client::CallError};
use kernel::id::FulfilmentId;
use maud::{Markup, html};

const NEXT: &str = "parcel";
/// Where a script writes the selected units into the label of a button.
const COUNT: &str = "{n}";

/// The badge: a failed delivery comes first.
pub(super) fn badge(looked: &ConsoleOrderView) -> Badge {
    let has_failed = looked.fulfilments.iter().any(|one| one.status == FulfilmentStatus::Failed);
    if has_failed {
        status_badges::parcel(FulfilmentStatus::Failed)
    } else {
        status_badges::parcels(&looked.order)
    }
}

pub(super) fn section(
    visit: &RequestContext,
    staff: &Staff,
    looked: &ConsoleOrderView,
    trouble: Option<&ActionError>,
) -> Markup {
    let order = &looked.order;
    let (to_pack, step) = (lines_to_pack(staff, looked, trouble), next_step(staff, looked, trouble));
    let waits = !order.holds.is_empty() && order.lines.iter().any(|line| left_to_pack(looked, line) > 0);
    let is_unpaid = order.status == OrderStatus::Pending;
    let all = looked.fulfilments.len();
    let (here, ways) = parcels::part_of(&visit.query, all, &format!("/console/orders/{}", order.id));
    html! {
        section.card id="parcels" {
            div.card-head { h2 { (c::PARCELS) } }
            @if looked.fulfilments.is_empty() && !can_fulfil(staff, order) {
                p.card-body.quiet { (if is_unpaid { c::PACKED_ONCE_PAID } else { c::NO_PARCELS }) @if waits { " " (c::PARCELS_WAIT) } }
            }
            (tracking::known_carriers())
            ul.cards-list role="list" {
                @for (n, one) in (1..).zip(&looked.fulfilments).skip(here.start).take(here.len()) {
                    (parcel(visit, staff, looked, one, n, step == Some(NextParcelStep::Of(one.id)), trouble))
                }
            }
            (ways)
            @if waits && !looked.fulfilments.is_empty() { p.card-foot.quiet { (c::PARCELS_WAIT) } }
            @if !to_pack.is_empty() {
                @let first = looked.fulfilments.is_empty();
                (post(visit.csrf(), &format!("/console/orders/{}/parcels", order.id), if first { "card-body" } else { "card-foot" },
                    next(visit, order, &to_pack, step == Some(NextParcelStep::Parcel), trouble)))
            }
        }
    }
}

/// The next step, which is the one emphasized button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NextParcelStep {
    /// With this parcel.
    Of(FulfilmentId),
    /// A new parcel.
    Parcel,
}

/// Whether one of the buttons of parcels is emphasized.
pub(super) fn has_next_step(staff: &Staff, looked: &ConsoleOrderView, trouble: Option<&ActionError>) -> bool {
    next_step(staff, looked, trouble).is_some()
}

fn can_fulfil(staff: &Staff, order: &Order) -> bool {
    order.allowed.contains(&Action::Fulfil) && staff.may(Permission::Orders)
}

/// The lines with units to pack; a rejected quantity stays, with its input.
fn lines_to_pack<'a>(
    staff: &Staff,
    looked: &'a ConsoleOrderView,
    trouble: Option<&ActionError>,
) -> Vec<(&'a Line, i64)> {
    let (can_fulfil, faults) = (can_fulfil(staff, &looked.order), faults(trouble));
    let is_asked = |line: &Line, left| can_fulfil && left > 0 || faults.of(&pieces_of(line.id)).is_some();
    let all = looked.order.lines.iter().map(|line| (line, left_to_pack(looked, line)));
    all.filter(|(line, left)| is_asked(line, *left)).collect()
}

/// Started parcels are shipped before anything else is packed; delivery comes last, and with several parcels in transit none is next.
fn next_step(
    staff: &Staff,
    looked: &ConsoleOrderView,
    trouble: Option<&ActionError>,
) -> Option<NextParcelStep> {
    let all = |step: FulfilmentStatus| {
        let fits = move |one: &&Fulfilment| following(&looked.order, one.status).contains(&step);
        looked.fulfilments.iter().filter(fits).map(|one| NextParcelStep::Of(one.id))
    };
    let packs = || (!lines_to_pack(staff, looked, trouble).is_empty()).then_some(NextParcelStep::Parcel);
    let arrives =
        || all(FulfilmentStatus::Delivered).next().filter(|_| all(FulfilmentStatus::Delivered).count() == 1);
    all(FulfilmentStatus::Shipped).next().or_else(packs).or_else(arrives)
}

/// Units of a line in parcels that are not shipped.
pub(super) fn in_parcels(looked: &ConsoleOrderView, line: &Line) -> i64 {
    inside(looked, line, &[FulfilmentStatus::Pending, FulfilmentStatus::Packed])
}
/// Units of a line that are packed and not shipped.
pub(super) fn packed(looked: &ConsoleOrderView, line: &Line) -> i64 {
    inside(looked, line, &[FulfilmentStatus::Packed])
}
/// Open units of a line that are not packed, in a parcel or in none.
pub(super) fn to_pack(looked: &ConsoleOrderView, line: &Line) -> i64 {
    line.open - packed(looked, line)
}
/// Open units of a line in no parcel.
pub(super) fn left_to_pack(looked: &ConsoleOrderView, line: &Line) -> i64 {
    line.open - in_parcels(looked, line)
}
fn inside(looked: &ConsoleOrderView, line: &Line, in_state: &[FulfilmentStatus]) -> i64 {
    let parcels = looked.fulfilments.iter().filter(|one| in_state.contains(&one.status));
    let inside = parcels.flat_map(|one| &one.lines).filter(|inside| inside.line_id == line.id);
    inside.map(|inside| inside.quantity).sum()
}

/// The names of the fields for carrier and tracking number of a parcel.
fn names(id: FulfilmentId) -> [String; 2] {
    ["carrier", "number"].map(|what| format!("{what}-{id}"))
}

fn parcel(
    visit: &RequestContext,
    staff: &Staff,
    looked: &ConsoleOrderView,
    one: &Fulfilment,
    n: usize,
    is_next: bool,
    trouble: Option<&ActionError>,
) -> Markup {
    let (deed, nth) = (one.id.to_string(), (n, looked.fulfilments.len()));
    // with many parcels, the redirect leads to the part with this one
    let part = parcels::part_with(n);
    let part =
        if part == parcels::part_with(nth.1) { String::new() } else { format!("?{}={part}", parcels::PART) };
    let action = format!("/console/orders/{}/parcels/{}{part}", one.order_id, one.id);
    let follows = following(&looked.order, one.status);
    let ships = follows.contains(&FulfilmentStatus::Shipped);
    let [carrier, number] = names(one.id);
    let (none, faults) = (Form::default(), faults(trouble));
    let form = if visit.form.text("deed") == deed { &visit.form } else { &none };
    let value = |name: &str, known: &Option<String>| match form.raw(name) {
        "" => known.clone().unwrap_or_default(),
        typed => typed.to_owned(),
    };
    html! {
        li.stack.gap-2 id={ "parcel-" (n) } {
            div.row {
                strong { (c::parcel(n)) }
                (status_badges::parcel(one.status))
                (documents::way(one, n))
            }
            (parcels::inside(&visit.query, &looked.order, one, nth, &format!("/console/orders/{}", one.order_id)))
            p.small.quiet {
                @if let Some(carrier) = &one.carrier { (carrier) " " }
                @if let Some(number) = &one.tracking_number { (carriers::number(one.carrier.as_deref(), number)) ", " }
                @else if one.carrier.is_some() { (c::NO_NUMBER) }
                (if one.carrier.is_some() || one.tracking_number.is_some() { c::LAST_CHANGE } else { t::LAST_CHANGE })
                (moment(one.corrected_at.map_or(one.updated_at, |at| at.max(one.updated_at))))
            }
            @if let Some(to) = parcel_steps::sent_elsewhere(&looked.order, one) { p.small.quiet.wrap-any { (t::parcel_to(&format::whole_address(to))) } }
            @if one.to_unpack {
                div.banner.wait {
                    (icons::ALERT) strong { (c::TAKE_APART) }
                    (post(visit.csrf(), &action, "ends", html! {
                        (once(visit, &deed, trouble))
                        button.btn name="do" value=(tracking::UNPACK) { (c::TAKEN_APART) }
                    }))
                }
            }
            @if one.status == FulfilmentStatus::Packed && timeline::is_corrected_since_packed(one, looked) { p { strong { (c::CORRECTED_SINCE_PACKED) } } }
            @if one.status == FulfilmentStatus::Failed { p.small { (c::undelivered(ships)) } }
            (put_back(visit, staff, &looked.order, one, nth))
            @let has_failed = one.status == FulfilmentStatus::Failed;
            // each shipment has a tracking number of its own
            @let known = one.tracking_number.clone().filter(|_| !has_failed);
            @if ships {
                (post(visit.csrf(), &action, "stack gap-3", html! {
                    (once(visit, &deed, trouble)) (goes_to(&looked.order))
                    (carried_by([&carrier, &number], [&value(&carrier, &one.carrier), &value(&number, &known)], &faults))
                    (unaddressed(&looked.order))
                    div.ends { (buttons(one, &follows, is_next)) }
                }))
            }
            @let has_buttons = !ships && !follows.is_empty();
            @if has_buttons || one.status.can_be_corrected() {
                div.ends {
                    @if has_buttons {
                        (post(visit.csrf(), &action, "ends", html! { (once(visit, &deed, trouble)) (buttons(one, &follows, is_next)) }))
                    }
                    (tracking::form(visit, &action, one, trouble))
                }
            }
        }
    }
}

/// Returned units are not put on sale automatically: users with the permission get a link to restock them.
fn put_back(
    visit: &RequestContext,
    staff: &Staff,
    order: &Order,
    one: &Fulfilment,
    nth: (usize, usize),
) -> Markup {
    let may = staff.may(Permission::Products) && one.status == FulfilmentStatus::Returned;
    let way = |inside: &LineQuantity| {
        let line = order.lines.iter().find(|line| line.id == inside.line_id)?;
        let stock = format!("/console/products/{}/stock", line.product_id?);
        let way = ReturnedUnits::new(order, one, nth.0, inside.line_id).way(&stock, inside.quantity);
        Some((way, t::times_of(inside.quantity, &brief(&line.title))))
    };
    let shown = if may { parcels::shown_of(&visit.query, order, one, nth) } else { Vec::new() };
    let ways: Vec<_> = shown.into_iter().filter_map(way).collect();
    html! {
        @if !ways.is_empty() {
            p.small { (c::PUT_BACK) }
            ul.small role="list" { @for (place, what) in &ways { li.wrap-any { a href=(place) { (what) } } } }
        }
    }
}

/// Next to the button that ships a parcel: the address is missing.
fn unaddressed(order: &Order) -> Markup {
    html! { @if customer::is_without_address(order) { p.small { (c::NO_ADDRESS_OF_PARCEL) } } }
}

fn next(
    visit: &RequestContext,
    order: &Order,
    to_pack: &[(&Line, i64)],
    is_next: bool,
    trouble: Option<&ActionError>,
) -> Markup {
    let faults = faults(trouble);
    let value = |name: &str| sent(&visit.form, NEXT, name, "").to_owned();
    html! {
        fieldset.stack.gap-3.grow aria-label=(c::NEXT_PARCEL) {
            (once(visit, NEXT, trouble)) (goes_to(order))
            h3 { (c::NEXT_PARCEL) }
            div.pieces {
                @for (line, left) in to_pack {
                    @let (name, all, title) = (pieces_of(line.id), left.to_string(), brief(&line.title));
                    (Input {
                        value: sent(&visit.form, NEXT, &name, &all),
                        hint: Some(&c::so_many_to_pack(*left)), ..Input::pieces(&name, &title, *left)
                    }.show(&faults))
                }
            }
            (carried_by(["carrier", "tracking_number"], [&value("carrier"), &value("tracking_number")], &faults))
            (unaddressed(order))
            div.ends {
                button.btn.btn-primary[is_next] name="do" value="ship" data-counts=(PIECES) data-counted=(c::pack_and_ship_so_many(COUNT)) {
                    (icons::TRUCK) span { (c::PACK_AND_SHIP) }
                }
                button.btn name="do" value="pack" { (c::PACK_ONLY) }
                span.small.quiet { (c::GETS_A_MAIL) }
            }
        }
    }
}

/// `POST /console/orders/{id}/parcels`: creates a parcel, and packs or ships it, in steps whose keys are made of the form's, so that a
/// form that is sent again continues where it was.
pub(crate) async fn create(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    let (order, form) = (order_id(&id)?, &visit.form);
    let deed =
        Some(form.text("do")).filter(|deed| matches!(*deed, PACK | SHIP)).ok_or(PageError::NotFound)?;
    let key = visit.form_key();
    let making = IdempotencyKey(format!("{key}-make"));
    // a form that is sent again continues where it was
    if deed == SHIP
        && let Err(elsewhere) = still_there(&visit, &id).await?
    {
        match is_made(&visit, order, &making).await? {
            Ok(true) => {}
            Ok(false) => return again(&visit, &staff, &id, elsewhere).await,
            Err(trouble) => return again(&visit, &staff, &id, trouble).await,
        }
    }
    let lines = match chosen(form) {
        Ok(lines) => lines,
        Err(faults) => return again(&visit, &staff, &id, ActionError::in_fields(faults)).await,
    };
    let fulfilment = NewFulfilment {
        lines: Some(lines.clone()),
        carrier: form.given("carrier"),
        tracking_number: form.given("tracking_number"),
    };
    let request = CreateFulfilment { id: Path(order), key: making, fulfilment: Body(fulfilment) };
    let made = match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(made) => made.body.id,
        Err(CallError::Refused(CreateFulfilmentError::NotOpen { errors })) => {
            let trouble = too_many(&errors, &lines, c::only_left_to_pack);
            return again(&visit, &staff, &id, trouble).await;
        }
        Err(error) => return again(&visit, &staff, &id, ActionError::of(error)?).await,
    };
    match step(&visit, (&id, made), deed, &key, Shipment::default()).await? {
        Ok(done) => Ok(place(order, done)),
        Err(trouble) => again(&visit, &staff, &id, trouble).await,
    }
}

/// The selected units, line by line.
fn chosen(form: &Form) -> Result<Vec<LineQuantity>, FieldErrors> {
    let (mut lines, mut faults) = (Vec::new(), FieldErrors::default());
    for (name, value) in form.pairs() {
        let Some(line) = name.strip_prefix(PIECES).and_then(|line| line.parse().ok()) else { continue };
        match value.trim().parse::<i64>() {
            Ok(0) => {}
            Ok(quantity) if quantity > 0 => lines.push(LineQuantity { line_id: line, quantity }),
            _ if value.trim().is_empty() => {}
            _ => faults.add(name, c::ENTER_PIECES.text()),
        }
    }
    if lines.is_empty() && faults.is_empty() {
        let first =
            form.pairs().map(|(name, _)| name).find(|name| name.starts_with(PIECES)).unwrap_or("parcels");
        faults.add(first, c::NOTHING_CHOSEN.text());
    }
    if faults.is_empty() { Ok(lines) } else { Err(faults) }
}

/// `POST /console/orders/{id}/parcels/{parcel}`.
pub(crate) async fn advance(
    visit: RequestContext,
    id: String,
    parcel: String,
) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    let (order, form) = (order_id(&id)?, &visit.form);
    let fulfilment: FulfilmentId = parcel.parse().map_err(|_| PageError::NotFound)?;
    let Json(known) = visit.web.needs.orders.call(&visit.cx, GetFulfilment { id: Path(fulfilment) }).await?;
    if known.order_id != order {
        return Err(PageError::NotFound);
    }
    if [tracking::CORRECT, tracking::UNPACK].contains(&form.text("do")) {
        return match tracking::correct(&visit, &id, &known).await? {
            Ok(done) => Ok(in_its_part(&visit, done)),
            Err(trouble) => again(&visit, &staff, &id, trouble).await,
        };
    }
    let [carrier, number] = names(fulfilment);
    let shipment =
        Shipment { carrier: form.given(&carrier), tracking_number: form.given(&number), order_version: None };
    match step(&visit, (&id, fulfilment), form.text("do"), &visit.form_key(), shipment).await? {
        Ok(done) => Ok(in_its_part(&visit, place(order, done))),
        Err(trouble) => {
            let fields = [("carrier", carrier.as_str()), ("tracking_number", number.as_str())];
            again(&visit, &staff, &id, trouble.with_names(&fields)).await
        }
    }
}

/// Redirects to the part of the parcels with the form.
fn in_its_part(visit: &RequestContext, shown: PageResponse) -> PageResponse {
    match (shown, visit.query.text(parcels::PART).parse::<usize>()) {
        (PageResponse::RedirectWithFlash { path, exactly }, Ok(part)) => {
            PageResponse::RedirectWithFlash { path: format!("{path}&{}={part}", parcels::PART), exactly }
        }
        (shown, _) => shown,
    }
}
