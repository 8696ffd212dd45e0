//! What of the system needs attention, for the first page of the console: remembered, and read again in the background.

use super::{
    audit::Audits,
    status_poll::{PAYMENTS, look},
};
use crate::{session::app::Web, texts::console as c};
use kernel::Timestamp;
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// What is known is asked for again when it is older, in the background.
const KNOWN_FOR: Duration = Duration::from_secs(5);
/// And is not shown any more when it is this old.
const FORGOTTEN: Duration = Duration::from_secs(120);

/// What is remembered between looks.
#[derive(Default)]
pub(crate) struct Watch {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    at: Option<Timestamp>,
    is_asking: bool,
    put_aside: i64,
    overdue: i64,
    /// Of payments, and of notifications.
    unanswered: i64,
    unwritten: i64,
    /// Charges of the provider that were forgotten.
    unknown_charges: i64,
    /// Invariants, at the last audit.
    broken: i64,
}

/// Something that asks for somebody: how often, what, and where more is told.
pub(crate) struct Asks {
    pub(crate) count: i64,
    pub(crate) text: String,
    pub(crate) at: At,
}
impl Asks {
    /// Services count no further.
    pub(crate) const MOST: i64 = 1000;
}
/// Where somebody looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    System,
    Unanswered,
    UnknownCharges,
    Mails,
}

impl Watch {
    /// What of the system asks for somebody. Its page is for who may look at it alone. It is asked for again in the
    /// background, so that no page waits for all services.
    pub(crate) fn known(&self, web: &Web, may_look: bool) -> Vec<Asks> {
        let now = web.needs.env.now();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let age = known.at.map(|at| now.since(at));
        if !known.is_asking && age.is_none_or(|age| age > KNOWN_FOR) {
            known.is_asking = true;
            let web = web.clone();
            web.needs
                .env
                .clone()
                .spawn("look_at_the_system", async move { web.state::<Watch>().ask(&web).await });
        }
        if age.is_none_or(|age| age > FORGOTTEN) {
            return Vec::new();
        }
        let of = |count, text: fn(i64) -> String, at| Asks { count, text: text(count), at };
        let mails = if may_look { At::System } else { At::Mails };
        let all = [
            of(known.broken, c::invariants_broken, At::System),
            of(known.unanswered, c::payments_unanswered, At::Unanswered),
            of(known.unknown_charges, c::charges_unknown, At::UnknownCharges),
            of(known.unwritten, c::mails_unwritten, mails),
            of(known.put_aside, c::events_put_aside, At::System),
            of(known.overdue, c::timers_overdue, At::System),
        ];
        all.into_iter().filter(|one| may_look || one.at != At::System).collect()
    }

    async fn ask(&self, web: &Web) {
        let all = look(web).await;
        let states = || all.iter().filter_map(|service| service.state.as_ref());
        let (put_aside, overdue) =
            (states().map(|state| state.put_aside).sum(), states().map(|state| state.overdue).sum());
        let stuck = |name| {
            let of = all.iter().find(|service| service.name == name);
            of.and_then(|service| service.state.as_ref()).map_or(0, |state| state.stuck)
        };
        let (unanswered, unwritten) = (stuck(PAYMENTS), stuck("notifications"));
        let unknown_charges = states().map(|state| state.unknown_charges).sum();
        let broken = i64::try_from(web.state::<Audits>().broken(&all)).unwrap_or(i64::MAX);
        let at = Some(web.needs.env.now());
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Known {
            at,
            is_asking: false,
            put_aside,
            overdue,
            unanswered,
            unwritten,
            unknown_charges,
            broken,
        };
    }
}
