//! The audit: run by a button, one at a time and beside the page, and shown invariant by invariant.

use super::naming::linked;
use crate::{
    Web,
    console::staff::Staff,
    icons,
    parts::{banner, moment, post},
    shown::{Shown, Stop},
    texts::console as c,
    visit::Visit,
};
use contracts::audit::{Finding, Invariant};
use endpoint::Permission;
use kernel::Timestamp;
use maud::{Markup, html};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// An audit that takes longer is taken for lost, and another one may begin.
const LOST_AFTER: Duration = Duration::from_secs(10 * 60);
/// As the address says that one was begun.
pub(super) const BEGUN: &str = "auditing";
/// So many findings of an invariant are named.
const NAMED: usize = 5;

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

/// The audit that goes on, and the last one that ended.
#[derive(Default)]
pub(crate) struct Audits(Mutex<State>);

#[derive(Default, Clone)]
struct State {
    since: Option<Timestamp>,
    last: Option<Ended>,
}
#[derive(Clone)]
struct Ended {
    at: Timestamp,
    outcome: Arc<Result<Vec<Finding>, String>>,
}

impl Audits {
    fn state(&self) -> State {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
    /// Begins one, where none goes on.
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
            let outcome = Arc::new(work.await);
            let at = web.needs.env.now();
            let mut state = web.system.audits.0.lock().unwrap_or_else(PoisonError::into_inner);
            *state = State { since: None, last: Some(Ended { at, outcome }) };
        });
    }
}

/// `POST /console/system/audit`.
pub(in super::super) async fn run(visit: Visit) -> Result<Shown, Stop> {
    Staff::with(&visit, Permission::Settings).await?;
    visit.web.system.audits.begin(&visit.web);
    Ok(Shown::done(format!("/console/system?done={BEGUN}")))
}

/// The button that runs one.
pub(super) fn button(visit: &Visit) -> Markup {
    post(visit, "/console/system/audit", "", html! { button.btn { (icons::REPLAY) (c::RUN_THE_AUDIT) } })
}

/// That the last one has found something, above all else.
pub(super) fn trouble(visit: &Visit) -> Markup {
    let last = visit.web.system.audits.state().last;
    let found: BTreeSet<Invariant> = match last.as_ref().map(|last| &*last.outcome) {
        Some(Ok(findings)) => findings.iter().map(|finding| finding.invariant).collect(),
        _ => BTreeSet::new(),
    };
    html! {
        @if !found.is_empty() {
            (banner("bad", &c::so_many_broken(found.len()), html! { p { a href="#audit" { (c::SEE_WHICH) } } }))
        }
    }
}

/// The last one.
pub(super) fn section(visit: &Visit) -> Markup {
    let State { since, last } = visit.web.system.audits.state();
    let outcome = last.as_ref().map(|last| &*last.outcome);
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
            @match outcome {
                Some(Err(why)) => div.card-body.stack.gap-2 { p { (c::AUDIT_FAILED) } p.small.quiet.wrap-any { (why) } },
                Some(Ok(findings)) => (checks(Some(findings))),
                None => {
                    p.card-body.small.quiet { (c::AUDIT_MORE) }
                    (checks(None))
                },
            }
        }
    }
}

fn in_order(findings: Option<&Vec<Finding>>) -> Vec<Invariant> {
    let is_broken = |one: &Invariant| findings.into_iter().flatten().any(|finding| finding.invariant == *one);
    let (broken, rest): (Vec<_>, Vec<_>) = INVARIANTS.into_iter().partition(is_broken);
    [broken, rest].concat()
}

fn checks(findings: Option<&Vec<Finding>>) -> Markup {
    html! {
        ul.checks role="list" {
            // what is broken comes first
            @for invariant in in_order(findings) {
                @let broken: Vec<&Finding> =
                    findings.into_iter().flatten().filter(|finding| finding.invariant == invariant).collect();
                @let words = c::invariant(invariant);
                li.is-bad[!broken.is_empty()].is-good[findings.is_some() && broken.is_empty()] {
                    @match findings {
                        Some(_) if broken.is_empty() => (icons::O_COMPLETED),
                        Some(_) => (icons::O_CANCELLED),
                        None => (icons::O_DRAFT),
                    }
                    code { (format!("{invariant:?}")) }
                    span { (words) }
                    span.small {
                        @match findings {
                            Some(_) if broken.is_empty() => span.quiet { (c::HOLDS) },
                            Some(_) => strong { (c::BROKEN) },
                            None => span.quiet { "–" },
                        }
                    }
                    @if !broken.is_empty() {
                        div.more.stack.gap-2 {
                            @for finding in broken.iter().take(NAMED) { p.wrap-any { code { (linked(&finding.subject)) } br; (linked(&finding.detail)) } }
                            @if broken.len() > NAMED { p { (c::and_more(broken.len() - NAMED)) } }
                        }
                    }
                }
            }
        }
    }
}
