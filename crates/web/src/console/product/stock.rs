//! The stock of a product: what is on hand, what of it is reserved, changes by staff, and the ledger.

use super::{
    super::{
        colleagues::{Person, called},
        frame::{Page, Room},
        parts::{Input, Trouble, address, faults, once, pager, sent},
        staff::Staff,
    },
    again, beyond_stock, crumbs, find, place, product_id, short_by,
};
use crate::{
    form::Faults,
    format,
    pages::paying::key,
    parts::{banner, error_line, moment, post},
    shown::{Shown, Stop},
    texts::{Text, console as c},
    visit::Visit,
};
use contracts::{
    products::Product,
    stock::{AdjustStock, AdjustStockError, Adjustment, ListMovements, Movement, Reason},
};
use endpoint::{Body, Json, MaybeKey, Page as Listed, Path, Permission, Slice, client::CallError};
use kernel::id::{ProductId, UserId};
use maud::{Markup, html};
use std::collections::BTreeMap;

const DEED: &str = "stock";
const SHOWN: u16 = 50;
const REASONS: [(&str, Text, Reason); 4] = [
    ("receipt", c::RECEIPT, Reason::Receipt),
    ("count", c::COUNT, Reason::Count),
    ("adjustment", c::ADJUSTMENT, Reason::Adjustment),
    ("restock", c::RESTOCK, Reason::Restock),
];

pub(super) fn section(visit: &Visit, staff: &Staff, product: &Product, trouble: Option<&Trouble>) -> Markup {
    let faults = faults(trouble);
    let chosen = sent(&visit.form, DEED, "reason", "receipt");
    let asks_to_accept = faults.of("accept").is_some();
    let form = html! {
        (once(visit, DEED, trouble))
        div.stack {
            (Input { value: sent(&visit.form, DEED, "delta", ""), mode: Some("text"), hint: Some(c::CHANGE_BY_HINT.say()), ..Input::new("delta", c::CHANGE_BY.say()) }.show(&faults))
            div.field {
                label for="reason" { (c::BECAUSE_OF) }
                select.select id="reason" name="reason" {
                    @for (value, text, _) in REASONS { option value=(value) selected[value == chosen] { (text) } }
                }
            }
            (Input { value: sent(&visit.form, DEED, "remark", ""), optional: true, ..Input::new("remark", c::REMARK.say()) }.show(&faults))
        }
        @if asks_to_accept {
            div.field.bad {
                label.check { input type="checkbox" id="accept" name="accept" value="on"; span { (c::ACCEPT_SHORTFALL) } }
                @if let Some(text) = faults.of("accept") { (error_line(None, text)) }
            }
        }
        button.btn { (c::BOOK) }
    };
    html! {
        section.card id="stock" {
            div.card-head { h2 { (c::STOCK) } }
            div.card-body.stack {
                dl.money {
                    div { dt { (c::ON_HAND) } dd { (count(product.stock)) } }
                    div.minus { dt { (c::RESERVED) } dd { (less(product.reserved)) } }
                    @match beyond_stock(product) {
                        0 => div.sum { dt { (c::AVAILABLE) } dd { (count(product.available)) } },
                        beyond => div.sum { dt { (gone_beyond(product)) } dd.bad-ink[!product.backorder] { (count(beyond)) } },
                    }
                }
                (meter(product))
                (waited_for(staff, product))
                (post(visit, &format!("/console/products/{}/stock", product.id), "stack", form))
            }
        }
    }
}

fn count(n: i64) -> String {
    format::grouped(&n.to_string())
}
fn less(n: i64) -> String {
    if n == 0 { "0".to_owned() } else { format!("−{}", count(n)) }
}

/// What is reserved and not on hand: sold ahead where the shop means to, and short otherwise.
fn gone_beyond(product: &Product) -> &'static str {
    if product.backorder { c::SOLD_AHEAD.say() } else { c::SHORT.say() }
}

/// That orders wait for what is reserved and not on hand, with the way to them.
fn waited_for(staff: &Staff, product: &Product) -> Markup {
    let short = short_by(product);
    // orders are found by the number of an article, and by no product
    let place = address(
        Room::Orders.path(),
        [("q", product.sku.as_str()), ("attention", "on_hold"), ("sort", "created_at")],
    );
    html! {
        @if short > 0 {
            (banner("wait", &c::short_waits(short), html! {
                @if Room::Orders.is_open_to(staff) { p { a href=(place) { (c::WHO_WAITS) } } }
            }))
        }
    }
}

/// How much of what is on hand is free, or of what is reserved is on hand; widths are attributes, as the policy of the pages wants it.
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

/// Movements, with those who made them.
pub(super) struct Moved {
    pub(super) movements: Listed<Movement>,
    people: BTreeMap<UserId, Person>,
}

/// Movements from a place on, newest first.
pub(super) async fn moved(
    visit: &Visit,
    id: ProductId,
    limit: u16,
    cursor: Option<String>,
) -> Result<Moved, Stop> {
    let slice = Slice { limit: Some(limit), cursor };
    let list = ListMovements { id: Path(id), slice };
    let Json(movements) = visit.web.needs.products.call(&visit.cx, list).await?;
    // of a sale it is said for which order it was
    let by_hand = movements.items.iter().filter(|movement| movement.placement_id.is_none());
    let actors = by_hand.filter_map(|movement| movement.actor.parse().ok());
    let people = visit.web.colleagues.of(visit, actors.collect()).await;
    Ok(Moved { movements, people })
}

pub(super) fn ledger(staff: &Staff, product: &Product, moved: &Moved) -> Markup {
    let Moved { movements: Listed { items, next_cursor }, .. } = moved;
    html! {
        section.card.clip {
            div.card-head {
                h2 { (c::LEDGER) }
                @if next_cursor.is_some() { a.small href={ "/console/products/" (product.id) "/stock" } { (c::ALL_MOVEMENTS) } }
            }
            @if items.is_empty() { p.card-body.quiet { (c::NO_MOVEMENTS) } }
            @else { (table(staff, moved)) }
        }
    }
}

fn table(staff: &Staff, Moved { movements, people }: &Moved) -> Markup {
    html! {
        div.table-wrap tabindex="0" role="region" aria-label=(c::LEDGER) {
            table.table.fold-late role="table" {
                thead role="rowgroup" {
                    tr role="row" {
                        th role="columnheader" scope="col" { (c::WHEN) }
                        th role="columnheader" scope="col" { (c::MOVEMENT) }
                        th role="columnheader" scope="col" { (c::REMARK) }
                        th.n role="columnheader" scope="col" { (c::CHANGE) }
                        th.n role="columnheader" scope="col" { (c::ON_HAND) }
                    }
                }
                tbody role="rowgroup" {
                    @for movement in &movements.items {
                        tr role="row" {
                            td.nowrap.fold-2 role="cell" { (moment(movement.at)) }
                            td role="cell" { (c::reason(movement.reason)) (whose(staff, people, movement)) }
                            td.fold-2.wrap-any role="cell" { (movement.note.as_deref().unwrap_or_default()) }
                            td.n.fold-end.plus[movement.delta > 0] role="cell" { (signed(movement.delta)) }
                            td.n.fold-2 role="cell" data-l=(c::ON_HAND) { strong { (count(movement.on_hand)) } }
                        }
                    }
                }
            }
        }
    }
}

/// Who booked it, or for which order it was.
fn whose(staff: &Staff, people: &BTreeMap<UserId, Person>, movement: &Movement) -> Markup {
    html! {
        @match movement.placement_id {
            Some(placement) if Room::Orders.is_open_to(staff) => {
                " " a href={ "/console/orders/placed/" (placement) } { (c::FOR_AN_ORDER) }
            },
            Some(_) => span.quiet { " " (c::FOR_AN_ORDER) },
            None => @if let Some(who) = called(&movement.actor, staff, people) { span.quiet { (c::by(who)) } },
        }
    }
}

fn signed(n: i64) -> String {
    if n < 0 { less(-n) } else { format!("+{}", count(n)) }
}

/// `GET /console/products/{id}/stock`: the whole ledger, page by page.
pub(in super::super) async fn all(visit: Visit, id: String) -> Result<Shown, Stop> {
    let staff = Staff::with(&visit, Permission::Products).await?;
    let (_, product) = find(&visit, product_id(&id)?).await?;
    let cursor = visit.query.given("cursor");
    let (is_first, path) = (cursor.is_none(), format!("/console/products/{}/stock", product.id));
    let found = match moved(&visit, product.id, SHOWN, cursor).await {
        Err(Stop::Conflict(_)) if !is_first => return Ok(Shown::there(path)),
        found => found?,
    };
    let next = found.movements.next_cursor.as_deref().map(|next| address(&path, [("cursor", next)]));
    let main = html! {
        div.c-head { (crumbs(&product, Some(c::LEDGER.say()))) }
        div.c-head { h1.wrap-any { (c::LEDGER) } p.wrap-any { (product.name) } }
        div.card.clip {
            (table(&staff, &found))
            (pager(is_first, &path, next.as_deref()))
        }
    };
    Ok(Page::new(&staff, Room::Products, c::LEDGER.say()).show(&visit, &main))
}

/// `POST /console/products/{id}/stock`.
pub(in super::super) async fn adjust(visit: Visit, id: String) -> Result<Shown, Stop> {
    let staff = Staff::with(&visit, Permission::Products).await?;
    let (id, form) = (product_id(&id)?, &visit.form);
    let mut faults = Faults::default();
    let delta = form.text("delta").replace('−', "-");
    let delta = delta.strip_prefix('+').unwrap_or(&delta).parse::<i64>().ok().filter(|delta| *delta != 0);
    let reason = REASONS.iter().find(|(name, ..)| *name == form.text("reason")).map(|(.., reason)| *reason);
    let (Some(delta), Some(reason)) = (delta, reason) else {
        faults.add("delta", c::ENTER_DELTA.say());
        return again(&visit, &staff, id, &Trouble::in_fields(faults)).await;
    };
    let accept_shortfall = form.text("accept") == "on";
    let adjustment = Body(Adjustment { delta, reason, note: form.given("remark"), accept_shortfall });
    let request = AdjustStock { id: Path(id), key: MaybeKey(Some(key(&visit))), adjustment };
    let trouble = match visit.web.needs.products.call(&visit.cx, request).await {
        Ok(_) => return Ok(place(id, "booked")),
        Err(CallError::Refused(AdjustStockError::StockReserved { reserved, .. })) => {
            faults.add("accept", c::reserved_for_orders(reserved));
            Trouble::in_fields(faults)
        }
        Err(CallError::Refused(AdjustStockError::StockBelowZero { on_hand })) => {
            faults.add("delta", c::only_on_hand(on_hand));
            Trouble::in_fields(faults)
        }
        Err(error) => Trouble::of(error)?,
    };
    again(&visit, &staff, id, &trouble).await
}
