//! How the API is, in a word: by what each service, and what is around them, says of itself.

use super::app::Web;
use crate::texts as t;
use kernel::Timestamp;
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// What is known is good for so long; then it is asked for again beside the page that says it.
const KNOWN_FOR: Duration = Duration::from_secs(5);
/// And is not asked for again so soon.
const JUST_NOW: Duration = Duration::from_secs(2);
/// What is as old is said by no page: that one says that it is being asked, and does not wait for the answer.
const FORGOTTEN: Duration = Duration::from_secs(60);

/// How it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Api {
    Connected,
    /// Some answer, and some do not.
    Degraded,
    Offline,
    /// Nobody knows yet: it is being asked.
    Asked,
}

/// Where scripts ask for it alone.
pub(crate) const PATH: &str = "/account/developer/state";
/// What the page of the system has shown is said on other pages, too, until that page would have looked again and again.
const SHOWN_FOR: Duration = Duration::from_secs(15);

/// How it was when somebody asked last.
#[derive(Default)]
pub(crate) struct Known {
    seen: Mutex<Seen>,
    /// When the page of the system looked last, and whether a service did not answer then, or could not write.
    shown: Mutex<Option<(Timestamp, bool)>>,
}

#[derive(Default)]
struct Seen {
    last: Option<(Timestamp, Api)>,
    is_asking: bool,
}

impl Api {
    /// Asks all of them.
    pub(crate) async fn now(web: &Web) -> Api {
        let told = (web.needs.health)().await;
        let down = told.iter().filter(|(_, is_well)| !is_well).count();
        let api = match down {
            0 => Api::Connected,
            down if down < told.len() => Api::Degraded,
            _ => Api::Offline,
        };
        let last = Some((web.needs.env.now(), api));
        *web.state::<Known>().seen.lock().unwrap_or_else(PoisonError::into_inner) =
            Seen { last, is_asking: false };
        api.agreed(web)
    }

    /// The same, beside what the page of the system has just shown: where a service does not answer there, or cannot write,
    /// not all is well, whatever is said at the door.
    pub(crate) fn agreed(self, web: &Web) -> Api {
        let is_open = matches!(self, Api::Connected | Api::Asked);
        if is_open && web.state::<Known>().has_trouble(web) { Api::Degraded } else { self }
    }

    /// The same, for pages that say it beside what they are for: none of them waits for all services.
    pub(crate) fn lately(web: &Web) -> Api {
        let (age, api) = web.state::<Known>().last(web).unwrap_or((FORGOTTEN, Api::Asked));
        if age >= KNOWN_FOR && web.state::<Known>().begin_asking() {
            let web = web.clone();
            web.needs.env.clone().spawn("ask_how_the_api_is", async move {
                Api::now(&web).await;
            });
        }
        api.agreed(web)
    }

    /// How it is, where that was asked just now.
    pub(crate) fn just_now(web: &Web) -> Option<Api> {
        web.state::<Known>().last(web).filter(|(age, _)| *age < JUST_NOW).map(|(_, api)| api.agreed(web))
    }

    /// Whether what is known is so old that a page asks again as soon as it is there.
    pub(crate) fn is_stale(web: &Web) -> bool {
        web.state::<Known>().last(web).is_none_or(|(age, _)| age >= KNOWN_FOR)
    }

    /// The state of its lamp, and what the lamp says.
    pub(crate) fn shown(self) -> (&'static str, &'static str) {
        match self {
            Api::Connected => ("connected", t::API_CONNECTED.say()),
            Api::Degraded => ("degraded", t::API_DEGRADED.say()),
            Api::Offline => ("offline", t::API_OFFLINE.say()),
            Api::Asked => ("asked", t::API_ASKED.say()),
        }
    }
}

impl Known {
    /// Notes what the page of the system has just found.
    pub(crate) fn note(&self, web: &Web, has_trouble: bool) {
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = Some((web.needs.env.now(), has_trouble));
    }
    /// Whether a service did not answer, or could not write, when the page of the system looked just now.
    fn has_trouble(&self, web: &Web) -> bool {
        let shown = *self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.is_some_and(|(at, has_trouble)| has_trouble && web.needs.env.now().since(at) < SHOWN_FOR)
    }
    /// How it was, and how long ago, where that can still be said.
    fn last(&self, web: &Web) -> Option<(Duration, Api)> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let last = seen.last.map(|(at, api)| (web.needs.env.now().since(at), api));
        last.filter(|(age, _)| *age < FORGOTTEN)
    }
    /// Takes the turn to ask; whether it was free, and nobody asks already.
    fn begin_asking(&self) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        !std::mem::replace(&mut seen.is_asking, true)
    }
}
