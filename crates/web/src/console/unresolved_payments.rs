//! Calls of a payment provider whose outcome is unknown: those that the first page counts.

use super::{
    frame::{ConsolePage, ConsoleSection},
    system::unanswered,
};
use crate::{
    session::{page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff},
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
pub(crate) async fn show(visit: RequestContext) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    let (count, all) = unanswered(&visit.web).await.ok_or(PageError::Unavailable)?;
    let more = usize::try_from(count).unwrap_or(0).saturating_sub(all.len());
    let main = html! {
        div.c-head {
            nav aria-label=(t::WHERE) {
                ol.crumbs {
                    li { a href=(ConsoleSection::Orders.path()) { (c::ORDERS) } }
                    li aria-current="page" { (c::UNANSWERED) }
                }
            }
        }
        div.c-head { h1 { (c::UNANSWERED) } }
        @if all.is_empty() { (empty(c::NOTHING_UNANSWERED.text(), c::NOTHING_UNANSWERED_MORE.text(), None)) }
        @else {
            p.quiet { (c::UNANSWERED_MORE) }
            div.card.clip { (table(&all)) }
            @if more > 0 { p.quiet { (c::unanswered_besides(more)) } }
        }
    };
    Ok(ConsolePage::new(&staff, ConsoleSection::Orders, c::UNANSWERED.text()).show(&visit, &main))
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
        "capture" => c::UNANSWERED_CAPTURE.text(),
        "void" => c::UNANSWERED_VOID.text(),
        "refund" => c::UNANSWERED_REFUND.text(),
        _ => c::UNANSWERED_PAYMENT.text(),
    }
}
