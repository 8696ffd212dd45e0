//! Dead letters: events that could not be processed, with the reason, and their two actions.

use super::{PolledService, id_links::linked, page};
use crate::{
    console::components::ActionError,
    session::{page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff},
    texts::console as c,
    ui::components::{moment, post},
};
use contracts::system::{DeadLetter, DeadLetterAction, ResolveDeadLetter};
use endpoint::{Body, NoContent, Permission, client::CallError};
use maud::{Markup, html};

const PATH: &str = "/console/system/letters";

pub(super) fn section(visit: &RequestContext, all: &[PolledService]) -> Markup {
    let kept = || all.iter().filter_map(|service| Some((service.name, service.state.as_ref()?)));
    let letters: Vec<(&str, &DeadLetter)> =
        kept().flat_map(|(name, state)| state.letters.iter().map(move |letter| (name, letter))).collect();
    let count: i64 = kept().map(|(_, state)| state.put_aside).sum();
    html! {
        section.card.clip id="letters" {
            div.card-head { h2 { (c::PUT_ASIDE) } @if count > 0 { span.small.quiet { (c::so_many(count)) } } }
            @if letters.is_empty() { p.card-body.quiet { (c::NOTHING_PUT_ASIDE) } }
            @else {
                p.card-body.small.quiet { (c::PUT_ASIDE_MORE) }
                ul.rows role="list" { @for (service, letter) in letters { li { (one(visit, service, letter)) } } }
            }
        }
    }
}

fn one(visit: &RequestContext, service: &str, letter: &DeadLetter) -> Markup {
    let form = html! {
        input type="hidden" name="service" value=(service);
        input type="hidden" name="event" value=(letter.event);
        div.btn-row {
            button.btn.btn-small name="do" value="replay" { (c::ACT_ONCE_MORE) }
            // discarding is final: it asks for confirmation
            details {
                summary.btn.btn-small.btn-danger { (c::DROP) }
                div.stack.gap-2.below {
                    p.small { (c::DROP_MORE) }
                    button.btn.btn-small.btn-danger.btn-primary name="do" value="drop" { (c::drop_event(&letter.kind)) }
                }
            }
        }
    };
    html! {
        // what is opened here stays with this event when others are added before it
        div.stack.gap-2 data-is=(letter.event) {
            p {
                strong { (letter.kind) } " " (c::OF) " " span.wrap-any { (linked(&letter.subject)) }
                span.quiet { (c::put_aside_by(service, &letter.producer)) (moment(letter.at)) }
            }
            p.small.wrap-any { (c::SAID) code { (letter.error) } }
            @if letter.replays > 0 { p.small.wait-ink { (c::in_vain(letter.replays)) } }
            @if !letter.body.is_empty() {
                details {
                    summary.link.small { (c::LOOK_AT_EVENT) }
                    pre.code tabindex="0" role="region" aria-label=(c::LOOK_AT_EVENT) { (letter.body) }
                }
            }
            @if letter.replay { p.small.quiet role="status" { (c::ACTED_ON_SOON) } }
            @else { (post(visit.csrf(), PATH, "", form)) }
        }
    }
}

/// `POST /console/system/letters`: an action that is requested twice is done once.
pub(crate) async fn resolve(visit: RequestContext) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Settings).await?;
    let service = visit.form.text("service");
    let client = visit.web.needs.as_gateway(service).ok_or(PageError::NotFound)?;
    let event = visit.form.text("event").parse().map_err(|_| PageError::NotFound)?;
    let drop = match visit.form.text("do") {
        "replay" => false,
        "drop" => true,
        _ => return Err(PageError::NotFound),
    };
    // as the gateway and not as the user: services accept this from nobody else
    let cx = visit.as_nobody();
    let wish = Body(DeadLetterAction { event, drop });
    let said = if drop { "dropped" } else { "replayed" };
    match client.call(&cx, ResolveDeadLetter { wish }).await {
        Ok(NoContent) => {
            let who = staff.user.id;
            tracing::info!(service, %event, %who, drop, "an event that was put aside was looked after");
            Ok(PageResponse::redirect_with_flash(format!("/console/system?done={said}")))
        }
        // another user was faster, and the event was processed in the meantime
        Err(CallError::Problem(problem)) if problem.status == 404 => {
            Ok(PageResponse::redirect_with_flash("/console/system?done=gone"))
        }
        Err(error) => page(&visit, staff, Some(&ActionError::of(error)?)).await,
    }
}
