//! The status of the API in one word, from what each service and the disk report.

use super::app::Web;
use crate::texts as t;
use kernel::Timestamp;
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// A status this old is still shown, and then read again in the background.
const KNOWN_FOR: Duration = Duration::from_secs(5);
/// A status this new is not read again.
const JUST_NOW: Duration = Duration::from_secs(2);
/// No page shows a status this old: the lamp says that it is being checked, and the page does not wait.
const FORGOTTEN: Duration = Duration::from_secs(60);

/// The status of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ApiStatus {
    Connected,
    /// Some services respond and some do not.
    Degraded,
    Offline,
    /// Not known yet: it is being read.
    Checking,
}

/// The path of the lamp alone, for scripts.
pub(crate) const PATH: &str = "/account/developer/state";
/// How long other pages show what the system page has found: until that page would have read again.
const SHOWN_FOR: Duration = Duration::from_secs(15);

/// The last status, shared by all requests.
#[derive(Default)]
pub(crate) struct ApiStatusCache {
    seen: Mutex<CachedApiStatus>,
    /// When the system page last read, and whether a service did not respond or could not write.
    shown: Mutex<Option<(Timestamp, bool)>>,
}

#[derive(Default)]
struct CachedApiStatus {
    last: Option<(Timestamp, ApiStatus)>,
    is_asking: bool,
}

impl ApiStatus {
    /// Reads the status of every service.
    pub(crate) async fn now(web: &Web) -> ApiStatus {
        let told = (web.needs.health)().await;
        let down = told.iter().filter(|(_, is_well)| !is_well).count();
        let api = match down {
            0 => ApiStatus::Connected,
            down if down < told.len() => ApiStatus::Degraded,
            _ => ApiStatus::Offline,
        };
        let last = Some((web.needs.env.now(), api));
        *web.state::<ApiStatusCache>().seen.lock().unwrap_or_else(PoisonError::into_inner) =
            CachedApiStatus { last, is_asking: false };
        api.with_system_page(web)
    }

    /// The same status, or `Degraded` where the system page has just found a service that does not respond or cannot write.
    pub(crate) fn with_system_page(self, web: &Web) -> ApiStatus {
        let is_open = matches!(self, ApiStatus::Connected | ApiStatus::Checking);
        if is_open && web.state::<ApiStatusCache>().has_trouble(web) { ApiStatus::Degraded } else { self }
    }

    /// The last status, for pages that show it alongside their content: none of them waits for all services.
    pub(crate) fn recent(web: &Web) -> ApiStatus {
        let (age, api) = web.state::<ApiStatusCache>().last(web).unwrap_or((FORGOTTEN, ApiStatus::Checking));
        if age >= KNOWN_FOR && web.state::<ApiStatusCache>().begin_asking() {
            let web = web.clone();
            web.needs.env.clone().spawn("ask_how_the_api_is", async move {
                ApiStatus::now(&web).await;
            });
        }
        api.with_system_page(web)
    }

    /// The last status, where it was read just now.
    pub(crate) fn just_now(web: &Web) -> Option<ApiStatus> {
        web.state::<ApiStatusCache>()
            .last(web)
            .filter(|(age, _)| *age < JUST_NOW)
            .map(|(_, api)| api.with_system_page(web))
    }

    /// Whether the last status is so old that it is read again once the page is there.
    pub(crate) fn is_stale(web: &Web) -> bool {
        web.state::<ApiStatusCache>().last(web).is_none_or(|(age, _)| age >= KNOWN_FOR)
    }

    /// The state of the lamp and its label.
    pub(crate) fn shown(self) -> (&'static str, &'static str) {
        match self {
            ApiStatus::Connected => ("connected", t::API_CONNECTED.text()),
            ApiStatus::Degraded => ("degraded", t::API_DEGRADED.text()),
            ApiStatus::Offline => ("offline", t::API_OFFLINE.text()),
            ApiStatus::Checking => ("asked", t::API_ASKED.text()),
        }
    }
}

impl ApiStatusCache {
    /// Stores what the system page has just found.
    pub(crate) fn note(&self, web: &Web, has_trouble: bool) {
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = Some((web.needs.env.now(), has_trouble));
    }
    /// Whether the system page has just found a service that does not respond or cannot write.
    fn has_trouble(&self, web: &Web) -> bool {
        let shown = *self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.is_some_and(|(at, has_trouble)| has_trouble && web.needs.env.now().since(at) < SHOWN_FOR)
    }
    /// The last status and its age, while it can still be shown.
    fn last(&self, web: &Web) -> Option<(Duration, ApiStatus)> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let last = seen.last.map(|(at, api)| (web.needs.env.now().since(at), api));
        last.filter(|(age, _)| *age < FORGOTTEN)
    }
    /// Whether this call may read the status: false where another one is already reading.
    fn begin_asking(&self) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        !std::mem::replace(&mut seen.is_asking, true)
    }
}
