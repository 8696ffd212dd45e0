//! An order, for the customer: its status, its lines, its history, and the actions that are allowed now. With scripts the page updates
//! itself; without, it has a link to reload.

use super::payment_status::what_to_do;
use crate::{
    session::{
        guest_keys,
        order_details::{self, products_of, refunds_of},
        page_error::PageError,
        request::RequestContext,
        response::PageResponse,
    },
    texts::{self as t, papers as p},
    ui::{
        components::{banner, day, line_total, moment, picture, ring, sum_of_line},
        format,
        order::{
            followed, invoice,
            money_back::returned_banner,
            parcel_numbers,
            parcel_steps::steps,
            parcels::{parcels, undelivered},
            refunds,
            status::{self, STATIONS},
            totals,
        },
        page::Page,
        product::images_of,
    },
};
use contracts::{
    auth::GetMe,
    events::EventType,
    fulfilments::Fulfilment,
    orders::{Action, GetOrder, HistoryItem, Line, Order, OrderDetails, OrderStatus},
    payments::{PaymentStatus, Refund},
    products::Product,
};
use endpoint::{Conditional, Context, IfNoneMatch, Path, client::CallError};
use futures_util::future::join;
use kernel::{
    Secret,
    id::{OrderId, ProductId},
};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Without scripts, the page of a pending payment reloads after this many seconds.
const AGAIN_S: u32 = 5;

/// All that the page shows.
struct OrderPageView {
    order: Order,
    history: Vec<HistoryItem>,
    fulfilments: Vec<Fulfilment>,
    refunds: Vec<Refund>,
    /// The products that are on sale.
    products: BTreeMap<ProductId, Product>,
}

async fn look(visit: &RequestContext, id: &str) -> Result<OrderPageView, PageError> {
    let order_id: OrderId = id.parse().map_err(|_| PageError::NotFound)?;
    let OrderDetails { order, history, fulfilments, .. } =
        order_details::read(&visit.web.needs.orders, &visit.cx, order_id, None).await?;
    let (refunds, products) = join(refunds_of(visit, &order), products_of(visit, &order)).await;
    Ok(OrderPageView { order, history: history.items, fulfilments: fulfilments.items, refunds, products })
}

pub(crate) async fn show(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    if let Some(key) = visit.query.given("key") {
        return by_link(&visit, &id, Secret::new(key)).await;
    }
    visit.require_order_access()?;
    let looked = look(&visit, &id).await?;
    let order = &looked.order;
    let stations = status::stations(order, &looked.fulfilments);
    let headline = status::headline(order, &looked.fulfilments);
    let is_to_verify = is_to_verify(&visit, order).await;
    let contact = visit.web.needs.settings.contact.as_deref();
    let was_sent_before = visit.done("before") == "1";
    let asked = what_to_do(&visit, order, visit.done("payment"));
    let main = html! {
        div.stack.gap-8 data-follow={ "/orders/" (order.id) "/live" } data-events=(followed()) {
            div.stack.gap-2 {
                // after placing an order, the confirmation comes first
                @if visit.session.is_some() && !status::is_thanked(order, headline) { (crumbs(order)) }
                div.stack.gap-2 data-part="head" { (head(order, stations, headline)) }
                div.row.spread {
                    p.quiet { (t::order_of(order.number)) (day(status::placed(order, &looked.history))) }
                    div.row.gap-3 {
                        span.small.quiet data-part="changed" { (t::LAST_CHANGE) (moment(order.updated_at)) }
                        span.lamp data-state="offline" role="status" data-lamp data-live=(t::LIVE) data-off=(t::NOT_LIVE) hidden { (t::NOT_LIVE) }
                        a.small data-only-without-script href={ "/orders/" (order.id) } { (t::LOOK_AGAIN) }
                    }
                }
            }
            @if visit.done("kept") == "1" {
                (banner("wait", t::NOT_CANCELLED.text(), html! { p { (t::NOT_CANCELLED_MORE) } }))
            }
            @if was_sent_before { (banner("wait", t::WAS_PLACED.text(), html! { p { (t::WAS_PLACED_MORE) } })) }
            // what requires an action comes first
            div.stack.gap-8 data-part="what-to-do" {
                @if headline == t::IS_LAPSED.text() { p.quiet { (t::IS_LAPSED_MORE) } }
                @if let Some(asked) = &asked { (asked) }
                (undelivered(contact, order, &looked.history, &looked.fulfilments)) (held(order, headline))
                @if asked.is_none() { (returned_banner(order, &looked.refunds, &looked.fulfilments)) }
                // an expired order allows no action: the customer has to order again
                @if order.status == OrderStatus::Expired { div.ends { a.btn href="/search" { (t::ALL_PRODUCTS) } } }
            }
            // on a phone, items, total and address precede the progress, the offer of an account, the parcels and the history
            div.split.split-on {
                section.stack.gap-3 data-part="lines" { (lines(&looked)) }
                aside.stack.gap-6.stay aria-label=(t::ABOUT_THIS_ORDER) data-part="sum" { (sum(&looked)) (address(order)) }
                div.stack.gap-8 {
                    div data-part="course" { (course(&looked, stations)) }
                    // the status of the order precedes how to come back to it
                    (of_a_guest(&visit, order, is_to_verify))
                    section.stack.gap-3 data-part="parcels" { (parcels(&visit.query, order, &looked.fulfilments)) }
                    section.stack.gap-3 data-part="history" { (history(&looked)) }
                }
            }
        }
    };
    let mut page = Page::new(t::order_title(order.number), main);
    let is_under_way = order.payment.as_ref().is_some_and(|p| p.status == PaymentStatus::Processing);
    page.again_s = is_under_way.then_some(AGAIN_S);
    Ok(page.into())
}

fn crumbs(order: &Order) -> Markup {
    html! {
        nav aria-label=(t::WHERE) {
            ol.crumbs {
                li { a href="/account/orders" { (t::YOUR_ORDERS) } }
                li aria-current="page" { "#" (order.number) }
            }
        }
    }
}

/// The heading: the status; as a confirmation the thanks, the order number and what happens next.
fn head(order: &Order, stations: usize, headline: &str) -> Markup {
    let is_thanked = status::is_thanked(order, headline);
    html! {
        @if is_thanked { p.thanks { (t::thank_you(order.number)) } }
        div.row.gap-3.row-tight.row-top { (ring(stations)) h1 { (headline) } }
        @if is_thanked { p.wrap-any { (t::what_happens_next(order.email.as_deref())) } }
    }
}

/// Opens the link of an email: stores the key in a cookie and removes it from the address, where others would see it.
async fn by_link(visit: &RequestContext, id: &str, key: Secret) -> Result<PageResponse, PageError> {
    let order: OrderId = id.parse().map_err(|_| PageError::NotFound)?;
    let cx =
        Context { bearer: Some(guest_keys::bearer(&key).ok_or(PageError::NotFound)?), ..visit.cx.clone() };
    let request = GetOrder { id: Path(order), known: IfNoneMatch(None) };
    match visit.web.needs.orders.call(&cx, request).await {
        Ok(_) => {
            visit.store_order_key(order, key);
            Ok(PageResponse::redirect(format!("/orders/{order}")))
        }
        Err(CallError::Problem(problem)) if matches!(problem.status, 401 | 404) => Err(PageError::NotFound),
        Err(error) => Err(error.into()),
    }
}

/// Whether the order is a guest's.
fn is_unclaimed(order: &Order) -> bool {
    order.guest_id == Some(order.user_id)
}

/// Whether a guest's order moves to the signed-in account once its email address is verified.
async fn is_to_verify(visit: &RequestContext, order: &Order) -> bool {
    let Some(session) = visit.session.as_ref().filter(|_| visit.has_key && is_unclaimed(order)) else {
        return false;
    };
    // the request itself has the order's key
    let cx = Context { bearer: session.bearer(), ..visit.cx.clone() };
    let me = match visit.web.needs.auth.call(&cx, GetMe { known: IfNoneMatch(None) }).await {
        Ok(Conditional::New { body, .. }) => body,
        Ok(Conditional::NotModified { .. }) | Err(_) => return false,
    };
    let is_same = |email: &String| order.email.as_ref().is_some_and(|of| of.eq_ignore_ascii_case(email));
    !me.email_verified && me.email.as_ref().is_some_and(is_same)
}

/// How a guest can come back, and that an account would have the order, or will soon.
fn of_a_guest(visit: &RequestContext, order: &Order, is_to_verify: bool) -> Markup {
    html! {
        @if is_to_verify {
            (banner("", t::ORDERED_AS_GUEST.text(), html! {
                p { (t::VERIFY_TO_HAVE_IT) }
                div.row { a.btn.btn-small href="/account/profile" { (t::VERIFY_TITLE) } }
            }))
        } @else if visit.has_key && is_unclaimed(order) {
            (banner("", t::ORDERED_AS_GUEST.text(), html! {
                p { (t::ordered_as_guest_more(order.email.as_deref().unwrap_or_default())) }
                @if visit.session.is_none() {
                    div.row { a.btn.btn-small href=(account_for(order)) { (t::MAKE_AN_ACCOUNT) } }
                }
            }))
        }
    }
}

/// The registration page for the account that will have the order; it leads back here.
fn account_for(order: &Order) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("next", &format!("/orders/{}", order.id));
    query.extend_pairs(order.email.iter().map(|email| ("email", email)));
    format!("/register?{}", query.finish())
}

/// The note that the rest is not shipped for now, where the headline does not say so, and that no action is needed; customers are
/// not told the reason.
fn held(order: &Order, headline: &str) -> Markup {
    html! {
        @if status::is_held_unsaid(order, headline) {
            (banner("wait", t::LOOKING_INTO_IT.text(), html! { p { (t::LOOKING_INTO_IT_MORE) } }))
        } @else if headline == t::IS_HELD.text() { p.quiet { (t::LOOKING_INTO_IT_MORE) } }
    }
}

fn course(looked: &OrderPageView, stations: usize) -> Markup {
    if stations == 0 {
        return html! {};
    }
    let reached = status::reached(&looked.history, &looked.fulfilments, &looked.order);
    // a station that only some units have reached is not completed
    let part = |n: usize| match n {
        status::PACKING => status::part_packed(&looked.order, &looked.fulfilments),
        _ => status::part_sent(&looked.order).filter(|_| n + 1 == stations),
    };
    html! {
        section.panel aria-label=(t::PROGRESS) {
            ol.course {
                @for (n, (name, at)) in status::course(&looked.order).into_iter().zip(reached).enumerate() {
                    @let is_now = n + 1 == stations && stations < STATIONS;
                    @let part = part(n).filter(|_| n < stations);
                    @let is_done = n < stations && !is_now && part.is_none();
                    li.done[is_done].now[n < stations && !is_done] aria-current=[is_now.then_some("step")] {
                        @if is_done { svg.icon.tick viewBox="0 0 24 24" aria-hidden="true" { path d="m5 12.5 4.5 4.5L19 7.5" {} } }
                        b { (name) }
                        span {
                            @if let Some(part) = part { (part) }
                            @else if let Some(at) = at.filter(|_| n < stations) { (moment(at)) }
                        }
                    }
                }
            }
        }
    }
}

fn lines(looked: &OrderPageView) -> Markup {
    html! {
        div.ruled { h2 { (t::WHAT_IS_IN_IT) } }
        ul.lines { @for line in &looked.order.lines { (line_of(line, &looked.products)) } }
    }
}

fn line_of(line: &Line, products: &BTreeMap<ProductId, Product>) -> Markup {
    let product = line.product_id.and_then(|id| products.get(&id));
    let states = [
        (line.cancelled, t::CANCELLED),
        (line.returned, t::RETURNED),
        (line.delivered - line.returned, t::DELIVERED),
        (line.shipped - line.delivered, t::SHIPPED),
    ];
    html! {
        li.line {
            span.plate { (picture(images_of(product), false)) }
            div.stack.gap-1 {
                @match product {
                    Some(product) => a.lead href={ "/products/" (product.id) } { (line.title) },
                    None => strong { (line.title) },
                }
                p.small.quiet.num { (t::times(line.quantity)) " " (format::money(line.unit_price)) }
                @for (count, state) in states.into_iter().filter(|(count, _)| *count > 0) {
                    p.small.quiet { (t::pieces_are(count, &state)) }
                }
            }
            (sum_of_line(Some(line), line_total(line)))
        }
    }
}

fn history(looked: &OrderPageView) -> Markup {
    let went_back = refunds::by_event(&looked.refunds, &looked.history);
    let before = std::iter::once(None).chain(looked.history.iter().map(Some));
    let of_order = looked.history.iter().zip(before).filter_map(|(item, before)| {
        let kind = item.event().filter(|kind| status::is_shown(&looked.order, *kind))?;
        let cause = match kind {
            EventType::OrderPaymentFailed => Some(why_failed(item, &looked.order)),
            EventType::OrderItemsCancelled => status::cancelled_items(item, before, &looked.order),
            _ => None,
        };
        let gone = went_back.get(&item.sequence).map(|refund| refund.amount);
        Some((item.at, status::history_entry(kind, item, &looked.order, gone)?, cause))
    });
    let steps = steps(&looked.history, &looked.fulfilments);
    let count = parcel_numbers::count(&looked.order, &looked.fulfilments);
    let is_theirs = |n: usize| parcel_numbers::theirs(&looked.fulfilments).any(|(own, _)| own == n);
    let of_parcels = steps.iter().filter_map(|one| {
        let n = Some(one.parcel + 1).filter(|n| is_theirs(*n))?;
        Some((one.at, status::parcel_entry(one.status, n, count)?, None))
    });
    // the step of a parcel precedes its effect on the order
    let mut told: Vec<_> = of_parcels.chain(of_order).collect();
    told.sort_by_key(|(at, ..)| *at);
    html! {
        div.ruled { h2 { (t::WHAT_HAPPENED) } }
        ol.timeline {
            @for (at, (glyph, tone, text), cause) in told.into_iter().rev() {
                li.(tone) {
                    (glyph)
                    div {
                        p { (text) }
                        @if let Some(cause) = cause { p.cause.wrap-any { (cause) } }
                        (moment(at))
                    }
                }
            }
        }
    }
}

/// Why a payment was interrupted, where the card was not declined.
fn why_failed(item: &HistoryItem, order: &Order) -> String {
    let failure = status::failure(item, order).filter(|failure| status::is_broken_off(failure));
    let why = failure.map(|failure| t::declined(&failure.code, &failure.message));
    why.into_iter().chain([t::NOTHING_CHARGED.text().to_owned()]).collect::<Vec<_>>().join(" ")
}

fn sum(looked: &OrderPageView) -> Markup {
    let order = &looked.order;
    html! {
        section.sum-box.stack aria-label=(t::SUM) {
            div.row.spread { h2.label { (t::ORDER) " #" (order.number) } (status::badge(order, &looked.fulfilments)) }
            dl.money { (totals::rows(order, &looked.refunds)) }
            @if invoice::is_there(order) { div.no-print { a.small href={ "/orders/" (order.id) "/invoice" } { (p::INVOICE) } } }
            @if order.allowed.contains(&Action::Cancel) {
                div.row.gap-2 { a.btn.btn-small.btn-danger href={ "/orders/" (order.id) "/cancel" } { (t::CANCEL_ORDER) } }
            }
        }
    }
}

fn address(order: &Order) -> Markup {
    html! {
        @if let Some(to) = &order.shipping_address {
            section.stack.gap-1.small {
                h2.label { (t::GOES_TO) }
                address.quiet.wrap-any {
                    (to.name) @for line in format::address(to) { br; (line) }
                }
            }
        } @else if order.lines.iter().any(|line| line.open > 0) {
            section.stack.gap-1.small { h2.label { (t::GOES_TO) } p.quiet { (t::NO_ADDRESS_YET) } }
        }
        @if let Some(note) = order.note.as_ref().filter(|note| !note.is_empty()) {
            section.stack.gap-1.small { h2.label { (t::YOUR_NOTE) } p.quiet.wrap-any { (note) } }
        }
        @if order.cancel_code.is_some() && let Some(reason) = &order.cancel_reason {
            section.stack.gap-1.small { h2.label { (t::WHY_CANCELLED) } p.quiet.wrap-any { (reason) } }
        }
    }
}
