//! The services of the shop, made as the binary makes them, with the world's clock, network, bus and disks.

use super::{Simulation, clients::client, provider::RemoteProvider};
use crate::random::Random;
use bus::Bus;
use db::{Db, Migration};
use endpoint::client::Client;
use flow::Service;
use kernel::Env;
use ordo_http::{ApiContext, Authority, Cursors, RequestLimits, TokenVerifier, token::OrderKeys};
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

/// The services, each a node of its own.
pub const SERVICES: [&str; 5] =
    [auth::NAME, products::NAME, orders::NAME, payments::NAME, notifications::NAME];

/// How often a node reads which sessions have ended. The binary does it twice a second, which only takes time
/// here; staff are not let in without it for half a minute.
const READ_REVOCATIONS_EVERY: Duration = Duration::from_secs(20);
const AFTER_A_FAILURE: Duration = Duration::from_secs(1);

/// Times that a shop can set; drawn, so that runs meet in different ways.
#[derive(Debug, Clone)]
pub(crate) struct Times {
    /// How old a hold is when it is first asked about.
    pub(crate) hold: Duration,
    /// How long an order waits for its payment.
    pub(crate) payment_due: Duration,
}

impl Times {
    /// The shortest.
    pub(crate) const SHORT: Times =
        Times { hold: Duration::from_secs(30), payment_due: Duration::from_secs(60) };

    /// As in a shop that sets none.
    pub(crate) fn usual() -> Times {
        let payment_due = orders::OrdersSettings::default().payment_due;
        Times { hold: products::ProductsSettings::default().hold, payment_due }
    }

    pub(crate) fn draw(random: &mut Random) -> Self {
        Times {
            hold: Duration::from_secs(random.pick(&[30, 60, 300])),
            payment_due: Duration::from_secs(random.pick(&[60, 300, 600])),
        }
    }
}

/// The migrations of one node.
pub(crate) fn migrations(node: &str) -> Vec<Migration> {
    match node {
        auth::NAME => auth::migrations(),
        products::NAME => products::migrations(),
        orders::NAME => orders::migrations(),
        payments::NAME => payments::migrations(),
        _ => notifications::migrations(),
    }
}

/// Makes a service and starts what works behind it; gives its router.
pub(crate) fn start(
    world: &Arc<Simulation>,
    node: &'static str,
    env: &Env,
    db: &Db,
    bus: &Arc<dyn Bus>,
) -> axum::Router {
    let parts = NodeParts::new(world, node, env, db);
    env.spawn("revocations", read_revocations(parts.verifier.clone()));
    let service = match node {
        auth::NAME => parts.auth(),
        products::NAME => parts.products(),
        orders::NAME => parts.orders(),
        payments::NAME => parts.payments(),
        _ => parts.notifications(),
    };
    service.start(bus)
}

pub(crate) fn auth_settings() -> auth::AuthSettings {
    // the cheapest hash that there is: what it costs to guess a password is not what is simulated
    auth::AuthSettings {
        password_cost: auth::Cost { memory_kib: 8, passes: 1, lanes: 1 },
        ..auth::AuthSettings::default()
    }
}

pub(crate) fn payments_settings() -> payments::PaymentsSettings {
    payments::PaymentsSettings::default()
}

async fn read_revocations(verifier: TokenVerifier) {
    loop {
        let read = verifier.read_once().await;
        sleep(if read.is_ok() { READ_REVOCATIONS_EVERY } else { AFTER_A_FAILURE }).await;
    }
}

struct NodeParts<'a> {
    world: &'a Arc<Simulation>,
    node: &'static str,
    env: &'a Env,
    db: &'a Db,
    verifier: TokenVerifier,
}

impl<'a> NodeParts<'a> {
    fn new(world: &'a Arc<Simulation>, node: &'static str, env: &'a Env, db: &'a Db) -> Self {
        let settings = auth_settings();
        let authority: Arc<dyn Authority> = match node {
            auth::NAME => auth::own_authority(env.clone(), db.clone(), &world.secret, &settings),
            _ => auth::remote_authority(env.clone(), client(world, env, node, auth::NAME)),
        };
        let verifier = TokenVerifier::new(settings.token_rules(node), &world.secret, authority, env.clone());
        NodeParts { world, node, env, db, verifier }
    }

    fn shell(&self) -> ApiContext {
        ApiContext {
            service: self.node,
            verify: Arc::new(self.verifier.clone()),
            env: self.env.clone(),
            limits: RequestLimits::default(),
        }
    }
    fn cursors(&self) -> Cursors {
        Cursors::new(&self.world.secret)
    }
    fn client(&self, callee: &'static str) -> Client {
        client(self.world, self.env, self.node, callee)
    }

    fn auth(&self) -> Service {
        auth::service(auth::AuthDependencies {
            env: self.env.clone(),
            db: self.db.clone(),
            secret: self.world.secret.clone(),
            verifier: self.verifier.clone(),
            neighbours: Vec::new(),
            limits: RequestLimits::default(),
            settings: auth_settings(),
        })
    }

    fn products(&self) -> Service {
        let defaults = products::ProductsSettings::default();
        let hold = self.world.times.hold;
        products::service(products::ProductsDependencies {
            env: self.env.clone(),
            db: self.db.clone(),
            shell: self.shell(),
            cursors: self.cursors(),
            settings: products::ProductsSettings {
                hold,
                ask_hold_within: hold.saturating_mul(4),
                ..defaults
            },
            orders: self.client(orders::NAME),
        })
    }

    fn orders(&self) -> Service {
        let payment_due = self.world.times.payment_due;
        orders::service(orders::OrdersDependencies {
            env: self.env.clone(),
            db: self.db.clone(),
            shell: self.shell(),
            cursors: self.cursors(),
            order_keys: OrderKeys::new(&self.world.secret),
            settings: orders::OrdersSettings {
                payment_due,
                payment_methods: simulator::METHODS,
                ..orders::OrdersSettings::default()
            },
            auth: self.client(auth::NAME),
            products: self.client(products::NAME),
            payments: self.client(payments::NAME),
        })
    }

    fn payments(&self) -> Service {
        let provider =
            RemoteProvider::new(self.world).expect("the provider is founded before the first node starts");
        payments::service(payments::PaymentsDependencies {
            env: self.env.clone(),
            db: self.db.clone(),
            shell: self.shell(),
            cursors: self.cursors(),
            provider: Arc::new(provider),
            settings: payments_settings(),
        })
    }

    fn notifications(&self) -> Service {
        notifications::service(notifications::NotificationsDependencies {
            env: self.env.clone(),
            db: self.db.clone(),
            shell: self.shell(),
            cursors: self.cursors(),
            settings: notifications::NotificationsSettings::default(),
            auth: self.client(auth::NAME),
            products: self.client(products::NAME),
            orders: self.client(orders::NAME),
            payments: self.client(payments::NAME),
        })
    }
}
