//! The first page of the console: sales of today and this month, what needs attention, and on a phone the sections.

use super::{
    activity,
    components::address,
    frame::{ConsolePage, ConsoleSection, keys, menu},
    orders,
    sales_cards::Today,
    system::{AttentionItem, AttentionTarget},
    unknown_charges, unresolved_payments,
};
use crate::{
    console::system::StatusCache,
    session::{page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff},
    texts::{self as t, Text, console as c},
    ui::{
        components::not_live,
        format,
        icons::{self, Glyph, Icon},
        product::can_be_had,
    },
};
use contracts::{
    orders::{Attention, ListOrders, Order, OrderFilter, OrderSelection},
    products::{ListProducts, ProductFilter, ProductStatus},
};
use endpoint::{Json, PageParams, Permission, Query};
use futures_util::future::{join, try_join3};
use maud::{Markup, Render, html};

/// Beyond this many products, the count is “more than”: nothing counts through all products.
const COUNTED: u16 = 50;
const NEWEST: u16 = 8;

/// `GET /console`.
pub(crate) async fn show(visit: RequestContext) -> Result<PageResponse, PageError> {
    let staff = Staff::of(&visit).await?;
    let day = format::weekday(visit.web.needs.env.now());
    let main = match ConsoleSection::Orders.is_open_to(&staff) {
        true => trade(&visit, &staff, &day).await?,
        false => html! { div.c-head { h1 { (day) } } (rooms(&staff)) },
    };
    Ok(ConsolePage::new(&staff, ConsoleSection::Home, c::HOME.text()).show(&visit, &main))
}

async fn newest(visit: &RequestContext) -> Result<Vec<Order>, PageError> {
    let slice = PageParams { limit: Some(NEWEST), cursor: None };
    let (filter, selection) = (Query(OrderFilter::default()), Query(OrderSelection::default()));
    let Json(page) = visit.web.needs.orders.call(&visit.cx, ListOrders { filter, selection, slice }).await?;
    Ok(page.items)
}

/// Products on sale with low stock: how many are available, how many sold out, and whether there may be more.
#[derive(Debug, Clone, Copy, Default)]
struct Stock {
    low: i64,
    out: i64,
    more: bool,
}

/// The low stock, for staff with the permission for products; one call for both counts.
async fn little_left(visit: &RequestContext, staff: &Staff) -> Result<Stock, PageError> {
    if !staff.may(Permission::Products) {
        return Ok(Stock::default());
    }
    let filter = ProductFilter {
        status: Some(ProductStatus::Active),
        low_stock: Some(true),
        ..ProductFilter::default()
    };
    let slice = PageParams { limit: Some(COUNTED), cursor: None };
    let request = ListProducts { filter: Query(filter), slice };
    let Json(page) = visit.web.needs.products.call(&visit.cx, request).await?;
    let start = Stock { more: page.next_cursor.is_some(), ..Stock::default() };
    Ok(page.items.iter().fold(start, |sum, product| match can_be_had(product) {
        true => Stock { low: sum.low + 1, ..sum },
        false => Stock { out: sum.out + 1, ..sum },
    }))
}

/// Six calls including that for the permissions.
async fn trade(visit: &RequestContext, staff: &Staff, day: &str) -> Result<Markup, PageError> {
    let asked = try_join3(Today::ask(visit), newest(visit), little_left(visit, staff));
    let (asked, happened) = join(asked, activity::ask(visit)).await;
    let (figures, newest, stock) = asked?;
    let known = visit.web.state::<StatusCache>().known(&visit.web, staff.may(Permission::Settings));
    let tasks = orders_waiting(&figures.attention).chain(of_stock(stock)).chain(known.iter().map(of_system));
    let tasks: Vec<AttentionTile> = tasks.filter(|task| task.count > 0).collect();
    Ok(html! {
        div.c-head { h1 { (day) } }
        (not_live())
        div data-live="first-steps" { @if newest.is_empty() { (first_steps(visit, staff, stock)) } }
        div data-live="tiles" { (figures.tiles()) }
        div.cols.cols-21.tall-charts {
            div.stack {
                (figures.month())
                (figures.by_hour())
            }
            div.stack.first-when-narrow {
                section.card.clip {
                    div.card-head { h2 { (c::NEEDS_ATTENTION) } }
                    div data-live="todo" data-says=(c::NEEDS_ATTENTION) { (todo(&tasks)) }
                }
                (activity::card(&happened))
            }
        }
        div data-live="newest" data-still {
            @if !newest.is_empty() {
                section.card.clip {
                    div.card-head { h2 { (c::NEWEST_ORDERS) } a.small href=(ConsoleSection::Orders.path()) { (c::ALL_ORDERS) } }
                    (orders::table::table(&newest))
                }
            }
        }
    })
}

/// The steps to the first order. Whether there are products is known only where some have low stock: no list is read for it.
fn first_steps(visit: &RequestContext, staff: &Staff, stock: Stock) -> Markup {
    let is_filled = stock.low + stock.out > 0 || stock.more;
    html! {
        section.card {
            div.card-head { h2 { (c::NO_ORDERS) } }
            div.card-body.stack {
                @if ConsoleSection::Products.is_open_to(staff) && !is_filled {
                    div.row.spread {
                        p { (c::FIRST_PRODUCT) }
                        a.btn.btn-primary href="/console/products/new" { (t::ADD_A_PRODUCT) }
                    }
                }
                p { (c::PASS_ON_ADDRESS) a.wrap-any href="/" { (visit.origin()) } }
                p.small.quiet { (c::NO_ORDERS_MORE) }
            }
        }
    }
}

/// A task: its count, tone, glyph, text, and the page where it is done.
struct AttentionTile {
    count: i64,
    more: bool,
    tone: &'static str,
    sign: Markup,
    text: String,
    place: String,
}
impl AttentionTile {
    /// With the number of those among them that have a further property.
    fn of_which(self, some: i64, tone: &'static str, part: Text) -> AttentionTile {
        match some {
            ..=0 => self,
            some => {
                let is_all = some == self.count && !self.more;
                AttentionTile {
                    tone,
                    text: c::of_them(&self.text, (!is_all).then_some(some), part.text()),
                    ..self
                }
            }
        }
    }
}

/// The orders that need attention. Each tile leads to the list of just those that it counts; drafts are listed only where asked for. A
/// late order, for example, is to be packed, and is counted once.
fn orders_waiting(waiting: &Attention) -> impl Iterator<Item = AttentionTile> {
    let of = |count: i64, tone, sign: Glyph, named: &str, kind: &str| AttentionTile {
        count,
        more: count >= Attention::MOST,
        tone,
        sign: sign.render(),
        text: c::waiting(named, count),
        place: address(ConsoleSection::Orders.path(), [("attention", kind), ("sort", "created_at")]),
    };
    let (late, expiring) = (waiting.to_pack_late, waiting.unpaid_expiring);
    [
        of(waiting.to_pack, "wait", icons::F_PENDING, "to-pack", "to_pack").of_which(
            late,
            "bad",
            c::PACKED_LATE,
        ),
        of(waiting.packed, "wait", icons::F_PACKED, "packed", "packed"),
        of(
            waiting.partially_shipped,
            "info",
            icons::F_PARTIALLY_SHIPPED,
            "partly-shipped",
            "partially_shipped",
        ),
        of(waiting.undelivered, "bad", icons::F_FAILED, "undelivered", "undelivered"),
        of(waiting.came_back, "back", icons::F_RETURNED, "came-back", "came_back"),
        of(waiting.to_unpack, "wait", icons::F_CANCELLED, "to-unpack", "to_unpack"),
        of(waiting.to_hand_back, "wait", icons::P_REFUNDED, "to-hand-back", "to_hand_back"),
        of(waiting.refund_delayed, "bad", icons::P_FAILED, "refund-delayed", "refund_delayed"),
        of(waiting.on_hold, "bad", icons::O_HOLD, "held", "on_hold"),
        of(waiting.payment_pending, "info", icons::P_PENDING, "payment-pending", "payment_pending"),
        of(waiting.unpaid, "wait", icons::P_UNPAID, "unpaid", "unpaid")
            .of_which(waiting.payment_refused, "bad", c::AFTER_REFUSAL)
            .of_which(expiring, "wait", c::EXPIRING_SOON),
        of(waiting.cancelling, "wait", icons::O_CANCELLING, "cancelling", "cancelling"),
        AttentionTile {
            place: address(ConsoleSection::Orders.path(), [("status", "draft")]),
            ..of(waiting.drafts, "info", icons::O_DRAFT, "drafts", "")
        },
    ]
    .into_iter()
}

fn of_stock(stock: Stock) -> [AttentionTile; 2] {
    let of = |count, sign: Glyph, named: &str, wanted| AttentionTile {
        count,
        more: stock.more,
        tone: "wait",
        sign: sign.render(),
        text: c::waiting(named, count),
        place: address(ConsoleSection::Products.path(), [("status", "active"), ("stock", wanted)]),
    };
    [of(stock.out, icons::LEVEL_0, "sold-out", "out"), of(stock.low, icons::LEVEL_1, "low", "low")]
}

/// What needs attention in the system.
fn of_system(asks: &AttentionItem) -> AttentionTile {
    let place = match asks.at {
        AttentionTarget::System => ConsoleSection::System.path().to_owned(),
        AttentionTarget::Unanswered => unresolved_payments::PATH.to_owned(),
        AttentionTarget::UnknownCharges => unknown_charges::PATH.to_owned(),
        AttentionTarget::Mails => ConsoleSection::Mails.path().to_owned(),
    };
    let sign: Icon = icons::ALERT;
    let more = asks.count >= AttentionItem::MOST;
    AttentionTile {
        count: asks.count,
        more,
        tone: "bad",
        sign: sign.render(),
        text: asks.text.clone(),
        place,
    }
}

fn todo(all: &[AttentionTile]) -> Markup {
    html! {
        @if all.is_empty() { p.card-body.quiet { (c::NOTHING_NEEDS_YOU) } }
        ul.todo role="list" {
            @for task in all {
                li {
                    a.(task.tone) href=(task.place) {
                        (task.sign)
                        b data-more[task.more] { (format::count(task.count)) @if task.more { "+" } }
                        span { (task.text) }
                        (icons::RIGHT)
                    }
                }
            }
        }
    }
}
/// The sections that a member of staff may open, as a list.
fn rooms(staff: &Staff) -> Markup {
    html! {
        section.card.clip aria-label=(c::ROOMS) {
            ul.todo role="list" {
                @for room in ConsoleSection::ALL.into_iter().filter(|room| *room != ConsoleSection::Home && room.is_open_to(staff)) {
                    li { a href=(room.path()) { (room.icon()) span { (room.name()) } (icons::RIGHT) } }
                }
                li { a href="/" { (icons::EXTERNAL) span { (c::OPEN_THE_SHOP) } (icons::RIGHT) } }
            }
        }
    }
}

/// `GET /console/more`: all sections, and the content of the user menu.
pub(crate) async fn more(visit: RequestContext) -> Result<PageResponse, PageError> {
    let staff = Staff::of(&visit).await?;
    let main = html! {
        div.c-head { h1 { (c::MORE) } }
        (rooms(&staff))
        section.card.wide-only id="shortcuts" {
            div.card-head { h2 { (t::SHORTCUTS) } }
            div.card-body.stack.gap-3 { (keys(true)) }
        }
        section.card aria-label=(c::YOUR_ACCOUNT) { div.card-body.stack.gap-3.account-menu { (menu(&visit, &staff, html! {})) } }
    };
    Ok(ConsolePage::new(&staff, ConsoleSection::More, c::MORE.text()).show(&visit, &main))
}
