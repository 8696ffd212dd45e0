//! The system: how each service does, the flow of events, what waits and what was put aside, and the last audit. Where
//! scripts are on, its parts are asked for again by themselves.

mod backups;
pub(super) mod checking;
mod flow;
pub(super) mod letters;
mod looking;
mod naming;
mod services;

use super::{
    frame::{Page, Room},
    parts::{Trouble, done},
    staff::Staff,
};
use crate::{
    parts::{moment, not_live},
    shown::{Shown, Stop},
    texts::console as c,
    visit::Visit,
};
use endpoint::{Permission, http::StatusCode};
use futures_util::future::join;
use looking::{Service, look};
use maud::html;

pub(super) use looking::unanswered;
pub(crate) use looking::{Asks, At, Watch};

/// Without scripts it is asked again after so many seconds.
const AGAIN_S: u32 = 15;

/// `GET /console/system`.
pub(super) async fn show(visit: Visit) -> Result<Shown, Stop> {
    let staff = Staff::with(&visit, Permission::Settings).await?;
    page(&visit, staff, None).await
}

async fn page(visit: &Visit, staff: Staff, trouble: Option<&Trouble>) -> Result<Shown, Stop> {
    let (around, all) = join((visit.web.needs.around)(), look(&visit.web)).await;
    let backups = match &visit.web.needs.backups {
        Some(backups) => Some(backups().await),
        None => None,
    };
    // the lamp above says of these no more than the page does
    let staff = Staff { api: staff.api.agreed(&visit.web), ..staff };
    let now = visit.web.needs.env.now();
    let main = html! {
        div.c-head {
            h1 { (c::SYSTEM) }
            span.small.quiet data-live="asked" { (c::ASKED) (moment(now)) }
            span.push { (checking::button(visit)) }
        }
        @if let Some(trouble) = trouble { (trouble.banner()) }
        @else {
            @let said = visit.done("done");
            @let words = c::done(said);
            // that it was begun is soon past, and what it finds stands below
            div data-live="begun" { @if said == checking::BEGUN { (done(words)) } }
            @if said != checking::BEGUN { (done(words)) }
        }
        (not_live())
        div data-live="broken" { (checking::trouble(visit, &all)) }
        div.stack data-live="services" { (services::section(&all, &(visit.web.needs.gateway)(now), &around)) }
        div.cols.cols-21 {
            div.stack {
                div data-live="flow" { (flow::section(&all, now)) }
                div data-live="letters" { (letters::section(visit, &all)) }
                div data-live="waiting" { (services::waiting(&all, now)) }
            }
            div.stack {
                div data-live="audit" { (checking::section(visit, &all)) }
                @if let Some(backups) = &backups { div data-live="backups" { (backups::section(backups)) } }
            }
        }
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(Page::new(&staff, Room::System, c::SYSTEM.say())
        .again_in(AGAIN_S)
        .with_status(status)
        .show(visit, &main))
}
