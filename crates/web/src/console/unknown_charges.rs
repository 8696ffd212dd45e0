//! Charges that the payment provider has made and Ordo has forgotten: staff give each back, or pay its order with it.

use super::{
    frame::{Page, Room},
    paging::Turned,
    parts::{Trouble, done},
};
use crate::{
    session::{page_error::Stop, request::Visit, response::Shown, staff::Staff},
    texts::{self as t, console as c},
    ui::{
        components::{empty, moment, post},
        format,
    },
};
use contracts::{
    orders::{GetOrder, PayOrder, PaymentMethod},
    payments::{
        CaptureMode, EXISTING_CHARGE, ListUnknownCharges, RefundUnknownCharge, UnknownCharge,
        UnknownChargeStatus,
    },
};
use endpoint::{
    Body, IdempotencyKey, IfNoneMatch, Json, PageParams, Path, client::CallError, http::StatusCode,
};
use futures_util::future::join_all;
use kernel::id::OrderId;
use maud::{Markup, html};

pub(crate) const PATH: &str = "/console/orders/unknown-charges";
const SHOWN: u16 = 25;

/// `GET /console/orders/unknown-charges`.
pub(crate) async fn show(visit: Visit) -> Result<Shown, Stop> {
    let staff = Staff::cashier(&visit).await?;
    page(&visit, &staff, None).await
}

async fn page(visit: &Visit, staff: &Staff, trouble: Option<&Trouble>) -> Result<Shown, Stop> {
    let turned = Turned::of(visit);
    let request = ListUnknownCharges { slice: PageParams { limit: Some(SHOWN), cursor: turned.cursor() } };
    let Json(found) = match visit.web.needs.payments.call(&visit.cx, request).await {
        Err(CallError::Problem(problem)) if problem.status == 400 && !turned.is_first() => {
            return Ok(Shown::there(PATH.to_owned()));
        }
        found => found?,
    };
    let there = join_all(found.items.iter().map(|charge| is_there(visit, charge.order_id))).await;
    let all: Vec<(&UnknownCharge, bool)> = found.items.iter().zip(there).collect();
    let next = turned.then(PATH, found.next_cursor.as_deref(), all.len());
    let main = html! {
        div.c-head {
            nav aria-label=(t::WHERE) {
                ol.crumbs {
                    li { a href=(Room::Orders.path()) { (c::ORDERS) } }
                    li aria-current="page" { (c::UNKNOWN_CHARGES) }
                }
            }
        }
        div.c-head { h1 { (c::UNKNOWN_CHARGES) } }
        @if let Some(trouble) = trouble { (trouble.banner()) } @else { (done(c::done(visit.done("done")))) }
        @if all.is_empty() && turned.is_first() {
            (empty(c::NO_UNKNOWN_CHARGES.say(), c::NO_UNKNOWN_CHARGES_MORE.say(), None))
        } @else {
            p.quiet { (c::UNKNOWN_CHARGES_MORE) }
            div.card.clip {
                (table(visit, &all))
                (turned.pager(PATH, next.as_deref()))
            }
        }
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(Page::new(staff, Room::Orders, c::UNKNOWN_CHARGES.say()).with_status(status).show(visit, &main))
}

/// Whether the order of a charge was not lost with it. Where nobody says, its page will.
async fn is_there(visit: &Visit, order: OrderId) -> bool {
    let asked = GetOrder { id: Path(order), known: IfNoneMatch(None) };
    let found = visit.web.needs.orders.call(&visit.cx, asked).await;
    !matches!(found, Err(CallError::Problem(problem)) if problem.status == 404)
}

fn table(visit: &Visit, all: &[(&UnknownCharge, bool)]) -> Markup {
    html! {
        div.table-wrap tabindex="0" role="region" aria-label=(c::UNKNOWN_CHARGES) {
            table.table.table-fold role="table" {
                thead role="rowgroup" {
                    tr role="row" {
                        th role="columnheader" scope="col" { (c::CHARGE_ORDER) }
                        th.n role="columnheader" scope="col" { (c::AMOUNT) }
                        th role="columnheader" scope="col" { (c::CHARGE_STATUS) }
                        th.n role="columnheader" scope="col" { (c::CHARGE_MADE) }
                        th role="columnheader" scope="col" { (c::CHARGE_ACTIONS) }
                    }
                }
                tbody role="rowgroup" {
                    @for (n, (charge, is_there)) in all.iter().enumerate() {
                        tr role="row" {
                            th.title-cell role="rowheader" scope="row" {
                                @if *is_there {
                                    a.lead.wrap-any href={ "/console/orders/" (charge.order_id) } { (charge.order_id) }
                                } @else {
                                    span.wrap-any { (charge.order_id) } " " span.small.quiet { (c::ORDER_LOST) }
                                }
                            }
                            td.n.fold-2 role="cell" { (format::money(charge.amount)) }
                            td.fold-2 role="cell" { (status(charge)) }
                            td.n.fold-2.quiet role="cell" { (moment(charge.created_at)) }
                            td.fold-2 role="cell" {
                                @if charge.status != UnknownChargeStatus::Refunding {
                                    (form(visit, charge, *is_there && is_oldest(all, n)))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Whether no other charge of its order stands above it: an order takes over its oldest one first.
fn is_oldest(all: &[(&UnknownCharge, bool)], n: usize) -> bool {
    all[..n].iter().all(|(older, _)| older.order_id != all[n].0.order_id)
}

fn form(visit: &Visit, charge: &UnknownCharge, can_be_used: bool) -> Markup {
    let fields = html! {
        input type="hidden" name="charge" value=(charge.id);
        input type="hidden" name="order" value=(charge.order_id);
        div.btn-row {
            @if can_be_used { button.btn.btn-small name="do" value="take-over" { (c::TAKE_OVER) } }
            // money that is given back does not come back: it is asked about first
            details {
                summary.btn.btn-small.btn-danger { (c::REFUND_CHARGE) }
                div.stack.gap-2.below {
                    p.small { (c::REFUND_CHARGE_MORE) }
                    button.btn.btn-small.btn-danger.btn-primary name="do" value="refund" {
                        (c::refund_so_much(&format::money(charge.amount)))
                    }
                }
            }
        }
    };
    post(visit.csrf(), PATH, "", fields)
}

fn status(charge: &UnknownCharge) -> &'static str {
    match charge.status {
        UnknownChargeStatus::Pending => c::CHARGE_PENDING.say(),
        UnknownChargeStatus::Authorized => c::CHARGE_AUTHORIZED.say(),
        UnknownChargeStatus::Captured => c::CHARGE_CAPTURED.say(),
        UnknownChargeStatus::Refunding | UnknownChargeStatus::Refunded => c::CHARGE_REFUNDING.say(),
    }
}

/// `POST /console/orders/unknown-charges`: what is asked for twice is done once.
pub(crate) async fn settle(visit: Visit) -> Result<Shown, Stop> {
    let staff = Staff::cashier(&visit).await?;
    let charge = visit.form.text("charge").parse().map_err(|_| Stop::NotFound)?;
    let settled = match visit.form.text("do") {
        "refund" => {
            let refunded =
                visit.web.needs.payments.call(&visit.cx, RefundUnknownCharge { id: Path(charge) }).await;
            refunded.map_err(Trouble::of).map(|Json(charge)| match charge.status {
                UnknownChargeStatus::Refunded => "charge-refunded",
                _ => "charge-refunding",
            })
        }
        "take-over" => {
            let order = visit.form.text("order").parse().map_err(|_| Stop::NotFound)?;
            let method =
                PaymentMethod { method: EXISTING_CHARGE.to_owned(), capture: CaptureMode::Automatic };
            // the charge is taken over once, however often that is asked for
            let key = IdempotencyKey(format!("unknown-charge-{charge}"));
            let pay = PayOrder { id: Path(order), key, method: Body(method) };
            visit.web.needs.orders.call(&visit.cx, pay).await.map_err(Trouble::of).map(|_| "taken-over")
        }
        _ => return Err(Stop::NotFound),
    };
    match settled {
        Ok(said) => Ok(Shown::done(format!("{PATH}?done={said}"))),
        Err(trouble) => page(&visit, &staff, Some(&trouble?)).await,
    }
}
