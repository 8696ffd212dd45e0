//! How the API is, in a word: by what each service, and what is around them, says of itself.

use crate::{Web, texts as t};
use kernel::Timestamp;
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// What is known is good for so long.
const KNOWN_FOR: Duration = Duration::from_secs(5);

/// How it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Api {
    Connected,
    /// Some answer, and some do not.
    Degraded,
    Offline,
}

/// How it was when somebody asked last.
#[derive(Default)]
pub(crate) struct Known(Mutex<Option<(Timestamp, Api)>>);

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
        *web.api.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((web.needs.env.now(), api));
        api.agreed(web)
    }

    /// The same, beside what the page of the system has just shown: where a service does not answer there, or cannot write,
    /// not all is well, whatever is said at the door.
    pub(crate) fn agreed(self, web: &Web) -> Api {
        if self == Api::Connected && web.system.has_trouble(web) { Api::Degraded } else { self }
    }

    /// The same, for pages that say it beside what they are for: they do not ask each time.
    pub(crate) async fn lately(web: &Web) -> Api {
        let known = *web.api.0.lock().unwrap_or_else(PoisonError::into_inner);
        match known.filter(|(at, _)| web.needs.env.now().since(*at) < KNOWN_FOR) {
            Some((_, api)) => api.agreed(web),
            None => Api::now(web).await,
        }
    }

    /// The state of its lamp, and what the lamp says.
    pub(crate) fn shown(self) -> (&'static str, &'static str) {
        match self {
            Api::Connected => ("connected", t::API_CONNECTED.say()),
            Api::Degraded => ("degraded", t::API_DEGRADED.say()),
            Api::Offline => ("offline", t::API_OFFLINE.say()),
        }
    }
}
