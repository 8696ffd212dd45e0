//! The system: whether each service answers, asked now. Where scripts are on, the page asks again by itself.

use super::{
    frame::{Page, Room},
    staff::Staff,
};
use crate::{
    parts::{banner, moment},
    shown::{Shown, Stop},
    texts::console as c,
    visit::Visit,
};
use endpoint::Permission;
use maud::{Markup, html};

/// Without scripts it is asked again after so many seconds.
const AGAIN_S: u32 = 15;

/// `GET /console/system`.
pub(super) async fn show(visit: Visit) -> Result<Shown, Stop> {
    let staff = Staff::with(&visit, Permission::Settings).await?;
    let told = (visit.web.needs.health)().await;
    let main = html! {
        div.c-head { h1 { (c::SYSTEM) } }
        div.stack data-live { (services(&visit, &told)) }
        section.card {
            div.card-head { h2 { (c::BY_THE_PROGRAM) } }
            div.card-body.stack.gap-3 {
                dl.facts {
                    @for (command, what) in c::COMMANDS { div { dt { code { (command) } } dd { (what) } } }
                }
            }
        }
    };
    Ok(Page::new(&staff, Room::System, c::SYSTEM).again_in(AGAIN_S).show(&visit, &main))
}

fn services(visit: &Visit, told: &[(&'static str, bool)]) -> Markup {
    let down: Vec<&str> = told.iter().filter(|(_, is_well)| !is_well).map(|(name, _)| *name).collect();
    let state =
        |is_well: bool| if is_well { ("connected", c::ANSWERS) } else { ("offline", c::DOES_NOT_ANSWER) };
    html! {
        @if !down.is_empty() { (banner("bad", &c::does_not_answer(&down), html! { p { (c::DOES_NOT_ANSWER_MORE) } })) }
        section.card.clip {
            div.card-head { h2 { (c::SERVICES) } span.small.quiet { (c::ASKED) (moment(visit.web.needs.env.now())) } }
            div.table-wrap tabindex="0" role="region" aria-label=(c::SERVICES) {
                table.table.table-fold role="table" {
                    thead role="rowgroup" {
                        tr role="row" {
                            th role="columnheader" scope="col" { (c::SERVICE) }
                            th role="columnheader" scope="col" { (c::STATE) }
                            th role="columnheader" scope="col" { (c::WHAT_FOR) }
                        }
                    }
                    tbody role="rowgroup" {
                        @for (name, is_well) in told.iter().copied() {
                            tr role="row" {
                                th role="rowheader" scope="row" { span.lead { (name) } }
                                td.fold-end role="cell" { span.lamp data-state=(state(is_well).0) { (state(is_well).1) } }
                                td.fold-2.quiet role="cell" { (c::service(name)) }
                            }
                        }
                    }
                }
            }
        }
    }
}
