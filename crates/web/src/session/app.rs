//! What all requests share: the services, the settings, the keys, and what pages keep between requests.

use super::{
    basket_cookie::FirstBaskets, cookies::Seal, csrf::Csrf, page_state::PageStates, settings::Settings,
};
use crate::ui::assets::Assets;
use axum::Router;
use contracts::audit::Finding;
use endpoint::client::Client;
use kernel::{BoxFuture, Env, Timestamp, recent_stats::RequestStats, secret::RootSecret};
use std::{any::Any, sync::Arc};

/// Asks everything that must be well whether it is.
pub type Health = Arc<dyn Fn() -> BoxFuture<Vec<(&'static str, bool)>> + Send + Sync>;

/// What is known of the backups of an embedded shop.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Backups {
    /// Of what moment the newest one is, and how many bytes it has; none where there is none.
    pub last: Option<(Timestamp, u64)>,
    /// Why the last automatic one was not written, where it was not.
    pub failed: Option<String>,
    /// Whether they are written automatically.
    pub is_automatic: bool,
}

/// Looks at the backups.
pub type BackupsKnown = Arc<dyn Fn() -> BoxFuture<Backups> + Send + Sync>;

/// Audits the whole shop once: what is broken, or why it could not be looked at.
pub type Auditor = Arc<dyn Fn() -> BoxFuture<Result<Vec<Finding>, String>> + Send + Sync>;

/// Whether there is a picture at an address of the shop's own, such as `/pictures/teapot.jpg`; true where nobody can tell.
pub type HasPicture = Arc<dyn Fn(String) -> BoxFuture<bool> + Send + Sync>;

/// What the pages need.
pub struct Needs {
    /// The world outside.
    pub env: Env,
    /// The root of the keys that seal cookies and forms.
    pub secret: RootSecret,
    /// How the shop presents itself.
    pub settings: Settings,
    /// Auth, as whoever's token the call carries, through [`crate::tells_the_client`].
    pub auth: Client,
    /// Products, as whoever's token the call carries.
    pub products: Client,
    /// Orders, as whoever's token the call carries.
    pub orders: Client,
    /// Payments, as whoever's token the call carries.
    pub payments: Client,
    /// Notifications, as whoever's token the call carries: its mails.
    pub mails: Client,
    /// Whether each service answers, by its name, and what else must be well.
    pub health: Health,
    /// Of these what is no service: the disk.
    pub around: Health,
    /// What the gateway, whose process this is, answered of late.
    pub gateway: fn(Timestamp) -> RequestStats,
    /// Products, as the door that these pages are behind: many at a time.
    pub shelves: Client,
    /// Each service at each of its addresses, as the door that these pages are behind: how it does, and what to do with
    /// events that it put aside.
    pub states: Vec<(&'static str, Vec<Client>)>,
    /// Whether there is such a picture.
    pub has_picture: HasPicture,
    /// The backups of an embedded shop; none elsewhere.
    pub backups: Option<BackupsKnown>,
    /// Audits the whole shop, out of its databases or by asking its services.
    pub audit: Auditor,
    /// What answers for notifications: an order's page follows its stream of events.
    pub notifications: Router,
}

impl Needs {
    /// A service as the door asks it, at the first of its addresses. What is asked there carries nobody's token.
    pub(crate) fn at_the_door(&self, service: &str) -> Option<&Client> {
        self.states.iter().find(|(name, _)| *name == service)?.1.first()
    }
}

/// What all requests share; cheap to clone.
#[derive(Clone)]
pub(crate) struct Web(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) needs: Needs,
    pub(crate) assets: Assets,
    pub(crate) seal: Seal,
    pub(crate) csrf: Csrf,
    pub(crate) first_baskets: FirstBaskets,
    /// What single pages keep for all requests.
    states: PageStates,
}
impl Web {
    pub(crate) fn new(needs: Needs) -> Web {
        Web(Arc::new(Shared {
            assets: Assets::new(),
            seal: Seal::new(&needs.secret, needs.env.clone()),
            csrf: Csrf::new(&needs.secret),
            first_baskets: FirstBaskets::new(&needs.secret),
            states: PageStates::default(),
            needs,
        }))
    }
    /// What a page keeps for all requests.
    pub(crate) fn state<T: Any + Default + Send + Sync>(&self) -> Arc<T> {
        self.states.get()
    }
}
impl std::ops::Deref for Web {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}
