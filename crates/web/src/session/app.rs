//! What all requests share: the services, the settings, the keys, and what pages keep between requests.

use super::{
    basket_cookie::BasketIds, cookies::Seal, csrf::Csrf, page_state::PageStates, settings::WebSettings,
};
use crate::ui::assets::Assets;
use axum::Router;
use contracts::audit::Finding;
use endpoint::client::Client;
use kernel::{BoxFuture, Env, Timestamp, recent_stats::RequestStats, secret::RootSecret};
use std::{any::Any, sync::Arc};

/// Checks every dependency that readiness needs.
pub type Health = Arc<dyn Fn() -> BoxFuture<Vec<(&'static str, bool)>> + Send + Sync>;

/// The backups of an embedded deployment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Backups {
    /// Time and size in bytes of the newest backup.
    pub last: Option<(Timestamp, u64)>,
    /// Why the last automatic backup was not written.
    pub failed: Option<String>,
    /// Whether backups are written automatically.
    pub is_automatic: bool,
}

/// Reads the state of the backups.
pub type ReadBackups = Arc<dyn Fn() -> BoxFuture<Backups> + Send + Sync>;

/// Runs the audit once: the violations, or why it could not run.
pub type Auditor = Arc<dyn Fn() -> BoxFuture<Result<Vec<Finding>, String>> + Send + Sync>;

/// Whether the shop has a picture at this path, such as `/pictures/teapot.jpg`; true where that cannot be known.
pub type HasPicture = Arc<dyn Fn(String) -> BoxFuture<bool> + Send + Sync>;

/// The dependencies of the pages.
pub struct WebDependencies {
    /// Clock, randomness and tasks.
    pub env: Env,
    /// The root of the keys that seal cookies and forms.
    pub secret: RootSecret,
    /// The settings of the shop.
    pub settings: WebSettings,
    /// Auth, called with the token of the session, through [`crate::forward_client_headers`].
    pub auth: Client,
    /// Products, called with the token of the session.
    pub products: Client,
    /// Orders, called with the token of the session.
    pub orders: Client,
    /// Payments, called with the token of the session.
    pub payments: Client,
    /// Notifications, called with the token of the session: the emails.
    pub mails: Client,
    /// Whether each service responds, by its name, and the other checks.
    pub health: Health,
    /// The checks that are no service: the disk.
    pub around: Health,
    /// The recent requests of the gateway in this process.
    pub gateway: fn(Timestamp) -> RequestStats,
    /// Products, called as the gateway: many products at a time.
    pub shelves: Client,
    /// Each service at each of its addresses, called as the gateway: status and dead letters.
    pub states: Vec<(&'static str, Vec<Client>)>,
    /// Whether the shop has a picture.
    pub has_picture: HasPicture,
    /// The backups of an embedded deployment; none elsewhere.
    pub backups: Option<ReadBackups>,
    /// Runs the audit, on the databases or through the services.
    pub audit: Auditor,
    /// The router of notifications: the order page follows its event stream.
    pub notifications: Router,
}

impl WebDependencies {
    /// The first address of a service, called as the gateway and without a user's token.
    pub(crate) fn as_gateway(&self, service: &str) -> Option<&Client> {
        self.states.iter().find(|(name, _)| *name == service)?.1.first()
    }
}

/// The state that all requests share; cheap to clone.
#[derive(Clone)]
pub(crate) struct Web(Arc<WebInner>);

pub(crate) struct WebInner {
    pub(crate) needs: WebDependencies,
    pub(crate) assets: Assets,
    pub(crate) seal: Seal,
    pub(crate) csrf: Csrf,
    pub(crate) basket_ids: BasketIds,
    /// What single pages store for all requests.
    states: PageStates,
}
impl Web {
    pub(crate) fn new(needs: WebDependencies) -> Web {
        Web(Arc::new(WebInner {
            assets: Assets::new(),
            seal: Seal::new(&needs.secret, needs.env.clone()),
            csrf: Csrf::new(&needs.secret),
            basket_ids: BasketIds::new(&needs.secret),
            states: PageStates::default(),
            needs,
        }))
    }
    /// The stored value of this type.
    pub(crate) fn state<T: Any + Default + Send + Sync>(&self) -> Arc<T> {
        self.states.get()
    }
}
impl std::ops::Deref for Web {
    type Target = WebInner;
    fn deref(&self) -> &WebInner {
        &self.0
    }
}
