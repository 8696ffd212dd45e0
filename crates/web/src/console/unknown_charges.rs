//! Charges that the payment provider has and Ordo does not know: staff refund each one, or pay its order with it.

use super::{
    components::{ActionError, done},
    frame::{ConsolePage, ConsoleSection},
    paging::PageLinks,
};
use crate::{
    session::{page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff},
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
pub(crate) async fn show(visit: RequestContext) -> Result<PageResponse, PageError> {
    let staff = Staff::cashier(&visit).await?;
    page(&visit, &staff, None).await
}

async fn page(
    visit: &RequestContext,
    staff: &Staff,
    trouble: Option<&ActionError>,
) -> Result<PageResponse, PageError> {
    let turned = PageLinks::of(visit);
    let request = ListUnknownCharges { slice: PageParams { limit: Some(SHOWN), cursor: turned.cursor() } };
    let Json(found) = match visit.web.needs.payments.call(&visit.cx, request).await {
        Err(CallError::Problem(problem)) if problem.status == 400 && !turned.is_first() => {
            return Ok(PageResponse::redirect(PATH.to_owned()));
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
                    li { a href=(ConsoleSection::Orders.path()) { (c::ORDERS) } }
                    li aria-current="page" { (c::UNKNOWN_CHARGES) }
                }
            }
        }
        div.c-head { h1 { (c::UNKNOWN_CHARGES) } }
        @if let Some(trouble) = trouble { (trouble.banner()) } @else { (done(c::done(visit.done("done")))) }
        @if all.is_empty() && turned.is_first() {
            (empty(c::NO_UNKNOWN_CHARGES.text(), c::NO_UNKNOWN_CHARGES_MORE.text(), None))
        } @else {
            p.quiet { (c::UNKNOWN_CHARGES_MORE) }
            div.card.clip {
                (table(visit, &all))
                (turned.pager(PATH, next.as_deref()))
            }
        }
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(ConsolePage::new(staff, ConsoleSection::Orders, c::UNKNOWN_CHARGES.text())
        .with_status(status)
        .show(visit, &main))
}

/// Whether the order of a charge exists. Where orders does not respond, the order's page tells.
async fn is_there(visit: &RequestContext, order: OrderId) -> bool {
    let asked = GetOrder { id: Path(order), known: IfNoneMatch(None) };
    let found = visit.web.needs.orders.call(&visit.cx, asked).await;
    !matches!(found, Err(CallError::Problem(problem)) if problem.status == 404)
}

fn table(visit: &RequestContext, all: &[(&UnknownCharge, bool)]) -> Markup {
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

/// Whether it is the first charge of its order: an order takes over its oldest one first.
fn is_oldest(all: &[(&UnknownCharge, bool)], n: usize) -> bool {
    all[..n].iter().all(|(older, _)| older.order_id != all[n].0.order_id)
}

fn form(visit: &RequestContext, charge: &UnknownCharge, can_be_used: bool) -> Markup {
    let fields = html! {
        input type="hidden" name="charge" value=(charge.id);
        input type="hidden" name="order" value=(charge.order_id);
        div.btn-row {
            @if can_be_used { button.btn.btn-small name="do" value="take-over" { (c::TAKE_OVER) } }
            // a refund is final: it asks for confirmation
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
        UnknownChargeStatus::Pending => c::CHARGE_PENDING.text(),
        UnknownChargeStatus::Authorized => c::CHARGE_AUTHORIZED.text(),
        UnknownChargeStatus::Captured => c::CHARGE_CAPTURED.text(),
        UnknownChargeStatus::Refunding | UnknownChargeStatus::Refunded => c::CHARGE_REFUNDING.text(),
    }
}

/// `POST /console/orders/unknown-charges`: an action that is requested twice is done once.
pub(crate) async fn settle(visit: RequestContext) -> Result<PageResponse, PageError> {
    let staff = Staff::cashier(&visit).await?;
    let charge = visit.form.text("charge").parse().map_err(|_| PageError::NotFound)?;
    let settled = match visit.form.text("do") {
        "refund" => {
            let refunded =
                visit.web.needs.payments.call(&visit.cx, RefundUnknownCharge { id: Path(charge) }).await;
            refunded.map_err(ActionError::of).map(|Json(charge)| match charge.status {
                UnknownChargeStatus::Refunded => "charge-refunded",
                _ => "charge-refunding",
            })
        }
        "take-over" => {
            let order = visit.form.text("order").parse().map_err(|_| PageError::NotFound)?;
            let method =
                PaymentMethod { method: EXISTING_CHARGE.to_owned(), capture: CaptureMode::Automatic };
            // the charge is taken over once, however often that is requested
            let key = IdempotencyKey(format!("unknown-charge-{charge}"));
            let pay = PayOrder { id: Path(order), key, method: Body(method) };
            visit.web.needs.orders.call(&visit.cx, pay).await.map_err(ActionError::of).map(|_| "taken-over")
        }
        _ => return Err(PageError::NotFound),
    };
    match settled {
        Ok(said) => Ok(PageResponse::redirect_with_flash(format!("{PATH}?done={said}"))),
        Err(trouble) => page(&visit, &staff, Some(&trouble?)).await,
    }
}
