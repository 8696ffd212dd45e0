//! What is done when its time has come: one file for each kind of timer.

mod expire_authorization;
mod find_charges;
mod give_back;
mod reconcile;
mod send_refund;

use crate::{Payments, timer_plan};
use flow::{ConsumeError, Timer, handler::handler};
use kernel::{Id, IdKind};

/// Every kind of timer of this service.
pub(crate) fn kinds(s: &Payments) -> Vec<Timer> {
    let (reconcile, refund, lapse) = (s.clone(), s.clone(), s.clone());
    let (find, give_back) = (s.clone(), s.clone());
    vec![
        Timer {
            kind: timer_plan::RECONCILE,
            run: handler(move |due| reconcile::reconcile(reconcile.clone(), due)),
        },
        Timer {
            kind: timer_plan::REFUND,
            run: handler(move |due| send_refund::send_refund(refund.clone(), due)),
        },
        Timer {
            kind: timer_plan::LAPSE,
            run: handler(move |due| expire_authorization::lapse(lapse.clone(), due)),
        },
        Timer {
            kind: timer_plan::FIND_CHARGES,
            run: handler(move |due| find_charges::find_charges(find.clone(), due)),
        },
        Timer {
            kind: timer_plan::GIVE_BACK,
            run: handler(move |due| give_back::give_back(give_back.clone(), due)),
        },
    ]
}

/// The attempt or refund that a timer is about.
fn subject<K: IdKind>(key: &str) -> Result<Id<K>, ConsumeError> {
    key.parse().map_err(|error| ConsumeError::Permanent(format!("the key {key}: {error}")))
}
