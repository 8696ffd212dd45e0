//! What was asked of a payment provider and of which nobody tells what became of it: just what the first page counts.

use super::{
    frame::{Page, Room},
    system::unanswered,
};
use crate::{
    session::{page_error::Stop, request::Visit, response::Shown, staff::Staff},
    texts::{self as t, console as c},
    ui::{
        components::{empty, moment},
        format,
    },
};
use contracts::system::UnresolvedProviderCall;
use endpoint::Permission;
use maud::{Markup, html};

pub(crate) const PATH: &str = "/console/orders/unanswered";

/// `GET /console/orders/unanswered`.
pub(crate) async fn show(visit: Visit) -> Result<Shown, Stop> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    let (count, all) = unanswered(&visit.web).await.ok_or(Stop::Unavailable)?;
    let more = usize::try_from(count).unwrap_or(0).saturating_sub(all.len());
    let main = html! {
        div.c-head {
            nav aria-label=(t::WHERE) {
                ol.crumbs {
                    li { a href=(Room::Orders.path()) { (c::ORDERS) } }
                    li aria-current="page" { (c::UNANSWERED) }
                }
            }
        }
        div.c-head { h1 { (c::UNANSWERED) } }
        @if all.is_empty() { (empty(c::NOTHING_UNANSWERED.say(), c::NOTHING_UNANSWERED_MORE.say(), None)) }
        @else {
            p.quiet { (c::UNANSWERED_MORE) }
            div.card.clip { (table(&all)) }
            @if more > 0 { p.quiet { (c::unanswered_besides(more)) } }
        }
    };
    Ok(Page::new(&staff, Room::Orders, c::UNANSWERED.say()).show(&visit, &main))
}

fn table(all: &[UnresolvedProviderCall]) -> Markup {
    html! {
        div.table-wrap tabindex="0" role="region" aria-label=(c::UNANSWERED) {
            table.table.table-fold role="table" {
                thead role="rowgroup" {
                    tr role="row" {
                        th role="columnheader" scope="col" { (c::UNANSWERED_WHAT) }
                        th.n role="columnheader" scope="col" { (c::AMOUNT) }
                        th.n role="columnheader" scope="col" { (c::UNANSWERED_SINCE) }
                    }
                }
                tbody role="rowgroup" {
                    @for one in all {
                        tr role="row" {
                            th.title-cell role="rowheader" scope="row" {
                                a.lead.wrap-any href={ "/console/orders/" (one.order_id) } { (what(one)) }
                            }
                            td.n.fold-2 role="cell" { (format::money(one.amount)) }
                            td.n.fold-2.quiet role="cell" { (moment(one.since)) }
                        }
                    }
                }
            }
        }
    }
}

fn what(one: &UnresolvedProviderCall) -> &'static str {
    match one.what.as_str() {
        "capture" => c::UNANSWERED_CAPTURE.say(),
        "void" => c::UNANSWERED_VOID.say(),
        "refund" => c::UNANSWERED_REFUND.say(),
        _ => c::UNANSWERED_PAYMENT.say(),
    }
}
