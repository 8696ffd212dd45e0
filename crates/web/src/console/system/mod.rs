//! The system page: the status of each service, the flow of events, waiting work, dead letters, and the last audit. With scripts its
//! parts update themselves.

mod attention;
pub(crate) mod audit;
mod backups;
pub(crate) mod dead_letters;
mod event_flow;
mod id_links;
mod services;
mod status_poll;

use super::{
    components::{ActionError, done},
    frame::{ConsolePage, ConsoleSection},
};
use crate::{
    session::{page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff},
    texts::console as c,
    ui::components::{moment, not_live},
};
use endpoint::{Permission, http::StatusCode};
use futures_util::future::join;
use maud::html;
use status_poll::{PolledService, look};

pub(crate) use attention::{AttentionItem, AttentionTarget, StatusCache};
pub(super) use status_poll::unanswered;

/// Without scripts, the page reloads after this many seconds.
const AGAIN_S: u32 = 15;

/// `GET /console/system`.
pub(crate) async fn show(visit: RequestContext) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Settings).await?;
    page(&visit, staff, None).await
}

async fn page(
    visit: &RequestContext,
    staff: Staff,
    trouble: Option<&ActionError>,
) -> Result<PageResponse, PageError> {
    let (around, all) = join((visit.web.needs.around)(), look(&visit.web)).await;
    let backups = match &visit.web.needs.backups {
        Some(backups) => Some(backups().await),
        None => None,
    };
    // the lamp above does not contradict the page
    let staff = Staff { api: staff.api.with_system_page(&visit.web), ..staff };
    let now = visit.web.needs.env.now();
    let main = html! {
        div.c-head {
            h1 { (c::SYSTEM) }
            span.small.quiet data-live="asked" { (c::ASKED) (moment(now)) }
            span.push { (audit::button(visit)) }
        }
        @if let Some(trouble) = trouble { (trouble.banner()) }
        @else {
            @let said = visit.done("done");
            @let words = c::done(said);
            // the start is soon past, and the result is shown below
            div data-live="begun" { @if said == audit::BEGUN { (done(words)) } }
            @if said != audit::BEGUN { (done(words)) }
        }
        (not_live())
        div data-live="broken" { (audit::trouble(visit, &all)) }
        div.stack data-live="services" { (services::section(&all, &(visit.web.needs.gateway)(now), &around)) }
        div.cols.cols-21 {
            div.stack {
                div data-live="flow" { (event_flow::section(&all, now)) }
                div data-live="letters" { (dead_letters::section(visit, &all)) }
                div data-live="waiting" { (services::waiting(&all, now)) }
            }
            div.stack {
                div data-live="audit" { (audit::section(visit, &all)) }
                @if let Some(backups) = &backups { div data-live="backups" { (backups::section(backups)) } }
            }
        }
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(ConsolePage::new(&staff, ConsoleSection::System, c::SYSTEM.text())
        .again_in(AGAIN_S)
        .with_status(status)
        .show(visit, &main))
}
