//! An order, for staff: its lines, its money, its parcels, its history, and the actions that are allowed now.

pub(crate) mod address;
pub(crate) mod cancel;
pub(crate) mod complete;
mod customer;
pub(crate) mod documents;
pub(crate) mod draft;
mod emails;
mod form_replay;
pub(crate) mod hold;
pub(crate) mod mark_paid;
mod money;
pub(crate) mod notes;
pub(crate) mod packing;
pub(crate) mod packing_slips;
mod parcel_actions;
pub(crate) mod parcels;
pub(crate) mod refund;
mod ship;
mod shortfall;
mod timeline;
mod timeline_page;
mod tracking;

use super::{
    components::{ActionError, beside},
    frame::{ConsolePage, ConsoleSection},
    status_badges,
    user_names::NamedUser,
};
use crate::{
    console::{orders::table::whose, user_names::UserNames},
    session::{
        order_details::{self, all_refunds_of, find_tagged as find, products_of},
        page_error::PageError,
        request::RequestContext,
        response::PageResponse,
        staff::Staff,
    },
    texts::{self as t, Text, console as c},
    ui::{
        components::{
            Badge, banner_of, brief, line_total, line_total_before, moment, moment_of_a_year, picture, post,
        },
        form::FieldErrors,
        format, icons,
        order::{
            followed,
            status::{self, has_shipped},
        },
        product::images_of,
    },
};
use contracts::{
    events::EventType,
    fulfilments::Fulfilment,
    notifications::{ListMails, Mail, MailFilter},
    orders::{
        Action, HistoryItem, Hold, Line, LineQuantity, Order, OrderDetails, OrderStatus, REFUNDED_IN_FULL,
    },
    payments::{Refund, RefundStatus},
    products::Product,
};
use endpoint::{FieldError, Json, PageParams, Permission, Query, http::StatusCode};
use futures_util::future::{join, try_join};
use kernel::id::{LineId, OrderId, ProductId, UserId};
use maud::{Markup, html};
use serde_json::Value;
use std::collections::BTreeMap;
use timeline_page::TimelinePage;

pub(super) use timeline::sign_and_words;

/// The most emails that are shown.
const MAILS_MAX: u16 = 20;
/// The prefix of the fields for the quantities of lines.
const PIECES: &str = "q-";

/// All that the page shows: five calls including that for the permissions, and one more for names that are not cached.
struct ConsoleOrderView {
    order: Order,
    etag: String,
    /// How long a draft can be paid once it is placed, in seconds.
    payment_within_s: Option<u64>,
    history: Vec<HistoryItem>,
    fulfilments: Vec<Fulfilment>,
    /// The part of the timeline on this page, with the notes of that time.
    stretch: TimelinePage,
    refunds: Vec<Refund>,
    mails: Vec<Mail>,
    /// The products that are on sale.
    products: BTreeMap<ProductId, Product>,
    /// What is missing, where the order is on hold for its stock.
    short: shortfall::OrderShortfall,
    /// The number of the customer's orders, where known.
    customer_orders: Option<i64>,
    /// The actors, the authors of notes, and the customer.
    people: BTreeMap<UserId, NamedUser>,
}
impl ConsoleOrderView {
    /// Whether the customer has a page in the console.
    fn has_customer(&self) -> bool {
        self.people.get(&self.order.user_id).is_some_and(|person| person.is_customer)
    }
}

fn order_id(id: &str) -> Result<OrderId, PageError> {
    id.parse().map_err(|_| PageError::NotFound)
}
/// The field for the quantity of a line.
fn pieces_of(line: LineId) -> String {
    format!("{PIECES}{line}")
}
/// The errors of the requested quantities, line by line: how many units there are instead.
fn too_many(errors: &[FieldError], asked: &[LineQuantity], said: fn(i64) -> String) -> ActionError {
    let mut faults = FieldErrors::default();
    for error in errors {
        let row = error.pointer.split('/').nth(2).and_then(|row| row.parse::<usize>().ok());
        let line = asked.get(row.unwrap_or(0));
        let left = error.data.get("available").and_then(Value::as_i64).unwrap_or(0);
        faults.add(&line.map_or("lines".to_owned(), |line| pieces_of(line.line_id)), said(left));
    }
    ActionError::in_fields(faults)
}
/// The banner of a form with quantities: each error with its product.
fn by_article(order: &Order, trouble: &ActionError) -> Markup {
    trouble.banner_by_name(|field| {
        let line = field.strip_prefix(PIECES)?;
        order.lines.iter().find(|known| known.id.to_string() == line).map(|known| known.title.as_str())
    })
}
/// The order's page with an outcome.
fn place(id: OrderId, done: &str) -> PageResponse {
    place_with(id, done, None)
}
/// The same with a detail of the outcome.
fn place_with(id: OrderId, done: &str, exactly: Option<String>) -> PageResponse {
    PageResponse::RedirectWithFlash {
        path: format!("/console/orders/{id}?done={done}"),
        exactly: exactly.unwrap_or_default(),
    }
}

async fn look(visit: &RequestContext, id: &str) -> Result<ConsoleOrderView, PageError> {
    let (cx, needs) = (&visit.cx, &visit.web.needs);
    let OrderDetails { order, etag, history, fulfilments, notes, payment_within_s, customer_orders } =
        order_details::read(&needs.orders, cx, order_id(id)?, timeline_page::notes_cursor(visit)).await?;
    let (history, fulfilments) = (history.items, fulfilments.items);
    let refunds = all_refunds_of(visit, &order);
    let mails = async {
        let filter = MailFilter { about: Some(order.id.to_string()), ..MailFilter::default() };
        let slice = PageParams { limit: Some(MAILS_MAX), cursor: None };
        let Json(page) = needs.mails.call(cx, ListMails { filter: Query(filter), slice }).await?;
        Ok(page.items)
    };
    let stretch = TimelinePage::of(visit, notes);
    let (found, products) = join(try_join(refunds, mails), products_of(visit, &order)).await;
    let (refunds, mails) = found?;
    let short = shortfall::OrderShortfall::of(&order, &products);
    let actors = history.iter().filter_map(|item| item.actor.parse::<UserId>().ok());
    let all = actors.chain(stretch.notes.iter().map(|note| note.author)).chain([order.user_id]);
    let people = visit.web.state::<UserNames>().of(visit, all.collect()).await;
    Ok(ConsoleOrderView {
        order,
        etag,
        payment_within_s,
        history,
        fulfilments,
        stretch,
        refunds,
        mails,
        products,
        short,
        customer_orders,
        people,
    })
}

/// `GET /console/orders/{id}`.
pub(crate) async fn show(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    match look(&visit, &id).await {
        // the cursor is old or of another order's notes: start with the newest
        Err(PageError::Conflict(_)) if timeline_page::notes_cursor(&visit).is_some() => {
            Ok(PageResponse::redirect(format!("/console/orders/{}", order_id(&id)?)))
        }
        looked => Ok(page(&visit, &staff, &looked?, None)),
    }
}

/// The page after an action was not done.
async fn again(
    visit: &RequestContext,
    staff: &Staff,
    id: &str,
    trouble: ActionError,
) -> Result<PageResponse, PageError> {
    let looked = look(visit, id).await?;
    Ok(page(visit, staff, &looked, Some(&trouble)))
}

fn page(
    visit: &RequestContext,
    staff: &Staff,
    looked: &ConsoleOrderView,
    trouble: Option<&ActionError>,
) -> PageResponse {
    let order = &looked.order;
    let title = t::order_title(order.number);
    let main = html! {
        div.c-head { (crumbs(order, None)) (beside()) }
        (has_changed(order))
        (head(visit, staff, looked))
        @if let Some(trouble) = trouble { (by_article(order, trouble)) }
        @else { (form_replay::said(visit, looked)) }
        (held(staff, looked))
        (customer::without_address(order))
        (money::to_hand_back(looked))
        (complete::is_back(visit, staff, looked, trouble))
        div.split.split-on {
            div.stack {
                (lines(looked))
                @if order.status != OrderStatus::Draft { (parcels::section(visit, staff, looked, trouble)) }
            }
            aside.stack.stay aria-label=(t::ABOUT_THIS_ORDER) {
                (money::section(visit, staff, looked))
                (customer::section(looked))
            }
            (timeline::section(visit, staff, looked, trouble))
        }
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    ConsolePage::new(staff, ConsoleSection::Orders, &title).with_status(status).show(visit, &main)
}

/// The note that the order has changed, shown by a script, which does not reload: the user may be typing.
fn has_changed(order: &Order) -> Markup {
    let place = format!("/console/orders/{}", order.id);
    html! {
        div.banner.wait.no-print data-watch={ "/orders/" (order.id) "/live" } data-events=(followed()) data-version=(order.version) hidden {
            (icons::ALERT) h2 { (c::HAS_CHANGED) } p { a href=(place) { (c::LOAD_AGAIN) } }
        }
    }
}

/// The breadcrumbs: the order, and an action.
fn crumbs(order: &Order, what: Option<&str>) -> Markup {
    html! {
        nav aria-label=(t::WHERE) {
            ol.crumbs {
                li { a href=(ConsoleSection::Orders.path()) { (c::ORDERS) } }
                @match what {
                    None => li.num aria-current="page" { "#" (order.number) },
                    Some(what) => {
                        li.num { a href={ "/console/orders/" (order.id) } { "#" (order.number) } }
                        li aria-current="page" { (what) }
                    },
                }
            }
        }
    }
}

fn head(visit: &RequestContext, staff: &Staff, looked: &ConsoleOrderView) -> Markup {
    let order = &looked.order;
    let way = |what: &str| format!("/console/orders/{}/{what}", order.id);
    let can = |action| order.allowed.contains(&action);
    let has_money = staff.may(Permission::Payments);
    html! {
        div.c-head {
            h1.num { "#" (order.number) }
            span.badges { (status_badges::order(order)) (money::badge(looked)) (parcels::badge(looked)) }
            span.push {
                (draft::actions(visit, order, &looked.etag))
                @if address::can(order) { a.btn href=(way("address")) { (address::offer(order)) } }
                @if can(Action::Pay) && has_money { a.btn href=(way("offline")) { (c::PAID_OFFLINE) } }
                @if can(Action::Refund) && has_money && !complete::offers_refund(staff, order) { a.btn href=(way("refund")) { (c::REFUND) } }
                @if can(Action::Hold) { a.btn href=(way("hold")) { (hold::offer(order)) } }
                @if can(Action::Release) { (post(visit.csrf(), &way("release"), "", html! {
                    input type="hidden" name="etag" value=(looked.etag);
                    button.btn { (c::RELEASE) }
                })) }
                @if can(Action::Cancel) { a.btn.btn-danger href=(way("cancel")) { (c::cancel(has_shipped(order))) } }
            }
            p {
                (by_whom(staff, looked))
                @if looked.has_customer() { a href={ "/console/customers/" (order.user_id) } { (whose(order)) } } @else { (whose(order)) }
                ", " (moment_of_a_year(status::placed(order, &looked.history), visit.web.needs.env.now())) "."
                @if let Some(due) = order.payment_due_at.filter(|_| !has_shipped(order)) { " " (c::EXPIRES) (moment(due)) "." }
                @if let Some(within) = looked.payment_within_s.filter(|_| can(Action::Place)) { " " (c::once_placed(within)) }
            }
        }
    }
}

/// The words before the customer's name: who placed the order or prepares the draft.
fn by_whom(staff: &Staff, looked: &ConsoleOrderView) -> String {
    let of = |kind| looked.history.iter().find(|item| item.event() == Some(kind));
    let who = |item: &HistoryItem| timeline::who(item, staff, looked);
    match (looked.order.status, of(EventType::OrderPlaced)) {
        (OrderStatus::Draft, _) => c::drafted_by(of(EventType::OrderDrafted).and_then(who)),
        (_, Some(placed)) if status::is_by_another(placed, &looked.order) => c::placed_for(who(placed)),
        _ => c::PLACED_BY.into(),
    }
}
/// Why the order is on hold.
fn held(staff: &Staff, looked: &ConsoleOrderView) -> Markup {
    let order = &looked.order;
    html! {
        @if !order.holds.is_empty() {
            // as on its badge
            (banner_of(Badge(icons::O_HOLD, "bad", c::ON_HOLD.text()), html! {
                @for hold in &order.holds {
                    @match (hold, order.hold_reason.as_deref()) {
                        (Hold::Manual, Some(REFUNDED_IN_FULL)) => p { (refunded_in_full(looked)) },
                        (Hold::Manual, Some(reason)) => p { (c::hold(*hold)) " " q.wrap-any { (reason) } },
                        _ => p { (c::hold(*hold)) },
                    }
                }
                (shortfall::ways(staff, &looked.short, order))
            }))
        }
    }
}

/// Why an order with a full refund is on hold; the refund may still have to be paid manually.
fn refunded_in_full(looked: &ConsoleOrderView) -> Text {
    let is_over =
        |refund: &Refund| matches!(refund.status, RefundStatus::Succeeded | RefundStatus::Withdrawn);
    if looked.refunds.iter().all(is_over) { c::HOLD_REFUNDED } else { c::HOLD_REFUNDING }
}

fn lines(looked: &ConsoleOrderView) -> Markup {
    let order = &looked.order;
    let (pieces, shipped) =
        order.lines.iter().fold((0, 0), |(all, out), l| (all + l.quantity, out + l.shipped));
    let counts = counts(looked);
    html! {
        section.card {
            div.card-head { h2 { (c::LINES) } span.small.quiet { (c::pieces_shipped(pieces, shipped)) } }
            div.table-wrap tabindex="0" role="region" aria-label=(c::LINES) {
                table.table.fold-late role="table" {
                    thead role="rowgroup" {
                        tr role="row" {
                            th role="columnheader" scope="col" { (c::ARTICLE) }
                            th.n role="columnheader" scope="col" { (c::EACH) }
                            @for count in &counts { th.n role="columnheader" scope="col" title=[count.more] { (count.name) } }
                            th.n role="columnheader" scope="col" { (c::TOTAL) }
                        }
                    }
                    tbody role="rowgroup" { @for line in &order.lines { (row(looked, line, &counts)) } }
                }
            }
        }
    }
}

/// A column with a count per line: its name, and more words for a narrow page.
struct CountColumn {
    name: Text,
    more: Option<Text>,
    of: fn(&ConsoleOrderView, &Line) -> i64,
}

/// The counts: nothing is packed or to be packed where nothing is open, or before the payment.
fn counts(looked: &ConsoleOrderView) -> Vec<CountColumn> {
    let has = |of: fn(&Line) -> i64| looked.order.lines.iter().any(|line| of(line) > 0);
    let is_begun = !matches!(looked.order.status, OrderStatus::Draft | OrderStatus::Pending);
    let is_open = is_begun && has(|line| line.open);
    let count = |name, more, of| CountColumn { name, more, of };
    let all = [
        (true, count(c::ORDERED, None, |_, line| line.quantity)),
        (is_open, count(c::TO_PACK, Some(c::LEFT_TO_PACK), parcels::to_pack)),
        (is_open, count(c::TO_SHIP, Some(c::NOT_SENT_YET), parcels::packed)),
        (is_begun, count(c::SHIPPED, None, |_, line| line.shipped)),
        (has(|line| line.cancelled), count(c::CANCELLED, None, |_, line| line.cancelled)),
        (has(|line| line.returned), count(c::RETURNED, None, |_, line| line.returned)),
    ];
    all.into_iter().filter(|(is_shown, _)| *is_shown).map(|(_, count)| count).collect()
}

fn row(looked: &ConsoleOrderView, line: &Line, counts: &[CountColumn]) -> Markup {
    let product = line.product_id.and_then(|id| looked.products.get(&id));
    html! {
        tr role="row" {
            th.title-cell role="rowheader" scope="row" {
                span.row.row-tight.gap-2 {
                    span.plate.thumb { (picture(images_of(product), false)) }
                    span {
                        @match line.product_id {
                            Some(product) => a.lead.wrap-any href={ "/console/products/" (product) } { (brief(&line.title)) },
                            None => span.lead.wrap-any { (brief(&line.title)) },
                        }
                        @if let Some(sku) = &line.sku { br; span.mono.faint.small.wrap-any { (brief(sku)) } }
                        (shortfall::mark(&looked.short, line))
                    }
                }
            }
            td.n.fold-2 role="cell" data-l=(c::EACH) { (format::money(line.unit_price)) }
            @for count in counts {
                @let pieces = (count.of)(looked, line);
                td.n.fold-2.none[pieces == 0] role="cell" data-l=(count.name) { (format::count(pieces)) }
            }
            td.n.fold-end role="cell" { (line_total_before(line)) @if let Some(total) = line_total(line) { strong { (total) } } }
        }
    }
}
