//! The stock of a product: units on hand and reserved, changes by staff, and the page with the ledger.

use super::{
    beyond_stock, crumbs, find,
    ledger::{count, less, moved, table},
    product_id,
    restock::ReturnedUnits,
    short_by,
};
use crate::{
    console::{
        components::{ActionError, Input, address, done, faults, once, sent},
        frame::{ConsolePage, ConsoleSection},
        paging::PageLinks,
    },
    session::{page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff},
    texts::{Text, console as c},
    ui::components::{banner, ends, error_line, post},
};
use contracts::{
    products::Product,
    stock::{AdjustStock, AdjustStockError, Adjustment, Reason},
};
use endpoint::{Body, OptionalIdempotencyKey, Path, Permission, client::CallError, http::StatusCode};
use kernel::id::ProductId;
use maud::{Markup, html};

const DEED: &str = "stock";
const SHOWN: u16 = 50;
const REASONS: [(&str, Text, StockAction); 5] = [
    ("receipt", c::BOOK_RECEIPT, StockAction::Received(Reason::Receipt)),
    ("restock", c::BOOK_RESTOCK, StockAction::Received(Reason::Restock)),
    ("lost", c::BOOK_LOST, StockAction::Lost),
    ("count", c::BOOK_COUNT, StockAction::Counted),
    ("adjustment", c::BOOK_ADJUSTMENT, StockAction::Corrected),
];

/// The meaning of the number in the form. Services always receive a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StockAction {
    /// Units added.
    Received(Reason),
    /// Units removed, with or without a minus sign.
    Lost,
    /// The new total.
    Counted,
    /// The difference itself.
    Corrected,
}
impl StockAction {
    fn reason(self) -> Reason {
        match self {
            StockAction::Received(reason) => reason,
            StockAction::Lost | StockAction::Corrected => Reason::Adjustment,
            StockAction::Counted => Reason::Count,
        }
    }
    /// The difference of a number, where the form showed this stock.
    fn difference(self, typed: &str, stock: i64) -> Result<i64, &'static str> {
        let number = typed.replace('−', "-").parse::<i64>().ok();
        let (difference, what_else) = match self {
            StockAction::Received(_) => (number.filter(|n| *n > 0), c::ENTER_SOME),
            StockAction::Lost => (
                number.filter(|n| *n != 0).map(|n| 0_i64.saturating_sub_unsigned(n.unsigned_abs())),
                c::ENTER_SOME,
            ),
            StockAction::Counted => {
                (number.filter(|n| *n >= 0).map(|n| n.saturating_sub(stock)), c::ENTER_PIECES)
            }
            StockAction::Corrected => (number.filter(|n| *n != 0), c::ENTER_DELTA),
        };
        difference.ok_or(what_else.text())
    }
}

/// The stock, with a link to its page: it has a form of its own, so that saving the product loses no input there.
pub(super) fn section(product: &Product, staff: &Staff) -> Markup {
    html! {
        section.card {
            div.card-head { h2 { (c::STOCK) } }
            div.card-body.stack {
                (figures(product))
                (waited_for(staff, product))
                div { a.btn href={ "/console/products/" (product.id) "/stock" } { (c::CHANGE_STOCK) } }
            }
        }
    }
}

fn figures(product: &Product) -> Markup {
    html! {
        dl.money {
            div { dt { (c::ON_HAND) } dd { (count(product.stock)) } }
            div.minus[product.reserved > 0] { dt { (c::RESERVED) } dd { (less(product.reserved)) } }
            @match beyond_stock(product) {
                0 => div.sum { dt { (c::AVAILABLE) } dd { (count(product.available)) } },
                beyond => div.sum { dt { (gone_beyond(product)) } dd.bad-ink[!product.backorder] { (count(beyond)) } },
            }
        }
        (meter(product))
    }
}

/// The name for reserved units that are not on hand: backordered or short.
fn gone_beyond(product: &Product) -> &'static str {
    if product.backorder { c::SOLD_AHEAD.text() } else { c::SHORT.text() }
}

/// The note that orders wait for these units, with a link to the orders.
fn waited_for(staff: &Staff, product: &Product) -> Markup {
    let short = short_by(product);
    // orders can be filtered by an SKU, and not by a product
    let place = address(
        ConsoleSection::Orders.path(),
        [("q", product.sku.as_str()), ("attention", "on_hold"), ("sort", "created_at")],
    );
    html! {
        @if short > 0 {
            (banner("wait", &c::short_waits(short), html! {
                @if ConsoleSection::Orders.is_open_to(staff) { p { a href=(place) { (c::WHO_WAITS) } } }
            }))
        }
    }
}

/// The share of stock that is available, or of reservations that is on hand; widths are attributes, as the content security policy
/// requires.
fn meter(product: &Product) -> Markup {
    let (beyond, all) = (beyond_stock(product), product.stock.max(product.reserved));
    let width = |n: i64| n.clamp(0, all).saturating_mul(120) / all.max(1);
    let (free, missing) = (width(product.available), width(beyond));
    html! {
        @if all > 0 {
            svg.meter viewBox="0 0 120 8" preserveAspectRatio="none" role="img" aria-label=(c::of_hand(product.available, product.reserved, product.stock)) {
                rect.m0 width="120" height="8" {}
                rect.m1 width=(free) height="8" {}
                @if product.reserved > 0 { rect.m3 x=(free) width=(120 - free) height="8" {} }
                @if beyond > 0 { rect.m2 x=(120 - missing) width=(missing) height="8" {} }
            }
            span.legend {
                @if beyond == 0 { span { (c::AVAILABLE) } }
                span.k4 { (c::RESERVED) }
                @if beyond > 0 { span.k2 { (gone_beyond(product)) } }
            }
        }
    }
}

/// `GET /console/products/{id}/stock`.
pub(crate) async fn show(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Products).await?;
    let id = product_id(&id)?;
    match (
        page(&visit, &staff, id, PageLinks::of(&visit), None).await,
        ReturnedUnits::of(&visit, &staff, DEED),
    ) {
        // an order still leads to a deleted product, of which the ledger is left
        (Err(PageError::NotFound), Some(returned)) => {
            moved(&visit, &staff, id, 1, None, None).await?;
            Ok(returned.in_vain(&visit, &staff))
        }
        (shown, _) => shown,
    }
}

/// The form, the stock, and the ledger page by page.
async fn page(
    visit: &RequestContext,
    staff: &Staff,
    id: ProductId,
    turned: PageLinks<'_>,
    trouble: Option<&ActionError>,
) -> Result<PageResponse, PageError> {
    let (_, product) = find(visit, id).await?;
    let (is_first, path) = (turned.is_first(), format!("/console/products/{id}/stock"));
    let moved = match moved(visit, staff, id, SHOWN, turned.cursor(), None).await {
        Err(PageError::Conflict(_)) if !is_first => return Ok(PageResponse::redirect(path)),
        found => found?,
    };
    let next = moved.movements.next_cursor.as_deref().map(|next| turned.next(&path, next));
    let returned = ReturnedUnits::of(visit, staff, DEED);
    let is_done = |returned: &&ReturnedUnits| returned.is_among(&moved.movements.items);
    let main = html! {
        div.c-head { (crumbs(&product, Some(c::STOCK.text()))) }
        div.c-head { h1.wrap-any { (c::stock_of(&product.name)) } }
        @if let Some(trouble) = trouble { (trouble.banner()) }
        @else { (done(c::product_done(visit.done("done")))) }
        @if is_first {
            div.split {
                section.card {
                    div.card-head { h2 { (c::CHANGE_STOCK) } }
                    @match returned.as_ref().filter(is_done) {
                        Some(returned) => (restocked(returned, &path)),
                        None => (form(visit, &product, &path, returned.as_ref(), trouble)),
                    }
                }
                section.card {
                    div.card-head { h2 { (c::THERE_IS) } }
                    div.card-body.stack { (figures(&product)) (waited_for(staff, &product)) }
                }
            }
        }
        section.card.clip {
            div.card-head { h2 { (c::LEDGER) } }
            (table(staff, &moved))
            (turned.pager(&path, next.as_deref()))
        }
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(ConsolePage::new(staff, ConsoleSection::Products, c::STOCK.text())
        .with_status(status)
        .show(visit, &main))
}

/// In place of the form: the returned units are in stock again. More units need a new start from the order.
fn restocked(returned: &ReturnedUnits, here: &str) -> Markup {
    html! {
        div.card-body.stack {
            p { strong { (c::RESTOCKED_BEFORE) } " " (c::RESTOCKED_BEFORE_MORE) }
            div.row.gap-2 {
                a.btn.btn-primary href=(returned.place()) { (c::BACK_TO_ORDER) }
                a.btn href=(here) { (c::BOOK_MORE) }
            }
        }
    }
}

fn form(
    visit: &RequestContext,
    product: &Product,
    here: &str,
    returned: Option<&ReturnedUnits>,
    trouble: Option<&ActionError>,
) -> Markup {
    let faults = faults(trouble);
    let back = returned.map_or_else(|| here.trim_end_matches("/stock").to_owned(), ReturnedUnits::place);
    let remark = returned.map(ReturnedUnits::remark).unwrap_or_default();
    // the link to this page may have initial values
    let begun = |name: &'static str| sent(&visit.form, DEED, name, visit.query.text(name));
    let chosen = begun("reason");
    let content = html! {
        @match returned {
            Some(returned) => { input type="hidden" name="deed" value=(DEED); (returned.hidden()) },
            None => (once(visit, DEED, trouble)),
        }
        // the stock that a count is compared with
        input type="hidden" name="was-stock" value=(product.stock);
        div.field.bad[faults.of("reason").is_some()] {
            label for="reason" { (c::BECAUSE_OF) }
            select.select id="reason" name="reason" aria-invalid=[faults.of("reason").map(|_| "true")]
                aria-describedby=[faults.of("reason").map(|_| "reason-error")] {
                @for (value, text, _) in REASONS { option value=(value) selected[value == chosen] { (text) } }
            }
            @if let Some(text) = faults.of("reason") { (error_line(Some("reason-error"), text)) }
        }
        (Input { value: begun("pieces"), width: "w3", mode: Some("text"), hint: Some(c::HOW_MANY_HINT.text()), ..Input::new("pieces", c::HOW_MANY.text()) }.show(&faults))
        (Input { value: sent(&visit.form, DEED, "remark", &remark), optional: true, ..Input::new("remark", c::REMARK.text()) }.show(&faults))
        @if let Some(text) = faults.of("accept") {
            div.field.bad {
                label.check { input type="checkbox" id="accept" name="accept" value="on" aria-invalid="true" aria-describedby="accept-error"; span { (c::ACCEPT_SHORTFALL) } }
                (error_line(Some("accept-error"), text))
            }
        }
        (ends(&html! { button.btn.btn-primary { (c::BOOK) } }, &back, c::BACK.text()))
    };
    post(visit.csrf(), here, "card-body stack", content)
}

/// The conflict of a count: the stock has changed.
fn stock_has_changed(now: i64) -> ActionError {
    ActionError::to_choose(&c::stock_has_changed(now), c::STOCK_HAS_CHANGED_MORE.text())
}

/// `POST /console/products/{id}/stock`.
pub(crate) async fn adjust(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Products).await?;
    let (id, form) = (product_id(&id)?, &visit.form);
    let Some(&(.., booking)) = REASONS.iter().find(|(name, ..)| *name == form.text("reason")) else {
        let trouble = ActionError::at("reason", c::SAY_WHAT_FOR.text());
        return page(&visit, &staff, id, PageLinks::default(), Some(&trouble)).await;
    };
    let seen = form.text("was-stock").parse().ok();
    let delta = match booking.difference(form.text("pieces"), seen.unwrap_or_default()) {
        Ok(delta) => delta,
        Err(what) => {
            return page(&visit, &staff, id, PageLinks::default(), Some(&ActionError::at("pieces", what)))
                .await;
        }
    };
    if booking == StockAction::Counted {
        let (_, now) = find(&visit, id).await?;
        // also after this form itself was applied, where it is sent again
        if now.stock == seen.unwrap_or_default().saturating_add(delta) {
            return Ok(PageResponse::redirect_with_flash(format!(
                "/console/products/{id}/stock?done=counted"
            )));
        }
        // only the user knows whether the units that moved were counted. What moves from here on until the booking was not, and the
        // difference stays right.
        if seen != Some(now.stock) {
            let trouble = stock_has_changed(now.stock);
            return page(&visit, &staff, id, PageLinks::default(), Some(&trouble)).await;
        }
    }
    let returned = ReturnedUnits::of(&visit, &staff, DEED);
    if let Some(returned) = &returned
        && let Some(what) = returned.too_many(&visit, delta).await?
    {
        return page(&visit, &staff, id, PageLinks::default(), Some(&ActionError::at("pieces", what))).await;
    }
    let before = match &returned {
        Some(_) => moved(&visit, &staff, id, SHOWN, None, None).await?.movements.items,
        None => Vec::new(),
    };
    let before_this =
        || ActionError::said(StatusCode::CONFLICT, c::RESTOCKED_BEFORE.text(), c::NOT_DONE.text());
    if returned.as_ref().is_some_and(|returned| returned.is_among(&before)) {
        return page(&visit, &staff, id, PageLinks::default(), Some(&before_this())).await;
    }
    let accept_shortfall = form.text("accept") == "on";
    // the ledger has corrections only, so the reason is noted
    let why = || (booking == StockAction::Lost).then(|| c::BOOK_LOST.text().to_owned());
    let note = form.given("remark").or_else(why);
    let reference = returned.as_ref().map(ReturnedUnits::reference);
    let (reason, on_hand) = (booking.reason(), seen.filter(|_| booking == StockAction::Counted));
    let adjustment = Body(Adjustment { delta, reason, note, reference, on_hand, accept_shortfall });
    let request =
        AdjustStock { id: Path(id), key: OptionalIdempotencyKey(Some(visit.form_key())), adjustment };
    let trouble = match (visit.web.needs.products.call(&visit.cx, request).await, &returned) {
        // the response of the earlier request: this key booked it with another remark
        (Ok(made), Some(_)) if before.iter().any(|known| known.id == made.body.id) => before_this(),
        (Ok(_), Some(returned)) => return Ok(returned.done()),
        (Ok(_), None) => {
            return Ok(PageResponse::redirect_with_flash(format!(
                "/console/products/{id}/stock?done=booked"
            )));
        }
        (Err(CallError::Problem(problem)), Some(_)) if problem.code == "key_reused" => before_this(),
        (Err(CallError::Refused(AdjustStockError::StockChanged { on_hand })), _) => {
            stock_has_changed(on_hand)
        }
        (Err(CallError::Refused(AdjustStockError::AlreadyBooked { .. })), _) => before_this(),
        (Err(CallError::Refused(AdjustStockError::StockReserved { reserved, .. })), _) => {
            ActionError::at("accept", c::reserved_for_orders(reserved))
        }
        (Err(CallError::Refused(AdjustStockError::StockBelowZero { on_hand })), _) => {
            ActionError::at("pieces", c::only_on_hand(on_hand))
        }
        (Err(error), _) => ActionError::of(error)?.with_names(&[("delta", "pieces"), ("note", "remark")]),
    };
    page(&visit, &staff, id, PageLinks::default(), Some(&trouble)).await
}
