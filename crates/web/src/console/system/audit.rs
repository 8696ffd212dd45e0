//! The audit: started by a button, one at a time and in the background, and shown invariant by invariant.

use super::{id_links::linked, status_poll::PolledService};
use crate::{
    session::{
        app::Web, page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff,
    },
    texts::console as c,
    ui::{
        components::{banner, moment, post},
        icons,
    },
};
use contracts::{
    audit::Invariant,
    system::{AuditReport, InvariantViolation, SaveAuditReport},
};
use endpoint::{Body, Context, Permission};
use kernel::Timestamp;
use maud::{Markup, html};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// An audit that takes longer is considered lost, and another one can start.
const LOST_AFTER: Duration = Duration::from_secs(10 * 60);
/// The outcome in the address: an audit was started.
pub(super) const BEGUN: &str = "auditing";
/// Deadline for saving the report.
const KEPT_WITHIN: Duration = Duration::from_secs(5);

const INVARIANTS: [Invariant; 10] = [
    Invariant::I1,
    Invariant::I2,
    Invariant::I3,
    Invariant::I4,
    Invariant::I5,
    Invariant::I6,
    Invariant::I7,
    Invariant::I8,
    Invariant::I9,
    Invariant::I10,
];

/// The running audit of this process, and its last report where orders could not save it.
#[derive(Default)]
pub(crate) struct AuditRunner(Mutex<AuditRunState>);

#[derive(Default, Clone)]
struct AuditRunState {
    since: Option<Timestamp>,
    last: Option<Arc<AuditReport>>,
}

impl AuditRunner {
    fn state(&self) -> AuditRunState {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
    /// Starts an audit, unless one is running.
    fn begin(&self, web: &Web) {
        let now = web.needs.env.now();
        {
            let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if state.since.is_some_and(|since| now.since(since) < LOST_AFTER) {
                return;
            }
            state.since = Some(now);
        }
        let (web, work) = (web.clone(), (web.needs.audit)());
        web.needs.env.clone().spawn("audit", async move {
            let outcome = work.await;
            let report = AuditReport::of(web.needs.env.now(), outcome);
            let is_kept = keep(&web, report.clone()).await;
            let last = (!is_kept).then(|| Arc::new(report));
            *web.state::<AuditRunner>().0.lock().unwrap_or_else(PoisonError::into_inner) =
                AuditRunState { since: None, last };
        });
    }
    /// The last report, of this process or saved.
    fn last(&self, all: &[PolledService]) -> Option<Arc<AuditReport>> {
        let kept = || all.iter().find_map(|service| service.state.as_ref()?.audit.clone()).map(Arc::new);
        self.state().last.or_else(kept)
    }
    /// How many invariants were violated in the last report.
    pub(super) fn broken(&self, all: &[PolledService]) -> usize {
        self.last(all).map_or(0, |report| report.broken.len())
    }
}

/// Stores a report in notifications, for other gateways and after a restart. Returns whether it is stored.
async fn keep(web: &Web, report: AuditReport) -> bool {
    let Some(notifications) = web.needs.as_gateway("notifications") else { return false };
    let cx = Context::background(&web.needs.env, KEPT_WITHIN);
    let kept = notifications.call(&cx, SaveAuditReport { report: Body(report) }).await;
    if let Err(error) = &kept {
        tracing::warn!(%error, "audit report not stored; it is lost when this process ends");
    }
    kept.is_ok()
}

/// `POST /console/system/audit`.
pub(crate) async fn run(visit: RequestContext) -> Result<PageResponse, PageError> {
    Staff::with(&visit, Permission::Settings).await?;
    visit.web.state::<AuditRunner>().begin(&visit.web);
    Ok(PageResponse::redirect_with_flash(format!("/console/system?done={BEGUN}")))
}

/// The button that starts an audit.
pub(super) fn button(visit: &RequestContext) -> Markup {
    post(
        visit.csrf(),
        "/console/system/audit",
        "",
        html! { button.btn { (icons::REPLAY) (c::RUN_THE_AUDIT) } },
    )
}

/// The banner about violations in the last report.
pub(super) fn trouble(visit: &RequestContext, all: &[PolledService]) -> Markup {
    let broken = visit.web.state::<AuditRunner>().broken(all);
    html! {
        @if broken > 0 {
            (banner("bad", &c::so_many_broken(broken), html! { p { a href="#audit" { (c::SEE_WHICH) } } }))
        }
    }
}

/// The last report.
pub(super) fn section(visit: &RequestContext, all: &[PolledService]) -> Markup {
    let audits = visit.web.state::<AuditRunner>();
    let (since, last) = (audits.state().since, audits.last(all));
    html! {
        section.card.clip id="audit" {
            div.card-head {
                h2 { (c::THE_AUDIT) }
                span.small.quiet role="status" {
                    @match (since, &last) {
                        (Some(since), _) => { (c::AUDIT_SINCE) (moment(since)) },
                        (None, Some(last)) => { (c::AUDITED) (moment(last.at)) },
                        (None, None) => (c::NOT_AUDITED),
                    }
                }
            }
            @match last.as_deref() {
                Some(AuditReport { failed: Some(why), .. }) => div.card-body.stack.gap-2 { p { (c::AUDIT_FAILED) } p.small.quiet.wrap-any { (why) } },
                Some(report) => (checks(Some(&report.broken))),
                None => {
                    p.card-body.small.quiet { (c::AUDIT_MORE) }
                    (checks(None))
                },
            }
        }
    }
}

/// Each invariant with its result; violated ones come first.
fn checks(broken: Option<&[InvariantViolation]>) -> Markup {
    let of = |invariant: Invariant| broken.into_iter().flatten().find(|one| one.invariant == invariant);
    let (first, rest): (Vec<Invariant>, Vec<Invariant>) =
        INVARIANTS.into_iter().partition(|invariant| of(*invariant).is_some());
    html! {
        ul.checks role="list" {
            @for invariant in first.into_iter().chain(rest) {
                @let found = of(invariant);
                li.is-bad[found.is_some()].is-good[broken.is_some() && found.is_none()] {
                    @match (broken, found) {
                        (None, _) => (icons::O_DRAFT),
                        (_, None) => (icons::O_COMPLETED),
                        (_, Some(_)) => (icons::O_CANCELLED),
                    }
                    code { (format!("{invariant:?}")) }
                    span { (c::invariant(invariant)) }
                    span.small {
                        @match (broken, found) {
                            (None, _) => span.quiet { "–" },
                            (_, None) => span.quiet { (c::HOLDS) },
                            (_, Some(_)) => strong { (c::BROKEN) },
                        }
                    }
                    @if let Some(found) = found { (findings(found)) }
                }
            }
        }
    }
}

/// The findings about a violated invariant.
fn findings(found: &InvariantViolation) -> Markup {
    let besides = usize::try_from(found.count).unwrap_or(usize::MAX).saturating_sub(found.first.len());
    html! {
        div.more.stack.gap-2 {
            // the audit's report is in English, and read elsewhere, too
            @for finding in &found.first {
                // dead letters are on this page
                p.wrap-any lang="en" {
                    code { @if finding.is_about_letters() { a.mono href="#letters" { (finding.subject) } } @else { (linked(&finding.subject)) } }
                    br;
                    span.detail { (linked(&finding.detail)) }
                }
            }
            @if besides > 0 { p { (c::and_more(besides)) } }
        }
    }
}
