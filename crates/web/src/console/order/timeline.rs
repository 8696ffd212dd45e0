//! The timeline of an order: its history, notes of staff and emails, newest first, with a field for another note.

use super::{ConsoleOrderView, emails};
use crate::{
    console::{
        components::{ActionError, Input, faults, once, sent},
        orders::table::whose,
        status_badges,
        user_names::called,
    },
    session::{request::RequestContext, staff::Staff},
    texts::{self as t, console as c},
    ui::{
        components::{Badge, brief, error_line, moment_of_a_year, post},
        format,
        icons::{self, Glyph},
        order::{
            history_snapshot,
            parcel_steps::{self, ParcelStep},
            refunds, status,
        },
    },
};
use contracts::{
    events::EventType,
    fulfilments::{Fulfilment, FulfilmentStatus},
    orders::{HistoryItem, Hold, PaymentSummary, REFUNDED_IN_FULL},
    payments::Refund,
};
use kernel::Timestamp;
use maud::{Markup, html};
use std::time::Duration;

pub(super) const NOTE: &str = "note";

/// Events this close in time belong to one change: nobody presses two buttons within that.
const AT_ONCE: Duration = Duration::from_millis(100);

struct TimelineEntry {
    /// The time, and the position among other entries: by time, and at the same time by the order's versions.
    at: Timestamp,
    place: (Timestamp, i64),
    glyph: Glyph,
    tone: &'static str,
    what: Markup,
    cause: Option<Markup>,
}

pub(super) fn section(
    visit: &RequestContext,
    staff: &Staff,
    looked: &ConsoleOrderView,
    trouble: Option<&ActionError>,
) -> Markup {
    let mut all: Vec<TimelineEntry> = history(staff, looked)
        .chain(mails(looked))
        .chain(to_take_apart(looked))
        .chain(renumbered_before(looked))
        .filter(|happened| looked.stretch.has(happened.place.0))
        .chain(notes(staff, looked))
        .collect();
    // at the same time the later entry is above, and an email right above its event
    all.reverse();
    all.sort_by_key(|happened| std::cmp::Reverse(happened.place));
    let now = visit.web.needs.env.now();
    html! {
        section.card #timeline {
            div.card-head { h2 { (c::TIMELINE) } (form(visit, looked, trouble)) }
            div.card-body {
                ol.timeline {
                    @for one in all {
                        li.(one.tone) {
                            (one.glyph)
                            div {
                                p.wrap-any { (one.what) }
                                @if let Some(cause) = &one.cause { p.cause.wrap-any { (cause) } }
                                (moment_of_a_year(one.at, now))
                            }
                        }
                    }
                }
            }
            (looked.stretch.pager(visit, looked.order.id))
        }
    }
}

fn form(visit: &RequestContext, looked: &ConsoleOrderView, trouble: Option<&ActionError>) -> Markup {
    let faults = faults(trouble);
    let error = faults.of("text").map(str::to_owned);
    let input = Input {
        value: sent(&visit.form, NOTE, "text", ""),
        ..Input::new("text", c::NOTE_FOR_COLLEAGUES.text())
    };
    let content = html! {
        (once(visit, NOTE, trouble))
        input.input id="text" name="text" aria-label=(input.label) placeholder=(input.label) maxlength="2000"
            value=(input.value) autocomplete="off" aria-invalid=[error.as_ref().map(|_| "true")]
            aria-describedby=[error.as_ref().map(|_| "text-error")];
        button.btn { (c::ADD) }
        @if let Some(error) = &error { div.field.grow { (error_line(Some("text-error"), error)) } }
    };
    post(visit.csrf(), &format!("/console/orders/{}/notes", looked.order.id), "row gap-2 note-form", content)
}

fn history<'a>(staff: &'a Staff, looked: &'a ConsoleOrderView) -> impl Iterator<Item = TimelineEntry> + 'a {
    let steps = parcel_steps::steps(&looked.history, &looked.fulfilments);
    let went_back = refunds::by_event(&looked.refunds, &looked.history);
    history_snapshot::in_turn(&looked.history).filter_map(move |(item, before)| {
        let of_stock = of_stock(item, before);
        let by_nobody = of_stock.is_some()
            || item.event().is_some_and(|kind| is_of_provider(kind, looked))
            || before.is_some_and(|before| follows_by_itself(item, before));
        let more = match item.event() {
            Some(_) if of_stock.is_some() => of_stock,
            Some(EventType::OrderUpdated) => {
                let told = renumbered(item, looked).or_else(|| updated(item, before, &steps));
                told.or_else(|| corrected(item, before, looked))
            }
            Some(EventType::OrderConfirmed) => paid(item),
            Some(EventType::OrderRefunded) => went_back.get(&item.sequence).map(|refund| refunded(refund)),
            _ => None,
        };
        let is_telling = more.is_some() || item.remark.is_some();
        if !is_telling && before.is_some_and(|before| changed_nothing(item, before)) {
            return None;
        }
        let (glyph, tone, said) = more.unwrap_or_else(|| sign_and_words(&item.kind));
        let who = who(item, staff, looked).filter(|_| !by_nobody);
        let what = html! { (said) @if let Some(who) = who { span.quiet { (by(glyph, who)) } } };
        let cause = match item.remark.as_deref() {
            _ if item.event() == Some(EventType::OrderItemsCancelled) => {
                status::cancelled_items(item, before, &looked.order).map(|more| html! { (more) })
            }
            Some(REFUNDED_IN_FULL) => Some(html! { (super::refunded_in_full(looked)) }),
            Some(remark) => Some(html! { (c::quoted(remark)) }),
            None => about_parcel(item, &steps, looked)
                .or_else(|| why_failed(item, looked))
                .map(|more| html! { (more) }),
        };
        Some(TimelineEntry { at: item.at, place: (item.at, item.sequence), glyph, tone, what, cause })
    })
}

/// Why a payment failed.
fn why_failed(item: &HistoryItem, looked: &ConsoleOrderView) -> Option<String> {
    status::failure(item, &looked.order).map(|failure| t::declined(&failure.code, &failure.message))
}

/// The parcels that were packed when the order was cancelled, and have to be unpacked.
fn to_take_apart(looked: &ConsoleOrderView) -> impl Iterator<Item = TimelineEntry> + '_ {
    (1..).zip(&looked.fulfilments).filter_map(|(n, one)| {
        let item = parcel_steps::cancelled_packed(&looked.history, one)?;
        let what = html! { (c::parcel_to_take_apart(n)) };
        let place = (item.at, item.sequence);
        Some(TimelineEntry { at: item.at, place, glyph: icons::F_CANCELLED, tone: "wait", what, cause: None })
    })
}

/// The parcel whose carrier or number were corrected with an entry, or that was unpacked.
fn renumbered(item: &HistoryItem, looked: &ConsoleOrderView) -> Option<TimelineLabel> {
    renumbering(parcel_steps::corrected_with(item, &looked.fulfilments)?, looked)
}

fn renumbering(parcel: usize, looked: &ConsoleOrderView) -> Option<TimelineLabel> {
    let is_unpacked = looked.fulfilments.get(parcel)?.status == FulfilmentStatus::Cancelled;
    let said = if is_unpacked { c::parcel_taken_apart } else { c::parcel_renumbered };
    Some((icons::DOT, "", said(parcel + 1)))
}

/// The same for corrections that are not in the order's history.
fn renumbered_before(looked: &ConsoleOrderView) -> impl Iterator<Item = TimelineEntry> + '_ {
    parcel_steps::corrected_at(&looked.fulfilments).filter_map(|(parcel, at)| {
        let (glyph, tone, said) = renumbering(parcel, looked)?;
        Some(TimelineEntry { at, place: (at, i64::MAX), glyph, tone, what: html! { (said) }, cause: None })
    })
}

/// The actor; of a carrier's step, who recorded it.
fn by(glyph: Glyph, who: &str) -> String {
    let is_carriers = [icons::F_DELIVERED, icons::F_FAILED, icons::F_RETURNED].contains(&glyph);
    if is_carriers { c::noted_by_who(who) } else { c::by(who) }
}

/// The outcome of a payment has no actor, except for offline payments.
fn is_of_provider(kind: EventType, looked: &ConsoleOrderView) -> bool {
    let mut attempts = looked.order.payment.iter().flat_map(|payment| &payment.attempts);
    match kind {
        EventType::OrderConfirmed => attempts.all(|attempt| attempt.method != refunds::OFFLINE),
        EventType::OrderPaymentFailed | EventType::OrderPaymentLapsed => true,
        _ => false,
    }
}

/// An order is completed by the last event that it needed, and has no actor of its own.
fn follows_by_itself(item: &HistoryItem, before: &HistoryItem) -> bool {
    item.event() == Some(EventType::OrderCompleted) && item.at.since(before.at) < AT_ONCE
}

/// A hold for stock starts and ends automatically, whoever changed the stock.
fn of_stock(item: &HistoryItem, before: Option<&HistoryItem>) -> Option<TimelineLabel> {
    item.event().filter(|kind| *kind == EventType::OrderUpdated)?;
    let waits =
        |item| Some(matches!(history_snapshot::hold(item)?, Some(Hold::StockShort | Hold::StockMissing)));
    match (waits(before?)?, waits(item)?) {
        (false, true) => Some((icons::O_HOLD, "bad", c::HELD_FOR_STOCK.text().to_owned())),
        (true, false) => Some((icons::O_CONFIRMED, "info", c::STOCK_IS_BACK.text().to_owned())),
        _ => None,
    }
}

/// The glyph and words of an event; the kind itself for one of a newer version.
pub(crate) fn sign_and_words(kind: &str) -> TimelineLabel {
    kind.parse().map_or_else(|_| (icons::DOT, "", kind.to_owned()), as_such)
}

/// The glyph and words of every event of a kind.
fn as_such(kind: EventType) -> TimelineLabel {
    let (glyph, tone) = sign(kind);
    (glyph, tone, c::event(kind).to_owned())
}

/// A confirmation by a capture, and not only by an authorization.
fn paid(item: &HistoryItem) -> Option<TimelineLabel> {
    let (glyph, tone) = sign(EventType::OrderConfirmed);
    let is_paid = history_snapshot::payment(item) == Some(PaymentSummary::Paid);
    is_paid.then(|| (glyph, tone, c::CONFIRMED_AND_PAID.text().to_owned()))
}

fn refunded(refund: &Refund) -> TimelineLabel {
    let (glyph, tone) = sign(EventType::OrderRefunded);
    (glyph, tone, c::went_back(&format::money(refund.amount), refund.offline))
}

/// What an update changed: by the totals before and after, or by the step of a parcel that was made with it.
fn updated(item: &HistoryItem, before: Option<&HistoryItem>, steps: &[ParcelStep]) -> Option<TimelineLabel> {
    if let Some(told) = parcel(item, steps) {
        return Some(told);
    }
    if let Some(shipped) = history_snapshot::pieces_shipped(item, before) {
        return Some((icons::F_SHIPPED, "info", c::pieces_left(shipped)));
    }
    let before = before?;
    let as_badge = |Badge(glyph, tone, name): Badge| Some((glyph, tone, name.to_owned()));
    if history_snapshot::returned(item)? > history_snapshot::returned(before)? {
        return Some((icons::F_RETURNED, "back", c::CAME_BACK.text().to_owned()));
    }
    let (was, is) = (history_snapshot::fulfilment(before)?, history_snapshot::fulfilment(item)?);
    if was != is {
        return as_badge(status_badges::fulfilment(is));
    }
    let (was, is) = (history_snapshot::payment(before)?, history_snapshot::payment(item)?);
    if was != is {
        return as_badge(status_badges::payment_summary(is));
    }
    match (history_snapshot::hold(before)?, history_snapshot::hold(item)?) {
        // with a reason, staff hold it, perhaps in addition to another hold
        (None, Some(_)) => Some((icons::O_HOLD, "bad", c::HELD_BACK.text().to_owned())),
        _ if item.remark.is_some() => Some((icons::O_HOLD, "bad", c::HELD_BACK.text().to_owned())),
        (Some(Hold::Manual), None) => Some((icons::O_CONFIRMED, "info", c::WAS_RELEASED.text().to_owned())),
        (Some(_), None) => Some((icons::O_CONFIRMED, "info", c::LET_GO.text().to_owned())),
        _ => None,
    }
}

/// Whether an update changed nothing that is shown.
fn changed_nothing(item: &HistoryItem, before: &HistoryItem) -> bool {
    item.event() == Some(EventType::OrderUpdated) && history_snapshot::is_quiet(before, item)
}

/// Whether a refund or payment may have been in progress at the time: its steps change no total either.
fn money_moved(item: &HistoryItem, looked: &ConsoleOrderView) -> bool {
    let begun = looked.refunds.iter().filter(|refund| refund.created_at <= item.at);
    let gone = looked
        .history
        .iter()
        .filter(|other| other.sequence < item.sequence && other.event() == Some(EventType::OrderRefunded));
    begun.count() > gone.count() || history_snapshot::payment(item) == Some(PaymentSummary::Pending)
}

/// What a person changed without a change of totals or money. It is no step of a parcel where there was none yet, or where all steps
/// are known; otherwise it is not known which of both it was.
fn corrected(
    item: &HistoryItem,
    before: Option<&HistoryItem>,
    looked: &ConsoleOrderView,
) -> Option<TimelineLabel> {
    // the rarest condition first: an order may have very many entries and parcels
    let is_theirs = item.actor.starts_with("usr_") && changed_nothing(item, before?);
    if !is_theirs
        || parcel_steps::corrected_with(item, &looked.fulfilments).is_some()
        || money_moved(item, looked)
    {
        return None;
    }
    let is_no_step = looked.fulfilments.iter().all(|one| one.created_at > item.at)
        || parcel_steps::are_all_told(&looked.fulfilments)
            && !parcel_steps::may_be_untold(item, &looked.fulfilments);
    let said = match looked.order.metadata.is_empty() {
        _ if !is_no_step => c::PARCEL_OR_ADDRESS_CHANGED,
        true => c::ADDRESS_CORRECTED,
        false => c::DETAILS_CORRECTED,
    };
    Some((icons::DOT, "", said.text().to_owned()))
}

/// Whether address or note were changed after a parcel was packed, so that its label may be outdated. None where not all steps are
/// known.
pub(super) fn is_corrected_since_packed(one: &Fulfilment, looked: &ConsoleOrderView) -> bool {
    let packed = one.steps.iter().rfind(|step| step.status == FulfilmentStatus::Packed);
    let Some(packed) = packed.and_then(|step| step.order_version) else { return false };
    if !parcel_steps::are_all_told(&looked.fulfilments) {
        return false;
    }
    let steps = parcel_steps::steps(&looked.history, &looked.fulfilments);
    let since = history_snapshot::in_turn(&looked.history).skip_while(|(item, _)| item.sequence <= packed);
    since.filter(|(item, _)| item.event() == Some(EventType::OrderUpdated)).any(|(item, before)| {
        before.is_some_and(|before| changed_nothing(item, before))
            && step_of(item, &steps).is_none()
            && !parcel_steps::may_be_untold(item, &looked.fulfilments)
            && corrected(item, before, looked).is_some()
    })
}

/// Glyph, tone and words.
type TimelineLabel = (Glyph, &'static str, String);

/// The step of a parcel with which the entry was made: the last one, where it was packed and shipped together.
fn step_of<'a>(item: &HistoryItem, steps: &'a [ParcelStep]) -> Option<&'a ParcelStep> {
    steps.iter().rfind(|step| step.order_version == Some(item.sequence))
}

/// The content of a parcel that was created or shipped, and its carrier, unless the parcel was shipped with another one since.
fn about_parcel(item: &HistoryItem, steps: &[ParcelStep], looked: &ConsoleOrderView) -> Option<String> {
    let step = step_of(item, steps)?;
    let one = looked.fulfilments.get(step.parcel)?;
    let pieces = crate::texts::units(one.lines.iter().map(|line| line.quantity).sum::<i64>());
    match step.status {
        FulfilmentStatus::Pending => Some(pieces),
        FulfilmentStatus::Shipped => {
            let is_last =
                steps.iter().rfind(|other| (other.parcel, other.status) == (step.parcel, step.status))
                    == Some(step);
            let with = [&one.carrier, &one.tracking_number].into_iter().filter(|_| is_last).flatten();
            let said: Vec<_> =
                std::iter::once(pieces.as_str().into()).chain(with.map(|with| brief(with))).collect();
            Some(said.join(" · "))
        }
        _ => None,
    }
}

/// The step of a parcel that was made with the entry.
fn parcel(item: &HistoryItem, steps: &[ParcelStep]) -> Option<TimelineLabel> {
    let ParcelStep { parcel, status, .. } = step_of(item, steps)?;
    let Badge(glyph, tone, _) = status_badges::parcel(*status);
    Some((glyph, tone, c::parcel_became(parcel + 1, *status)))
}

/// The actor, where that was a person.
pub(super) fn who<'a>(item: &HistoryItem, staff: &Staff, looked: &'a ConsoleOrderView) -> Option<&'a str> {
    if status::is_by_buyer(item, &looked.order) {
        return Some(whose(&looked.order));
    }
    called(&item.actor, staff, &looked.people)
}

fn notes<'a>(staff: &'a Staff, looked: &'a ConsoleOrderView) -> impl Iterator<Item = TimelineEntry> + 'a {
    looked.stretch.notes.iter().map(move |note| {
        let who = match looked.people.get(&note.author) {
            _ if note.author == staff.user.id => c::YOU_NOTED.text().to_owned(),
            Some(person) => c::noted_by(&person.name),
            None => c::A_COLLEAGUE_NOTED.text().to_owned(),
        };
        let what = html! { (who) (c::quoted(&note.text)) };
        TimelineEntry {
            at: note.created_at,
            place: (note.created_at, i64::MAX),
            glyph: icons::NOTE,
            tone: "",
            what,
            cause: None,
        }
    })
}

fn mails(looked: &ConsoleOrderView) -> impl Iterator<Item = TimelineEntry> + '_ {
    emails::placed(looked).into_iter().map(|(place, mail)| {
        let what =
            html! { (c::MAIL) a href={ "/console/mails/" (mail.id) } { (mail.subject) } (c::TO) (mail.to) };
        TimelineEntry { at: mail.created_at, place, glyph: icons::LETTER, tone: "", what, cause: None }
    })
}

/// The glyph and the tone of an event.
fn sign(kind: EventType) -> (Glyph, &'static str) {
    match kind {
        EventType::OrderDrafted | EventType::OrderDraftUpdated => (icons::O_DRAFT, ""),
        EventType::OrderPlaced => (icons::O_PENDING, ""),
        EventType::OrderConfirmed => (icons::P_PAID, "good"),
        EventType::OrderPaymentFailed => (icons::P_FAILED, "bad"),
        EventType::OrderPaymentLapsed => (icons::P_VOIDED, "wait"),
        EventType::OrderCancelRequested => (icons::O_CANCELLING, "wait"),
        EventType::OrderCancelled | EventType::OrderItemsCancelled => (icons::O_CANCELLED, ""),
        EventType::OrderExpired => (icons::O_EXPIRED, ""),
        EventType::OrderRefunded => (icons::P_REFUNDED, "back"),
        EventType::OrderCompleted => (icons::O_COMPLETED, "good"),
        EventType::OrderReopened => (icons::F_RETURNED, "back"),
        EventType::FulfilmentCreated => (icons::F_PENDING, ""),
        EventType::FulfilmentPacked => (icons::F_PACKED, "wait"),
        EventType::FulfilmentShipped => (icons::F_SHIPPED, "info"),
        EventType::FulfilmentDelivered => (icons::F_DELIVERED, "good"),
        EventType::FulfilmentCancelled => (icons::F_CANCELLED, ""),
        EventType::FulfilmentFailed => (icons::F_FAILED, "bad"),
        EventType::FulfilmentReturned => (icons::F_RETURNED, "back"),
        _ => (icons::DOT, ""),
    }
}
